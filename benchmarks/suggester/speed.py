"""How soon there are suggestions after one more coded response, and how fast and lean a whole corpus is scored."""

import csv
import random
import statistics
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path

import numpy as np
from scipy.sparse import hstack
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import Ridge
from threadpoolctl import threadpool_limits

from benchmarks.measure import Row, in_a_process, seconds
from benchmarks.suggester import ours, protocol
from benchmarks.suggester.protocol import NHS, Key, Response, Split
from coder.imports import SurveyRequest, import_survey
from coder.session import open_session

REFITS = 3
ON_SCREEN = 20
REFIT_BOUNDS = {300: 0.150, 3_000: 1.0}
CODED = 1_000
"""Coded responses of the model that scores in bulk."""
SCORED = 20_000
LEAST_RATE = 10.0
MEMORY_RATIO = 1.1


def made_up(seed: int) -> Iterator[Response]:
    """Responses without end, as long as NHS answers and of their words: half of one, then half of another."""
    texts = [r.text.split() for r in protocol.read_responses(protocol.data(NHS, "responses.csv"))]
    rng = random.Random(seed)
    number = 0
    while True:
        a, b = rng.choice(texts), rng.choice(texts)
        text = " ".join([*a[: (len(a) + 1) // 2], *b[len(b) // 2 :]])
        yield Response(f"made {seed}.{number}", "What was good?", text)
        number += 1


def refit(corpus: int, folder: Path) -> Iterator[Row]:
    """A fit after one more coded response, and the suggestions for the responses on screen, in a project so large."""
    for coded, bound in REFIT_BOUNDS.items():
        split = protocol.split(NHS, folder, coded=coded + REFITS, seed=0)
        given = list(split.coded.items())
        others = islice(made_up(0), max(0, corpus - len(split.responses)))
        project = ours.Project([*split.responses, *others], split.themes, {})
        screen = split.test[:ON_SCREEN]
        first = seconds(lambda: project.learn(dict(given[:coded])))  # noqa: B023
        own, peer = [], []
        for more in range(1, REFITS + 1):
            now = dict(given[: coded + more])
            own.append(seconds(lambda: list(project.learn(now).suggest(screen))))  # noqa: B023
            peer.append(seconds(lambda: _plain_fit(split, now, screen)))  # noqa: B023
        what = f"{corpus:,} texts, {coded:,} coded, {len(split.themes)} themes"
        value, promised = statistics.median(own), f"{bound} s"
        yield Row(f"{what}: first fit", first, "", 0, "", None)
        yield Row(f"{what}: refit", value, "TfidfVectorizer, Ridge", statistics.median(peer), promised, value < bound)


def _plain_fit(split: Split, coded: Mapping[Key, set[str]], screen: Sequence[Response]) -> None:
    """What the peer does: word and character features, one ridge for all themes, scores for the screen."""
    texts = {r.key: r.text for r in split.responses}
    target = np.array([[theme in given for theme in split.themes] for given in coded.values()], dtype=float)
    vectors = plain_vectors()
    rows = hstack([v.fit_transform([texts[key] for key in coded]) for v in vectors]).tocsr()
    model = Ridge(solver="sparse_cg").fit(rows, target)
    model.predict(hstack([v.transform([r.text for r in screen]) for v in vectors]).tocsr())


def plain_vectors() -> tuple[TfidfVectorizer, TfidfVectorizer]:
    """scikit-learn's own word and character features, as the protocol's words_chars_lr has them."""
    return (
        TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True),
        TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 5), sublinear_tf=True),
    )


def bulk_model(folder: Path) -> tuple[Split, ours.Model]:
    """The model that scores in bulk."""
    split = protocol.split(NHS, folder, coded=CODED, seed=0)
    return split, ours.Project.of(split).learn(split.coded)


def scoring(folder: Path) -> Row:
    """Thousands of responses a second on one core: suggestions with evidence, beside the features alone."""
    split, model = bulk_model(folder)
    vectors = plain_vectors()
    for vector in vectors:
        vector.fit([r.text for r in split.responses if r.key in split.coded])
    own, peer = [], []
    with threadpool_limits(1):
        for run in range(3):  # other responses each time: no answer can be a kept one
            responses = list(islice(made_up(run), SCORED))
            own.append(seconds(lambda: sum(1 for _ in model.suggest(responses))))  # noqa: B023
            texts = [r.text for r in responses]
            peer.append(seconds(lambda: [v.transform(texts) for v in vectors]))  # noqa: B023
    rate, peer_rate = SCORED / 1_000 / min(own), SCORED / 1_000 / min(peer)
    what = f"scoring, {len(split.themes)} themes, one core"
    return Row(what, rate, "TfidfVectorizer x 2 alone", peer_rate, f"{LEAST_RATE:.0f} k/s", rate >= LEAST_RATE, "k/s")


def memory(sizes: Sequence[int]) -> Iterator[Row]:
    """Peak memory of a process that scores so many responses; it may not grow from the fewest to the most."""
    peaks = []
    for size in sizes:
        _, wall, peak = in_a_process("benchmarks.suggester.alone", "score", str(size))
        peaks.append(peak)
        grown = peak / peaks[0]
        last = size == sizes[-1] and len(sizes) > 1
        promised, holds = (f"{MEMORY_RATIO} times", grown <= MEMORY_RATIO) if last else ("", None)
        yield Row(f"scoring {size:,} responses: peak memory", peak, f"{sizes[0]:,}", peaks[0], promised, holds, "MB")
        yield Row(f"scoring {size:,} responses: the whole process", wall, "", 0, "", None)


def bulk(size: int, folder: Path) -> Iterator[Row]:
    """`coder suggest` over a whole project of so many responses, 300 of them reviewed, on two cores."""
    survey, path = folder / "survey.csv", folder / "bulk.coder"
    with survey.open("w", newline="", encoding="utf-8") as file:
        out = csv.writer(file)
        out.writerow(["participant_id", "question", "text"])
        out.writerows((r.participant, r.question, r.text) for r in islice(made_up(5), size))
    path.unlink(missing_ok=True)
    import_survey(survey, path, SurveyRequest(), coder_name="Ana")
    session = open_session(path, "Ana")
    words = ("staff", "wait", "kind", "food", "clean", "time", "doctor", "nurse", "listen", "care")
    themes = {word: session.create_theme(word).theme_id for word in words}
    for response in session.queue()[:300]:
        text = session.view(response).response.text.lower()
        for word, theme in themes.items():
            if word in text:
                session.assign(response, theme)
        session.review(response)
    session.project.close()
    out_file = folder / "suggestions.csv"
    _, wall, peak = in_a_process("coder", "suggest", str(path), "--jobs", "2", "-o", str(out_file))
    yield Row(f"coder suggest --jobs 2, {size:,} responses, the whole command", wall, "", 0, "", None)
    yield Row(f"coder suggest --jobs 2, {size:,} responses: peak memory of the parent", peak, "", 0, "", None, "MB")
