"""What a report says of a project: its parts in their order."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from coder import __version__
from coder.analysis.choices import ChoiceCut, Choices, choices
from coder.analysis.ratings import RatingCut, beside, changes_of, ratings
from coder.analysis.saturation import saturations
from coder.analysis.tally import Cut
from coder.disclosure import risk_of_groups, risks_of
from coder.domain.codebook import Codebook
from coder.domain.corpus import Question, QuestionKind, find_questions
from coder.domain.wording import counted
from coder.errors import ProjectError
from coder.quoting import Choice, rule
from coder.report import appendix, chosen, method, rated, themes
from coder.report.contents import (
    Block,
    Named,
    Paragraph,
    Points,
    Report,
    Section,
    Voice,
    Words,
    joined,
)
from coder.report.numbering import Numbering
from coder.report.prompts import prompt_of, shortened
from coder.report.questions import OpenQuestions
from coder.report.rated import Rated
from coder.report.request import Request
from coder.report.themes import Asked
from coder.stats.saturation import Rule
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

    def of(self, *kinds: QuestionKind) -> tuple[int, ...]:
        """The ids of the questions of some kinds."""
        return tuple(q.id for q in self.questions if q.kind in kinds)

    @property
    def open(self) -> tuple[int, ...]:
        return self.of(QuestionKind.OPEN)


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
        read = self._read
        questions = OpenQuestions(
            self._project, self._request, read.open, read.attributes, self._numbering, self._step
        ).make()
        asked, said = questions.asked, questions.sections
        rating = self._ratings()
        rating_sections = tuple(self._rating_sections(rating, asked))
        choice_sections = tuple(self._choice_sections(self._choices()))
        parts: list[Block] = [
            Section("summary", ("Summary",), tuple(self._summary(asked, rating))),
            Section("method", ("Method",), tuple(self._method(rating))),
        ]
        for anchor, title, sections in (
            ("said", "What people said", said),
            ("rated", "How people rated", rating_sections),
            ("chosen", "What people chose", choice_sections),
        ):
            if sections:
                parts.append(Section(anchor, (title,), sections))
        parts.append(Section("limits", ("Limits",), (Points(tuple(self._limits())),)))
        parts += self._appendix(asked)
        risks = risks_of(self._project, questions.quoted, also=questions.shown)
        risks += risk_of_groups(self._request.by, questions.groups)
        return Report(self._title(), self._subtitle(), read.language, tuple(parts), self._colophon(), risks)

    # --- ratings and choices ---

    def _ratings(self) -> list[Rated]:
        cut = RatingCut(self._read.of(QuestionKind.RATING), census=self._request.census)
        found = ratings(self._project, cut)
        return rated.rated_of(found, changes_of(found, cut))

    def _choices(self) -> tuple[Choices, ...]:
        ids = self._read.of(QuestionKind.CHOICE, QuestionKind.MULTI)
        return choices(self._project, ChoiceCut(ids, census=self._request.census))

    def _rating_sections(self, found: list[Rated], asked: Mapping[str, list[Asked]]) -> Iterator[Section]:
        for one in found:
            yield rated.section_of(one, self._numbering)
            for _ in one.waves:
                self._step()
        if self._request.beside and found and any(wave.order for waves in asked.values() for wave in waves):
            cut = Cut(self._read.open, coder=self._request.coder)
            rating_cut = RatingCut(self._read.of(QuestionKind.RATING), census=self._request.census)
            tables = [
                rated.beside_of(one, self._numbering)
                for one in beside(self._project, cut, rating_cut)
                if one.reviewed and one.themes
            ]
            if tables:
                yield Section("beside", ("Ratings beside themes",), tuple(tables))

    def _choice_sections(self, found: tuple[Choices, ...]) -> Iterator[Section]:
        for one in found:
            yield chosen.section_of(one, self._numbering, words=self._request.quotes > 0)
            self._step()

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
        parts: list[Words] = [(counted(facts.participants, "participant"),)]
        if number:
            parts.append((counted(number, "open question"),))
            parts.append((f"{facts.reviewed:,} of {method.responses(facts.responses)} read",))
        if facts.coders:
            parts.append(("coded by ", *joined(((Named(name),) for name in facts.coders), last=" and ")))
        return joined(parts, " · ")

    def _colophon(self) -> Words:
        return (f"Made with coder {__version__}. ", "What it was made of: ", appendix.AGAIN, ".")

    def _summary(self, asked: Mapping[str, list[Asked]], found: list[Rated]) -> Iterator[Block]:
        points: list[Words] = []
        every = [wave for waves in asked.values() for wave in waves]
        unread = [wave for wave in every if not wave.counted.chain.reviewed]
        for wave in every:
            if wave not in unread:
                when = (" (", Named(wave.question.wave), ")") if wave.question.wave else ()
                prompt = Named(shortened(prompt_of(wave.question)))
                points.append(("“", prompt, "”", *when, " ", *themes.finding(wave)))
        if unread and len(unread) < len(every):
            number = counted(len(unread), "open question")
            points.append((f"No answer to {number} more has been reviewed yet.",))
        elif unread:
            points.append(("None of the answers to the open questions has been reviewed yet.",))
        points += [words for one in found for words in rated.finding(one)]
        if not points:
            yield Paragraph(("There is no open question and no rating in this report.",), Voice.LEAD)
        else:
            yield Points(tuple(points))

    def _method(self, found: list[Rated]) -> Iterator[Block]:
        if self._read.open:
            yield from self._method_of_coding()
        else:
            yield Paragraph(("This report has no open question, so nothing in it was coded.",))
        if words := rated.how_sure(found):
            yield Paragraph(words)

    def _method_of_coding(self) -> Iterator[Block]:
        facts, request = self._read.facts, self._request
        yield Paragraph(method.how_coded(facts))
        for words in method.how_read(facts):
            yield Paragraph(words)
        nested = any(t.parent_id is not None for t in self._read.codebook.themes)
        for words in method.how_counted(request.base, census=request.census, nested=nested):
            yield Paragraph(words)
        if request.quotes:
            yield Paragraph((f"Quotes are chosen by a rule: {rule(Choice(most=request.quotes))}",))

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

    def _appendix(self, asked: Mapping[str, list[Asked]]) -> Iterator[Section]:
        read, request = self._read, self._request
        yield appendix.codebook_section(read.codebook, read.facts.revision)
        waves = tuple(dict.fromkeys(q.wave for q in read.questions if q.wave))
        saturated = saturations(self._project, Cut(read.open, coder=request.coder), Rule())
        answers = appendix.Answers(
            read.facts, len(asked), waves, read.attributes, saturated, quotes=request.quotes > 0, ids=request.ids
        )
        yield appendix.checklist_section(answers, self._numbering)
        command = request.command(self._project.path.name, self._out)
        yield appendix.provenance_section(read.facts, read.digest, command, self._numbering)
