"""What every test may use."""

import os
from pathlib import Path

import pytest

os.environ["TEXTUAL_COLOR_SYSTEM"] = "truecolor"  # read when Textual is imported; what runs the tests may have none

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real survey data beside the project; tests that read it are skipped where it is absent."""
    folder = ROOT.parent / "shared"
    if not (folder / "data" / "README.md").exists():
        pytest.skip("the real survey data (../shared) is not here")
    return folder


@pytest.fixture(autouse=True)
def settings_of_nobody(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """No test reads or writes the settings of the person who runs it."""
    home = tmp_path_factory.mktemp("settings")
    monkeypatch.setenv("CODER_CONFIG", str(home / "config.toml"))
    monkeypatch.setenv("CODER_STATE", str(home / "state"))
