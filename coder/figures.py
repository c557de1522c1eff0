"""A project's figures as files: a name for each that says what it shows, and an index with the words for it."""

import json
import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from coder import charts
from coder.charts import Spec
from coder.charts.cells import clean
from coder.errors import CoderError, ProjectError
from coder.formats.tables import write_bytes, write_text
from coder.picturing import Picture

INDEX = "figures.json"

_OURS = re.compile(r"\d{2,}-[a-z0-9-]+\.(svg|png)")
_LONGEST = 40  # letters of a question, or of what is shown, in a file's name


class Format(StrEnum):
    SVG = "svg"
    PNG = "png"
    BOTH = "both"


@dataclass(frozen=True)
class Written:
    """The files written for each figure, and the index of them."""

    index: Path
    files: tuple[Path, ...]


def write_figures(
    pictures: Sequence[Picture],
    folder: Path,
    *,
    form: Format = Format.BOTH,
    dpi: int = 300,
    progress: Callable[[int], None] | None = None,
) -> Written:
    """Write each figure into the folder, which is made if it is not there; figures of an earlier time, as its index
    lists them, are replaced.

    Raises CoderError where there is no figure or the folder can't be written to.
    """
    if not pictures:
        raise CoderError(
            "There is no figure yet: nothing has been counted.", hint="Code some answers first: coder code PROJECT"
        )
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name in _listed(folder / INDEX):
            (folder / name).unlink(missing_ok=True)
    except OSError as error:
        raise ProjectError(f"{folder}: the figures can't be written there: {error.strerror}.") from None
    entries, files = [], []
    for at, picture in enumerate(pictures, 1):
        name = file_name(at, picture)
        here = []
        if form is not Format.PNG:
            here.append(folder / f"{name}.svg")
            write_text(here[-1], charts.svg(picture.spec))
        if form is not Format.SVG:
            here.append(folder / f"{name}.png")
            write_bytes(here[-1], charts.png(picture.spec, dpi=dpi))
        files += here
        entries.append({"files": [file.name for file in here], **entry(picture)})
        if progress is not None:
            progress(at)
    index = folder / INDEX
    write_text(index, json.dumps({"figures": entries}, indent=2, ensure_ascii=False) + "\n")
    return Written(index, tuple(files))


def is_figure(path: Path) -> bool:
    """Whether a file of this name holds a figure."""
    return path.suffix.lower() in (".svg", ".png")


def write_figure(path: Path, specs: Sequence[Spec], *, dpi: int = 300) -> None:
    """Write the one figure as SVG or PNG, by the end of the name, replacing the file as one.

    Raises CoderError where there is none, or several, or the file can't be written.
    """
    if len(specs) != 1:
        several = f"These are {len(specs)} figures." if specs else "There is no figure of this."
        raise CoderError(several, hint="coder figures PROJECT FOLDER writes every figure of a project.")
    if path.suffix.lower() == ".svg":
        write_text(path, charts.svg(specs[0]))
    else:
        write_bytes(path, charts.png(specs[0], dpi=dpi))


def file_name(at: int, picture: Picture) -> str:
    """A name without an ending that is safe on every system: a number, the question, the wave, what it shows."""
    parts = (picture.question.key, picture.wave, picture.shows)
    return "-".join((f"{at:02}", *filter(None, map(_slug, parts))))


def _slug(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    words = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")
    if len(words) > _LONGEST:
        words = words[: _LONGEST + 1].rpartition("-")[0] or words[:_LONGEST]
    return words


def entry(picture: Picture) -> dict[str, Any]:
    """What a figure is, and the words that stand for it."""
    return {
        "question": clean(picture.question.key),
        "wave": clean(picture.wave) or None,
        "shows": clean(picture.shows),
        "title": clean(picture.spec.title),
        "alternative": charts.alternative(picture.spec),
    }


def _listed(index: Path) -> list[str]:
    """The files that an index of ours lists; none where it is no such index."""
    try:
        entries = json.loads(index.read_text(encoding="utf-8"))["figures"]
        names = [name for entry in entries for name in entry["files"]]
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        return []
    return [name for name in names if isinstance(name, str) and _OURS.fullmatch(name)]
