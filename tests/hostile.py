"""A project of all that makes trouble in other programs: in texts, names, places and codings."""

import csv
import random
from collections.abc import Iterable, Sequence
from pathlib import Path

from coder.domain.coding import Span
from coder.formats.survey.plan import PlanOptions
from coder.imports import SurveyRequest, import_codebook, import_codings, import_survey
from coder.session import open_session
from coder.store import corpus
from coder.store.project import open_project
from coder.store.taking import read_places
from coder.store.whole import read_whole

_LONG = "Überlänge 😀 " * 30
TEXTS = (
    "Plain words, nothing else in them.",
    "😀 first, then 👩‍👩‍👧 a family, 🏳️‍🌈 a flag, and words behind them 😀",
    "e\u0301 a\u0308 o\u0302\u0323 combining, and é ä composed",
    "a line\nanother line\n\nand one after a blank line\n",
    "Windows\r\nlines\r\n\r\nend so",
    "tab\tbetween\t\twords\t",
    "  white space around   ",
    "<b>not bold</b> & &amp; ]]> <!-- none --> \"quoted\" 'so'",
    "forbidden in XML: \x01 \x0b \x1b[31m \ufffe \uffff end 😀 end",
    "from right to left: \u202e abc \u202c שלום العربية",
    "zero\u200bwidth\u200d and \ufeff inside; no-break\u00a0space, \u2028 line separator \x85 next line",
    "日本語の回答です。とても良かったです。",
    "=SUM(A1:A9)",
    "-1+1 said @once",
    _LONG,
)
QUESTIONS = ("What was good?", "What was <b>bad</b> & ugly? 😀", "What " + "else " * 70 + "?")
PEOPLE = (
    "P1",
    "p1",
    "P/2",
    "=P3",
    "Zoë 😀",
    "Zoe\u0308 😀",
    "x" * 300,
    "x" * 299 + "y",
    "<p>&amp;",
    "../../up",
    "con.txt",
    "a\tb",
    "007",
    "'quoted'",
    "العربية",
)
CODERS = ("Ana", "ana b.", "Bo 😀")
THEMES = (
    ("Staff", ""),
    ("Price", "Staff"),
    ("Late", "Staff"),
    ("Food", ""),
    ("Price", "Food"),
    ("price", ""),
    ("Zoë", ""),
    ("😀👩‍👩‍👧", ""),
    ("<script>alert(1)</script", ""),
    ("=cmd|' /C calc'!A0", ""),
    ("v1.2 of the plan.", ""),
    ("L" * 300, ""),
    ("L" * 299 + "M", ""),
    ("a/b\\c", ""),
    ("ALL", ""),
)


def hostile_project(path: Path) -> Path:
    """The project, made through the imports: three coders, whole responses, highlights without a theme, and a theme
    that came after some were read."""
    folder = path.parent
    survey, book, codings = (folder / f"hostile-{name}.csv" for name in ("survey", "book", "codings"))
    texts = [[TEXTS[(i + 5 * q) % len(TEXTS)] for q in range(len(QUESTIONS))] for i in range(len(PEOPLE))]
    texts[4][2] = texts[5][1] = ""
    facts = ["<a> & 😀", "\ttab\nline", "", "x" * 300, "007"]
    _write(
        survey,
        ["who", *QUESTIONS, "Site", "Where was it?", "Marks"],
        [
            [who, *said, facts[i % 5], ["Café & Bar", "=1+1", ""][i % 3], str(i % 6)]
            for i, (who, said) in enumerate(zip(PEOPLE, texts, strict=True))
        ],
    )
    options = PlanOptions(id="who", open=QUESTIONS, attribute=("Site",), choice=("Where was it?",), rating=("Marks",))
    import_survey(survey, path, SurveyRequest(options), coder_name=CODERS[0])
    _write(
        book,
        ["theme", "parent", "definition", "include", "exclude", "example", "keywords", "colour", "key"],
        [
            [
                name,
                above,
                f"What is {name}? \x0b <&>\nNext line.",
                "in & out",
                "",
                "\tan example",
                'one, "two, 3"',
                colour,
                "",
            ]
            for (name, above), colour in zip(THEMES, ("#ff8800", "#f80", "", "#0A0b0C", "") * 3, strict=True)
        ],
    )
    import_codebook(book, path, coder_name=CODERS[0])
    rng = random.Random(6)
    with open_project(path) as opened, opened.read() as connection:
        whole = read_whole(connection, "")
        places = read_places(connection)
        keys = {q.key: q.id for q in corpus.read_questions(connection)}
    rows: list[list[object]] = []
    bare: list[tuple[int, Span]] = []
    for response in whole.responses:
        if not response.text.strip():
            continue
        question = whole.questions[response.question].key
        shared = _span(rng, response.text)  # what several coders mark
        for coder in CODERS:
            for name, above in rng.sample(THEMES, 4):
                theme = f"{above} > {name}" if above else name
                span = rng.choice([shared, _span(rng, response.text), None])
                ends = ("", "") if span is None else (span.start, span.end)
                rows.append([response.participant, question, name, theme, coder, *ends])
        bare.append((places[response.participant, keys[question], 1].response_id, _span(rng, response.text)))
    _write(codings, ["participant_id", "question", "theme", "path", "coder", "start", "end"], rows)
    import_codings(codings, path, coder_name=CODERS[0])
    session = open_session(path, CODERS[2])
    for at, (response_id, span) in enumerate(bare):
        session.mark(response_id, span)
        if at % 2:
            session.review(response_id)
    session.create_theme("Later")
    for response_id, _ in bare[1:8:2]:
        session.review(response_id)
    session.project.close()
    return path


def _span(rng: random.Random, text: str) -> Span:
    start, end = sorted(rng.sample(range(len(text) + 1), 2))
    return Span(start, end)


def _write(path: Path, header: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([header, *rows])
