"""coder report: the page that people send on."""

from pathlib import Path

import click

from coder.cli import options
from coder.cli.output import progress, result, result_json
from coder.cli.quotes import say_risks
from coder.domain.tally import Base


@click.command()
@options.project
@click.argument("out", type=options.PATH)
@click.option("--title", metavar="TEXT", default="", help="The title (else the project's name).")
@click.option("--question", "questions", metavar="Q", multiple=True, help="This question alone; may be given again.")
@click.option("--by", metavar="ATTRIBUTE", default="", help="Also the themes by the values of an attribute.")
@options.whose
@click.option(
    "--base",
    type=click.Choice([base.value for base in Base]),
    default=Base.REVIEWED.value,
    show_default=True,
    help="Whom percentages are of.",
)
@click.option("--quotes", type=click.IntRange(min=1), metavar="N", default=3, show_default=True, help="Quotes a theme.")
@click.option("--no-quotes", is_flag=True, help="No participant's words at all.")
@click.option("--attributes", is_flag=True, help="With each quote, what is known of who said it.")
@click.option("--ids", is_flag=True, help="The survey's own ids instead of pseudonyms.")
@click.option("--census", is_flag=True, help="Everybody was asked: no intervals.")
@click.option("--together", is_flag=True, help="Also who mentions both of two themes.")
@click.option("--beside", is_flag=True, help="Also the ratings of those who mention each theme, and of the others.")
@options.as_json
def report(
    project: Path,
    out: Path,
    title: str,
    questions: tuple[str, ...],
    by: str,
    coder_name: str,
    base: str,
    quotes: int,
    no_quotes: bool,
    attributes: bool,
    ids: bool,
    census: bool,
    together: bool,
    beside: bool,
    as_json: bool,
) -> None:
    """Write a report of a project to OUT, an .html, .md or .docx.

    It has the method in words, each question's themes as figure, table and quotes, the ratings and choices, changes
    between waves, and the codebook. The same project gives the same report, to the byte. OUT is replaced as one.
    """
    from coder.report.files import check_name

    check_name(out)
    from coder.report.compose import compose, steps
    from coder.report.files import write_report
    from coder.report.request import Request
    from coder.store.project import open_project

    shown = 0 if no_quotes else quotes
    chosen = (attributes, ids, census, together, beside)
    request = Request(title, questions, by, coder_name, Base(base), shown, *chosen)
    with open_project(project) as opened, progress("Report", "parts", steps(opened, request)) as done:
        made = compose(opened, request, out=out.name, progress=done)
    write_report(made, out)
    if as_json:
        risks = [{"message": risk.message, "cases": list(risk.cases)} for risk in made.risks]
        result_json({"file": str(out), "title": made.title, "risks": risks})
        return
    say_risks(made.risks)
    result(f"{out}: {made.title}.")
