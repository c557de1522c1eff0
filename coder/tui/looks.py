"""How coder looks: dark, light, and both in high contrast; and what there is where a terminal has no colours."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from textual.app import App
from textual.filter import NoColor
from textual.theme import Theme

from coder.tui.widgets.palette import Ground

DEFAULT = "dark"
_FEW_COLOURS = (None, "standard", "windows")


def _look(name: str, *, dark: bool, colours: Mapping[str, str]) -> Theme:
    """A Textual theme in which a coloured text has just the colour that it is given."""
    names = ("primary", "accent", "foreground", "background", "surface", "panel", "success", "warning", "error")
    texts = {f"text-{n}": colours[n] for n in ("primary", "accent", "success", "warning", "error")}
    variables = {
        **texts,
        "text": colours["foreground"],
        "text-muted": colours["muted"],
        "text-disabled": colours["muted"],
        "input-selection-background": colours["picked"],
        "input-cursor-background": colours["foreground"],
        "input-cursor-foreground": colours["background"],
        "scrollbar": colours["line"],
        "scrollbar-hover": colours["muted"],
        "scrollbar-active": colours["muted"],
        "scrollbar-background": colours["background"],
        "scrollbar-background-hover": colours["background"],
        "scrollbar-background-active": colours["background"],
        "scrollbar-corner-color": colours["background"],
        "picked": colours["picked"],
        "line": colours["line"],
    }
    given: dict[str, Any] = {n: colours[n] for n in names}
    return Theme(name, **given, boost=colours["panel"], dark=dark, variables=variables)


LOOKS: Mapping[str, Theme] = {
    "dark": _look(
        "dark",
        dark=True,
        colours={
            "background": "#11151a",
            "surface": "#181d24",
            "panel": "#212832",
            "line": "#3a4452",
            "picked": "#2b4460",
            "foreground": "#dce2e9",
            "muted": "#9fabb8",
            "primary": "#7fb2e5",
            "accent": "#e8c07d",
            "success": "#8fd3a1",
            "warning": "#f0b27a",
            "error": "#f2a0a0",
        },
    ),
    "light": _look(
        "light",
        dark=False,
        colours={
            "background": "#fdfdfb",
            "surface": "#f3f4f2",
            "panel": "#e8eaec",
            "line": "#c3c8ce",
            "picked": "#c9def3",
            "foreground": "#1b2026",
            "muted": "#525b66",
            "primary": "#1d5799",
            "accent": "#7a4300",
            "success": "#17603a",
            "warning": "#8a3d00",
            "error": "#98222b",
        },
    ),
    "high-contrast": _look(
        "high-contrast",
        dark=True,
        colours={
            "background": "#000000",
            "surface": "#0c0c0c",
            "panel": "#1a1a1a",
            "line": "#8a8a8a",
            "picked": "#00407a",
            "foreground": "#ffffff",
            "muted": "#d0d0d0",
            "primary": "#8cc8ff",
            "accent": "#ffd84d",
            "success": "#84f5a4",
            "warning": "#ffbe6b",
            "error": "#ffaaaa",
        },
    ),
    "high-contrast-light": _look(
        "high-contrast-light",
        dark=False,
        colours={
            "background": "#ffffff",
            "surface": "#fafafa",
            "panel": "#f4f4f4",
            "line": "#6a6a6a",
            "picked": "#b5dcff",
            "foreground": "#000000",
            "muted": "#333333",
            "primary": "#003a75",
            "accent": "#552e00",
            "success": "#004a20",
            "warning": "#662b00",
            "error": "#7a0010",
        },
    ),
}
"""By their names in the config file and in the palette."""


def dress(app: App[Any], look: str) -> None:
    """Give the app our looks alone, and put on one of them."""
    for name in list(app.available_themes):
        if name not in LOOKS:
            app.unregister_theme(name)
    for theme in LOOKS.values():
        app.register_theme(theme)
    app.theme = look if look in LOOKS else DEFAULT
    if app.no_color:  # Textual would send greys; what is asked for is none
        app._filters = [NoColor()]


def colours_tell(app: App[Any]) -> bool:
    """Whether colours can be told apart here: not by NO_COLOR, nor in a terminal that has sixteen."""
    return not app.no_color and (app.is_web or app.console.color_system not in _FEW_COLOURS)


def ground_of(app: App[Any]) -> Ground | None:
    """What themes' colours stand on now; None where signs alone must do."""
    return ground(app.current_theme) if colours_tell(app) else None


def ground(look: Theme) -> Ground:
    """What a look gives themes' colours to stand on."""
    return Ground(str(look.background), look.dark, 7.0 if look.name.startswith("high-contrast") else 4.5)
