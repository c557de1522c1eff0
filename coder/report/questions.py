"""The parts of a report on its open questions: each with its bases, figures, tables, and people's words."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace

from coder.analysis import crosstab, waves
from coder.analysis.tally import Cut, QuestionTally, Tally, tally
from coder.analysis.together import co_occurrence
from coder.disclosure import Shown
from coder.domain.wording import of_whom
from coder.picturing import group_bars, theme_changes, themes_together, wave_bars
from coder.quoting import Choice, Chosen, Quoted, ThemeQuotes, choose
from coder.report import changing, grouping, themes
from coder.report.contents import Behind, Block, Folded, Named, Paragraph, Piece, Quote, Quotes, Section, Voice
from coder.report.numbering import Drawn, Numbering
from coder.report.prompts import headed, prompt_of, shortened
from coder.report.request import Request
from coder.report.themes import Asked
from coder.report.voices import Voices
from coder.store.counts import NO_VALUE
from coder.store.project import Project


@dataclass(frozen=True)
class Made:
    """The sections, what they were counted from, what was quoted in them, what else of people's words stands behind
    their numbers, and how many have each value of the groups whose numbers do so."""

    sections: tuple[Section, ...]
    asked: Mapping[str, list[Asked]]
    quoted: tuple[Quoted, ...]
    shown: tuple[Shown, ...]
    groups: Mapping[str, int]


class OpenQuestions:
    """Makes the sections of some open questions; `step` is called after each question in each wave."""

    def __init__(
        self,
        project: Project,
        request: Request,
        question_ids: tuple[int, ...],
        attributes: tuple[str, ...],
        numbering: Numbering,
        step: Callable[[], None],
    ) -> None:
        self._project, self._request, self._numbering, self._step = project, request, numbering, step
        self._cut = Cut(question_ids, request.by, request.coder, request.base, request.census)
        self._choice = choice_of(request, attributes)
        self._voices = Voices(project, base=request.base, coder=request.coder, own_ids=request.ids)
        self._quoted: list[Quoted] = []
        self._tables: dict[int, crosstab.Table] = {}
        self._groups_shown: dict[str, int] = {}

    def make(self) -> Made:
        asked = themes.asked_of(self._count())
        changes: dict[str, list[waves.Change]] = {}
        if any(len(found) > 1 for found in asked.values()):
            for change in waves.compare(self._project, replace(self._cut, by="")):
                changes.setdefault(change.before.key, []).append(change)
        sections = [self._question(found, changes.get(key, [])) for key, found in asked.items()]
        return Made(tuple(sections), asked, tuple(self._quoted), tuple(self._voices.shown), self._groups_shown)

    def _count(self) -> Tally:
        if not self._cut.by:
            return tally(self._project, self._cut)
        found = crosstab.crosstab(self._project, self._cut)
        self._tables = {table.question.id: table for table in found.tables}
        counted = tuple(
            QuestionTally(t.question, t.codebook, t.counted, {g.value: g.counted for g in t.groups})
            for t in found.tables
        )
        return Tally(self._cut, found.coders, counted)

    def _question(self, asked: list[Asked], changes: list[waves.Change]) -> Section:
        first = asked[0].question
        title, wording = headed(first.key if len(asked) > 1 else prompt_of(first))
        if len(asked) == 1:
            return Section(asked[0].anchor(), title, (*wording, *self._wave(asked[0])))
        blocks: list[Block] = [*wording]
        if spec := wave_bars([one.tally for one in asked], self._cut):
            caption = (f"The themes in each wave, in percent of {of_whom(self._request.base)} in it.",)
            blocks.append(self._numbering.figure(caption, Drawn(replace(spec, title=shortened(spec.title), notes=()))))
        for one in asked:
            name = Named(one.question.wave or "Without a wave")
            blocks.append(Section(one.anchor(), (name,), tuple(self._wave(one))))
        blocks += [self._change(change) for change in changes if change.themes]
        return Section(f"questions-{first.id}", title, tuple(blocks))

    # --- one question in one wave ---

    def _wave(self, asked: Asked) -> Iterator[Block]:
        yield Paragraph(themes.finding(asked), Voice.LEAD)
        yield themes.chain_of(asked)
        if asked.counted.chain.reviewed or any(t.participants for t in asked.order):
            yield from themes.notes_of(themes.remarks_of(asked))
            if asked.order:
                yield from self._themes(asked)
            else:
                yield Paragraph(("No theme serves this question yet.",))
        self._step()

    def _themes(self, asked: Asked) -> Iterator[Block]:
        if (spec := themes.spec_of(asked)) is not None:
            yield self._numbering.figure(themes.caption_of(asked), Drawn(spec))
        people = self._people(asked)
        yield themes.table_of(asked, self._numbering, {theme: found.anchor for theme, found in people.items()})
        if table := self._tables.get(asked.question.id):
            yield from self._groups(asked, table)
        if self._request.together:
            found = co_occurrence(self._project, replace(self._cut, by=""), asked.question.id)
            if (together := themes_together(found, self._cut)) is not None:
                caption = ("Participants who mention both of two themes; on the diagonal, those who mention the one.",)
                drawn = Drawn(replace(together, title=shortened(together.title), subtitle=""))
                yield self._numbering.figure(caption, drawn)
        if self._request.quotes:
            quoted = choose(self._project, asked.question.id, self._choice)
            self._quoted.append(quoted)
            yield from self._words(asked, None, quoted.themes, people)

    def _people(self, asked: Asked) -> dict[int, Behind]:
        """Those behind each number of a question, by theme."""
        if not self._request.quotes:
            return {}
        counts = self._voices.counts(asked.question)
        anchors = {t.theme_id: f"{asked.anchor(t.theme_id)}-people" for t in asked.order}
        wanted = [counts.of(theme, anchor, asked.name(theme)) for theme, anchor in anchors.items()]
        found = self._voices.read(asked.question, wanted)
        return {theme: found[anchor] for theme, anchor in anchors.items() if anchor in found}

    def _words(
        self, asked: Asked, parent: int | None, quoted: Mapping[int, ThemeQuotes], people: Mapping[int, Behind]
    ) -> Iterator[Block]:
        """The words for the themes right below one; those of a theme that gathers others stand in its own section."""
        for t in asked.below(parent):
            if t.theme_id not in people:
                continue
            name = (Named(asked.name(t.theme_id)), f" ({t.participants:,} of {t.base:,})")
            anchor = asked.anchor(t.theme_id)
            own = tuple(quote_of(q) for q in quoted[t.theme_id].quotes if t.theme_id in q.theme_ids)
            below = tuple(self._words(asked, t.theme_id, quoted, people))
            if not below:
                yield Quotes(f"{anchor}-quotes", name, own)
                yield people[t.theme_id]
                continue
            whole = (Quotes(f"{anchor}-quotes", ("As a whole",), own),) if own else ()
            yield Section(anchor, name, (people[t.theme_id], *whole, *below))

    # --- groups and waves ---

    def _groups(self, asked: Asked, table: crosstab.Table) -> Iterator[Block]:
        by = self._request.by
        spec = group_bars(asked.tally, self._cut)
        spec = replace(spec, title=shortened(spec.title), notes=())
        yield self._numbering.figure(("The themes by ", Named(by), "."), Drawn(spec))
        if len(table.groups) > grouping.MOST:
            yield Paragraph(grouping.too_many(by, len(table.groups)), Voice.NOTE)
            return
        behind: dict[str, Behind] = {}
        if self._request.quotes:
            counts = self._voices.counts(asked.question, by)
            wanted = [
                counts.of(t.theme_id, grouping.anchor_of(asked, t.theme_id, at), asked.name(t.theme_id), group.value)
                for t in asked.order
                for at, group in enumerate(table.groups)
            ]
            behind = self._voices.read(asked.question, wanted)
            for at, group in enumerate(table.groups):
                anchors = (grouping.anchor_of(asked, t.theme_id, at) for t in asked.order)
                if group.value != NO_VALUE and not behind.keys().isdisjoint(anchors):
                    size = group.counted.chain.answered
                    self._groups_shown[group.value] = min(size, self._groups_shown.get(group.value, size))
        yield from grouping.tables_of(asked, table, by, self._numbering, frozenset(behind))
        if behind:
            yield Folded(("The people behind each number by ", Named(by)), tuple(behind.values()))

    def _change(self, change: waves.Change) -> Section:
        opening = changing.opening_of(change)
        if not change.reviewed:
            return Section(changing.anchor_of(change), changing.title_of(change), (Paragraph(opening),))
        behind: dict[str, Behind] = {}
        if self._request.quotes:
            for question, counts in changing.counts_of(change):
                behind |= self._voices.read(question, counts)
        spec = theme_changes(change)
        spec = replace(spec, title=shortened(spec.title), subtitle="")
        blocks: list[Block] = [
            Paragraph(opening),
            self._numbering.figure(changing.caption_of(change), Drawn(spec)),
            changing.table_of(change, self._numbering, frozenset(behind)),
        ]
        if behind:
            blocks.append(Folded(("The people behind each number of this change",), tuple(behind.values())))
        return Section(changing.anchor_of(change), changing.title_of(change), tuple(blocks))


def choice_of(request: Request, attributes: tuple[str, ...]) -> Choice:
    """How quotes are chosen and printed in this report."""
    return Choice(
        most=max(1, request.quotes),
        attributes=attributes if request.attributes else (),
        own_ids=request.ids,
        coder=request.coder,
        base=request.base,
    )


def quote_of(chosen: Chosen) -> Quote:
    """A quote as it is to be read."""
    pieces = tuple(Piece(text, marked) for text, marked in chosen.stretches())
    return Quote(pieces, chosen.who, chosen.attributes, chosen.starred)
