"""Texts that were read once: their rows and how alike they are, so that a refit reads only what is new."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from coder.suggest.encoder import Encoder, meaning_of, with_meaning
from coder.suggest.features import TextFeatures, batches

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

_MOST_TEXTS = 6_000


class TextMemory:
    """The rows of texts under the same features, and their likenesses; what it gives does not depend on its past.

    With an encoder a row has the columns of the text's meaning behind those of its words.
    """

    def __init__(self, features: TextFeatures, encoder: Encoder | None = None) -> None:
        self.features = features
        self.encoder = encoder
        self._number: dict[str, int] = {}
        self._words = sparse.csr_array((0, features.size))
        self._meaning = meaning_of([], encoder)
        self._likeness: Floats = np.zeros((0, 0))

    @property
    def size(self) -> int:
        """The number of columns."""
        return int(self.features.size + self._meaning.shape[1])

    def rows(self, texts: Sequence[str]) -> sparse.csr_array:
        """A row for each text: texts x size."""
        numbers = self._read(texts)
        return with_meaning(self._words[numbers], self._meaning[numbers])

    def likeness(self, texts: Sequence[str]) -> Floats:
        """The products of the rows of each two texts: texts x texts, a copy."""
        numbers = self._read(texts)
        known, count = len(self._likeness), self._words.shape[0]
        if known < count:
            grown = np.empty((count, count))
            grown[:known, :known] = self._likeness
            grown[known:] = (self._words[known:] @ self._words.T).toarray()
            grown[known:] += self._meaning[known:] @ self._meaning.T
            grown[:known, known:] = grown[known:, :known].T
            self._likeness = grown
        return self._likeness[np.ix_(numbers, numbers)]

    def _read(self, texts: Sequence[str]) -> Ints:
        """The numbers of the texts' rows; unknown texts are read."""
        new = [text for text in dict.fromkeys(texts) if text not in self._number]
        if new and len(self._number) + len(new) > _MOST_TEXTS:
            self._number.clear()
            self._words, self._meaning, self._likeness = self._words[:0], self._meaning[:0], self._likeness[:0, :0]
            new = list(dict.fromkeys(texts))
        if new:
            meaning = meaning_of(new, self.encoder)
            parts = [self.features.rows(batch).matrix for batch in batches(new, str)]
            self._number.update({text: len(self._number) + i for i, text in enumerate(new)})
            self._words = sparse.csr_array(sparse.vstack([self._words, *parts], format="csr"))
            self._meaning = np.vstack([self._meaning, meaning])
        return np.array([self._number[text] for text in texts], dtype=np.int64)
