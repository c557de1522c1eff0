"""SPSS files on their way out: labels, what is missing apart from what is not mentioned, sets of answers."""

import struct
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from coder.domain.display import one_line
from coder.errors import CoderError
from coder.formats.fields import MENTIONED, NOT_KNOWN, NOT_MENTIONED, Field, FieldKind, cut_to, short_names
from coder.formats.tables import Row, replace_file

NOT_CODED = 9
_LONGEST_TEXT = 32_767  # bytes; SPSS reports a longer one as a damaged file
_LONGEST_LABEL = 255
_LEAST_OF_QUESTION = 80  # bytes, in the label of a theme
_MOST_COLUMNS = 32_000
_FORMATS = {FieldKind.INDICATOR: "F1.0", FieldKind.INTEGER: "F10.0"}


def write_sav(path: Path, fields: Sequence[Field], rows: Iterable[Row], title: str) -> list[str]:
    """Write a table as .sav, replacing the file as one, and return what its reader should know.

    An indicator is 1, 0, or 9 = missing; those of one group are a multiple-response set. Texts above 32,767 bytes
    and labels above 255 are cut between characters, which is said. Raises CoderError where SPSS can't hold it.
    """
    import pandas as pd
    import pyreadstat

    if len(fields) > _MOST_COLUMNS:
        raise CoderError(f"{len(fields):,} columns are more than an SPSS file holds.", hint="Write CSV or Parquet.")
    names = short_names(fields)
    cuts: list[str] = []
    columns: list[list[object]] = [[] for _ in fields]
    for number, row in enumerate(rows, 1):
        for name, field, column, cell in zip(names, fields, columns, row, strict=True):
            column.append(_value(field, cell, f"row {number} of {name}", cuts))
    if not columns or not columns[0]:
        raise CoderError("There is no row to write; SPSS takes no empty file.", hint="Write CSV.")
    named = list(zip(names, fields, columns, strict=True))
    frame = pd.DataFrame({name: _series(field, column) for name, field, column in named})
    indicators = [name for name, field in zip(names, fields, strict=True) if field.kind is FieldKind.INDICATOR]
    meanings: dict[int | float, str] = {1.0: MENTIONED, 0.0: NOT_MENTIONED, float(NOT_CODED): NOT_KNOWN}
    labels: list[str | None] = [_label(field) for field in fields]
    shortened = [f.label for f, label in zip(fields, labels, strict=True) if _on_a_line(f.label) != label]
    nominal = (FieldKind.TEXT, FieldKind.INDICATOR)

    def write(file: Path) -> list[str]:
        try:
            pyreadstat.write_sav(
                frame,
                file,
                file_label=cut_to(title, 64),
                row_compress=True,
                column_labels=labels,
                variable_value_labels=dict.fromkeys(indicators, meanings),
                missing_ranges={name: [NOT_CODED] for name in indicators},
                variable_measure={name: "nominal" if field.kind in nominal else "scale" for name, field, _ in named},
                variable_format={name: _FORMATS[field.kind] for name, field, _ in named if field.kind in _FORMATS},
            )
        except pyreadstat.ReadstatError as error:  # a full disk; texts and names were made to fit
            raise OSError(str(error)) from error
        file.write_bytes(with_sets(file.read_bytes(), _sets(names, fields)))
        return []

    replace_file(path, write)
    notices = []
    if cuts:
        more = f" and {len(cuts) - 10} more" if len(cuts) > 10 else ""
        notices.append(
            f"Texts above {_LONGEST_TEXT:,} bytes were cut, as SPSS can't hold them: {', '.join(cuts[:10])}{more}."
        )
    if shortened:
        notices.append(
            f"{len(shortened)} labels above {_LONGEST_LABEL} bytes were cut (such as ‘{one_line(shortened[0], 60)}’); "
            "the data dictionary has them whole."
        )
    return notices


def _label(field: Field) -> str:
    """What a column says of itself. A question that leaves no room is cut, not the theme, which tells columns of a
    question apart."""
    whole, asked = _on_a_line(field.label), _on_a_line(field.group)
    theme = whole.removeprefix(f"{asked}: ")
    if _size(whole) > _LONGEST_LABEL and theme != whole and _size(asked) > _LEAST_OF_QUESTION:
        room = _LONGEST_LABEL - _size(f"…: {theme}")
        return cut_to(f"{cut_to(asked, max(room, _LEAST_OF_QUESTION))}…: {theme}", _LONGEST_LABEL)
    return cut_to(whole, _LONGEST_LABEL)


def _on_a_line(text: str) -> str:
    """A label without its line ends, at which readers lose the set that bears it."""
    return " ".join(text.split())


def _size(text: str) -> int:
    return len(text.encode("utf-8", "replace"))


def _value(field: Field, cell: object, where: str, cuts: list[str]) -> object:
    if field.kind is FieldKind.TEXT:
        text = "" if cell is None else str(cell).replace("\0", "\ufffd")
        fitting = cut_to(text, _LONGEST_TEXT)
        if fitting != text:
            cuts.append(where)
        return fitting
    if cell is None:
        return float(NOT_CODED) if field.kind is FieldKind.INDICATOR else None
    return float(cell)  # type: ignore[arg-type]


def _series(field: Field, column: list[object]):  # type: ignore[no-untyped-def]
    import pandas as pd

    return pd.Series(column, dtype="object" if field.kind is FieldKind.TEXT else "float64")


# --- multiple-response sets, which pyreadstat can't write ---------------------------------------------------------


def _sets(names: Sequence[str], fields: Sequence[Field]) -> dict[str, tuple[str, list[str]]]:
    """By its name, each set of indicators: its label and variables. A set of one is none."""
    members: dict[str, list[str]] = {}
    for name, field in zip(names, fields, strict=True):
        if field.kind is FieldKind.INDICATOR and field.group:
            members.setdefault(field.group, []).append(name)
    several = {group: of for group, of in members.items() if len(of) > 1}
    return {f"themes_{number}": (group, of) for number, (group, of) in enumerate(several.items(), 1)}


def with_sets(data: bytes, sets: Mapping[str, tuple[str, Sequence[str]]]) -> bytes:
    """The bytes of a .sav with sets of dichotomies whose counted value is 1.

    An extension record (type 7, subtype 7) before the end of the dictionary, as the PSPP developers' guide describes
    the format; variables go by their short names, which the record of subtype 13 tells.
    """
    if not sets:
        return data
    end, short = _dictionary_end(data)
    lines = b""
    for name, (label, variables) in sets.items():
        words = cut_to(_on_a_line(label), _LONGEST_LABEL).encode()
        short_variables = " ".join(short.get(v.lower(), v).lower() for v in variables)
        lines += b"$%s=D1 1 %d %s %s\n" % (name.encode(), len(words), words, short_variables.encode())
    record = struct.pack("<4i", 7, 7, 1, len(lines)) + lines
    return data[:end] + record + data[end:]


def _dictionary_end(data: bytes) -> tuple[int, dict[str, str]]:
    """Where the dictionary of a .sav ends, and the short names of its variables by their long ones in lower case."""
    at = 176
    short: dict[str, str] = {}
    while True:
        (kind,) = struct.unpack_from("<i", data, at)
        if kind == 2:  # a variable
            _, labelled, missing = struct.unpack_from("<3i", data, at + 4)
            at += 32
            if labelled:
                (length,) = struct.unpack_from("<i", data, at)
                at += 4 + (length + 3) // 4 * 4
            at += 8 * abs(missing)
        elif kind == 3:  # value labels, and record 4 with their variables
            (number,) = struct.unpack_from("<i", data, at + 4)
            at += 8
            for _ in range(number):
                at += 8 + (data[at + 8] + 8) // 8 * 8
            (number,) = struct.unpack_from("<i", data, at + 4)
            at += 8 + 4 * number
        elif kind == 6:  # documents
            (number,) = struct.unpack_from("<i", data, at + 4)
            at += 8 + 80 * number
        elif kind == 7:
            subtype, size, number = struct.unpack_from("<3i", data, at + 4)
            body = data[at + 16 : at + 16 + size * number]
            if subtype == 13:
                pairs = (pair.split("=", 1) for pair in body.decode().rstrip("\0").split("\t") if "=" in pair)
                short = {long.lower(): name for name, long in pairs}
            at += 16 + size * number
        elif kind == 999:
            return at, short
        else:
            raise ValueError(f"there is no record of type {kind} in a .sav")
