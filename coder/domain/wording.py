"""How a count is written, wherever it is shown: percentages, intervals, bars, bases, and what its reader must know."""

from collections.abc import Iterator, Sequence
from decimal import ROUND_HALF_UP, Decimal

from coder.domain.rating import Origin, Scale, plain
from coder.domain.tally import Base, Chain, Counted, Figure

_EIGHTHS = " ▏▎▍▌▋▊▉"
_FEW = 100  # a base below which decimals would claim too much

ADDING_UP = "A participant can mention several themes, so the percentages do not add up to 100."

# Why a figure has no interval, or none at all.
BIASED = "the theme came after some had been reviewed"
CENSUS = "a full census, of which nobody was drawn"

# Why somebody has a theme and is in no figure of it.
UNREAD = "not all of their answers are reviewed yet"
NO_ANSWER = "it was coded on what counts as no answer"
REPLACED = "it was coded on a text that a later import replaced"


def counted(number: int, one: str, several: str = "") -> str:
    """`1 response`, `1,204 responses`."""
    return f"{number:,} {one if number == 1 else several or one + 's'}"


def of_whom(base: Base) -> str:
    """Whom percentages are of."""
    return {
        Base.REVIEWED: "those reviewed",
        Base.ANSWERED: "those who answered",
        Base.ASKED: "those asked",
        Base.ALL: "everybody",
    }[base]


def chain_line(chain: Chain) -> str:
    """The bases, each within the one before."""
    return (
        f"asked {chain.asked} → answered {chain.answered} → reviewed {chain.reviewed} → with a theme {chain.with_theme}"
    )


def percent(figure: Figure) -> str:
    """The share in percent; `–` where there is none."""
    return "–" if figure.share is None else percent_of(figure.share, figure.base)


def interval(figure: Figure) -> str:
    """The 95 % interval in percent, in brackets; nothing where there is none."""
    return "" if figure.interval is None else interval_of(figure.interval, figure.base)


def percent_of(share: float, base: int) -> str:
    """A share from 0 to 1 of so many people in percent."""
    return f"{_fixed(100 * share, _decimals(base))} %"


def interval_of(bounds: tuple[float, float], base: int) -> str:
    """The bounds of such a share in percent, in brackets."""
    low, high = (_fixed(100 * bound, _decimals(base)) for bound in bounds)
    return f"[{low}–{high}]"


def sentence(figure: Figure) -> str:
    """A figure in words, with the reason where it has no share."""
    number = f"{figure.participants} of {figure.base}"
    if figure.biased:
        return f"{number}; no percentage: of those reviewed before the theme came, only the finds are known"
    if figure.share is None:
        return f"{number}; nobody is in this base"
    return f"{number}, {percent(figure)} {interval(figure)}".rstrip()


def bar(share: float, cells: int) -> str:
    """A bar of this share (0 to 1) of so many cells, to an eighth of a cell; no longer than its share."""
    whole, rest = divmod(round(share * cells * 8), 8)
    return "█" * whole + (_EIGHTHS[rest] if rest else "")


def nobody_with(by: str, values: Sequence[str]) -> str:
    """That these values of an attribute have no column or bar."""
    return f"Values of {by} with nobody in this base, not shown: {', '.join(values)}."


def remarks(counted: Counted, base: Base) -> Iterator[str]:
    """What a reader of a question's figures must know: who is not in the base, and why a share may be missing."""
    chain, reviewed = counted.chain, base is Base.REVIEWED
    if left := chain.answered - chain.reviewed:
        outside = "outside this base" if reviewed else "part of the base, and no zeros"
        yield f"{left} of {chain.answered} who answered are not reviewed yet: {outside}."
    if counted.unread_with_theme and reviewed:
        yield f"Coded already, and counted once reviewed: {counted.unread_with_theme} of these."
    if reviewed and any(t.base < chain.reviewed for t in counted.themes):
        yield "Themes with a smaller base came after some answers had been reviewed: these need another look."
    if any(t.biased for t in counted.themes):
        yield "No percentage where a theme was found in answers reviewed before it came: review these again."


def interval_kind(base: Base, *, census: bool) -> str:
    """What percentages are of, and which interval stands beside them."""
    return f"percent of {of_whom(base)}" + ("" if census else ", 95 % Wilson interval")


def points(difference: float | None, base: int) -> str:
    """A difference of shares (from -1 to 1) in percentage points, with its sign; `–` where there is none.

    `base` is the smaller one of the two.
    """
    return "–" if difference is None else _signed(difference, base)


def points_interval(bounds: tuple[float, float] | None, base: int) -> str:
    """The bounds of such a difference, in brackets; nothing where there are none."""
    return "" if bounds is None else f"[{_signed(bounds[0], base)} to {_signed(bounds[1], base)}]"


def p_value(p: float | None) -> str:
    """A p value to three decimals; `–` where there is none."""
    return "–" if p is None else "< 0.001" if p < 0.0005 else f"{p:.3f}"


def _signed(difference: float, base: int) -> str:
    number = _fixed(100 * difference, _decimals(base), sign="+")
    return number[1:] if float(number) == 0 else number.replace("-", "−")


def mean(number: float | None) -> str:
    """A mean, or a median between two values, to two decimals; `–` where there is none."""
    return "–" if number is None else _fixed(number, 2)


def change(number: float | None) -> str:
    """A difference of ratings with its sign, to two decimals; `–` where there is none."""
    if number is None:
        return "–"
    return "0.00" if abs(number) < 0.005 else _fixed(number, 2, sign="+").replace("-", "−")


def rated(bounds: tuple[float, float] | None) -> str:
    """The bounds of a mean or median, in brackets; nothing where there are none."""
    return "" if bounds is None else f"[{mean(bounds[0])}–{mean(bounds[1])}]"


def changed(bounds: tuple[float, float] | None) -> str:
    """The bounds of a difference, in brackets; nothing where there are none."""
    return "" if bounds is None else f"[{change(bounds[0])} to {change(bounds[1])}]"


def scale(used: Scale) -> str:
    """The ends of a scale, and where they are known from."""
    low, high = plain(used.low), plain(used.high)
    if used.low_from is Origin.ASKED:
        return f"scale {low} to {high}, as asked"
    if used.high_from is Origin.SEEN:
        contradicted = " (the question speaks of a scale that they go beyond)" if used.refuted else ""
        return f"ends of the scale not stated: {low} to {high} were given{contradicted}"
    if used.low_from is Origin.SEEN:
        return f"scale up to {high}, as the question says; the lowest given was {low}"
    return f"scale {low} to {high}, as the question says"


def _decimals(base: int) -> int:
    return 0 if base < _FEW else 1


def _fixed(number: float, decimals: int, *, sign: str = "") -> str:
    """A number to so many decimals, halves away from zero, as people round: 5 of 8 are 63 %.

    A float can lack a little of a half (23 of 40 is 57.49999999999999 %), so it is taken to nine decimals first.
    """
    if abs(number) >= 1e15:  # too large for a half
        return f"{number:{sign}.{decimals}f}"
    return f"{Decimal(repr(round(float(number), 9))).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP):{sign}f}"
