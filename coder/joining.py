"""A coded survey joins a project: all of it, or what is coded on texts that the project has."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence, Set
from dataclasses import replace

from coder.differing import some
from coder.domain.codebook import PATH_SEPARATOR, Theme, ThemeSpec, fold_name
from coder.domain.coding import MASK
from coder.domain.corpus import Question, QuestionKind, QuestionSpec, SurveyRow
from coder.domain.exchange import CodedResponse, CodedSurvey
from coder.domain.wording import counted
from coder.errors import InputError
from coder.formats.refi.from_survey import short_name
from coder.formats.refi.write import legal
from coder.formats.survey.detect import first_of
from coder.imports import take_themes
from coder.store import codebook, corpus, events, surveys, taking
from coder.store.events import Recorder
from coder.store.project import change_setting
from coder.store.whole import read_whole

_WORDS = ("definition", "include", "exclude", "example", "keywords")


class Joining:
    """Takes a coded survey into a project, within one recorded action: all of it into one that has no question yet, its
    themes, codings and reviews into one that has these very texts."""

    def __init__(self, recorder: Recorder, survey: CodedSurvey, source: str, target: str, coder_name: str) -> None:
        self._recorder, self._connection, self._survey = recorder, recorder.connection, survey
        self._source, self._target, self._coder_name = source, target, coder_name
        self._coders: dict[str, int] = {}
        self._questions: list[Question | None] = []  # in the survey's order; None where the project does not ask it
        self._themes: Sequence[int] = ()  # in the survey's order
        self._places: Mapping[tuple[str, int, int], taking.Place] = {}
        self._has_texts = bool(corpus.read_questions(self._connection))
        self.notices: list[str] = []

    def take(self, *, all_reviewed: bool, known_only: bool, update_themes: bool) -> dict[str, int]:
        """How many of each were new."""
        counts = {"participants": 0, "responses": 0, "answers": 0}
        if self._has_texts:
            self._recognise()
            self._compare(known_only=known_only)
        else:
            counts |= self._take_survey()
        known = {(q.key, q.wave): q for q in corpus.read_questions(self._connection)}
        self._questions = [known.get((spec.key, spec.wave)) for spec in self._survey.questions]
        self._places = taking.read_places(self._connection)
        counts |= self._take_themes(update=update_themes)
        codings = self._take_codings()
        reviewed = self._take_reviews(self._readers() if all_reviewed else {})
        counts |= {"codings": codings.codings, "highlights": codings.highlights, "reviewed": reviewed}
        self._recorder.facts.update({k: counts[k] for k in ("responses", "themes", "codings")}, reviews=reviewed)
        return counts

    def _take_survey(self) -> dict[str, int]:
        survey = self._survey
        importing = surveys.SurveyImport(self._recorder, survey.questions, survey.placeholders)
        taken = importing.take(self._rows())
        if survey.language:
            change_setting(self._connection, "language", survey.language)
        return {"participants": taken.participants, "responses": taken.responses, "answers": taken.answers}

    def _rows(self) -> Iterator[SurveyRow]:
        survey = self._survey
        responses: dict[str, list[tuple[int, int | None, str]]] = defaultdict(list)
        for response in survey.responses:
            responses[response.participant].append((response.question, response.part, response.text))
        answers: dict[str, list[tuple[int, str, str]]] = defaultdict(list)
        for who, question, option, value in survey.answers:
            answers[who].append((question, option, value))
        for number, (who, facts) in enumerate(survey.participants.items(), 1):
            yield SurveyRow(number, who, facts, responses[who], answers[who])

    def _recognise(self) -> None:
        """Take the short names of questions for theirs: other programs may keep nothing else of them."""
        asked = [(q.key, q.wave) for q in corpus.read_questions(self._connection, QuestionKind.OPEN)]
        short = {short_name(*one): one for one in asked}

        def recognised(spec: QuestionSpec) -> QuestionSpec:
            if (spec.key, spec.wave) in asked or spec.key not in short:
                return spec
            key, wave = short[spec.key]
            return replace(spec, key=key, wave=wave)

        self._survey = replace(self._survey, questions=[*map(recognised, self._survey.questions)])

    def _compare(self, *, known_only: bool) -> None:
        """Leave out the responses that the project does not have, or not with these very texts.

        Raises InputError with each of them unless it is for those that are known only.
        """
        there = read_whole(self._connection, "")
        texts = {(r.participant, *_named(there, r.question), r.part): legal(r.text) for r in there.responses}
        fitting, problems = [], []
        for response in self._survey.responses:
            key, wave = _named(self._survey, response.question)
            text = texts.get((response.participant, key, wave, response.part))
            if text is not None and _is_same(text, response.text):
                fitting.append(response)
            elif response.text:  # what was empty has nothing that could be taken
                asked = f"‘{key}’ ({wave})" if wave else f"‘{key}’"
                what = "is not in the project" if text is None else "has another text in the project"
                problems.append(f"{response.participant}, {asked}: {what}")
        if problems and not any(response.text for response in fitting):
            raise InputError(
                f"{self._source} is of another survey than {self._target}; nothing was imported.",
                problems=first_of(problems),
                hint="Import it as a project of its own: name a project that is not there yet.",
            )
        if problems and not known_only:
            of = counted(len(self._survey.responses), "response")
            differ = "differs" if len(problems) == 1 else "differ"
            raise InputError(
                f"{len(problems):,} of {of} in {self._source} {differ} from {self._target}; nothing was imported.",
                problems=first_of(problems),
                hint="--known-only leaves these out, with what is coded there, and takes the others.",
            )
        if problems:
            self.notices.append(
                f"Left out, with what is coded there: {counted(len(problems), 'response')} ({some(problems)})."
            )
        self._survey = replace(self._survey, responses=fitting)

    def _take_themes(self, *, update: bool) -> dict[str, int]:
        """Themes that are there keep their age; their looks, as other programs have palettes of their own; and what
        the project says of them, unless it is to be updated."""
        known = self._known_themes()
        asked = {q.key for q in self._questions if q is not None}
        specs, serving, otherwise = [], [], []
        for at, spec in enumerate(self._survey.themes):
            # A theme of other questions alone stays theirs: of none it would serve all.
            questions = set(spec.questions) & asked or set(spec.questions)
            theme = known.get(at)
            given = spec if theme is None else replace(spec, colour="", key="")
            kept = [] if theme is None or update else _said_otherwise(spec, questions, theme)
            if kept:
                otherwise.append(f"{_quoted(spec)} ({', '.join(kept)})")
            specs.append(replace(given, **{f: type(getattr(spec, f))() for f in kept if f in _WORDS}))
            serving.append(set() if "questions" in kept else questions)
        taken = take_themes(self._recorder, specs, serving, self._since(known))
        self._themes = taken.ids
        if otherwise:
            self.notices.append(
                f"The file describes otherwise: {some(otherwise)}. What the project says stays; --update-themes takes "
                "what the file says."
            )
        new = [_quoted(spec) for at, spec in enumerate(specs) if at not in known]
        if new and self._has_texts:
            self.notices.append(
                f"New themes: {some(new)}. If one of them has been renamed or moved here since the file was written, "
                "merge the two on the themes screen."
            )
        return {"themes": taken.added, "changed": taken.changed}

    def _known_themes(self) -> Mapping[int, Theme]:
        """The themes that the project has, by their places in the survey."""
        book = codebook.read_codebook(self._connection)
        there = {tuple(map(fold_name, book.path(theme.id))): theme for theme in book.themes}
        paths = (tuple(map(fold_name, spec.path)) for spec in self._survey.themes)
        return {at: there[path] for at, path in enumerate(paths) if path in there}

    def _since(self, before: Collection[int]) -> Mapping[int, Mapping[str, int]]:
        """The revisions at which new themes come to their questions, where they came one after the other."""
        asked = [(at, question.key) for at, question in enumerate(self._questions) if question is not None]
        born = {
            theme: {key: self._born(theme, at) for at, key in asked}
            for theme in range(len(self._survey.themes))
            if theme not in before
        }
        order = sorted({turn for of in born.values() for turn in of.values()})
        if len(order) < 2:
            return {}
        revisions = dict(zip(order, codebook.next_revisions(self._connection, len(order)), strict=True))
        return {theme: {key: revisions[turn] for key, turn in of.items()} for theme, of in born.items()}

    def _born(self, theme: int, question: int) -> int:
        of = self._survey.born.get(theme)
        return 0 if of is None else of[question]

    def _responses(self) -> Iterator[tuple[CodedResponse, taking.Place]]:
        for response in self._survey.responses:
            question = self._questions[response.question]
            assert question is not None  # all responses are in the project
            yield response, self._places[response.participant, question.id, response.part]

    def _coder(self, name: str) -> int:
        name = name or self._coder_name
        if name not in self._coders:
            self._coders[name] = events.coder_id(self._connection, name)
        return self._coders[name]

    def _take_codings(self) -> taking.CodingsTaken:
        given = []
        for response, place in self._responses():
            given += [taking.GivenCoding(place, None, self._coder(who), span) for who, span in response.highlights]
            for one in response.themes:
                theme_id, who = self._themes[one.theme], self._coder(one.coder)
                given += [taking.GivenCoding(place, theme_id, who, span) for span in one.spans or (None,)]
        return taking.take_codings(self._recorder, given)

    def _take_reviews(self, readers: Mapping[int, Collection[str]]) -> int:
        """Take what the file says was read, and what the `readers` of each question read: all of it, for all themes."""
        known = {
            question.id: {theme_id: self._born(place, at) for place, theme_id in enumerate(self._themes)}
            for at, question in enumerate(self._questions)
            if question is not None and question.kind is QuestionKind.OPEN
        }
        as_of = taking.revisions_read(self._connection, known)
        newest = self._survey.revision
        reviews = []
        incomplete = 0
        for response, place in self._responses():
            read = [*response.reviewed, *((name, newest) for name in readers.get(response.question, ()))]
            if not response.complete:
                incomplete += bool(read)
            elif response.text.strip():
                for name, revision in read:
                    reviews.append((place, self._coder(name), as_of[place.question_id](revision)))
        if incomplete:
            self.notices.append(
                "Responses that have lost codings on the way, and so don't count as reviewed: "
                f"{incomplete:,}. Read them again, or export the file anew."
            )
        return taking.take_reviews(self._recorder, reviews)

    def _readers(self) -> Mapping[int, Collection[str]]:
        """Who read all responses to a question, if all were read: those who coded any of them."""
        names: dict[int, set[str]] = defaultdict(set)
        for response in self._survey.responses:
            names[response.question].update(one.coder for one in response.themes)
        return {question: sorted(coders) for question, coders in names.items()}


def _said_otherwise(spec: ThemeSpec, questions: Set[str], theme: Theme) -> list[str]:
    """What a file says of a theme, and the project says, too, but otherwise."""
    fields = [f for f in _WORDS if getattr(spec, f) and getattr(theme, f) and getattr(spec, f) != getattr(theme, f)]
    return [*fields, "questions"] if questions and questions != theme.questions else fields


def _quoted(theme: ThemeSpec) -> str:
    return f"‘{PATH_SEPARATOR.join(theme.path)}’"


def _is_same(one: str, other: str) -> bool:
    """Whether two texts are one, as far as neither is masked: words may have been masked since, or before."""
    if len(one) != len(other):
        return False
    return one == other or all(a == b or MASK in (a, b) for a, b in zip(one, other, strict=True))


def _named(survey: CodedSurvey, question: int) -> tuple[str, str]:
    return survey.questions[question].key, survey.questions[question].wave
