"""coder log, coder undo, coder redo."""

from pathlib import Path

import click

from coder.cli import options
from coder.cli.output import columns, result, result_json


@click.command()
@options.project
@click.option("--coder", "coder_name", metavar="NAME", default="", help="What one coder did.")
@click.option("-n", "--last", type=click.IntRange(min=1), metavar="N", help="The last N events alone.")
@options.as_json
def log(project: Path, coder_name: str, last: int | None, as_json: bool) -> None:
    """Print who changed what, when; the newest last."""
    from coder.analysis.history import history
    from coder.store.project import open_project

    with open_project(project) as opened:
        entries = history(opened, coder=coder_name, limit=last)
    if as_json:
        keys = ("seq", "at", "coder", "kind", "participant", "question", "sentence")
        result_json([{k: getattr(e, k) for k in keys} | {"facts": dict(e.facts)} for e in entries])
        return
    rows = [(str(e.seq), e.at[:19].replace("T", " "), e.coder, e.participant, e.sentence) for e in entries]
    for line in (
        columns(rows, indent=0)
        if rows
        else (f"{coder_name} has done nothing here." if coder_name else "Nothing has been done in this project yet.",)
    ):
        result(line)


@click.command()
@options.project
@options.coder
@options.as_json
def undo(project: Path, coder_name: str | None, as_json: bool) -> None:
    """Take back your last action, an import too."""
    _step(project, coder_name, "undo", as_json=as_json)


@click.command()
@options.project
@options.coder
@options.as_json
def redo(project: Path, coder_name: str | None, as_json: bool) -> None:
    """Do again what was undone."""
    _step(project, coder_name, "redo", as_json=as_json)


def _step(path: Path, coder_name: str | None, act: str, *, as_json: bool) -> None:
    from coder.session import open_session

    session = open_session(path, coder_name)
    try:
        done = session.undo() if act == "undo" else session.redo()
    finally:
        session.project.close()
    if as_json:
        result_json({"changed": done.changed, "message": done.message})
    else:
        result(done.message)
