"""Specs of every kind: as a report has them, and as nobody would want them."""

from collections.abc import Mapping

from coder.charts.spec import Bar, Bars, Spec
from coder.domain.tally import Figure
from coder.stats.intervals import wilson

HOSTILE = (
    "<script>alert(1)</script>",
    '=HYPERLINK("http://a.example")',
    "$\\frac{a}{b}$ 50 % of_all \\alpha ^ & \"quoted\" 'too' ]]>",
    "m" * 300,
    "a name of many words " * 15,
    "مرحبا بالعالم هذا اختبار طويل للنص العربي من اليمين إلى اليسار",
    "שלום עולם",
    "你好世界" * 30,
    "👩‍👩‍👧 emoji 🎉",
    "e\u0301" * 200,
    "\x00\x1b[31m\x07 control\r\nlines\ttabs",
    "\u202eoverride\u2066 \ufffe\uffff \ud800",
    "",
)


def figure(count: int, base: int, *, biased: bool = False) -> Figure:
    return Figure(count, base, biased, None if biased else wilson(count, base))


def _themes(base: int) -> tuple[Bar, ...]:
    return (
        Bar("Meeting talented and like-minded people", figure(25, base)),
        Bar("Peers at a similar stage", figure(17, base), 1),
        Bar(
            "Senior researchers who give direction to one's own work, and whose interest shows that the field is real",
            figure(12, base),
            1,
        ),
        Bar("Skills", figure(12, base)),
        Bar("Capstone project", figure(0, base)),
    )


BARS = Bars(
    title="What was the most valuable thing you gained?",
    subtitle="asked 33 → answered 33 → reviewed 33 → with a theme 31",
    axis="Percent of those reviewed; lines: 95 % Wilson intervals",
    notes=("A participant can mention several themes, so the percentages do not add up to 100.",),
    bars=_themes(33),
)

SPECS: Mapping[str, Spec] = {
    "bars": BARS,
    "bars of other bases": Bars(
        title="Q",
        bars=(Bar("a", figure(3, 28)), Bar("b", figure(12, 33)), Bar("found late", figure(9, 20, biased=True))),
    ),
    "bars of nobody": Bars(title="Q", subtitle="asked 0", bars=(Bar("a", figure(0, 0)), Bar("b", figure(0, 0)))),
    "bars of everybody": Bars(title="Q", bars=(Bar("all of a million", figure(1_000_000, 1_000_000)),)),
    "no bar": Bars(title="Q", bars=()),
    "no words": Bars(title="", bars=(Bar("a", figure(1, 2)),)),
    "97 bars": Bars(
        title="Q", bars=tuple(Bar(f"Theme {i} of a long codebook", figure(97 - i, 4390)) for i in range(97))
    ),
    "deep bars": Bars(title="Q", bars=tuple(Bar(f"Theme {i} " * 12, figure(9 - i, 9), i) for i in range(9))),
    "hostile bars": Bars(
        title=" ".join(HOSTILE),
        subtitle="m" * 500,
        axis="m" * 500,
        notes=HOSTILE,
        bars=tuple(Bar(name, figure(at, 20), at % 3) for at, name in enumerate(HOSTILE)),
    ),
}
