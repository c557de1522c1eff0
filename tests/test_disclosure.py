"""What is said before quotes are passed on: rare attributes, words that tell who spoke, ids."""

from collections.abc import Mapping
from pathlib import Path

from coder.disclosure import Risk, Shown, Watch, risks_of
from coder.domain.coding import Span
from coder.imports import import_attributes
from coder.quoting import Choice, choose_all
from coder.session import Session
from tests.cli.commands import table
from tests.test_quoting import GOOD, coded, response_of


def known(session: Session, folder: Path, facts: Mapping[str, tuple[str, str]]) -> None:
    """Join a site and a role of each participant."""
    rows = [(who, *values) for who, values in facts.items()]
    file = table(folder / "attributes.csv", ("participant_id", "site", "role"), *rows)
    import_attributes(file, session.project.path, coder_name="Ana")


def risks(session: Session, fewest: int = 5, **how: object) -> tuple[Risk, ...]:
    choice = Choice(**how)  # type: ignore[arg-type]
    return risks_of(session.project, choose_all(session.project, choice), fewest=fewest)


def test_a_combination_that_too_few_share_is_named_with_those_quoted(tmp_path: Path) -> None:
    people = {f"P{i}": GOOD for i in range(1, 11)}
    session = coded(tmp_path, people, {"Mentors": dict.fromkeys(people, "mentors"), "Kind": {"P1": "kind", "P2": ""}})
    known(session, tmp_path, {who: ("North" if i < 8 else "South", "nurse") for i, who in enumerate(people)})
    (risk,) = risks(session, most=10, attributes=("site", "role"))
    assert risk.message.startswith("2 of 10 quotes show attributes that fewer than 5 of those who answered")
    (case,) = risk.cases
    assert case.startswith("site South, role nurse: 2 participants; shown with ") and {"P9", "P10"} == {
        name.strip(",") for name in case.split("shown with ")[1].split()
    }
    assert risks(session, most=10, attributes=("site",), fewest=2) == ()
    assert risks(session, most=10, attributes=("role",)) == ()
    assert risks(session, most=10) == ()


def test_those_count_who_answered_the_question_and_not_all_there_are(tmp_path: Path) -> None:
    people = {f"P{i}": GOOD if i < 3 else "n/a" for i in range(9)}
    session = coded(tmp_path, people, {"Mentors": {"P1": ""}})
    known(session, tmp_path, dict.fromkeys(people, ("North", "nurse")))
    (risk,) = risks(session, attributes=("site",))
    assert risk.cases == ("site North: 3 participants; shown with P1",)


def test_a_fact_that_is_not_known_of_somebody_is_not_shown_and_not_counted(tmp_path: Path) -> None:
    people = {f"P{i}": GOOD for i in range(6)}
    session = coded(tmp_path, people, {"Mentors": {"P0": "", "P5": ""}})
    known(session, tmp_path, {who: ("North", "" if who == "P5" else "nurse") for who in people})
    assert risks(session, attributes=("site", "role")) == ()
    (risk,) = risks(session, attributes=("site", "role"), fewest=6)
    assert risk.cases == ("site North, role nurse: 5 participants; shown with P0",)


def test_words_that_may_tell_who_spoke_are_named_once_for_all_themes(tmp_path: Path) -> None:
    text = "I am Maria from Utrecht, write to maria@example.org, all of you"
    session = coded(tmp_path, {"Maria": text, "b": GOOD}, {"One": {"Maria": "", "b": ""}, "Two": {"Maria": ""}})
    known(session, tmp_path, {"Maria": ("Utrecht", "nurse")})
    (risk,) = risks(session)
    assert risk.message.startswith("1 of 2 quotes may tell who spoke by their words") and "no guarantee" in risk.message
    assert risk.cases == (
        "P01: an e-mail address, “maria@example.org”; their site, “Utrecht”; the survey's id of theirs, “Maria”",
    )
    (risk,) = risks(session, attributes=("site",), fewest=1)
    assert "Utrecht" not in risk.cases[0]
    for words in ("Maria", "maria@example.org", "Utrecht"):
        start = text.index(words)
        session.mask(response_of(session, "Maria"), Span(start, start + len(words)))
    assert risks(session) == ()


def test_the_surveys_own_ids_are_said_to_be_shown_but_for_pseudonyms(tmp_path: Path) -> None:
    session = coded(tmp_path, {"Maria": GOOD}, {"One": {"Maria": ""}})
    assert [r.message for r in risks(session, own_ids=True)] == [
        "The survey's own ids are shown: whoever has the list of them knows who spoke."
    ]
    assert risks(session) == ()


def test_ids_that_are_pseudonyms_already_are_no_risk(tmp_path: Path) -> None:
    session = coded(tmp_path, {"P1": GOOD}, {"One": {"P1": ""}})
    assert risks(session, own_ids=True) == ()


def test_of_many_cases_the_first_are_named_and_the_others_counted(tmp_path: Path) -> None:
    session = coded(tmp_path, {"a": GOOD}, {"One": {"a": ""}})
    watch = Watch(session.project)
    watch.see([Shown(1, 1, "a", "P01", f"write to a{i}@example.org", ()) for i in range(50)])
    (risk,) = watch.risks()
    assert len(risk.cases) == 21 and risk.cases[-1] == "and 30 more" and risk.message.startswith("50 of 50 quotes")


def test_hostile_values_are_inert_in_what_is_said(tmp_path: Path) -> None:
    session = coded(tmp_path, {"a": GOOD}, {"One": {"a": ""}})
    known(session, tmp_path, {"a": ("\x1b[31mNorth\nSouth\u202e", "x" * 500)})
    (risk,) = risks(session, attributes=("site", "role"))
    assert not set(risk.cases[0]) & set("\x1b\n\u202e") and len(risk.cases[0]) < 200
