"""Files as damage and malice make them: bytes, texts, the parts of packed files, and the rows of databases."""

import io
import re
import sqlite3
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path
from random import Random

LONGEST = 400_000  # bytes; what is larger is cut, so that thousands of inputs are tried

_INTEGERS = (0, 1, 0x7F, 0x80, 0xFF, 0x7FFF, 0xFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF, 2**63 - 1, 2**64 - 1)
_NUMBERS = (b"-1", b"0", b"1", b"65536", b"2147483648", b"99999999999999999999", b"1e308", b"nan", b"0x1", b"1048577")
_TEXTS = (
    *("", " ", "\n", "\r", "\r\n", "\t", "\x00", "\x1b[2J", "\ufeff", "\u202e", "\u2028", "\x85", "😀", "👩‍👩‍👧"),
    *('"', '""', "'", ",", ";", "|", ">", " > ", "=1+1", "<", "&", "&#0;", "]]>", "%s", "{}", "[", "]", "*", "\\"),
    *("../../etc/passwd", "C:\\x", "\\\\host\\x", "/etc/passwd", "CON", "None", "n/a", "-99", "id", "participant_id"),
)
TOKENS: tuple[bytes, ...] = (*(t.encode() for t in _TEXTS), b"\xff", b"\xc3", b"\xed\xa0\x80", b"PK\x03\x04")
_XML = re.compile(rb"<[^<>]{1,300}>")
_DIGITS = re.compile(rb"[0-9]+")
_VALUE = re.compile(rb'"[^"\n]{0,200}"')

Mutation = Callable[[Random, bytes], bytes]


def _place(random: Random, data: bytes) -> int:
    # The beginnings of files, where their headers are, more often than the rest.
    return random.randint(0, min(len(data), 400) if random.random() < 0.3 else len(data))


def _stretch(random: Random, data: bytes) -> tuple[int, int]:
    start = _place(random, data)
    return start, min(len(data), start + int(random.paretovariate(0.5)))


def _flip(random: Random, data: bytes) -> bytes:
    changed = bytearray(data)
    for _ in range(int(random.paretovariate(1))):
        if changed:
            changed[min(_place(random, data), len(changed) - 1)] ^= 1 << random.randrange(8)
    return bytes(changed)


def _integer(random: Random, data: bytes) -> bytes:
    at, size = _place(random, data), random.choice((1, 2, 4, 8))
    number = random.choice(_INTEGERS) % 2 ** (8 * size)
    return data[:at] + number.to_bytes(size, random.choice(("little", "big"))) + data[at + size :]


def _delete(random: Random, data: bytes) -> bytes:
    start, end = _stretch(random, data)
    return data[:start] + data[end:]


def _truncate(random: Random, data: bytes) -> bytes:
    return data[: _place(random, data)]


def _repeat(random: Random, data: bytes) -> bytes:
    start, end = _stretch(random, data)
    times = random.choice((1, 1, 2, 10, 1_000, 20_000))
    return data[:start] + data[start:end] * min(times, LONGEST // max(1, end - start)) + data[start:]


def _insert(random: Random, data: bytes) -> bytes:
    at = _place(random, data)
    return data[:at] + random.choice(TOKENS) * random.choice((1, 1, 1, 2, 500)) + data[at:]


def _noise(random: Random, data: bytes) -> bytes:
    at = _place(random, data)
    return data[:at] + random.randbytes(random.choice((1, 4, 40))) + data[at + random.choice((0, 1, 4, 40)) :]


def _move(random: Random, data: bytes) -> bytes:
    start, end = _stretch(random, data)
    piece, rest = data[start:end], data[:start] + data[end:]
    at = _place(random, rest)
    return rest[:at] + piece + rest[at:]


def _match(pattern: re.Pattern[bytes], random: Random, data: bytes) -> "re.Match[bytes] | None":
    return pattern.search(data, _place(random, data)) or pattern.search(data)


def _number(random: Random, data: bytes) -> bytes:
    found = _match(_DIGITS, random, data)
    return data if found is None else data[: found.start()] + random.choice(_NUMBERS) + data[found.end() :]


def _value(random: Random, data: bytes) -> bytes:
    one, other = _match(_VALUE, random, data), _match(_VALUE, random, data)
    if one is None or other is None:
        return data
    given = other[0] if random.random() < 0.7 else b'"' + random.choice(TOKENS) + b'"'
    return data[: one.start()] + given + data[one.end() :]


def _element(random: Random, data: bytes) -> bytes:
    one, other = _match(_XML, random, data), _match(_XML, random, data)
    if one is None or other is None:
        return data
    given = random.choice((b"", other[0], one[0] + one[0], one[0].replace(b"<", b"</"), b"<!--", b"<!DOCTYPE a>"))
    return data[: one.start()] + given + data[one.end() :]


def _line(random: Random, data: bytes) -> bytes:
    lines = data.split(b"\n")
    at, other = random.randrange(len(lines)), random.randrange(len(lines))
    act = random.randrange(4)
    if act == 0:
        del lines[at]
    elif act == 1:
        lines[at], lines[other] = lines[other], lines[at]
    elif act == 2:
        lines.insert(at, lines[other])
    else:
        lines[at] = b"  " * random.randrange(4) + lines[at]
    return b"\n".join(lines)


BYTES: tuple[Mutation, ...] = (_flip, _integer, _delete, _truncate, _repeat, _insert, _noise, _move, _number)
TEXT: tuple[Mutation, ...] = (*BYTES, _insert, _number, _value, _value, _element, _element, _line, _line, _line)


def mutated(random: Random, data: bytes, kinds: Sequence[Mutation]) -> bytes:
    """The bytes after one mutation or several."""
    for _ in range(min(12, int(random.paretovariate(1)))):
        data = random.choice(kinds)(random, data)[:LONGEST]
    return data


def mutated_pack(random: Random, data: bytes) -> bytes:
    """A packed file with other parts, or parts of other contents; sometimes with damage to the pack itself."""
    if random.random() < 0.15:
        return mutated(random, data, BYTES)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = [(part.filename, archive.read(part)) for part in archive.infolist()]
    for _ in range(random.choice((1, 1, 2))):
        at = random.randrange(len(parts))
        name, content = parts[at]
        act = random.random()
        if act < 0.85:
            parts[at] = name, mutated(random, content, TEXT)
        elif act < 0.9:
            del parts[at]
            parts = parts or [("empty", b"")]
        elif act < 0.95:
            parts[at] = random.choice(_TEXTS).replace("\0", "/") + name.upper(), content
        else:
            parts.append((name.swapcase(), content))
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", random.choice((zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED))) as archive:
        for name, content in parts:
            archive.writestr(name, content)
    made = out.getvalue()
    return mutated(random, made, BYTES) if random.random() < 0.05 else made


_SQL_VALUES: tuple[object, ...] = (None, -1, 0, 1, 2**62, 1.5, float("inf"), "", "x", "1", b"\xff\x00", *_TEXTS)


def mutated_database(random: Random, data: bytes, scratch: Path) -> bytes:
    """A SQLite file with other values, rows, tables and views; sometimes with damaged pages."""
    if random.random() < 0.4:
        return mutated(random, data, BYTES)
    scratch.write_bytes(data)
    connection = sqlite3.connect(scratch)
    try:
        connection.execute("PRAGMA synchronous=OFF")
        connection.execute("PRAGMA journal_mode=OFF")
        for _ in range(min(8, int(random.paretovariate(0.8)))):
            try:
                _change_rows(random, connection)
            except sqlite3.Error:
                continue
        connection.commit()
    finally:
        connection.close()
    made = scratch.read_bytes()
    scratch.unlink()
    return made


def _change_rows(random: Random, connection: sqlite3.Connection) -> None:
    tables = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    table = random.choice(tables)
    columns = [row[1] for row in connection.execute(f'PRAGMA table_info("{table}")')]
    column, value = random.choice(columns), random.choice(_SQL_VALUES)
    act = random.random()
    if act < 0.6:
        where = random.choice(("1", "rowid = 1", "rowid % 2", "random() % 3 = 0"))
        connection.execute(f'UPDATE OR IGNORE "{table}" SET "{column}" = ? WHERE {where}', (value,))
    elif act < 0.75:
        rows = ", ".join("?" * len(columns))
        values = [random.choice(_SQL_VALUES) for _ in columns]
        connection.execute(f'INSERT OR IGNORE INTO "{table}" VALUES ({rows})', values)
    elif act < 0.8:
        connection.execute(f'DELETE FROM "{table}"')
    elif act < 0.85:
        connection.execute(f'ALTER TABLE "{table}" DROP COLUMN "{column}"')
    elif act < 0.9:
        connection.execute(f'ALTER TABLE "{table}" RENAME COLUMN "{column}" TO "other"')
    elif act < 0.95:
        endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n"
        connection.execute(f'DROP TABLE "{table}"')
        connection.execute(f'CREATE VIEW "{table}" AS {endless}')
    else:
        connection.execute(f'CREATE TRIGGER t AFTER INSERT ON "{table}" BEGIN DELETE FROM "{table}"; END')
