"""Every count again, from the files that went out: of any project, in every format, by nothing of ours."""

import csv
import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from math import isnan
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pyreadstat
import pytest
import python_calamine
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from coder.analysis.tally import tally
from coder.domain.coding import Span
from coder.errors import CoderError
from coder.exports import ExportKind, Showing, dictionary_path, export
from coder.imports import SurveyRequest, import_codings, import_survey
from coder.session import Session, open_session
from coder.store.project import Project, open_project
from tests.cli.commands import table

Said = tuple[str, str, str, str]
Act = tuple[str, str, int, int]
Rows = list[dict[str, Any]]
Counts = dict[tuple[str, str, str], tuple[int, int, int]]
Chains = list[tuple[int, ...]]

HEADER = ("participant_id", "question", "wave", "text")
TEXTS = ("kind and patient", "too late 😀", "n/a", "", "-1 of them, e\u0301", "=cmd kind ", "tab\tand\nline")
NAMES = ("Staff", "staff ", "participant_id", "text", "ALL", "x_2", "X 2", "x-2", "1st", "Zoë", "愛", "L" * 90, "Theme")
CODERS = ("Ana", "Ben; C")


# --- any project -----------------------------------------------------------------------------------------------------

ANSWERS = st.lists(
    st.tuples(
        st.sampled_from(["007", "7", "b", "=d"]),
        st.sampled_from(["Why?", "How?"]),
        st.sampled_from(["", "start"]),
        st.sampled_from(TEXTS),
    ),
    min_size=1,
    max_size=9,
)
"""Who said what: in waves, in several parts, and answers that are none."""

ACTS = st.lists(
    st.tuples(
        st.sampled_from(["code", "code", "code", "highlight", "highlight", "review", "review", "review", "new", "new"])
        | st.sampled_from(["below", "of one", "serve", "move", "merge", "archive", "bring back", "undo", "mask"])
        | st.sampled_from(["change", "placeholders"]),
        st.sampled_from(CODERS),
        st.integers(0, 30),
        st.integers(0, 30),
    ),
    max_size=25,
)


def make_project(path: Path, said: list[Said], acts: Iterable[Act]) -> None:
    """A project of these answers on which these acts were done, as far as they could be."""
    import_survey(table(path.parent / "survey.csv", HEADER, *said), path, SurveyRequest(), coder_name="Ana")
    sessions = {who: open_session(path, who) for who in CODERS}
    sessions["Ana"].create_theme(NAMES[0])
    for act, who, one, other in acts:
        try:
            if act == "change":
                said = [(*row[:3], f"{row[3]} more" if i == one % len(said) else row[3]) for i, row in enumerate(said)]
                file = table(path.parent / "survey.csv", HEADER, *said)
                import_survey(file, path, SurveyRequest(), coder_name=who)
            elif act == "placeholders":
                none = [row[:3] for row in said if row[3] == "n/a"]
                file = table(path.parent / "codings.csv", (*HEADER[:3], "theme"), *((*row, NAMES[0]) for row in none))
                import_codings(file, path, coder_name=who)
            else:
                _act(sessions[who], act, one, other)
        except CoderError:
            continue
    for session in sessions.values():
        session.project.close()


def _act(session: Session, act: str, one: int, other: int) -> None:
    responses, themes = session.queue(), [theme.id for theme in session.codebook.themes]
    response = responses[one % len(responses)] if responses else 0
    theme, second = (themes[n % len(themes)] if themes else 0 for n in (other, one))
    match act:
        case "new":
            session.create_theme(NAMES[other % len(NAMES)])
        case "of one" if session.questions:
            session.create_theme(NAMES[other % len(NAMES)], question_key=session.questions[0].key)
        case "below" if theme:
            session.create_theme(NAMES[one % len(NAMES)], parent_id=theme)
        case "serve" if theme:
            session.edit_theme(theme, questions=frozenset(q.key for q in session.questions[: one % 3]))
        case "move" if theme:
            session.move_theme(theme, second if one % 2 else None)
        case "merge" if theme != second:
            session.merge_themes(theme, second)
        case "archive" if theme:
            session.archive_theme(theme)
        case "bring back" if gone := session.archived():
            session.bring_back_theme(gone[0].theme_id)
        case "undo":
            session.undo()
        case "mask" if response:
            session.mask(response, Span(0, 2))
        case "review" if response:
            session.review(response)
        case "code" if response and theme:
            session.assign(response, theme)
        case "highlight" if response and theme:
            session.assign(response, theme, Span(one % 3, 4 + other % 3))


# --- files, as others read them --------------------------------------------------------------------------------------


def from_csv(path: Path) -> Rows:
    with path.open(newline="", encoding="utf-8") as file:
        head, *rows = csv.reader(file)
    return named(head, rows)


def from_xlsx(path: Path) -> Rows:
    head, *rows = python_calamine.CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()
    return named(head, rows)


def from_parquet(path: Path) -> Rows:
    read = pytest.importorskip("pyarrow.parquet").read_table(path)
    return named(read.column_names, zip(*(column.to_pylist() for column in read.columns), strict=True))


def from_sav(path: Path) -> Rows:
    """By the columns' whole names, where a data dictionary has them."""
    data, _ = pyreadstat.read_sav(path, output_format="dict")
    known = dictionary_path(path)
    long = {row["short_name"]: row["column"] for row in from_csv(known)} if known.exists() else {}
    return named([long.get(name, name) for name in data], zip(*data.values(), strict=True))


def named(head: Iterable[str], rows: Iterable[Iterable[Any]]) -> Rows:
    """The rows by the names of their columns, which differ; an empty text and no number are None."""
    head = list(head)
    assert len(set(head)) == len(head)
    return [
        {k: None if v == "" or (isinstance(v, float) and isnan(v)) else v for k, v in zip(head, row, strict=True)}
        for row in rows
    ]


READERS: Mapping[str, Callable[[Path], Rows]] = {
    ".csv": from_csv,
    ".xlsx": from_xlsx,
    ".parquet": from_parquet,
    ".sav": from_sav,
}


# --- the counts ------------------------------------------------------------------------------------------------------


def from_project(project: Project) -> tuple[Counts, Chains]:
    """Participants, assignments and base by question, wave and path; by question those asked, those who answered, were
    reviewed, and have a theme."""
    counts, chains = {}, []
    for q in tally(project).questions:
        chain = q.counted.chain
        chains.append((chain.asked, chain.answered, chain.reviewed, chain.with_theme))
        for t in q.counted.themes:
            path = " > ".join(q.codebook.path(t.theme_id))
            counts[q.question.key, q.question.wave, path] = (t.participants, t.assignments, t.base)
    return counts, chains


def asked(row: Mapping[str, Any]) -> tuple[str, str]:
    return row["question"], row.get("wave") or ""


def from_long(responses: Rows, codings: Rows) -> tuple[Counts, Chains]:
    """The same, of the themes that somebody mentions."""

    def place(row: Mapping[str, Any]) -> tuple[Any, ...]:
        return row["participant_id"], *asked(row), row.get("part")

    counts, chains = {}, []
    for question in dict.fromkeys(map(asked, responses)):
        here = [row for row in responses if asked(row) == question]
        answers = {place(row): row for row in here if row["status"] == "answered"}
        people = {row["participant_id"] for row in answers.values()}
        reviewed = people - {row["participant_id"] for row in answers.values() if not row["reviewed_by"]}
        came_later, having, given = defaultdict(set), defaultdict(set), defaultdict(set)
        for row in answers.values():
            for path in json.loads(row["unknown_themes"] or "[]"):
                came_later[path].add(row["participant_id"])
        for row in codings:
            if place(row) in answers:
                names = row["path"].split(" > ")
                for path in (" > ".join(names[:n]) for n in range(1, len(names) + 1)):
                    having[path].add(row["participant_id"])
                    given[path].add((*place(row), row["path"], row["coder"]))
        for path, found in having.items():
            base = (reviewed - came_later[path]) | (found & reviewed)
            counts[*question, path] = (len(found & reviewed), len(given[path]), len(base))
        with_theme = reviewed & set().union(*having.values())
        chains.append((len({row["participant_id"] for row in here}), len(people), len(reviewed), len(with_theme)))
    return counts, chains


def from_matrix(rows: Rows, columns: Iterable[str]) -> list[tuple[int, int]]:
    """Participants and base, column by column: the ones, and all that is known."""
    assert len({row["participant_id"] for row in rows}) == len(rows)
    known = [[int(row[name]) for row in rows if row[name] is not None] for name in columns]
    assert all(set(values) <= {0, 1} for values in known)
    return [(sum(values), len(values)) for values in known]


def check(project: Project, folder: Path) -> None:
    """Compare what the project counts with what is counted from its files."""
    counts, chains = from_project(project)
    mentioned = {key: figures for key, figures in counts.items() if figures[1]}

    def read(kind: ExportKind, suffix: str, *, pseudonyms: bool = False) -> Rows:
        out = folder / f"{kind.value}{suffix}"
        export(kind, project, out, raw=True, showing=Showing(pseudonyms))
        return READERS[suffix](out)

    for suffix in READERS:
        if counts:
            figures = [
                tuple(int(row[k]) for k in ("participants", "assignments", "base"))
                for row in read(ExportKind.TALLY, suffix)
            ]
            assert figures == list(counts.values()), suffix
            for pseudonyms in (False, True):
                rows = read(ExportKind.MATRIX, suffix, pseudonyms=pseudonyms)
                columns = [row["column"] for row in from_csv(dictionary_path(folder / "matrix.csv"))][1:]
                assert from_matrix(rows, columns) == [(p, base) for p, _, base in counts.values()], suffix
        # SPSS has no file without rows.
        codings = read(ExportKind.CODINGS, suffix if mentioned else ".csv")
        assert from_long(read(ExportKind.RESPONSES, suffix), codings) == (mentioned, chains), suffix


@given(said=ANSWERS, acts=ACTS)
@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_every_count_of_any_project_comes_out_of_its_files(said: list[Said], acts: list[Act]) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "any.coder"
        make_project(path, said, acts)
        with open_project(path) as project:
            if from_project(project)[1]:  # an undo may have taken the import back
                check(project, Path(folder))
