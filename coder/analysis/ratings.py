"""What participants rated: the distribution and its middle, the change between waves, and ratings beside themes."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from coder.analysis.tally import Cut, Stopped, asked_in, go_on, known_of, never
from coder.domain.codebook import Codebook
from coder.domain.corpus import Question, QuestionKind
from coder.domain.people import People
from coder.domain.rating import Bar, Scale, edges, plain, read_number, scale_of
from coder.domain.tally import Base, Counting
from coder.errors import RefusedError
from coder.stats.ratings import SEED, Difference, Floats, Ints, Summary, describe, difference, summarise
from coder.store import answers, corpus, counts
from coder.store import codebook as store_codebook
from coder.store.project import Project

NO_NUMBER = "no number"
OUTSIDE = "outside the scale"


@dataclass(frozen=True)
class RatingCut:
    """What is read as a rating: which rating questions (a reference, or their ids; none means all), or an attribute
    whose values are numbers. `scale`: the ends that ratings may have; what lies outside is none.

    `by` an attribute gives a summary of each of its values; of a `census` there are no intervals. A change upwards
    is an improvement unless `low_is_good`. `seed` is that of the bootstrap.
    """

    questions: str | tuple[int, ...] = ""
    attribute: str = ""
    scale: tuple[float, float] | None = None
    by: str = ""
    census: bool = False
    low_is_good: bool = False
    seed: int = SEED


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A value that is no rating, why, and who gave it."""

    value: str
    reason: str
    people: People


@dataclass(frozen=True, slots=True, eq=False)
class _Given:
    """Who gave which rating: ids of participants, the place of each one's rating in `values`, which rise; and what
    they gave that is none."""

    ids: Ints
    places: Ints
    values: Floats
    left_out: tuple[LeftOut, ...]

    def counts(self, among: People | None = None) -> Ints:
        """How many, of all or among some, gave each value."""
        places = self.places if among is None else self.places[self._are(among)]
        return np.bincount(places, minlength=len(self.values))

    def people(self) -> People:
        return _people(self.ids)

    def _are(self, people: People) -> NDArray[np.bool_]:
        marks = np.frombuffer(people.marks(), dtype=np.bool_)
        known = self.ids < len(marks)
        known[known] = marks[self.ids[known]]
        return known

    @property
    def ratings(self) -> Floats:
        return self.values[self.places]


@dataclass(frozen=True)
class Rating:
    """What was rated in one wave, or a numeric attribute: each participant once.

    `everyone` are all participants of the project. `question` is None for an attribute, `scale` where nobody rated.
    `bars` are the whole distribution, in rising order; `groups` the summaries by the values of an attribute.
    """

    name: str
    wave: str
    question: Question | None
    everyone: int
    people: People
    scale: Scale | None
    summary: Summary
    bars: tuple[Bar, ...]
    left_out: tuple[LeftOut, ...]
    groups: Mapping[str, Summary]
    given: _Given = field(repr=False, compare=False)


@dataclass(frozen=True)
class Change:
    """One rating in two waves. `before` and `after` have all who rated in each; the rest is of those in both.

    `change` summarises each participant's own change, `bars` are its distribution.
    """

    before: Rating
    after: Rating
    paired_before: Summary
    paired_after: Summary
    change: Summary
    bars: tuple[Bar, ...]
    improved: People
    same: People
    worse: People
    only_before: People
    only_after: People
    low_is_good: bool

    @property
    def paired(self) -> int:
        return self.change.n

    @property
    def scales_differ(self) -> bool:
        """Whether the questions state different scales, so that their difference means little."""
        scales = [(s.low, s.high) for s in (self.before.scale, self.after.scale) if s and s.high_from != "seen"]
        return len(set(scales)) > 1


@dataclass(frozen=True, slots=True)
class ThemeRating:
    """The ratings of those who have a theme, or one below it, and of those who don't."""

    theme_id: int
    depth: int
    having: Summary
    lacking: Summary
    apart: Difference


@dataclass(frozen=True)
class Beside:
    """A rating beside the themes of an open question: of those who were reviewed and rated, whatever base is asked
    for, since of nobody else is it known whether they lack a theme."""

    rating: Rating
    question: Question
    codebook: Codebook
    answered: int  # who rated, and answered the open question
    reviewed: int  # of these
    themes: tuple[ThemeRating, ...]
    counting: Counting = field(repr=False, compare=False)

    def people(self, theme_id: int, *, having: bool) -> People:
        """Those behind the mean with a theme, or without it."""
        return _sides(self.counting, theme_id)[not having] & self.rating.people


# --- one rating ------------------------------------------------------------------------------------------


def ratings(project: Project, cut: RatingCut = RatingCut()) -> tuple[Rating, ...]:
    """Each rating in each wave, in the survey's order; participants without one are in none of its figures.

    Raises NotFoundError where there is no such question or attribute, RefusedError for an attribute without numbers.
    """
    if cut.scale is not None and not cut.scale[0] < cut.scale[1]:
        raise RefusedError(f"A scale goes upwards, not from {plain(cut.scale[0])} to {plain(cut.scale[1])}.")
    with project.read() as connection:
        scope = counts.read_scope(connection, by=cut.by)
        texts: dict[Question | None, Mapping[str, Sequence[int]]]
        if cut.attribute:
            texts = {None: answers.read_attribute(connection, cut.attribute)}
        else:
            asked = asked_in(Cut(cut.questions), corpus.read_questions(connection, QuestionKind.RATING))
            texts = {question: answers.read_answers(connection, question.id) for question in asked}
    read = {question: _read(values, cut.scale) for question, values in texts.items()}
    if cut.attribute and not any(read_number(text) is not None for text in texts[None]):
        raise RefusedError(
            f"No value of the attribute {cut.attribute!r} is a number, so it has no mean.",
            hint="Compare groups by it: coder tally PROJECT --by ATTRIBUTE",
        )
    used: dict[str, Floats] = {}  # in any wave of a question: they have one scale
    for question, given in read.items():
        name = cut.attribute if question is None else question.key
        used[name] = np.append(used.get(name, ()), given.values)
    return tuple(_rating(question, given, used, scope, cut) for question, given in read.items())


def _rating(
    question: Question | None, given: _Given, used: Mapping[str, Floats], scope: counts.Scope, cut: RatingCut
) -> Rating:
    name = cut.attribute if question is None else question.key
    prompt = name if question is None else question.prompt
    scale = None
    if len(given.values):
        scale = scale_of(prompt, float(used[name].min()), float(used[name].max()), cut.scale)

    def summary(among: People | None = None) -> Summary:
        return summarise(given.values, given.counts(among), seed=cut.seed, census=cut.census)

    return Rating(
        name=name,
        wave="" if question is None else question.wave,
        question=question,
        everyone=len(scope.everyone),
        people=given.people(),
        scale=scale,
        summary=summary(),
        bars=() if scale is None else tuple(_bars(given.ids, given.ratings, scale.low, scale.high)),
        left_out=given.left_out,
        groups={value: summary(people) for value, people in scope.groups.items()},
        given=given,
    )


def _read(texts: Mapping[str, Sequence[int]], scale: tuple[float, float] | None) -> _Given:
    """The ratings among the values, `9` and `9.0` being one, and what is none."""
    left_out: list[LeftOut] = []
    people: dict[float, list[Sequence[int]]] = {}
    for text, ids in texts.items():
        number = read_number(text)
        if number is None:
            left_out.append(LeftOut(text, NO_NUMBER, People(ids)))
        elif scale is not None and not scale[0] <= number <= scale[1]:
            left_out.append(LeftOut(text, OUTSIDE, People(ids)))
        else:
            people.setdefault(number, []).append(ids)
    values = sorted(people)
    groups = [np.concatenate([np.array(ids, dtype=np.int64) for ids in people[value]]) for value in values]
    places = np.repeat(np.arange(len(values)), [len(group) for group in groups])
    everybody = np.concatenate(groups) if groups else np.empty(0, dtype=np.int64)
    return _Given(everybody, places, np.array(values, dtype=np.float64), tuple(left_out))


def _bars(ids: Ints, ratings: Floats, low: float, high: float) -> Iterator[Bar]:
    for least, most, closed in edges(low, high, np.unique(ratings).tolist()):
        inside = (ratings >= least) & ((ratings <= most) if closed else (ratings < most))
        yield Bar(least, most, closed, _people(ids[inside]))


def _people(ids: Ints) -> People:
    """The set of these, made by numpy: a million ids one by one would take their time."""
    marks = np.zeros(int(ids.max(initial=-1)) + 1, dtype=np.uint8)
    marks[ids] = 1
    return People(flags=int.from_bytes(marks.tobytes(), "little"))


# --- two waves -------------------------------------------------------------------------------------------


def changes(project: Project, cut: RatingCut = RatingCut()) -> tuple[Change, ...]:
    """The change of each rating that was asked in several waves: from each wave to the next in the survey's order,
    and of three or more from the first to the last."""
    return changes_of(ratings(project, cut), cut)


def changes_of(found: Iterable[Rating], cut: RatingCut) -> tuple[Change, ...]:
    """The same of ratings that have been read."""
    waves: dict[str, list[Rating]] = {}
    for rating in found:
        waves.setdefault(rating.name, []).append(rating)
    return tuple(_change(before, after, cut) for rated in waves.values() for before, after in _pairs(rated))


def _pairs(rated: Sequence[Rating]) -> Iterable[tuple[Rating, Rating]]:
    return (*pairwise(rated), *([(rated[0], rated[-1])] if len(rated) > 2 else []))


def _change(before: Rating, after: Rating, cut: RatingCut) -> Change:
    ids, first, second = np.intersect1d(before.given.ids, after.given.ids, assume_unique=True, return_indices=True)
    by = after.given.ratings[second] - before.given.ratings[first]
    values, places = np.unique(by, return_inverse=True)
    up, same, down = (_people(ids[where]) for where in (by > 0, by == 0, by < 0))
    both = up | same | down
    return Change(
        before=before,
        after=after,
        paired_before=describe(before.given.values, before.given.counts(both)),
        paired_after=describe(after.given.values, after.given.counts(both)),
        change=summarise(values, np.bincount(places.ravel(), minlength=len(values)), seed=cut.seed, census=cut.census),
        bars=tuple(_bars(ids, by, float(values[0]), float(values[-1]))) if len(values) else (),
        improved=down if cut.low_is_good else up,
        same=same,
        worse=up if cut.low_is_good else down,
        only_before=before.people - after.people,
        only_after=after.people - before.people,
        low_is_good=cut.low_is_good,
    )


# --- beside themes ---------------------------------------------------------------------------------------


def beside(
    project: Project, cut: Cut, rated: RatingCut = RatingCut(), *, stopped: Stopped = never
) -> tuple[Beside, ...]:
    """Each rating beside the themes of each open question that `cut` names, by the codings that it names.

    Where both were asked in the same waves, each wave's rating stands beside that wave's answers.
    """
    rating = ratings(project, rated)
    with project.read() as connection:
        scope = counts.read_scope(connection, coder=cut.coder)
        codebook = store_codebook.read_codebook(connection)
        found = []
        for question in asked_in(cut, corpus.read_questions(connection, QuestionKind.OPEN)):
            known = known_of(codebook, question, counts.gather(connection, question.id, scope.coder_ids))
            counting = Counting(known, everyone=scope.everyone, base=Base.REVIEWED)
            for one in _same_wave(question, rating):
                go_on(stopped)
                found.append(
                    Beside(
                        one,
                        question,
                        known.codebook,
                        len(one.people & known.sets.answered),
                        len(one.people & known.reviewed),
                        tuple(_theme_ratings(one, counting, known.codebook, rated.census)),
                        counting,
                    )
                )
    return tuple(found)


def _same_wave(question: Question, rating: Sequence[Rating]) -> Iterator[Rating]:
    waves = {(one.name, one.wave) for one in rating}
    return (one for one in rating if one.wave == question.wave or (one.name, question.wave) not in waves)


def _theme_ratings(rating: Rating, counting: Counting, codebook: Codebook, census: bool) -> Iterator[ThemeRating]:
    for depth, theme in codebook.walk():
        # A theme that came late has more finds than others in its base; that moves its share, but no mean of a side.
        having, lacking = (
            describe(rating.given.values, rating.given.counts(side)) for side in _sides(counting, theme.id)
        )
        yield ThemeRating(theme.id, depth, having, lacking, difference(having, lacking, census=census))


def _sides(counting: Counting, theme_id: int) -> tuple[People, People]:
    behind = counting.behind(theme_id)
    return behind.people, behind.base - behind.people
