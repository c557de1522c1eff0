"""The options and arguments that several commands share, declared once."""

import csv
from pathlib import Path

import click

PATH = click.Path(path_type=Path)

project = click.argument("project", type=PATH)
source = click.argument("file", type=PATH)
as_json = click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
as_csv = click.option("--csv", "as_csv", is_flag=True, help="Print the result as CSV.")


def one_form(as_json: bool, as_csv: bool) -> None:
    """Refuse both forms at once."""
    if as_json and as_csv:
        raise click.UsageError("--json or --csv, not both.")


question = click.option(
    "--question", metavar="Q", default="", help="One question alone: its key, or the code that begins it."
)
whose = click.option("--coder", "coder_name", metavar="NAME", default="", help="The codings of one coder alone.")
base = click.option(
    "--base",
    type=click.Choice(("reviewed", "answered", "asked", "all")),
    default="reviewed",
    show_default=True,
    help="Whom percentages are of.",
)
fewest = click.option(
    "--smallest-group",
    "fewest",
    type=click.IntRange(min=1),
    metavar="N",
    default=5,
    show_default=True,
    help="Warn where fewer share the attributes that are shown.",
)
census = click.option("--census", is_flag=True, help="Everybody was asked: no intervals.")
coder = click.option(
    "--coder", "coder_name", metavar="NAME", help="Who acts (else the last coder here, or your login name)."
)
encoding = click.option("--encoding", metavar="NAME", help="The file's character encoding, e.g. cp1252.")


def names(text: str) -> tuple[str, ...]:
    """The names in `A,B`; one with a comma in it stands in double quotes."""
    return tuple(name for row in csv.reader([text], skipinitialspace=True) for name in map(str.strip, row) if name)


def acting(coder_name: str | None, path: Path) -> str:
    """The name of the person who acts: given, else the last coder of the project, else the login name."""
    from coder.session import last_coder, login_name
    from coder.store.project import open_project, project_path

    if coder_name is not None:
        if not coder_name.strip():
            raise click.UsageError("--coder needs a name.")
        return coder_name
    if not project_path(path).exists():
        return login_name()
    with open_project(path) as project:
        return last_coder(project)
