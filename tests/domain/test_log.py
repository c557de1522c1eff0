"""What an event says to people."""

from coder.domain.log import Kind, describe


def test_one_is_said_in_the_singular_and_thousands_are_grouped():
    def imported(responses: int, participants: int) -> str:
        return describe(
            Kind.IMPORT_SURVEY, {"responses": responses, "participants": participants, "source": "answers.csv"}
        )

    assert imported(1, 1) == "imported 1 response of 1 participant from answers.csv"
    assert imported(7394, 4390) == "imported 7,394 responses of 4,390 participants from answers.csv"


def test_an_import_of_people_who_were_there_says_what_is_new_and_what_changed():
    def imported(**facts: int) -> str:
        return describe(Kind.IMPORT_SURVEY, {"known": 9, "responses": 0, "participants": 0, "source": "b.csv", **facts})

    assert imported(responses=2, participants=1, changed=3) == (
        "imported 2 new responses, 1 new participant and 3 changed texts from b.csv"
    )
    assert imported(responses=4_390, changed=0) == "imported 4,390 new responses from b.csv"
    assert imported(answers=12) == "imported 12 new closed answers from b.csv"
    assert imported() == "brought what was there up to date from b.csv"


def test_names_that_look_like_places_to_fill_stay_names():
    assert describe(Kind.CODE, {"theme": "{theme} {0} {x:y}"}) == "coded ‘{theme} {0} {x:y}’"


def test_a_share_is_no_number_of_things():
    assert "back on 20 % of" in describe(Kind.HOLD_BACK, {"percent": 20})
