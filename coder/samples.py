"""The samples that ship with coder, wherever it is installed."""

from pathlib import Path

_PACKAGE = Path(__file__).parent


def sample(folder: str, name: str) -> Path:
    """A file of `corpora/` or `codebooks/`: inside an installed package, beside the package in a checkout."""
    installed = _PACKAGE / "sample_data" / folder / name
    return installed if installed.exists() else _PACKAGE.parent / folder / name
