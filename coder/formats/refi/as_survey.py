"""A REFI-QDA project as a coded survey: whose each text is, what was asked, which themes it has; of any program."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, TypeGuard

from coder.domain.codebook import PATH_SEPARATOR, fold_name
from coder.domain.coding import Span
from coder.domain.corpus import DEFAULT_PLACEHOLDERS, QuestionKind, QuestionSpec
from coder.domain.exchange import CodedResponse, CodedSurvey, GivenTheme
from coder.formats import limits
from coder.formats.refi.from_survey import WHOLE
from coder.formats.refi.labels import read_facts, strings, value_of
from coder.formats.refi.losses import Losses
from coder.formats.refi.model import QdaProject, Selection, Source
from coder.formats.refi.stretches import Spans, is_all_of, normalised, outside
from coder.formats.refi.themes import Names, themes_of
from coder.formats.refi.write import legal

_ONE_QUESTION = "Text"
_SEPARATORS = (" – ", " — ", " - ", ": ", "_", "-", " ")
_BETWEEN = re.compile(r"^[\s_:–—-]+")


@dataclass(frozen=True, slots=True)
class _Piece:
    """A response within a source: whose, to which question, from where to where."""

    participant: str
    question: int
    part: int
    span: Span
    reviewed: tuple[tuple[str, int], ...] = ()


def as_survey(project: QdaProject) -> CodedSurvey:
    """The survey; where another program wrote the project, from its cases, sets and the names of its sources."""
    return _Reader(project).survey()


class _Reader:
    def __init__(self, project: QdaProject) -> None:
        self._project = project = replace(project, sources=[*map(normalised, project.sources)])
        self._lost = Losses()
        self._facts = read_facts(project.description)[1]
        self._questions = [*_questions(self._facts)]
        self._open: dict[str, int] = {}
        for at, question in enumerate(self._questions):
            if question.kind is QuestionKind.OPEN:
                self._open.setdefault(question.key, at)
        self._users = self._apart(self._acting(), "users")
        self._variables = self._apart([(v.guid, v.name.strip()) for v in project.variables], "variables")
        self._case_names = self._named_cases()
        self._case_of_code = self._own_codes()
        self._themes = themes_of(code for code in project.codes if code.guid not in self._case_of_code)
        self._theme_places = {guid: at for at, guid in enumerate(self._themes)}
        self._born = self._births()
        self._newest = max((revision for of in self._born.values() for revision in of), default=0)
        self._parts: Counter[tuple[str, int]] = Counter()
        self._touched = 0
        self._whose: dict[str, str] = {}
        self._guessed = Names()
        self._stretches = self._find_stretches()
        self._owners = self._find_owners()

    def survey(self) -> CodedSurvey:
        project = self._project
        participants: dict[str, dict[str, str]] = {name: {} for name in self._case_names.values()}
        answers: list[tuple[str, int, str, str]] = []
        responses: list[CodedResponse] = []
        for source in project.sources:
            pieces = self._pieces(source)
            self._count_outside(source, pieces)
            marks = Spans([mark.span for mark in source.selections])
            for piece in pieces:
                participants.setdefault(piece.participant, {})
                responses.append(self._response(source, piece, self._touching(marks, piece.span)))
        for who, question, part in self._empty():
            participants.setdefault(who, {})
            responses.append(CodedResponse(who, question, "", part))
        self._take_values(participants, answers)
        responses.sort(key=lambda r: r.question)
        placeholders = strings(self._facts.get("placeholders")) or list(DEFAULT_PLACEHOLDERS)
        acted = {who for r in responses for who, _ in (*r.highlights, *r.reviewed)}
        acted.update(given.coder for r in responses for given in r.themes)
        known = [*strings(self._facts.get("coders")), *self._users.values()]
        return CodedSurvey(
            project.name,
            participants,
            self._questions,
            responses,
            list(self._themes.values()),
            answers,
            [name for name in dict.fromkeys(known) if name in acted],
            placeholders,
            value_of(self._facts, "language", str) or "",
            project.created,
            born=self._later(),
            notes=[*self._project.notes, *self._lost.notes()],
        )

    def _births(self) -> dict[str, list[int]]:
        """By the ids that went out, the revisions that brought a theme to each question."""
        said = self._facts.get("born")
        return {
            guid: of
            for guid, of in (said if isinstance(said, dict) else {}).items()
            if isinstance(of, list) and len(of) == len(self._questions) and all(map(_is_revision, of))
        }

    def _later(self) -> dict[int, Sequence[int]]:
        """The themes that came after something was read. One that another program has added, whose id and place are
        none that went out, is newer than all."""
        went_out = self._facts.get("themes")
        if not isinstance(went_out, dict):
            return {}
        ids = {fold_name(path): guid for guid, path in went_out.items() if isinstance(path, str)}
        found: dict[int, Sequence[int]] = {}
        for guid, at in self._theme_places.items():
            path = fold_name(PATH_SEPARATOR.join(self._themes[guid].path))
            own = guid if guid in went_out else ids.get(path)
            if own is None:
                found[at] = [self._newest + 1] * len(self._questions)
            elif own in self._born:
                of = self._born[own]
                found[at] = [*of, *[0] * (len(self._questions) - len(of))]  # none was reviewed that came there
        return found

    def _acting(self) -> list[tuple[str, str]]:
        """The users who marked anything, by id and name: one who did nothing takes nobody's name, and one of ours has
        the characters that XML can't hold."""
        own = {legal(name): name for name in strings(self._facts.get("coders"))}
        acted: set[str] = set()
        for source in self._project.sources:
            acted.update(code.user for code in source.codes)
            for mark in source.selections:
                acted.update((mark.user, *(code.user for code in mark.codes)))
        return [(user.guid, own.get(user.name, user.name)) for user in self._project.users if user.guid in acted]

    def _apart(self, named: Sequence[tuple[str, str]], what: str) -> dict[str, str]:
        """Names by ids; of two with one name the second gets a number, as they are two."""
        found: dict[str, str] = {}
        names = Names()
        for guid, name in named:
            found.setdefault(guid, names.distinct(name) if name else name)
        renamed = sum(found[guid] != name for guid, name in named)
        self._lost.add(f"{what} that are called like another are told apart by numbers", times=renamed)
        return found

    # --- who and what --------------------------------------------------------------------------------

    def _named_cases(self) -> dict[str, str]:
        """The participants' names by their cases; a case without a name and with one source is that source's facts."""
        names: dict[str, str] = {}
        taken = Names()
        for case in self._project.cases:
            name = (value_of(read_facts(case.description)[1], "participant", str) or case.name).strip()
            if not name:
                continue
            names[case.guid] = taken.distinct(name)
        return names

    def _own_codes(self) -> dict[str, str]:
        """The codes that stand for a case: of its own id, or its alone and called like it. Others are themes."""
        names = {code.guid: fold_name(code.name) for code in self._project.codes}
        given = Counter(code for case in self._project.cases for code in set(case.codes))
        found = {case.guid: case.guid for case in self._project.cases}
        others = 0
        for case in self._project.cases:
            for code in case.codes:
                if code not in found and given[code] == 1 and names.get(code) == fold_name(case.name):
                    found[code] = case.guid
                others += code not in found
        self._lost.add("codes of whole cases are not taken along", times=others)
        return found

    def _find_stretches(self) -> dict[str, list[tuple[Span, str]]]:
        """The stretches of each source that are one case's words: named by it, or coded with its own code."""
        named = {guid: case.guid for case in self._project.cases for guid in case.selections}
        found: dict[str, list[tuple[Span, str]]] = {}
        for case in self._project.cases:
            for guid, span in case.stretches:
                found.setdefault(guid, []).append((span, case.guid))
        for source in self._project.sources:
            for mark in source.selections:
                coded = (self._case_of_code[code.code] for code in mark.codes if code.code in self._case_of_code)
                for case_guid in dict.fromkeys((*([named[mark.guid]] if mark.guid in named else ()), *coded)):
                    found.setdefault(source.guid, []).append((mark.span, case_guid))
        return {
            guid: sorted({(s, self._case_names[c]) for s, c in marks if c in self._case_names})
            for guid, marks in found.items()
        }

    def _find_owners(self) -> dict[str, str]:
        """The participant of each source that a case names, by a reference or by the case's own code."""
        owners: dict[str, str] = {}
        several = 0
        for case in self._project.cases:
            if case.guid in self._case_names:
                for guid in case.sources:
                    several += guid in owners
                    owners.setdefault(guid, self._case_names[case.guid])
        for source in self._project.sources:
            whole = [who for span, who in self._stretches.get(source.guid, ()) if is_all_of(span, source.text)]
            coded = (self._case_of_code.get(mark.code) for mark in source.codes)
            for who in (*whole, *(self._case_names[guid] for guid in coded if guid in self._case_names)):
                owners.setdefault(source.guid, who)
        self._lost.add("sources that belong to several cases are the first one's", times=several)
        return owners

    def _pieces(self, source: Source) -> list[_Piece]:
        facts = read_facts(source.description)[1]
        who = value_of(facts, "participant", str)
        if who and self._questions:
            listed = facts.get("responses")
            rows = listed if isinstance(listed, list) else [{**facts, "start": 0, "end": len(source.text)}]
            pieces = [self._said_piece(who, row, source.text) for row in rows]
            if pieces and all(pieces):
                return [piece for piece in pieces if piece is not None]
            self._lost.add("sources whose answers can't be told apart any more are one response each")
        stretches = self._stretches.get(source.guid, [])
        if source.guid not in self._owners and stretches:
            together = len({who for _, who in stretches}) > 1
            question = self._sets.get(source.guid) or (source.name.strip() if together else "") or _ONE_QUESTION
            if outside((span for span, _ in stretches), source.text).strip():
                self._lost.add("sources have text that is no case's; it is left out")
            return [self._piece(who, question, span) for span, who in stretches]
        who, question = self._guess(source)
        if source.guid not in self._owners:
            who = self._unused(who, question)
        self._whose[source.guid] = who
        return [self._piece(who, question, Span(0, len(source.text)))]

    def _unused(self, who: str, question: str) -> str:
        """The name, with a number where another text of that name answers the question: nothing says that it is one's
        who said both."""
        shown = self._guessed.distinct(who, question)
        if shown != who:
            self._lost.add("texts that are called like another are another participant's each")
        return shown

    def _piece(self, who: str, question: str, span: Span) -> _Piece:
        at = self._question(question)
        self._parts[who, at] += 1
        return _Piece(who, at, self._parts[who, at], span)

    def _count_outside(self, source: Source, pieces: Sequence[_Piece]) -> None:
        """Count what is marked where nobody's words are, or beyond their ends."""
        inside = [piece.span for piece in pieces]
        known = Spans(inside)
        for mark in source.selections:
            themes = sum(code.code in self._theme_places for code in mark.codes)
            if not themes and mark.codes:
                continue
            touched = [inside[at] for at in self._touching(known, mark.span)]
            if not touched:
                self._lost.add("marked stretches are nobody's words, such as a heading, and are left out")
            elif not any(s.start <= mark.span.start and mark.span.end <= s.end for s in touched):
                self._lost.add("marked stretches reach beyond a response and are cut at its ends")
        if len(inside) != 1 or inside[0] != Span(0, len(source.text)):
            whole = sum(mark.code in self._theme_places for mark in source.codes)
            self._lost.add("codings of whole sources with several responses are left out", times=whole)

    def _touching(self, spans: Spans, span: Span) -> list[int]:
        """Which spans touch this one; in all not more than a file may have marks."""
        found = spans.touching(span)
        self._touched += len(found)
        limits.MARKS.check(self._touched, "The project")
        return found

    def _said_piece(self, who: str, row: object, text: str) -> _Piece | None:
        """What our own description says of a piece, if it fits the text still."""
        if not isinstance(row, dict):
            return None
        numbers = [value_of(row, key, int) for key in ("question", "part", "start", "end")]
        if any(number is None for number in numbers):
            return None
        question, part, start, end = (number or 0 for number in numbers)
        in_place = start == 0 or text[start - 1 : start] == "\n"
        ended = end == len(text) or text[end : end + 2] == "\n\n"
        fits = 0 <= question < len(self._questions) and 1 <= part < 1_000 and 0 <= start < end <= len(text)
        if not (fits and in_place and ended and self._questions[question].kind is QuestionKind.OPEN):
            return None
        self._parts[who, question] = max(self._parts[who, question], part)
        return _Piece(who, question, part, Span(start, end), tuple(self._readers(row)))

    def _readers(self, row: Mapping[str, Any]) -> Iterable[tuple[str, int]]:
        """Who read a piece, and at which revision: the newest one that went out, unless an earlier one is said."""
        said = row.get("as_of")
        earlier = said if isinstance(said, dict) else {}
        for name in strings(row.get("reviewed")):
            revision = earlier.get(name)
            yield name, min(revision, self._newest) if _is_revision(revision) else self._newest

    def _question(self, key: str) -> int:
        if key not in self._open:
            self._open[key] = len(self._questions)
            self._questions.append(QuestionSpec(key, key, QuestionKind.OPEN))
        return self._open[key]

    def _guess(self, source: Source) -> tuple[str, str]:
        """Whose a source is and what it answers, by cases and sets, or else by the names of the sources."""
        name = source.name.strip() or source.guid
        owner = self._owners.get(source.guid) or self._owner_by_name(name)
        question = self._sets.get(source.guid, "")
        if owner is not None:
            rest = _BETWEEN.sub("", name[len(owner) :]) if name.startswith(owner) else ""
            return owner, question or rest or _ONE_QUESTION
        if question:
            return self._split(name)[0], question
        return self._split(name)

    def _owner_by_name(self, name: str) -> str | None:
        known, lengths = self._people
        fitting = (name[:length] for length in lengths if not name[length : length + 1].isalnum())
        return next((who for who in fitting if who in known), None)

    @cached_property
    def _people(self) -> tuple[frozenset[str], Sequence[int]]:
        """The names of the cases, and how long they are, the longest first."""
        names = frozenset(self._case_names.values())
        return names, sorted({len(name) for name in names}, reverse=True)

    @cached_property
    def _sets(self) -> Mapping[str, str]:
        found: dict[str, str] = {}
        for group in self._project.sets:
            for source in group.sources:
                found.setdefault(source, group.name.strip() or _ONE_QUESTION)
        return found

    def _split(self, name: str) -> tuple[str, str]:
        """A name such as `R001_Q1`, where all sources' names are made so that few questions come of them."""
        separator = self._separator
        if not separator or separator not in name:
            return name, _ONE_QUESTION
        who, _, question = name.rpartition(separator)
        return who, question

    @cached_property
    def _separator(self) -> str:
        names = [s.name.strip() for s in self._project.sources]
        for separator in _SEPARATORS:
            pairs = [name.rpartition(separator)[::2] for name in names]
            questions = {question for _, question in pairs}
            if all(map(all, pairs)) and len(set(pairs)) == len(names) and 2 * len(questions) <= len(names):
                return separator
        return ""

    @cached_property
    def _of_cases(self) -> frozenset[str]:
        """The selections that say whose words they are."""
        return frozenset(guid for case in self._project.cases for guid in case.selections)

    # --- what was coded ------------------------------------------------------------------------------

    def _coder(self, guid: str) -> str:
        return self._users.get(guid, "")

    def _response(self, source: Source, piece: _Piece, touching: Sequence[int]) -> CodedResponse:
        text = piece.span.of(source.text)
        highlights: dict[tuple[str, Span], None] = {}
        given: dict[tuple[int, str], list[Span]] = {}
        created: dict[tuple[int, str], str] = {}
        for selection in (source.selections[at] for at in touching):
            span = self._within(selection, piece)
            if span is None:
                continue
            words, _ = read_facts(selection.description)
            is_whole = words == WHOLE and span == Span(0, len(text))
            if words and words != WHOLE and not any(m.code in self._case_of_code for m in selection.codes):
                self._lost.add("comments on marked stretches are not taken along")
            if not selection.codes and selection.guid not in self._of_cases:
                highlights[self._coder(selection.user), span] = None
            for mark in selection.codes:
                if mark.code in self._case_of_code:
                    continue
                if mark.code not in self._theme_places:
                    self._lost.add("codings name a code that the file does not have")
                    continue
                key = (self._theme_places[mark.code], self._coder(mark.user or selection.user))
                spans = given.setdefault(key, [])
                created.setdefault(key, mark.created)
                if not is_whole:
                    spans.append(span)
                    highlights[key[1], span] = None
        for mark in source.codes:
            if mark.code in self._theme_places and piece.span == Span(0, len(source.text)):
                given.setdefault((self._theme_places[mark.code], self._coder(mark.user)), [])
        themes = [
            GivenTheme(theme, coder, tuple(sorted(set(spans))), created.get((theme, coder), ""))
            for (theme, coder), spans in sorted(given.items())
        ]
        marked = tuple(sorted(highlights, key=lambda mark: (mark[1], mark[0])))
        place = (piece.participant, piece.question, text, piece.part)
        return CodedResponse(*place, marked, tuple(themes), piece.reviewed, source.complete)

    def _within(self, selection: Selection, piece: _Piece) -> Span | None:
        """A selection's span in the response; what reaches beyond it is cut at its ends."""
        start, end = max(selection.span.start, piece.span.start), min(selection.span.end, piece.span.end)
        return Span(start - piece.span.start, end - piece.span.start) if start < end else None

    def _empty(self) -> Iterable[tuple[str, int, int]]:
        listed = self._facts.get("empty")
        for row in listed if isinstance(listed, list) else []:
            if isinstance(row, list) and len(row) == 3 and isinstance(row[0], str) and row[0]:
                who, question, part = row
                if isinstance(question, int) and isinstance(part, int) and 0 <= question < len(self._questions):
                    yield who, question, part

    # --- facts ---------------------------------------------------------------------------------------

    def _take_values(
        self, participants: Mapping[str, dict[str, str]], answers: list[tuple[str, int, str, str]]
    ) -> None:
        meanings = {v.guid: (self._variables[v.guid], read_facts(v.description)[1]) for v in self._project.variables}
        of_source = {s.guid: s for s in self._project.sources}
        given = [(self._case_names.get(case.guid, ""), case) for case in self._project.cases]
        values = [(who, value) for who, case in given if who for value in case.values]
        for who, case in given:
            if not who and len(case.sources) == 1 and case.sources[0] in of_source:
                values += [(self._whose.get(case.sources[0], ""), value) for value in case.values]
        for source in self._project.sources:
            if source.values:
                owner = value_of(read_facts(source.description)[1], "participant", str) or self._whose.get(
                    source.guid, ""
                )
                values += [(owner, value) for value in source.values]
        taken: set[tuple[str, int, str]] = set()
        for who, value in values:
            name, facts = meanings.get(value.variable, ("", {}))
            question, option = value_of(facts, "question", int), value_of(facts, "option", str)
            if question is not None and option is not None and 0 <= question < len(self._questions):
                if (who, question, option) not in taken:
                    taken.add((who, question, option))
                    answers.append((who, question, option, value.value))
            elif who in participants and (key := value_of(facts, "attribute", str) or name.strip()):
                participants[who].setdefault(key, value.value)


def _is_revision(value: object) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _questions(facts: Mapping[str, Any]) -> Iterable[QuestionSpec]:
    listed = facts.get("questions")
    for row in listed if isinstance(listed, list) else []:
        if not isinstance(row, dict):
            return
        key, wave, prompt, kind = (value_of(row, k, str) for k in ("key", "wave", "prompt", "kind"))
        if key is None or kind not in list(QuestionKind):
            return
        yield QuestionSpec(key, prompt or key, QuestionKind(kind), wave or "")
