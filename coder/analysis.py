"""What is asked of a project: how many participants per theme, who did what, which words are key."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Any

from coder.domain.codebook import PATH_SEPARATOR, Codebook
from coder.domain.coding import Span
from coder.domain.corpus import Question, QuestionKind, find_questions
from coder.domain.log import LogEntry
from coder.domain.people import People
from coder.domain.tally import Base, Chain, Counted, ThemeCount, count
from coder.errors import NotFoundError
from coder.stats.intervals import wilson
from coder.store import codebook as store_codebook
from coder.store import corpus, counts, events
from coder.store.project import Project, setting

if TYPE_CHECKING:
    from coder.language.keywords import KeyTerms

NO_VALUE = "(not known)"


@dataclass(frozen=True)
class QuestionTally:
    """One question in one wave: the count over everybody and, where asked for, over each group."""

    question: Question
    codebook: Codebook
    counted: Counted
    groups: Mapping[str, Counted]


@dataclass(frozen=True)
class Tally:
    """Participants per theme, question by question; `coders` are those whose codings were joined."""

    base: Base
    by: str
    coders: tuple[str, ...]
    questions: tuple[QuestionTally, ...]


def tally(project: Project, *, question: str = "", by: str = "", coder: str = "", base: Base = Base.REVIEWED) -> Tally:
    """Count the participants per theme; of one question, by an attribute, of one coder, on another base.

    Without `coder` a theme counts that any coder found, and a response is reviewed that any coder reviewed.
    """
    with project.read() as connection:
        questions = corpus.read_questions(connection, QuestionKind.OPEN)
        if question:
            questions = find_questions(question, questions)
        coders = counts.find_coders(connection, coder)
        everyone = counts.all_participants(connection)
        groups = counts.groups(connection, by) if _groups(counts.attribute_keys(connection), by) else {}
        if groups and (rest := everyone - reduce(or_, groups.values())):
            groups[NO_VALUE] = groups.pop(NO_VALUE, People()) | rest  # last, also where a value is called so
        codebook = store_codebook.read_codebook(connection)
        tallies = []
        for asked in questions:
            sets = counts.gather(connection, asked.id, list(coders.values()) if coder else None)
            serving = codebook.for_question(asked.key, sets.coded)

            def counted(within: People | None, serving: Codebook = serving, sets: counts.Gathered = sets) -> Counted:
                return count(serving, sets, everyone=everyone, base=base, within=within, interval=wilson)

            parts = {value: counted(people) for value, people in groups.items()}
            tallies.append(QuestionTally(asked, serving, counted(None), parts))
    return Tally(base, by, tuple(coders), tuple(tallies))


def _groups(known: Sequence[str], by: str) -> bool:
    if by and by not in known:
        raise NotFoundError(
            f"Participants have no attribute {by!r}.",
            problems=list(known),
            hint="These are the attributes." if known else "Join some: coder import attributes FILE PROJECT",
        )
    return bool(by)


def tally_json(result: Tally) -> dict[str, Any]:
    """The tally as the JSON that README.md documents: percentages from 0 to 100, or null where the base is nobody."""
    questions = []
    for q in result.questions:
        entry: dict[str, Any] = {
            "question": q.question.key,
            "prompt": q.question.prompt,
            "wave": q.question.wave or None,
            "base": _chain(q.counted.chain),
            "themes": [_theme(q.codebook, t) for t in q.counted.themes],
        }
        if result.by:
            entry["groups"] = [
                {"value": value, "base": _chain(c.chain), "themes": [_theme(q.codebook, t) for t in c.themes]}
                for value, c in q.groups.items()
            ]
        questions.append(entry)
    return {"base": result.base.value, "by": result.by or None, "coders": list(result.coders), "questions": questions}


def _chain(chain: Chain) -> dict[str, int]:
    return {
        "all": chain.all,
        "asked": chain.asked,
        "answered": chain.answered,
        "reviewed": chain.reviewed,
        "with_theme": chain.with_theme,
    }


def _theme(codebook: Codebook, counted: ThemeCount) -> dict[str, Any]:
    low, high = counted.interval if counted.interval is not None else (None, None)
    return {
        "theme": codebook.by_id[counted.theme_id].name,
        "path": list(codebook.path(counted.theme_id)),
        "participants": counted.participants,
        "assignments": counted.assignments,
        "base": counted.base,
        "percent": None if counted.share is None else 100 * counted.share,
        "low": None if low is None else 100 * low,
        "high": None if high is None else 100 * high,
    }


def tally_rows(result: Tally) -> tuple[list[str], Iterator[list[str | int | float | None]]]:
    """The tally as a table: a row per question, group and theme."""
    header = ["question", "wave", *(["group"] if result.by else []), "theme", "path"]
    header += ["participants", "assignments", "base", "percent", "low", "high"]

    def rows() -> Iterator[list[str | int | float | None]]:
        for q in result.questions:
            parts = q.groups.items() if result.by else [("", q.counted)]
            for value, counted in parts:
                for t in counted.themes:
                    row = _theme(q.codebook, t)
                    yield [
                        q.question.key,
                        q.question.wave,
                        *([value] if result.by else []),
                        row["theme"],
                        PATH_SEPARATOR.join(row["path"]),
                        *(row[k] for k in ("participants", "assignments", "base", "percent", "low", "high")),
                    ]

    return header, rows()


# --- the log ---------------------------------------------------------------------------------------------


def history(project: Project, *, coder: str = "", limit: int | None = None) -> list[LogEntry]:
    """Who changed what, when; the newest last."""
    with project.read() as connection:
        return events.read_log(connection, coder=coder, limit=limit)


# --- key terms -------------------------------------------------------------------------------------------


class KeyTermFinder:
    """The likely key terms of responses, learnt question by question; spaCy is loaded at the first one."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self._learnt: dict[int, KeyTerms] = {}

    def find(self, response_id: int) -> tuple[Span, ...]:
        """Where the key terms of a response stand."""
        from coder.language.keywords import MOST_LEARNED, KeyTerms

        with self._project.read() as connection:
            response = corpus.read_response(connection, response_id)
            if response.question_id not in self._learnt:
                questions = {q.id: q for q in corpus.read_questions(connection, QuestionKind.OPEN)}
                texts = corpus.sample_texts(connection, response.question_id, MOST_LEARNED)
                language = setting(connection, "language", "en")
                prompt = questions[response.question_id].prompt
                self._learnt[response.question_id] = KeyTerms.learn(texts, language, prompt=prompt)
        return self._learnt[response.question_id].spans(response.text)
