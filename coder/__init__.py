"""coder: a qualitative thematic-coding assistant for open-ended survey answers.

`coder.open("mine.coder")` gives what is in a project as pandas frames, for those who go on in a notebook.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from coder.notebook import open as open

__version__ = "0.1.0"


def __getattr__(name: str) -> object:
    # Loaded when it is asked for, so that everything else starts without pandas.
    if name == "open":
        from coder.notebook import open

        return open
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted([*globals(), "open"])
