"""Parts of a REFI-QDA project, as other programs write them."""

from collections.abc import Sequence

from coder.domain.coding import Span
from coder.formats.refi.model import Code, CodeMark, QdaProject, Selection, Source, User

USER = "11111111-1111-4111-8111-111111111111"
CODE = "22222222-2222-4222-8222-22222222222a"


def project(sources: Sequence[Source]) -> QdaProject:
    return QdaProject(
        "study", "another program", users=[User(USER, "Ana")], codes=[Code(CODE, "Staff")], sources=sources
    )


def source(guid: str, text: str, selections: Sequence[Selection], *, whole: bool = False) -> Source:
    codes = (CodeMark("c", CODE, USER),) if whole else ()
    return Source(guid, guid, text, user=USER, selections=tuple(selections), codes=codes)


def selection(start: int, end: int, name: str) -> Selection:
    guid = f"{start}-{end}-{name}"
    return Selection(guid, Span(start, end), name, user=USER, codes=(CodeMark(f"m-{guid}", CODE, USER),))
