"""Whole projects to and from other programs, by REFI-QDA."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from coder.disclosure import FEWEST
from coder.domain.log import Kind
from coder.domain.pseudonyms import Pseudonyms
from coder.errors import InputError
from coder.exports import ORIGIN, Exported, risks_of_all
from coder.formats.database import open_foreign
from coder.formats.qualcoder import TABLES as QUALCODER
from coder.formats.qualcoder import read_qualcoder
from coder.formats.refi.as_survey import as_survey
from coder.formats.refi.from_survey import Habits, Per, SurveyWriter
from coder.formats.refi.model import QdaProject
from coder.formats.refi.read import check_qdpx, read_qdpx
from coder.formats.refi.write import Form, write_qdpx
from coder.formats.taguette import read_taguette
from coder.imports import Imported
from coder.joining import Joining
from coder.store import people, search
from coder.store.events import acting
from coder.store.project import Project, create_project, open_project, project_path
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
    fewest: int = FEWEST,
) -> Exported:
    """Write the project as .qdpx, for every program that follows the standard or for one that does not.

    A source is one response, or all of a participant's. With pseudonyms the codings can't come back by themselves, and
    it is said what could tell who somebody is, `fewest` as in `coder.disclosure.Watch`. The same project gives the same
    bytes.
    """
    profile = _PROFILES[program]
    with project.read() as connection:
        names = Pseudonyms(keep_own=not pseudonyms or people.are_numbered(connection))
        survey = read_whole(connection, project.path.stem, names)
    written = SurveyWriter(survey, ORIGIN, per=per or profile.per, habits=profile.habits).project()
    write_qdpx(path, written, profile.form)
    risks = risks_of_all(project, fewest=fewest) if pseudonyms else ()
    return Exported(path, len(written.sources), (*written.notes, *_too_large(path)), risks)


def _too_large(path: Path) -> Iterator[str]:
    try:
        check_qdpx(path)
    except InputError as error:
        yield f"coder import project would refuse this file: {error.message} --per participant makes fewer documents."


# --- in --------------------------------------------------------------------------------------------------


def import_project(
    source: Path,
    path: Path,
    *,
    coder_name: str,
    all_reviewed: bool = False,
    known_only: bool = False,
    update_themes: bool = False,
) -> Imported:
    """Make a project of a .qdpx file; or take its themes and codings into the project that it came from.

    What no coder is named for is `coder_name`'s. `all_reviewed`: every response was read by those who coded any of
    that question, which other programs' files don't say. `known_only`: texts that a project which is there does not
    have are left out. `update_themes`: what the file says of themes that the project has stands for what the project
    says. Raises InputError with every response that a project which is there does not have, or has with another text;
    the project is then as it was, or is not there.
    """
    survey = as_survey(read_foreign(source))
    if not any(response.text for response in survey.responses):
        raise InputError(f"{source.name} holds no text that could be coded.", problems=list(survey.notes))
    is_new = not project_path(path).exists()
    project = create_project(path) if is_new else open_project(path)
    try:
        with project:
            with acting(project, coder_name, Kind.IMPORT_PROJECT, source=source.name) as recorder:
                joining = Joining(recorder, survey, source.name, project.path.name, coder_name)
                counts = joining.take(all_reviewed=all_reviewed, known_only=known_only, update_themes=update_themes)
            search.update_index(project)
    except BaseException:
        if is_new:
            project.path.unlink(missing_ok=True)
        raise
    notices = [*survey.notes, *joining.notices]
    if not any(r.reviewed for r in survey.responses) and not all_reviewed:
        notices.append(
            "The file does not say which texts were read to the end, so none count as reviewed yet. If every text "
            "was read by its coders, import it with --all-reviewed."
        )
    return Imported(project.path, source.name, recorder.changed, counts, tuple(notices))


def read_foreign(source: Path) -> QdaProject:
    """A project of another program, by what the file is: REFI-QDA, Taguette's database, QualCoder's folder."""
    if source.is_dir():
        return read_qualcoder(source)
    try:
        with source.open("rb") as file:
            start = file.read(16)
    except OSError as error:
        raise InputError(f"{source} can't be read: {error.strerror or error}.") from error
    if start.startswith(b"PK"):
        return read_qdpx(source)
    if start != b"SQLite format 3\x00":
        raise InputError(
            f"{source.name} is no project that can be read: it is not packed as a .qdpx is, and no database.",
            hint="Name a .qdpx, QualCoder's folder (.qda) or a project that Taguette exported (.sqlite3). Codebooks "
            "(.qdc) go in by coder import codebook.",
        )
    with open_foreign(source) as database:
        of_qualcoder = database.has(*QUALCODER)
        if database.has("theme", "coding", "response"):
            raise InputError(
                f"{source.name} is a project of coder's own.",
                hint=f"Write it as a file for exchange, and import that: coder export project {source} FILE.qdpx",
            )
    return read_qualcoder(source) if of_qualcoder else read_taguette(source)
