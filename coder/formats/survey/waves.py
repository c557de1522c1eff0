"""Marks at the end of a header that name a wave: `Confidence (start)` and `Confidence (end)` are one question."""

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from coder.formats.survey.plan import QUESTION_ROLES, Column

_LONGEST_END = 200  # characters of a key in which its mark is looked for; the patterns take the square of them

# Marks of one family may pair; a mark alone is just a word.
_FAMILIES = (
    ("start", "beginning", "mid", "middle", "end"),
    ("pre", "post"),
    ("before", "during", "after"),
    ("baseline", "midline", "endline", "follow-up", "follow up", "followup"),
    *(tuple(f"{name}{n}" for n in range(10)) for name in ("t", "t ", "time ", "wave ", "wave")),
    ("first", "second", "third", "last"),
)
_FAMILY_OF = {mark: i for i, family in enumerate(_FAMILIES) for mark in family}
_MARKS = sorted(_FAMILY_OF, key=len, reverse=True)
_BETWEEN = "_:,/|–—-"  # what may stand before a mark, beside white space
# "How sure are you at the" of "... at the start?"
_HANGING = re.compile(r"[\s,]+((at|by|in|from) )?(at|by|in|from|the)$", re.IGNORECASE)


def pair_waves(columns: Sequence[Column]) -> list[Column]:
    """The columns, those whose keys differ by a trailing wave mark alone under one key with a wave each."""
    found: dict[tuple[str, int, str], dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
    stems: dict[int, str] = {}
    for i, column in enumerate(columns):
        if column.role in QUESTION_ROLES and (marked := _mark_of(column.key)):
            named, mark = marked
            stem = " ".join(named.casefold().split())
            stems[i] = named[:-_LONGEST_END] + _HANGING.sub("", named[-_LONGEST_END:])
            found[stem, _FAMILY_OF[mark.casefold()], column.role][mark].append(i)
    paired = list(columns)
    for marks in found.values():
        if len({m.casefold() for m in marks}) < 2:
            continue
        key = stems[min(i for indices in marks.values() for i in indices)]
        for mark, indices in marks.items():
            for i in indices:
                paired[i] = replace(columns[i], key=key, wave=mark)
    return paired


def _mark_of(key: str) -> tuple[str, str] | None:
    """What a key says before its mark, and the mark as it is written: `Price - end`, `Price (end)?`.

    By hand: a pattern would try every run of separators in the key again and again.
    """
    rest = _without(_without(key.rstrip(), "?.:"), ")]")
    length = next((len(mark) for mark in _MARKS if rest[-len(mark) :].casefold() == mark), 0)
    begins = len(rest) - length
    end = len(_without(rest[:begins].rstrip(), "(["))
    while end and (key[end - 1].isspace() or key[end - 1] in _BETWEEN):
        end -= 1
    return (key[:end], rest[begins:]) if length and 0 < end < begins else None


def _without(text: str, one_of: str) -> str:
    """A text without one of these characters at its end, and without the white space before it."""
    return text[:-1].rstrip() if text[-1:] and text[-1] in one_of else text


def without_mark(key: str, wave: str) -> str:
    """The key without its trailing mark, if that is this wave."""
    mark = re.escape(wave.strip())
    head, tail = key[: -_LONGEST_END - len(wave)], key[-_LONGEST_END - len(wave) :]
    ended = re.sub(rf"(\s*[(\[]\s*{mark}\s*[)\]]|[\s_:,/|–—-]+{mark})\s*$", "", tail, flags=re.IGNORECASE)
    return head + ended or key
