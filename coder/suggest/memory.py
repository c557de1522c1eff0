"""Texts that were read once: their rows and how alike they are, so that a refit reads only what is new."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from coder.suggest.features import TextFeatures, batches

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

_MOST_TEXTS = 6_000


class TextMemory:
    """The rows of texts under the same features, and their likenesses; what it gives does not depend on its past."""

    def __init__(self, features: TextFeatures) -> None:
        self.features = features
        self._number: dict[str, int] = {}
        self._rows = sparse.csr_array((0, features.size))
        self._likeness: Floats = np.zeros((0, 0))

    def rows(self, texts: Sequence[str]) -> sparse.csr_array:
        """A row for each text: texts x features."""
        numbers = self._read(texts)
        return self._rows[numbers]

    def likeness(self, texts: Sequence[str]) -> Floats:
        """The products of the rows of each two texts: texts x texts, a copy."""
        numbers = self._read(texts)
        known, count = len(self._likeness), self._rows.shape[0]
        if known < count:
            grown = np.empty((count, count))
            grown[:known, :known] = self._likeness
            grown[known:] = (self._rows[known:] @ self._rows.T).toarray()
            grown[:known, known:] = grown[known:, :known].T
            self._likeness = grown
        return self._likeness[np.ix_(numbers, numbers)]

    def _read(self, texts: Sequence[str]) -> Ints:
        """The numbers of the texts' rows; unknown texts are read."""
        new = [text for text in dict.fromkeys(texts) if text not in self._number]
        if new and len(self._number) + len(new) > _MOST_TEXTS:
            self._number.clear()
            self._rows, self._likeness = self._rows[:0], self._likeness[:0, :0]
            new = list(dict.fromkeys(texts))
        if new:
            self._number.update({text: len(self._number) + i for i, text in enumerate(new)})
            parts = [self.features.rows(batch).matrix for batch in batches(new, str)]
            self._rows = sparse.csr_array(sparse.vstack([self._rows, *parts], format="csr"))
        return np.array([self._number[text] for text in texts], dtype=np.int64)
