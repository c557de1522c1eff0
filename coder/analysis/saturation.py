"""Themes as they came up while the responses were read, and when new ones stopped coming."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Any

from coder.analysis.tally import Cut, asked_in, path_of
from coder.domain.codebook import Codebook
from coder.domain.corpus import Question, QuestionKind
from coder.stats.saturation import Rule, Saturated, saturation
from coder.store import codebook as store_codebook
from coder.store import corpus, counts, reviews
from coder.store.project import Project

METHOD = (
    "An adaptation for short answers of Guest, Namey & Chen (2020), who look at interviews: an answer has fewer themes "
    "than an interview, so it takes more of them. How soon depends on the order of reading."
)


@dataclass(frozen=True, slots=True)
class Arrival:
    """Where a theme came up first: in which response, the how manieth (from 1) that was read."""

    theme_id: int
    place: int
    response_id: int


@dataclass(frozen=True)
class Saturation:
    """One question in one wave: its answered responses in the order in which they were reviewed.

    `answered` are all, `read` those reviewed; the reviews of `imported` came from a file, so their order is that of
    the survey. Themes are those that were coded themselves, without the ones above them.
    """

    question: Question
    codebook: Codebook
    coders: tuple[str, ...]
    rule: Rule
    answered: int
    read: int
    imported: int
    arrivals: tuple[Arrival, ...]
    found: Saturated

    @property
    def curve(self) -> list[int]:
        """How many themes had come up after each response, from none at all: read + 1 numbers."""
        return list(accumulate(new_of(self.arrivals, self.read), initial=0))

    @property
    def later(self) -> int | None:
        """How many themes came up after the run that showed saturation; None where none did."""
        if self.found.after is None:
            return None
        return sum(arrival.place > self.found.after + self.rule.run for arrival in self.arrivals)


def new_of(arrivals: Sequence[Arrival], read: int) -> list[int]:
    """How many themes came up in each of the responses."""
    new = [0] * read
    for arrival in arrivals:
        new[arrival.place - 1] += 1
    return new


def saturations(project: Project, cut: Cut, rule: Rule) -> tuple[Saturation, ...]:
    """Each open question in each wave, by the codings that the cut names."""
    with project.read() as connection:
        scope = counts.read_scope(connection, coder=cut.coder)
        codebook = store_codebook.read_codebook(connection)
        found = []
        for question in asked_in(cut, corpus.read_questions(connection, QuestionKind.OPEN)):
            order = reviews.reading_order(connection, question.id, scope.coder_ids)
            places = {response: place for place, response in enumerate(order, 1)}
            first = {}
            for theme_id, responses in counts.read_coded_responses(connection, question.id, scope.coder_ids).items():
                if read := [places[response] for response in responses if response in places]:
                    first[theme_id] = min(read)
            arrivals = tuple(
                Arrival(theme_id, first[theme_id], order[first[theme_id] - 1])
                for theme_id in sorted(first, key=lambda t: (first[t], t))
            )
            found.append(
                Saturation(
                    question=question,
                    codebook=codebook,
                    coders=tuple(scope.coders),
                    rule=rule,
                    answered=corpus.count_answered(connection, question.id),
                    read=len(order),
                    imported=reviews.count_imported(connection, question.id, scope.coder_ids),
                    arrivals=arrivals,
                    found=saturation(new_of(arrivals, len(order)), rule),
                )
            )
    return tuple(found)


def saturations_json(found: Sequence[Saturation]) -> dict[str, Any]:
    """Saturation as the JSON that docs/counts.md documents."""
    return {
        "coders": list(found[0].coders) if found else [],
        "method": METHOD,
        "questions": [
            {
                "question": one.question.key,
                "prompt": one.question.prompt,
                "wave": one.question.wave or None,
                "answered": one.answered,
                "read": one.read,
                "imported": one.imported,
                "base_size": one.rule.base,
                "run_length": one.rule.run,
                "threshold": 100 * one.rule.threshold,
                "themes": len(one.arrivals),
                "saturated_after": one.found.after,
                "base_themes": one.found.base_themes,
                "new_in_run": one.found.new,
                "later": one.later,
                "percent": None if one.found.share is None else 100 * one.found.share,
                "reason": one.found.reason or None,
                "arrivals": [
                    {
                        "response": arrival.place,
                        "theme": one.codebook.by_id[arrival.theme_id].name,
                        "path": list(one.codebook.path(arrival.theme_id)),
                    }
                    for arrival in one.arrivals
                ],
            }
            for one in found
        ],
    }


def saturation_rows(found: Sequence[Saturation]) -> tuple[list[str], Iterator[list[str | int | float | None]]]:
    """The curves as a table: a row per question and theme, where it came up and how many had by then."""

    def rows() -> Iterator[list[str | int | float | None]]:
        for one in found:
            curve = one.curve
            for arrival in one.arrivals:
                yield [
                    one.question.key,
                    one.question.wave,
                    arrival.place,
                    one.codebook.by_id[arrival.theme_id].name,
                    path_of(one.codebook, arrival.theme_id),
                    curve[arrival.place],
                ]

    return ["question", "wave", "response", "theme", "path", "themes"], rows()
