"""What an event says to people: its kind, the facts that it keeps, and one plain sentence."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from string import Formatter
from typing import Any

from coder.domain.queue import Detour, Queue
from coder.domain.wording import counted


class Kind(StrEnum):
    IMPORT_SURVEY = "import survey"
    IMPORT_CODEBOOK = "import codebook"
    IMPORT_CODINGS = "import codings"
    IMPORT_ATTRIBUTES = "import attributes"
    IMPORT_PROJECT = "import project"
    CODE = "code"
    CODE_HITS = "code hits"
    CODE_HIGHLIGHTS = "code highlights"
    UNCODE = "uncode"
    ACCEPT = "accept"
    REJECT = "reject"
    HIGHLIGHT = "highlight"
    REMOVE_HIGHLIGHT = "remove highlight"
    IN_VIVO = "in vivo"
    TAKE_OVER = "take over"
    REVIEW = "review"
    UNREVIEW = "unreview"
    STAR = "star"
    UNSTAR = "unstar"
    MASK = "mask"
    UNMASK = "unmask"
    WRITE_MEMO = "write memo"
    EDIT_MEMO = "edit memo"
    DELETE_MEMO = "delete memo"
    DRAW_ORDER = "draw order"
    HOLD_BACK = "hold back"
    EMBEDDINGS = "embeddings"
    CREATE_THEME = "create theme"
    EDIT_THEME = "edit theme"
    MOVE_THEME = "move theme"
    MERGE_THEMES = "merge themes"
    ORDER_THEMES = "order themes"
    SPLIT_THEME = "split theme"
    ARCHIVE_THEME = "archive theme"
    BRING_BACK_THEME = "bring back theme"
    DELETE_THEME = "delete theme"
    SUGGEST = "suggest"
    FORGET = "forget"
    UNDO = "undo"
    REDO = "redo"


_SENTENCES: Mapping[Kind, str] = {
    Kind.IMPORT_SURVEY: "imported {responses:response} of {participants:participant} from {source}",
    Kind.IMPORT_CODEBOOK: "imported the codebook {source}: {themes:new theme}, {changed} changed",
    Kind.IMPORT_CODINGS: "imported {codings:coding} and {reviews:review} from {source}",
    Kind.IMPORT_ATTRIBUTES: "imported {values:fact} about participants from {source}",
    Kind.IMPORT_PROJECT: (
        "imported the project {source}: {responses:response}, {themes:theme}, {codings:coding}, {reviews:review}"
    ),
    Kind.CODE: "coded ‘{theme}’",
    Kind.CODE_HIGHLIGHTS: "coded {highlights:highlight} in {codings:response} with ‘{theme}’",
    Kind.CODE_HITS: "coded ‘{theme}’ at the hits of “{words}”: {codings:response}, {highlights:highlight}",
    Kind.UNCODE: "removed ‘{theme}’",
    Kind.ACCEPT: "accepted the suggestion ‘{theme}’",
    Kind.REJECT: "rejected the suggestion ‘{theme}’",
    Kind.HIGHLIGHT: "highlighted characters {start} to {end}",
    Kind.REMOVE_HIGHLIGHT: "removed the highlight from {start} to {end}",
    Kind.IN_VIVO: "made the theme ‘{theme}’ of the participant's own words",
    Kind.REVIEW: "marked as reviewed",
    Kind.UNREVIEW: "marked as not reviewed",
    Kind.STAR: "starred {quote}",
    Kind.UNSTAR: "took the star off {quote}",
    Kind.MASK: "masked characters {start} to {end}",
    Kind.UNMASK: "showed the masked characters {start} to {end} again",
    Kind.WRITE_MEMO: "wrote a memo on {about}",
    Kind.EDIT_MEMO: "changed a memo on {about}",
    Kind.DELETE_MEMO: "deleted a memo on {about}",
    Kind.DRAW_ORDER: "drew the random order of the participants, once for all (seed {seed})",
    Kind.HOLD_BACK: "held suggestions back on {percent:g} % of the responses from now on",
    Kind.EMBEDDINGS: "chose the sentence embeddings that suggestions go by: {encoder}",
    Kind.CREATE_THEME: "created the theme ‘{theme}’",
    Kind.EDIT_THEME: "changed the theme ‘{theme}’ ({fields})",
    Kind.MOVE_THEME: "moved the theme ‘{theme}’ to {place}",
    Kind.MERGE_THEMES: "merged the theme ‘{theme}’ into ‘{target}’ ({codings:coding})",
    Kind.ORDER_THEMES: "moved the theme ‘{theme}’ {way}",
    Kind.SPLIT_THEME: "split ‘{theme}’: {quotes:quote} {how} to ‘{target}’",
    Kind.ARCHIVE_THEME: "archived the theme ‘{theme}’ ({themes} with those below it, {codings:coding})",
    Kind.BRING_BACK_THEME: "brought the theme ‘{theme}’ back from the archive",
    Kind.DELETE_THEME: "deleted the theme ‘{theme}’ and its {codings:coding}",
    Kind.SUGGEST: "trained on {trained_on:response} and suggested {suggested:theme}",
    Kind.FORGET: "erased a participant for good ({responses:response})",
    Kind.UNDO: "undid: {what}",
    Kind.REDO: "did again: {what}",
}


class _Sentence(Formatter):
    """`{responses:response}` in it says how many there are: `1 response`."""

    def format_field(self, value: Any, format_spec: str) -> str:
        is_noun = isinstance(value, int) and len(format_spec) > 1
        return counted(value, format_spec) if is_noun else str(super().format_field(value, format_spec))


BETWEEN_NAMES = "’, ‘"
"""What stands between the names of several themes in one fact."""


@dataclass(frozen=True, slots=True)
class LogEntry:
    """One line of a project's log; `participant` and `question` are of the response it was about, if there is one.

    `undone`: what it did does not stand, as it was taken back.
    """

    seq: int
    at: str
    coder: str
    kind: Kind
    facts: Mapping[str, Any]
    bulk: bool = False
    participant: str = ""
    question: str = ""
    undone: bool = False

    @property
    def response_id(self) -> int | None:
        """The response that it was about."""
        found = self.facts.get("response")
        return None if found is None else int(found)

    @property
    def sentence(self) -> str:
        return describe(self.kind, self.facts)


def describe(kind: Kind, facts: Mapping[str, Any]) -> str:
    """What was done, in words; a person's erased facts are said to be erased."""
    if facts.get("erased"):
        return f"{kind} (of a participant who was erased)"
    if kind is Kind.IMPORT_SURVEY and facts.get("known"):
        said = _counted(facts, _IMPORTED)
        return (f"imported {said}" if said else "brought what was there up to date") + f" from {facts['source']}"
    if kind is Kind.TAKE_OVER:
        return f"took over {_counted(facts, _TAKEN_OVER)} from the earlier text"
    return _Sentence().vformat(_SENTENCES[kind], (), facts) + _led_by(facts.get("queue", Queue.FILE))


_IMPORTED = {
    "responses": "new response",
    "participants": "new participant",
    "changed": "changed text",
    "answers": "new closed answer",
}
_TAKEN_OVER = {"codings": "coding", "highlights": "highlight", "stars": "star"}


def _counted(facts: Mapping[str, Any], nouns: Mapping[str, str]) -> str:
    """Those of these things of which there are some: `1 coding, 2 highlights and 1 star`."""
    *said, last = [counted(facts[name], noun) for name, noun in nouns.items() if facts.get(name)] or [""]
    return f"{', '.join(said)} and {last}" if said else last


def _led_by(route: str) -> str:
    """What led to a review, where it was not the order of the file."""
    aside = {
        Queue.FILE.value: "",
        Detour.SEARCH.value: " (found by search)",
        Detour.FILTER.value: " (found by a filter)",
        Detour.PICKED.value: " (picked by hand)",
    }
    return aside.get(route, f" (queue: {route})")
