"""Files into a project: surveys, codebooks, attributes, codings. Each import is one event, whole or not at all."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from types import MappingProxyType

from coder import differing
from coder.domain.codebook import ThemeSpec, fold_name
from coder.domain.corpus import Question, QuestionKind, Status, find_questions
from coder.domain.differences import Differences
from coder.domain.display import one_line
from coder.domain.log import Kind
from coder.domain.wording import counted
from coder.errors import InputError, NotFoundError
from coder.formats.codebook import read_codebook
from coder.formats.codings import CodingsFile, read_attributes, read_codings, read_reviewed
from coder.formats.matrix import is_matrix, read_matrix
from coder.formats.refi.read import read_qdc
from coder.formats.refi.themes import read_themes
from coder.formats.survey.detect import Table, first_of, open_table
from coder.formats.survey.guess import guess_plan
from coder.formats.survey.plan import (
    QUESTION_ROLES,
    ColumnPlan,
    Layout,
    PlanOptions,
    Role,
    dump_plan,
    is_plan_of,
    load_plan,
    overlaid,
    plan_form,
    recalled,
)
from coder.formats.survey.read import Survey, read_survey
from coder.language.pipeline import check_language
from coder.matching import Matching, MatrixCodings, matrix_codings
from coder.store import batches, corpus, search, surveys, taking
from coder.store import codebook as store_codebook
from coder.store.events import Recorder, acting, rehearsing
from coder.store.project import change_setting, create_project, open_project, project_path

Progress = Callable[[int], None]  # how many are done

_NAMED = 10
_CODEBOOK_FIELDS = ("definition", "include", "exclude", "example", "keywords", "colour", "key")


@dataclass(frozen=True)
class Imported:
    """What an import did, in the words of a person: the counts, and what they should know besides.

    `differences`: of a survey, where it differs from what an earlier one brought.
    """

    project: Path
    source: str
    changed: bool
    counts: dict[str, int]
    notices: tuple[str, ...] = ()
    differences: Differences = field(default_factory=Differences)


@dataclass(frozen=True)
class SurveyRequest:
    """How a survey file is to be read; what is not said is guessed."""

    options: PlanOptions = field(default_factory=PlanOptions)
    plan: str = ""  # YAML
    encoding: str | None = None
    sheet: str | None = None
    language: str = ""


# --- surveys ---------------------------------------------------------------------------------------------


def plan_survey(source: Path, request: SurveyRequest, project: Path | None = None) -> tuple[Table, ColumnPlan]:
    """The survey file as a table, and what each of its columns is.

    The plan is the one given; else the one that the project keeps of a file with these columns or most of them, and
    then what the options say of them; else guessed.
    """
    if request.language:
        check_language(request.language)
    encoding, sheet = plan_form(request.plan) if request.plan else (None, None)
    table = open_table(source, encoding=request.encoding or encoding, sheet=request.sheet or sheet)
    if request.plan:
        return table, load_plan(request.plan, table)
    options = request.options
    kept = _kept_plan(table, project, options)
    if kept is None:
        return table, guess_plan(table, options)
    ids = [column.header for _, column in kept.of(Role.ID) if options.id is None]
    guessed = guess_plan(table, replace(options, id=ids[0]) if ids else options)
    return table, overlaid(kept, guessed, options, table)


def _kept_plan(table: Table, path: Path | None, options: PlanOptions) -> ColumnPlan | None:
    """The newest plan of a file with these columns, else of one with most of them; unless another wave is meant."""
    if path is None or not project_path(path).exists() or options.waves:
        return None
    with open_project(path) as project, project.read() as connection:
        plans = batches.plans(connection)
    for text in sorted(plans, key=lambda text: not is_plan_of(text, table)):
        plan = recalled(text, table)
        if plan is None:
            continue
        waves = {column.wave for _, column in plan.of(*QUESTION_ROLES, Role.TEXT)}
        if waves == {options.wave} or (not options.wave and (table.sha256 in plans[text] or len(waves) > 1)):
            return plan
    return None


def import_survey(
    source: Path,
    path: Path,
    request: SurveyRequest,
    *,
    coder_name: str,
    progress: Progress | None = None,
) -> tuple[ColumnPlan, Imported]:
    """Make a project of a survey export, or add the export to an existing project.

    Raises InputError with every problem of the file; the project is then as it was, or is not there.
    """
    table, plan = plan_survey(source, request, path)
    is_new = not project_path(path).exists()
    survey = read_survey(table, plan, closed_alone=not is_new)
    project = create_project(path) if is_new else open_project(path)
    try:
        with project:
            with acting(project, coder_name, Kind.IMPORT_SURVEY, source=table.name) as recorder:
                done = _take_survey(recorder, project.path, (table, plan), survey, progress)
            if request.language:
                with project.write() as connection:
                    change_setting(connection, "language", request.language)
            search.update_index(project)
    except BaseException:
        if is_new:
            project.path.unlink(missing_ok=True)
        raise
    return plan, done


def rehearse_survey(
    source: Path, path: Path, request: SurveyRequest, *, progress: Progress | None = None
) -> tuple[ColumnPlan, Imported]:
    """What `import_survey` would do: it is done and rolled back, so the project stays as it is, or is not made."""
    table, plan = plan_survey(source, request, path)
    shown = project_path(path)
    survey = read_survey(table, plan, closed_alone=shown.exists())
    with ExitStack() as stack:
        if shown.exists():
            project = stack.enter_context(open_project(path))
        else:
            folder = stack.enter_context(TemporaryDirectory())
            project = stack.enter_context(create_project(Path(folder) / shown.name))
        with rehearsing(project, 0) as recorder:
            return plan, _take_survey(recorder, shown, (table, plan), survey, progress)


def _take_survey(
    recorder: Recorder, path: Path, read: tuple[Table, ColumnPlan], survey: Survey, progress: Progress | None
) -> Imported:
    table, plan = read
    importing = surveys.SurveyImport(recorder, survey.questions, plan.placeholders)
    taken = importing.take(survey.rows(), progress)
    found = taken.differences
    if plan.layout is Layout.WIDE and not plan.of(Role.ID) and found.changed:
        raise InputError(
            f"{table.name} has no column of ids, and its rows are not those that the project knows.",
            problems=first_of([f"{one.participant}: another text than before" for one in found.changed]),
            hint="Name the column that tells people apart (--id COLUMN), or import it as another wave (--wave).",
        )
    if recorder.changed:
        batches.add_batch(recorder, table.name, table.sha256, dump_plan(plan, examples=False), taken.rows)
    counts = {
        "rows": taken.rows,
        "participants": taken.participants,
        "responses": taken.responses,
        "answers": taken.answers,
        "unchanged": taken.unchanged,
        "changed": len(found.changed),
        "absent": len(found.absent),
        "left_out": len(found.left_out),
        **{status.value: taken.statuses[status] for status in Status},
    }
    told = {k: counts[k] for k in ("rows", "participants", "responses", "answers", "changed")}
    recorder.facts.update(told, known=taken.known)
    notices = tuple(dict.fromkeys((*table.notes, *plan.notes, *differing.notices(taken))))
    return Imported(path, table.name, recorder.changed, counts, notices, found)


# --- codebooks -------------------------------------------------------------------------------------------


def import_codebook(source: Path, path: Path, *, coder_name: str, encoding: str | None = None) -> Imported:
    """Add a codebook's themes to a project; a theme that is there gets the texts that the file gives.

    Raises InputError where a theme names a question that the project does not have.
    """
    if source.suffix.lower() == ".qdc":
        codes, notices = read_qdc(source)
        specs = read_themes(codes)
    else:
        specs, notices = read_codebook(path=source, encoding=encoding)
    with open_project(path) as project:
        with project.read() as connection:
            questions = corpus.read_questions(connection, QuestionKind.OPEN)
        serving = _questions_served(source, specs, questions)
        with acting(project, coder_name, Kind.IMPORT_CODEBOOK, source=source.name) as recorder:
            taken = take_themes(recorder, specs, serving)
            counts = {"themes": taken.added, "changed": taken.changed}
            recorder.facts.update(counts)
        return Imported(project.path, source.name, recorder.changed, counts, tuple(notices))


def _questions_served(source: Path, specs: Sequence[ThemeSpec], questions: Sequence[Question]) -> list[set[str]]:
    problems: dict[str, None] = {}
    serving = []
    for spec in specs:
        keys: set[str] = set()
        for reference in spec.questions:
            try:
                keys.update(q.key for q in find_questions(reference, questions))
            except NotFoundError as error:
                problems[f"{' > '.join(spec.path)}: {error.message}"] = None
        serving.append(keys)
    if problems:
        known = ", ".join(f"‘{q.key}’" for q in questions) or "none yet: import the survey first"
        raise InputError(
            f"{source.name} names questions that the project does not have.",
            problems=first_of(list(problems)),
            hint=f"The project's open questions: {known}.",
        )
    return serving


@dataclass(frozen=True, slots=True)
class ThemesTaken:
    """The ids of the themes that were given, in their order; how many are new, and how many were changed."""

    ids: Sequence[int]
    added: int
    changed: int


def take_themes(
    recorder: Recorder,
    specs: Sequence[ThemeSpec],
    serving: Sequence[set[str]],
    since: Mapping[int, Mapping[str, int]] = MappingProxyType({}),
) -> ThemesTaken:
    """Add these themes, parents first, each serving those questions; `since` has, by their places here, the revisions
    from which reviews of a question speak of new ones."""
    book = store_codebook.read_codebook(recorder.connection)
    known = {tuple(fold_name(n) for n in book.path(t.id)): t.id for t in book.themes}
    added = changed = 0
    ids = []
    for at, (spec, questions) in enumerate(zip(specs, serving, strict=True)):
        place = tuple(fold_name(n) for n in spec.path)
        fields = {f: getattr(spec, f) for f in _CODEBOOK_FIELDS if getattr(spec, f)}
        if place in known:
            given = {**fields, "questions": questions} if questions else fields
            changed += bool(store_codebook.change_theme(recorder, known[place], given))
        else:
            parent = known[place[:-1]] if len(place) > 1 else None
            known[place] = store_codebook.add_theme(
                recorder, spec.path[-1], parent_id=parent, questions=questions, fields=fields, since=since.get(at)
            )
            added += 1
        ids.append(known[place])
    return ThemesTaken(ids, added, changed)


# --- attributes ------------------------------------------------------------------------------------------


def import_attributes(
    source: Path, path: Path, *, coder_name: str, known_only: bool = False, encoding: str | None = None
) -> Imported:
    """Join facts about participants by id; an empty cell says nothing, another value than before replaces it.

    Raises InputError with all ids that the project does not know, unless `known_only` leaves them out.
    """
    given = read_attributes(source, encoding=encoding)
    with open_project(path) as project:
        with acting(project, coder_name, Kind.IMPORT_ATTRIBUTES, source=source.name) as recorder:
            attributes = {name: surveys.add_attribute(recorder, name) for name in given.attributes}
            unknown, values = [], 0
            for number, who, facts in given.rows:
                participant = corpus.find_participant(recorder.connection, who)
                if participant is None:
                    unknown.append(f"{source.name}, row {number}: there is no participant {who!r}")
                    continue
                for name, value in facts.items():
                    values += surveys.set_attribute(recorder, participant, attributes[name], value)
            if unknown and not known_only:
                raise InputError(
                    f"{source.name} names {len(unknown)} participants that the project does not have.",
                    problems=first_of(unknown),
                    hint="Mend these ids, or leave such rows out with --known-only.",
                )
            recorder.facts["values"] = values
        left_out = [f"{len(unknown)} rows are of participants that the project does not have; they were left out."]
        counts = {"attributes": len(given.attributes), "values": values, "unknown": len(unknown)}
        return Imported(
            project.path, source.name, recorder.changed, counts, (*given.notices, *(left_out if unknown else ()))
        )


# --- codings ---------------------------------------------------------------------------------------------


def import_codings(  # noqa: PLR0913 (what a file of codings may leave unsaid)
    source: Path,
    path: Path,
    *,
    coder_name: str,
    create_themes: bool = False,
    reviewed: Path | None = None,
    question: str = "",
    encoding: str | None = None,
) -> Imported:
    """Add a file of codings: a row per highlight, or a matrix of participants and themes, of `question` or of those
    that its columns name. The responses that it names count as reviewed, and those that `reviewed` lists.

    `coder_name` serves rows that name no coder. Raises InputError with every row that does not fit.
    """
    table = open_table(source, encoding=encoding)
    matrix = read_matrix(table) if is_matrix(table) else None
    coded = CodingsFile([], matrix.notices) if matrix else read_codings(table)
    read = read_reviewed(reviewed, encoding=encoding) if reviewed is not None else None
    with open_project(path) as project:
        said = MatrixCodings()
        if matrix:
            with project.read() as connection:
                questions = corpus.read_questions(connection, QuestionKind.OPEN)
            said = matrix_codings(matrix, source.name, question, questions)
        with acting(project, coder_name, Kind.IMPORT_CODINGS, source=source.name) as recorder:
            matching = Matching(recorder, source.name, coder_name)
            said = matching.as_named(said)
            if matrix:
                coded = CodingsFile(said.rows, matrix.notices)
            if create_themes:
                matching.create_themes([*said.columns, *coded.rows])
            given = matching.codings(coded.rows)
            known = matching.columns(said.columns)
            whole = matching.reviews(said.whole, source.name)
            now = store_codebook.revision(recorder.connection)
            reviews: list[tuple[taking.Place, int, int]] = []
            listed: set[int] = set()
            if read is not None and reviewed is not None:
                reviews = matching.reviews_as_of(read.rows, reviewed.name, now)
                if read.says_who:  # of these it is known who has read them
                    listed = matching.responses([*read.rows, *read.unread], reviewed.name)
            matching.check()
            strange = matching.other_words(coded.rows, given)
            taken = taking.take_codings(recorder, given)
            as_of = taking.revisions_read(recorder.connection, {q: dict.fromkeys(of, 0) for q, of in known.items()})
            if not matrix:
                reviews += [(c.place, c.coder_id, now) for c in given if c.place.response_id not in listed]
            reviews += [(place, coder, as_of[place.question_id](0)) for place, coder in whole]
            renewed = taking.take_reviews(recorder, reviews)
            unsaid = matching.not_among(known)
            recorder.facts.update(codings=taken.codings, reviews=renewed)
        counts = {
            "rows": len(coded.rows),
            "codings": taken.codings,
            "highlights": taken.highlights,
            "reviewed": renewed,
            "themes": matching.created,
        }
        told = (*coded.notices, *(read.notices if read is not None else ()))
        told += tuple(_told_of_codings(matching, said, unsaid, strange, given))
        return Imported(project.path, source.name, recorder.changed, counts, told)


def _told_of_codings(
    matching: Matching,
    said: MatrixCodings,
    unsaid: Sequence[str],
    strange: Sequence[tuple[int, str, str]],
    given: Sequence[taking.GivenCoding],
) -> Iterator[str]:
    """What a person should know of codings that were taken in."""
    if said.in_part:
        yield f"{said.in_part} responses have empty cells, so it is not known whether they were read; review them."
    if unsaid:
        names = ", ".join(f"‘{name}’" for name in unsaid[:10]) + (" …" if len(unsaid) > 10 else "")
        yield f"The matrix does not speak of {names}: whether these were mentioned is not known."
    if strange:
        row, theirs, ours = strange[0]
        yield (
            f"{counted(len(strange), 'highlight')} with other words here than in the file, such as row {row}: "
            f"‘{one_line(theirs, 40)}’ there, ‘{one_line(ours, 40)}’ here. start and end count characters (code "
            "points) from 0, and end is the first behind. If they are not meant so: coder undo."
        )
    if matching.earlier:
        yield (
            f"{counted(matching.earlier, 'response')} read before some themes were made: not counted as read for "
            "these, nor for those that came into this project together with them."
        )
    if matching.blank:
        yield f"{matching.blank} of the listed responses are blank; they need no reading."
    if on_placeholder := taking.count_placeholders(given):
        yield f"{on_placeholder} rows code a placeholder such as ‘n/a’: they are kept, and never counted."
