"""Sound files of every kind, from which damaged ones are made: written by coder, by libraries, and real ones."""

import csv
import io
import json
import sqlite3
import zipfile
from collections.abc import Sequence
from pathlib import Path

from coder.exchange import Program, export_project
from coder.exports import ExportKind, export
from coder.formats.refi.from_survey import Per
from coder.imports import SurveyRequest, import_codebook, import_codings, import_survey
from coder.samples import sample
from coder.session import open_session
from coder.store.project import open_project

SHARED = Path(__file__).resolve().parents[2].parent / "shared" / "data"
CODER = "Ana"
_MOST_TEXT = 8_000  # bytes of a real text; longer ones give their first lines
_MOST_BYTES = {".xlsx": 20_000, ".ods": 30_000, ".sav": 60_000, ".qdc": 60_000, ".qdpx": 60_000, ".sqlite3": 200_000}

_SURVEY = [
    ["respid", "site", "age", "What was good?", "What could we improve?", "How likely? (0-10)", "Which services?"],
    ["R001", "North", "34", "The staff were so kind 😀", "Nothing, really", "9", "Shop;Web;"],
    ["R002", "South", "51", "Kind people\nand a clean room", "=more time, please", "7", "Shop;"],
    ["R003", "North", "28", "I learnt a lot from the others", "n/a", "10", "Web;"],
    ["R004", "", "45", "Nothing", "Less waiting, and a better room for it", "2", ""],
    ["R005", "South", "39", "", "The waiting time was too long", "5", "Shop;Web;"],
    ["R006", "East", "60", "Friendly staff, good talks", "Naïve questions were laughed at", "8", "Web;"],
]
_CODEBOOK = """themes:
- name: Staff
  questions: ["What was good?"]
  definition: "What people say of those who work there: é😀"
  keywords: [kind, friendly]
  colour: "#ff8800"
  children:
  - name: Kindness
    example: so kind
    key: k
- name: Waiting
  questions: ["*"]
"""
_CODINGS = [
    ["participant_id", "question", "theme", "path", "coder", "start", "end"],
    ["R001", "What was good?", "Kindness", "Staff > Kindness", CODER, "15", "22"],
    ["R002", "What was good?", "Kindness", "Staff > Kindness", "Ben", "0", "4"],
    ["R004", "What could we improve?", "Waiting", "Waiting", CODER, "", ""],
    ["R005", "What could we improve?", "Waiting", "Waiting", CODER, "4", "16"],
]
# The columns that are read, as QualCoder 3.8 makes them.
QUALCODER_TABLES = """
create table source (id integer primary key, name text, fulltext text, mediapath text, owner text);
create table code_cat (catid integer primary key, name text, memo text, supercatid integer);
create table code_name (cid integer primary key, name text, memo text, catid integer, color text);
create table code_text (ctid integer primary key, cid integer, fid integer, seltext text, pos0 integer, pos1 integer,
    owner text, date text, memo text);
create table cases (caseid integer primary key, name text);
create table case_text (id integer primary key, caseid integer, fid integer, pos0 integer, pos1 integer);
create table attribute_type (name text primary key, caseOrFile text, valuetype text);
create table attribute (attrid integer primary key, name text, attr_type text, value text, id integer);
"""
_QUALCODER = """
insert into source values (1, 'R001_Q1', 'kind staff 😀 and late', null, 'ana'), (2, 'R002_Q1', 'late', null, 'ana');
insert into code_cat values (1, 'Service', 'memo', null), (2, 'People', '', 1);
insert into code_name values (1, 'Staff', 'memo', 2, '#FF0000'), (2, 'Late', '', null, '');
insert into code_text values (1, 1, 1, 'kind', 0, 4, 'ana', '2026-01-02', ''), (2, 2, 2, 'late', 0, 4, 'ben', '', 'x');
insert into cases values (1, 'R001'), (2, 'R002');
insert into case_text values (1, 1, 1, 0, 22), (2, 2, 2, 0, 4);
insert into attribute_type values ('age', 'case', 'numeric');
insert into attribute values (1, 'age', 'case', '34', 1), (2, 'age', 'case', '51', 2);
"""
_ODS_CONTENT = """<?xml version="1.0" encoding="UTF-8"?><office:document-content
 xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"
 xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" office:version="1.2"><office:body><office:spreadsheet>
<table:table table:name="Data">{rows}</table:table></office:spreadsheet></office:body></office:document-content>"""
_ODS_MANIFEST = """<?xml version="1.0" encoding="UTF-8"?><manifest:manifest manifest:version="1.2"
 xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"><manifest:file-entry manifest:full-path="/"
 manifest:media-type="application/vnd.oasis.opendocument.spreadsheet"/></manifest:manifest>"""
_ODS_CELL = (
    '<table:table-cell office:value-type="string" table:number-columns-repeated="1">'
    "<text:p>{}</text:p></table:table-cell>"
)


def make_seeds(folder: Path) -> tuple[Path, dict[str, list[bytes]]]:
    """A project in an empty folder, and sound files by the names of the readers."""
    survey, codings = folder / "survey.csv", folder / "codings.csv"
    survey.write_text(_csv(_SURVEY), encoding="utf-8", newline="")
    codings.write_text(_csv(_CODINGS), encoding="utf-8", newline="")
    codebook = folder / "codebook.yaml"
    codebook.write_text(_CODEBOOK, encoding="utf-8")
    project = folder / "base.coder"
    import_survey(survey, project, SurveyRequest(), coder_name=CODER)
    import_codebook(codebook, project, coder_name=CODER)
    import_codings(codings, project, coder_name=CODER, reviewed=codings)
    session = open_session(project, CODER)
    session.create_theme("What came later")
    session.project.close()
    exported = _exported(project, folder)
    workbooks = [_xlsx(_SURVEY), *_real("*.xlsx")]
    samples = sample("codebooks", "training_programme.yaml")
    long = _csv([["participant_id", "question", "text"], *(["P1", q, "words"] for q in ("a", "b", "a2"))])
    seeds: dict[str, list[bytes]] = {
        "csv": [
            survey.read_bytes(),
            long.encode(),
            _csv(_SURVEY).encode("utf-16"),
            *_real("*.[ct][sx][vt]"),
        ],
        "xlsx": workbooks,
        "ods": [_ods(_SURVEY), *_real("*.ods")],
        "sav": [exported["matrix.sav"], exported["responses.sav"], _sav(folder), *_real("synthetic/*.sav")],
        "parquet": [exported["matrix.parquet"], _parquet(folder)],
        "jsonl": [_json_lines(_SURVEY)],
        "plan": [_plan(survey)],
        "codebook-yaml": [
            _CODEBOOK.encode(),
            exported["codebook.yaml"],
            _short(samples),
        ],
        "codebook-csv": [
            exported["codebook.csv"],
            exported["codebook.xlsx"],
            *_real("../replication3r_survey/codebook.csv"),
        ],
        "codebook-qdc": [exported["codebook.qdc"], *_real("../qda_files/*.qdc")],
        "codings": [codings.read_bytes(), exported["codings.csv"], exported["codings.xlsx"]],
        "matrix": [exported["matrix.csv"], exported["matrix.xlsx"]],
        "reviewed": [codings.read_bytes(), exported["responses.csv"]],
        "attributes": [_csv([["respid", "city", "team"], ["R001", "Bonn", "1"], ["R002", "", "2"]]).encode()],
        "qdpx": [exported[f"{n}.qdpx"] for n in ("plain", "nvivo", "maxqda")] + _real("../qda_files/*.qdpx"),
        "taguette": [*_real("../qda_files/*.sqlite3")] or [_database(folder, _TAGUETTE)],
        "qualcoder": [_database(folder, QUALCODER_TABLES + _QUALCODER)],
    }
    return project, seeds


def _exported(project: Path, folder: Path) -> dict[str, bytes]:
    names = ["matrix.sav", "responses.sav", "matrix.parquet", "codebook.yaml", "codebook.csv", "codebook.qdc"]
    names += ["codebook.xlsx", "codings.csv", "codings.xlsx", "matrix.csv", "matrix.xlsx", "responses.csv"]
    with open_project(project) as opened:
        for name in names:
            export(ExportKind(name.partition(".")[0]), opened, folder / name)
        for name, program in (("plain", None), ("nvivo", Program.NVIVO), ("maxqda", Program.MAXQDA)):
            export_project(opened, folder / f"{name}.qdpx", program=program, per=Per.RESPONSE if not program else None)
            names.append(f"{name}.qdpx")
    return {name: (folder / name).read_bytes() for name in names}


def _real(pattern: str) -> list[bytes]:
    """Real files, where they are at hand: whole where they are short, else their first lines if they are texts."""
    up, _, rest = pattern.rpartition("../")
    root = SHARED if up or pattern.startswith("../") else SHARED / "survey_files"
    found = []
    for path in sorted(root.glob(rest if pattern.startswith("../") else pattern)):
        short = _short(path)
        if short:
            found.append(short)
    return found


def _short(path: Path) -> bytes:
    data = path.read_bytes()
    if path.suffix not in (".csv", ".tsv", ".txt", ".yaml"):
        return data if len(data) <= _MOST_BYTES[path.suffix] else b""
    # Whole lines, and no quote left open.
    end = min(len(data), _MOST_TEXT)
    while end > 0 and (data[end - 1 : end] != b"\n" or data.count(b'"', 0, end) % 2):
        end -= 1
    return data[:end]


def _csv(rows: Sequence[Sequence[str]]) -> str:
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\n").writerows(rows)
    return out.getvalue()


def _xlsx(rows: Sequence[Sequence[str]]) -> bytes:
    from xlsxwriter import Workbook

    out = io.BytesIO()
    book = Workbook(out, {"in_memory": True})
    sheet = book.add_worksheet("Data")
    for number, row in enumerate(rows):
        for column, cell in enumerate(row):
            if cell.isdigit():
                sheet.write_number(number, column, int(cell))
            else:
                sheet.write_string(number, column, cell)
    book.close()
    return out.getvalue()


def _ods(rows: Sequence[Sequence[str]]) -> bytes:
    from html import escape

    cells = ("".join(_ODS_CELL.format(escape(cell)) for cell in row) for row in rows)
    content = _ODS_CONTENT.format(rows="".join(f"<table:table-row>{row}</table:table-row>" for row in cells))
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("META-INF/manifest.xml", _ODS_MANIFEST)
        archive.writestr("content.xml", content)
    return out.getvalue()


def _sav(folder: Path) -> bytes:
    import pandas as pd
    import pyreadstat

    header, *rows = _SURVEY
    columns = {f"v{i}": [row[i] for row in rows] for i in range(len(header))}
    frame = pd.DataFrame(columns).astype({"v5": float})
    pyreadstat.write_sav(
        *(frame, folder / "other.sav"),
        column_labels=header,
        missing_ranges={"v5": [{"lo": 0.0, "hi": 3.0}], "v1": ["East"]},
        variable_value_labels={"v5": {10: "Very", 0: "Not"}},
        row_compress=True,
    )
    return (folder / "other.sav").read_bytes()


def _parquet(folder: Path) -> bytes:
    from datetime import UTC, datetime
    from decimal import Decimal

    import pyarrow as arrow
    from pyarrow import parquet

    header, *rows = _SURVEY
    columns = {name: [row[i] for row in rows] for i, name in enumerate(header)}
    size = len(rows)
    columns |= {"at": [datetime(2026, 1, 2, tzinfo=UTC)] * size, "d": [Decimal("1.50")] * size, "b": [b"\xff"] * size}
    columns |= {"list": [["a", "b"]] * size, "map": [{"a": 1}] * size, "f": [float("nan"), *[1.5] * (size - 1)]}
    parquet.write_table(arrow.table(columns), folder / "other.parquet", compression="snappy", use_dictionary=["site"])
    return (folder / "other.parquet").read_bytes()


def _json_lines(rows: Sequence[Sequence[str]]) -> bytes:
    header, *others = rows
    lines = [json.dumps(dict(zip(header, row, strict=True))) for row in others]
    lines.append(json.dumps({"respid": 7, "site": None, "age": 1.5, "Which services?": ["Shop", True], "more": "x"}))
    return "\n".join(lines).encode()


def _plan(survey: Path) -> bytes:
    from coder.formats.survey.plan import dump_plan
    from coder.imports import plan_survey

    return dump_plan(plan_survey(survey, SurveyRequest())[1]).encode()


def _database(folder: Path, script: str) -> bytes:
    path = folder / "some.sqlite3"
    connection = sqlite3.connect(path)
    connection.executescript(script)
    connection.close()
    data = path.read_bytes()
    path.unlink()
    return data


_TAGUETTE = """
create table projects (id integer primary key, name text, description text, created text);
create table documents (id integer primary key, name text, contents text, project_id integer);
create table tags (id integer primary key, path text, description text, project_id integer);
create table highlights (id integer primary key, document_id integer, start_offset integer, end_offset integer);
create table highlight_tags (highlight_id integer, tag_id integer);
insert into projects values (1, 'Study', 'words', '2026-01-02');
insert into documents values (1, 'R001_Q1', '<p>kind &amp; clean 😀</p><p>late</p>', 1);
insert into tags values (1, 'service.staff', 'who works there', 1), (2, 'late', '', 1);
insert into highlights values (1, 1, 0, 4), (2, 1, 18, 22);
insert into highlight_tags values (1, 1), (2, 2);
"""
