"""Where a report goes: a file whose name says its format."""

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


_WRITERS: Mapping[str, Callable[[Report, Path], None]] = {".html": _html, ".htm": _html, ".docx": _docx}


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
