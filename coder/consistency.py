"""Consistency of one coder: answers that are the same, or nearly, and yet have other themes."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from coder.language.likeness import near, normalised
from coder.store import coding
from coder.store.project import Project

MOST_TEXTS = 50_000  # different texts that are compared for being nearly the same
MOST_FOUND = 2_000
_MOST_IDS = 20


@dataclass(frozen=True, slots=True)
class Variant:
    """Responses with the same words and the same themes: the first ones, and how many there are."""

    themes: frozenset[int]
    response_ids: tuple[int, ...]
    count: int


@dataclass(frozen=True, slots=True)
class Inconsistency:
    """One answer that was coded in several ways; `likeness` is 1 where the words are the same."""

    likeness: float
    variants: tuple[Variant, ...]


@dataclass(frozen=True, slots=True)
class Checked:
    """What was found, the same words first. `responses`: how many were looked at; `texts`: how many different ones they
    are; `compared`: how many of these were compared for being nearly the same."""

    found: tuple[Inconsistency, ...]
    responses: int
    texts: int
    compared: int


def check(project: Project, question_id: int, coder_id: int) -> Checked:
    """Look through what a coder has reviewed or coded under a question, all its waves.

    The same words are looked for among all. For nearly the same ones the first `MOST_TEXTS` different texts are
    compared, and at most `MOST_FOUND` are given.
    """
    with project.read() as connection:
        judged = coding.read_judged(connection, question_id, coder_id)
    ways: defaultdict[str, defaultdict[frozenset[int], list[int]]] = defaultdict(lambda: defaultdict(list))
    for response in judged:
        ways[normalised(response.text)][response.themes].append(response.response_id)
    same = [_inconsistency(1.0, [way]) for way in ways.values() if len(way) > 1]
    same.sort(key=lambda one: -sum(variant.count for variant in one.variants))
    texts = [text for text in ways if text][:MOST_TEXTS]
    alike = [
        _inconsistency(likeness, [ways[texts[one]], ways[texts[other]]])
        for one, other, likeness in near(texts)
        if ways[texts[one]].keys() != ways[texts[other]].keys()
    ]
    alike.sort(key=lambda one: (-one.likeness, one.variants[0].response_ids))
    return Checked(tuple([*same, *alike][:MOST_FOUND]), len(judged), len(ways), len(texts))


def _inconsistency(likeness: float, ways: Iterable[Mapping[frozenset[int], list[int]]]) -> Inconsistency:
    variants = [
        Variant(themes, tuple(ids[:_MOST_IDS]), len(ids))
        for way in ways
        for themes, ids in sorted(way.items(), key=lambda item: (-len(item[1]), item[1]))
    ]
    return Inconsistency(likeness, tuple(variants))


def as_json(checked: Checked) -> dict[str, Any]:
    """For the way between two processes."""
    found = [
        [one.likeness, [[sorted(v.themes), list(v.response_ids), v.count] for v in one.variants]]
        for one in checked.found
    ]
    return {"found": found, "compared": [checked.responses, checked.texts, checked.compared]}


def from_json(given: Mapping[str, Any]) -> Checked:
    """What `as_json` made."""
    found = (
        Inconsistency(likeness, tuple(Variant(frozenset(themes), tuple(ids), count) for themes, ids, count in variants))
        for likeness, variants in given["found"]
    )
    responses, texts, compared = given["compared"]
    return Checked(tuple(found), responses, texts, compared)
