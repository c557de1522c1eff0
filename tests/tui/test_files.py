"""Files that are made on a screen."""

import pytest

from coder.errors import InputError
from coder.tui.files import hand_over
from tests.tui.conftest import opened, screen_text, until


async def test_an_export_is_written_beside_the_project_and_never_over_another_file(project):
    (project.parent / "sample-tally.xlsx").write_text("mine")
    async with opened(project) as (app, pilot):
        await pilot.press("ctrl+p", *"export: tally", "enter")
        await until(pilot, lambda: "Written" in screen_text(app))
    assert (project.parent / "sample-tally.xlsx").read_text() == "mine"
    assert (project.parent / "sample-tally-2.xlsx").read_bytes().startswith(b"PK")


async def test_a_file_is_replaced_where_the_person_said_so(project):
    target = project.parent / "x.csv"
    target.write_text("mine")

    def write(to):
        to.write_text("new")
        return ()

    async with opened(project) as (app, _pilot):
        await hand_over(app, target.parent, target.name, write, replace=True)
    assert target.read_text() == "new" and not target.with_stem("x-2").exists()


@pytest.mark.parametrize("kind", ["tally", "codings", "matrix", "codebook", "quotes"])
async def test_each_table_can_be_exported(project, kind):
    async with opened(project) as (app, pilot):
        await pilot.press("ctrl+p", *f"export: {kind}", "enter")
        await until(pilot, (project.parent / f"sample-{kind}.xlsx").exists)
        await until(pilot, lambda: "Written" in screen_text(app))


async def test_what_went_wrong_is_explained(project):
    def refuse(path):
        raise InputError("The disk is full.", hint="Make room.")

    async with opened(project) as (app, pilot):
        await hand_over(app, project.parent, "x.csv", refuse)
        await until(pilot, lambda: "The disk is full." in screen_text(app))
        assert "Make room." in screen_text(app)
