"""How coder starts other Python processes of its own: the helper of a screen, the screen of a browser."""

import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import coder


def command(module: str, *arguments: str) -> Sequence[str]:
    """The command line that runs one of coder's modules; what lies in the working directory is not imported."""
    return (sys.executable, "-P", "-m", module, *arguments)


def environment(**variables: str) -> Mapping[str, str]:
    """Our environment with these variables, in which coder can be imported: a checkout need not be installed."""
    paths = [str(Path(coder.__file__).parents[1]), *filter(None, [os.environ.get("PYTHONPATH")])]
    return {**os.environ, **variables, "PYTHONPATH": os.pathsep.join(paths)}
