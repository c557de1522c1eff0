"""The full-text index over responses: filled after an import, rebuilt where rows were taken away."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import count

from sqlalchemy import func, select, text
from sqlalchemy.engine import Connection

from coder.domain.coding import Span
from coder.store import schema
from coder.store.corpus import Line, read_texts
from coder.store.driver import sqlite
from coder.store.project import Project, change_setting, setting

_TYPED = re.compile(r'["“”„](?P<phrase>[^"“”„]*)(?P<closed>["“”„])?(?P<star>\*)?|(?P<word>[^\s"“”„]+)')


def update_index(project: Project) -> int:
    """Index what is not indexed yet; returns how many responses were added (all of them after a rebuild)."""
    with project.write() as connection:
        last = int(connection.scalar(select(func.max(schema.response.c.id))) or 0)
        state = setting(connection, "search", "0")
        if state == "stale":
            connection.exec_driver_sql("INSERT INTO response_search(response_search) VALUES('rebuild')")
            done = 0
        else:
            done = int(state)
            connection.execute(
                text("INSERT INTO response_search(rowid, text) SELECT id, text FROM response WHERE id > :done"),
                {"done": done},
            )
        change_setting(connection, "search", str(last))
        return last - done


def is_current(connection: Connection) -> bool:
    """Whether every response is in the index."""
    last = connection.scalar(select(func.max(schema.response.c.id))) or 0
    return setting(connection, "search", "0") == str(last)


def search(connection: Connection, words: str) -> list[int]:
    """The ids of the responses that have all these words (see `query_of`)."""
    query = query_of(words)
    if not query:
        return []
    found = text("SELECT rowid FROM response_search WHERE response_search MATCH :query ORDER BY rowid")
    return list(connection.scalars(found, {"query": query}))


def query_of(words: str) -> str:
    """The index's own query for what was typed; "" where it has no word.

    Words in double quotes stand in the text as they are written, next to each other. A word with `*` at its end may be
    a beginning, and so may the last one, as if it were still being typed. Case and accents do not matter, and no other
    sign is special.
    """
    pieces = []
    typed = [match for match in _TYPED.finditer(words) if any(match.group("phrase", "word"))]
    for match in typed:
        phrase, word = match.group("phrase", "word")
        open_ended = match.end() == len(words.rstrip()) and not match.group("closed")
        beginning = open_ended if word is None else open_ended or word.endswith("*")
        term = (phrase if word is None else word.rstrip("*")).replace('"', '""').replace("\0", " ")
        pieces.append(f'"{term}"' + ("*" if (beginning or match.group("star")) and term.strip() else ""))
    return " ".join(pieces)


def hits(texts: Sequence[str], words: str) -> list[Sequence[Span]]:
    """Where the words that a search found stand in each text, in code points.

    The index itself marks them, in a table of its own in memory: what is marked is what was found, whatever the
    writing. A text that the search does not find has none.
    """
    query = query_of(words)
    found: list[Sequence[Span]] = [()] * len(texts)
    if not query:
        return found
    # The index marks texts up to a NUL; to its tokenizer any other control character is the same.
    shown = [t.replace("\0", "\1") for t in texts]
    opening, closing = _absent(shown)
    memory = sqlite().connect(":memory:")
    try:
        memory.execute(f"CREATE VIRTUAL TABLE hit USING fts5(text, tokenize='{schema.TOKENIZER}')")
        memory.executemany("INSERT INTO hit(rowid, text) VALUES (?, ?)", enumerate(shown))
        marked = memory.execute(
            "SELECT rowid, highlight(hit, 0, ?, ?) FROM hit WHERE hit MATCH ?", (opening, closing, query)
        )
        for at, text_with_marks in marked:
            found[at] = tuple(_spans(text_with_marks, opening, closing))
    finally:
        memory.close()
    return found


def _absent(texts: Sequence[str]) -> tuple[str, str]:
    """Two characters that are in none of the texts."""
    private = (chr(code) for code in range(0xF0000, 0xFFFFE))
    free = (char for char in private if not any(char in t for t in texts))
    return next(free), next(free)


def _spans(marked: str, opening: str, closing: str) -> Iterator[Span]:
    """The stretches between the marks, as they lie in the text without them."""
    at = -1
    for number in count():
        start = marked.find(opening, at + 1)
        if start < 0:
            return
        at = marked.index(closing, start)
        yield Span(start - 2 * number, at - 2 * number - 1)


def at_hits(
    connection: Connection, lines: Sequence[Line], words: str, before: int = 80, after: int = 200
) -> list[Line]:
    """The lines of a list, each with the characters around the first hit."""
    texts = read_texts(connection, [line.response_id for line in lines])
    shown = []
    for line, spans in zip(lines, hits([texts[line.response_id] for line in lines], words), strict=True):
        if spans:
            start = max(0, spans[0].start - before)
            excerpt = texts[line.response_id][start : spans[0].start + after]
            hit = Span(spans[0].start - start, min(spans[0].end - start, len(excerpt)))
            line = replace(line, excerpt=excerpt, hit=hit)  # noqa: PLW2901
        shown.append(line)
    return shown
