"""Studies with known figures, as projects made through the imports."""

import csv
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from coder.formats.survey.plan import PlanOptions
from coder.imports import SurveyRequest, import_codebook, import_codings, import_survey
from tests.cli.commands import table

GOLD = Path(__file__).parent
_NONE = ("", "n/a")


def replication(folder: Path) -> Path:
    """The study of replication in software engineering: its ids, themes and codings, with texts of our own."""
    with (GOLD / "replication3r_codings.csv").open(newline="") as file:
        answered = sorted({(row["participant_id"], row["question"]) for row in csv.DictReader(file)})
    survey, path = folder / "survey.csv", folder / "study.coder"
    table(survey, ("participant_id", "question", "text"), *((w, q, f"What {w} thinks of {q}") for w, q in answered))
    import_survey(survey, path, SurveyRequest(), coder_name="authors")
    import_codebook(GOLD / "replication3r_codebook.csv", path, coder_name="authors")
    import_codings(GOLD / "replication3r_codings.csv", path, coder_name="authors")
    return path


def replication_with_texts(data: Path, folder: Path) -> Path:
    """The same study from the file that its survey tool exported."""
    path = folder / "study.coder"
    import_survey(data / "raw" / "Survey-responses.xlsx", path, SurveyRequest(), coder_name="authors")
    import_codebook(data / "codebook.csv", path, coder_name="authors")
    import_codings(data / "codes.csv", path, coder_name="authors")
    return path


def published() -> Iterator[tuple[str, str, str, int, int, int | None]]:
    """(question, level, name, count as printed, distinct participants, assignments) of the study of replication."""
    with (GOLD / "replication3r_tallies.csv").open(newline="") as file:
        for row in csv.DictReader(file):
            yield (
                row["question"],
                row["level"],
                row["name"],
                int(row["count_published"]),
                int(row["distinct_participants_recount"] or row["count_published"]),
                int(row["assignments_recount"]) if row["assignments_recount"] else None,
            )


def made(
    folder: Path,
    columns: Mapping[str, Sequence[object]],
    themes: Mapping[str, Mapping[str, Sequence[int]]] = {},
    ratings: Sequence[str] = (),
) -> Path:
    """A study of P00, P01, ...: by column what each gave; by question and theme the numbers of those coded with it.

    Whoever answered such a question, by more than a placeholder, has been read. `Q (start)` and `Q (end)` are waves.
    """
    path = folder / "study.coder"
    people = [f"P{i:02}" for i in range(len(next(iter(columns.values()))))]
    survey = table(folder / "survey.csv", ("participant_id", *columns), *zip(people, *columns.values(), strict=True))
    roles = PlanOptions(open=[c for c in columns if c not in ratings], rating=ratings)
    import_survey(survey, path, SurveyRequest(roles), coder_name="Ana")
    if not themes:
        return path
    names = dict.fromkeys((_wave(column)[0], theme) for column, found in themes.items() for theme in found)
    import_codebook(table(folder / "codebook.csv", ("question", "theme"), *names), path, coder_name="Ana")
    coded = [(people[i], *_wave(c), theme) for c, found in themes.items() for theme, who in found.items() for i in who]
    read = [(who, *_wave(c)) for c in themes for who, text in zip(people, columns[c], strict=True) if text not in _NONE]
    header = ("participant_id", "question", "wave")
    import_codings(
        table(folder / "codings.csv", (*header, "theme"), *coded),
        path,
        coder_name="Ana",
        reviewed=table(folder / "reviewed.csv", header, *read),
    )
    return path


def _wave(column: str) -> tuple[str, str]:
    """The question of a column, and its wave."""
    question, _, wave = column.partition(" (")
    return question, wave.rstrip(")")
