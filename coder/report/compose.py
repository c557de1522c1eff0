"""What a report says of a project: its parts in their order."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from coder import __version__, charts
from coder.analysis.tally import Cut, tally
from coder.domain.codebook import Codebook
from coder.domain.corpus import Question, QuestionKind, find_questions
from coder.errors import ProjectError
from coder.quoting import Choice, Chosen, ThemeQuotes, choose, rule
from coder.report import appendix, method, themes
from coder.report.contents import (
    Behind,
    Block,
    Named,
    Paragraph,
    Piece,
    Points,
    Quote,
    Quotes,
    Report,
    Section,
    Voice,
    Words,
    joined,
)
from coder.report.numbering import Numbering
from coder.report.request import Request
from coder.report.themes import Asked
from coder.report.voices import behind
from coder.store import codebook as store_codebook
from coder.store import corpus, counts, provenance
from coder.store.project import Project, setting
from coder.store.provenance import Provenance

_TRIES = 3
Progress = Callable[[int], None]


def compose(
    project: Project, request: Request, *, out: str = "report.html", progress: Progress = lambda _: None
) -> Report:
    """The report of a project; `out` is the name of its file, for the command that makes it again. `progress` hears
    of the parts that are done, one for each question.

    It is of one state of the project. Raises NotFoundError for a question, attribute or coder that is not there, and
    ProjectError where the project is changed again and again while it is read.
    """
    for _ in range(_TRIES):
        state = project.last_event()
        report = _Composer(project, request, out, progress).report()
        if project.last_event() == state:
            return report
    raise ProjectError(
        f"{project.path} is being changed while its report is made.", hint="Do it again when the others have paused."
    )


def steps(project: Project, request: Request) -> int:
    """How many parts `compose` tells its progress of."""
    with project.read() as connection:
        return len(_chosen(request, corpus.read_questions(connection)))


def _chosen(request: Request, questions: list[Question]) -> list[Question]:
    if not request.questions:
        return questions
    wanted = {q.id for reference in request.questions for q in find_questions(reference, questions)}
    return [q for q in questions if q.id in wanted]


@dataclass(frozen=True)
class _Read:
    """What all parts need to know of the project."""

    questions: list[Question]
    facts: Provenance
    digest: str
    codebook: Codebook
    attributes: tuple[str, ...]
    language: str

    @property
    def open(self) -> tuple[int, ...]:
        return tuple(q.id for q in self.questions if q.kind is QuestionKind.OPEN)


@dataclass(frozen=True)
class Drawn:
    """A figure as `coder.charts` draws it."""

    spec: charts.Spec

    @property
    def alternative(self) -> str:
        return charts.alternative(self.spec)

    def svg(self, *, narrow: bool = False) -> str:
        return charts.svg(self.spec, charts.NARROW if narrow else charts.PRINT)

    def png(self) -> bytes:
        return charts.png(self.spec)


def quote_of(chosen: Chosen) -> Quote:
    """A quote as it is to be read."""
    pieces = tuple(Piece(text, marked) for text, marked in chosen.stretches())
    return Quote(pieces, chosen.who, chosen.attributes, chosen.starred)


class _Composer:
    def __init__(self, project: Project, request: Request, out: str, progress: Progress) -> None:
        self._project, self._request, self._out = project, request, out
        self._numbering = Numbering()
        self._done = 0
        self._progress = progress
        with project.read() as connection:
            questions = _chosen(request, corpus.read_questions(connection))
            open_ids = [q.id for q in questions if q.kind is QuestionKind.OPEN]
            coder_ids = list(counts.find_coders(connection, request.coder).values()) if request.coder else None
            self._read = _Read(
                questions,
                provenance.read_provenance(connection, open_ids, coder_ids),
                provenance.digest(connection),
                store_codebook.read_codebook(connection),
                tuple(counts.attribute_keys(connection)),
                setting(connection, "language", "en"),
            )

    def report(self) -> Report:
        cut = Cut(self._read.open, self._request.by, self._request.coder, self._request.base, self._request.census)
        asked = themes.asked_of(tally(self._project, cut))
        said = [section for waves in asked.values() for section in self._question(waves)]
        parts: list[Block] = [
            Section("summary", ("Summary",), tuple(self._summary(asked))),
            Section("method", ("Method",), tuple(self._method())),
        ]
        if said:
            parts.append(Section("said", ("What people said",), tuple(said)))
        parts.append(Section("limits", ("Limits",), (Points(tuple(self._limits())),)))
        parts += self._appendix(asked)
        return Report(self._title(), self._subtitle(), self._read.language, tuple(parts), self._colophon())

    def _step(self) -> None:
        self._done += 1
        self._progress(self._done)

    # --- opening ---

    def _title(self) -> str:
        if self._request.title.strip():
            return self._request.title.strip()
        name = " ".join(self._project.path.stem.replace("_", " ").split())
        return name[:1].upper() + name[1:] if name else "Report"

    def _subtitle(self) -> Words:
        facts, number = self._read.facts, len(self._read.open)
        parts: list[Words] = [(method.counted(facts.participants, "participant"),)]
        if number:
            parts.append((method.counted(number, "open question"),))
            parts.append((f"{facts.reviewed:,} of {method.responses(facts.responses)} read",))
        if facts.readers:
            parts.append(("coded by ", *joined(((Named(name),) for name in facts.readers), last=" and ")))
        return joined(parts, " · ")

    def _colophon(self) -> Words:
        return (f"Made with coder {__version__}. ", "What it was made of: ", appendix.AGAIN, ".")

    def _summary(self, asked: dict[str, list[Asked]]) -> Iterator[Block]:
        points = []
        for waves in asked.values():
            for wave in waves:
                when = (" (", Named(wave.question.wave), ")") if wave.question.wave else ()
                prompt = Named(themes.prompt_of(wave.question))
                points.append(("“", prompt, "”", *when, " ", *themes.finding(wave)))
        if not points:
            yield Paragraph(("There is no open question in this report.",), Voice.LEAD)
        else:
            yield Points(tuple(points))

    def _method(self) -> Iterator[Block]:
        facts, request = self._read.facts, self._request
        if not self._read.open:
            yield Paragraph(("No open question was coded.",))
            return
        yield Paragraph(method.how_coded(facts))
        for words in method.how_read(facts):
            yield Paragraph(words)
        nested = any(t.parent_id is not None for t in self._read.codebook.themes)
        for words in method.how_counted(request.base, census=request.census, nested=nested):
            yield Paragraph(words)
        if request.quotes:
            yield Paragraph((f"Quotes are chosen by a rule: {rule(Choice(most=request.quotes))}",))

    # --- questions ---

    def _question(self, waves: list[Asked]) -> Iterator[Section]:
        first = waves[0].question
        title = (Named(themes.prompt_of(first)),)
        if len(waves) == 1:
            yield Section(waves[0].anchor(), title, tuple(self._wave(waves[0])))
            return
        inner = [
            Section(w.anchor(), (Named(w.question.wave or "Without a wave"),), tuple(self._wave(w))) for w in waves
        ]
        yield Section(f"questions-{first.id}", title, tuple(inner))

    def _wave(self, asked: Asked) -> Iterator[Block]:
        yield Paragraph(themes.finding(asked), Voice.LEAD)
        yield themes.chain_of(asked)
        yield from themes.notes_of(themes.remarks_of(asked))
        if not asked.order:
            yield Paragraph(("No theme serves this question yet.",))
        else:
            if (spec := themes.spec_of(asked)) is not None:
                yield self._numbering.figure(themes.caption_of(asked), Drawn(spec))
            people = self._behind(asked)
            yield themes.table_of(asked, self._numbering, {theme: found.anchor for theme, found in people.items()})
            yield from self._words(asked, people)
        self._step()

    def _words(self, asked: Asked, people: Mapping[int, Behind]) -> Iterator[Block]:
        """Under each theme that has words of its own what is quoted for it, and then everybody behind its number."""
        request = self._request
        if not request.quotes:
            return
        choice = Choice(
            most=request.quotes,
            attributes=self._read.attributes if request.attributes else (),
            own_ids=request.ids,
            coder=request.coder,
            base=request.base,
        )
        quoted = choose(self._project, asked.question.id, choice).themes
        yield from self._below(asked, None, quoted, people)

    def _below(
        self, asked: Asked, parent: int | None, quoted: Mapping[int, ThemeQuotes], people: Mapping[int, Behind]
    ) -> Iterator[Block]:
        """The words for the themes right below one; those of a theme that gathers others stand in its own section."""
        for t in asked.below(parent):
            if t.theme_id not in people:
                continue
            name = (Named(asked.name(t.theme_id)), f" ({t.participants:,} of {t.base:,})")
            anchor = asked.anchor(t.theme_id)
            own = tuple(quote_of(q) for q in quoted[t.theme_id].quotes if t.theme_id in q.theme_ids)
            below = tuple(self._below(asked, t.theme_id, quoted, people))
            if not below:
                yield Quotes(f"{anchor}-quotes", name, own)
                yield people[t.theme_id]
                continue
            whole = (Quotes(f"{anchor}-quotes", ("As a whole",), own),) if own else ()
            yield Section(anchor, name, (people[t.theme_id], *whole, *below))

    def _behind(self, asked: Asked) -> dict[int, Behind]:
        if not self._request.quotes:
            return {}
        anchors = {t.theme_id: f"{asked.anchor(t.theme_id)}-people" for t in asked.order}
        request = self._request
        return behind(self._project, asked.tally, anchors, base=request.base, coder=request.coder, own_ids=request.ids)

    # --- end ---

    def _limits(self) -> Iterator[Words]:
        facts = self._read.facts
        if left := facts.responses - facts.reviewed:
            yield (f"{left:,} of {method.responses(facts.responses)} have not been read; nothing is known of these.",)
        if facts.reviewed and not facts.twice:
            yield (
                "No response was read by two coders, so nothing is known of how far another coder would have agreed.",
            )
        if not self._request.census:
            yield (
                "Intervals say how far chance in who took part could move a figure. They know nothing of who chose "
                "not to answer, and nothing of how a coder understood an answer.",
            )
        yield (
            "That a participant does not mention a theme does not say that it does not hold for them: they were asked "
            "an open question, and wrote what came to their mind.",
        )

    def _appendix(self, asked: dict[str, list[Asked]]) -> Iterator[Section]:
        read, request = self._read, self._request
        yield appendix.codebook_section(read.codebook, read.facts.revision)
        waves = tuple(dict.fromkeys(q.wave for q in read.questions if q.wave))
        answers = appendix.Answers(
            read.facts, len(asked), waves, read.attributes, quotes=request.quotes > 0, ids=request.ids
        )
        yield appendix.checklist_section(answers, self._numbering)
        command = request.command(self._project.path.name, self._out)
        yield appendix.provenance_section(read.facts, read.digest, command, self._numbering)
