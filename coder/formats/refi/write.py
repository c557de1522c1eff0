"""Writing REFI-QDA: what the standard says, in the ways that the field's programs read without loss."""

import re
import zipfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import TypeVar

from lxml import etree

from coder.domain.display import one_line
from coder.errors import CoderError
from coder.formats.refi.labels import describe, read_facts
from coder.formats.refi.model import Case, Code, CodeMark, QdaProject, Selection, Source, SourceSet, Value, Variable
from coder.formats.refi.units import UNITS
from coder.formats.tables import write_bytes

PROJECT = "urn:QDA-XML:project:1.0"
CODEBOOK = "urn:QDA-XML:codebook:1.0"

_EPOCH = (1980, 1, 1, 0, 0, 0)  # a ZIP knows no earlier day; the same project gives the same bytes
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_REPLACEMENT = "\ufffd"

_Part = TypeVar("_Part")


@dataclass(frozen=True, slots=True)
class Form:
    """How texts are stored and what positions count in.

    The standard, and every program that was measured but NVivo for Windows, counts code points; that one counts
    UTF-16 units, and a line end as two.
    """

    line_end: str = "\n"
    utf16: bool = False
    counts_line_ends_whole: bool = True

    @property
    def unit(self) -> str:
        """The name of the way of counting, as the reader calls it."""
        whole = len(self.line_end) > 1 and self.counts_line_ends_whole
        return next(u.name for u in UNITS if u.utf16 == self.utf16 and u.line_end == (None if whole else 1))

    def positions(self, text: str) -> Callable[[int], int]:
        """What a place of the text, in code points, is written as."""
        wide = len(self.line_end) - 1 if self.counts_line_ends_whole else 0
        if not self.utf16 and not wide:
            return lambda at: at
        places = [0]
        for character in text:
            size = 2 if self.utf16 and ord(character) > 0xFFFF else 1
            places.append(places[-1] + size + (wide if character == "\n" else 0))
        return places.__getitem__

    def stored(self, text: str) -> bytes:
        return text.replace("\n", self.line_end).encode("utf-8")


STANDARD = Form()


def legal(text: str) -> str:
    """The text with every character that XML has no way to say as U+FFFD, one for one, so that places stay."""
    return _FORBIDDEN.sub(_REPLACEMENT, text)


def is_legal(text: str) -> bool:
    return _FORBIDDEN.search(text) is None


def write_qdpx(path: Path, project: QdaProject, form: Form = STANDARD) -> None:
    """Write a project: a ZIP with `project.qde` and a plain text for each source, replacing the file as one.

    The same project gives the same bytes. Raises CoderError where the name does not end in .qdpx, or the file can't
    be written.
    """
    _check_suffix(path, ".qdpx", "A REFI-QDA project")
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        _put(archive, "project.qde", project_xml(project, form))
        for source in project.sources:
            _put(archive, f"sources/{source.guid}.txt", form.stored(legal(source.text)))
    write_bytes(path, packed.getvalue())


def write_qdc(path: Path, codes: Sequence[Code], origin: str) -> None:
    """Write a codebook, replacing the file as one. Raises CoderError as `write_qdpx` does."""
    _check_suffix(path, ".qdc", "A REFI-QDA codebook")
    book = etree.Element("CodeBook", {"origin": origin}, nsmap=_default(CODEBOOK))
    _codes(etree.SubElement(book, "Codes"), codes)
    write_bytes(path, _document(book))


def _default(namespace: str) -> "dict[str, str]":
    return {None: namespace}  # type: ignore[dict-item]  # what lxml calls the default namespace


def _check_suffix(path: Path, suffix: str, what: str) -> None:
    if path.suffix.lower() != suffix:
        raise CoderError(
            f"{what} is a {suffix} file; the name {one_line(path.name)!r} says otherwise.",
            hint=f"Let the file's name end in {suffix}.",
        )


def _put(archive: zipfile.ZipFile, name: str, data: bytes) -> None:
    entry = zipfile.ZipInfo(name, _EPOCH)
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.create_system, entry.external_attr = 3, 0o644 << 16  # as on any machine
    archive.writestr(entry, data)


def project_xml(project: QdaProject, form: Form = STANDARD) -> bytes:
    """The project as the standard's XML, its parts in the order that the schema demands; what is empty is left out."""
    root = etree.Element("Project", nsmap=_default(PROJECT))
    _set(
        root,
        name=project.name,
        origin=project.origin,
        creatingUserGUID=project.creator,
        creationDateTime=project.created,
    )
    if project.users:
        users = etree.SubElement(root, "Users")
        for user in project.users:
            _set(etree.SubElement(users, "User"), guid=user.guid, name=user.name)
    if project.codes:
        _codes(etree.SubElement(etree.SubElement(root, "CodeBook"), "Codes"), project.codes)
    kinds = {variable.guid: variable for variable in project.variables}
    _each(root, "Variables", project.variables, _variable)
    _each(root, "Cases", project.cases, lambda parent, case: _case(parent, case, kinds))
    _each(root, "Sources", project.sources, lambda parent, source: _source(parent, source, kinds, form))
    _each(root, "Sets", project.sets, _source_set)
    words, facts = read_facts(project.description)
    said = {} if form == STANDARD else {"positions": form.unit}
    _describe(root, describe(words, facts | said))
    return _document(root)


def _document(root: etree._Element) -> bytes:
    return bytes(etree.tostring(root, xml_declaration=True, encoding="utf-8"))


def _each(
    root: etree._Element, name: str, parts: Sequence[_Part], write: Callable[[etree._Element, _Part], None]
) -> None:
    if parts:
        parent = etree.SubElement(root, name)
        for part in parts:
            write(parent, part)


def _set(element: etree._Element, **attributes: str) -> None:
    for name, value in attributes.items():
        if value or name == "name":
            element.set(name, legal(value))


def _describe(element: etree._Element, text: str) -> None:
    if text:
        etree.SubElement(element, "Description").text = legal(text)


def _codes(parent: etree._Element, codes: Iterable[Code]) -> None:
    """Codes below the codes that they belong to; a code stands after its parent in `codes`."""
    places: dict[str, etree._Element] = {"": parent}
    for code in codes:
        element = etree.SubElement(places[code.parent], "Code")
        _set(element, guid=code.guid, name=code.name, isCodable=_boolean(code.codable), color=code.colour)
        _describe(element, code.description)
        places[code.guid] = element


def _variable(parent: etree._Element, variable: Variable) -> None:
    element = etree.SubElement(parent, "Variable")
    _set(element, guid=variable.guid, name=variable.name, typeOfVariable=variable.kind.value)
    _describe(element, variable.description)


def _values(parent: etree._Element, values: Iterable[Value], kinds: Mapping[str, Variable]) -> None:
    for value in values:
        element = etree.SubElement(parent, "VariableValue")
        _refer(element, "VariableRef", value.variable)
        etree.SubElement(element, f"{kinds[value.variable].kind.value}Value").text = legal(value.value)


def _refer(parent: etree._Element, name: str, guid: str) -> None:
    etree.SubElement(parent, name, {"targetGUID": guid})


def _case(parent: etree._Element, case: Case, kinds: Mapping[str, Variable]) -> None:
    element = etree.SubElement(parent, "Case")
    _set(element, guid=case.guid, name=case.name)
    _describe(element, case.description)
    for code in case.codes:
        _refer(element, "CodeRef", code)
    _values(element, case.values, kinds)
    for source in case.sources:
        _refer(element, "SourceRef", source)
    for selection in case.selections:
        _refer(element, "SelectionRef", selection)


def _source(parent: etree._Element, source: Source, kinds: Mapping[str, Variable], form: Form) -> None:
    element = etree.SubElement(parent, "TextSource")
    _set(
        element,
        guid=source.guid,
        name=source.name,
        plainTextPath=f"internal://{source.guid}.txt",
        creatingUser=source.user,
        creationDateTime=source.created,
    )
    _describe(element, source.description)
    place = form.positions(source.text)
    for selection in source.selections:
        _selection(element, selection, place)
    for mark in source.codes:
        _mark(element, mark)
    _values(element, source.values, kinds)


def _selection(parent: etree._Element, selection: Selection, place: Callable[[int], int]) -> None:
    element = etree.SubElement(parent, "PlainTextSelection")
    _set(
        element,
        guid=selection.guid,
        name=selection.name,
        startPosition=str(place(selection.span.start)),
        endPosition=str(place(selection.span.end)),
        creatingUser=selection.user,
        creationDateTime=selection.created,
    )
    _describe(element, selection.description)
    for mark in selection.codes:
        _mark(element, mark)


def _mark(parent: etree._Element, mark: CodeMark) -> None:
    element = etree.SubElement(parent, "Coding")
    _set(element, guid=mark.guid, creatingUser=mark.user, creationDateTime=mark.created)
    _refer(element, "CodeRef", mark.code)


def _source_set(parent: etree._Element, found: SourceSet) -> None:
    element = etree.SubElement(parent, "Set")
    _set(element, guid=found.guid, name=found.name)
    _describe(element, found.description)
    for source in found.sources:
        _refer(element, "MemberSource", source)


def _boolean(value: bool) -> str:
    return "true" if value else "false"
