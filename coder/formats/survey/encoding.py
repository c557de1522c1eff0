"""The encoding of a text file, proven over the whole of it or asked for; a single-byte guess is never accepted."""

import codecs
import hashlib
from collections.abc import Iterator
from pathlib import Path

from coder.domain.display import one_line
from coder.errors import InputError

_CHUNK = 1 << 20
_SHOWN = 5  # lines
_AROUND = 40  # characters before and after what is in question
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)

LIKELY = {
    "cp1252": "Windows, Western Europe",
    "mac_roman": "Mac OS 9, Western Europe",
    "cp1250": "Windows, Central Europe",
    "cp1251": "Windows, Cyrillic",
    "cp1253": "Windows, Greek",
    "cp1254": "Windows, Turkish",
    "cp1255": "Windows, Hebrew",
    "cp1256": "Windows, Arabic",
    "cp850": "DOS, Western Europe",
    "shift_jis": "Japanese",
    "gb18030": "Chinese, simplified",
    "big5": "Chinese, traditional",
    "cp949": "Korean",
}
"""Encodings that a file may be in which is in none of Unicode's, the likeliest first."""


class EncodingError(InputError):
    """A text file is in no encoding that proves itself: a person has to name it (see `readings`)."""


def check_encoding(path: Path, named: str | None) -> tuple[str, str]:
    """The file's SHA-256 and the codec under which every byte of it is text.

    Without a name: byte order mark, then the zeros of UTF-16, then UTF-8. Raises InputError, with a preview.
    """
    with path.open("rb") as file:
        start = file.read(1 << 16)
    codec = _codec(named) if named else _guess(start)
    digest, decoder = hashlib.sha256(), codecs.getincrementaldecoder(codec)()
    try:
        for chunk in _chunks(path):
            digest.update(chunk)
            decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeError as error:
        if named:
            raise InputError(
                f"{path.name} is not all {named}.",
                problems=_shown(_beyond(path, codec), codec),
                hint="Name the encoding it was saved in by --encoding.",
            ) from error
        if codec != "utf-8":
            raise InputError(
                f"{path.name} begins like {codec} but is damaged: {error}.", hint="Save it again as UTF-8."
            ) from error
        if b"\0" in start:
            raise InputError(
                f"{path.name} is no text, and no other kind of file that coder reads.",
                hint="Export the survey as CSV or XLSX.",
            ) from error
        raise EncodingError(
            f"{path.name} is not UTF-8. Read as cp1252 (Windows), the lines in question are:",
            problems=_shown(_beyond(path), "cp1252"),
            hint="If they look right, add --encoding cp1252; else name the encoding the file was saved in "
            "(mac_roman, latin-1, cp1250, shift_jis, ...), or save it as UTF-8.",
        ) from error
    return digest.hexdigest(), codec


def digest_of(path: Path) -> str:
    """The SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _codec(name: str) -> str:
    try:
        found = codecs.lookup(name)
        text = found.incrementaldecoder is not None and found._is_text_encoding
    except (LookupError, ValueError):
        text = False
    if not text:
        raise InputError(
            f"There is no encoding {name!r}.",
            hint="Known ones are utf-8, utf-16, cp1252, latin-1, mac_roman, cp1250, shift_jis, gb18030.",
        )
    return "utf-8-sig" if found.name == "utf-8" else found.name


def _guess(start: bytes) -> str:
    for bom, codec in _BOMS:
        if start.startswith(bom):
            return codec
    even, odd = start[0::2], start[1::2]
    zeros = (even.count(0) / max(1, len(even)), odd.count(0) / max(1, len(odd)))
    if max(zeros) > 0.3 and min(zeros) < 0.05:
        return "utf-16-be" if zeros[0] > zeros[1] else "utf-16-le"
    return "utf-8"


def _chunks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            yield chunk


_Line = tuple[int, bytes, int]
"""The number of a line, its bytes, and the first of them that is no text."""


def readings(path: Path) -> dict[str, list[str]]:
    """The first lines that are not UTF-8, around the place in question, as each likely encoding has them, where it
    has them at all."""
    lines = _beyond(path)
    found = {}
    for codec in LIKELY:
        try:
            for _, line, _ in lines:
                line.decode(codec)
        except UnicodeDecodeError:
            continue
        found[codec] = _shown(lines, codec)
    return found


def _beyond(path: Path, codec: str = "utf-8") -> list[_Line]:
    """The first lines that are not text in an encoding; none of one in which a line feed is no single byte."""
    if "\n".encode(codec) != b"\n":
        return []
    found: list[_Line] = []
    with path.open("rb") as file:
        for number, line in enumerate(file, 1):
            try:
                line.decode(codec)
            except UnicodeDecodeError as error:
                found.append((number, line, error.start))
                if len(found) == _SHOWN:
                    break
    return found


def _shown(lines: list[_Line], codec: str) -> list[str]:
    shown = []
    for number, line, place in lines:
        before = line[:place].decode(codec, errors="replace")[-_AROUND:]
        after = line[place : place + 4 * _AROUND].decode(codec, errors="replace")[:_AROUND]
        shown.append(f"line {number}: {one_line(before + after, 2 * _AROUND + 10)}")
    return shown
