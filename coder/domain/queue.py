"""In which order responses are read, and what else may lead to one."""

from enum import StrEnum


class Queue(StrEnum):
    """The order of a question's responses, or of all."""

    FILE = "file"
    RANDOM = "random"  # participants by lot, each one's responses side by side: what is read first is a sample
    USEFUL = "useful"  # the model learns most from the first
    CERTAIN = "certain"  # the suggestions that are most certainly right come first


class Detour(StrEnum):
    """What leads to a response besides a queue."""

    SEARCH = "search"
    FILTER = "filter"
    PICKED = "picked"


Route = Queue | Detour
"""What led to a review; the log keeps it, because only what the random queue led to was drawn by lot."""
