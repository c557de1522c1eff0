"""Whole projects to and from other programs, by REFI-QDA."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path

from coder.domain.corpus import Question, SurveyRow
from coder.domain.exchange import CodedSurvey
from coder.domain.log import Kind
from coder.domain.pseudonyms import Pseudonyms
from coder.errors import InputError
from coder.exports import ORIGIN, Exported
from coder.formats.database import open_foreign
from coder.formats.qualcoder import TABLES as QUALCODER
from coder.formats.qualcoder import read_qualcoder
from coder.formats.refi.as_survey import as_survey
from coder.formats.refi.from_survey import Habits, Per, SurveyWriter
from coder.formats.refi.model import QdaProject
from coder.formats.refi.read import read_qdpx
from coder.formats.refi.write import Form, legal, write_qdpx
from coder.formats.survey.detect import first_of
from coder.formats.taguette import read_taguette
from coder.imports import Imported, join_placeholders, take_themes
from coder.store import codebook, corpus, events, people, search, surveys, taking
from coder.store.events import Recorder, acting
from coder.store.project import Project, change_setting, create_project, open_project, project_path
from coder.store.whole import read_whole

# --- out -------------------------------------------------------------------------------------------------


class Program(StrEnum):
    """A program that reads REFI-QDA otherwise than the standard says."""

    NVIVO = "nvivo"
    MAXQDA = "maxqda"
    QUALCODER = "qualcoder"


@dataclass(frozen=True, slots=True)
class _Profile:
    form: Form
    habits: Habits
    per: Per


_PROFILES = {
    None: _Profile(Form(), Habits(), Per.RESPONSE),
    # NVivo for Windows counts UTF-16 units and both characters of its line ends.
    Program.NVIVO: _Profile(Form("\r\n", utf16=True), Habits(), Per.PARTICIPANT),
    # MAXQDA wants such line ends and counts them once (as QualCoder writes for it), cuts names of codes at 63
    # characters, and takes variables from the sources.
    Program.MAXQDA: _Profile(
        Form("\r\n", counts_line_ends_whole=False), Habits(values_on_sources=True, longest_code=63), Per.PARTICIPANT
    ),
    Program.QUALCODER: _Profile(Form(), Habits(case_codes=True), Per.RESPONSE),
}


def export_project(
    project: Project,
    path: Path,
    *,
    program: Program | None = None,
    per: Per | None = None,
    pseudonyms: bool = False,
) -> Exported:
    """Write the project as .qdpx, for every program that follows the standard or for one that does not.

    A source is one response, or all of a participant's. With pseudonyms the codings can't come back by themselves. The
    same project gives the same bytes.
    """
    profile = _PROFILES[program]
    with project.read() as connection:
        names = Pseudonyms(keep_own=not pseudonyms or people.are_numbered(connection))
        survey = read_whole(connection, project.path.stem, names)
    written = SurveyWriter(survey, ORIGIN, per=per or profile.per, habits=profile.habits).project()
    write_qdpx(path, written, profile.form)
    return Exported(path, len(written.sources), tuple(written.notes))


# --- in --------------------------------------------------------------------------------------------------


def import_project(source: Path, path: Path, *, coder_name: str, all_reviewed: bool = False) -> Imported:
    """Make a project of a .qdpx file; or take its themes and codings into the project that it came from.

    What no coder is named for is `coder_name`'s. `all_reviewed`: every response was read by those who coded any of
    that question, which other programs' files don't say. Raises InputError with every response that a project which is
    there does not have, or has with another text; the project is then as it was, or is not there.
    """
    survey = as_survey(read_foreign(source))
    if not survey.responses:
        raise InputError(f"{source.name} holds no text that could be coded.", problems=list(survey.notes))
    is_new = not project_path(path).exists()
    project = create_project(path) if is_new else open_project(path)
    try:
        with project:
            done = _Taking(project, survey, source.name, coder_name, all_reviewed=all_reviewed).take(is_new=is_new)
            search.update_index(project)
    except BaseException:
        if is_new:
            project.path.unlink(missing_ok=True)
        raise
    return done


def read_foreign(source: Path) -> QdaProject:
    """A project of another program, by what the file is: REFI-QDA, Taguette's database, QualCoder's folder."""
    if source.is_dir():
        return read_qualcoder(source)
    try:
        with source.open("rb") as file:
            start = file.read(16)
    except OSError as error:
        raise InputError(f"{source} can't be read: {error.strerror or error}.") from error
    if start != b"SQLite format 3\x00":
        return read_qdpx(source)
    with open_foreign(source) as database:
        of_qualcoder = database.has(*QUALCODER)
    return read_qualcoder(source) if of_qualcoder else read_taguette(source)


class _Taking:
    """Takes a coded survey into a project: all of it into a new one, its themes and codings into one that has it."""

    def __init__(
        self, project: Project, survey: CodedSurvey, source: str, coder_name: str, *, all_reviewed: bool
    ) -> None:
        self._project, self._survey, self._source = project, survey, source
        self._coder_name, self._all_reviewed = coder_name, all_reviewed

    def take(self, *, is_new: bool) -> Imported:
        survey = self._survey
        with self._project.read() as connection:  # one that has no question yet has nothing to be compared with
            takes_all = is_new or not corpus.read_questions(connection)
        if not takes_all:
            self._compare()
        with acting(self._project, self._coder_name, Kind.IMPORT_PROJECT, source=self._source) as recorder:
            counts = {"participants": 0, "responses": 0, "answers": 0}
            if takes_all:
                placeholders, _ = join_placeholders(recorder, survey.placeholders)
                taken = surveys.SurveyImport(recorder, survey.questions, placeholders).take(self._rows())
                counts = {
                    "participants": taken.participants,
                    "responses": taken.responses,
                    "answers": taken.answers,
                }
                if survey.language:
                    change_setting(recorder.connection, "language", survey.language)
            questions = self._questions(recorder)
            open_keys = {q.key for q in questions if q is not None}
            # A theme of other questions alone stays theirs: of none it would serve all.
            serving = [set(spec.questions) & open_keys or set(spec.questions) for spec in survey.themes]
            book = codebook.read_codebook(recorder.connection)
            before = {theme.id for theme in book.themes}
            # Other programs have palettes of their own: a theme that is here keeps its looks.
            specs = [s if book.at(s.path) is None else replace(s, colour="", key="") for s in survey.themes]
            added, changed = take_themes(recorder, specs, serving)
            done = self._take_codings(recorder, questions, before)
            counts |= {
                "themes": added,
                "changed": changed,
                "codings": done.codings,
                "highlights": done.highlights,
                "reviewed": done.reviews,
            }
            recorder.facts.update({k: counts[k] for k in ("responses", "themes", "codings")}, reviews=done.reviews)
        notices = list(survey.notes)
        if not any(r.reviewed for r in survey.responses) and not self._all_reviewed:
            notices.append(
                "The file does not say which texts were read to the end, so none count as reviewed yet. If every text "
                "was read by its coders, import it with --all-reviewed."
            )
        return Imported(self._project.path, self._source, recorder.changed, counts, tuple(notices))

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

    def _questions(self, recorder: Recorder) -> list[Question | None]:
        """The project's questions in the order of the survey's; None where the project does not ask it."""
        known = {(q.key, q.wave): q for q in corpus.read_questions(recorder.connection)}
        return [known.get((spec.key, spec.wave)) for spec in self._survey.questions]

    def _compare(self) -> None:
        """Raises InputError where the project has not these very texts."""
        with self._project.read() as connection:
            there = read_whole(connection, "")
        texts = {(r.participant, *_named(there, r.question), r.part): legal(r.text) for r in there.responses}
        problems = []
        for response in self._survey.responses:
            question = _named(self._survey, response.question)
            known = texts.get((response.participant, *question, response.part))
            if known != response.text:
                what = "is not in the project" if known is None else "has another text in the project"
                problems.append(f"{response.participant}, ‘{question[0]}’: {what}")
        if problems:
            raise InputError(
                f"{self._source} is of another survey than {self._project.path.name}; nothing was imported.",
                problems=first_of(problems),
                hint="Import it as a project of its own: name a project that is not there yet.",
            )

    def _take_codings(
        self, recorder: Recorder, questions: Sequence[Question | None], before: Collection[int]
    ) -> taking.CodingsTaken:
        """Take codings, highlights and reviews; themes that were there `before` this import keep their age."""
        survey = self._survey
        places = taking.read_places(recorder.connection)
        book = codebook.read_codebook(recorder.connection)
        themes = []
        for spec in survey.themes:
            theme = book.at(spec.path)
            assert theme is not None  # taken a moment ago
            themes.append(theme.id)
        coders: dict[str, int] = {}

        def coder(name: str) -> int:
            name = name or self._coder_name
            if name not in coders:
                coders[name] = events.coder_id(recorder.connection, name)
            return coders[name]

        # What the file says was read was read before another program added themes; what its reader says, with them.
        given, reviewed, read = [], [], []
        readers = self._readers()
        for response in survey.responses:
            question = questions[response.question]
            assert question is not None  # all responses are in the project
            place = places[response.participant, question.id, response.part]
            given += [taking.GivenCoding(place, None, coder(who), span) for who, span in response.highlights]
            for one in response.themes:
                theme_id, who = themes[one.theme], coder(one.coder)
                given += [taking.GivenCoding(place, theme_id, who, span) for span in one.spans or (None,)]
            if response.text.strip():
                reviewed += [(place, coder(name)) for name in response.reviewed]
                read += [(place, coder(name)) for name in readers[response.question]]
        later = [themes[at] for at in survey.later]
        codebook.bear_anew(recorder, [theme_id for theme_id in later if theme_id not in before])
        reviews = []
        for rows, known in ((reviewed, set(themes) - set(later)), (read, set(themes))):
            as_of = taking.revisions_read(recorder.connection, {q.id: known for q in questions if q is not None})
            reviews += [(place, coder_id, as_of[place.question_id]) for place, coder_id in rows]
        return taking.take_codings(recorder, given, reviews)

    def _readers(self) -> dict[int, Sequence[str]]:
        """Who read all responses to a question, if all were read: those who coded any of them."""
        found: dict[int, Sequence[str]] = defaultdict(tuple)
        if self._all_reviewed:
            names: dict[int, set[str]] = defaultdict(set)
            for response in self._survey.responses:
                names[response.question].update(one.coder for one in response.themes)
            found.update((question, sorted(coders)) for question, coders in names.items())
        return found


def _named(survey: CodedSurvey, question: int) -> tuple[str, str]:
    return survey.questions[question].key, survey.questions[question].wave
