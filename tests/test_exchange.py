"""Projects that go to other programs and come back: whom a review is taken to speak of, and what is taken twice."""

import random
import re
import zipfile
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from types import MappingProxyType
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from coder.analysis.tally import Cut, tally, tally_json
from coder.domain.coding import Span
from coder.domain.tally import Base
from coder.errors import CoderError, InputError, NotFoundError
from coder.exchange import Program, export_project, import_project
from coder.exports import PSEUDONYMOUS, ExportKind, Showing, export
from coder.formats import limits
from coder.formats.refi.from_survey import Per
from coder.formats.refi.write import legal
from coder.imports import SurveyRequest, import_survey
from coder.session import Session, open_session
from coder.store.project import create_project, open_project
from tests.cli.commands import coder, ok, rows_of, table
from tests.projects import QUESTION, project_of, session_of, theme_id

TEXTS = {"P1": "kind staff", "P2": "good food", "P3": "late trains"}


def read_by_ana(folder: Path) -> Session:
    """A project with one theme, under which Ana has read every text."""
    session = session_of(folder, TEXTS, ["Staff"])
    file = table(folder / "m.csv", ("id", "Staff"), ("P1", 1), ("P2", 0), ("P3", 0))
    ok(coder("import", "codings", file, session.project.path, "--coder", "Ana"))
    return session


def bases(path: Path) -> dict[str, tuple[int, int]]:
    """Of each theme, how many mentioned it, and of how many that is known."""
    (question,) = ok(coder("tally", path, "--json")).json["questions"]
    return {theme["path"][-1]: (theme["participants"], theme["base"]) for theme in question["themes"]}


def test_a_file_that_went_out_before_a_theme_was_made_says_nothing_of_it(tmp_path: Path) -> None:
    session = read_by_ana(tmp_path)
    export_project(session.project, tmp_path / "out.qdpx")
    session.create_theme("Trains", question_key=QUESTION)
    assert bases(session.project.path) == {"Staff": (1, 3), "Trains": (0, 0)}
    import_project(tmp_path / "out.qdpx", session.project.path, coder_name="Ana")
    assert bases(session.project.path) == {"Staff": (1, 3), "Trains": (0, 0)}
    import_project(tmp_path / "out.qdpx", session.project.path, coder_name="Ben", all_reviewed=True)
    assert bases(session.project.path) == {"Staff": (1, 3), "Trains": (0, 0)}


def test_a_review_from_before_a_theme_speaks_of_the_older_ones_wherever_it_goes(tmp_path: Path) -> None:
    session = read_by_ana(tmp_path)
    session.create_theme("Trains", question_key=QUESTION)
    session.assign(session.queue()[2], theme_id(session, "Trains"))
    session.review(session.queue()[1])
    before = bases(session.project.path)
    assert before == {"Staff": (1, 3), "Trains": (1, 2)}
    export_project(session.project, tmp_path / "out.qdpx")
    import_project(tmp_path / "out.qdpx", tmp_path / "in.coder", coder_name="Ben")
    assert bases(tmp_path / "in.coder") == before
    import_project(tmp_path / "out.qdpx", session.project.path, coder_name="Ben")
    assert bases(session.project.path) == before


def test_a_theme_that_another_program_adds_was_not_looked_for_by_those_who_read_before(tmp_path: Path) -> None:
    session = read_by_ana(tmp_path)
    export_project(session.project, tmp_path / "out.qdpx")
    add_code(tmp_path / "out.qdpx", "Trains")
    for all_reviewed, known in ((False, 0), (True, 3)):
        for target in (tmp_path / f"new {known}.coder", session.project.path):
            import_project(tmp_path / "out.qdpx", target, coder_name="Ana", all_reviewed=all_reviewed)
            assert bases(target) == {"Staff": (1, 3), "Trains": (0, known)}
    session.undo()
    session.undo()
    assert bases(session.project.path) == {"Staff": (1, 3)}
    session.redo()
    assert bases(session.project.path) == {"Staff": (1, 3), "Trains": (0, 0)}


def test_a_response_that_lost_a_coding_on_the_way_is_not_counted_as_without_the_theme(tmp_path: Path) -> None:
    session = read_by_ana(tmp_path)
    session.assign(session.queue()[1], theme_id(session, "Staff"), Span(0, 4))
    file = tmp_path / "out.qdpx"
    export_project(session.project, file)
    rewrite(file, 'endPosition="4"', 'endPosition="400"')
    for all_reviewed in (False, True):
        new = tmp_path / f"new {all_reviewed}.coder"
        done = import_project(file, new, coder_name="Ben", all_reviewed=all_reviewed)
        assert bases(new) == {"Staff": (1, 2)}
        assert any("lost codings" in note and ": 1." in note for note in done.notices)


def test_a_text_that_another_program_adds_is_no_answer_to_a_question_that_was_asked(tmp_path: Path) -> None:
    session = read_by_ana(tmp_path)
    session.create_theme("Trains", question_key=QUESTION)
    session.review(session.queue()[1])
    export_project(session.project, tmp_path / "out.qdpx")
    add_source(tmp_path / "out.qdpx", "field notes", "kind, they say")
    import_project(tmp_path / "out.qdpx", tmp_path / "in.coder", coder_name="Ben", all_reviewed=True)
    questions = ok(coder("tally", tmp_path / "in.coder", "--json")).json["questions"]
    assert [question["base"]["answered"] for question in questions] == [3, 1]


def add_source(path: Path, name: str, text: str) -> None:
    """Add a text as another program does."""
    guid = "00000000-0000-4000-8000-000000000002"
    source = f'<TextSource guid="{guid}" name="{name}" plainTextPath="internal://{guid}.txt"/></Sources>'
    rewrite(path, "</Sources>", source, {f"sources/{guid}.txt": text.encode()})


def add_code(path: Path, name: str) -> None:
    """Add a code as another program does."""
    code = f'<Code guid="00000000-0000-4000-8000-000000000001" name="{name}" isCodable="true"/></Codes>'
    rewrite(path, "</Codes>", code)


def read_xml(path: Path) -> str:
    with zipfile.ZipFile(path) as archive:
        return archive.read("project.qde").decode()


def rewrite(path: Path, old: str, new: str, more: Mapping[str, bytes] = MappingProxyType({})) -> None:
    """Write a project anew with another text in its XML, and with more parts."""
    with zipfile.ZipFile(path) as archive:
        parts = {part: archive.read(part) for part in archive.namelist()}
    parts["project.qde"] = parts["project.qde"].replace(old.encode(), new.encode())
    with zipfile.ZipFile(path, "w") as archive:
        for part, data in (parts | dict(more)).items():
            archive.writestr(part, data)


def test_texts_that_differ_are_named_and_left_out_only_where_that_is_asked_for(tmp_path: Path) -> None:
    session = session_of(tmp_path, TEXTS, ["Staff"])
    for response_id in session.queue():
        session.assign(response_id, theme_id(session, "Staff"), Span(0, 4))
    file = tmp_path / "out.qdpx"
    export_project(session.project, file)
    (tmp_path / "newer").mkdir()
    newer = session_of(tmp_path / "newer", TEXTS | {"P2": "better food", "P4": "new"}).project.path
    as_it_was = newer.read_bytes()
    refused = coder("import", "project", file, newer)
    assert refused.status == 1 and newer.read_bytes() == as_it_was
    assert "1 of 3 responses" in refused.err and "P2, ‘What was good?’" in refused.err and "P1" not in refused.err
    assert "--known-only" in refused.err
    said = ok(coder("import", "project", file, newer, "--known-only", "--all-reviewed", "--json"))
    assert said.json["counts"]["codings"] == 2
    assert any("P2, ‘What was good?’" in notice for notice in said.json["notices"])
    assert bases(newer) == {"Staff": (2, 2)}


def test_words_that_were_masked_since_or_are_no_longer_are_the_same_words(tmp_path: Path) -> None:
    session = session_of(tmp_path, TEXTS, ["Staff"])
    first, second, _ = session.queue()
    session.mask(second, Span(0, 4))
    file = tmp_path / "out.qdpx"
    export_project(session.project, file)
    session.unmask(second, Span(0, 4))
    session.mask(first, Span(0, 4))
    assert not import_project(file, session.project.path, coder_name="Ana").changed
    assert session.view(second).response.text == "good food"


def test_an_answer_that_came_later_is_no_other_text(tmp_path: Path) -> None:
    (tmp_path / "older").mkdir()
    older = session_of(tmp_path / "older", TEXTS | {"P2": ""}, ["Staff"])
    export_project(older.project, tmp_path / "out.qdpx")
    assert import_project(tmp_path / "out.qdpx", session_of(tmp_path, TEXTS).project.path, coder_name="Ana").changed


def test_codings_come_back_though_a_program_has_kept_no_description(tmp_path: Path) -> None:
    question = "What was good about it, and would you say so to a friend of yours? Please say why."
    rows = [("id", f"{question} (1)", question), ("P1", "kind staff", "food"), ("P2", "so late", "good food")]
    path = tmp_path / "own.coder"
    options = ("--wave", "start=2", "--wave", "end=3")
    ok(coder("import", "survey", table(tmp_path / "s.csv", *rows), path, "--open", "2", "--open", "3", *options))
    session = open_session(path, "Ana")
    session.create_theme("Staff")
    session.assign(session.queue()[0], theme_id(session, "Staff"), Span(0, 4))
    file = tmp_path / "out.qdpx"
    export_project(session.project, file)
    bare = re.sub(r"<Description>.*?</Description>", "", read_xml(file), flags=re.DOTALL)
    rewrite(file, read_xml(file), bare)
    assert not import_project(file, path, coder_name="Ana").changed


def test_what_the_project_says_of_its_themes_stays_and_what_the_file_says_otherwise_is_named(tmp_path: Path) -> None:
    session = session_of(tmp_path, TEXTS, ["Staff", "Food", "Trains"])
    staff, food, trains = (theme_id(session, name) for name in ("Staff", "Food", "Trains"))
    session.edit_theme(staff, definition="Old words.", keywords=("kind",))
    session.edit_theme(trains, definition="Late ones.")
    file = tmp_path / "out.qdpx"
    export_project(session.project, file)
    session.edit_theme(staff, definition="New words.", keywords=())
    session.edit_theme(food, definition="Meals.", questions=frozenset())
    session.edit_theme(trains, name="Railways")
    said = ok(coder("import", "project", file, session.project.path))
    session.changed()
    definitions = {t.name: (t.definition, t.keywords, t.questions) for t in session.codebook.themes}
    asked = frozenset([QUESTION])
    assert definitions == {
        "Staff": ("New words.", ("kind",), asked),  # where the project says nothing, the file does
        "Food": ("Meals.", (), frozenset()),
        "Railways": ("Late ones.", (), asked),
        "Trains": ("Late ones.", (), asked),
    }
    assert "‘Staff’ (definition), ‘Food’ (questions)" in said.err and "--update-themes" in said.err
    assert "‘Trains’" in said.err and "merge" in said.err
    said = ok(coder("import", "project", file, session.project.path, "--update-themes"))
    session.changed()
    assert [t.definition for t in session.codebook.themes if t.name == "Staff"] == ["Old words."]
    assert session.codebook.find("Food").questions == asked
    assert "--update-themes" not in said.err


def test_a_matrix_of_some_themes_says_nothing_of_the_others(tmp_path: Path) -> None:
    session = session_of(tmp_path, TEXTS, ["Staff", "Trains"])
    file = table(tmp_path / "m.csv", ("id", "Staff"), ("P1", 1), ("P2", 0), ("P3", 0))
    ran = ok(coder("import", "codings", file, session.project.path, "--coder", "Ana"))
    assert bases(session.project.path)["Trains"] == (0, 0)
    assert "Trains" in ran.err
    file = table(tmp_path / "m.csv", ("id", "Trains", "Staff"), ("P1", 0, 1), ("P2", 0, 0), ("P3", 1, 0))
    ok(coder("import", "codings", file, session.project.path, "--coder", "Ana"))
    assert bases(session.project.path) == {"Staff": (1, 3), "Trains": (1, 3)}


def test_themes_gathered_under_a_new_one_are_still_reviewed_where_they_go(tmp_path: Path) -> None:
    session = read_by_ana(tmp_path)
    session.create_theme("People", question_key=QUESTION)
    session.move_theme(theme_id(session, "Staff"), theme_id(session, "People"))
    before = bases(session.project.path)
    assert before == {"People": (1, 3), "Staff": (1, 3)}
    export_project(session.project, tmp_path / "out.qdpx")
    import_project(tmp_path / "out.qdpx", tmp_path / "in.coder", coder_name="Ana")
    assert bases(tmp_path / "in.coder") == before


def test_a_project_with_a_question_less_takes_the_codings_of_those_it_has(tmp_path: Path) -> None:
    both = tmp_path / "both.coder"
    whole = table(tmp_path / "w.csv", ("id", "What was good about it?", "Rate it"), *ROWS)
    ok(coder("import", "survey", whole, both, "--open", "2", "--rating", "3"))
    ok(coder("import", "codings", table(tmp_path / "m.csv", ("id", "Staff"), ("R1", 1)), both, "--create-themes"))
    ok(coder("export", "project", both, tmp_path / "out.qdpx"))
    texts = table(tmp_path / "t.csv", ("id", "What was good about it?"), *(row[:2] for row in ROWS))
    one = tmp_path / "one.coder"
    ok(coder("import", "survey", texts, one, "--open", "2"))
    ok(coder("import", "project", tmp_path / "out.qdpx", one))
    assert bases(one)["Staff"][0] == 1


ROWS = [(f"R{n}", f"the staff were kind to me, number {n}", n) for n in range(1, 6)]


WORDS = [
    "line\n\none 😀",
    "good\tfood\u2028and <kind> staff",
    "e\u0301te\u0301 👩‍👩‍👧",
    "n/a",
    "",
    " ",
    "kind",
    "\x85\x0b]]>",
]
PEOPLE = ("P1", "p1", "P1 (2)", "P10", "Zoë 😀", "a/b")


@given(
    seed=st.integers(0, 2**32),
    program=st.sampled_from([None, *Program]),
    per=st.sampled_from([None, *Per]),
    pseudonyms=st.booleans(),
)
@settings(max_examples=12, deadline=None, phases=[Phase.generate])
def test_whatever_coders_did_is_counted_the_same_wherever_it_goes(
    seed: int, program: Program | None, per: Per | None, pseudonyms: bool
) -> None:
    """Into a project of its own, into the one that it came from, and into one of the same survey without a theme."""
    with TemporaryDirectory() as name:
        folder, rng = Path(name), random.Random(seed)
        path, other, made = (folder / f"{which}.coder" for which in ("own", "other", "made"))
        file = random_survey(folder / "survey.csv", rng)
        for target in (path, other):
            import_survey(file, target, SurveyRequest(), coder_name="Ana")
        for coder_name in ("Ana", "Ben", "Ana", "Ben"):
            act_at_random(open_session(path, coder_name), rng)
        before = told(path, pseudonyms=pseudonyms)
        out = folder / "out.qdpx"
        with open_project(path) as opened:
            export_project(opened, out, program=program, per=per, pseudonyms=pseudonyms)
        import_project(out, made, coder_name="Me")
        assert told(made) == before
        if pseudonyms:
            as_it_was = path.read_bytes()
            with pytest.raises(InputError, match="another survey"):
                import_project(out, path, coder_name="Me")
            assert path.read_bytes() == as_it_was
            return
        assert not import_project(out, path, coder_name="Me").changed
        import_project(out, other, coder_name="Me")
        assert told(other) == before
        again = open_session(other, "Me")
        again.undo()
        assert again.codebook.themes == [] and not again.counts(again.questions[0].id)
        again.redo()
        again.project.close()
        assert told(other) == before


def random_survey(path: Path, rng: random.Random) -> Path:
    """Two questions in two waves, answered up to three times by some people."""
    rows = [
        (who, question, wave, rng.choice(WORDS))
        for who in PEOPLE
        for question in ("Q1", "Q2")
        for wave in ("start", "end")
        for _ in range(rng.choice([0, 1, 1, 1, 3]))
    ]
    return table(path, ("participant_id", "question", "wave", "text"), *rows, ("last", "Q1", "start", "kind staff"))


def act_at_random(session: Session, rng: random.Random) -> None:
    ids = [i for i in session.queue() if session.view(i).response.text.strip()]
    session.create_theme(f"{session.coder_name}'s {rng.random()}")
    names = ("Food", "food ", "A › B", "x >y", "😀")
    for _ in range(20):
        themes = [t.id for t in session.codebook.themes]
        theme, another, response, name = map(rng.choice, ([*themes, 0], [*themes, 0], ids, names))
        text = session.view(response).response.text
        start = rng.randrange(len(text))
        span = Span(start, rng.randrange(start, len(text)) + 1)
        keys = frozenset(rng.sample(["Q1", "Q2"], rng.randrange(3)))
        acts: list[Callable[[], object]] = [
            partial(session.assign, response, theme, rng.choice([None, span])),
            partial(session.assign, response, another, rng.choice([None, span])),
            partial(session.mark, response, span),
            partial(session.review, response),
            partial(session.review, rng.choice(ids)),
            partial(session.unreview, response),
            partial(session.unassign, response, theme),
            partial(session.create_theme, name, parent_id=another or None, question_key=rng.choice(["", "Q1", "Q2"])),
            partial(session.edit_theme, theme, definition=text, example='coder: {"key": 1}', key=rng.choice("ab")),
            partial(session.edit_theme, theme, questions=keys),
            partial(session.move_theme, theme, another or None),
            partial(session.merge_themes, theme, another),
            partial(session.delete_theme, theme),
            partial(session.archive_theme, theme),
            lambda: session.bring_back_theme(rng.choice(session.archived()).theme_id) if session.archived() else None,
            lambda: session.undo() if len(session.codebook.themes) > 1 else None,
            session.redo,
        ]
        with suppress(CoderError):
            rng.choice(acts)()
    session.project.close()


def told(path: Path, *, pseudonyms: bool = False) -> list[object]:
    """All that a project counts, on every base and by coder, and each of the ways out that name people and themes."""
    found: list[object] = []
    with open_project(path) as opened:
        for base in Base:
            for who in ("", "Ana", "Ben"):
                with suppress(NotFoundError):
                    questions = tally_json(tally(opened, Cut(base=base, coder=who)))["questions"]
                    if not who or any(q["base"]["reviewed"] or has_codings(q) for q in questions):
                        found.append((base, who, questions))
        for kind in (ExportKind.CODINGS, ExportKind.RESPONSES, ExportKind.MATRIX, ExportKind.CODEBOOK):
            file = path.with_suffix(f".{kind}.csv")
            showing = Showing(pseudonyms=pseudonyms and kind in PSEUDONYMOUS)
            with suppress(CoderError):  # a matrix of no theme
                export(kind, opened, file, raw=True, showing=showing)
                found.append((kind, sorted(map(as_told, rows_of(file)))))
    return found


def has_codings(question: Any) -> bool:
    return any(theme["assignments"] for theme in question["themes"])


def as_told(row: dict[str, str]) -> tuple[tuple[str, str], ...]:
    """A row of a table as XML can hold it; those who read a response stand in any order."""
    known = {name: legal(value) for name, value in row.items()}
    return tuple((known | {"reviewed_by": "; ".join(sorted(known.get("reviewed_by", "").split("; ")))}).items())


def test_a_project_without_texts_yet_takes_all_of_a_file(tmp_path: Path) -> None:
    session = read_by_ana(tmp_path)
    export_project(session.project, tmp_path / "out.qdpx")
    empty = tmp_path / "empty.coder"
    create_project(empty).close()  # as a process leaves it that is killed before it has written anything
    import_project(tmp_path / "out.qdpx", empty, coder_name="Ana")
    assert bases(empty) == {"Staff": (1, 3)}


def test_with_pseudonyms_it_is_said_what_could_still_tell_who_somebody_is(tmp_path: Path) -> None:
    path = session_of(tmp_path, {"anna": "ask anna.smith@example.org", "ben": "good food"}).project.path
    ok(
        coder(
            "import", "attributes", table(tmp_path / "a.csv", ("id", "site"), ("anna", "Moor"), ("ben", "Quay")), path
        )
    )
    said = ok(coder("export", "project", path, tmp_path / "out.qdpx", "--pseudonyms"))
    assert "anna.smith@example.org" in said.err and "site Moor" in said.err
    assert "Moor" not in ok(coder("export", "project", path, tmp_path / "out.qdpx")).err


def test_a_file_that_could_not_be_read_back_is_said_to_be_when_it_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = read_by_ana(tmp_path)
    assert not export_project(session.project, tmp_path / "out.qdpx").notices
    monkeypatch.setattr(limits, "PARTS", replace(limits.PARTS, most=3))
    (notice,) = export_project(session.project, tmp_path / "out.qdpx").notices
    assert "more than 3 parts" in notice and "--per participant" in notice


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "is no project that can be read"),
        (b"<?xml version='1.0'?><Project/>", "is no project that can be read"),
        (b"PK\x03\x04 cut off", "is damaged"),
    ],
    ids=["empty", "not packed", "cut off"],
)
def test_a_file_that_is_no_project_is_refused_for_what_it_is(tmp_path: Path, data: bytes, said: str) -> None:
    (tmp_path / "some.qdpx").write_bytes(data)
    with pytest.raises(InputError, match=said):
        import_project(tmp_path / "some.qdpx", tmp_path / "in.coder", coder_name="Ana")
    assert not (tmp_path / "in.coder").exists()


def test_a_project_of_our_own_is_refused_with_the_way_to_take_it(tmp_path: Path) -> None:
    own = project_of(tmp_path, TEXTS)
    with pytest.raises(InputError, match="of coder's own") as caught:
        import_project(own, tmp_path / "in.coder", coder_name="Ana")
    assert "coder export project" in caught.value.hint
