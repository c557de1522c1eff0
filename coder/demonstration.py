"""The sample survey as a project: responses, codebook and a reading of two thirds of it."""

from pathlib import Path

from coder.imports import SurveyRequest, import_codebook, import_codings, import_survey
from coder.samples import sample

CODER = "Ana"


def import_samples(path: Path) -> list[str]:
    """Make the project; what was done, line by line."""
    path.parent.mkdir(parents=True, exist_ok=True)
    source = sample("corpora", "training_programme.csv")
    survey = import_survey(source, path, SurveyRequest(), coder_name=CODER)[1].counts
    book = import_codebook(sample("codebooks", "training_programme.yaml"), path, coder_name=CODER).counts
    codings = import_codings(
        sample("corpora", "training_programme_codings.csv"),
        path,
        coder_name=CODER,
        reviewed=sample("corpora", "training_programme_reviewed.csv"),
    ).counts
    return [
        f"1. Imported {survey['rows']} participants with {survey['answered']} answered open questions.",
        f"2. Imported the codebook: {book['themes']} themes.",
        f"3. Imported {CODER}'s reading of {codings['reviewed']} responses: {codings['codings']} codings with "
        f"{codings['highlights']} highlights.",
    ]
