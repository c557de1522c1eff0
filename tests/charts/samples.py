"""Specs of every kind: as a report has them, and as nobody would want them."""

from collections.abc import Mapping

from coder.charts.spec import (
    Bar,
    Bars,
    Change,
    ChangePlot,
    Distribution,
    GroupedBar,
    GroupedBars,
    HeatMap,
    Spec,
    Value,
)
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

THEMES = ("Meeting peers", "Skills", "Confidence to take on work in a field that is new to me", "Capstone project")

WAVES = GroupedBars(
    title="What did you gain?",
    subtitle="start: reviewed 33; end: reviewed 31",
    axis="Percent of those reviewed; lines: 95 % Wilson intervals",
    groups=("Start", "End"),
    rows=tuple(
        GroupedBar(name, (figure(before, 33), figure(after, 31)), depth)
        for name, before, after, depth in zip(THEMES, (12, 20, 8, 0), (25, 17, 31, 3), (0, 0, 1, 0), strict=True)
    ),
)
RATING = Distribution(
    title="How confident are you (1-7)?",
    subtitle="33 participants rated",
    axis="Participants per rating",
    values=tuple(Value(str(at), at, at, n) for at, n in zip(range(1, 8), (0, 1, 2, 3, 9, 12, 6), strict=True)),
    mean=5.42,
    interval=(5.0, 5.81),
    median=6,
)
CHANGES = ChangePlot(
    title="Themes at the start and at the end",
    subtitle="31 participants at both times",
    axis="Percent of those reviewed at both times; difference in percentage points with its 95 % interval",
    before="Start",
    after="End",
    rows=(
        Change("Meeting peers", 0.36, 0.76, 0.4, (0.21, 0.55), 31),
        Change("Skills", 0.6, 0.52, -0.08, (-0.25, 0.1), 31, 1, "gained 2, lost 4"),
        Change("The same", 0.25, 0.25, 0.0, (-0.1, 0.1), 31),
        Change("Everybody from nobody", 0.0, 1.0, 1.0, None, 31),
        Change("Nobody", None, None, None, None, 0, 0, "nobody is in the base at both times"),
    ),
)
TOGETHER = HeatMap(
    title="Which themes occur together?",
    axis="Participants who have both themes; on the diagonal, those who have the theme",
    rows=THEMES,
    columns=THEMES,
    triangle=True,
    cells=tuple(tuple(figure(3 * i + j, 33) if j <= i else None for j in range(4)) for i in range(4)),
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
    "waves": WAVES,
    "groups": GroupedBars(
        title="By site",
        groups=("London", "A trust with a long name in the north of the country", "Utrecht", "Paris", "Rome", "Oslo"),
        rows=tuple(
            GroupedBar(name, tuple(None if i == j else figure((i * j) % 11, 11 + j) for j in range(6)))
            for i, name in enumerate(THEMES)
        ),
    ),
    "hostile groups": GroupedBars(
        title=HOSTILE[0],
        groups=HOSTILE,
        rows=tuple(GroupedBar(name, tuple(figure(i, 20) for i in range(len(HOSTILE)))) for name in HOSTILE),
    ),
    "no groups": GroupedBars(title="Q", groups=(), rows=()),
    "rating": RATING,
    "rating of one": Distribution(title="Q", values=(Value("3", 3, 3, 1),), mean=3, median=3),
    "rating of nobody": Distribution(title="Q", values=(Value("1", 1, 1, 0), Value("2", 2, 2, 0))),
    "no rating": Distribution(title="Q", values=()),
    "ratings of many": Distribution(
        title="0 to 10 by halves",
        values=tuple(Value(f"{at / 2:g}", at / 2, at / 2, at * 5_000) for at in range(21)),
        mean=6.83,
        interval=(6.82, 6.84),
        median=7,
    ),
    "ranges": Distribution(
        title="Weeks",
        values=tuple(
            Value(f"{at} to <{at + 5}", at, at + 5, n)
            for at, n in zip(range(0, 60, 5), (5, 9, 7, 4, 2, 0, 0, 1, 0, 0, 0, 1), strict=True)
        ),
        mean=11.3,
        interval=(8.1, 15.2),
        median=9.5,
    ),
    "hostile values": Distribution(
        title="Q", values=tuple(Value(name, at, at, at) for at, name in enumerate(HOSTILE)), mean=1e15, median=-1e15
    ),
    "changes": CHANGES,
    "changes of means": ChangePlot(
        title="Is it the right field for you?",
        axis="Mean rating, 1 to 10",
        before="Start of the programme",
        after="End of the programme",
        ends=(1, 10),
        rows=(Change("Confidence", 7.7, 8.3, 0.6, (0.2, 1.0), 29), Change("At the ends", 10, 1, -9, (-9, -8.5), 2)),
    ),
    "one point": ChangePlot(title="Q", before="a", after="b", ends=(5, 5), rows=(Change("a", 5, 5, 0, None, 1),)),
    "no change": ChangePlot(title="Q", before="a", after="b", rows=()),
    "hostile changes": ChangePlot(
        title=HOSTILE[0],
        before="m" * 300,
        after=" ".join(HOSTILE),
        rows=tuple(
            Change(n, at / 13, None if at % 4 == 3 else 1 - at / 13, None, None, at, at % 3, n)
            for at, n in enumerate(HOSTILE)
        ),
    ),
    "together": TOGETHER,
    "shares": HeatMap(
        title="By trust",
        rows=THEMES,
        columns=tuple(f"Trust {letter} (n\u00a0=\u00a029)" for letter in "ABCDEFGH"),
        shares=True,
        cells=tuple(tuple(figure((i * 7 + j * 3) % 30, 29) for j in range(8)) for i in range(4)),
    ),
    "15 together": HeatMap(
        title="Q",
        rows=tuple(f"Theme {i} of many" for i in range(15)),
        columns=tuple(f"Theme {i} of many" for i in range(15)),
        triangle=True,
        cells=tuple(tuple(figure(i * j * 99, 99_999) if j <= i else None for j in range(15)) for i in range(15)),
    ),
    "hostile cells": HeatMap(
        title=HOSTILE[0],
        rows=HOSTILE,
        columns=HOSTILE,
        cells=tuple(tuple(figure(i, 20) for i in range(len(HOSTILE))) for _ in HOSTILE),
    ),
    "nobody's cells": HeatMap(title="Q", rows=("a",), columns=("b",), shares=True, cells=((figure(0, 0),),)),
    "no cells": HeatMap(title="Q", rows=(), columns=(), cells=()),
}
