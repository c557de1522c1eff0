"""The one place where the benchmark calls the program's suggester, and it calls it as the product does."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from zlib import crc32

from benchmarks.suggester.protocol import Key, Response, Scored, Split
from coder.domain.codebook import Codebook, Theme
from coder.domain.coding import Suggestion
from coder.suggest.classifier import Example, Suggester, Target
from coder.suggest.encoder import Encoder
from coder.suggest.features import TextFeatures
from coder.suggest.memory import TextMemory
from coder.suggesting import MOST_READ


@dataclass(frozen=True)
class Project:
    """What the program has to learn from: all texts of a project, without codings, and its codebook.

    `definitions` are by theme name; a theme without one has its name alone as codebook text.
    """

    responses: Sequence[Response]
    themes: Sequence[str]
    definitions: Mapping[str, str]
    encoder: Encoder | None = None

    @classmethod
    def of(cls, split: Split, *, defined: bool = False, encoder: Encoder | None = None) -> "Project":
        return cls(split.responses, split.themes, split.definitions if defined else {}, encoder)

    def learn(self, coded: Mapping[Key, Iterable[str]], *, seed: int = 0) -> "Model":
        """Fit to the reviewed responses. What is learnt from all texts is learnt once, with the first fit."""
        every = frozenset(self._theme_ids.values())
        examples = []
        for key, names in coded.items():
            at = self._places[key]
            target = _target(at, self.responses[at])
            themes = frozenset(self._theme_ids[name] for name in names)
            examples.append(Example(at, target.participant_id, target.question, target.text, themes, every))
        return Model(self, Suggester.fit(examples, self._codebook, memory=self._memory, seed=seed))

    @cached_property
    def _memory(self) -> TextMemory:
        every_nth = max(1, -(-len(self.responses) // MOST_READ))
        return TextMemory(TextFeatures.learn([r.text for r in self.responses[::every_nth]]), self.encoder)

    @cached_property
    def _theme_ids(self) -> Mapping[str, int]:
        return {name: i for i, name in enumerate(self.themes)}

    @cached_property
    def _codebook(self) -> Codebook:
        ids = self._theme_ids.items()
        return Codebook([Theme(i, name, definition=self.definitions.get(name, "")) for name, i in ids])

    @cached_property
    def _places(self) -> Mapping[Key, int]:
        return {r.key: i for i, r in enumerate(self.responses)}


@dataclass(frozen=True)
class Model:
    """The suggester after a fit."""

    project: Project
    suggester: Suggester

    def suggest(self, responses: Iterable[Response]) -> Iterator[Suggestion]:
        """What a person would be shown, with its evidence; `response_id` is the place in what was given."""
        return self.suggester.suggest(_target(i, r) for i, r in enumerate(responses))

    def usefulness(self, responses: Sequence[Response]) -> list[float]:
        """How much the review of each response would teach; 0 for a blank one."""
        found = dict.fromkeys(range(len(responses)), 0.0)
        found |= {r.response_id: r.useful for r in self.suggester.read(_target(i, r) for i, r in enumerate(responses))}
        return list(found.values())

    def scores(self, responses: Sequence[Response]) -> Iterator[Scored]:
        """The score of every theme for every response that is not blank."""
        targets = (_target(i, r) for i, r in enumerate(responses))
        for s in self.suggester.suggest(targets, all_scores=True):
            yield Scored(responses[s.response_id], self.project.themes[s.theme_id], s.score, s.suggested)


def _target(place: int, response: Response) -> Target:
    return Target(place, crc32(response.participant.encode()), response.question, response.text)
