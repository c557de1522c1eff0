"""The browser's terminal puts every cluster of a response at the column at which our layout says it is."""

import json
import subprocess
import sys

from coder import processes
from coder.serve.screen import TERMINAL
from tests.browser.conftest import Tab

MARK = "begin of the sample"
SCRIPTS = {
    "Latin": "naïve café, Straße – “quoted” … ½",
    "combining accents": "e\u0301a\u0308o\u0302 Z\u0351\u036b\u0343\u032a\u0302 \u0301lone",
    "emoji": "so 😀 good 🎉🎉 end",
    "joined emoji": "fam 👨‍👩‍👧‍👦 and 👩🏽‍💻 end 🏳️‍🌈 x",
    "skin tones": "ok 👍🏽👍🏿 yes 🤝🏻 end",
    "variation selectors": "❤️ ☎️ ✔︎ ™️ ☺ end",
    "keycaps": "1️⃣ 2️⃣ #️⃣ end",
    "flags": "🇬🇧🇳🇱 🇬 🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f end",
    "newest emoji": "🫠 🫨 🫩 🪾 🫆 end",
    "Devanagari": "हिन्दी में क्षत्रिय लिखा end",
    "Bengali": "বাংলা ভাষায় লেখা end",
    "Tamil": "தமிழ் மொழி நன்று end",
    "Thai": "ภาษาไทย ดีมาก ที่นี่ end",
    "Lao": "ພາສາລາວ ດີ end",
    "Khmer": "ភាសាខ្មែរ ល្អ end",
    "Burmese": "မြန်မာစာ ကောင်း end",
    "Tibetan": "བོད་ཡིག end",
    "Hebrew": "שָׁלוֹם עולם end",
    "Arabic": "مَرْحَبًا بالعالم لا end",
    "Hangul": "한국어 좋아요 end",
    "Hangul letters": "\u1112\u1161\u11ab\u1100\u116e\u11a8 end",
    "Chinese": "我觉得很好，谢谢。 end",
    "Japanese": "とても良い、カﾞｯﾂ ﾊﾝｶｸ end",
    "Georgian, Armenian": "ქართული Հայերեն end",
    "Ethiopic": "አማርኛ ጥሩ end",
    "symbols": "→ ✓ ★ ☆ ▶ ◌ ∑ ≠ € ℃ end",
    "wide punctuation": "〈a〉《b》「c」～ Ａ end",
    "invisible": "a\u200bb\u200dc\u2060d\u00ade\ufefff end",
    "directions": "\u202eevil\u202c \u2066iso\u2069 end",
    "controls": "\x1b[31mred\x07 \x9b1m end",
    "old scripts": "𐎀𐎁 𓀀𓀁 𝒜𝓑 end",
}
_CELLS = """([row, column, width]) => {
    const line = window.caught.buffer.active.getLine(row);
    return [...Array(width).keys()].map((at) => line.getCell(column + at).getChars());
}"""


# In a process of its own: which characters are wide is settled once in each.
_CLUSTERS = """import json, sys
from coder.tui.widgets.layout import Layout
found = []
for text in json.load(sys.stdin):
    (line,) = Layout(text, 60).lines
    starts = list(range(line.start, line.end) if line.plain else line.offsets[:-1])
    columns = [line.column_of(start) for start in starts] + [line.width]
    found.append([[c, after, line.drawn(s, s + 1)] for s, c, after in zip(starts, columns, columns[1:])])
json.dump(found, sys.stdout)
"""


def laid_out(texts):
    """For each text its clusters: the first column, the column after it, what is drawn; as a served screen has them."""
    ran = subprocess.run(
        [sys.executable, "-c", _CLUSTERS],
        input=json.dumps(texts),
        env=processes.environment(**TERMINAL),
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(ran.stdout)


def test_every_cluster_begins_at_the_column_that_the_layout_says(serve, context):
    server = serve({"P1": "\n".join([MARK, *SCRIPTS.values()])}, ["Kindness"])
    page = context.new_page()
    page.set_viewport_size({"width": 1400, "height": 1500})
    tab = Tab(page)
    page.goto(server.link)
    shown = tab.wait(MARK, "nothing selected").split("\n")
    top, left = next((y, line.index(MARK)) for y, line in enumerate(shown) if MARK in line and "P1" not in line)
    wrong = {}
    for row, (script, clusters) in enumerate(zip(SCRIPTS, laid_out(list(SCRIPTS.values())), strict=True), top + 1):
        assert len(clusters) > 5
        cells = page.evaluate(_CELLS, [row, left, clusters[-1][1]])
        # A spacing mark has a cell of its own, the second half of a wide character none, a space no character.
        differing = [
            (column, glyph, there)
            for column, after, glyph in clusters
            if (there := "".join(cells[column:after]) or " ") != glyph
        ]
        if differing:
            wrong[script] = differing
    assert wrong == {}
