"""A data dictionary: what each column of a table is, and what its values mean."""

from collections.abc import Iterable, Iterator, Sequence

from coder.formats.fields import MENTIONED, NOT_KNOWN, NOT_MENTIONED, Field, FieldKind, short_names
from coder.formats.tables import Row, TableData


def dictionary(fields: Sequence[Field], notes: Iterable[str] = ()) -> TableData:
    """A table that says what each column is, and what its values mean; `notes` are of the file as a whole."""
    header = ["column", "short name", "label", "type", "values", "group"]

    def rows() -> Iterator[Row]:
        for field, name in zip(fields, short_names(fields), strict=True):
            values = f"1 = {MENTIONED}; 0 = {NOT_MENTIONED}; empty (SPSS: 9) = {NOT_KNOWN}"
            indicator = field.kind is FieldKind.INDICATOR
            yield [field.header, name, field.label, field.kind.value, values if indicator else "", field.group]
        for note in notes:
            yield ["", "", note, "", "", ""]

    return TableData(header, rows())
