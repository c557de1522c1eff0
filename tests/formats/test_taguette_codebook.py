"""The codebook as Taguette takes it: every theme under a path of its own, what had to change said."""

import csv
import io
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coder.domain.codebook import ThemeSpec
from coder.errors import CoderError
from coder.formats.codebook import read_codebook
from coder.formats.taguette import codebook_csv
from tests.cli.commands import coder, ok
from tests.formats.refi.surveys import NAMES
from tests.projects import small_project


def rows(themes: list[ThemeSpec]) -> list[tuple[str, str]]:
    text, _ = codebook_csv(themes)
    found = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))
    assert found[0] == ["path", "description"]
    return [(path, description) for path, description in found[1:]]


def specs(*paths: str) -> list[ThemeSpec]:
    return [ThemeSpec(tuple(path.split(" > "))) for path in paths]


def test_names_below_names_stand_behind_dots_with_all_that_the_codebook_says() -> None:
    themes = [ThemeSpec(("Staff",), definition="People.", include="doctors"), ThemeSpec(("Staff", "Rude, or so"))]
    assert rows(themes) == [("Staff", "People.\n\nInclude: doctors"), ("Staff.Rude, or so", "")]


def test_it_begins_with_a_mark_of_its_encoding_as_taguette_guesses_otherwise() -> None:
    assert codebook_csv(specs("Zoë"))[0].startswith("\ufeff")


def test_dots_in_names_are_no_hierarchy_and_that_is_said() -> None:
    themes = specs("v1.2", "v1.2 > Dr. No", "Plain")
    assert [path for path, _ in rows(themes)] == ["v1·2", "v1·2.Dr· No", "Plain"]
    (note,) = codebook_csv(themes)[1]
    assert "'v1.2' is called 'v1·2'" in note and "Plain" not in note
    assert codebook_csv(specs("Plain"))[1] == []


def test_names_that_would_be_the_same_are_told_apart() -> None:
    themes = specs("a.b", "a·b", "A·B", "a.b > x", "a·b > x")
    paths = [path for path, _ in rows(themes)]
    assert len({path.casefold() for path in paths}) == len(themes)
    assert paths[:2] == ["a·b", "a·b (2)"] and paths[-1] == "a·b (2).x"


@given(st.lists(st.lists(NAMES.filter(lambda n: bool(n) and ">" not in n), min_size=1, max_size=6), max_size=8))
@settings(max_examples=100, deadline=None)
def test_any_codebook_has_a_path_for_each_theme_below_that_of_its_parent(paths: list[list[str]]) -> None:
    wanted: dict[tuple[str, ...], None] = {}
    for path in paths:
        long = [name * 40 for name in path]
        for depth in range(1, len(path) + 1):
            wanted.setdefault(tuple(long[:depth]))
    themes = [ThemeSpec(path) for path in wanted]
    found = dict(zip(wanted, (path for path, _ in rows(themes)), strict=True))
    assert len({path.casefold() for path in found.values()}) == len(wanted)
    for names, path in found.items():
        assert 0 < len(path) <= 200 and path.count(".") == len(names) - 1
        assert len(names) == 1 or path.startswith(found[names[:-1]] + ".")


def test_what_is_nested_too_deep_is_refused() -> None:
    with pytest.raises(CoderError, match="Taguette"):
        codebook_csv([ThemeSpec(tuple("x" * depth)) for depth in range(1, 150)])


def test_the_command_writes_it_and_our_import_reads_it(tmp_path: Path) -> None:
    project, file = small_project(tmp_path / "sample.coder"), tmp_path / "tags.csv"
    ok(coder("export", "codebook", project, file, "--for", "taguette"))
    themes, _ = read_codebook(file)
    assert ("Skills", "ML skills and knowledge") in [theme.path for theme in themes]
    refused = coder("export", "codebook", project, tmp_path / "tags.yaml", "--for", "taguette")
    assert refused.status == 1 and ".csv" in refused.err
    assert coder("export", "codings", project, file, "--for", "taguette").status == 2
    assert coder("export", "codebook", project, file, "--for", "nvivo").status == 2
