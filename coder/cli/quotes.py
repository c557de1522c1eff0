"""coder quotes: some of the words behind each theme."""

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from coder.cli import options
from coder.cli.output import printable, result, result_json, say, width, wrapped

if TYPE_CHECKING:
    from coder.disclosure import Risk
    from coder.quoting import Choice, Chosen, Quoted, ThemeQuotes

_WIDEST = 100  # columns; longer lines are hard to read
_MARKS = ("‹", "›")  # around highlighted words, where no terminal can print them bold
_LENGTH = click.IntRange(min=0)
_SEED = click.IntRange(0, 2**64 - 1)


@click.command()
@options.project
@options.question
@click.option("--theme", metavar="THEME", default="", help="One theme alone, and what is below it.")
@click.option(
    "--most", type=click.IntRange(min=1), metavar="N", default=3, show_default=True, help="Quotes of a theme."
)
@click.option("--attributes", metavar="A,B", default="", help="Show these attributes of who is quoted.")
@click.option("--ids", is_flag=True, help="The survey's own ids instead of pseudonyms (P01, P02, …).")
@options.whose
@click.option("--shortest", type=_LENGTH, metavar="N", default=40, show_default=True, help="Prefer quotes this long.")
@click.option("--longest", type=_LENGTH, metavar="N", default=300, show_default=True, help="Cut longer answers.")
@click.option("--seed", type=_SEED, metavar="N", default=1, show_default=True, help="Of the lot.")
@options.fewest
@options.as_json
@options.as_csv
def quotes(
    project: Path,
    question: str,
    theme: str,
    most: int,
    attributes: str,
    ids: bool,
    coder_name: str,
    shortest: int,
    longest: int,
    seed: int,
    fewest: int,
    as_json: bool,
    as_csv: bool,
) -> None:
    """Print some quotes for each theme: starred ones first, then by lot, spread over participants.

    They are of those whom the tally counts, exact to the character; what you masked is ▇. Long answers are quoted as
    whole sentences around the highlighted words, with […] for what is left out. The same project gives the same
    quotes. What could tell who spoke is said at the end.
    """
    options.one_form(as_json, as_csv)
    from coder.disclosure import risks_of
    from coder.quoting import Choice, choose_all, quoted_json, quoted_rows
    from coder.store.project import open_project

    with open_project(project) as opened:
        shown = options.names(attributes)
        choice = Choice(most, seed, shortest, longest, shown, own_ids=ids, coder=coder_name)
        quoted = choose_all(opened, choice, question=question, theme=theme)
        risks = risks_of(opened, quoted, fewest=fewest)
    if as_json:
        result_json(quoted_json(quoted, choice) | {"risks": [risk.as_json() for risk in risks]})
        return
    if as_csv:
        from coder.formats.tables import to_csv_text

        click.echo(to_csv_text(*quoted_rows(quoted, choice)), nl=False)
    else:
        _show(quoted, choice)
    say_risks(risks)


def say_risks(risks: "Sequence[Risk]") -> None:
    """What is to be looked at before quotes are passed on."""
    for risk in risks:
        say(f"Note: {risk.message}")
        for case in risk.cases:
            say(f"  - {case}")


def _show(quoted: "Sequence[Quoted]", choice: "Choice") -> None:
    from coder.quoting import rule

    if not quoted:
        say("The project has no open question yet: coder import survey FILE PROJECT")
        return
    room = min(width(), _WIDEST)
    for one in quoted:
        result(one.question.key + (f" ({one.question.wave})" if one.question.wave else ""))
        result()
        if not one.themes:
            result("  No theme serves this question yet.")
            result()
        for theme in one.themes.values():
            for line in _theme(one, theme, room):
                click.echo(line)
    for line in wrapped(rule(choice), room):
        result(line)


def _theme(quoted: "Quoted", theme: "ThemeQuotes", room: int) -> Iterator[str]:
    from coder.domain.codebook import PATH_SEPARATOR

    number = theme.participants
    people = f"{number} participant{'s' * (number != 1)}"
    path = PATH_SEPARATOR.join(quoted.codebook.path(theme.theme_id))
    yield from ("  " + line for line in wrapped(f"{path} ({people})", room - 2))
    yield ""
    for quote in theme.quotes:
        yield from _quote(quote, room - 6)
        yield ""
    if left := theme.starred_left:
        yield f"    {left} more with a star: --most {len(theme.quotes) + left} shows {'it' if left == 1 else 'them'}."
        yield ""


def _quote(quote: "Chosen", room: int) -> Iterator[str]:
    """The words with those that are highlighted bold or in brackets, and who said them."""
    from rich.console import Console
    from rich.style import Style
    from rich.text import Text

    bold = sys.stdout.isatty()
    text = Text("“")
    for words, marked in quote.stretches():
        before, after = _MARKS if marked and not bold else ("", "")
        text.append(before + printable(words) + after, style="bold" if marked and bold else "")
    text.append("”")
    paper = Console(width=room)
    for number, line in enumerate(text.wrap(paper, room)):
        line.rstrip()
        lead = "  ★ " if quote.starred and not number else "    "
        runs = ((run.text.strip("\n"), run.style == Style(bold=True)) for run in line.render(paper))
        yield lead + "".join(click.style(words, bold=True) if strong else words for words, strong in runs)
    who = ", ".join((quote.who, *(f"{name} {value}" for name, value in quote.attributes)))
    first, *rest = wrapped(f"– {who}", room)
    yield "    " + first
    yield from ("      " + line for line in rest)
