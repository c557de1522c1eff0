"""QualCoder's projects: a folder `NAME.qda` with a database `data.qda` in it; positions are code points."""

from dataclasses import replace
from pathlib import Path

from coder.domain.coding import Span
from coder.errors import InputError
from coder.formats.database import ForeignDatabase, open_foreign, text, whole
from coder.formats.refi.losses import Losses
from coder.formats.refi.model import (
    Case,
    Code,
    CodeMark,
    QdaProject,
    Selection,
    Source,
    User,
    Value,
    Variable,
    VariableKind,
)
from coder.formats.refi.units import Unit, unified

TABLES = ("source", "code_name", "code_text")
_LEFT_OUT = {
    "annotation": "annotations",
    "journal": "journals",
    "code_image": "codings of pictures",
    "code_av": "codings of recordings",
}
_STORED = Unit("as stored", False, None)


def read_qualcoder(path: Path) -> QdaProject:
    """A project, named by its folder or by the database in it. Raises InputError where it is none."""
    file = path / "data.qda" if path.is_dir() else path
    if not file.is_file():
        raise InputError(
            f"{path.name} is a folder without a QualCoder project in it.",
            hint="Name the folder whose name ends in .qda.",
        )
    with open_foreign(file) as database:
        if not database.has(*TABLES):
            raise InputError(f"{path.name} is a database, and none of QualCoder's.")
        return _Reader(database).project(path.resolve().stem)


class _Reader:
    def __init__(self, database: ForeignDatabase) -> None:
        self._database = database
        self._lost = Losses()
        self._users: dict[str, None] = {}
        self._case_words: dict[int, list[tuple[str, Span | None]]] = {}  # None: the whole text

    def project(self, name: str) -> QdaProject:
        codes = self._codes()
        sources = self._sources({code.guid for code in codes})
        variables, of_cases, of_files = self._values()
        cases = self._cases(of_cases)
        sources = [replace(source, values=tuple(of_files.get(source.guid, ()))) for source in sources]
        for table, what in _LEFT_OUT.items():
            self._lost.add(f"{what} are not taken along", times=sum(1 for _ in self._database.rows(table, "rowid")))
        about = [text(memo) for (memo,) in self._database.rows("project", "memo")]
        users = [User(name, name) for name in self._users]
        return QdaProject(
            name,
            "QualCoder",
            about[0] if about else "",
            users=users,
            codes=codes,
            variables=variables,
            cases=cases,
            sources=sources,
            notes=self._lost.notes(),
        )

    def _user(self, name: object) -> str:
        self._users.setdefault(text(name))
        return text(name)

    def _codes(self) -> list[Code]:
        """Categories and codes as one tree; a loop of categories is cut where it is met."""
        made: dict[str, Code] = {}
        mirrored: dict[str, str] = {}
        for i, name, memo, above in self._database.rows("code_cat", "catid", "name", "memo", "supercatid"):
            guid = f"category {i}"
            made[guid] = Code(guid, text(name), text(memo), codable=False, parent=_above("category", above))
        columns = ("cid", "name", "memo", "catid", "color", "supercid")
        for i, name, memo, category, colour, above in self._database.rows("code_name", *columns):
            guid, parent = f"code {i}", _above("code", above) or _above("category", category)
            # Versions before 4 make of a code with others below it a category, and a code of its name and memo in it.
            if (of := made.get(parent)) and not of.codable and (of.name, of.description) == (text(name), text(memo)):
                mirrored[parent], parent = guid, of.parent
            made[guid] = Code(guid, text(name), text(memo), text(colour), parent=parent)
        made = {i: replace(c, parent=mirrored.get(c.parent, c.parent)) for i, c in made.items() if i not in mirrored}
        found: dict[str, Code] = {}
        for code in made.values():
            line = {code.guid: code}
            last = code
            while last.parent in made and last.parent not in line and last.parent not in found:
                last = line[last.parent] = made[last.parent]
            for one in reversed(line.values()):
                found.setdefault(one.guid, one if one.parent in found else replace(one, parent=""))
        return list(found.values())

    def _sources(self, codes: set[str]) -> list[Source]:
        """The texts; what cases have of them is found on the way, in `_case_words`."""
        cases: dict[int, list[tuple[object, ...]]] = {}
        for row in self._database.rows("case_text", "caseid", "fid", "pos0", "pos1"):
            cases.setdefault(whole(row[1]), []).append(row)
        marks: dict[int, list[tuple[object, ...]]] = {}
        for row in self._database.rows("code_text", "ctid", "cid", "fid", "pos0", "pos1", "owner", "date", "memo"):
            marks.setdefault(whole(row[2]), []).append(row)
        found = []
        for i, name, stored, about in self._database.rows("source", "id", "name", "fulltext", "memo"):
            if stored is None:
                self._lost.add("sources are not texts and are left out")
                continue
            words = unified(text(stored))
            place = _STORED.places(words, text(stored))
            selections = []
            complete = True
            for ctid, code, _, start, end, owner, moment, memo in marks.get(whole(i), ()):
                first, last = whole(start), whole(end)
                if place is not None:
                    first, last = place(first), place(last)
                if not 0 <= first < last <= len(words):
                    self._lost.add("codings are empty or lie outside their text, and are left out")
                    complete = False
                elif f"code {code}" not in codes:
                    self._lost.add("codings name a code that the project does not have")
                else:
                    user = self._user(owner)
                    mark = CodeMark(f"coding {ctid}", f"code {code}", user, text(moment))
                    span = Span(first, last)
                    selections.append(
                        Selection(f"text {ctid}", span, span.of(words), text(memo), user, text(moment), (mark,))
                    )
            for case, _, start, end in cases.get(whole(i), ()):
                first, last = whole(start), whole(end)
                if place is not None:
                    first, last = place(first), place(last)
                last = min(last, len(words))
                # A whole text stands there as 0 to 0, or to its length, or to one less.
                is_whole = not 0 <= first < last or (first == 0 and last >= len(words) - 1)
                said = None if is_whole else Span(first, last)
                self._case_words.setdefault(whole(case), []).append((f"source {i}", said))
            found.append(
                Source(
                    f"source {i}",
                    text(name).removesuffix(".txt"),
                    words,
                    text(about),
                    selections=tuple(selections),
                    complete=complete,
                )
            )
        return found

    def _values(self) -> tuple[list[Variable], dict[int, list[Value]], dict[str, list[Value]]]:
        variables: dict[str, Variable] = {}
        of_cases: dict[int, list[Value]] = {}
        of_files: dict[str, list[Value]] = {}
        kinds = dict(self._database.rows("attribute_type", "name", "valuetype"))
        memos = dict(self._database.rows("attribute_type", "name", "memo"))
        for name, kind, value, owner in self._database.rows("attribute", "name", "attr_type", "value", "id"):
            if text(value) == "" or text(name).startswith("Ref_"):
                continue
            key = f"attribute {text(name)}"
            of = VariableKind.FLOAT if kinds.get(name) == "numeric" else VariableKind.TEXT
            variables.setdefault(key, Variable(key, text(name), of, text(memos.get(name))))
            if text(kind) == "case":
                of_cases.setdefault(whole(owner), []).append(Value(key, text(value)))
            elif text(kind) == "file":
                of_files.setdefault(f"source {owner}", []).append(Value(key, text(value)))
        return list(variables.values()), of_cases, of_files

    def _cases(self, values: dict[int, list[Value]]) -> list[Case]:
        found = []
        for i, name, memo in self._database.rows("cases", "caseid", "name", "memo"):
            words = self._case_words.get(whole(i), ())
            texts = tuple(dict.fromkeys(source for source, span in words if span is None))
            stretches = tuple((source, span) for source, span in words if span is not None)
            given = tuple(values.get(whole(i), ()))
            found.append(Case(f"case {i}", text(name), text(memo), values=given, sources=texts, stretches=stretches))
        return found


def _above(kind: str, number: object) -> str:
    return "" if number is None else f"{kind} {number}"
