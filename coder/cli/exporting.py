"""coder export: tables out of a project."""

from pathlib import Path

import click

from coder.cli import options
from coder.cli.output import result, result_json, say

_KINDS = ("tally", "codings", "matrix", "codebook", "quotes", "memos")


@click.command("export")
@click.argument("kind", type=click.Choice(_KINDS))
@options.project
@options.source
@click.option("--raw", is_flag=True, help="For programs: CSV without BOM, cells that look like formulas as they are.")
@options.as_json
def exporting(kind: str, project: Path, file: Path, raw: bool, as_json: bool) -> None:
    """Write the tally, codings, matrix, quotes, memos or codebook of a project to FILE.

    FILE is a .csv or .xlsx; a codebook may be a .yaml, too.

    CSV is made for spreadsheets: a cell that would run as a formula gets a ' in front, which our own imports take
    away again. --raw leaves it out.
    """
    from coder.exports import ExportKind, export
    from coder.store.project import open_project

    with open_project(project) as opened:
        done = export(ExportKind(kind), opened, file, raw=raw)
    if as_json:
        result_json({"file": str(done.path), "rows": done.rows, "notices": list(done.notices)})
        return
    for notice in done.notices:
        say(f"Note: {notice}")
    result(f"{done.path}: {done.rows} rows.")
