"""coder figures: what the counts look like, as files or in the terminal."""

from pathlib import Path

import click

from coder.cli import options
from coder.cli.output import progress, result, result_json, say, width

_PAGE = 100  # columns where the output is no terminal
_MOST = 160


@click.command()
@options.project
@click.argument("folder", type=options.PATH, required=False)
@options.question
@click.option("--by", metavar="ATTRIBUTE", default="", help="Also the themes by the values of an attribute.")
@options.whose
@options.base
@options.census
@click.option(
    "--format",
    "form",
    type=click.Choice(["svg", "png", "both"]),
    default="both",
    show_default=True,
    help="Which files.",
)
@click.option(
    "--dpi", type=click.IntRange(50, 1200), metavar="N", default=300, show_default=True, help="Dots an inch of a PNG."
)
@options.as_json
def figures(
    project: Path,
    folder: Path | None,
    question: str,
    by: str,
    coder_name: str,
    base: str,
    census: bool,
    form: str,
    dpi: int,
    as_json: bool,
) -> None:
    """Draw every figure of a project into FOLDER; without a FOLDER, print them as characters.

    SVG is for the web and for layout programs, and follows a dark screen; PNG is for print. figures.json says which
    file shows what, with the words that stand for each figure where it can't be seen.
    """
    from coder import charts
    from coder.analysis.tally import Cut
    from coder.domain.tally import Base
    from coder.picturing import pictures
    from coder.store.project import open_project

    with open_project(project) as opened:
        drawn = list(pictures(opened, Cut(question, by, coder_name, Base(base), census)))
    if folder is None:
        if as_json:
            from coder.figures import entry

            result_json({"figures": [entry(picture) for picture in drawn]})
            return
        if not drawn:
            say("There is no figure yet: nothing has been counted.")
        room = min(width() if width() < 1_000 else _PAGE, _MOST)
        for at, picture in enumerate(drawn):
            if at:
                result()
                result()
            for line in charts.text(picture.spec, room):
                result(line)
        return
    from coder.figures import Format, write_figures

    with progress("Drawing", "figures", len(drawn)) as done:
        written = write_figures(drawn, folder, form=Format(form), dpi=dpi, progress=done)
    if as_json:
        result_json({"index": str(written.index), "files": [str(file) for file in written.files]})
        return
    for file in written.files:
        result(str(file))
    result(f"{written.index}: which is which, and each in words.")
