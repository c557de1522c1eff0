"""A project as pandas frames, for those who go on in a notebook: `import coder`, `coder.open("mine.coder")`.

Nothing can be changed through it, and its counts are those of the command line (docs/notebook.md).
"""

import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from pandas.api.extensions import ExtensionDtype

from coder.analysis.crosstab import crosstab, crosstab_rows
from coder.analysis.matrix import matrix
from coder.analysis.rating_tables import rating_rows
from coder.analysis.ratings import RatingCut, ratings
from coder.analysis.tally import Cut, asked_in, tally, tally_rows
from coder.analysis.waves import change_rows, compare
from coder.domain.codebook import PATH_SEPARATOR
from coder.domain.corpus import QuestionKind, Status
from coder.domain.rating import read_number
from coder.domain.tally import Base
from coder.errors import CoderError, NotFoundError
from coder.formats.codebook import codebook_table
from coder.formats.codings import matrix_heads
from coder.store import codebook as store_codebook
from coder.store import corpus, counts, listing, quotes
from coder.store.project import Project, open_project

_TEXT = pd.StringDtype()
_WHOLE = (
    "response_id part start end participants assignments base other_participants other_base kept gained lost neither n"
)
_REAL = (
    "percent low high other_percent before_percent after_percent points points_low points_high p raw_p exact_p mid_p "
    "number mean median sd mean_low mean_high median_low median_high"
)
# What is not text, by the column's name. Missing is missing: no dtype here makes a 0 or a NaN of it.
_DTYPES: Mapping[str, ExtensionDtype] = {
    **dict.fromkeys(_WHOLE.split(), pd.Int64Dtype()),
    **dict.fromkeys(_REAL.split(), pd.Float64Dtype()),
    **dict.fromkeys(("reviewed", "starred"), pd.BooleanDtype()),
    "status": pd.CategoricalDtype([status.value for status in Status]),
    "kind": pd.CategoricalDtype([kind.value for kind in QuestionKind if kind is not QuestionKind.OPEN]),
}


def open(path: str | os.PathLike[str]) -> "ReadOnlyProject":
    """The project of this name or path, for reading only: `with coder.open("mine.coder") as project: ...`.

    Raises coder's ProjectError for a file that is absent, no project, damaged, or of another version of coder.
    """
    return ReadOnlyProject(open_project(Path(path), read_only=True))


class ReadOnlyProject:
    """What is in a project, as pandas frames; each is as the project stands when it is asked for.

    Texts have dtype `string`, exactly as the survey has them (what reads "N/A" is a text), with ▇ for each masked
    character. A `wave` is "" where a question has none. Questions are named as on the command line: by their key, or
    the code that begins it.
    """

    def __init__(self, project: Project) -> None:
        self._project = project

    def __enter__(self) -> "ReadOnlyProject":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the file."""
        self._project.close()

    def __repr__(self) -> str:
        try:
            with self._project.read() as connection:
                people = len(counts.all_participants(connection))
                questions = len(corpus.read_questions(connection, QuestionKind.OPEN))
                themes = len(store_codebook.read_codebook(connection).themes)
        except CoderError as error:
            return f"<coder project: {error.message}>"
        path = str(self._project.path)
        return (
            f"<coder project {path!r}, read only: {people:,} participants, {questions} open questions, {themes} themes>"
        )

    def responses(self, question: str = "") -> pd.DataFrame:
        """A row for each response, blanks and placeholders included.

        Columns: response_id, participant_id, question, wave, part, text, status (category: answered, blank,
        placeholder), reviewed (boolean: by some coder).
        """
        with self._project.read() as connection:
            asked = asked_in(Cut(question), corpus.read_questions(connection, QuestionKind.OPEN))
            listed = listing.list_responses(connection, [q.id for q in asked])
            rows = [
                (r.response_id, r.participant, r.question, r.wave, r.part, r.text, r.status.value, r.reviewed)
                for r in listed
            ]
        header = ["response_id", "participant_id", "question", "wave", "part", "text", "status", "reviewed"]
        return _frame(header, rows)

    def codings(self, question: str = "", coder: str = "") -> pd.DataFrame:
        """A row for each highlight under a theme, or for the coding of a whole response (start and end are missing).

        Columns: response_id, participant_id, question, wave, part, theme, path, coder, start, end (code points, end
        exclusive), text (the highlighted words, or the response), starred. Codings of archived themes and of texts
        that a later import replaced are left out, those of placeholders are there: they are in no count.
        """
        header = ["response_id", "participant_id", "question", "wave", "part", "theme", "path", "coder"]
        rows = []
        with self._project.read() as connection:
            asked = asked_in(Cut(question), corpus.read_questions(connection, QuestionKind.OPEN))
            coders = list(counts.find_coders(connection, coder).values()) if coder else None
            book = store_codebook.read_codebook(connection)
            named = {theme.id: (theme.name, PATH_SEPARATOR.join(book.path(theme.id))) for theme in book.themes}
            for one in asked:
                for q in quotes.read_quotes(connection, question_id=one.id, coder_ids=coders, counted=False):
                    start, end = (None, None) if q.span is None else (q.span.start, q.span.end)
                    where = (q.response_id, q.participant, q.question, q.wave, q.part)
                    rows.append((*where, *named[q.theme_id], q.coder, start, end, q.text, q.starred))
        return _frame([*header, "start", "end", "text", "starred"], rows)

    def tally(self, question: str = "", by: str = "", base: str = "reviewed", coder: str = "") -> pd.DataFrame:
        """How many participants mention each theme, each counted once: `coder tally`, with the same columns.

        Columns: question, wave, group (with `by`, an attribute), theme, path, participants, assignments, base,
        percent, low, high (95 % Wilson interval). Where the base is nobody, the last three are missing.
        """
        return _frame(*tally_rows(tally(self._project, Cut(question, by, coder, _base(base)))))

    def crosstab(
        self, attribute: str, question: str = "", base: str = "reviewed", coder: str = "", test: bool = False
    ) -> pd.DataFrame:
        """The themes by the values of an attribute, and how each value differs: `coder crosstab`, with its columns.

        Columns: question, wave, value, theme, path, participants, base, percent, low, high; against (what the value
        is compared with), other_participants, other_base, other_percent, points (percent less other_percent),
        points_low, points_high (95 % Newcombe interval), p (Fisher's exact test, adjusted after Holm; with `test`),
        raw_p, reason (why something is missing).
        """
        found = crosstab(self._project, Cut(question, attribute, coder, _base(base)), test=test)
        return _frame(*crosstab_rows(found))

    def compare(self, question: str = "", coder: str = "") -> pd.DataFrame:
        """What changed between two waves among the same participants: `coder compare`, with the same columns.

        Columns: question, before, after (waves), theme, path, base, kept, gained, lost, neither, before_percent,
        after_percent, points, low, high (95 % Newcombe interval of the difference), exact_p, mid_p (McNemar), reason.
        """
        return _frame(*change_rows(compare(self._project, Cut(question, coder=coder))))

    def answers(self, question: str = "") -> pd.DataFrame:
        """A row for each answer that is not a text: a rating, a choice, or an option that was chosen.

        Columns: participant_id, question, wave, kind (category: rating, choice, multi), option (of a multi question,
        else ""), value (text, as it came), number (of a rating; missing where the value is none).
        """
        header = ["participant_id", "question", "wave", "kind", "option", "value", "number"]
        rows = []
        with self._project.read() as connection:
            closed = [q for q in corpus.read_questions(connection) if q.kind is not QuestionKind.OPEN]
            asked = {q.id: q for q in asked_in(Cut(question), closed)}
            for who, at, option, value in listing.list_answers(connection, list(asked)):
                of = asked[at]
                number = read_number(value) if of.kind is QuestionKind.RATING else None
                rows.append((who, of.key, of.wave, of.kind.value, option, value, number))
        return _frame(header, rows)

    def ratings(self, question: str = "", by: str = "") -> pd.DataFrame:
        """What participants rated: `coder ratings`, with the same columns.

        Columns: rating, wave, group (with `by`, an attribute), n, mean, median, sd, mean_low, mean_high, median_low,
        median_high (95 % bootstrap intervals), reason (why something is missing).
        """
        cut = RatingCut(question, by=by)
        return _frame(*rating_rows(ratings(self._project, cut), cut))

    def matrix(self, question: str = "", coder: str = "") -> pd.DataFrame:
        """Who has which theme: 1, 0 (read, and not coded), or missing (not known).

        The index is participant_id; a column of Int8 for each theme, named by its path, after `question: ` where
        there are several questions. What the tally counts on the base `reviewed` are the ones of a column.
        """
        found = matrix(self._project, Cut(question, coder=coder))
        ids = np.fromiter(found.participants, dtype=np.int64, count=len(found.participants))
        size = int(ids.max(initial=0)) + 1
        columns = []
        for i in found.indicators:
            having, known = (np.frombuffer(p.marks(size), dtype=np.int8)[ids] for p in (i.having, i.known))
            columns.append(pd.Series(pd.arrays.IntegerArray(having, known == 0)))
        heads = matrix_heads(
            [(i.question.key, i.question.wave, found.codebook.path(i.theme.id)) for i in found.indicators]
        )
        frame = pd.DataFrame(dict(enumerate(columns)), index=range(len(ids)))  # heads need not differ, numbers do
        return _by_participant(frame.set_axis(pd.Index(heads), axis="columns"), found.participants.values())

    def participants(self) -> pd.DataFrame:
        """What is known of each participant: the index is participant_id, each attribute a column of texts."""
        with self._project.read() as connection:
            names = counts.participant_names(connection)
            attributes = listing.list_attributes(connection)
        columns = {key: _column([known.get(i) for i in names], _TEXT) for key, known in attributes.items()}
        return _by_participant(pd.DataFrame(columns, index=range(len(names))), names.values())

    def codebook(self) -> pd.DataFrame:
        """The themes in the codebook's order: `coder export codebook`, with the same columns.

        Columns: theme, parent (a path), question (a row for each that the theme serves; "" for all), definition,
        include, exclude, example, keywords, colour, key.
        """
        with self._project.read() as connection:
            table = codebook_table(store_codebook.read_codebook(connection))
        return _frame(table.header, table.rows)


def _base(name: str) -> Base:
    try:
        return Base(name)
    except ValueError:
        raise NotFoundError(f"There is no base {name!r}.", problems=list(Base), hint="These are.") from None


def _by_participant(frame: pd.DataFrame, names: Iterable[str]) -> pd.DataFrame:
    """The frame with the participants, in its rows' order, as its index."""
    return frame.set_axis(pd.Index(_column(list(names), _TEXT), name="participant_id"), axis="index")


def _frame(header: Sequence[str], rows: Iterable[Sequence[object]]) -> pd.DataFrame:
    """The rows as a frame, every column of the dtype that its name has."""
    columns = list(zip(*rows, strict=True)) or [()] * len(header)
    cells = zip(header, columns, strict=True)
    return pd.DataFrame({name: _column(column, _DTYPES.get(name, _TEXT)) for name, column in cells})


def _column(cells: Sequence[object], dtype: ExtensionDtype) -> "pd.Series[Any]":
    return pd.Series(list(cells), dtype=dtype)
