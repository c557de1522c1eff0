"""Reading REFI-QDA as programs write it: what can be told is taken, what can't is named."""

from collections.abc import Iterator
from pathlib import Path

from lxml import etree

from coder.domain.coding import Span
from coder.domain.display import one_line
from coder.errors import InputError
from coder.formats import limits
from coder.formats.packed import Packed, open_packed
from coder.formats.refi.labels import read_facts
from coder.formats.refi.losses import Losses
from coder.formats.refi.model import (
    Case,
    Code,
    CodeMark,
    QdaProject,
    Selection,
    Source,
    SourceSet,
    User,
    Value,
    Variable,
    VariableKind,
)
from coder.formats.refi.units import Decision, Marked, decide, unified
from coder.formats.xml import child, children, local_name, parse_xml, text_of

_HINT = "Export the project anew as REFI-QDA (.qdpx)."
_OTHER_SOURCES = {
    "PictureSource": "pictures",
    "PDFSource": "PDF files",
    "AudioSource": "recordings",
    "VideoSource": "videos",
}


def read_qdpx(path: Path) -> QdaProject:
    """A project with positions in code points, whatever the file counts in; its notes say what could not be taken.

    Raises InputError where the file is no REFI-QDA project, or is larger or deeper than any honest one.
    """
    try:
        with path.open("rb") as file, open_packed(file, path.name, hint=_HINT) as packed:
            return _Reader(packed, path.name).project()
    except OSError as error:
        raise InputError(f"{path} can't be read: {error.strerror or error}.") from error


def check_qdpx(path: Path) -> None:
    """Raises InputError where a project of ours is larger than `read_qdpx` takes."""
    with open_packed(path, path.name, hint=_HINT) as packed:
        limits.XML.check(packed.parts["project.qde"].file_size, path.name)


def read_qdc(path: Path) -> tuple[list[Code], list[str]]:
    """The codes of a codebook, parents first, and what could not be taken. Raises InputError as `read_qdpx` does."""
    try:
        size = path.stat().st_size
        limits.CODEBOOK.check(size, path.name)
        data = path.read_bytes()
    except OSError as error:
        raise InputError(f"{path} can't be read: {error.strerror or error}.") from error
    if not data:
        raise InputError(f"{path.name} is empty.", hint="Export the codebook anew.")
    root = parse_xml(data, path.name)
    if local_name(root) != "CodeBook":
        raise InputError(
            f"{path.name} is no REFI-QDA codebook: it is called {local_name(root)[:60]!r}.",
            hint="A codebook is exported as .qdc; a whole project, as .qdpx, is imported by coder import project.",
        )
    losses = Losses()
    found = _codes(child(root, "Codes"), losses, path.name)
    return found, losses.notes()


class _Reader:
    def __init__(self, packed: Packed, file: str) -> None:
        self._packed, self._file = packed, file
        self._losses = Losses()
        self._root = parse_xml(packed.read(self._find_project(), limits.XML), file)
        if local_name(self._root) != "Project":
            raise InputError(f"{file} is no REFI-QDA project.", hint=_HINT)

    def _find_project(self) -> str:
        """The project's XML: `project.qde`, or as some programs name it, the one .qde at the root."""
        if (standard := self._packed.find("project.qde")) is not None:
            return standard
        found = [name for name in self._packed.parts if name.casefold().endswith(".qde") and "/" not in name]
        if len(found) != 1:
            raise InputError(
                f"{self._file} is no REFI-QDA project: it has {'several projects' if found else 'no project'} inside.",
                problems=[one_line(name, 100) for name in found[:10]],
                hint=_HINT,
            )
        return found[0]

    def project(self) -> QdaProject:
        root, losses = self._root, self._losses
        users = [User(_guid(u), u.get("name", "")) for u in self._parts("Users", "User")]
        book = child(root, "CodeBook")
        codes = _codes(None if book is None else child(book, "Codes"), losses, self._file)
        variables = [
            Variable(_guid(v), v.get("name", ""), _kind(v), text_of(child(v, "Description")))
            for v in self._parts("Variables", "Variable")
        ]
        sources, decision = self._sources()
        cases = [
            Case(
                _guid(case),
                case.get("name", ""),
                text_of(child(case, "Description")),
                tuple(_targets(case, "CodeRef")),
                tuple(_values(case)),
                tuple(_targets(case, "SourceRef")),
                tuple(_targets(case, "SelectionRef")),
            )
            for case in self._parts("Cases", "Case")
        ]
        sets = [
            SourceSet(_guid(s), s.get("name", ""), text_of(child(s, "Description")), tuple(_targets(s, "MemberSource")))
            for s in self._parts("Sets", "Set")
        ]
        for name, what in (("Notes", "memos are not taken along"), ("Links", "links are not taken along")):
            losses.add(what, times=sum(1 for _ in self._parts(name)))
        notes = [decision.words(), *losses.notes()]
        return QdaProject(
            root.get("name", ""),
            root.get("origin", ""),
            text_of(child(root, "Description")),
            root.get("creationDateTime", ""),
            _normal(root.get("creatingUserGUID", "")),
            users,
            codes,
            variables,
            cases,
            sources,
            sets,
            notes,
        )

    def _parts(self, group: str, *names: str) -> Iterator[etree._Element]:
        parent = child(self._root, group)
        return iter(()) if parent is None else children(parent, *names)

    # --- sources -------------------------------------------------------------------------------------

    def _sources(self) -> tuple[list[Source], Decision]:
        found: list[tuple[etree._Element, str]] = []
        size = 0
        for element in self._parts("Sources"):
            kind = local_name(element)
            if kind == "TextSource":
                stored = self._stored_text(element)
                if stored is not None:
                    size += len(stored)  # one part may be the text of many sources
                    limits.TEXTS.check(size, self._file)
                    found.append((element, stored))
            else:
                what = _OTHER_SOURCES.get(kind, "sources of an unknown kind")
                marks = sum(1 for e in element.iter() if isinstance(e.tag, str) and local_name(e) == "Coding")
                self._losses.add(f"{what} are not texts and are left out", element.get("name", ""))
                self._losses.add(f"codings of {what} are left out", times=marks)
        said = read_facts(text_of(child(self._root, "Description")))[1].get("positions")
        marked = (Marked(stored, list(_positions(element))) for element, stored in found)
        decision = decide(marked, said if isinstance(said, str) else "")
        return [self._source(element, stored, decision) for element, stored in found], decision

    def _stored_text(self, element: etree._Element) -> str | None:
        """A source's text as it is stored, without a byte order mark; None, and a loss, where there is none."""
        inline = child(element, "PlainTextContent")
        if inline is not None:
            return text_of(inline).removeprefix("\ufeff")
        name = element.get("name", "")
        path = element.get("plainTextPath", "")
        if not path:
            self._losses.add("sources have no plain text and are left out", name)
            return None
        if path.startswith(("relative:", "absolute:")):
            self._losses.add("sources lie outside the file and are left out", name)
            return None
        # By its last part alone, and among the parts of this file: a path can lead nowhere else.
        last = path.removeprefix("internal://").replace("\\", "/").rpartition("/")[2]
        part = self._packed.find(f"sources/{last}") or self._packed.find(last)
        if part is None:
            self._losses.add("sources are missing in the file and are left out", name)
            return None
        data = self._packed.read(part, limits.TEXT)
        codec = "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
        try:
            return data.decode(codec)
        except UnicodeDecodeError as error:
            raise InputError(
                f"{self._file}: the text of {one_line(name, 80)!r} is not UTF-8, as the standard demands: {error}.",
                hint="Its positions would not fit any other reading. " + _HINT,
            ) from error

    def _source(self, element: etree._Element, stored: str, decision: Decision) -> Source:
        text = unified(stored)
        place = decision.unit.places(text, stored)
        selections = []
        complete = True
        for mark in children(element, "PlainTextSelection"):
            start, end = (_number(mark, name) for name in ("startPosition", "endPosition"))
            if place is not None:
                start, end = place(start), place(end)
            codes = tuple(_marks(mark))
            if not 0 <= start < end <= len(text):
                what = "are empty" if 0 <= start == end else "lie outside their text"
                self._losses.add(f"marked stretches {what} and are left out", mark.get("name", ""))
                complete = complete and not codes
                continue
            selections.append(
                Selection(
                    _guid(mark),
                    Span(start, end),
                    mark.get("name", ""),
                    text_of(child(mark, "Description")),
                    _normal(mark.get("creatingUser", "")),
                    mark.get("creationDateTime", ""),
                    codes,
                )
            )
        return Source(
            _guid(element),
            element.get("name", ""),
            text,
            text_of(child(element, "Description")),
            _normal(element.get("creatingUser", "")),
            element.get("creationDateTime", ""),
            tuple(selections),
            tuple(_marks(element)),
            tuple(_values(element)),
            complete,
        )


def _positions(element: etree._Element) -> Iterator[tuple[int, int, str]]:
    for mark in children(element, "PlainTextSelection"):
        yield _number(mark, "startPosition"), _number(mark, "endPosition"), mark.get("name", "")


def _number(element: etree._Element, name: str) -> int:
    """A position; -1, which lies in no text, where it is none."""
    value = element.get(name, "").strip()
    return int(value) if value.isascii() and value.isdigit() and len(value) < 16 else -1


def _normal(guid: str) -> str:
    return guid.strip().strip("{}").lower()


def _guid(element: etree._Element) -> str:
    return _normal(element.get("guid", ""))


def _targets(element: etree._Element, name: str) -> Iterator[str]:
    return (_normal(ref.get("targetGUID", "")) for ref in children(element, name))


def _marks(element: etree._Element) -> Iterator[CodeMark]:
    for coding in children(element, "Coding"):
        for code in _targets(coding, "CodeRef"):
            user = _normal(coding.get("creatingUser", "")) or _normal(element.get("creatingUser", ""))
            yield CodeMark(_guid(coding), code, user, coding.get("creationDateTime", ""))


def _values(element: etree._Element) -> Iterator[Value]:
    for value in children(element, "VariableValue"):
        variable, given = "", ""
        for part in children(value):
            if local_name(part) == "VariableRef":
                variable = _normal(part.get("targetGUID", ""))
            elif local_name(part).endswith("Value"):
                given = text_of(part)
        if variable and given:
            yield Value(variable, given)


def _kind(element: etree._Element) -> VariableKind:
    try:
        return VariableKind(element.get("typeOfVariable", "Text"))
    except ValueError:
        return VariableKind.TEXT


def _codes(top: etree._Element | None, losses: Losses, file: str) -> list[Code]:
    """All codes below, parents first, in the order of the file."""
    found: dict[str, Code] = {}
    waiting = [] if top is None else [(code, "") for code in children(top, "Code")][::-1]
    while waiting:
        element, parent = waiting.pop()
        guid = _guid(element)
        if guid in found or not guid:
            losses.add("codes have no id of their own and are left out", element.get("name", ""))
            continue
        colour = element.get("color", "")
        if len(colour) == 4 and colour.startswith("#"):
            colour = "#" + "".join(2 * digit for digit in colour[1:])
        codable = element.get("isCodable", "true").strip().casefold() in ("true", "1")
        description = text_of(child(element, "Description"))
        found[guid] = Code(guid, element.get("name", ""), description, colour, codable, parent)
        limits.CODES.check(len(found), file)
        waiting += [(code, guid) for code in children(element, "Code")][::-1]
    return list(found.values())
