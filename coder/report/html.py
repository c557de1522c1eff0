"""A report as one HTML file: no script, no request to anywhere, every text escaped."""

from base64 import b64encode
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from coder.domain.display import balance
from coder.report.contents import (
    Behind,
    Exact,
    Facts,
    Figure,
    Folded,
    Named,
    Paragraph,
    Points,
    Quotes,
    Reference,
    Report,
    Section,
    Steps,
    Strong,
    Table,
)
from coder.report.inert import NOT_A_TEXT, whole

if TYPE_CHECKING:
    from jinja2 import Environment

_HERE = Path(__file__).parent
_INLINE = (Named, Exact, Strong, Reference)
_BLOCKS = (Section, Paragraph, Points, Facts, Steps, Table, Figure, Quotes, Behind, Folded)


def to_html(report: Report) -> str:
    """The report as a page. Its style is in it, allowed by its digest alone; its pictures are data."""
    from markupsafe import Markup

    style = _style()
    policy = (
        f"default-src 'none'; img-src data:; style-src 'sha256-{digest_of(style)}'; base-uri 'none'; form-action 'none'"
    )
    page = _environment().get_template("report.html.j2")
    answers = Markup(' lang="{}"').format(report.language) if report.language != "en" else ""
    html = page.render(report=report, style=Markup(style), policy=policy, answers=answers)
    return html.translate(NOT_A_TEXT)


def digest_of(style: str) -> str:
    """The digest by which a content security policy allows a style: base64 of SHA-256."""
    return b64encode(sha256(style.encode()).digest()).decode()


@cache
def _style() -> str:
    return "\n" + (_HERE / "report.css").read_text(encoding="utf-8")


@cache
def _environment() -> "Environment":
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    made = Environment(
        loader=FileSystemLoader(_HERE), autoescape=True, undefined=StrictUndefined, newline_sequence="\n"
    )
    for kind in (*_INLINE, *_BLOCKS):
        made.tests[kind.__name__.lower()] = lambda value, kind=kind: isinstance(value, kind)
    made.filters["balance"] = balance
    made.filters["whole"] = whole
    made.filters["data_uri"] = lambda svg: "data:image/svg+xml;base64," + b64encode(svg.encode()).decode()
    return made
