"""Taguette's projects (.sqlite3): documents in HTML, whose highlights count bytes of their text; codebooks for it."""

import re
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from html import unescape
from itertools import count
from pathlib import Path

from coder.domain.codebook import PATH_SEPARATOR, ThemeSpec
from coder.domain.coding import Span
from coder.domain.display import one_line
from coder.errors import CoderError, InputError
from coder.formats.database import ForeignDatabase, open_foreign, text, whole
from coder.formats.refi.labels import theme_words
from coder.formats.refi.losses import Losses
from coder.formats.refi.model import Code, CodeMark, QdaProject, Selection, Source
from coder.formats.tables import to_csv_text

TABLES = ("projects", "documents", "tags", "highlights", "highlight_tags")
_TAG = re.compile(r"</?([A-Za-z][A-Za-z0-9]*)(?:[\s/][^<>]*)?>")
_BLOCKS = frozenset(
    ["p", "div", "li", "ul", "ol", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "pre", "table", "tr", "br", "hr"]
)


class _Document:
    """A document's text, a line for each block, and where each of its characters stands in bytes.

    Taguette keeps a small part of HTML, in which every < of a text is written &lt;. A parser of all of HTML would take
    minutes for some texts that are none of it.
    """

    def __init__(self, contents: str) -> None:
        self._pieces: list[str] = []
        self._length = 0
        self._bytes = 0
        self._starts = array("q")  # in bytes, of each character that is not a line end between blocks
        self._places = array("q")  # of the same character, in the text
        self._ended = True
        at = 0
        for tag in _TAG.finditer(contents):
            self._take(unescape(contents[at : tag.start()]))
            self._break(tag[1].lower())
            at = tag.end()
        self._take(unescape(contents[at:]))
        self.text = "".join(self._pieces).rstrip("\n")

    def _break(self, tag: str) -> None:
        if tag in _BLOCKS and not self._ended:
            self._pieces.append("\n")
            self._length += 1
            self._ended = True

    def _take(self, data: str) -> None:
        if not data:
            return
        self._pieces.append(data)
        for character in data:
            self._starts.append(self._bytes)
            self._places.append(self._length)
            self._bytes += len(character.encode("utf-8", "replace"))
            self._length += 1
        self._ended = data.endswith("\n")

    def span(self, start: int, end: int) -> Span | None:
        """The stretch from one byte to another; None where it is empty or lies outside."""
        if not 0 <= start < end <= self._bytes:
            return None
        first, last = bisect_right(self._starts, start) - 1, bisect_left(self._starts, end) - 1
        span = Span(self._places[first], self._places[last] + 1)
        return span if span.end <= len(self.text) else None


def read_taguette(path: Path) -> QdaProject:
    """A project; a tag such as `service.staff` is a code below `service`. Raises InputError where it is none."""
    with open_foreign(path) as database:
        if not database.has(*TABLES):
            raise InputError(
                f"{path.name} is a database, and none of Taguette's or QualCoder's.",
                hint="Name a project that Taguette exported (.sqlite3), or QualCoder's folder (.qda).",
            )
        projects = list(database.rows("projects", "id", "name", "description", "created"))
        if len(projects) != 1:
            raise InputError(
                f"{path.name} holds {len(projects)} projects.",
                problems=[one_line(text(row[1]), 80) for row in projects[:20]],
                hint="Export the one you mean from Taguette: Project info > Export project.",
            )
        return _project(database, projects[0])


def _project(database: ForeignDatabase, row: tuple[object, ...]) -> QdaProject:
    codes = _codes(database)
    by_tag = {whole(r[0]): text(r[1]) for r in database.rows("tags", "id", "path")}
    tagged: dict[int, list[str]] = {}
    for highlight, tag in database.rows("highlight_tags", "highlight_id", "tag_id"):
        if tag in by_tag:
            tagged.setdefault(whole(highlight), []).append(by_tag[tag])
    marks: dict[int, list[tuple[int, int, int]]] = {}
    for highlight, document, start, end in database.rows(
        "highlights", "id", "document_id", "start_offset", "end_offset"
    ):
        marks.setdefault(whole(document), []).append((whole(highlight), whole(start), whole(end)))
    losses = Losses()
    sources = []
    for document, name, contents in database.rows("documents", "id", "name", "contents"):
        read = _Document(text(contents))
        selections = []
        complete = True
        for highlight, start, end in marks.get(whole(document), ()):
            span = read.span(start, end)
            if span is None:
                losses.add("highlights are empty or lie outside their document, and are left out")
                complete = complete and highlight not in tagged
                continue
            given = tuple(CodeMark(f"{highlight}.{path}", f"tag {path}") for path in tagged.get(highlight, ()))
            selections.append(Selection(str(highlight), span, span.of(read.text), codes=given))
        sources.append(
            Source(f"document {document}", text(name), read.text, selections=tuple(selections), complete=complete)
        )
    return QdaProject(
        text(row[1]),
        "Taguette",
        text(row[2]),
        text(row[3]),
        codes=codes,
        sources=sources,
        notes=losses.notes(),
    )


def _codes(database: ForeignDatabase) -> list[Code]:
    """The tags as a tree, by the dots in their paths; a parent that is no tag itself is made."""
    described = {text(path): text(words) for path, words in database.rows("tags", "path", "description")}
    found: dict[str, Code] = {}
    for path in described:
        names = path.split(".") if all(part.strip() for part in path.split(".")) else [path]
        for depth in range(1, len(names) + 1):
            here, above = ".".join(names[:depth]), ".".join(names[: depth - 1])
            if here not in found:
                parent = f"tag {above}" if above else ""
                found[here] = Code(f"tag {here}", names[depth - 1], described.get(here, ""), parent=parent)
    return list(found.values())


# --- codebooks on their way out ------------------------------------------------------------------------------

_LONGEST_PATH = 200
_LONGEST_DESCRIPTION = 102_400
_DOT = "·"  # in the place of dots in names, which part the names of a path


def codebook_csv(themes: Sequence[ThemeSpec]) -> tuple[str, list[str]]:
    """A codebook as the CSV that Taguette imports, each parent before its children, and what had to change.

    It begins with a mark of its encoding, as Taguette guesses that. Raises CoderError where themes are nested deeper
    than Taguette has room for.
    """
    tried = (_paths(themes, longest) for longest in range(_LONGEST_PATH, 0, -1))
    paths = next((paths for paths in tried if paths is not None), None)
    if paths is None:
        raise CoderError(
            f"The themes are nested too deep for Taguette, whose paths have at most {_LONGEST_PATH} characters.",
            hint="A .qdc holds them all: coder export codebook PROJECT FILE.qdc",
        )
    words = [theme_words(theme) for theme in themes]
    changed = [
        f"{one_line(PATH_SEPARATOR.join(theme.path), 60)!r} is called {one_line(path, 60)!r}"
        for theme, path in zip(themes, paths, strict=True)
        if path != ".".join(theme.path) or path.count(".") != len(theme.path) - 1
    ]
    notes = []
    if changed:
        more = f" … and {len(changed) - 10} more" if len(changed) > 10 else ""
        notes.append(f"In Taguette dots part the names of a path, and a path is short: {'; '.join(changed[:10])}{more}")
    if cut := sum(len(text) > _LONGEST_DESCRIPTION for text in words):
        notes.append(f"{cut} descriptions above {_LONGEST_DESCRIPTION:,} characters are cut.")
    rows = [[path, text[:_LONGEST_DESCRIPTION]] for path, text in zip(paths, words, strict=True)]
    return "\ufeff" + to_csv_text(["path", "description"], rows), notes


def _paths(themes: Sequence[ThemeSpec], longest: int) -> list[str] | None:
    """A path of its own for each theme, its names cut to so many characters; None where one is too long even so."""
    found: dict[tuple[str, ...], str] = {}
    taken: set[str] = set()
    for theme in themes:
        name = " ".join(theme.path[-1].replace(".", _DOT).split())[:longest].strip() or _DOT
        above = found[theme.path[:-1]] + "." if len(theme.path) > 1 else ""
        path = next(path for path in _numbered(above, name, longest) if path.casefold() not in taken)
        if len(path) > _LONGEST_PATH:
            return None
        found[theme.path] = path
        taken.add(path.casefold())
    return list(found.values())


def _numbered(above: str, name: str, longest: int) -> Iterator[str]:
    yield above + name
    for number in count(2):
        tail = f" ({number})"
        yield above + name[: max(longest - len(tail), 1)].rstrip() + tail
