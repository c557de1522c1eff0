"""Who a figure counts, and what they said: the way from a number back to the people and their words."""

from array import array
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import reduce
from operator import and_

from coder.analysis.tally import Cut, known_of
from coder.analysis.waves import Move, compare
from coder.domain import wording
from coder.domain.codebook import Codebook
from coder.domain.corpus import Participant, Question
from coder.domain.people import People
from coder.domain.tally import Counting, Figure, roll_up
from coder.errors import NotFoundError
from coder.store import codebook as store_codebook
from coder.store import corpus, counts, quotes
from coder.store import people as store_people
from coder.store.project import Project
from coder.store.quotes import Quote


@dataclass(frozen=True)
class Apart:
    """Participants who have the theme but are in no figure of it, and why."""

    reason: str
    people: "array[int]"


@dataclass(frozen=True)
class PeopleBehind:
    """A figure with the participants it counts, each once, in the order of import, and those who stand apart.

    Their words are those of the themes in the answers to `questions`: one, the waves of one, or none.
    """

    figure: Figure
    people: "array[int]"
    apart: tuple[Apart, ...]
    questions: tuple[Question, ...]
    codebook: Codebook
    theme_ids: tuple[int, ...]
    coder_ids: tuple[int, ...] | None


def people_behind(
    project: Project, cut: Cut, question_id: int, theme_ids: Sequence[int], value: str | None = None
) -> PeopleBehind:
    """Those whom a figure of this cut counts: with the theme, or with all of several, in one group or in all.

    They are the very sets that `tally` and `co_occurrence` take the numbers of.
    """
    with project.read() as connection:
        scope = counts.read_scope(connection, by=cut.by, coder=cut.coder)
        codebook = store_codebook.read_codebook(connection)
        question = corpus.read_question(connection, question_id)
        sets = counts.gather(connection, question_id, scope.coder_ids)
        known = known_of(codebook, question, sets)
        _require(known.codebook, theme_ids)
        within = None if value is None else scope.groups.get(value, People())
        counting = Counting(known, everyone=scope.everyone, base=cut.base, within=within)
        behind = counting.behind(*theme_ids)
        found = behind.people | behind.outside
        apart = [(wording.UNREAD, behind.outside)]
        with_theme = known.coded
        no_answer, replaced = counts.read_uncounted(connection, question_id, scope.coder_ids)
        for reason, uncounted in ((wording.NO_ANSWER, no_answer), (wording.REPLACED, replaced)):
            more = roll_up(known.codebook, uncounted)
            with_theme = {t: people | more[t] for t, people in with_theme.items()}
            all_of_them = reduce(and_, (with_theme[t] for t in theme_ids))
            apart.append((reason, (all_of_them if within is None else all_of_them & within) - found))
            found = found | all_of_them
    return PeopleBehind(
        counting.figure(*theme_ids, interval=cut.interval),
        array("q", behind.people),
        tuple(Apart(reason, array("q", people)) for reason, people in apart if people),
        (question,),
        known.codebook,
        tuple(theme_ids),
        None if scope.coder_ids is None else tuple(scope.coder_ids),
    )


def people_among(
    project: Project,
    people: People,
    base: People,
    *,
    coder: str = "",
    question_ids: Sequence[int] = (),
    theme_ids: Sequence[int] = (),
) -> PeopleBehind:
    """Any set of participants out of a base that a figure was counted of, as an analysis gives them: those who gave a
    rating, chose an option, are in a base. With words for the themes, if some are named, in the answers to these open
    questions; else with the answers to open."""
    with project.read() as connection:
        scope = counts.read_scope(connection, coder=coder)
        codebook = store_codebook.read_codebook(connection)
        questions = tuple(corpus.read_question(connection, question_id) for question_id in question_ids)
    _require(codebook, theme_ids)
    return PeopleBehind(
        Figure(len(people), len(base), False, None),
        array("q", people),
        (),
        questions,
        codebook,
        tuple(theme_ids),
        None if scope.coder_ids is None else tuple(scope.coder_ids),
    )


def people_who_moved(
    project: Project, cut: Cut, question_ids: tuple[int, int], theme_id: int, move: Move
) -> PeopleBehind:
    """Those who gained a theme from one wave of a question to another, or lost it, kept it, or have it in neither, of
    all who are known in both; with their words of both waves. They are the very sets that `compare` counts."""
    before, after = question_ids
    for change in compare(project, replace(cut, questions=question_ids)):
        if (change.before.id, change.after.id) == (before, after):
            _require(change.codebook, [theme_id])
            behind = change.behind(theme_id, move)
            return people_among(
                project,
                behind.people,
                behind.base,
                coder=cut.coder,
                question_ids=question_ids,
                theme_ids=[theme_id],
            )
    raise NotFoundError("This question is not in both waves of the survey any more.", hint="Choose another one.")


def _require(codebook: Codebook, theme_ids: Sequence[int]) -> None:
    if not codebook.by_id.keys() >= set(theme_ids):
        raise NotFoundError("The theme is not in the codebook of this question any more.")


@dataclass(frozen=True, slots=True)
class Said:
    """What a participant gave to one question, in words."""

    question: Question
    words: str


@dataclass(frozen=True, slots=True)
class Person:
    """A participant behind a figure, with their words for it, and the response to open, if it can be read.

    `said` is what they rated or chose that the figure is about, and the answers without a word for it.
    """

    id: int
    name: str
    quotes: tuple[Quote, ...]
    response_id: int | None
    said: tuple[Said, ...] = ()


def read_people(project: Project, behind: PeopleBehind, ids: Sequence[int]) -> list[Person]:
    """Some of the participants behind a figure, or apart from it, in the order of the ids; a page at a time.

    Where no word of theirs counts, it is the words that do not.
    """
    themes = {below for theme in behind.theme_ids for below in behind.codebook.below(theme)}
    asked = [question.id for question in behind.questions]
    with project.read() as connection:
        names = counts.participant_names(connection, ids)
        answers: dict[int, int] = {}
        for question_id in reversed(asked):
            answers |= corpus.answered_by(connection, question_id, ids)

        def read(some: Sequence[int], counted: bool) -> dict[str, list[Quote]]:
            found: dict[str, list[Quote]] = {}
            for question_id in asked if themes else ():
                for quote in quotes.read_quotes(
                    connection, themes, question_id, participant_ids=some, coder_ids=behind.coder_ids, counted=counted
                ):
                    found.setdefault(quote.participant, []).append(quote)
            return found

        said = read(ids, True)
        silent = [i for i, name in names.items() if name not in said]
        beside = read(silent, False) if silent else {}
        given = store_people.read_given(connection, asked, ids)
    people = []
    for person in (i for i in ids if i in names):
        counted = tuple(said.get(names[person], ()))
        first = counted[0].response_id if counted else answers.get(person)
        words = counted or tuple(beside.get(names[person], ()))
        quoted = {(quote.question, quote.wave) for quote in words}
        rest = (q for q in behind.questions if (q.key, q.wave) not in quoted and (person, q.id) in given)
        people.append(Person(person, names[person], words, first, tuple(Said(q, given[person, q.id]) for q in rest)))
    return people


def people_of_group(project: Project, by: str, value: str) -> People:
    """The participants of one group, by an attribute or a choice question."""
    with project.read() as connection:
        return counts.read_scope(connection, by=by).groups.get(value, People())


def person_of_response(project: Project, response_id: int) -> People:
    """Who gave a response."""
    with project.read() as connection:
        return People([corpus.read_response(connection, response_id).participant_id])


def read_participant(project: Project, participant_id: int) -> Participant:
    """What is known about one of them."""
    with project.read() as connection:
        return corpus.read_participant(connection, participant_id)
