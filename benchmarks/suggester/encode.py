"""Vectors of texts by the MiniLM of the PyPI package; `meaning` runs this inside the peers' environment.

python -m benchmarks.suggester.encode TEXTS.json VECTORS.npy
"""

import json
import sys
from pathlib import Path

import numpy as np
from sentence_transformers import SentenceTransformer

from benchmarks.suggester.peers import minilm_folder


def main() -> None:
    texts, vectors = map(Path, sys.argv[1:])
    model = SentenceTransformer(str(minilm_folder()), device="cpu")
    np.save(vectors, model.encode(json.loads(texts.read_text()), normalize_embeddings=True).astype(np.float32))


if __name__ == "__main__":
    main()
