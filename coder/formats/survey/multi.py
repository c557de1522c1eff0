"""Questions with several answers: ticked columns, and cells that join their options."""

import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

_SAID_YES = {"yes", "ja", "oui", "sí", "sì", "sim"}
_SAID_NO = {"no", "nein", "nee", "non", "não"}
_TICKED = {*_SAID_YES, "1", "y", "true", "x", "✓", "✔", "☑", "checked", "selected", "ticked", "quoted"}
_NOT_TICKED = {*_SAID_NO, "", "0", "n", "false", "unchecked", "not selected", "not ticked", "not quoted", "-99"}
_OTHER = re.compile(
    r"(other|another|autres?|ander[es]|andere[nrs]?|sonstig(e[nrs]?)?|otr[oa]s?|outr[oa]s?|altr[oaie])\b", re.IGNORECASE
)
_CODES = re.compile(r"\s*[\d,]+\s*")
_LEAST_CELLS = 5
_RECURRING = 0.75  # of all pieces; lists within free texts stay below 0.2, real options above 0.85


def is_tick_column(values: Sequence[str], option: str) -> bool:
    """Whether cells say nothing but whether the option was chosen, and somebody chose it."""
    folded = {v.casefold() for v in values}
    chosen = folded - _NOT_TICKED
    return bool(folded) and chosen <= (_TICKED | {option.strip().casefold()}) and not (folded & _SAID_NO and chosen)


def says_yes_or_no(values: Sequence[str]) -> bool:
    """Whether cells say nothing but yes and no, in words, so that no may be a tick that was not made, or an answer."""
    folded = {v.casefold() for v in values}
    return bool(folded & _SAID_NO) and folded <= _SAID_YES | _SAID_NO


def is_other(option: str) -> bool:
    """Whether an option asks for what else there is, in words."""
    return _OTHER.match(option.strip()) is not None


def ticked(cell: str, option: str) -> str:
    """ "1" for a tick, "" for none, and any other text as it is: somebody wrote it.

    A number is the option's own, unless it stands under "other".
    """
    folded = cell.strip().casefold()
    if folded in _NOT_TICKED:
        return ""
    own = folded in _TICKED or folded == option.strip().casefold() or (folded.isdecimal() and not is_other(option))
    return "1" if own else cell.strip()


def split_options(cell: str, separator: str, options: Sequence[str] = ()) -> list[str]:
    """The options that a cell joins, each once, in their order.

    A separator inside brackets does not count, nor one inside one of the given options; nor does a lone comma in front
    of a space, or within a number such as 1,000.
    """
    return list(dict.fromkeys(_pieces(cell, separator, options)))


def _pieces(cell: str, separator: str, options: Sequence[str] = ()) -> list[str]:
    mark = separator.strip() or separator
    between = re.escape(separator)
    if separator == "," and not _CODES.fullmatch(cell):
        between = r",(?!\s|(?<=\d,)\d{3}(?!\d))"
    marks = re.compile(rf"[(\[{{]|[)\]}}]|{between}")
    longest = sorted(options, key=len, reverse=True)
    found = []
    rest = cell.strip()
    while rest:
        known = (o for o in longest if rest.startswith(o) and _ends(rest[len(o) :], mark))
        piece = next(known, None) or rest[: _cut(rest, marks)]
        if piece.strip():
            found.append(piece.strip())
        rest = rest[len(piece) :].lstrip().removeprefix(mark).lstrip()
    return found


def _ends(rest: str, mark: str) -> bool:
    rest = rest.lstrip()
    return not rest or rest.startswith(mark)


def _cut(text: str, marks: re.Pattern[str]) -> int:
    """Where the first separator outside brackets stands, or the end."""
    depth = 0
    for match in marks.finditer(text):
        if match[0] in "([{":
            depth += 1
        elif match[0] in ")]}":
            depth = max(0, depth - 1)
        elif depth == 0:
            return match.start()
    return len(text)


def join_options(values: Sequence[str], separators: Sequence[str] = (";", ", ")) -> tuple[str, tuple[str, ...]] | None:
    """The separator under which cells fall into options that recur, and the options that contain it; else None."""
    for separator in separators:
        few = len(values) < _LEAST_CELLS
        if sum(separator in v for v in values) < (1 if few else max(2, 0.05 * len(values))):
            continue
        trailing = separator == ";" and sum(v.rstrip().endswith(";") for v in values) > 0.5 * len(values)
        if few and not trailing and not _names_another(values, separator):
            continue
        cells = _glued([_pieces(v, separator) for v in values], values, separator)
        counts = Counter(option for cell in cells for option in cell)
        recurring = sum(n for n in counts.values() if n > 1) / max(1, sum(counts.values()))
        several = sum(len(c) > 1 for c in cells)
        if trailing or few or (several >= max(2, 0.05 * len(values)) and recurring >= _RECURRING):
            # What only one person wrote is no option, and a plan is kept when that person's words are erased.
            return separator, tuple(sorted(o for o, n in counts.items() if separator in o and n > 1))
    return None


def is_ranking(values: Sequence[str], separator: str) -> bool:
    """Whether every cell joins the same options, in orders that differ: who was asked put them in order."""
    first = set(_pieces(values[0], separator))
    return len(values) > 1 and len(set(values)) > 1 and all(set(_pieces(v, separator)) == first for v in values[1:])


def _names_another(values: Sequence[str], separator: str) -> bool:
    """Whether a cell joins what another cell is as a whole: "Shop, Web" and "Web"."""
    whole = {v.strip() for v in values}
    return any(piece in whole for v in whole if separator in v for piece in _pieces(v, separator))


def _glued(cells: Sequence[Sequence[str]], values: Sequence[str], separator: str) -> list[list[str]]:
    """The cells with pieces of one option put together again: "Yes" and "from colleagues", "Yes" and "I agree".

    They are one where the first piece never ends a cell and the second never stands free of such a piece, if the
    second goes on in lower case or both together are the whole of two cells.
    """
    lasts = {c[-1] for c in cells if c}
    free = {c[0] for c in cells if c} | {b for c in cells for a, b in pairwise(c) if a in lasts}
    whole = Counter(v.strip() for v in values)
    glued: list[list[str]] = []
    for cell in cells:
        options = list(cell[:1])
        for previous, piece in pairwise(cell):
            bound = previous not in lasts and piece not in free
            if bound and (piece[0].islower() or whole[options[-1] + separator + piece] > 1):
                options[-1] += separator + piece
            else:
                options.append(piece)
        glued.append(options)
    return glued
