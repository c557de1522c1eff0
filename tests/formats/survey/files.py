"""Small survey files for tests."""

import csv
import io
from collections.abc import Mapping, Sequence
from pathlib import Path

from coder.domain.corpus import SurveyRow
from coder.formats.survey.detect import Table, open_table
from coder.formats.survey.guess import guess_plan
from coder.formats.survey.plan import PlanOptions
from coder.formats.survey.read import Survey, read_survey

COMMENTS = ("I liked the people that I met", "The talks were long but good", "More time for the project, please")


def csv_text(rows: Sequence[Sequence[str]], delimiter: str = ",") -> str:
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=delimiter, lineterminator="\r\n").writerows(rows)
    return out.getvalue()


def table_of(folder: Path, rows: Sequence[Sequence[str]], name: str = "survey.csv") -> Table:
    path = folder / name
    path.write_text(csv_text(rows), encoding="utf-8", newline="")
    return open_table(path)


def columns_of(folder: Path, columns: Mapping[str, Sequence[str]]) -> Table:
    """A file with these columns, each with the same number of cells."""
    return table_of(folder, [list(columns), *map(list, zip(*columns.values(), strict=True))])


def survey_of(table: Table, options: PlanOptions | None = None) -> tuple[Survey, list[SurveyRow]]:
    survey = read_survey(table, guess_plan(table, options))
    return survey, list(survey.rows())
