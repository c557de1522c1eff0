"""Questions with several answers: ticked columns, and cells that join their options."""

import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

_TICKED = {"1", "y", "yes", "true", "x", "✓", "✔", "☑", "checked", "selected", "ticked", "quoted"}
_NOT_TICKED = {"", "0", "n", "no", "false", "unchecked", "not selected", "not ticked", "not quoted", "-99"}
_LEAST_CELLS = 5
_RECURRING = 0.75  # of all pieces; lists within free texts stay below 0.2, real options above 0.85


def is_tick_column(values: Sequence[str], option: str) -> bool:
    """Whether cells say nothing but whether the option was chosen, and somebody chose it."""
    folded = {v.casefold() for v in values}
    chosen = folded - _NOT_TICKED
    return bool(folded) and chosen <= (_TICKED | {option.strip().casefold()}) and ("no" not in folded or not chosen)


def ticked(cell: str, option: str) -> str:
    """ "1" for a tick, "" for none, and any other text as it is: somebody wrote it."""
    folded = cell.strip().casefold()
    if folded in _NOT_TICKED:
        return ""
    return "1" if folded in _TICKED or folded == option.strip().casefold() else cell.strip()


def split_options(cell: str, separator: str, options: Sequence[str] = ()) -> list[str]:
    """The options that a cell joins, each once, in their order.

    A separator inside brackets does not count, nor one inside one of the given options.
    """
    return list(dict.fromkeys(_pieces(cell, separator, options)))


def _pieces(cell: str, separator: str, options: Sequence[str] = ()) -> list[str]:
    mark = separator.strip() or separator
    longest = sorted(options, key=len, reverse=True)
    found = []
    rest = cell.strip()
    while rest:
        known = (o for o in longest if rest.startswith(o) and _ends(rest[len(o) :], mark))
        piece = next(known, None) or rest[: _cut(rest, separator)]
        if piece.strip():
            found.append(piece.strip())
        rest = rest[len(piece) :].lstrip().removeprefix(mark).lstrip()
    return found


def _ends(rest: str, mark: str) -> bool:
    rest = rest.lstrip()
    return not rest or rest.startswith(mark)


def _cut(text: str, separator: str) -> int:
    """Where the first separator outside brackets stands, or the end."""
    depth = 0
    for match in re.finditer(rf"[(\[{{]|[)\]}}]|{re.escape(separator)}", text):
        if match[0] in "([{":
            depth += 1
        elif match[0] in ")]}":
            depth = max(0, depth - 1)
        elif depth == 0:
            return match.start()
    return len(text)


def join_options(values: Sequence[str]) -> tuple[str, tuple[str, ...]] | None:
    """The separator under which cells fall into options that recur, and the options that contain it; else None."""
    for separator in (";", ", "):
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
