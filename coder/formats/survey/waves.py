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
_MARK = re.compile(
    r"^(?P<stem>.*?\S)(?P<gap>[\s_:,/|–—-]+|\s*(?=[(\[]))[(\[]?\s*(?P<mark>"
    + "|".join(sorted(map(re.escape, _FAMILY_OF), key=len, reverse=True))
    + r")\s*[)\]]?\s*[?.:]?\s*$",
    re.IGNORECASE | re.DOTALL,
)
# "How sure are you at the" of "... at the start?"
_HANGING = re.compile(r"[\s,]+((at|by|in|from) )?(at|by|in|from|the)$", re.IGNORECASE)


def pair_waves(columns: Sequence[Column]) -> list[Column]:
    """The columns, those whose keys differ by a trailing wave mark alone under one key with a wave each."""
    found: dict[tuple[str, int, str], dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
    stems: dict[int, str] = {}
    for i, column in enumerate(columns):
        head, tail = column.key[:-_LONGEST_END], column.key[-_LONGEST_END:]
        if column.role in QUESTION_ROLES and (match := _MARK.match(tail)):
            mark = match["mark"].casefold()
            stem = " ".join((head + match["stem"]).casefold().split())
            stems[i] = head + _HANGING.sub("", match["stem"])
            found[stem, _FAMILY_OF[mark], column.role][match["mark"]].append(i)
    paired = list(columns)
    for marks in found.values():
        if len({m.casefold() for m in marks}) < 2:
            continue
        key = stems[min(i for indices in marks.values() for i in indices)]
        for mark, indices in marks.items():
            for i in indices:
                paired[i] = replace(columns[i], key=key, wave=mark)
    return paired


def without_mark(key: str, wave: str) -> str:
    """The key without its trailing mark, if that is this wave."""
    mark = re.escape(wave.strip())
    head, tail = key[: -_LONGEST_END - len(wave)], key[-_LONGEST_END - len(wave) :]
    ended = re.sub(rf"(\s*[(\[]\s*{mark}\s*[)\]]|[\s_:,/|–—-]+{mark})\s*$", "", tail, flags=re.IGNORECASE)
    return head + ended or key
