"""Which responses are read: everything that a filter says must hold."""

from collections.abc import Mapping
from dataclasses import dataclass, fields


@dataclass(frozen=True, slots=True)
class Filter:
    """What is asked of a response. A theme means the themes below it, too; `attributes` are (name, value).

    `anywhere`: of all questions, else of the one at hand. `wave`: of the questions of one wave; only with `anywhere`.
    `suggested_theme` narrows `suggested`. `changed`: its text replaced an older one and the coder has not reviewed it
    since. `absent`: the newest file that should have it has it no more. `stale`: reviewed before a theme of its
    question existed; `before_theme`: before this one did. `unthemed`: some highlight has no theme yet.
    """

    anywhere: bool = False
    wave: str | None = None
    attributes: tuple[tuple[str, str], ...] = ()
    with_theme: int | None = None
    without_theme: int | None = None
    unreviewed: bool = False
    suggested: bool = False
    suggested_theme: int | None = None
    changed: bool = False
    absent: bool = False
    stale: bool = False
    before_theme: int | None = None
    starred: bool = False
    unthemed: bool = False

    def __bool__(self) -> bool:
        """Whether anything is asked."""
        return any(getattr(self, f.name) != f.default for f in fields(self))

    @property
    def rereads(self) -> bool:
        """Whether it leaves what was reviewed, and is to be read again."""
        return self.stale or self.before_theme is not None

    def sentence(self, names: Mapping[int, str]) -> str:
        """The filter in words, by the names of the themes; empty where nothing is asked."""

        def theme(theme_id: int) -> str:
            return f"‘{names[theme_id]}’" if theme_id in names else "a theme that is gone"

        said = []
        if self.anywhere:
            said.append("all questions" + (f" of {self.wave or 'no wave'}" if self.wave is not None else ""))
        if self.with_theme is not None:
            said.append(f"with {theme(self.with_theme)}")
        if self.without_theme is not None:
            said.append(f"without {theme(self.without_theme)}")
        if self.unreviewed:
            said.append("not reviewed")
        if self.suggested:
            what = "" if self.suggested_theme is None else f" {theme(self.suggested_theme)}"
            said.append(f"suggested{what}" if what else "with a suggestion")
        if self.before_theme is not None:
            said.append(f"reviewed before {theme(self.before_theme)} existed")
        said += [words for name, words in TICKS.items() if name != "unreviewed" and getattr(self, name)]
        said += [f"{name}: {value}" for name, value in self.attributes]
        return ", ".join(said)


TICKS: Mapping[str, str] = {
    "unreviewed": "not reviewed",
    "changed": "changed by an import, not looked at since",
    "absent": "no longer in the newest file",
    "stale": "reviewed before a theme existed",
    "starred": "starred",
    "unthemed": "highlighted without a theme",
}
"""What holds or does not, by the field's name, in words."""

EVERYTHING = Filter()
"""The filter that asks nothing."""
