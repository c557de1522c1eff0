"""coder demo: the main job on the sample survey."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from coder.cli import options
from coder.cli.output import result, result_json, say
from coder.errors import NotEnoughError

if TYPE_CHECKING:
    from coder.store.project import Project

_CODER = "Ana"
_PROJECT = "training_programme.coder"
_TABLES = ("tally.csv", "codings.csv", "matrix.csv", "quotes.csv")
_REPORT, _TITLE = "report.html", "Training programme: what participants said"


@click.command()
@click.argument("folder", type=options.PATH, default="coder-demo")
@click.option("--no-screen", is_flag=True, help="Don't open the coding screen at the end.")
@options.as_json
def demo(folder: Path, no_screen: bool, as_json: bool) -> None:
    """Run the main job on a synthetic survey of 33 participants: import, codings, suggestions, tally, report, exports.

    Everything goes to FOLDER (coder-demo unless you name one); in a terminal the coding screen opens at the end.
    Run again, it goes on with what is there.
    """
    from coder.analysis.tally import tally, tally_json
    from coder.cli.tally import show_tally
    from coder.demonstration import import_samples
    from coder.exports import ExportKind, export
    from coder.report.compose import compose
    from coder.report.files import write_report
    from coder.report.request import Request
    from coder.store.project import open_project

    tell = say if as_json else result
    path = folder / _PROJECT
    tell("The survey of a training programme (synthetic: every word is invented), asked at its start and end.")
    for line in ["It is there already; going on with it."] if path.exists() else import_samples(path):
        tell(f"  {line}")
    with open_project(path) as project:
        tell(f"  4. {_suggested(project)}")
        for name in _TABLES:
            export(ExportKind(Path(name).stem), project, folder / name)
        counted = tally(project)
        write_report(compose(project, Request(title=_TITLE), out=_REPORT), folder / _REPORT)
    files = [str(folder / name) for name in (_PROJECT, _REPORT, *_TABLES)]
    if as_json:
        result_json({"files": files, "tally": tally_json(counted)})
        return
    result("  5. Counted each participant once per theme:")
    result()
    show_tally(counted)
    result()
    result("  6. Wrote the report: method, figures, quotes, and behind every number its people and their words.")
    result()
    result("The files:")
    for file in files:
        result(f"  {file}")
    result(f"Go on coding: coder {path}")
    if not no_screen and sys.stdin.isatty() and sys.stdout.isatty():
        from coder.cli.coding import open_screen

        click.pause("\nAny key opens the coding screen (F1 there shows the keys, ctrl+q leaves it) ...", err=True)
        open_screen(path, _CODER)


def _suggested(project: "Project") -> str:
    from coder.session import Session
    from coder.suggesting import SuggestionRun

    try:
        run = SuggestionRun(project)
    except NotEnoughError as error:
        return f"No suggestions: {error.message}"
    responses = sum(len(page) for page, _ in run.suggest_all())
    run.log(Session(project, _CODER).coder_id)
    return (
        f"Learnt from {run.trained_on} of them: {run.suggested} suggestions for {responses} others (they never count)."
    )
