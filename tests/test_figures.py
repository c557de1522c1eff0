"""Figures as files: safe names, an index that says what each is, nothing left of an earlier time."""

import json
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from coder.analysis.tally import Cut
from coder.charts import alternative
from coder.domain.corpus import Question, QuestionKind
from coder.errors import CoderError
from coder.figures import INDEX, Format, file_name, write_figures
from coder.picturing import Picture, pictures
from coder.store.project import open_project
from tests.charts.samples import BARS, HOSTILE
from tests.cli.commands import coder
from tests.projects import project_of, small_project


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small_project(tmp_path_factory.mktemp("figures") / "small.coder")


def _picture(key: str, shows: str = "themes") -> Picture:
    return Picture(shows, Question(1, key, "", key, QuestionKind.OPEN, 0), "", BARS)


@pytest.mark.parametrize("name", HOSTILE)
def test_names_of_files_are_safe_whatever_a_question_is_called(name: str) -> None:
    made = file_name(7, _picture(name, name))
    assert made.startswith("07")
    assert len(made) < 90
    assert not set(made) - set("abcdefghijklmnopqrstuvwxyz0123456789-")


def test_names_of_files_say_what_they_are() -> None:
    assert file_name(1, _picture("Où était-ce ?", "themes by Site")) == "01-ou-etait-ce-themes-by-site"
    assert file_name(123, _picture("你好")) == "123-themes"


def test_every_figure_is_in_the_index_with_its_words(project: Path, tmp_path: Path) -> None:
    with open_project(project) as opened:
        drawn = list(pictures(opened, Cut(by="background")))
    written = write_figures(drawn, tmp_path / "a" / "b", dpi=60)
    entries = json.loads(written.index.read_text(encoding="utf-8"))["figures"]
    shown = [entry["shows"] for entry in entries]
    assert {"themes", "themes by background", "themes together", "ratings", "choices by background"} < set(shown)
    assert len(entries) == len(drawn) == 23
    for entry, picture in zip(entries, drawn, strict=True):
        svg, png = (written.index.parent / name for name in entry["files"])
        assert ET.parse(svg).getroot()[1].text == alternative(picture.spec) == entry["alternative"]
        assert png.read_bytes().startswith(b"\x89PNG")
    assert sorted(p.name for p in written.index.parent.iterdir()) == sorted([INDEX, *(f.name for f in written.files)])


def test_figures_of_an_earlier_time_go_and_files_of_others_stay(tmp_path: Path) -> None:
    write_figures([_picture("a"), _picture("b")], tmp_path, form=Format.SVG)
    (tmp_path / "99-mine.txt").write_text("mine")
    index = json.loads((tmp_path / INDEX).read_text())
    index["figures"].append({"files": ["../outside.svg", "99-mine.txt", 7]})
    (tmp_path / INDEX).write_text(json.dumps(index))
    (tmp_path.parent / "outside.svg").write_text("outside")
    write_figures([_picture("c")], tmp_path, form=Format.SVG)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["01-c-themes.svg", "99-mine.txt", INDEX]
    assert (tmp_path.parent / "outside.svg").exists()


@pytest.mark.parametrize("index", ["no json", "[]", '{"figures": 1}', '{"figures": [1]}'])
def test_an_index_that_is_none_is_replaced(tmp_path: Path, index: str) -> None:
    (tmp_path / INDEX).write_text(index)
    write_figures([_picture("c")], tmp_path, form=Format.SVG)
    assert len(json.loads((tmp_path / INDEX).read_text())["figures"]) == 1


def test_a_place_that_is_no_folder_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(CoderError, match="can't be written"):
        write_figures([_picture("a")], tmp_path / "file")
    with pytest.raises(CoderError, match="no figure yet"):
        write_figures([], tmp_path)


# --- as a command ----------------------------------------------------------------------------------------


def test_the_command_writes_files_and_says_which(project: Path, tmp_path: Path) -> None:
    done = coder("figures", project, tmp_path / "out", "--question", "Nowhere")
    assert done.status == 1 and "There is no question" in done.err
    question = "What was the most valuable thing you gained from the programme?"
    done = coder("figures", project, tmp_path / "out", "--format", "png", "--dpi", 60, "--question", question)
    assert done.status == 0, done.err
    names = [Path(line).name for line in done.out.splitlines()[:-1]]
    assert names[:2] == [
        "01-what-was-the-most-valuable-thing-you-themes.png",
        "02-what-was-the-most-valuable-thing-you-themes-together.png",
    ]
    assert coder("figures", project, tmp_path / "out", "--format", "svg", "--json").json["index"].endswith(INDEX)


def test_without_a_folder_it_prints_them(project: Path) -> None:
    done = coder("figures", project)
    assert "  Meeting talented and like-minded people    13 of 21    62 %  [41–79]  ████████████▍" in done.out
    assert "on the diagonal, with the one" in done.out
    assert coder("figures", project, "--json").json["figures"][0]["shows"] == "themes"


def test_a_project_without_themes_says_so(tmp_path: Path) -> None:
    empty = project_of(tmp_path, {"a": "nice"})
    done = coder("figures", empty)
    assert done.status == 0 and done.out == "" and "no figure yet" in done.err
    done = coder("figures", empty, tmp_path / "out")
    assert done.status == 1 and "Code some answers first" in done.err
