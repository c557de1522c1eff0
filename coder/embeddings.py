"""Sentence embeddings of a project's texts: made once for each text and model, and kept in the project."""

import hashlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from coder.domain.log import Kind
from coder.store import codebook as store_codebook
from coder.store import corpus, embeddings, events
from coder.store.embeddings import Choice
from coder.store.project import Project

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from coder.suggest.encoder import Encoder

_PAGE = 64


class ProjectEncoder:
    """An encoder that asks the project first: the sentence model is loaded when a text is met that it has no vector of.

    So a project whose texts are all encoded needs neither the model nor its library. `encoded` counts the texts that
    were not there.
    """

    def __init__(self, project: Project, choice: Choice, model: "Encoder | None" = None) -> None:
        self.choice = choice
        self.name = choice.name
        self.size = choice.size
        self.encoded = 0
        self._project = project
        self._model = model

    def encode(self, texts: Sequence[str]) -> "NDArray[np.float32]":
        """Texts x size. Raises EncoderError where the model is needed, and is missing or not the same any more."""
        import numpy as np

        digest_of = {text: _digest(text) for text in texts}
        with self._project.read() as connection:
            found = embeddings.read_vectors(connection, self.name, sorted(set(digest_of.values())))
        known = {digest: vector for digest, vector in found.items() if _sound(vector, self.size)}
        missing = [text for text, digest in digest_of.items() if digest not in known]
        for start in range(0, len(missing), _PAGE):
            some = missing[start : start + _PAGE]
            vectors = self._load().encode(some).astype("<f4")
            new = {digest_of[text]: vector.tobytes() for text, vector in zip(some, vectors, strict=True)}
            with self._project.write() as connection:
                embeddings.put_vectors(connection, self.name, new)
            known |= new
            self.encoded += len(new)
        flat = np.frombuffer(b"".join(known[digest_of[text]] for text in texts), dtype="<f4")
        return flat.astype(np.float32).reshape(len(texts), self.size)

    def _load(self) -> "Encoder":
        from coder.suggest.encoder import EncoderError, load

        if self._model is None:
            model = load(self.choice.source)
            if (model.name, model.size) != (self.name, self.size):
                raise EncoderError(
                    f"The sentence model in {self.choice.source} is not the one that this project's embeddings are of.",
                    hint=f"Take the new one for all texts: coder embeddings PROJECT {self.choice.source}",
                )
            self._model = model
        return self._model


def encoder_of(project: Project) -> ProjectEncoder | None:
    """The project's encoder; None where suggestions go by words alone."""
    with project.read() as connection:
        choice = embeddings.chosen(connection)
    return None if choice is None else ProjectEncoder(project, choice)


class EmbeddingRun:
    """Encodes all texts of a project with a model, and then lets its suggestions go by it.

    Raises EncoderError where the model or its library is missing; it is downloaded only where that is asked for.
    """

    def __init__(self, project: Project, source: str, *, download: bool = False) -> None:
        from coder.suggest.encoder import is_folder, load

        model = load(source, download=download)
        source = str(Path(source).expanduser().resolve()) if is_folder(source) else source
        self.choice = Choice(source, model.name, model.size)
        self._project = project
        self._encoder = ProjectEncoder(project, self.choice, model)
        with project.read() as connection:
            self.responses = corpus.count_answered(connection)

    @property
    def encoded(self) -> int:
        """How many different texts had no vector yet, those of the codebook included."""
        return self._encoder.encoded

    def encode(self) -> Iterator[int]:
        """Encode all texts that have no vector yet, page by page; yields how many responses are done.

        What is done stays, should it be interrupted.
        """
        from coder.suggest.ground import theme_texts

        with self._project.read() as connection:
            codebook = store_codebook.read_codebook(connection)
        self._encoder.encode([t.text for t in theme_texts(codebook)])
        last, done = 0, 0
        while True:
            with self._project.read() as connection:
                page = corpus.read_answered(connection, last, _PAGE)
            if not page:
                return
            self._encoder.encode([r.text for r in page])
            last, done = page[-1].id, done + len(page)
            yield done

    def choose(self, coder_id: int) -> bool:
        """Let the project's suggestions go by this model from now on; whether they did not already."""
        return _choose(self._project, coder_id, self.choice)


def switch_off(project: Project, coder_id: int) -> bool:
    """Let suggestions go by words alone; whether they did not already. The vectors stay, for another time."""
    return _choose(project, coder_id, None)


def _choose(project: Project, coder_id: int, choice: Choice | None) -> bool:
    with events.acting(project, coder_id, Kind.EMBEDDINGS, encoder=choice.name if choice else "off") as recorder:
        if embeddings.chosen(recorder.connection) != choice:
            embeddings.choose(recorder, choice)
    return recorder.changed


def _sound(vector: bytes, size: int) -> bool:
    """Whether these are so many numbers; what is not is made anew."""
    import numpy as np

    return len(vector) == 4 * size and bool(np.isfinite(np.frombuffer(vector, dtype="<f4")).all())


def _digest(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()
