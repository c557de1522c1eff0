"""Packed files (ZIP) from outside: checked before anything is unpacked, and read part by part, never extracted."""

import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from coder.errors import InputError

MOST_BYTES = 500 * 1024 * 1024
MOST_FILES = 20_000
_RATIO, _RATIO_FROM = 200, 1024 * 1024
_HINT = "Export it anew from the program that made it."

_BROKEN = (zipfile.BadZipFile, NotImplementedError, EOFError, OSError, RuntimeError, ValueError, zlib.error)


class Packed:
    """The parts of a packed file by their names; no name is in it twice, whatever its case."""

    def __init__(self, archive: zipfile.ZipFile, file: str, hint: str) -> None:
        self._archive, self._file, self._hint = archive, file, hint
        self.parts = {part.filename: part for part in archive.infolist()}
        self._folded = {name.replace("\\", "/").casefold(): name for name in self.parts}

    def find(self, name: str) -> str | None:
        """The part of this name, as it is written in the file; its case does not matter."""
        return name if name in self.parts else self._folded.get(name.casefold())

    def read(self, name: str, most: int = MOST_BYTES) -> bytes:
        """A part, whole. Raises InputError where it is larger than `most` bytes, or damaged."""
        part = self.parts[name]
        if part.file_size > most:
            raise InputError(
                f"{self._file}: a part of it is {part.file_size / 1e6:,.0f} MB; at most {most / 1e6:,.0f} MB are read.",
                problems=[name[:200]],
                hint=self._hint,
            )
        with explained(self._file, self._hint), self._archive.open(part) as stream:
            return stream.read(most + 1)[:most]

    def open(self, name: str) -> BinaryIO:
        """A part as a stream; it ends at its declared size."""
        return self._archive.open(self.parts[name])  # type: ignore[return-value]


@contextmanager
def explained(file: str, hint: str = _HINT) -> Iterator[None]:
    """What is wrong with a packed file, in words that say what to do."""
    try:
        yield
    except _BROKEN as error:
        raise InputError(f"{file} is damaged: {error}.", hint=hint) from error


@contextmanager
def open_packed(source: Path | BinaryIO, file: str, *, hint: str = _HINT) -> Iterator[Packed]:
    """The parts of a packed file, once it is sure that they fit into memory.

    Raises InputError for what is no ZIP, is locked by a password, holds a part twice, or would unpack to more than
    500 MB, to more than 20,000 parts, or to 200 times its size.
    """
    with explained(file, hint), zipfile.ZipFile(source) as archive:
        parts = archive.infolist()
        total = sum(part.file_size for part in parts)
        dense = any(p.file_size > _RATIO_FROM and p.file_size > _RATIO * max(1, p.compress_size) for p in parts)
        if total > MOST_BYTES or len(parts) > MOST_FILES or dense:
            raise InputError(
                f"{file} would unpack to {total / 1e6:,.0f} MB in {len(parts):,} parts and was not opened.", hint=hint
            )
        if any(part.flag_bits & 1 for part in parts):
            raise InputError(f"{file} is protected by a password.", hint="Save it without one.")
        if len({part.filename.replace("\\", "/").casefold() for part in parts}) != len(parts):
            raise InputError(f"{file} is damaged: it holds a part twice.", hint=hint)
        yield Packed(archive, file, hint)
