"""Codebooks as files: YAML (nested) and CSV or XLSX (a row per theme and question), read and written.

A theme's name holds no `>`, which separates the names of a path; everything else may stand in it.
A `parent` is a name or a path; a name means the outermost theme called so before any other. A `category` always
stands outermost. A parent without a row of its own is made, and serves what its children serve.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import Any

from coder.domain.codebook import PATH_SEPARATOR, Codebook, Theme, ThemeSpec, fold_name, split_path
from coder.domain.corpus import normalise_text
from coder.domain.display import one_line
from coder.errors import InputError
from coder.formats import limits
from coder.formats.named_table import PARTICIPANT, NamedTable, fold_header, name_columns
from coder.formats.survey.detect import Table, open_table
from coder.formats.survey.encoding import check_encoding
from coder.formats.tables import Row, TableData
from coder.formats.yaml_tree import Node, Tree, read_tree, write_tree

_TEXTS = ("definition", "include", "exclude", "example")
_COLUMNS = ("theme", "parent", "question", *_TEXTS, "keywords", "colour", "key")
_ALL = "*"
_SPELLINGS = {"color": "colour", "question": "questions", "theme": "name"}
_YAML = (".yaml", ".yml", ".json")

_MOST, _DEEPEST = limits.CODES.most, limits.THEME_DEPTH.most
_FOREIGN_COUNTS = ("number_of_highlights", "number_of_documents", "cod._seg._(all_documents)", "documents", "author")
_COLOUR = re.compile(r"#(?:[0-9a-fA-F]{3}|[0-9a-fA-F]{6})")
_KEYWORD = re.compile(r'\s*(?:"((?:[^"]|"")*)"\s*(?=[,;]|$)|([^,;]*))(?:[,;]|$)')


@dataclass(slots=True)
class _Entry:
    """What one row, or one item of a list, says of a theme. `questions` is None where it says nothing of them."""

    where: str
    path: tuple[str, ...]
    questions: tuple[str, ...] | None
    fields: dict[str, str]
    keywords: tuple[str, ...]


def read_codebook(path: Path, *, encoding: str | None = None) -> tuple[list[ThemeSpec], list[str]]:
    """The themes of a codebook file, each parent before its children, and notices about what was ignored.

    Raises InputError with every problem found, by row or line.
    """
    if path.suffix.lower() in _YAML:
        entries, problems, notices = _read_yaml(path, encoding)
    else:
        entries, problems, notices = _read_table(path, encoding)
    specs = _merge(entries, problems)
    if not specs and not problems:
        problems.append(f"{path.name}: it names no theme")
    if problems:
        raise InputError(
            f"The codebook {path.name} was not read: {len(problems)} problem{'s' * (len(problems) > 1)}.",
            problems=problems,
            hint="Mend the file and import it again; the project is as it was.",
        )
    return specs, notices


def dump_codebook_yaml(codebook: Codebook) -> str:
    """The codebook as YAML; reading it back gives the same themes."""
    return write_tree({"themes": [_as_tree(codebook, t) for t in codebook.children.get(None, ())]})


def codebook_table(codebook: Codebook) -> TableData:
    """The codebook as a table for `write_table`: a row per theme and question; reading it back gives the same."""
    return TableData(_COLUMNS, chain.from_iterable(_as_rows(codebook, t) for _, t in codebook.walk()))


def _questions(codebook: Codebook, theme: Theme) -> list[str]:
    """What a file says of a theme's questions; a parent that serves all of them must say so."""
    return sorted(theme.questions) or ([_ALL] if theme.id in codebook.children else [])


def _as_tree(codebook: Codebook, theme: Theme) -> Tree:
    values: dict[str, Tree] = {
        "name": theme.name,
        "questions": _questions(codebook, theme),
        **{name: getattr(theme, name) for name in _TEXTS},
        "keywords": theme.keywords,
        "colour": theme.colour,
        "key": theme.key,
        "children": [_as_tree(codebook, child) for child in codebook.children.get(theme.id, ())],
    }
    return {name: value for name, value in values.items() if value}


def _as_rows(codebook: Codebook, theme: Theme) -> Iterator[Row]:
    parent = PATH_SEPARATOR.join(codebook.path(theme.id)[:-1])
    texts = [getattr(theme, name) for name in _TEXTS]
    for question in _questions(codebook, theme) or [""]:
        yield [theme.name, parent, question, *texts, _join_keywords(theme.keywords), theme.colour, theme.key]


def _join_keywords(keywords: Sequence[str]) -> str:
    return ", ".join(
        '"' + k.replace('"', '""') + '"' if "," in k or ";" in k or k.startswith('"') else k for k in keywords
    )


def _split_keywords(text: str) -> tuple[str, ...]:
    """Keywords between commas or semicolons; one that holds such a sign stands in double quotes, as in CSV."""
    found = [m[1].replace('""', '"') if m[1] is not None else m[2] for m in _KEYWORD.finditer(text)]
    return tuple(dict.fromkeys(k.strip() for k in found if k.strip()))


# --- what a file says, made into themes -----------------------------------------------------------------------


@dataclass(slots=True)
class _Place:
    """A theme at one place of the tree: its name, what is said of it and where, the places below it."""

    name: str
    questions: list[tuple[str, ...]] = field(default_factory=list)
    said: dict[str, tuple[Any, str]] = field(default_factory=dict)
    below: list[tuple[str, ...]] = field(default_factory=list)
    stated: bool = False


def _merge(entries: Sequence[_Entry], problems: list[str]) -> list[ThemeSpec]:
    """One theme per place, in tree order; adds what is wrong to `problems`."""
    places: dict[tuple[str, ...], _Place] = {(): _Place("")}
    for entry in entries:
        problems.extend(f"{entry.where}: {problem}" for problem in _entry_problems(entry))
        if len(entry.path) > _DEEPEST:
            continue
        key = _fold(entry.path)
        for depth, name in enumerate(entry.path, start=1):
            if key[:depth] not in places:
                places[key[:depth]] = _Place(name)
                places[key[: depth - 1]].below.append(key[:depth])
        problems.extend(_add(places[key], entry))
    if len(places) > _MOST + 1:
        problems.append(f"there are {len(places) - 1:,} themes; a codebook holds at most {_MOST:,}")
        return []
    return _specs(places)


def _entry_problems(entry: _Entry) -> Iterator[str]:
    if len(entry.path) > _DEEPEST:
        yield f"the theme is nested more than {_DEEPEST} levels deep"
    colour, key = entry.fields["colour"], entry.fields["key"]
    if colour and not _COLOUR.fullmatch(colour):
        yield f"the colour {one_line(colour, 40)!r} is none; write it as #rgb or #rrggbb, in quotes in YAML"
    if len(key) > 1:
        yield f"the key {one_line(key, 40)!r} is longer than one character"


def _add(place: _Place, entry: _Entry) -> Iterator[str]:
    """Add what an entry says to its place; yields what contradicts an earlier entry."""
    if not place.stated:
        place.name, place.stated = entry.path[-1], True
    if entry.questions is not None:
        place.questions.append(entry.questions)
    for name, value in (*entry.fields.items(), ("keywords", entry.keywords)):
        if value:
            earlier, where = place.said.setdefault(name, (value, entry.where))
            if value != earlier:
                shown = one_line(PATH_SEPARATOR.join(entry.path), 80)
                yield f"{entry.where}: another {name} of {shown!r} than in {where}"


def _specs(places: Mapping[tuple[str, ...], _Place]) -> list[ThemeSpec]:
    order: list[tuple[str, ...]] = []
    waiting = list(reversed(places[()].below))
    while waiting:
        order.append(waiting.pop())
        waiting.extend(reversed(places[order[-1]].below))
    serving: dict[tuple[str, ...], tuple[str, ...]] = {}
    for key in reversed(order):  # children before their parents
        stated = places[key].questions or [serving[child] for child in places[key].below]
        # One that serves all questions, which is written (), outweighs those that name some.
        serving[key] = tuple(dict.fromkeys(chain.from_iterable(stated))) if all(stated) else ()
    return [
        ThemeSpec(
            tuple(places[key[:depth]].name for depth in range(1, len(key) + 1)),
            serving[key],
            **{name: value for name, (value, _) in places[key].said.items()},
        )
        for key in order
    ]


def _fold(path: Sequence[str]) -> tuple[str, ...]:
    return tuple(fold_name(name) for name in path)


def _name_problem(name: str) -> str:
    if not name:
        return "the theme has no name"
    if len(split_path(name)) > 1 or name.startswith("> ") or name.endswith(" >"):
        return (
            f"the name {one_line(name, 60)!r} holds a >, which separates a parent from its child; name the parent apart"
        )
    return ""


# --- tables ---------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Row:
    where: str
    name: str
    parent: tuple[str, ...]
    entry: _Entry


def _read_table(path: Path, encoding: str | None) -> tuple[list[_Entry], list[str], list[str]]:
    opened = open_table(path, encoding=encoding)
    heads = {fold_header(name) for name in opened.header}
    if PARTICIPANT in heads:
        raise InputError(
            f"{path.name} has a column {PARTICIPANT!r}: it says who mentioned what, and is no codebook.",
            hint="Take it in with its themes: coder import codings FILE PROJECT --create-themes",
        )
    if "theme" not in heads:
        for form in _FOREIGN:
            if heads & set(form.names) and heads & {*form.texts, form.parent}:
                return _read_foreign(opened, form)
    optional = ("parent", "category", *_COLUMNS[2:], "color", "questions")
    table = name_columns(opened, required=("theme",), optional=optional)
    problems = [
        f"{path.name}: the columns {one} and {other} mean the same; keep one"
        for one, other in (("parent", "category"), ("colour", "color"), ("question", "questions"))
        if table.places[one] >= 0 and table.places[other] >= 0
    ]
    if problems:
        return [], problems, []
    rows = list(_table_rows(table, problems))
    tree = _Parents(rows, outermost=table.places["category"] >= 0)
    entries = []
    for row in rows:
        try:
            row.entry.path = tree.path(row)
            entries.append(row.entry)
        except InputError as error:
            problems.append(f"{row.where}: {error.message}")
    return entries, problems, list(table.notices)


@dataclass(frozen=True, slots=True)
class _Foreign:
    """How another program writes its codebook as a table: what it calls a code's name and its description, in which
    column its parent stands, if not in the name, and what stands between the names of a path."""

    names: tuple[str, ...]
    texts: tuple[str, ...]
    separator: str
    parent: str = ""
    colour: str = ""


_FOREIGN = (
    _Foreign(("code",), ("memo", "code_memo"), r"\s*[\\>]+\s*", "parent_code", "color"),  # MAXQDA
    _Foreign(("tag", "path", "name"), ("description",), r"\s*\.\s*"),  # Taguette
)


def _read_foreign(opened: Table, form: _Foreign) -> tuple[list[_Entry], list[str], list[str]]:
    heads = [fold_header(name) for name in opened.header]
    name = next(n for n in form.names if n in heads)
    more = tuple(c for c in (*form.texts, form.parent, form.colour) if c)
    table = name_columns(opened, required=(name,), optional=more, silent=_FOREIGN_COUNTS)
    entries, problems = [], []
    for number, cells in table.rows():
        whole = (cells[form.parent], cells[name]) if form.parent else (cells[name],)
        parts = [part for text in whole for part in re.split(form.separator, text.strip())]
        place = tuple(part for part in parts if part)
        if not place:
            problems.append(f"{table.where(number)}: the code has no name")
            continue
        colour = cells[form.colour].strip() if form.colour else ""
        fields = dict.fromkeys((*_TEXTS, "key"), "")
        fields["definition"] = next((cells[c].strip() for c in form.texts if cells[c].strip()), "")
        fields["colour"] = colour if _COLOUR.fullmatch(colour) else ""
        entries.append(_Entry(table.where(number), place, None, fields, ()))
    return entries, problems, list(table.notices)


def _table_rows(table: NamedTable, problems: list[str]) -> Iterator[_Row]:
    for number, cells in table.rows():
        where = table.where(number)
        name, parent = cells["theme"].strip(), (cells["parent"] or cells["category"]).strip()
        above = split_path(parent)
        problem = _name_problem(name) or ("the parent is no name" if parent and not above else "")
        if problem:
            problems.append(f"{where}: {problem}")
            continue
        fields = {name: cells[name].strip() for name in _TEXTS}
        fields |= {"colour": (cells["colour"] or cells["color"]).strip(), "key": cells["key"].strip()}
        question = cells["question"] or cells["questions"]
        keywords = _split_keywords(cells["keywords"])
        yield _Row(where, name, above, _Entry(where, (name,), _stated([question]), fields, keywords))


def _stated(questions: Sequence[str]) -> tuple[str, ...] | None:
    """The questions that are named; () where all of them are, None where nothing is said."""
    named = tuple(dict.fromkeys(q for q in questions if q.strip()))
    return () if _ALL in named else named or None


class _Parents:
    """Finds the whole path of each row from what its parent column says."""

    def __init__(self, rows: Sequence[_Row], *, outermost: bool) -> None:
        self._outermost = outermost  # whether the first name of a parent always is an outermost theme
        self._named: dict[str, dict[tuple[str, ...], _Row]] = {}
        for row in rows:
            self._named.setdefault(fold_name(row.name), {}).setdefault(_fold(row.parent), row)

    def path(self, row: _Row, below: tuple[_Row, ...] = ()) -> tuple[str, ...]:
        """The names from the outermost theme down to the row's own. Raises InputError where its parent has none."""
        if any(row is other for other in below):
            loop = " in ".join(repr(one_line(r.name, 40)) for r in (*below, row))
            raise InputError(f"the theme stands below itself: {loop}")
        if len(below) > _DEEPEST:
            raise InputError(f"the theme is nested more than {_DEEPEST} levels deep")
        above = self._above(row)
        head = self.path(above, (*below, row)) if above else row.parent[:1]
        return (*head, *row.parent[1:], row.name)

    def _above(self, row: _Row) -> _Row | None:
        """The row that the first name of the parent means; None for an outermost theme, with a row or without."""
        if self._outermost or not row.parent:
            return None
        head = fold_name(row.parent[0])
        places = self._named.get(head, {})
        # Where all bearers of the name stand below it themselves, they are called like their category.
        if () in places or all(parent[:1] == (head,) for parent in places):
            return None
        others = [other for parent, other in places.items() if parent[:1] != (head,)]
        if len(others) > 1:
            listed = "; ".join(PATH_SEPARATOR.join((*other.parent, other.name)) for other in others)
            raise InputError(
                f"the parent {one_line(row.parent[0], 40)!r} stands in {len(others)} places "
                f"({one_line(listed, 200)}); write its whole path"
            )
        return others[0]


# --- YAML -----------------------------------------------------------------------------------------------------


def _read_yaml(path: Path, encoding: str | None) -> tuple[list[_Entry], list[str], list[str]]:
    try:
        limits.CODEBOOK.check(path.stat().st_size, path.name)
        text = normalise_text(path.read_text(encoding=check_encoding(path, encoding)[1]))
    except OSError as error:
        raise InputError(f"{path} can't be read: {error.strerror or error}.") from error
    root = read_tree(text, path.name).value
    themes = root.get("themes") if isinstance(root, dict) else None
    if not isinstance(root, dict) or themes is None or not isinstance(themes.value, list):
        raise InputError(
            f"{path.name} has no list of themes.", hint="A codebook begins with `themes:` and a `- name:` for each."
        )
    reader = _YamlReader(path.name)
    reader.fields(root, ("themes",))
    reader.themes(themes, ())
    return reader.entries, reader.problems, reader.notices


class _YamlReader:
    """Walks the nested themes of a YAML codebook and gathers what each says, and all that is wrong."""

    def __init__(self, name: str) -> None:
        self._name = name
        self.entries: list[_Entry] = []
        self.problems: list[str] = []
        self.notices: list[str] = []

    def themes(self, node: Node, above: tuple[str, ...]) -> None:
        """Read a list of themes that stand below the path `above`."""
        if not isinstance(node.value, list):
            if node.value:
                self._problem(node, "the themes are no list")
            return
        for item in node.value:
            self._theme(item, above)

    def fields(self, found: Mapping[str, Node], known: Sequence[str]) -> dict[str, Node]:
        """The fields by the names that are used here; others are named in a notice."""
        fields: dict[str, Node] = {}
        for written, node in found.items():
            name = _SPELLINGS.get(written, written)
            if name not in known:
                self.notices.append(f"{self._where(node)}: the field {one_line(written, 40)!r} is not known, ignored")
            elif name in fields:
                self._problem(node, f"the field {name} stands there twice")
            else:
                fields[name] = node
        return fields

    def _theme(self, item: Node, above: tuple[str, ...]) -> None:
        if isinstance(item.value, list):
            self._problem(item, "a list stands where a theme is expected")
            return
        item_fields = {"name": item} if isinstance(item.value, str) else item.value
        fields = self.fields(item_fields, ("name", "questions", *_TEXTS, "keywords", "colour", "key", "children"))
        name = self._text(fields, "name")
        problem = _name_problem(name)
        if problem:
            self._problem(item, problem)
        said = {field: self._text(fields, field) for field in (*_TEXTS, "colour", "key")}
        if "colour" in fields and not said["colour"]:
            self.notices.append(f"{self._where(item)}: the colour is empty; a # begins a comment unless it is quoted")
        questions, keywords = self._texts(fields, "questions"), self._texts(fields, "keywords")
        if "keywords" in fields and isinstance(fields["keywords"].value, str):
            keywords = _split_keywords(fields["keywords"].value)
        path = (*above, name or "?")
        if not problem:
            keywords = tuple(dict.fromkeys(k.strip() for k in keywords if k.strip()))
            self.entries.append(_Entry(self._where(item), path, _stated(questions), said, keywords))
        if "children" in fields:
            self.themes(fields["children"], path)

    def _text(self, fields: Mapping[str, Node], name: str) -> str:
        value = fields[name].value if name in fields else ""
        if isinstance(value, str):
            return value.strip()
        self._problem(fields[name], f"the field {name} is no plain text")
        return ""

    def _texts(self, fields: Mapping[str, Node], name: str) -> tuple[str, ...]:
        value = fields[name].value if name in fields else ""
        if isinstance(value, str):
            return (value,)
        texts = [item.value for item in value if isinstance(item.value, str)] if isinstance(value, list) else []
        if len(texts) < len(value) or isinstance(value, dict):
            self._problem(fields[name], f"the field {name} is no list of plain texts")
        return tuple(texts)

    def _where(self, node: Node) -> str:
        return f"{self._name}, line {node.line}"

    def _problem(self, node: Node, what: str) -> None:
        self.problems.append(f"{self._where(node)}: {what}")
