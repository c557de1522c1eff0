"""The codes of a REFI-QDA file as themes."""

import re
from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import replace

from coder.domain.codebook import ThemeSpec, fold_name, split_path
from coder.formats import limits
from coder.formats.refi.labels import read_facts, strings, theme_words, value_of
from coder.formats.refi.model import Code
from coder.formats.refi.write import legal


class Names:
    """Makes names distinct, each below its place: the second of one name is `name (2)`, however many there are."""

    def __init__(self, fold: Callable[[str], str] = str) -> None:
        self._fold = fold
        self._taken: set[tuple[Hashable, str]] = set()
        self._numbers: Counter[tuple[Hashable, str]] = Counter()

    def distinct(self, name: str, place: Hashable = ()) -> str:
        key = place, self._fold(name)
        shown, number = name, self._numbers[key] or 1
        while (place, self._fold(shown)) in self._taken:
            number += 1
            shown = f"{name} ({number})"
        self._numbers[key] = number
        self._taken.add((place, self._fold(shown)))
        return shown


def read_themes(codes: Sequence[Code]) -> list[ThemeSpec]:
    """Codes as themes, parents first; of two with one name below one parent the second gets a number."""
    return list(themes_of(codes).values())


def themes_of(codes: Iterable[Code]) -> dict[str, ThemeSpec]:
    """Themes by the ids of their codes, parents first."""
    found: dict[str, ThemeSpec] = {}
    taken = Names(fold_name)
    for code in codes:
        above = found[code.parent].path if code.parent in found else ()
        limits.THEME_DEPTH.check(len(above) + 1, "The codebook")
        limits.CODES.check(len(found) + 1, "The codebook")
        words, facts = read_facts(code.description)
        shown = taken.distinct(_theme_name(value_of(facts, "name", str) or code.name), tuple(map(fold_name, above)))
        spec = ThemeSpec(
            (*above, shown),
            tuple(strings(facts.get("questions"))),
            value_of(facts, "definition", str) or "",
            value_of(facts, "include", str) or "",
            value_of(facts, "exclude", str) or "",
            value_of(facts, "example", str) or "",
            tuple(strings(facts.get("keywords"))),
            value_of(facts, "colour", str) or code.colour,
            value_of(facts, "key", str) or "",
        )
        as_written = words.split() == legal(theme_words(spec)).split()
        found[code.guid] = spec if as_written else replace(spec, definition=_defined(words, spec))
    return found


def _defined(words: str, spec: ThemeSpec) -> str:
    """The definition in a description that another program has, or has changed: what stands before the lines that say
    what else the codebook says, where these are still there."""
    rest = legal(theme_words(replace(spec, definition="")))
    return words.removesuffix(rest).rstrip("\n") if rest and words.endswith(rest) else words


def _theme_name(name: str) -> str:
    """A name that a theme can bear: not empty, and not one that reads as a path."""
    name = name.strip() or "(no name)"
    if len(split_path(name)) > 1 or name.startswith("> ") or name.endswith(" >"):
        name = (
            " › ".join(part.strip() for part in re.split(r"(?:^|\s+)>(?:\s+|$)", name) if part.strip()) or "(no name)"
        )
    return name
