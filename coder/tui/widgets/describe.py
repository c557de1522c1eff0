"""What a response's view says, in the words and marks that the coding screen shows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from rich.cells import cell_len, set_cell_size

from coder.domain.codebook import Codebook
from coder.domain.coding import MASK, Ground, Origin, Span, Suggestion
from coder.domain.display import one_line
from coder.domain.memo import PROJECT, Place, Subject
from coder.tui.keys import theme_keys
from coder.tui.widgets.clusters import drawn
from coder.tui.widgets.lists import Line
from coder.tui.widgets.marks import Kind, Mark
from coder.tui.widgets.palette import Ground as Backdrop
from coder.tui.widgets.palette import Paint, hit, neutral, paints

if TYPE_CHECKING:
    from coder.session import ResponseView


@dataclass(frozen=True, slots=True)
class Legend:
    """How the themes of a question are shown: their key and their colours."""

    book: Codebook = field(default_factory=Codebook)
    keys: Mapping[int, str] = field(default_factory=dict)
    paints: Mapping[int, Paint] = field(default_factory=dict)
    neutral: Paint | None = None
    hit: Paint | None = None

    def name(self, theme_id: int) -> str:
        theme = self.book.by_id.get(theme_id)
        return theme.name if theme else "(a theme of another question)"

    def sign(self, theme_id: int) -> str:
        return self.keys.get(theme_id) or self.name(theme_id)[:1]


def legend_of(codebook: Codebook, question_key: str, taken: Set[str], ground: Backdrop | None) -> Legend:
    """The legend of one question; `taken` are the characters that no theme can have."""
    book = codebook.for_question(question_key)
    colours = paints([theme for _, theme in book.walk()], ground)
    return Legend(book, theme_keys(book, taken), colours, neutral(ground), hit(ground))


def marks_of(
    view: ResponseView, legend: Legend, terms: Iterable[Span] = (), at: int = -1, hits: Iterable[Span] = ()
) -> list[Mark]:
    """Highlights, the evidence of suggestion number `at` (-1: of none), key terms, stars, masks, hits of a search."""
    length = len(view.response.text)
    marks = [Mark(span, Kind.TERM, legend.neutral) for span in terms if span.end <= length]
    if 0 <= at < len(view.suggestions):
        suggestion = view.suggestions[at]
        paint, sign = legend.paints.get(suggestion.theme_id), legend.sign(suggestion.theme_id)
        marks += [Mark(e.span, Kind.EVIDENCE, paint, (sign,)) for e in suggestion.evidence]
    for marked in view.marked:
        themes = marked.theme_ids
        if themes:
            signs = tuple(legend.sign(theme) for theme in themes)
            marks.append(Mark(marked.span, Kind.HIGHLIGHT, legend.paints.get(themes[0], legend.neutral), signs))
        else:
            marks.append(Mark(marked.span, Kind.OPEN, legend.neutral))
    marks += [Mark(span, Kind.HIT, legend.hit, ("/",)) for span in hits]
    marks += [Mark(span, Kind.STAR, None, ("★",)) for span in view.stars]
    marks += [Mark(span, Kind.MASK, None, (MASK,)) for span in view.masks]
    return marks


def lines_of(view: ResponseView, legend: Legend) -> list[Line]:
    """The codings of a response in codebook order, highlights without a theme, stars and masks, then suggestions."""
    text = view.response.text
    spans = {m.highlight_id: m.span for m in view.marked}
    order = {theme.id: at for at, (_, theme) in enumerate(legend.book.walk())}
    lines = []
    whole = Span(0, len(text))

    noted_words = {spans[p.id] for p in view.noted if p.subject is Subject.HIGHLIGHT and p.id in spans}

    def said(found: Iterable[Span]) -> tuple[str, ...]:
        signs = {s: ("★ " if s in view.stars else "") + ("✎ " if s in noted_words else "") for s in found}
        return tuple(f"{sign}“{_on_line(s.of(text))}”" for s, sign in signs.items())

    for coding in sorted(view.codings, key=lambda c: order.get(c.theme_id, len(order))):
        words = said(sorted(spans[h] for h in coding.highlight_ids if h in spans))
        star = "★ " if not words and whole in view.stars else ""
        note = f"{star}whole response" + (", as suggested" if coding.origin is Origin.SUGGESTION else "")
        pencil = "✎ " if Place(Subject.CODING, coding.id) in view.noted else ""
        lines.append(Line(coding.theme_id, pencil + legend.name(coding.theme_id), words, note=note))
    without = said(sorted(m.span for m in view.marked if not m.theme_ids))
    if without:
        lines.append(Line(0, "highlighted, no theme yet", without))
    if whole in view.stars:
        lines.append(Line(0, "★ whole response", (), note="starred"))
    starred = said(s for s in view.stars if s != whole and s not in spans.values())
    if starred:
        lines.append(Line(0, "starred", starred))
    if view.masks:
        lines.append(Line(0, "masked", tuple(f"“{_on_line(s.of(text))}”" for s in view.masks)))
    for s in view.suggestions:
        words = tuple(dict.fromkeys(f"“{_on_line(e.span.of(text))}”" for e in s.evidence))
        note = "codebook" if s.ground is Ground.CODEBOOK else ""
        lines.append(Line(s.theme_id, legend.name(s.theme_id), words, score=_percent(s), note=note))
    return lines


def _on_line(words: str) -> str:
    return " ".join(words.split())


def _percent(suggestion: Suggestion) -> int:
    return min(99, round(100 * suggestion.score))  # it is never certain


def why(view: ResponseView, suggestion: Suggestion, name: str) -> str:
    """What a suggestion goes by: its ground, and the words with their shares of what spoke for it."""
    learnt = {
        Ground.CODING: "learnt from responses that were coded with it",
        Ground.CODEBOOK: "learnt from the codebook's words for it: too few responses have been coded with it",
    }
    text = [f"‘{name}’, {_percent(suggestion)} % likely; {learnt[suggestion.ground]}.", ""]
    text += ["What spoke for it:"]
    text += [f"{100 * e.share:4.0f} %  “{e.span.of(view.response.text)}”" for e in suggestion.evidence]
    if not suggestion.evidence:
        text.append("the meaning of the whole, and no word by itself")
    return "\n".join(text)


def person_of(view: ResponseView) -> tuple[str, str]:
    """The participant, and what is known about them."""
    facts = [f"{one_line(k, 24)}: {one_line(v, 40)}" for k, v in view.participant.attributes.items() if v.strip()]
    part = f" (part {view.response.part})" if view.response.part > 1 else ""
    return one_line(view.participant.external_id, 40) + part, "   ".join(facts)


def memos_of(view: ResponseView) -> str:
    """What of the response's head has a memo, by the sign of memos."""
    places = (
        (Place(Subject.PARTICIPANT, view.participant.id), "participant"),
        (Place(Subject.RESPONSE, view.response.id), "response"),
    )
    named = " and ".join(name for place, name in places if place in view.noted)
    return f"  ✎ {named}" if named else ""


def notable(view: ResponseView, legend: Legend, caret: int, selection: Span | None) -> list[tuple[str, Place]]:
    """All that a memo can be about from here, in words: what is nearest first, then every theme, question, project."""
    found = [("this response", Place(Subject.RESPONSE, view.response.id))]
    highlight = highlight_at(view, caret, selection)
    if highlight is not None:
        words = next(m.span for m in view.marked if m.highlight_id == highlight).of(view.response.text)
        found.append((f"the highlight “{one_line(words, 60)}”", Place(Subject.HIGHLIGHT, highlight)))
    found += [
        (f"the coding ‘{legend.name(c.theme_id)}’ of this response", Place(Subject.CODING, c.id)) for c in view.codings
    ]
    found.append(
        (
            f"the participant {one_line(view.participant.external_id, 40)}",
            Place(Subject.PARTICIPANT, view.participant.id),
        )
    )
    found.append(("this question", Place(Subject.QUESTION, view.question.id)))
    found.append(("the project", PROJECT))
    return found + [(f"the theme ‘{path}’", Place(Subject.THEME, theme)) for theme, path in serving(legend)]


def quoted(text: str, span: Span, room: int) -> str:
    """The selected words in so many cells: line ends and controls visible, and where they are long, both their ends."""
    words, room = span.of(text), max(8, room - 2)
    shown = drawn(words[: 4 * room])
    if len(words) <= 4 * room and cell_len(shown) <= room:
        return f"“{shown}”"
    half = (room - 3) // 2
    head, tail = set_cell_size(shown, half).rstrip(), drawn(words[-2 * half :])
    while cell_len(tail) > half:
        tail = tail[1:]
    return f"“{head} … {tail.lstrip()}”"


def highlight_at(view: ResponseView, caret: int, selection: Span | None) -> int | None:
    """The id of the highlight under the caret or the selection: the shortest, where several are."""
    here = [m for m in view.marked if (m.span.overlaps(selection) if selection else m.span.start <= caret < m.span.end)]
    return min(here, key=lambda m: m.span.end - m.span.start).highlight_id if here else None


def quote_at(view: ResponseView, caret: int, selection: Span | None) -> Span:
    """What a star is for: the highlight around the caret or the selection, else the selection, else the response.

    A starred stretch around them comes before all, so that the same key takes its star off.
    """
    here = selection or Span(caret, caret + 1)
    whole = Span(0, len(view.response.text))
    around = _shortest(s for s in (*view.stars, *(m.span for m in view.marked)) if s != whole and s.covers(here))
    return around or selection or whole


def mask_at(view: ResponseView, caret: int, selection: Span | None) -> Span | None:
    """The masked words around the caret or the selection."""
    here = selection or Span(caret, caret + 1)
    return _shortest(span for span in view.masks if span.covers(here))


def _shortest(spans: Iterable[Span]) -> Span | None:
    return min(spans, key=lambda s: s.end - s.start, default=None)


def serving(legend: Legend) -> Sequence[tuple[int, str]]:
    """(theme, its path from the top) in the order of the codebook."""
    return [(theme.id, " > ".join(legend.book.path(theme.id))) for _, theme in legend.book.walk()]


def narrowing(searched: str, sentence: str) -> str:
    """What a search and a filter ask, in one line."""
    words = f"“{one_line(searched, 40)}”" if searched else ""
    return ", ".join(filter(None, [words, one_line(sentence, 200)]))
