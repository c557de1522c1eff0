"""Memos as a table."""

from collections.abc import Iterable, Iterator

from coder.domain.memo import Noted
from coder.formats.tables import Row, TableData


def memos_table(memos: Iterable[Noted]) -> TableData:
    """A row per memo: what it is about, the person and question it belongs to, the words, who wrote it, the memo."""
    header = ["subject", "about", "participant_id", "question", "quote", "coder", "at", "memo"]

    def made() -> Iterator[Row]:
        for n in memos:
            memo = n.memo
            yield [
                *(memo.place.subject.value, n.about, n.participant, n.question, n.quote),
                *(memo.coder, memo.at, memo.text),
            ]

    return TableData(header, made())
