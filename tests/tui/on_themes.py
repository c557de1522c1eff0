"""Getting about on the themes screen."""

from coder.tui.screens.themes import ThemesScreen
from tests.tui.conftest import screen_text, until

PEOPLE = "Meeting talented and like-minded people"


def names(app) -> list[str]:
    return [theme.name for theme in app.session.codebook.themes]


async def to_theme(app, pilot, name: str) -> ThemesScreen:
    """The themes screen with its cursor on a theme."""
    if not isinstance(app.screen, ThemesScreen):
        await pilot.press("f2")
    screen = app.screen
    rows = [theme.name for _, theme in screen.themes.rows]
    while screen.theme.name != name:
        await pilot.press("down" if rows.index(screen.theme.name) < rows.index(name) else "up")
    await read(pilot, screen)
    return screen


async def read(pilot, screen: ThemesScreen) -> None:
    """Wait until all that is read aside is shown."""
    await until(pilot, lambda: not (screen._counting.busy or screen.cases.reading))
    await pilot.pause()


async def foreseen(app, pilot) -> None:
    """Wait until a preview says what would change."""
    await until(pilot, lambda: "Counting what would change" not in screen_text(app))
