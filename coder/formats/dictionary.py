"""Data dictionaries: what each column of a table is, and what its values mean."""

from collections.abc import Iterator, Mapping

from coder.formats.fields import MENTIONED, NOT_KNOWN, NOT_MENTIONED, Field, FieldKind, short_names
from coder.formats.tables import Row, TableData

_INDICATOR = f"1 = {MENTIONED}; 0 = {NOT_MENTIONED}; empty (SPSS: 9) = {NOT_KNOWN}"
_OFFSET = "in Unicode code points from 0; empty where the whole response is meant"

_TEXT, _INTEGER, _NUMBER = FieldKind.TEXT, FieldKind.INTEGER, FieldKind.NUMBER
_KNOWN: Mapping[str, tuple[str, FieldKind]] = {
    "participant_id": ("Who answered, as the survey or the pseudonym names them", _TEXT),
    "question": ("The question's key", _TEXT),
    "wave": ("When the question was asked, where it was asked several times", _TEXT),
    "part": ("Which of a participant's several responses to the question", _INTEGER),
    "theme": ("The theme's name; its path, where no column has that", _TEXT),
    "path": ("The theme with those above it, from the outermost down", _TEXT),
    "coder": ("Who coded", _TEXT),
    "start": (f"Where the highlight begins, {_OFFSET}", _INTEGER),
    "end": (f"Where the highlight ends, the first character behind it, {_OFFSET}", _INTEGER),
    "text": ("The words: of the highlight, or of the whole response; masked words are ▇", _TEXT),
    "quote": ("The words of the highlight, or of the whole response; masked words are ▇", _TEXT),
    "status": ("answered, blank, or placeholder: a text that stands for no answer", _TEXT),
    "reviewed_by": ("Who read the response to its end; a ; between several", _TEXT),
    "unknown_themes": ("Paths of themes that came after the response was last reviewed, as a JSON list", _TEXT),
    "starred": ("1 where the analyst marked the quote", _INTEGER),
    "participants": ("Distinct participants with the theme or one below it", _INTEGER),
    "assignments": ("Codings of the theme and those below it, repeats included", _INTEGER),
    "base": ("Participants whom the percentage is of", _INTEGER),
    "percent": ("Participants in percent of the base", _NUMBER),
    "low": ("Lower bound of the 95 % Wilson interval, in percent", _NUMBER),
    "high": ("Upper bound of the 95 % Wilson interval, in percent", _NUMBER),
}


def fields_of(table: TableData) -> list[Field]:
    """What each column is: as the table says, or as our own columns of that name are in all our tables."""
    ours = table.header[: len(table.header) - len(table.fields)]
    return [*(Field(name, *_KNOWN.get(name, (name, _TEXT))) for name in ours), *table.fields]


def dictionary(table: TableData) -> TableData:
    """A table that says what each column is, what programs with narrow names call it, and what its values mean."""
    fields = fields_of(table)

    def rows() -> Iterator[Row]:
        for field, name in zip(fields, short_names(fields), strict=True):
            values = _INDICATOR if field.kind is FieldKind.INDICATOR else ""
            yield [field.header, name, field.label, field.kind.value, values, field.group]

    return TableData(["column", "short_name", "label", "type", "values", "group"], rows())
