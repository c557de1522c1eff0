"""The command line: which commands there are, and the one place where errors become messages."""

import importlib
import os
import sys
from collections.abc import Mapping
from pathlib import Path

import click

from coder.cli.output import complain, printable, unfit
from coder.errors import CoderError

# Loaded one by one when used, so that `coder --help` is there at once.
_COMMANDS: Mapping[str, tuple[str, str]] = {
    "demo": ("coder.cli.demo:demo", "The sample survey, coded, counted, reported and opened."),
    "import": (
        "coder.cli.importing:importing",
        "Take in a survey, a codebook, codings, attributes or a whole project.",
    ),
    "code": ("coder.cli.coding:code", "Open the coding screen (plain `coder PROJECT` does the same)."),
    "serve": ("coder.cli.serve:serve", "The coding screen in the browser of this machine."),
    "suggest": ("coder.cli.suggest:suggest", "Learn from the codings and suggest themes for the rest."),
    "embeddings": ("coder.cli.embeddings:embeddings", "Let suggestions go by the meaning of sentences too."),
    "evaluate": ("coder.cli.evaluate:evaluate", "How far to trust the suggestions, theme by theme."),
    "hold-back": ("coder.cli.hold_back:hold_back", "Code a share without suggestions; compare with and without."),
    "tally": ("coder.cli.tally:tally", "Participants per theme, each counted once."),
    "crosstab": ("coder.cli.crosstab:crosstab", "Themes by an attribute: how each value differs from the others."),
    "compare": ("coder.cli.waves:compare", "What changed between waves, among the same participants."),
    "together": ("coder.cli.together:together", "Which themes go together."),
    "saturation": ("coder.cli.saturation:saturation", "When new themes stopped coming up."),
    "quotes": ("coder.cli.quotes:quotes", "Some of the words behind each theme, by a stated rule."),
    "report": ("coder.cli.report:report", "Figures, quotes and method as a page to send on."),
    "figures": ("coder.cli.figures:figures", "The counts as figures: SVG and PNG files, or in the terminal."),
    "ratings": ("coder.cli.ratings:ratings", "What was rated: means, distributions, changes; beside themes."),
    "choices": ("coder.cli.choices:choices", "Participants per option of choice and multi questions."),
    "export": (
        "coder.cli.exporting:exporting",
        "Write the tally, codings, responses, matrix, quotes, memos, codebook or all of a project to a file.",
    ),
    "config": ("coder.cli.settings:config", "Where the config file is; check it, or write one (looks, keys)."),
    "log": ("coder.cli.history:log", "Who changed what, when."),
    "undo": ("coder.cli.history:undo", "Take back your last action, an import too."),
    "redo": ("coder.cli.history:redo", "Do again what was undone."),
    "forget": ("coder.cli.forget:forget", "Erase a participant who withdrew consent, for good."),
}


class _Commands(click.Group):
    """The commands, by name; a project's name alone opens its coding screen."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return None
        module, name = _COMMANDS[cmd_name][0].split(":")
        command: click.Command = getattr(importlib.import_module(module), name)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] not in _COMMANDS and not args[0].startswith("-"):
            name = Path(args[0])
            if name.suffix == ".coder" or name.is_file() or name.with_suffix(".coder").is_file():
                args = ["code", *args]
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in _COMMANDS.items()])


def _version(ctx: click.Context, _: click.Parameter, value: bool) -> None:
    if value and not ctx.resilient_parsing:
        from coder import __version__

        click.echo(f"coder {__version__}")
        ctx.exit()


@click.group(
    cls=_Commands,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.option("--version", is_flag=True, is_eager=True, expose_value=False, callback=_version, help="Say which coder.")
@click.pass_context
def cli(ctx: click.Context) -> None:
    """Code open-ended survey answers by theme, and count every participant once per theme.

    \b
    coder demo                              see it all on a sample survey
    coder import survey FILE PROJECT        a survey export becomes a project
    coder import codebook FILE PROJECT      its themes
    coder PROJECT                           code it
    coder tally PROJECT                     count it

    Alone, in a terminal, coder opens its start screen: the projects opened last, and all of this.
    """
    if ctx.invoked_subcommand is None:
        if unfit():
            raise click.exceptions.NoArgsIsHelpError(ctx)
        from coder.cli.coding import open_screen

        open_screen(None)


def main() -> None:
    """Run the command line; exit with 0, with 1 for a failure that is explained, with 2 for wrong usage."""
    try:
        code = cli.main(prog_name="coder", standalone_mode=False)
        sys.exit(code if isinstance(code, int) else 0)
    except click.exceptions.Abort:
        complain("Interrupted; what was not finished has left no trace.")
        sys.exit(130)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except CoderError as error:
        complain(error.message, error.problems, error.hint)
        sys.exit(1)
    except BrokenPipeError:
        # The reader of our output has gone; nothing is left to say to it.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
    except Exception as error:
        if os.environ.get("CODER_DEBUG"):
            raise
        if isinstance(error, OSError) and error.filename is not None:  # a name that is too long, a folder that is shut
            complain(f"{printable(str(error.filename))} can't be used: {error.strerror}.")
            sys.exit(1)
        complain(
            f"coder met an error of its own: {type(error).__name__}: {printable(str(error))}",
            hint="Please report it; CODER_DEBUG=1 shows where it happened (it may show participants' words).",
        )
        sys.exit(1)
