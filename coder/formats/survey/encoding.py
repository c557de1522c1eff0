"""The encoding of a text file, proven over the whole of it or asked for; a single-byte guess is never accepted."""

import codecs
import hashlib
from collections.abc import Iterator
from pathlib import Path

from coder.domain.display import one_line
from coder.errors import InputError

_CHUNK = 1 << 20
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def check_encoding(path: Path, named: str | None) -> tuple[str, str]:
    """The file's SHA-256 and the codec under which every byte of it is text.

    Without a name: byte order mark, then the zeros of UTF-16, then UTF-8. Raises InputError, with a preview.
    """
    with path.open("rb") as file:
        codec = _codec(named) if named else _guess(file.read(1 << 16))
    digest, decoder = hashlib.sha256(), codecs.getincrementaldecoder(codec)()
    try:
        for chunk in _chunks(path):
            digest.update(chunk)
            decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeError as error:
        if named:
            raise InputError(
                f"{path.name} is not all {named}: {error}.", hint="Name the encoding it was saved in by --encoding."
            ) from error
        if codec != "utf-8":
            raise InputError(
                f"{path.name} begins like {codec} but is damaged: {error}.", hint="Save it again as UTF-8."
            ) from error
        raise InputError(
            f"{path.name} is not UTF-8. Read as cp1252 (Windows), the lines in question are:",
            problems=_preview(path),
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


def _preview(path: Path, lines: int = 5) -> list[str]:
    """The first lines that are not UTF-8, around the byte in question, as cp1252 shows them."""
    found: list[str] = []
    with path.open("rb") as file:
        for number, line in enumerate(file, 1):
            try:
                line.decode()
            except UnicodeDecodeError as error:
                around = line[max(0, error.start - 40) : error.start + 40].decode("cp1252", errors="replace")
                found.append(f"line {number}: {one_line(around, 90)}")
                if len(found) == lines:
                    break
    return found
