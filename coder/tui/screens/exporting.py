"""Writing what the counts screen shows to a file: its table, or its figure."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from coder.tui.files import hand_over, typed_path
from coder.tui.screens.counting import Counted, CountingScreen
from coder.tui.screens.modals import Ask, Confirm


def export_shown(screen: CountingScreen, counted: Counted) -> None:
    """Ask for a name, whose end says what is written; a file that is there already is replaced on a yes only."""
    project, app = screen.session.project, screen.app

    def named(name: str | None) -> None:
        if not name:
            return
        path = typed_path(name, project.path.parent)

        def write(replace: bool) -> None:
            written = hand_over(app, path.parent, path.name, lambda to: _make(counted, to), replace=replace)
            screen.run_worker(written, group="export")

        if os.path.lexists(path) and not app.is_web:  # a browser has its own place for it
            question = Confirm("Replace the file?", f"{path.name} exists already.")
            app.push_screen(question, lambda yes: write(True) if yes else None)
        else:
            write(False)

    note = "CSV or XLSX: the table; SVG or PNG: the figure. In the folder of the project."
    name = f"{project.path.stem}-{counted.view.file}.csv"
    app.push_screen(Ask("Write what is shown to which file?", name, note=note), named)


def _make(counted: Counted, path: Path) -> Sequence[str]:
    """Write the file; what is to be told about it."""
    from coder.exports import export_table
    from coder.figures import is_figure, write_figure

    if not is_figure(path):
        return export_table(path, *counted.found.table()).notices
    write_figure(path, counted.found.pictures())
    return ()
