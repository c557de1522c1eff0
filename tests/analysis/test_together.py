"""How closely two themes go together, from the very sets of the counts."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from coder.analysis.tally import Cut
from coder.analysis.together import (
    BIASED,
    NOBODY,
    ONE_EMPTY,
    CoOccurrence,
    Strength,
    pair_rows,
    together,
    together_json,
)
from coder.session import Session, open_session
from coder.stats.intervals import wilson
from tests.analysis.surveys import QUESTION, coded_survey

EVERYTHING = Cut()
# Who has what: A and B together twice, A and C once; nobody has D or E.
HAVE = {"P0": "AB", "P1": "AB", "P2": "A", "P3": "AC", "P4": "B", "P5": "", "P6": "", "P7": ""}


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    rows = [(who, QUESTION, f"words of {who}") for who in HAVE]
    codes = [(who, "", theme) for who, themes in HAVE.items() for theme in themes]
    path = coded_survey(tmp_path, ("participant_id", "question", "text"), rows, codes, [(who, "") for who in HAVE])
    session = open_session(path, "Ana")
    for name in "DE":
        session.create_theme(name)
    for response in session.queue(session.questions[0].id):
        session.review(response)
    yield session
    session.project.close()


def only(session: Session, cut: Cut = EVERYTHING) -> CoOccurrence:
    (found,) = together(session.project, cut)
    return found


def ids(session: Session, names: str) -> list[int]:
    return [session.codebook.find(name).id for name in names]


def test_jaccard_and_lift_are_of_those_of_whom_both_are_known(session: Session) -> None:
    found = only(session)
    ab = found.association(*ids(session, "AB"))
    assert (ab.first, ab.second) == (4, 3)
    assert ab.jaccard == pytest.approx(2 / 5) and ab.lift == pytest.approx((2 / 8) / (4 / 8 * 3 / 8))
    figure = found.figure(*ids(session, "AB"))
    assert (figure.participants, figure.base, figure.interval) == (2, 8, wilson(2, 8))


def test_what_is_not_defined_says_why(session: Session) -> None:
    found = only(session)
    ad, de = found.association(*ids(session, "AD")), found.association(*ids(session, "DE"))
    assert (ad.jaccard, ad.lift, ad.reason) == (0, None, ONE_EMPTY)
    assert (de.jaccard, de.lift, de.reason) == (None, None, NOBODY)
    bc = found.association(*ids(session, "BC"))
    assert (bc.jaccard, bc.lift, bc.reason) == (0, 0, "")


def test_a_theme_that_came_late_has_no_measure(session: Session) -> None:
    session.create_theme("F")
    session.assign(session.queue(session.questions[0].id)[0], ids(session, "F")[0])
    af = only(session).association(*ids(session, "AF"))
    assert (af.jaccard, af.lift, af.reason) == (None, None, BIASED)


def test_the_strongest_pairs_come_first_and_no_theme_stands_with_one_above_it(session: Session) -> None:
    def names(by: Strength) -> list[str]:
        return [one.name + other.name for one, other in only(session).strongest(by)]

    assert names(Strength.JACCARD) == names(Strength.PARTICIPANTS) == ["AB", "AC"]
    assert names(Strength.LIFT) == ["AC", "AB"], "2.0 of a single participant beats 1.3"
    session.move_theme(ids(session, "B")[0], ids(session, "A")[0])
    assert names(Strength.JACCARD) == ["AC"], "whoever has B has A now"


def test_a_census_has_no_intervals(session: Session) -> None:
    assert only(session, Cut(census=True)).figure(*ids(session, "AB")).interval is None


def test_json_and_rows_have_every_pair(session: Session) -> None:
    found = only(session)
    header, rows = pair_rows(found)
    made = [dict(zip(header, row, strict=True)) for row in rows]
    (said,) = together_json([found])["questions"]
    assert len(made) == len(said["pairs"]) == 10
    for row, pair in zip(made, said["pairs"], strict=True):
        assert {key: row[key] for key in pair} == pair
    assert said["pairs"][0]["jaccard"] == pytest.approx(0.4)
