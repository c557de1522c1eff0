"""The codebook: a tree of themes, which questions each serves, and how a name finds its theme."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TypeVar

from coder.errors import NotFoundError, RefusedError

PATH_SEPARATOR = " > "
_SEPARATOR = re.compile(r"\s+>\s+")
_FEW_CODINGS = 20
_POOR_F1 = 0.5

Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class Theme:
    """A named meaning. `questions` are the keys of the questions it serves, empty for all of them.

    `born` is the codebook revision that brought it: reviews under an older one say nothing about it. `since` has the
    revisions at which it began to serve further questions.
    """

    id: int
    name: str
    parent_id: int | None = None
    definition: str = ""
    include: str = ""
    exclude: str = ""
    example: str = ""
    keywords: tuple[str, ...] = ()
    colour: str = ""
    key: str = ""
    position: int = 0
    born: int = 0
    questions: frozenset[str] = frozenset()
    since: tuple[tuple[str, int], ...] = ()

    def born_for(self, question_key: str) -> int:
        """The codebook revision from which on reviews of this question knew it."""
        return max(self.born, dict(self.since).get(question_key, 0))

    def as_for(self, question_key: str) -> "Theme":
        """The theme, as old as it is for this question."""
        return replace(self, born=self.born_for(question_key)) if self.since else self

    @property
    def is_described(self) -> bool:
        """Whether the codebook says more than the name about what belongs here."""
        return any(text.strip() for text in (self.definition, self.include, self.example, *self.keywords))


@dataclass(frozen=True, slots=True)
class ThemeSpec:
    """A theme as a codebook file has it: its place is the path of names, its questions are as written there."""

    path: tuple[str, ...]
    questions: tuple[str, ...] = ()
    definition: str = ""
    include: str = ""
    exclude: str = ""
    example: str = ""
    keywords: tuple[str, ...] = ()
    colour: str = ""
    key: str = ""


def split_path(text: str) -> tuple[str, ...]:
    """The names in `Parent > Child`; the sign separates only with white space on both sides."""
    return tuple(part for part in (p.strip() for p in _SEPARATOR.split(text)) if part)


@dataclass(frozen=True)
class Codebook:
    """The themes of a project, in the order in which they are shown."""

    themes: Sequence[Theme] = field(default=())

    @cached_property
    def by_id(self) -> Mapping[int, Theme]:
        return {t.id: t for t in self.themes}

    @cached_property
    def children(self) -> Mapping[int | None, tuple[Theme, ...]]:
        """The themes right below each theme, and below None the outermost, by position."""
        found: dict[int | None, list[Theme]] = {}
        for theme in self.themes:
            found.setdefault(theme.parent_id, []).append(theme)
        return {k: tuple(sorted(v, key=lambda t: (t.position, t.id))) for k, v in found.items()}

    def walk(self) -> Iterator[tuple[int, Theme]]:
        """(depth, theme) from the top down, each parent before its children.

        Themes that can't be reached from the top (see `is_sound`) come last, each as if it were outermost.
        """
        yield from self._walk_below(None)
        yield from ((0, theme) for theme in self._unreached)

    def _walk_below(self, top: int | None) -> Iterator[tuple[int, Theme]]:
        waiting = [(0, t) for t in reversed(self.children.get(top, ()))]
        while waiting:
            depth, theme = waiting.pop()
            if theme.id == top:  # a loop; a theme has one parent, so the start is all that can come again
                continue
            yield depth, theme
            waiting.extend((depth + 1, t) for t in reversed(self.children.get(theme.id, ())))

    @cached_property
    def _unreached(self) -> tuple[Theme, ...]:
        reached = {t.id for _, t in self._walk_below(None)}
        return tuple(t for t in self.themes if t.id not in reached)

    def is_sound(self) -> bool:
        """Whether every theme is reached from the top: no theme is above itself, and no parent is missing."""
        return not self._unreached

    def path(self, theme_id: int) -> tuple[str, ...]:
        """The names from the outermost theme down to this one; in a loop each name once."""
        return tuple(self.by_id[t].name for t in (*reversed(self.ancestors(theme_id)), theme_id))

    def ancestors(self, theme_id: int) -> tuple[int, ...]:
        """The themes above this one, nearest first; in a loop each once."""
        return tuple(self._climb(theme_id, {theme_id}))

    def _climb(self, theme_id: int, seen: set[int]) -> Iterator[int]:
        """The themes above this one up to the first that was seen; those passed are added to `seen`."""
        at = self.by_id[theme_id].parent_id
        while at is not None and at not in seen and at in self.by_id:
            seen.add(at)
            yield at
            at = self.by_id[at].parent_id

    def below(self, theme_id: int) -> tuple[int, ...]:
        """This theme and all themes below it."""
        return (theme_id, *(t.id for _, t in self._walk_below(theme_id)))

    def fold_up(self, own: Callable[[int], Value], join: Callable[[Iterable[Value]], Value]) -> dict[int, Value]:
        """For every theme, its own value joined with those of all themes below it.

        `join` must not depend on grouping, as sums and unions don't: each theme is joined with its children's results.
        """
        found: dict[int, Value] = {}
        for _, theme in reversed(list(self._walk_below(None))):
            below = self.children.get(theme.id, ())
            found[theme.id] = join([own(theme.id), *(found[t.id] for t in below)]) if below else own(theme.id)
        for theme in self._unreached:
            found[theme.id] = join([own(t) for t in self.below(theme.id)])
        return found

    def would_gain_from_definition(self, theme_id: int, codings: int, f1: float | None = None) -> bool:
        """Whether a definition is the cheapest way to better suggestions of the theme: it has none, nor other text,
        and is on few responses or poorly suggested.

        Measured: definitions are worth more than a hundred codings. Sub-themes speak for a theme that has some.
        """
        if self.by_id[theme_id].is_described or self.children.get(theme_id):
            return False
        return codings < _FEW_CODINGS or (f1 is not None and f1 < _POOR_F1)

    def serves(self, theme_id: int, question_key: str) -> bool:
        """Whether the theme, or any theme below it, serves the question."""
        return any(self._serves_itself(self.by_id[t], question_key) for t in self.below(theme_id))

    @staticmethod
    def _serves_itself(theme: Theme, question_key: str) -> bool:
        return not theme.questions or question_key in theme.questions

    def for_question(self, question_key: str, coded: Iterable[int] = ()) -> "Codebook":
        """The part of the codebook that serves one question, parents of serving themes included; as old as for it.

        Themes that are `coded` there belong to it too, whatever they serve now: no coding is out of every count.
        """
        there = frozenset(coded)
        serving: set[int] = set()
        for theme in self.themes:
            if theme.id not in serving and (theme.id in there or self._serves_itself(theme, question_key)):
                serving.add(theme.id)
                for _ in self._climb(theme.id, serving):  # adds those above, up to what is there already
                    pass
        return Codebook([t.as_for(question_key) for t in self.themes if t.id in serving])

    def at(self, path: Sequence[str]) -> Theme | None:
        """The theme at this whole path, from the outermost name down."""
        parent: int | None = None
        found: Theme | None = None
        for name in path:
            found = next((t for t in self.children.get(parent, ()) if fold_name(t.name) == fold_name(name)), None)
            if found is None:
                return None
            parent = found.id
        return found

    def find(self, reference: str) -> Theme:
        """The theme that a name or a path `Parent > Child` means here; names are compared without case.

        Where one bearer of a bare name is the other's ancestor, the lower one is meant (a sub-theme called
        like its category). Raises NotFoundError where none, or several, are left.
        """
        found = self._named(reference)
        lowest = [t for t in found if not any(t.id in self.ancestors(o.id) for o in found if o.id != t.id)]
        if len(lowest) == 1:
            return lowest[0]
        if lowest:
            raise NotFoundError(
                f"The theme name {reference!r} stands in {len(lowest)} places.",
                problems=[PATH_SEPARATOR.join(self.path(t.id)) for t in lowest],
                hint="Write its path: Parent > Child.",
            )
        raise NotFoundError(f"There is no theme {reference!r}.", hint="Check the name against the codebook.")

    def _named(self, reference: str) -> list[Theme]:
        folded = fold_name(reference)
        found = [t for t in self.themes if fold_name(t.name) == folded]
        if found:
            return found
        path = tuple(fold_name(p) for p in split_path(reference))
        if len(path) < 2:
            return []
        if (whole := self.at(path)) is not None:
            return [whole]
        return [t for t in self.themes if tuple(fold_name(n) for n in self.path(t.id))[-len(path) :] == path]

    def check_name(self, name: str, parent_id: int | None, *, but: int | None = None) -> str:
        """The name, trimmed, if a theme at this place may bear it; `but` is the theme that may have it already.

        Raises RefusedError for an empty name and for one that a sibling has.
        """
        name = name.strip()
        if not name:
            raise RefusedError("A theme needs a name.")
        if len(split_path(name)) > 1 or name.startswith("> ") or name.endswith(" >"):
            raise RefusedError(
                f"The name {name!r} reads as a path: ‘ > ’ stands between a theme and its sub-theme.",
                hint="Write it without the sign, or make the sub-theme below its theme.",
            )
        for sibling in self.children.get(parent_id, ()):
            if sibling.id != but and fold_name(sibling.name) == fold_name(name):
                raise RefusedError(
                    f"There is a theme {sibling.name!r} at this place already.",
                    hint="Choose another name, or merge the two.",
                )
        return name

    def check_move(self, theme_id: int, parent_id: int | None) -> None:
        """Raises RefusedError where the theme can't go below that parent: itself, its own child, a name taken."""
        if parent_id is not None and parent_id in self.below(theme_id):
            raise RefusedError("A theme can't be put below itself.")
        self.check_name(self.by_id[theme_id].name, parent_id, but=theme_id)


def fold_name(name: str) -> str:
    """A name as names are compared: without case and outer or doubled white space."""
    return " ".join(name.casefold().split())


def ordered(themes: Iterable[Theme]) -> Codebook:
    """A codebook whose `themes` stand in tree order, those that can't be reached from the top at the end."""
    book = Codebook(list(themes))
    return Codebook([t for _, t in book.walk()])
