"""Where a report goes: a file whose name says its format."""

import re
from collections.abc import Callable, Mapping
from pathlib import Path

from coder.domain.display import one_line
from coder.errors import CoderError
from coder.formats.tables import write_bytes, write_text
from coder.report.contents import Report


def _html(report: Report, path: Path) -> None:
    from coder.report.html import to_html

    write_text(path, to_html(report))


def _docx(report: Report, path: Path) -> None:
    from coder.report.docx import to_docx

    write_bytes(path, to_docx(report))


def _markdown(report: Report, path: Path) -> None:
    from coder.report.markdown import to_markdown

    folder = path.with_name(f"{path.stem}_figures")
    text, figures = to_markdown(report, folder.name)
    try:
        if figures:
            folder.mkdir(exist_ok=True)
    except OSError as error:
        raise CoderError(
            f"The folder {one_line(str(folder), 200)} for the figures can't be made: {error.strerror or error}.",
            hint="Choose another name for the report, or move away what is there.",
        ) from error
    for name, svg in figures.items():
        write_text(folder / name, svg)
    write_text(path, text)
    # Those of an earlier report that had more.
    for left in folder.glob("figure-*.svg"):
        if left.name not in figures and re.fullmatch(r"figure-\d+\.svg", left.name):
            left.unlink()


_WRITERS: Mapping[str, Callable[[Report, Path], None]] = {
    ".html": _html,
    ".htm": _html,
    ".docx": _docx,
    ".md": _markdown,
}


def check_name(path: Path) -> None:
    """Raises CoderError where the file's name says no format that reports have."""
    if path.suffix.lower() not in _WRITERS:
        raise CoderError(
            f"A report is written as HTML, Markdown or DOCX; the name {one_line(path.name)!r} says none of these.",
            hint="Let the file's name end in .html, .md or .docx.",
        )


def write_report(report: Report, path: Path) -> None:
    """Write a report in the format that the file's name says, replacing the file as one.

    Raises CoderError for another name, and for a file that can't be written.
    """
    check_name(path)
    _WRITERS[path.suffix.lower()](report, path)
