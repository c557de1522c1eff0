"""How large, how many and how deep what comes from outside may be: every limit of the readers, and what it says."""

from dataclasses import dataclass

from coder.errors import InputError

_MB = 1_000_000
_ANEW = "Export it anew from the program that made it."
_AS_CSV = "Delete what is no part of the table, or save it as several files."


@dataclass(frozen=True, slots=True)
class Limit:
    """The most that is read of something; `says` goes on after the file's name, with {found} and {most} in `unit`s."""

    most: int
    says: str
    hint: str
    unit: int = 1

    def check(self, found: int, file: str) -> None:
        """Raises InputError where it is more."""
        if found > self.most:
            raise self.error(found, file)

    def error(self, found: int, file: str) -> InputError:
        """What is said of a file that has so many."""
        numbers = {"found": f"{found / self.unit:,.0f}", "most": f"{self.most / self.unit:,.0f}"}
        return InputError(f"{file} {self.says.format(**numbers)}.", hint=self.hint)


# Tables, whatever they are stored as.
COLUMNS = Limit(8_000, "has {found} columns; at most {most} are read", _AS_CSV)
ROWS = Limit(20_000_000, "has more than {most} rows; they are not read", _AS_CSV)
CELLS = Limit(30_000_000, "has {found} cells, empty ones among them, and was not opened; at most {most} are", _AS_CSV)
SPREAD, SPREAD_PER_CELL = 10_000_000, 50
"""How many cells the room that a sheet's cells stand in may have, empty ones among them, and for each that is none."""
CELL = Limit(4 * 1024 * 1024, "has a cell of {found} characters; at most {most} are read", _AS_CSV)
LINE = Limit(64 * 1024 * 1024, "has a line of more than {most} characters", "One object on each line.")
WORKBOOK = Limit(500 * _MB, "is {found} MB; at most {most} MB are read of such a file", "Save it as CSV.", _MB)

# Packed files.
UNPACKED = Limit(500 * 1024 * 1024, "would unpack to {found} MB and was not opened; at most {most} MB are", _ANEW, _MB)
PARTS = Limit(60_000, "would unpack to more than {most} parts and was not opened", _ANEW)
DIRECTORY = Limit(8 * 1024 * 1024, "would unpack to more parts than any honest file, and was not opened", _ANEW)
RATIO = Limit(200, "would unpack to {found} times its size and was not opened; at most {most} times is", _ANEW)
RATIO_FROM = 1024 * 1024
"""Smaller parts may be as dense as they are."""

# XML, codebooks, projects of other programs.
XML = Limit(100 * _MB, "holds {found} MB of XML; at most {most} MB are read", _ANEW, _MB)
XML_DEPTH = Limit(100, "is nested more than {most} levels deep", _ANEW)
XML_ELEMENTS = Limit(3_000_000, "has more than {most} elements; they are not read", _ANEW)
XML_ATTRIBUTES = Limit(10_000_000, "has more than {most} attributes; they are not read", _ANEW)
CODEBOOK = Limit(10 * _MB, "is {found} MB; a codebook has at most {most}", "Leave out what is no theme.", _MB)
CODES = Limit(10_000, "has {found} themes; a codebook holds at most {most}", "Import it in parts.")
THEME_DEPTH = Limit(100, "has themes more than {most} levels deep", "Bring them nearer to the top.")
YAML_DEPTH = Limit(250, "is nested more than {most} levels deep", "Write it in fewer levels.")
TEXT = Limit(10 * _MB, "has a text of {found} MB; at most {most} MB are read", _ANEW, _MB)
TEXTS = Limit(200 * _MB, "has texts of {found} MB in all; at most {most} MB are read", _ANEW, _MB)
MARKS = Limit(2_000_000, "has more than {most} codings; they are not read", _ANEW)

# Databases of other programs.
DATABASE = Limit(2 * 1024**3, "is {found} MB and was not opened; at most {most} MB are", _ANEW, _MB)
DATABASE_ROWS = Limit(2_000_000, "has a table of more than {most} rows; they are not read", _ANEW)
DATABASE_VALUE = Limit(10 * _MB, "has a value of more than {most} MB", _ANEW, _MB)
DATABASE_STEPS = Limit(200_000_000, "keeps the database busy without an end, and was not read", _ANEW)

# Libraries of C, C++ and Rust, in a process of their own (`coder.formats.apart`).
APART_BYTES, APART_BYTES_PER_BYTE = 800 * _MB, 60
"""Memory for a file, and for each byte of it; a table of 1,000,000 cells as XLSX has about 4 MB, and takes 200 MB."""
APART_SECONDS, APART_SECONDS_PER_MB = 4, 4
"""Processor time; the same table takes about 2 s."""
APART_SAID = Limit(1_500 * _MB, "holds {found} MB of text; at most {most} MB are read", _AS_CSV, _MB)
