"""Theme names that may mean the same: alike but for case, punctuation, number, order, small words or a slip.

A hint for a person, so it keeps quiet where a codebook has likely meant it: names that are wholly the same in two
places, words that differ at their beginning (`formal`, `informal`) or in a figure (`Year 1`, `Year 2`), and themes that
serve different questions.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import combinations

from coder.domain.codebook import Codebook, Theme, fold_name

_WORD = re.compile(r"\w+")
_SMALL = frozenset(
    ("a", "an", "and", "at", "by", "for", "in", "of", "on", "or", "the", "to", "und", "oder", "et", "ou")
)
_LONG, _LONGER = 5, 9  # letters from which on a word may have one slip, and two


@dataclass(frozen=True, slots=True)
class Alike:
    """Two themes whose names are alike, and how."""

    first: int
    second: int
    how: str


def alike_names(codebook: Codebook) -> list[Alike]:
    """The pairs of themes that may be one, in the order of the codebook."""
    themes = [theme for _, theme in codebook.walk()]
    found: dict[tuple[int, int], str] = {}
    for how, groups in (("the same words", _same_words(themes)), ("but for a slip", _one_word_off(themes))):
        for group in groups:
            for a, b in combinations(group, 2):
                if _may_be_one(codebook, a, b):
                    found.setdefault((a.id, b.id), how)
    order = {theme.id: at for at, theme in enumerate(themes)}
    return [Alike(*pair, found[pair]) for pair in sorted(found, key=lambda pair: (order[pair[0]], order[pair[1]]))]


def alike_to(codebook: Codebook, name: str, parent_id: int | None, *, but: int | None = None) -> list[Theme]:
    """The themes that a theme of this name at this place would be alike; `but` is the theme that bears it."""
    new = -1
    others = [t for t in codebook.themes if t.id != but]
    named = Theme(new, name, parent_id if parent_id != but else None)
    pairs = alike_names(Codebook([*others, named]))
    ids = [pair.first if pair.second == new else pair.second for pair in pairs if new in (pair.first, pair.second)]
    return [codebook.by_id[i] for i in ids]


def _same_words(themes: Iterable[Theme]) -> Iterator[list[Theme]]:
    groups: dict[tuple[str, ...], list[Theme]] = {}
    for theme in themes:
        if words := _words(theme.name):
            groups.setdefault(tuple(sorted(words)), []).append(theme)
    yield from groups.values()


def _one_word_off(themes: Iterable[Theme]) -> Iterator[tuple[Theme, Theme]]:
    """Pairs whose names differ in one word alone, and there by a slip."""
    groups: dict[tuple[str, ...], list[tuple[str, Theme]]] = {}
    for theme in themes:
        words = sorted(_words(theme.name))
        for at, word in enumerate(words):
            if len(word) >= _LONG:
                rest = (*words[:at], *words[at + 1 :])
                groups.setdefault((word[0], *rest), []).append((word, theme))
    for group in groups.values():
        for (a, first), (b, second) in combinations(group, 2):
            if first is not second and _slips(a, b, 2 if min(len(a), len(b)) >= _LONGER else 1):
                yield first, second


def _may_be_one(codebook: Codebook, a: Theme, b: Theme) -> bool:
    if a.questions and b.questions and not a.questions & b.questions:
        return False
    if fold_name(a.name) == fold_name(b.name):  # in two places: meant so below two themes, or as its own sub-theme
        apart = a.parent_id is not None and b.parent_id is not None
        return not apart and a.id not in codebook.ancestors(b.id) and b.id not in codebook.ancestors(a.id)
    return True


def _words(name: str) -> list[str]:
    """The words that carry a name, without accents, case and number; of a name of small words, these."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", name.casefold()) if not unicodedata.combining(c))
    words = _WORD.findall(plain.replace("’", "'").replace("'s", ""))
    return [_singular(word) for word in words if word not in _SMALL] or words


def _singular(word: str) -> str:
    if len(word) < 4 or word.endswith(("ss", "us", "is")):
        return word
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith(("sses", "shes", "ches", "xes")):
        return word[:-2]
    return word.removesuffix("s")


def _slips(a: str, b: str, most: int) -> bool:
    """Whether at most so many letters were left out, put in, changed or swapped with the next; no figure may be."""
    if abs(len(a) - len(b)) > most or any(c.isdigit() for c in a + b):
        return False
    before: list[int] = []
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        earlier, before, row = before, row, [i]
        for j, y in enumerate(b, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (x != y))
            if i > 1 and j > 1 and x == b[j - 2] and a[i - 2] == y:
                cost = min(cost, earlier[j - 2] + 1)
            row.append(cost)
    return row[-1] <= most
