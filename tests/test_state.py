"""What is remembered on this machine: no failure to keep it, nor a spoilt file, ever stands in the way."""

import os
import stat
from pathlib import Path

import pytest

from coder.state import (
    forget_project,
    recent_projects,
    remember_look,
    remember_project,
    remembered_look,
    state_folder,
)


def test_nothing_is_remembered_in_the_beginning():
    assert remembered_look() == "" and recent_projects() == []


def test_a_look_and_projects_are_remembered_side_by_side_the_newest_first(tmp_path: Path):
    remember_look("light")
    for name in "abc":
        remember_project(tmp_path / f"{name}.coder")
    remember_project(tmp_path / "a.coder")
    assert [p.stem for p in recent_projects()] == ["a", "c", "b"]
    forget_project(tmp_path / "c.coder")
    assert [p.stem for p in recent_projects()] == ["a", "b"] and remembered_look() == "light"


def test_only_the_last_twenty_are_kept(tmp_path: Path):
    for number in range(30):
        remember_project(tmp_path / f"{number}.coder")
    assert [p.stem for p in recent_projects()] == [str(n) for n in range(29, 9, -1)]


def test_a_relative_name_is_remembered_as_the_place_it_means(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    remember_project(Path("here.coder"))
    assert recent_projects() == [tmp_path / "here.coder"]


@pytest.mark.parametrize(
    "content", [b"", b"[]", b"{", b"\xff\x00", b'{"recent": 3, "look": []}', b'{"recent": [3, null]}']
)
def test_a_spoilt_file_counts_as_empty_and_is_written_anew(content: bytes, tmp_path: Path):
    state_folder().mkdir(parents=True)
    (state_folder() / "state.json").write_bytes(content)
    assert recent_projects() == [] and remembered_look() == ""
    remember_project(tmp_path / "a.coder")
    assert [p.stem for p in recent_projects()] == ["a"]


@pytest.mark.skipif(os.name == "nt", reason="permissions of Unix")
def test_it_is_for_its_owner_alone(tmp_path: Path):
    remember_project(tmp_path / "a.coder")
    assert stat.S_IMODE((state_folder() / "state.json").stat().st_mode) == 0o600
    assert [p.name for p in state_folder().iterdir()] == ["state.json"]


def test_where_nothing_can_be_written_nothing_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    (tmp_path / "file").write_text("no folder", encoding="utf-8")
    monkeypatch.setenv("CODER_STATE", str(tmp_path / "file" / "state"))
    remember_project(tmp_path / "a.coder")
    assert recent_projects() == []
