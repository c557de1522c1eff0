"""coder embeddings: what it does, prints and refuses."""

from pathlib import Path

import pytest

from coder.suggest import encoder
from coder.suggest.encoder import EncoderError
from tests.cli.commands import coder, coder_process, ok
from tests.encoders import FakeEncoder
from tests.projects import project_of

TEXTS = {"P1": "kind mentors", "P2": "lunch", "P3": "lunch"}


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """On a machine where owner/far can be downloaded."""

    def load(source: str, *, download: bool = False) -> FakeEncoder:
        if not download:
            raise EncoderError(f"The model {source} is not on this machine.", hint="--download")
        return FakeEncoder()

    monkeypatch.setattr(encoder, "load", load)
    return project_of(tmp_path, TEXTS, ("Mentors",))


def test_it_encodes_and_says_what_it_did_and_what_holds(project: Path) -> None:
    assert "by words alone" in ok(coder("embeddings", project)).out
    done = ok(coder("embeddings", project, "owner/far", "--download"))
    assert "embeddings of fake 1: 3 texts were new, of 3 responses" in done.out
    assert "words and the embeddings of fake 1" in ok(coder("embeddings", project)).out
    again = ok(coder("embeddings", project, "owner/far", "--download", "--json"))
    assert again.json == {"model": "fake 1", "changed": False, "responses": 3, "encoded": 0}
    assert ok(coder("embeddings", project, "--json")).json == {"model": "fake 1"}
    assert ok(coder("embeddings", project, "off", "--json")).json == {"model": None, "changed": True}
    assert "by words alone" in ok(coder("embeddings", project, "off")).out


def test_nothing_is_downloaded_unasked(project: Path) -> None:
    refused = coder("embeddings", project, "owner/far")
    assert refused.status == 1 and refused.out == ""
    assert "not on this machine" in refused.err and "--download" in refused.err
    assert "by words alone" in ok(coder("embeddings", project)).out


def test_a_library_or_folder_that_is_missing_is_explained_by_the_program_itself(tmp_path: Path) -> None:
    project = project_of(tmp_path, TEXTS, ("Mentors",))
    (tmp_path / "empty").mkdir()
    refused = coder_process("embeddings", project, tmp_path / "empty")
    assert refused.status == 1 and "no sentence model" in refused.err and "Traceback" not in refused.err
    refused = coder_process("embeddings", project, tmp_path / "none")
    assert refused.status == 1 and "There is no folder" in refused.err
