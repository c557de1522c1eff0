"""Every reader of files from outside as people reach it: a file into a project; and what must hold of each file."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

from benchmarks.fuzz.mutations import BYTES, TEXT, mutated, mutated_database, mutated_pack
from coder.errors import CoderError
from coder.exchange import import_project
from coder.imports import (
    SurveyRequest,
    import_attributes,
    import_codebook,
    import_codings,
    import_survey,
)

_STRANGER = "Somebody"  # no coder of the project: a refusal must not leave the name behind
_LONGEST_MESSAGE = 100_000
SCRATCH = Path("/dev/shm") if Path("/dev/shm").is_dir() else None
"""Where thousands of small files are written soonest."""

Mutate = Callable[[Random, bytes, Path], bytes]
Take = Callable[[Path, Path], object]


class BrokenError(Exception):
    """A refusal that leaves something behind, or says too much."""


@dataclass(frozen=True)
class Reader:
    """How a kind of file is called, damaged and taken; `makes`: into a project of its own, as well as into the one
    that is there."""

    name: str
    file: str
    mutate: Mutate
    take: Take
    makes: bool = False


def _bytes(random: Random, data: bytes, _: Path) -> bytes:
    return mutated(random, data, BYTES)


def _text(random: Random, data: bytes, _: Path) -> bytes:
    changed = mutated(random, data, TEXT)
    # Most stay UTF-8: what is none is refused before the reader sees it.
    is_wide = data[:2] in (b"\xff\xfe", b"\xfe\xff")
    return changed if is_wide or random.random() < 0.2 else changed.decode(errors="replace").encode()


def _pack(random: Random, data: bytes, scratch: Path) -> bytes:
    return mutated_pack(random, data) if data.startswith(b"PK") else _text(random, data, scratch)


def _survey(file: Path, project: Path) -> None:
    import_survey(file, project, SurveyRequest(), coder_name=_STRANGER)


def _planned(file: Path, project: Path) -> None:
    plan = file.read_text(encoding="utf-8", errors="replace")
    import_survey(file.parent / "survey.csv", project, SurveyRequest(plan=plan), coder_name=_STRANGER)


def _codings(file: Path, project: Path) -> None:
    import_codings(file, project, coder_name=_STRANGER, create_themes=True)


def _reviewed(file: Path, project: Path) -> None:
    import_codings(file.parent / "codings.csv", project, coder_name=_STRANGER, reviewed=file)


def _exchange(file: Path, project: Path) -> None:
    import_project(file, project, coder_name=_STRANGER, all_reviewed=True)


READERS = {
    reader.name: reader
    for reader in (
        Reader("csv", "in.csv", _text, _survey, makes=True),
        Reader("xlsx", "in.xlsx", _pack, _survey, makes=True),
        Reader("ods", "in.ods", _pack, _survey, makes=True),
        Reader("sav", "in.sav", _bytes, _survey, makes=True),
        Reader("parquet", "in.parquet", _bytes, _survey, makes=True),
        Reader("jsonl", "in.jsonl", _text, _survey, makes=True),
        Reader("plan", "in.yaml", _text, _planned, makes=True),
        Reader("codebook-yaml", "in.yaml", _text, lambda f, p: import_codebook(f, p, coder_name=_STRANGER)),
        Reader("codebook-csv", "in.csv", _pack, lambda f, p: import_codebook(f, p, coder_name=_STRANGER)),
        Reader("codebook-qdc", "in.qdc", _text, lambda f, p: import_codebook(f, p, coder_name=_STRANGER)),
        Reader("codings", "in.csv", _pack, _codings),
        Reader("matrix", "in.csv", _pack, _codings),
        Reader("reviewed", "in.csv", _text, _reviewed),
        Reader("attributes", "in.csv", _text, lambda f, p: import_attributes(f, p, coder_name=_STRANGER)),
        Reader("qdpx", "in.qdpx", _pack, _exchange, makes=True),
        Reader("taguette", "in.sqlite3", mutated_database, _exchange, makes=True),
        Reader("qualcoder", "in.sqlite3", mutated_database, _exchange, makes=True),
    )
}


@dataclass(frozen=True)
class Bench:
    """Where files are tried: a folder of its own for one process, a project as it was, and sound files."""

    folder: Path
    project: Path
    seeds: Mapping[str, Sequence[bytes]]

    def input(self, reader: Reader, seed: int, number: int) -> bytes:
        """The file of this number: the same for the same seed."""
        random = Random(f"{seed}/{reader.name}/{number}")
        return reader.mutate(random, random.choice(self.seeds[reader.name]), self.folder / "scratch")

    def attempt(self, reader: Reader, data: bytes, number: int = 1) -> CoderError | None:
        """Take the file into the project or, if it can make one and the number is even, into one of its own.

        Returns the refusal. Raises BrokenError where one left anything behind, and whatever else the reader raises.
        """
        is_new = reader.makes and number % 2 == 0
        place = self.folder / "place"
        target = place / ("new.coder" if is_new else "base.coder")
        file = self.folder / reader.file
        file.write_bytes(data)
        before = self.project.read_bytes()
        place.mkdir(exist_ok=True)
        for path in place.iterdir():
            path.unlink()
        if not is_new:
            target.write_bytes(before)
        try:
            reader.take(file, target)
        except CoderError as refusal:
            left = {path.name: path.read_bytes() for path in place.iterdir()}
            if left != ({} if is_new else {target.name: before}):
                raise BrokenError(f"the project changed, or files are left: {', '.join(left)}; {refusal}") from refusal
            _check_words(refusal)
            return refusal
        return None


def _check_words(refusal: CoderError) -> None:
    words = "\n".join((refusal.message, *refusal.problems, refusal.hint))
    if len(words) > _LONGEST_MESSAGE:
        raise BrokenError(f"a message of {len(words):,} characters: {words[:200]!r}") from refusal
    if not refusal.message or re.match(r"\s|None\b", refusal.message):
        raise BrokenError(f"a message that says nothing: {refusal.message!r}") from refusal
