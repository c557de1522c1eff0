"""The coding screen with a helper process that does nothing, or one that learns without end.

python -m benchmarks.tui.own PROJECT idle|training
"""

import sys
from pathlib import Path

from coder.tui.app import run

_HELPERS = {
    "idle": ("-S", "-c", "import sys; sys.stdin.read()"),
    "training": ("-m", "benchmarks.tui.training"),
}

if __name__ == "__main__":
    path, helper = sys.argv[1:]
    run(Path(path), "Ana", helper=(sys.executable, *_HELPERS[helper], path))
