"""coder demo: the main job on the sample survey."""

import sys
from pathlib import Path

import click

from coder.cli import options
from coder.cli.output import result, say

_CODER = "Ana"
_TABLES = ("tally.csv", "codings.csv", "matrix.csv", "quotes.csv")


@click.command()
@click.argument("folder", type=options.PATH, default="coder-demo")
@click.option("--no-screen", is_flag=True, help="Don't open the coding screen at the end.")
def demo(folder: Path, no_screen: bool) -> None:
    """Run the main job on a synthetic survey of 33 participants: import, codings, suggestions, tally, exports.

    Everything goes to FOLDER (coder-demo unless you name one); in a terminal the coding screen opens at the end.
    Run again, it goes on with what is there.
    """
    from coder.analysis import SuggestionRun, tally
    from coder.cli.tally import show_tally
    from coder.exports import ExportKind, export
    from coder.imports import SurveyRequest, import_codebook, import_codings, import_survey
    from coder.samples import sample
    from coder.session import Session
    from coder.store.project import open_project

    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "training_programme.coder"
    survey = sample("corpora", "training_programme.csv")
    _, taken = import_survey(survey, path, SurveyRequest(), coder_name=_CODER)
    c = taken.counts
    result("The survey of a training programme (synthetic: every word is invented), asked at its start and end.")
    result(f"  1. Imported {c['rows']} participants with {c['answered']} answered open questions.")
    book = import_codebook(sample("codebooks", "training_programme.yaml"), path, coder_name=_CODER)
    codings = import_codings(
        sample("corpora", "training_programme_codings.csv"),
        path,
        coder_name=_CODER,
        reviewed=sample("corpora", "training_programme_reviewed.csv"),
    )
    result(
        f"  2. Imported the codebook: {book.counts['themes']} themes."
        if book.changed
        else "  2. The codebook is there."
    )
    if codings.changed:
        n = codings.counts
        done = f"{n['codings']} codings with {n['highlights']} highlights"
        result(f"  3. Imported {_CODER}'s reading of {n['reviewed']} responses: {done}.")
    else:
        result(f"  3. {_CODER}'s coding is there.")
    with open_project(path) as project:
        run = SuggestionRun(project).run()
        run.log(Session(project, _CODER).coder_id)
        result(
            f"  4. Learnt from {run.trained_on} of them: {run.suggested} suggestions for {run.responses} others "
            "(they never count)."
        )
        for name in _TABLES:
            export(ExportKind(Path(name).stem), project, folder / name)
        result("  5. Counted each participant once per theme:")
        result()
        show_tally(tally(project))
    result()
    result("The files:")
    for name in (path.name, *_TABLES):
        result(f"  {folder / name}")
    result(f"Go on coding: coder {path}")
    if not no_screen and sys.stdin.isatty() and sys.stdout.isatty():
        from coder.cli.coding import open_screen

        say("")
        click.pause("Press any key to open the coding screen (F1 there shows the keys, ctrl+q leaves it) ...", err=True)
        open_screen(path, _CODER)
