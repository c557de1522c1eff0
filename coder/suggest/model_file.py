"""A suggester as bytes and back: an .npz of plain arrays, JSON among them. Nothing in it can be executed.

What is read may come from a stranger: nothing is unpickled, and every array is checked before it is used.
"""

import io
import json
import zipfile
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from coder.domain.codebook import Codebook
from coder.domain.coding import Ground
from coder.errors import CoderError
from coder.suggest.classifier import Columns, LeftOut, Silence, Suggester
from coder.suggest.decision import Decision
from coder.suggest.encoder import Encoder, with_meaning
from coder.suggest.features import TextFeatures, Vocabulary
from coder.suggest.ridge import Linear, Training

_VERSION = 2
_LARGEST = 2**30  # bytes, unpacked


class ModelError(CoderError):
    """A model that can't be used: of another version, damaged, or not one of ours."""


def to_bytes(suggester: Suggester) -> bytes:
    """All that the suggester is made of but codebook and encoder: what `from_bytes` makes of it scores the same.

    To the bit: the columns of the meaning are kept as float32, which holds them exactly.
    """
    vocabulary, training, left_out = suggester.features.vocabulary, suggester.training, suggester.left_out
    of_words = int(np.searchsorted(suggester.columns.features, suggester.features.size))
    words = training.rows[:, :of_words]
    facts = {
        "version": _VERSION,
        "encoder": _identity(suggester.encoder),
        "questions": dict(suggester.questions),
        "themes": list(left_out.theme_ids),
        "grounds": [ground.value for ground in suggester.grounds],
        "silences": [[s.theme_id, s.participants, s.reason] for s in suggester.silences],
        "words": list(vocabulary.words),
        "pieces": list(vocabulary.pieces),
    }
    file = io.BytesIO()
    np.savez_compressed(
        file,
        facts=np.frombuffer(json.dumps(facts).encode(), dtype=np.uint8),
        pairs=np.array(vocabulary.pairs, dtype=np.int64),
        idf=suggester.features.idf,
        scale=suggester.features.scale,
        features=suggester.columns.features,
        values=words.data,
        columns=words.indices.astype(np.int64),
        ends=words.indptr.astype(np.int64),
        meaning=training.rows[:, of_words:].toarray().astype(np.float32),
        question=training.question,
        weight=training.weight,
        participant=training.participant,
        dual=suggester.linear.dual,
        intercept=suggester.linear.intercept,
        left_out=suggester.linear.left_out,
        responses=np.array(left_out.response_ids, dtype=np.int64),
        positive=left_out.positive,
        slope=suggester.decision.slope,
        offset=suggester.decision.offset,
        threshold=suggester.decision.threshold,
    )
    return file.getvalue()


def from_bytes(data: bytes, codebook: Codebook, encoder: Encoder | None = None) -> Suggester:
    """The suggester that `to_bytes` was given, for the same codebook and encoder.

    Raises ModelError for anything else.
    """
    try:
        return _read(_Arrays(data), codebook, encoder)
    except ModelError:
        raise
    except Exception as error:  # numpy, zipfile, zlib, tokenize and json each raise their own
        raise _refused(str(error)) from error


def _read(arrays: "_Arrays", codebook: Codebook, encoder: Encoder | None) -> Suggester:
    facts = json.loads(arrays.take("facts", np.uint8, (None,)).tobytes())
    if facts["version"] != _VERSION:
        raise _refused(f"it is of version {facts['version']!r}")
    if facts["encoder"] != _identity(encoder):
        raise _refused("it was learnt with other sentence embeddings")
    words, pieces = ([str(term) for term in facts[name]] for name in ("words", "pieces"))
    vocabulary = Vocabulary(words, arrays.take("pairs", np.int64, (None,)).tolist(), pieces)
    size = len(words) + len(vocabulary.pairs) + len(pieces)
    features = TextFeatures(vocabulary, arrays.take("idf", np.float64, (size,)), arrays.take("scale", np.float64, (2,)))
    occurring = arrays.take("features", np.int64, (None,))
    columns = Columns.of(occurring, size + (encoder.size if encoder else 0))
    of_words = int(np.searchsorted(occurring, size))
    themes, grounds = [int(t) for t in facts["themes"]], [Ground(g) for g in facts["grounds"]]
    silences = tuple(Silence(int(t), int(n), str(reason)) for t, n, reason in facts["silences"])
    count = len(themes)
    _require({*themes, *(s.theme_id for s in silences)} == codebook.by_id.keys() and len(grounds) == count)
    participant = arrays.take("participant", np.int64, (None,))
    rows = len(participant)
    words_of_rows = sparse.csr_array(
        tuple(
            arrays.take(n, t, (None,)) for n, t in (("values", np.float64), ("columns", np.int64), ("ends", np.int64))
        ),
        shape=(rows, of_words),
    )
    words_of_rows.check_format(full_check=True)
    training = Training(
        with_meaning(words_of_rows, arrays.take("meaning", np.float32, (rows, columns.count - of_words))),
        arrays.take("question", np.int64, (rows,)),
        arrays.take("weight", np.float64, (rows,)),
        participant,
    )
    left_out = arrays.take("left_out", np.float64, (rows, count), finite=False)
    responses = arrays.take("responses", np.int64, (None,))
    _require(len(responses) <= rows and training.weight.min(initial=1) > 0)
    intercept, slope, offset, threshold = (
        arrays.take(name, np.float64, (count,)) for name in ("intercept", "slope", "offset", "threshold")
    )
    return Suggester(
        codebook,
        features,
        encoder,
        columns,
        training,
        Linear(arrays.take("dual", np.float64, (rows, count)), intercept, left_out),
        Decision(slope, offset, threshold),
        grounds,
        {str(key): int(number) for key, number in facts["questions"].items()},
        LeftOut(
            responses.tolist(),
            themes,
            left_out[: len(responses)],
            arrays.take("positive", np.bool_, (len(responses), count)),
        ),
        silences,
    )


class _Arrays:
    """The arrays of an .npz, each taken with the type and shape that it must have."""

    def __init__(self, data: bytes) -> None:
        with zipfile.ZipFile(io.BytesIO(data)) as file:
            _require(sum(entry.file_size for entry in file.infolist()) <= _LARGEST)
        self._file = np.load(io.BytesIO(data), allow_pickle=False)

    def take(self, name: str, kind: type, shape: tuple[int | None, ...], *, finite: bool = True) -> NDArray[Any]:
        found = self._file[name]
        _require(found.dtype == kind and len(found.shape) == len(shape))
        _require(all(wanted in (None, there) for wanted, there in zip(shape, found.shape, strict=True)))
        _require(not finite or not issubclass(kind, np.floating) or bool(np.isfinite(found).all()))
        return np.asarray(found)


def _identity(encoder: Encoder | None) -> list[str | int]:
    return [] if encoder is None else [encoder.name, encoder.size]


def _require(sound: bool) -> None:
    if not sound:
        raise _refused("its parts don't fit together")


def _refused(reason: str) -> ModelError:
    return ModelError(f"The stored model can't be used: {reason}.", hint="Train anew: coder suggest PROJECT")
