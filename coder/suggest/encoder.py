"""Sentence embeddings, an optional extra: the model that gives them, and what a text's meaning adds to its row.

Nothing is downloaded unless that is asked for, and a model that would run code of its own is refused.
"""

import hashlib
import json
import os
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from coder.errors import CoderError
from coder.suggest.features import LONGEST_TEXT

Vectors = NDArray[np.float32]
Floats = NDArray[np.float64]

WEIGHT = 1.25
"""Vectors are as long as this beside the rows of the words, so the square of it weighs the likeness in meaning.

Measured with all-MiniLM-L6-v2 (micro F1, macro F1, mean average precision, top three; 3 seeds, theme names alone):
                   by words alone        1                     1.25                  1.5
nhs_fft        30  .446/.296/.318/.685   .497/.343/.392/.728   .491/.351/.398/.717   .489/.348/.398/.717
              100  .566/.358/.356/.761   .605/.399/.425/.800   .605/.404/.432/.801   .601/.400/.433/.800
              400  .653/.437/.443/.814   .681/.474/.502/.849   .682/.475/.506/.850   .682/.468/.505/.848
anes2008_mip   30  .709/.498/.523/.755   .720/.542/.637/.835   .716/.555/.640/.844   .717/.556/.641/.848
              100  .754/.546/.562/.838   .778/.589/.673/.890   .779/.606/.678/.895   .782/.604/.682/.898
              400  .810/.674/.720/.912   .822/.705/.784/.939   .826/.710/.790/.942   .827/.716/.792/.943
"""
_GRID = 2.0**14
"""Vectors are rounded to so many steps: sums of their products are exact (as WEIGHT has few binary digits), and so the
same in whatever order they are taken."""
_HUB_NAME = re.compile(r"\w[\w.-]*(?:/\w[\w.-]*)?")
_DESCRIPTIONS = ("config.json", "modules.json")
_MODEL_FILES = {".json", ".txt", ".model", ".safetensors", ".bin"}
_OTHER_FORMATS = {"onnx", "openvino"}
_NOT_NEEDED = ["onnx/*", "openvino/*", "*.onnx", "*.h5", "*.ot", "*.msgpack", "*.tflite"]


class Encoder(Protocol):
    """What gives texts their vectors: two of the same `name` give the same ones, `size` numbers each."""

    @property
    def name(self) -> str: ...

    @property
    def size(self) -> int: ...

    def encode(self, texts: Sequence[str]) -> Vectors:
        """At least one text: texts x size, each row of length 1, or 0 where the model knows nothing of the text."""
        ...


@dataclass(frozen=True)
class KnownTexts:
    """An encoder of the texts whose vectors are at hand, and of no others."""

    name: str
    size: int
    vectors: Mapping[str, Vectors]

    def encode(self, texts: Sequence[str]) -> Vectors:
        """The vectors of these texts."""
        return np.array([self.vectors[text] for text in texts], dtype=np.float32)


def meaning_of(texts: Sequence[str], encoder: Encoder | None) -> Floats:
    """What the whole of each text says, beside its words: texts x size; without an encoder there are no columns."""
    if encoder is None or not texts:
        return np.zeros((len(texts), encoder.size if encoder else 0))
    return np.asarray(np.round(encoder.encode(texts) * _GRID) * (WEIGHT / _GRID), dtype=np.float64)


def with_meaning(words: sparse.csr_array, meaning: Floats) -> sparse.csr_array:
    """Rows of texts with the columns of their meaning behind those of their words."""
    if not meaning.shape[1]:
        return words
    return sparse.csr_array(sparse.hstack([words, sparse.csr_array(meaning)], format="csr"))


class EncoderError(CoderError):
    """A sentence model, or a library for it, is missing or can't be used."""


@dataclass(frozen=True)
class SentenceModel:
    """A model in memory, ready to encode; made by `load`."""

    name: str
    size: int
    run: Callable[[list[str]], NDArray[Any]]

    def encode(self, texts: Sequence[str]) -> Vectors:
        """The vectors of these texts, of which there is one at least; LONGEST_TEXT characters of each are read."""
        return _unit_rows(self.run([text[:LONGEST_TEXT] for text in texts]))


def load(source: str, *, download: bool = False) -> SentenceModel:
    """The model of a local folder or of a hub name, for model2vec or sentence-transformers, whichever it was made for.

    Its name says which files it was made of. Raises EncoderError where a library or the model is missing; a hub name
    is looked for on this machine alone, unless it may be downloaded.
    """
    if not download:
        os.environ["HF_HUB_OFFLINE"] = "1"  # read by the libraries as they are loaded
    folder = _find(source, download)
    if not any((folder / name).is_file() for name in _DESCRIPTIONS):
        raise EncoderError(
            f"There is no sentence model in {folder}.", hint=f"Its folder would have a {' or a '.join(_DESCRIPTIONS)}."
        )
    if _has_code(folder):
        raise EncoderError(f"The model {source} would run code of its own.", hint="Take one of plain weights.")
    name = f"{folder.name if is_folder(source) else source} {_digest(folder)}"
    static = _is_static(folder)
    open_model = _open_static if static else _open_transformer
    try:
        run = open_model(folder)
        size = run(["one text"]).shape[1]
    except ImportError as error:
        raise _library_missing("model2vec" if static else "sentence-transformers", error) from error
    except Exception as error:  # each library, and each of theirs, raises its own
        raise EncoderError(
            f"{source} can't be loaded as a sentence model: {error}",
            hint="Take a model that was made for sentence-transformers or model2vec.",
        ) from error
    return SentenceModel(name, size, run)


def is_folder(source: str) -> bool:
    """Whether the name of a model is that of a folder on this machine."""
    return bool(source) and Path(source).expanduser().is_dir()


def _find(source: str, download: bool) -> Path:
    """The folder of the model's files."""
    if is_folder(source):
        return Path(source).expanduser().resolve()
    if not _HUB_NAME.fullmatch(source):
        raise EncoderError(
            f"There is no folder {source}.", hint="Name a folder, or a model on the Hugging Face hub: owner/name"
        )
    try:
        from huggingface_hub import snapshot_download
        from huggingface_hub.errors import LocalEntryNotFoundError
    except ImportError as error:
        raise _library_missing("sentence-transformers", error) from error
    repository = source if "/" in source else f"sentence-transformers/{source}"
    try:
        return Path(snapshot_download(repository, local_files_only=not download, ignore_patterns=_NOT_NEEDED))
    except LocalEntryNotFoundError as error:
        if not download:
            raise EncoderError(
                f"The model {source} is not on this machine.",
                hint=f"Fetch it once from the Hugging Face hub: coder embeddings PROJECT {source} --download",
            ) from error
        raise EncoderError(f"The model {source} could not be downloaded: {error}") from error
    except Exception as error:  # the hub's own errors, and those of the network
        raise EncoderError(f"The model {source} could not be downloaded: {error}") from error


def _open_static(folder: Path) -> Callable[[list[str]], NDArray[Any]]:
    from model2vec import StaticModel

    model = StaticModel.from_pretrained(folder)
    return lambda texts: np.asarray(model.encode(texts, use_multiprocessing=False))


def _open_transformer(folder: Path) -> Callable[[list[str]], NDArray[Any]]:
    from sentence_transformers import SentenceTransformer
    from transformers.utils import logging

    logging.disable_progress_bar()
    model = SentenceTransformer(str(folder), local_files_only=True)
    return lambda texts: np.asarray(model.encode(texts, show_progress_bar=False))


def _library_missing(library: str, error: ImportError) -> EncoderError:
    return EncoderError(
        f"Sentence embeddings need the library {library}, which can't be loaded here: {error}.",
        hint=f"Install it: pip install {library} (or both: pip install 'thematic-coder[embeddings]')",
    )


def _has_code(folder: Path) -> bool:
    """Whether loading it would run more than the library: sentence-transformers runs what a local folder names."""
    kinds: list[Any] = []
    for path in folder.rglob("*.json"):
        match path.name, _read_json(path):
            case "modules.json", [*modules]:
                kinds += [m.get("type") for m in modules if isinstance(m, dict)]
            case "router_config.json", {"types": {**types}}:
                kinds += types.values()
    return any(folder.rglob("*.py")) or not all(str(kind).startswith("sentence_transformers.") for kind in kinds)


def _is_static(folder: Path) -> bool:
    """Whether the model was made for model2vec, whose folders have the layout of sentence-transformers' as well."""
    config, modules = _read_json(folder / "config.json"), _read_json(folder / "modules.json")
    match modules:
        case [{"type": str(kind), "path": "" | "."}, *_] if kind.endswith(".StaticEmbedding"):
            return True
    return isinstance(config, dict) and config.get("model_type") == "model2vec"


def _read_json(path: Path) -> Any:
    """What the file says; None where it does not."""
    try:
        return json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return None


def _digest(folder: Path) -> str:
    """Of the files that make the model: another one under the same name has another digest."""
    files = sorted(p.relative_to(folder) for p in folder.rglob("*") if p.suffix in _MODEL_FILES)
    whole = hashlib.sha256()
    for path in files:
        if _OTHER_FORMATS & set(path.parts):
            continue
        with (folder / path).open("rb") as file:
            whole.update(f"{path.as_posix()}\0".encode())
            whole.update(hashlib.file_digest(file, "sha256").digest())
    return whole.hexdigest()[:16]


def _unit_rows(vectors: NDArray[Any]) -> Vectors:
    found = np.nan_to_num(vectors.astype(np.float64), posinf=0, neginf=0)
    length = np.linalg.norm(found, axis=1, keepdims=True)
    return np.asarray(found / np.maximum(length, 1e-12), dtype=np.float32)
