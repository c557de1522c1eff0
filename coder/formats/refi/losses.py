"""What of a file is not taken along, by kind, with how often: for the person who imports."""

from collections import Counter

from coder.domain.display import one_line


class Losses:
    """Kinds of loss, each a sentence without its end, such as `memos are not taken along`."""

    def __init__(self) -> None:
        self._times: Counter[str] = Counter()
        self._examples: dict[str, str] = {}

    def add(self, what: str, example: str = "", times: int = 1) -> None:
        self._times[what] += times
        if example:
            self._examples.setdefault(what, one_line(example, 60))

    def notes(self) -> list[str]:
        """A sentence for each kind: `Memos are not taken along: 2.`"""
        return [f"{what[0].upper()}{what[1:]}: {self._shown(what)}." for what, times in self._times.items() if times]

    def _shown(self, what: str) -> str:
        example = self._examples.get(what)
        return f"{self._times[what]:,}" + (f" (such as ‘{example}’)" if example else "")
