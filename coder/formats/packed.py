"""Packed files (ZIP) from outside: checked before anything is unpacked, and read part by part, never extracted."""

import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import BinaryIO

from coder.domain.display import one_line
from coder.errors import InputError
from coder.formats import limits

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

    def read(self, name: str, most: limits.Limit) -> bytes:
        """A part, whole. Raises InputError where it is larger than it may be, or damaged."""
        part = self.parts[name]
        most.check(part.file_size, f"{self._file} ({one_line(name, 60)})")
        with explained(self._file, self._hint), self._archive.open(part) as stream:
            return stream.read(part.file_size)

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

    Raises InputError for what is no ZIP, is locked by a password, holds a part twice, or would unpack to more bytes,
    more parts or more times its size than `limits` say.
    """
    with explained(file, hint), _directory_checked(source, file) as archive:
        parts = archive.infolist()
        limits.PARTS.check(len(parts), file)
        limits.UNPACKED.check(sum(part.file_size for part in parts), file)
        for part in parts:
            if part.file_size > limits.RATIO_FROM:
                limits.RATIO.check(part.file_size // max(1, part.compress_size), file)
        if any(part.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) for part in parts):
            raise InputError(f"{file} is packed in a way that such files never are.", hint=hint)
        if any(part.flag_bits & 1 for part in parts):
            raise InputError(f"{file} is protected by a password.", hint="Save it without one.")
        if len({part.filename.replace("\\", "/").casefold() for part in parts}) != len(parts):
            raise InputError(f"{file} is damaged: it holds a part twice.", hint=hint)
        yield Packed(archive, file, hint)


@contextmanager
def _directory_checked(source: Path | BinaryIO, file: str) -> Iterator[zipfile.ZipFile]:
    """The archive, unless its directory alone, which is read whole, is larger than any honest one."""
    with source.open("rb") if isinstance(source, Path) else nullcontext(source) as stream:
        end = zipfile._EndRecData(stream)  # type: ignore[attr-defined]  # as `ZipFile` finds it
        if end is not None:
            limits.DIRECTORY.check(end[zipfile._ECD_SIZE], file)  # type: ignore[attr-defined]
        with zipfile.ZipFile(stream) as archive:
            yield archive
