"""The suggester learns from what was reviewed, shows why, and stays silent where it has no ground."""

import csv
import random
from collections import defaultdict
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import average_precision_score

from coder.domain.codebook import Codebook, Theme
from coder.domain.coding import Ground
from coder.errors import NotEnoughError
from coder.suggest.classifier import FEW, Example, Suggester, Target
from coder.suggest.features import TextFeatures
from coder.suggest.memory import TextMemory

MENTORS, FOOD, PARENT, RARE, NEVER, OTHER = 1, 2, 3, 4, 5, 6
BOOK = Codebook(
    [
        Theme(PARENT, "People"),
        Theme(MENTORS, "Mentors", parent_id=PARENT),
        Theme(FOOD, "[bold]Food[/]"),
        Theme(RARE, "Weather"),
        Theme(NEVER, "Never coded"),
        Theme(OTHER, "Of another question", questions=frozenset({"worst"})),
    ]
)
FOR_BEST = frozenset({MENTORS, FOOD, PARENT, RARE, NEVER})
SAYINGS = {
    MENTORS: ["kind mentors helped me", "the mentors were patient", "my mentor explained everything"],
    FOOD: ["lunch was lovely", "the lunch and snacks", "great food at lunch"],
    0: ["the talks", "nothing really", "learning python", "a quiet desk"],
}


def reviewed(n: int = 36) -> list[Example]:
    """Twelve responses of each kind, one participant each; the first also speaks of the weather."""
    examples = []
    for i in range(n):
        kind = (MENTORS, FOOD, 0)[i % 3]
        text = f"{SAYINGS[kind][i // 3 % len(SAYINGS[kind])]} {i}"
        themes = frozenset({kind} - {0})
        examples.append(Example(i, i, "best", text, themes, FOR_BEST))
    examples[0] = Example(0, 0, "best", "kind mentors and sunny weather", frozenset({MENTORS, RARE}), FOR_BEST)
    return examples


def target(text: str, question: str = "best", response_id: int = 900) -> Target:
    return Target(response_id, 700, question, text)


def memory(*more: str) -> TextMemory:
    """The features of a project with these texts beside the reviewed ones: the codebook's words are no texts."""
    return TextMemory(TextFeatures.learn([*(e.text for e in reviewed()), *more]))


@pytest.fixture(scope="module")
def suggester() -> Suggester:
    return Suggester.fit(reviewed(), BOOK, memory=memory())


def test_a_theme_is_suggested_with_the_words_that_carry_it(suggester: Suggester) -> None:
    text = "I liked the patient mentors. 🙂"
    (found,) = suggester.suggest([target(text)])
    assert (found.response_id, found.theme_id, found.suggested) == (900, MENTORS, True)
    assert 0.5 < found.score <= 1
    assert "mentors" in found.evidence[0].span.of(text)
    assert "🙂" not in "".join(e.span.of(text) for e in found.evidence)


def test_two_themes_in_one_response_are_both_suggested(suggester: Suggester) -> None:
    found = list(suggester.suggest([target("mentors and lunch")]))
    assert {s.theme_id for s in found} == {MENTORS, FOOD}


def test_all_scores_have_every_theme_that_serves_the_question_and_abstentions_without_evidence(
    suggester: Suggester,
) -> None:
    found = {s.theme_id: s for s in suggester.suggest([target("the lunch")], all_scores=True)}
    assert set(found) == FOR_BEST
    assert [t for t, s in found.items() if s.suggested] == [FOOD]
    assert all(not s.evidence for t, s in found.items() if t != FOOD)
    assert found[NEVER].score == 0
    assert all(0 <= s.score <= 1 for s in found.values())


def test_suggestions_are_the_same_with_and_without_all_scores(suggester: Suggester) -> None:
    targets = [target(t, response_id=i) for i, t in enumerate(["mentors and lunch", "a desk", "food"])]
    every = [s for s in suggester.suggest(targets, all_scores=True) if s.suggested]
    assert every == list(suggester.suggest(targets))


def test_only_themes_that_serve_the_question_are_suggested() -> None:
    more = [
        Example(100 + i, 100 + i, "worst", f"queues and mentors {i}", frozenset({OTHER}), frozenset({OTHER, FOOD}))
        for i in range(8)
    ]
    more += [Example(120 + i, 120 + i, "worst", f"nothing {i}", frozenset(), frozenset({OTHER})) for i in range(8)]
    both = Suggester.fit([*reviewed(), *more], BOOK)
    assert OTHER in {s.theme_id for s in both.suggest([target("queues and queues", "worst")])}
    assert OTHER not in {s.theme_id for s in both.suggest([target("queues and queues")], all_scores=True)}


def test_unknown_is_no_negative() -> None:
    """Responses that were read before a theme was born don't speak against it, those read after do."""
    old = frozenset({MENTORS})
    unknown = [Example(200 + i, 200 + i, "best", f"lunch lunch {i}", frozenset(), old) for i in range(30)]
    absent = [Example(200 + i, 200 + i, "best", f"lunch lunch {i}", frozenset(), FOR_BEST) for i in range(30)]

    def score(examples: list[Example]) -> float:
        fitted = Suggester.fit([*reviewed(), *examples], BOOK)
        return {s.theme_id: s.score for s in fitted.suggest([target("lunch lunch")], all_scores=True)}[FOOD]

    assert score(unknown) > 0.5
    assert score(absent) < 0.4


def test_themes_without_ground_say_why_they_are_silent() -> None:
    """No reviewed response has the words of two themes' names, and neither has been coded for three participants."""
    book = Codebook([*BOOK.themes, Theme(7, "Zzyzx")])
    suggester = Suggester.fit([*reviewed()[1:], reviewed(1)[0]], book, memory=memory())
    silent = {s.theme_id: s for s in suggester.silences}
    assert 7 in silent and MENTORS not in silent
    assert "occur in no response" in silent[7].reason
    assert f"0 of {FEW} participants" in silent[7].reason


def test_before_the_first_coding_the_codebook_speaks_and_says_so() -> None:
    cold = Suggester.fit([], BOOK, memory=memory("Weather forecasts were wrong"))
    (found,) = cold.suggest([target("the weather")])
    assert (found.theme_id, found.ground) == (RARE, Ground.CODEBOOK)
    assert found.evidence[0].span.of("the weather") == "weather"
    assert cold.trained_on == 0


def test_each_part_of_a_codebook_entry_is_learnt_from() -> None:
    said = ["canteen", "breakfast", "sandwiches were dry", "soup"]
    entry = Theme(
        FOOD,
        "Catering",
        definition="Catering: any mention of the canteen",
        include="breakfast",
        example="sandwiches",
        keywords=("soup",),
    )
    book = Codebook([entry, Theme(MENTORS, "Mentors")])
    cold = Suggester.fit([], book, memory=memory(*said))
    for text in said:
        assert [s.theme_id for s in cold.suggest([target(text)])] == [FOOD], text


def test_a_theme_has_the_ground_of_its_codings_from_three_participants_on() -> None:
    def ground(participants: int) -> Ground:
        more = [
            Example(600 + i, 600 + i, "best", f"sunny weather {i}", frozenset({RARE}), FOR_BEST)
            for i in range(participants)
        ]
        fitted = Suggester.fit([*reviewed()[1:], *more], BOOK, memory=memory("sunny weather"))
        found = {s.theme_id: s for s in fitted.suggest([target("sunny weather")], all_scores=True)}
        return found[RARE].ground

    assert [ground(n) for n in (0, FEW - 1, FEW)] == [Ground.CODEBOOK, Ground.CODEBOOK, Ground.CODING]


def test_a_parents_words_say_nothing_against_its_sub_themes() -> None:
    """‘Kind mentors’ below ‘Mentors’: the outer name must not push the inner theme away from its own words."""
    nested = Codebook([Theme(1, "Mentors"), Theme(2, "Kind mentors", parent_id=1), Theme(3, "Food")])
    apart = Codebook([Theme(1, "Mentors"), Theme(2, "Kind mentors"), Theme(3, "Food")])

    def score(book: Codebook) -> float:
        fitted = Suggester.fit([], book, memory=memory("kind mentors"))
        return {s.theme_id: s.score for s in fitted.suggest([target("mentors")], all_scores=True)}[2]

    assert score(nested) > score(apart)


def test_the_nearest_coded_responses_are_those_of_the_theme_in_like_words(suggester: Suggester) -> None:
    text = "the mentors were patient"
    near = suggester.nearest(target(text), MENTORS, 2)
    texts = {e.response_id: e.text for e in reviewed()}
    assert [texts[i][: len(text)] for i, _ in near] == [text, text]
    assert 0.5 < near[1][1] <= near[0][1] <= 1
    assert suggester.nearest(target(text), NEVER) == []
    assert suggester.nearest(target("🙂"), MENTORS) == []


def test_what_is_doubtful_is_useful_and_what_is_clear_is_certain(suggester: Suggester) -> None:
    texts = ["kind mentors", "a mentor or some snacks", "quiet quiet"]
    clear, doubtful, nothing = suggester.read(target(t, response_id=i) for i, t in enumerate(texts))
    assert doubtful.useful > clear.useful
    assert clear.certain > doubtful.certain
    assert nothing.certain == 0 and not nothing.suggestions


def test_one_participants_responses_never_inform_each_other() -> None:
    """A twin in words of its own must not raise the score that is left out for the other."""
    twin = [Example(400 + i, 400, "best", "xylophone zither", frozenset({FOOD}), FOR_BEST) for i in range(2)]
    two_people = [twin[0], Example(401, 401, "best", "xylophone zither", frozenset({FOOD}), FOR_BEST)]

    def left_out(examples: list[Example]) -> float:
        found = Suggester.fit([*reviewed(), *examples], BOOK).left_out
        return float(found.scores[list(found.response_ids).index(400), list(found.theme_ids).index(FOOD)])

    assert left_out(two_people) > left_out(twin) + 0.15
    assert left_out(twin) < 0.5


def test_neither_order_nor_a_second_run_changes_a_byte(suggester: Suggester) -> None:
    examples = reviewed()
    random.Random(4).shuffle(examples)
    targets = [target(text, response_id=i) for i, text in enumerate(t for kind in SAYINGS.values() for t in kind)]
    once = repr(list(suggester.suggest(targets, all_scores=True)))
    again = Suggester.fit(examples, BOOK, memory=memory())
    assert repr(list(again.suggest(targets, all_scores=True))) == once


def test_batches_change_nothing_and_targets_may_be_a_stream(suggester: Suggester) -> None:
    texts = [t for kind in SAYINGS.values() for t in kind] * 60 + ["kind mentors " * 50_000] * 7
    stream = suggester.suggest(target(text, response_id=i) for i, text in enumerate(texts))
    apart = [s for i, text in enumerate(texts) for s in suggester.suggest([target(text, response_id=i)])]
    assert list(stream) == apart


@pytest.mark.parametrize("text", ["", "  \n", "\u3000"])
def test_blank_texts_have_no_suggestions(suggester: Suggester, text: str) -> None:
    assert not list(suggester.suggest([target(text)], all_scores=True))


def test_a_text_without_one_known_word_is_suggested_nothing() -> None:
    """Also where nearly everybody has the theme: that would be guessing."""
    most = [Example(i, i, "best", f"lunch {i}", frozenset({FOOD} if i % 8 else ()), FOR_BEST) for i in range(40)]
    fitted = Suggester.fit(most, BOOK)
    assert list(fitted.suggest([target("lunch")]))
    assert not list(fitted.suggest([target("🙂 ??")]))


def test_nothing_to_learn_from_is_said_with_what_would_help() -> None:
    with pytest.raises(NotEnoughError, match="no themes"):
        Suggester.fit(reviewed(), Codebook([]))
    strange = Codebook([Theme(1, "Zzyzx"), Theme(2, "Qwrtp")])
    with pytest.raises(NotEnoughError, match="occur in no response") as caught:
        Suggester.fit([], strange, memory=memory())
    assert "Define the themes" in caught.value.hint


def test_one_participant_who_said_everything_is_no_ground() -> None:
    alone = [Example(e.response_id, 1, e.question, e.text, e.themes, e.known) for e in reviewed()]
    found = Suggester.fit(alone, BOOK, memory=memory()).suggest([target("the patient mentors")])
    assert {s.ground for s in found} == {Ground.CODEBOOK}


def test_themes_that_the_codebook_lost_are_ignored() -> None:
    examples = [
        Example(e.response_id, e.participant_id, e.question, e.text, e.themes | {99}, e.known | {98})
        for e in reviewed()
    ]
    (found,) = Suggester.fit(examples, BOOK).suggest([target("kind mentors")])
    assert found.theme_id == MENTORS


@given(st.text(max_size=60), st.sampled_from(["mentors", "LUNCH", "İ mentors ﬁne", "\x1b[31mlunch\x00", ""]))
@settings(max_examples=150, deadline=None)
def test_evidence_lies_inside_any_text(suggester: Suggester, text: str, seed: str) -> None:
    text = f"{text} {seed} {text}"
    for found in suggester.suggest([target(text)]):
        for evidence in found.evidence:
            assert evidence.span.check(text).of(text).strip() == evidence.span.of(text)


def test_real_answers_are_ranked_far_better_than_by_guessing(shared: Path) -> None:
    """A hundred coded answers to the election study, of participants apart from those that are scored."""
    folder = shared / "data" / "anes2008_mip"
    with (folder / "responses.csv").open(encoding="utf-8", newline="") as handle:
        responses = sorted(csv.DictReader(handle), key=lambda r: (r["participant_id"], r["question"]))
    coded: dict[tuple[str, str], set[str]] = defaultdict(set)
    with (folder / "codes.csv").open(encoding="utf-8", newline="") as handle:
        for row in csv.DictReader(handle):
            coded[row["participant_id"], row["question"]].add(row["theme"])
    names = sorted({name for found in coded.values() for name in found})
    book = Codebook([Theme(i, name) for i, name in enumerate(names)])
    people = {p: i for i, p in enumerate(dict.fromkeys(r["participant_id"] for r in responses))}
    examples, targets, gold = [], [], []
    shuffled = random.Random(1).sample(responses, len(responses))
    for i, r in enumerate(shuffled):
        person = people[r["participant_id"]]
        themes = frozenset(names.index(n) for n in coded[r["participant_id"], r["question"]])
        if person % 3 and len(examples) < 100:
            examples.append(Example(i, person, r["question"], r["text"], themes, frozenset(range(len(names)))))
        elif not person % 3 and len(targets) < 600:
            targets.append(Target(len(targets), person, r["question"], r["text"]))
            gold.append([t in themes for t in range(len(names))])
    truth = np.array(gold)
    scores = np.zeros(truth.shape)
    for found in Suggester.fit(examples, book).suggest(targets, all_scores=True):
        scores[found.response_id, found.theme_id] = found.score
    often = np.flatnonzero(truth.sum(axis=0) >= 10)
    precision = np.mean([average_precision_score(truth[:, t], scores[:, t]) for t in often])
    assert precision > 0.4 > 3 * truth[:, often].mean()


def test_negative_cases_are_reviewed_without_the_theme_and_look_as_if_they_had_it() -> None:
    examples = reviewed()
    examples[20] = Example(20, 20, "best", "my mentor explained everything", frozenset(), FOR_BEST)
    examples[23] = Example(23, 23, "worst", "the mentors were patient", frozenset(), FOR_BEST)
    examples[26] = Example(26, 26, "best", "kind mentors helped me", frozenset(), frozenset({FOOD}))
    suggester = Suggester.fit(examples, BOOK)
    cases = suggester.lacking(MENTORS, 5)
    assert [i for i, _ in cases[:2]] == [20, 23] or [i for i, _ in cases[:2]] == [23, 20]
    assert 26 not in {i for i, _ in cases}, "whether it has the theme is not known"
    assert not {i for i, _ in cases} & {e.response_id for e in examples if MENTORS in e.themes}
    assert all(0 < chance < 1 for _, chance in cases)
    assert [chance for _, chance in cases] == sorted((chance for _, chance in cases), reverse=True)
    assert suggester.lacking(MENTORS, 5, "worst")[0][0] == 23
    assert suggester.lacking(PARENT, 5)[:1] == cases[:1], "a theme lacks what all below it lack"
    assert suggester.lacking(NEVER, 5) == [] and suggester.lacking(999, 5) == []


def test_the_words_of_a_negative_case_are_those_that_speak_for_the_theme() -> None:
    suggester = Suggester.fit(reviewed(), BOOK)
    case = target("the talks by my mentor")
    words = [e.span.of(case.text) for e in suggester.words_for(case, MENTORS)]
    assert words[0] == "my mentor" or "mentor" in words[0]
    assert suggester.words_for(target("zzz"), MENTORS) == ()
