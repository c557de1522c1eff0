"""The same participants in two waves: who gained a theme, lost it, kept it, has it in neither."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from coder.analysis.tally import Cut, StoppedError
from coder.analysis.waves import (
    BIASED,
    CENSUS,
    NO_CHANGE,
    NOBODY,
    Change,
    Move,
    ThemeChange,
    change_rows,
    changes_json,
    compare,
)
from coder.behind import people_among, people_who_moved, read_people
from coder.errors import NotFoundError
from coder.session import open_session
from coder.store.project import Project, open_project
from tests.analysis.surveys import MOVES, PEOPLE, QUESTION, coded_survey, two_waves


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Project]:
    with open_project(two_waves(tmp_path_factory.mktemp("waves"))) as project:
        yield project


def of(change: Change, name: str) -> ThemeChange:
    wanted = change.codebook.find(name).id
    return next(theme for theme in change.themes if theme.theme_id == wanted)


def test_the_worked_numbers_come_out_of_those_who_are_known_in_both_waves(project: Project) -> None:
    (change,) = compare(project, Cut())
    kind = of(change, "Kind")
    assert {move: getattr(kind.pairs, move) for move in MOVES} == MOVES
    assert kind.pairs.base == 33 and kind.difference == pytest.approx(7 / 33)
    assert kind.exact_p is not None and kind.mid_p is not None
    assert (round(kind.exact_p, 3), round(kind.mid_p, 3)) == (0.065, 0.039)
    assert kind.interval is not None and kind.interval[0] < 7 / 33 < kind.interval[1]
    assert (change.before.wave, change.after.wave) == ("start", "end")


def test_the_chain_says_who_is_in_both_and_who_in_one_alone(project: Project) -> None:
    (change,) = compare(project, Cut())
    assert (change.asked, change.answered, change.reviewed) == (34, 34, 33)
    assert (change.before_alone, change.after_alone) == (2, 1), "‘unread’ is known at the start alone"
    assert len(change.alone(after=False)) == 2 and len(change.alone(after=True)) == 1


def test_where_nobody_changed_there_is_no_p_value_and_the_interval_has_both_signs(project: Project) -> None:
    calm = of(compare(project, Cut())[0], "Calm")
    assert (calm.difference, calm.exact_p, calm.mid_p, calm.reason) == (0, None, None, NO_CHANGE)
    assert calm.interval is not None and calm.interval[0] < 0 < calm.interval[1]


def test_in_a_census_there_is_a_change_and_nothing_uncertain(project: Project) -> None:
    kind = of(compare(project, Cut(census=True))[0], "Kind")
    assert (kind.interval, kind.exact_p, kind.mid_p, kind.reason) == (None, None, None, CENSUS)
    assert kind.difference == pytest.approx(7 / 33)


@pytest.mark.parametrize("move", list(Move))
def test_each_number_opens_to_its_people_with_their_words_of_both_waves(project: Project, move: Move) -> None:
    (change,) = compare(project, Cut())
    kind = of(change, "Kind")
    behind = people_who_moved(project, Cut(), (change.before.id, change.after.id), kind.theme_id, move)
    people = read_people(project, behind, behind.people)
    assert sorted(p.name for p in people) == sorted(who for who, moved in PEOPLE if moved == move.value)
    assert (behind.figure.participants, behind.figure.base) == (getattr(kind.pairs, move.value), 33)
    waves = {
        Move.KEPT: ["start", "end"],
        Move.GAINED: ["end"],
        Move.LOST: ["start"],
        Move.NEITHER: [],
    }[move]
    for person in people:
        assert [quote.wave for quote in person.quotes] == waves
        words = {"start": f"first words of {person.name}", "end": f"last words of {person.name}"}
        assert [quote.text for quote in person.quotes] == [words[wave] for wave in waves]
        assert person.response_id is not None


def test_any_set_opens_to_its_people(project: Project) -> None:
    (change,) = compare(project, Cut())
    people = change.alone(after=False)
    behind = people_among(project, people, people, question_ids=(change.before.id,))
    read = read_people(project, behind, behind.people)
    assert [p.name for p in read] == ["before", "unread"]
    assert all(not p.quotes and p.response_id is not None for p in read), "no theme is named, so the answer opens"
    bare = people_among(project, people, people)
    assert [p.response_id for p in read_people(project, bare, bare.people)] == [None, None]
    assert bare.figure.share == 1


def test_what_is_gone_can_not_be_opened(project: Project) -> None:
    (change,) = compare(project, Cut())
    with pytest.raises(NotFoundError, match="waves"):
        people_who_moved(project, Cut(), (change.before.id, 999), change.themes[0].theme_id, Move.KEPT)
    with pytest.raises(NotFoundError, match="theme"):
        people_who_moved(project, Cut(), (change.before.id, change.after.id), 999, Move.KEPT)
    with pytest.raises(NotFoundError, match="question"):
        people_among(project, change.alone(after=True), change.alone(after=True), question_ids=(999,))


def waves(folder: Path, names: tuple[str, ...], reviewed: tuple[str, ...]) -> Path:
    rows = [(f"P{i}", QUESTION, wave, f"words {i} {wave}") for i in range(4) for wave in names]
    codes = [("P0", names[0], "Kind"), ("P1", names[-1], "Kind")]
    header = ("participant_id", "question", "wave", "text")
    return coded_survey(folder, header, rows, codes, [(f"P{i}", wave) for i in range(4) for wave in reviewed])


def test_of_three_waves_each_is_compared_with_the_next_and_the_first_with_the_last(tmp_path: Path) -> None:
    names = ("2022", "2023", "2024")
    with open_project(waves(tmp_path, names, names)) as project:
        found = compare(project, Cut())
    pairs = [(c.before.wave, c.after.wave) for c in found]
    assert pairs == [("2022", "2023"), ("2023", "2024"), ("2022", "2024")]
    moves = [(c.themes[0].pairs.gained, c.themes[0].pairs.lost) for c in found]
    assert moves == [(0, 1), (1, 0), (1, 1)]


def test_who_is_not_read_in_a_wave_is_in_no_figure(tmp_path: Path) -> None:
    with open_project(waves(tmp_path, ("start", "end"), ("start",))) as project:
        (change,) = compare(project, Cut())
    assert change.reviewed == 1, "whose coding came with the import is read"
    assert (of(change, "Kind").pairs.base, change.before_alone) == (1, 3)


def test_one_wave_has_no_change(tmp_path: Path) -> None:
    with open_project(waves(tmp_path, ("start",), ("start",))) as project:
        assert compare(project, Cut()) == ()
        assert changes_json(()) == {"coders": [], "changes": []}


def test_a_theme_that_came_late_has_no_change_before_another_look(tmp_path: Path) -> None:
    session = open_session(two_waves(tmp_path), "Ana")
    session.create_theme("Late")
    session.create_theme("Later")
    late = session.codebook.find("Late").id
    question = next(q for q in session.questions if q.wave == "end")
    session.assign(session.queue(question.id)[0], late)
    (change,) = compare(session.project, Cut())
    session.project.close()
    assert of(change, "Late").reason == BIASED and of(change, "Late").difference is None
    assert (of(change, "Later").reason, of(change, "Later").interval) == (NOBODY, None)


def test_the_codings_of_one_coder_alone_can_be_compared(project: Project) -> None:
    assert compare(project, Cut(coder="Ana"))[0].coders == ("Ana",)
    with pytest.raises(NotFoundError, match="no coder"):
        compare(project, Cut(coder="Zoe"))


def test_a_comparison_that_nobody_waits_for_stops(project: Project) -> None:
    with pytest.raises(StoppedError):
        compare(project, Cut(), stopped=lambda: True)


def test_json_and_rows_say_the_same(project: Project) -> None:
    found = compare(project, Cut())
    header, rows = change_rows(found)
    made = [dict(zip(header, row, strict=True)) for row in rows]
    (said,) = changes_json(found)["changes"]
    assert len(made) == len(said["themes"]) == 2
    for row, theme in zip(made, said["themes"], strict=True):
        assert (row["before"], row["after"]) == (said["before"], said["after"]) == ("start", "end")
        same = ("theme", "base", "kept", "gained", "lost", "neither", "points", "low", "high", "exact_p", "mid_p")
        assert [row[key] for key in same] == [theme[key] for key in same]
    kind = next(t for t in said["themes"] if t["theme"] == "Kind")
    assert (kind["before_percent"], kind["after_percent"]) == pytest.approx((100 * 9 / 33, 100 * 16 / 33))
