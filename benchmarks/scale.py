"""A million responses: import, search index, and the tally over three million codings.

python -m benchmarks.scale [--responses N] [--keep FOLDER]
"""

import argparse
import csv
import json
import random
import statistics
import sys
import tempfile
from pathlib import Path

from benchmarks.measure import Row, in_a_process, seconds, show
from coder.analysis.tally import tally
from coder.domain.corpus import QuestionKind
from coder.domain.log import Kind
from coder.session import Session
from coder.store import corpus, counts, schema
from coder.store.events import acting
from coder.store.project import Project, open_project

QUESTIONS = 4
THEMES = [(f"Parent {p}", [f"Leaf {p}.{i}" for i in range(4)]) for p in range(5)]
CODINGS_PER_RESPONSE = 3


def write_survey(path: Path, responses: int) -> None:
    """A long survey of invented words, about 200 characters a response, four questions a participant."""
    rng = random.Random(1)
    words = ["".join(rng.choices("abcdefghijklmnopqrstuvwxyz", k=rng.randint(3, 11))) for _ in range(5_000)]
    texts = [" ".join(rng.choices(words, k=26)) for _ in range(2_000)]
    with path.open("w", newline="", encoding="utf-8") as file:
        out = csv.writer(file)
        out.writerow(["participant_id", "question", "text"])
        for n in range(responses):
            out.writerow([f"P{n // QUESTIONS:07}", f"Question {n % QUESTIONS}", f"{n} {texts[n % 2_000]}"])


def read_with_csv(path: Path) -> float:
    def read() -> None:
        with path.open(newline="", encoding="utf-8") as file:
            for _ in csv.reader(file):
                pass

    return statistics.median(seconds(read) for _ in range(3))


def code_at_random(project: Project, reviewed: float = 1.0) -> int:
    """Three leaf themes on every response, this share of them reviewed: written as an import writes them."""
    session = Session(project, "Ana")
    leaves = []
    for parent, children in THEMES:
        parent_id = session.create_theme(parent).theme_id
        leaves += [session.create_theme(child, parent_id=parent_id).theme_id for child in children]
    rng = random.Random(2)
    picks = [rng.sample(leaves, CODINGS_PER_RESPONSE) for _ in range(997)]
    with project.read() as connection:
        places = connection.exec_driver_sql("SELECT id, participant_id, question_id FROM response ORDER BY id").all()
    codings = 0
    with acting(project, session.coder_id, Kind.IMPORT_CODINGS, source="random", codings=0, reviews=0) as recorder:
        for start in range(0, len(places), 50_000):
            some = places[start : start + 50_000]
            rows = [(r, p, q, theme, session.coder_id, "import") for r, p, q in some for theme in picks[r % len(picks)]]
            recorder.bulk(
                schema.coding, ("response_id", "participant_id", "question_id", "theme_id", "coder_id", "origin"), rows
            )
            codings += len(rows)
            recorder.bulk(
                schema.review,
                ("response_id", "coder_id", "participant_id", "question_id", "revision"),
                [(r, session.coder_id, p, q, 1_000) for r, p, q in some if r <= reviewed * len(places)],
            )
    return codings


def leaf_counts(project: Project) -> dict[int, int]:
    """The distinct participants of every leaf theme over all questions."""
    with project.read() as connection:
        return counts.participants_per_theme(connection)


def check(project: Project) -> None:
    """The counts are those of a plain recount in Python."""
    with project.read() as connection:
        people: dict[tuple[int, int], set[int]] = {}
        for q, t, p in connection.exec_driver_sql("SELECT question_id, theme_id, participant_id FROM coding"):
            people.setdefault((q, t), set()).add(p)
        questions = corpus.read_questions(connection, QuestionKind.OPEN)
    result = tally(project)
    for question, counted in zip(questions, result.questions, strict=True):
        for theme in counted.counted.themes:
            below = counted.codebook.below(theme.theme_id)
            expected = set().union(*(people.get((question.id, t), set()) for t in below))
            assert theme.participants == len(expected), (question.key, theme)


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--responses", type=int, default=1_000_000)
    options.add_argument("--keep", type=Path)
    given = options.parse_args()
    folder = given.keep or Path(tempfile.mkdtemp())
    folder.mkdir(parents=True, exist_ok=True)
    survey, path = folder / "survey.csv", folder / "million.coder"
    if not survey.exists():
        write_survey(survey, given.responses)
    before = read_with_csv(survey)
    path.unlink(missing_ok=True)
    out, wall, peak = in_a_process("benchmarks.import_once", str(survey), str(path))
    steps = json.loads(out.splitlines()[-1])
    peer = (before + read_with_csv(survey)) / 2  # the machine's speed drifts
    rows = [
        Row("import", steps["import"], "csv.reader", peer, "8 times", steps["import"] < 8 * peer),
        Row("search index, afterwards", steps["index"], "csv.reader", peer, "", None),
        Row("import, peak memory", peak, "", 0, "500 MB", peak < 500, "MB"),
    ]
    with open_project(path) as project:
        codings = code_at_random(project)
        count = min(seconds(lambda: leaf_counts(project)) for _ in range(3))
        rows.append(Row(f"{codings:,} codings: leaf themes", count, "", 0, "0.5 s", count < 0.5))
        check(project)
    _, wall, peak = in_a_process("coder", "tally", str(path), "--json")
    rows.append(Row("coder tally, the whole command", wall, "", 0, "3 s", wall < 3))
    rows.append(Row("coder tally, peak memory", peak, "", 0, "", None, "MB"))
    return 0 if show(f"{given.responses:,} responses", rows) else 1


if __name__ == "__main__":
    sys.exit(main())
