"""Files that were made to do harm, and how soon each is refused: `python -m benchmarks.bombs`."""

import io
import json
import sqlite3
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from coder.errors import CoderError
from coder.exchange import import_project
from coder.imports import SurveyRequest, import_codebook, import_survey

_HEADER = '<?xml version="1.0" encoding="utf-8"?>\n'
_ENTITIES = "<!DOCTYPE Project [<!ENTITY a 'ha'>" + "".join(
    f"<!ENTITY {chr(98 + i)} '{f'&{chr(97 + i)};' * 10}'>" for i in range(9)
)
_STAY = "<Code guid='11111111-1111-4111-8111-11111111111{}' name='a' isCodable='true'>"
_DEEP = 5_000


@dataclass(frozen=True)
class Bomb:
    """A file that is made, how it is taken, and words of the refusal."""

    name: str
    file: str
    make: Callable[[Path], None]
    take: Callable[[Path, Path], object]
    says: str


def survey(file: Path, project: Path) -> object:
    return import_survey(file, project, SurveyRequest(), coder_name="Ana")


def planned(file: Path, project: Path) -> object:
    survey_file = file.with_name("survey.csv")
    survey_file.write_text("participant_id,question,text\nP1,q,staff\n", encoding="utf-8")
    plan = file.read_text(encoding="utf-8")
    return import_survey(survey_file, project, SurveyRequest(plan=plan), coder_name="Ana")


def codebook(file: Path, project: Path) -> object:
    return import_codebook(file, project, coder_name="Ana")


def exchange(file: Path, project: Path) -> object:
    return import_project(file, project.with_name("other.coder"), coder_name="Ana")


def _text(content: str) -> Callable[[Path], None]:
    return lambda path: path.write_text(content, encoding="utf-8") and None


def _packed(*parts: tuple[str, str | bytes]) -> Callable[[Path], None]:
    def make(path: Path) -> None:
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in parts:
                archive.writestr(name, content)

    return make


def _zeros(path: Path) -> None:
    _packed(("project.qde", b"<Project/>"), ("sources/a.txt", bytes(200_000_000)))(path)


def _declared(path: Path) -> None:
    """A part of 2 GB, as its entry in the directory says; there are a few bytes of it."""
    _packed(("[Content_Types].xml", "<Types/>"), ("xl/worksheets/sheet1.xml", "<a/>"))(path)
    data = bytearray(path.read_bytes())
    at = data.rindex(b"PK\x01\x02")
    data[at + 24 : at + 28] = (2_000_000_000).to_bytes(4, "little")
    path.write_bytes(data)


def _locked(path: Path) -> None:
    _packed(("project.qde", "<Project/>"))(path)
    data = bytearray(path.read_bytes())
    data[data.index(b"PK\x03\x04") + 6] |= 1
    data[data.index(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(data)


def _repeated_texts(path: Path) -> None:
    """One text of a megabyte, in 50,000 cells."""
    from xlsxwriter import Workbook

    out = io.BytesIO()
    book = Workbook(out, {"in_memory": True})
    sheet = book.add_worksheet()
    for row in range(50_000):
        sheet.write_string(row, 0, "text")
    book.close()
    with zipfile.ZipFile(out) as archive:
        parts = [(part, archive.read(part)) for part in archive.namelist()]
    # Not too dense, so that its ratio says nothing.
    words = "".join(map(chr, (33 + 7 * i * i % 60 + 30 * (i % 2) for i in range(1_000_000)))).replace("<", "a")
    words = words.replace("&", "b")
    _packed(*((n, c.replace(b">text<", f">{words}<".encode())) for n, c in parts))(path)


def _endless(path: Path) -> None:
    connection = sqlite3.connect(path)
    for table in ("source", "code_name", "code_text"):
        endless = "WITH RECURSIVE n(i) AS (VALUES(1) UNION ALL SELECT i FROM n) SELECT i FROM n"
        connection.execute(f"CREATE VIEW {table} AS {endless}")
    connection.close()


def _many_parts(path: Path) -> None:
    _packed(("project.qde", "<Project/>"), *((f"sources/{i}", b"") for i in range(60_000)))(path)


def _deep_qdc() -> str:
    return f"{_HEADER}<CodeBook><Codes>{_STAY.format(1) * _DEEP}{'</Code>' * _DEEP}</Codes></CodeBook>"


def _project(inside: str) -> str:
    return f"{_HEADER}<Project name='x'>{inside}</Project>"


BOMBS = (
    Bomb("200 MB of zeros in a .qdpx", "in.qdpx", _zeros, exchange, "would unpack"),
    Bomb("a part of 2 GB, as declared", "in.xlsx", _declared, survey, "would unpack"),
    Bomb("60,001 parts", "in.qdpx", _many_parts, exchange, "would unpack"),
    Bomb("a locked .qdpx", "in.qdpx", _locked, exchange, "password"),
    Bomb(
        *("one part twice", "in.qdpx", _packed(("project.qde", "<Project/>"), ("Project.QDE", "<Project/>"))),
        *(exchange, "twice"),
    ),
    Bomb(
        *("an entity bomb", "in.qdpx", _packed(("project.qde", f"{_ENTITIES}]><Project name='x'>&j;</Project>"))),
        *(exchange, "document type"),
    ),
    Bomb(
        "an entity that names a file",
        "in.qdc",
        _text("<!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><CodeBook>&x;</CodeBook>"),
        codebook,
        "document type",
    ),
    Bomb("a codebook 5,000 deep (.qdc)", "in.qdc", _text(_deep_qdc()), codebook, "levels"),
    Bomb(
        "a codebook 5,000 deep (YAML)",
        "in.yaml",
        _text("themes: " + "[{name: a, children: " * _DEEP + "[]" + "}]" * _DEEP),
        codebook,
        "levels",
    ),
    Bomb(
        "a codebook 5,000 deep (a path in CSV)",
        "in.csv",
        _text("theme,parent\na," + " > ".join(f"T{i}" for i in range(_DEEP)) + "\n"),
        codebook,
        "levels|read",
    ),
    Bomb("a plan 5,000 deep", "plan.yaml", _text("columns: " + "[" * _DEEP + "]" * _DEEP), planned, "levels"),
    Bomb(
        "a plan of aliases",
        "plan.yaml",
        _text(
            "a: &a [x, x]\n" + "".join(f"{b}: &{b} [*{a}, *{a}]\n" for a, b in zip("abcdefgh", "bcdefghi", strict=True))
        ),
        planned,
        "anchor",
    ),
    Bomb(
        *("a CSV of 100,000 columns", "in.csv", _text(",".join(f"q{i}" for i in range(100_000)) + "\n" + "," * 99_999)),
        *(survey, "columns"),
    ),
    Bomb(
        *("a CSV of 100,000 columns of one name", "in.csv", _text("q," * 99_999 + "q\n" + "," * 99_999)),
        *(survey, "columns"),
    ),
    Bomb("a cell of 40 MB", "in.csv", _text(f"id,q\nP1,{'x' * 40_000_000}\n"), survey, "can't be read"),
    Bomb(
        "JSON Lines of 20,000 names",
        "in.jsonl",
        _text("\n".join(json.dumps({f"q{i}": 1 for i in range(at, at + 5_000)}) for at in range(0, 20_000, 5_000))),
        survey,
        "columns",
    ),
    Bomb("a text of a megabyte in 50,000 cells", "in.xlsx", _repeated_texts, survey, "memory"),
    Bomb("a database of endless views", "in.qda", _endless, exchange, "none of"),
)


def main() -> int:
    slowest = 0.0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        project = folder / "a.coder"
        (folder / "first.csv").write_text("participant_id,question,text\nP1,q,staff\n", encoding="utf-8")
        survey(folder / "first.csv", project)
        for bomb in BOMBS:
            path = folder / bomb.file
            bomb.make(path)
            start = time.perf_counter()
            try:
                bomb.take(path, project)
                said = "TAKEN"
            except CoderError as error:
                said = error.message
            seconds = time.perf_counter() - start
            slowest = max(slowest, seconds)
            print(f"{seconds:6.2f} s  {bomb.name}: {said[:110]}", flush=True)
            path.unlink()
    print(f"{slowest:6.2f} s  at most")
    return 0


if __name__ == "__main__":
    sys.exit(main())
