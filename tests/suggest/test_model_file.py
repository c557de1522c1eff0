"""A stored model scores as it did, to the bit; one that was tampered with is refused and runs nothing."""

import io
import json
import pickle
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coder.domain.codebook import Codebook
from coder.suggest.classifier import Suggester
from coder.suggest.model_file import ModelError, from_bytes, to_bytes
from tests.suggest.test_classifier import BOOK, SAYINGS, memory, reviewed, target

MODEL = Suggester.fit(reviewed(), BOOK, memory=memory())
STORED = to_bytes(MODEL)


def test_a_stored_model_suggests_the_same_to_the_byte() -> None:
    targets = [target(text, response_id=i) for i, text in enumerate(t for kind in SAYINGS.values() for t in kind)]
    again = from_bytes(STORED, BOOK)
    assert repr(list(again.read(targets, all_scores=True))) == repr(list(MODEL.read(targets, all_scores=True)))
    assert again.nearest(targets[0], 1) == MODEL.nearest(targets[0], 1)
    assert (again.silences, again.trained_on) == (MODEL.silences, MODEL.trained_on)
    assert to_bytes(again) == STORED


def test_a_model_of_before_the_first_coding_is_stored_as_well() -> None:
    cold = Suggester.fit([], BOOK, memory=memory("the weather"))
    (found,) = from_bytes(to_bytes(cold), BOOK).suggest([target("the weather")])
    assert found == next(iter(cold.suggest([target("the weather")])))


def changed(**arrays: Callable[[np.ndarray], np.ndarray]) -> bytes:
    """The stored model with some of its arrays replaced."""
    found = dict(np.load(io.BytesIO(STORED)))
    for name, change in arrays.items():
        found[name] = change(found[name])
    file = io.BytesIO()
    np.savez(file, **found)
    return file.getvalue()


def facts(**values: object) -> bytes:
    def change(array: np.ndarray) -> np.ndarray:
        return np.frombuffer(json.dumps({**json.loads(array.tobytes()), **values}).encode(), dtype=np.uint8)

    return changed(facts=change)


class Touch:
    """What a poisoned pickle would do."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[Callable[[Path], None], tuple[Path]]:
        return Path.touch, (self.path,)


def test_a_pickle_in_it_is_refused_and_not_run(tmp_path: Path) -> None:
    touched = tmp_path / "touched"
    file = io.BytesIO()
    found = {**dict(np.load(io.BytesIO(STORED))), "idf": np.array([Touch(touched)], dtype=object)}
    np.savez(file, allow_pickle=True, **found)
    for data in (file.getvalue(), pickle.dumps(Touch(touched))):
        with pytest.raises(ModelError):
            from_bytes(data, BOOK)
    assert not touched.exists()


NOT_OURS = {
    "empty": b"",
    "no archive": b"PK\x03\x04 no archive",
    "cut off": STORED[:-40],
    "version": facts(version=99),
    "themes": facts(themes=[1, 2, 3, 4, 5, 77]),
    "grounds": facts(grounds=["coding"]),
    "words": facts(words=[]),
    "questions": facts(questions=[]),
    "silences": facts(silences=[["x", 0, ""]]),
    "short": changed(idf=lambda a: a[:-1]),
    "not a number": changed(idf=lambda a: np.where(a > 2, np.nan, a)),
    "turned": changed(dual=lambda a: a.T),
    "type": changed(dual=lambda a: a.astype(np.float32)),
    "columns": changed(columns=lambda a: a + 10_000),
    "ends": changed(ends=lambda a: a[::-1]),
    "features": changed(features=lambda a: a + 10_000_000),
    "negative": changed(weight=lambda a: -a),
    "infinite": changed(threshold=lambda a: a + np.inf),
    "too many": changed(responses=lambda a: np.arange(10_000)),
}


@pytest.mark.parametrize("what", NOT_OURS)
def test_a_model_whose_parts_do_not_fit_is_refused(what: str) -> None:
    with pytest.raises(ModelError, match="stored model"):
        from_bytes(NOT_OURS[what], BOOK)


def test_a_model_of_another_codebook_is_refused() -> None:
    with pytest.raises(ModelError):
        from_bytes(STORED, Codebook(BOOK.themes[:3]))


def test_an_archive_that_would_unpack_to_more_than_memory_is_refused() -> None:
    file = io.BytesIO()
    with (
        zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open("idf.npy", "w", force_zip64=True) as idf,
    ):
        for _ in range(1_100):
            idf.write(bytes(2**20))
    with pytest.raises(ModelError):
        from_bytes(file.getvalue(), BOOK)


@given(st.integers(0, len(STORED) - 1), st.integers(1, 255))
@settings(max_examples=200, deadline=None)
def test_a_flipped_byte_is_refused_or_harmless(place: int, flip: int) -> None:
    data = bytearray(STORED)
    data[place] ^= flip
    try:
        model = from_bytes(bytes(data), BOOK)
    except ModelError:
        return
    list(model.suggest([target("kind mentors")], all_scores=True))
