"""The figures and the report of a real survey: 4,390 patients' answers to five questions (nhs_fft), all coded.

python -m benchmarks.report [--data FOLDER] [--keep FOLDER]

Beside pandas, which counts the same from the exported codings: distinct participants by theme and trust, and the mean
rating of those who have each theme. It reads CSV files; coder opens a project that people code in.
"""

import argparse
import csv
import json
import resource
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from benchmarks.measure import Row, in_a_process, seconds, show
from coder.analysis.crosstab import crosstab
from coder.analysis.ratings import beside
from coder.analysis.tally import Cut
from coder.domain.corpus import DEFAULT_PLACEHOLDERS
from coder.exports import ExportKind, export
from coder.formats.survey.plan import PlanOptions
from coder.imports import SurveyRequest, import_codebook, import_codings, import_survey
from coder.store.project import open_project

RAW = "v6framework_230831.csv"
RATING, TRUST, SERVICE = "How was your experience of our service?", "trust", "service"
RATINGS = tuple("12345")  # the rest of what the file has there is ‘don't know’
CODER, NO_ANSWER = "trusts", "Did not answer"


def build(data: Path, folder: Path) -> Path:
    """The survey as a project, through the imports: texts, ratings, trusts, themes, and the agreed codings."""
    path = folder / "nhs.coder"
    path.unlink(missing_ok=True)
    with (data / "raw" / RAW).open(newline="", encoding="utf-8") as file:
        facts = {row["Respondent ID"]: row for row in csv.DictReader(file)}
    texts, codes = (list(_rows(data / name)) for name in ("responses.csv", "codes.csv"))
    questions = list(dict.fromkeys(t["question"] for t in texts))
    answers: dict[str, dict[str, str]] = {}
    for t in texts:
        answers.setdefault(t["participant_id"], {})[t["question"]] = t["text"]
    survey, codebook, reviewed = (folder / f"{name}.csv" for name in ("survey", "codebook", "reviewed"))
    wide = ([who, *(said.get(q, "") for q in questions), *_known(facts[who])] for who, said in answers.items())
    _write(survey, ["participant_id", *questions, RATING, TRUST, SERVICE], wide)
    _write(codebook, ["theme"], ([theme] for theme in dict.fromkeys(row["theme"] for row in codes)))
    _write(reviewed, ["participant_id", "question"], ([t["participant_id"], t["question"]] for t in texts))
    options = PlanOptions(open=questions, rating=(RATING,), attribute=(TRUST, SERVICE), placeholders=(NO_ANSWER,))
    import_survey(survey, path, SurveyRequest(options), coder_name=CODER)
    import_codebook(codebook, path, coder_name=CODER)
    import_codings(data / "codes.csv", path, coder_name=CODER, reviewed=reviewed)
    return path


def _known(facts: Mapping[str, str]) -> tuple[str, str, str]:
    rating = facts["FFT categorical answer"]
    return rating if rating in RATINGS else "", facts["Trust"], facts["Service type 1"]


def _rows(path: Path) -> Iterator[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as file:
        yield from csv.DictReader(file)


def _write(path: Path, header: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([header, *rows])


NONE = [text.casefold() for text in (*DEFAULT_PLACEHOLDERS, NO_ANSWER)]
# What pandas does for the same figures, in a process of its own: codings and survey in; distinct participants by theme
# and trust, and the mean rating of those with each theme and of those without, question by question.
PEER = f"""
import sys, pandas as pd
columns = ["participant_id", "question", "theme", "text"]
codings = pd.read_csv(sys.argv[1], usecols=columns, dtype=str, keep_default_na=False)
people = pd.read_csv(sys.argv[2], dtype={{"participant_id": str}}).set_index("participant_id")
people = people[["{TRUST}", "{RATING}"]].set_axis(["trust", "rating"], axis="columns")
answered = ~codings["text"].str.strip().str.casefold().isin({NONE})
codings = codings[answered].join(people, on="participant_id")
by_trust = codings.groupby(["question", "theme", "trust"])["participant_id"].nunique()
once = codings.drop_duplicates(["question", "theme", "participant_id"])
having = once.groupby(["question", "theme"])["rating"].agg(["sum", "count"])
read = once.drop_duplicates(["question", "participant_id"]).groupby("question")["rating"].agg(["sum", "count"])
lacking = read.reindex(having.index, level="question") - having
means = pd.concat([side["sum"] / side["count"] for side in (having, lacking)], axis="columns")
if len(sys.argv) > 3:
    by_trust.to_json(sys.argv[3] + "/by_trust.json", orient="table")
    means.to_json(sys.argv[3] + "/means.json", orient="table")
"""


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--data", type=Path, default=Path(__file__).resolve().parents[2] / "shared/data/nhs_fft")
    options.add_argument("--keep", type=Path)
    given = options.parse_args()
    if not given.data.is_dir():
        print(f"Figures and report: skipped, the data is not here ({given.data.name})")
        return 0
    folder = given.keep or Path(tempfile.mkdtemp())
    folder.mkdir(parents=True, exist_ok=True)
    path = build(given.data, folder)
    with open_project(path) as project:
        export(ExportKind.CODINGS, project, folder / "codings.csv", raw=True)
    rows = [*figures(path, folder), *reports(path, folder)]
    return 0 if show("Figures and report: 4,390 participants, 7,394 responses, 46 themes, 5 questions", rows) else 1


def figures(path: Path, folder: Path) -> list[Row]:
    """The crosstab by trust and the rating beside all themes: as calls, and as whole commands, opening included."""
    script = (sys.executable, "-c", PEER, str(folder / "codings.csv"), str(folder / "survey.csv"))
    subprocess.run((*script, str(folder)), check=True)
    check(path, folder)
    run = (sys.executable, "-m", "coder")
    (peer, peer_busy), (by_trust, by_trust_busy), (rated, rated_busy) = (
        _best(command)
        for command in (
            script,
            (*run, "crosstab", str(path), TRUST, "--test", "--json"),
            (*run, "ratings", str(path), "--beside", "all", "--json"),
        )
    )
    called = min(seconds(lambda: _figures(path)) for _ in range(5))
    whole = by_trust + rated
    return [
        Row("crosstab by trust, tested, and rating beside themes, as calls", called, "", 0, "2 s", called < 2),
        Row("coder crosstab, and coder ratings --beside all", whole, "one script of pandas", peer, "2 s", whole < 2),
        Row("  their processor time", by_trust_busy + rated_busy, "", peer_busy, "", None),
    ]


def _best(command: Sequence[str], runs: int = 5) -> tuple[float, float]:
    """The shortest wall time of a whole process, and the least processor time: what an idle machine would take."""
    times, busy = [], []
    for _ in range(runs):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        times.append(seconds(lambda: subprocess.run(command, check=True, capture_output=True)))
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        busy.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    return min(times), min(busy)


def _figures(path: Path) -> None:
    with open_project(path) as project:
        crosstab(project, Cut(by=TRUST), test=True)
        beside(project, Cut())


def check(path: Path, folder: Path) -> None:
    """The figures are those of pandas."""
    by_trust, means = (json.loads((folder / f"{n}.json").read_text())["data"] for n in ("by_trust", "means"))
    expected = {(r["question"], r["theme"], r["trust"]): r["participant_id"] for r in by_trust}
    with open_project(path) as project:
        tables, rated = crosstab(project, Cut(by=TRUST)).tables, beside(project, Cut())
    for table in tables:
        for group in table.groups:
            for theme in group.counted.themes:
                name = table.codebook.by_id[theme.theme_id].name
                assert theme.participants == expected.get((table.question.key, name, group.value), 0)
    averages = {(r["question"], r["theme"]): (r["0"], r["1"]) for r in means}
    for one in rated:
        for theme in one.themes:
            with_it, without = averages.get((one.question.key, one.codebook.by_id[theme.theme_id].name), (None, None))
            if with_it is not None and without is not None:
                assert theme.having.mean is not None and theme.lacking.mean is not None
                assert abs(theme.having.mean - with_it) < 1e-9 and abs(theme.lacking.mean - without) < 1e-9


def reports(path: Path, folder: Path) -> list[Row]:
    """The report of all five questions, as whole commands."""
    rows = []
    for kind in ("html", "docx", "md"):
        out = folder / f"report.{kind}"
        out.unlink(missing_ok=True)
        took, memory = in_a_process("coder", "report", str(path), str(out))[1:]
        what = f"coder report, {kind}, {out.stat().st_size / 2**20:.1f} MB"
        rows.append(Row(what, took, "", 0, "20 s", took < 20))
        rows.append(Row("  peak memory", memory, "", 0, "", None, "MB"))
    return rows


if __name__ == "__main__":
    sys.exit(main())
