"""How many participants have both of two themes."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from coder.analysis.tally import Cut, Stopped, go_on, known_of, never, numbers_of, path_of
from coder.domain.codebook import Codebook, Theme
from coder.domain.corpus import Question
from coder.domain.tally import Chain, Counting, Figure
from coder.store import codebook as store_codebook
from coder.store import corpus, counts
from coder.store.project import Project


@dataclass(frozen=True)
class CoOccurrence:
    """How many participants have both of two themes, for every two; and for each theme, how many have it."""

    question: Question
    chain: Chain
    rows: tuple[tuple[int, Theme], ...]
    pairs: Mapping[frozenset[int], Figure]

    def figure(self, theme_id: int, other_id: int) -> Figure:
        return self.pairs[frozenset((theme_id, other_id))]


def co_occurrence(project: Project, cut: Cut, question_id: int, *, stopped: Stopped = never) -> CoOccurrence:
    """Count the participants with both of two themes; the base of a pair are those who are in the base of each."""
    with project.read() as connection:
        scope = counts.read_scope(connection, coder=cut.coder)
        question = corpus.read_question(connection, question_id)
        sets = counts.gather(connection, question_id, scope.coder_ids)
        known = known_of(store_codebook.read_codebook(connection), question, sets)
    counting = Counting(known, everyone=scope.everyone, base=cut.base)
    rows = tuple(known.codebook.walk())
    pairs = {}
    for at, (_, theme) in enumerate(rows):
        go_on(stopped)
        for _, other in rows[at:]:
            pairs[frozenset((theme.id, other.id))] = counting.figure(*{theme.id, other.id}, interval=cut.interval)
    return CoOccurrence(question, counting.count(cut.interval).chain, rows, pairs)


def pair_rows(found: CoOccurrence) -> tuple[list[str], Iterator[list[str | int | float | None]]]:
    """Themes together as a table: a row for every two that somebody could have both of."""
    header = ["question", "wave", "theme", "path", "other_theme", "other_path"]
    header += ["participants", "base", "percent", "low", "high"]

    def rows() -> Iterator[list[str | int | float | None]]:
        themes = Codebook([theme for _, theme in found.rows])
        for at, (_, theme) in enumerate(found.rows):
            for _, other in found.rows[at + 1 :]:
                named = (t for i in (theme.id, other.id) for t in (themes.by_id[i].name, path_of(themes, i)))
                yield [found.question.key, found.question.wave, *named, *numbers_of(found.figure(theme.id, other.id))]

    return header, rows()
