"""coder config: where the config file is, whether it is right, and one to begin with."""

import click

from coder.cli.output import result, say

_HEAD = """\
# How coder looks, and which keys its commands have. Take the # away from a line to change it; `coder config` checks
# the file. What is wrong here never keeps coder from opening: it goes on with the usual setting, and says so.

[look]
# theme = "dark"               # {looks}; else the one that was chosen last (ctrl+p)
# frames-per-second = 120      # fewer over a slow connection

[keymap]
# A command, and its keys with commas between; "" takes its keys away. A letter that a command gives up is free for a
# theme. Terminals keep some keys for themselves: ctrl with shift, alt, ctrl with s, o, j or b, ctrl+enter, f10, f11.
"""


@click.command()
@click.option("--write", is_flag=True, help="Write a config file to begin with: every setting, as a comment.")
def config(write: bool) -> None:
    """Say where the config file is and check it: the look, and the keys of commands.

    The file is CODER_CONFIG where that is set.
    """
    from coder.config import read_config, write_config

    if write:
        say(f"Written: {write_config(_template())}")
        return
    settings = read_config()
    result(str(settings.path))
    if not settings.path.exists():
        say("There is no such file: coder goes by its usual settings. coder config --write makes one.")
        return
    from coder.errors import InputError
    from coder.tui.keymap import checked, key_name, swallowed

    keymap, wrong = checked(settings.keymap)
    problems = [*settings.problems, *(f"{settings.at('keymap', name)}: {problem}" for name, problem in wrong)]
    for name, keys in keymap.items():
        for key in keys.split(","):
            if why := swallowed(key):
                say(f"Note: {settings.at('keymap', name)}: {key_name(key)} may not come through: {why}.")
    if problems:
        hint = "Mend these; until then coder goes on without them."
        raise InputError("Some of the config file can't be used.", problems=problems, hint=hint)
    say(f"The file is right; {len(keymap)} commands have keys of yours.")


def _template() -> str:
    from coder.config import LOOKS
    from coder.tui.keymap import all_commands, keys_of

    lines = [_HEAD.format(looks=", ".join(LOOKS))]
    commands = all_commands()
    for name in sorted(commands, key=lambda name: (name.partition(".")[0], list(commands).index(name))):
        entry = f'# "{name}" = "{",".join(keys_of(commands[name], {}))}"'
        lines.append(f"{entry:<46} # {commands[name].description}")
    return "\n".join(lines) + "\n"
