"""A coded survey as a REFI-QDA project: participants as cases, responses as sources, themes as codes."""

import re
import uuid
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import chain, count

from coder.domain.codebook import PATH_SEPARATOR, ThemeSpec
from coder.domain.coding import Span
from coder.domain.corpus import QuestionKind, QuestionSpec, normalise_text
from coder.domain.display import one_line
from coder.domain.exchange import CodedResponse, CodedSurvey
from coder.formats.fields import cut_to
from coder.formats.refi.labels import describe, theme_words
from coder.formats.refi.model import (
    Case,
    Code,
    CodeMark,
    QdaProject,
    Selection,
    Source,
    SourceSet,
    User,
    Value,
    Variable,
    VariableKind,
)
from coder.formats.refi.write import is_legal, legal

WHOLE = "The whole response."
_NAME_LENGTH = 60  # of a question in the name of a source
_QUOTE_LENGTH = 200  # of a selection's name; the text itself is in the source
_LONGEST_FILE_NAME = 200  # bytes
_NOT_IN_FILE_NAMES = re.compile(r"[/\\\x00-\x1f\x7f]")
_ATTRIBUTE = -1  # in the place of a question
_INTEGER = re.compile(r"-?(?:0|[1-9]\d{0,17})", re.ASCII)
_COLOUR = re.compile(r"#[0-9a-fA-F]{6}", re.ASCII)
_SHORT_COLOUR = re.compile(r"#([0-9a-fA-F])([0-9a-fA-F])([0-9a-fA-F])", re.ASCII)  # grey, where it was measured


class Per(StrEnum):
    """What becomes one source: a response, or all that one participant wrote."""

    RESPONSE = "response"
    PARTICIPANT = "participant"


@dataclass(frozen=True, slots=True)
class Habits:
    """What a program reads otherwise than the standard says.

    `case_codes`: the text of a case is coded with a code of the case's own id, as NVivo does; QualCoder keeps by
    this alone whose text it is. `values_on_sources`: attributes stand with the sources, too. `longest_code`: names of
    codes are cut there.
    """

    case_codes: bool = False
    values_on_sources: bool = False
    longest_code: int = 0


class _Names:
    """Names that differ without regard to case, as some programs need them; what had to be renamed is noted."""

    def __init__(self, what: str) -> None:
        self._what = what
        self._taken: set[str] = set()
        self._numbers: dict[str, Iterator[int]] = {}  # those that are free, by the name that is wanted
        self.notes: list[str] = []

    def unique(self, name: str, other: str = "", longest: int = 0) -> str:
        """The name, made legal and no longer than that; where it is taken, with `other` or a number."""
        wanted = legal(name) or "(no name)"
        numbers = self._numbers.setdefault(wanted.casefold(), count(2))
        tails = chain([""], [f" ({other})"] if other else [], (f" ({number})" for number in numbers))
        shown = next(s for s in (_fit(wanted, tail, longest) for tail in tails) if s.casefold() not in self._taken)
        self._taken.add(shown.casefold())
        if shown != name:
            self.notes.append(f"{self._what} {one_line(name, 60)!r} is called {one_line(shown, 70)!r}")
        return shown


def _fit(name: str, tail: str, longest: int) -> str:
    room = longest - len(tail) if longest else len(name)
    return name[:room].rstrip() + tail if len(name) > room else name + tail


class SurveyWriter:
    """Makes the project of a survey. Ids come from the survey's identity: the same parts have the same ids."""

    def __init__(self, survey: CodedSurvey, origin: str, *, per: Per = Per.RESPONSE, habits: Habits = Habits()) -> None:
        self._survey, self._origin, self._per, self._habits = survey, origin, per, habits
        self._space = uuid.uuid5(uuid.NAMESPACE_URL, f"coder:{survey.identity}")
        self._users = {name: self._id("coder", name) for name in survey.coders}
        self._cases = {who: self._id("participant", who) for who in survey.participants}
        self._codes = [self._id("theme", *spec.path) for spec in survey.themes]
        self._names = {what: _Names(what) for what in ("theme", "participant", "attribute", "source", "question")}
        self._replaced = 0
        self._empty: list[CodedResponse] = []

    def _id(self, kind: str, *parts: object) -> str:
        return str(uuid.uuid5(self._space, "\x1f".join((kind, *map(str, parts)))))

    def project(self) -> QdaProject:
        """The project, with notes of what was renamed, replaced or left out."""
        survey = self._survey
        codes = [self._code(at, spec) for at, spec in enumerate(survey.themes)]
        variables = self._variables()
        values = self._values(variables)
        case_names = {who: self._names["participant"].unique(who) for who in survey.participants}
        stems = [
            self._names["question"].unique(short_name(question.key, question.wave)) for question in survey.questions
        ]
        of_case: dict[str, list[str]] = defaultdict(list)
        of_question: dict[int, list[str]] = defaultdict(list)
        sources = []
        for source, responses in self._sources(case_names, stems):
            who = responses[0].participant
            sources.append(self._habitual(source, who, values.get(who, ())))
            of_case[who].append(source.guid)
            for question in dict.fromkeys(r.question for r in responses):
                of_question[question].append(source.guid)
        cases = [self._case(who, name, values.get(who, ()), of_case[who]) for who, name in case_names.items()]
        if self._habits.case_codes:
            codes += [
                Code(self._cases[who], self._names["theme"].unique(name, "case"))
                for who, name in case_names.items()
                if of_case[who]
            ]
        sets = [
            SourceSet(self._id("question", at), stem, _prompt(survey.questions[at]), tuple(of_question[at]))
            for at, stem in enumerate(stems)
            if of_question[at]
        ]
        users = [User(guid, legal(name)) for name, guid in self._users.items()]
        return QdaProject(
            survey.name,
            self._origin,
            describe("A survey whose open answers were coded by theme.", self._facts()),
            survey.created,
            users[0].guid if users else "",
            users,
            codes,
            list(variables.values()),
            cases,
            sources,
            sets,
            self._notes(),
        )

    def codebook(self) -> tuple[list[Code], list[str]]:
        """The themes alone, and what was renamed."""
        codes = [self._code(at, spec) for at, spec in enumerate(self._survey.themes)]
        return codes, self._notes()

    def _facts(self) -> dict[str, object]:
        """What the survey is, beyond what the standard has a place for."""
        return {
            "version": 1,
            "language": self._survey.language,
            "placeholders": list(self._survey.placeholders),
            "questions": [
                {"key": q.key, "wave": q.wave, "prompt": q.prompt, "kind": q.kind.value} for q in self._survey.questions
            ],
            "coders": list(self._survey.coders),
            "themes": dict(zip(self._codes, (PATH_SEPARATOR.join(t.path) for t in self._survey.themes), strict=True)),
            "born": {self._codes[at]: list(of) for at, of in self._survey.born.items()},
            "empty": [[r.participant, r.question, r.part] for r in self._empty],
        }

    def _notes(self) -> list[str]:
        notes = list(self._survey.notes)
        for names in self._names.values():
            if names.notes:
                more = f" … and {len(names.notes) - 10} more" if len(names.notes) > 10 else ""
                notes.append("Names that other programs would take for the same: " + "; ".join(names.notes[:10]) + more)
        if self._replaced:
            notes.append(
                f"Characters that XML can't hold are U+FFFD now, one for one, so that places stay: {self._replaced:,}."
            )
        if lost := sum(len(r.themes) for r in self._empty):
            notes.append(f"Codings of empty responses, which have no text to code, are left out: {lost:,}.")
        return notes

    # --- codes ---------------------------------------------------------------------------------------

    def _code(self, at: int, spec: ThemeSpec) -> Code:
        parent = self._id("theme", *spec.path[:-1]) if len(spec.path) > 1 else ""
        name = self._names["theme"].unique(
            spec.path[-1], PATH_SEPARATOR.join(spec.path[:-1]), self._habits.longest_code
        )
        words = theme_words(spec)
        facts: dict[str, object] = {
            field: value for field in ("include", "exclude", "example") if (value := getattr(spec, field))
        }
        if words != spec.definition or not is_legal(words):
            facts["definition"] = spec.definition
        if name != spec.path[-1]:
            facts["name"] = spec.path[-1]
        if spec.questions:
            facts["questions"] = list(spec.questions)
        if spec.keywords:
            facts["keywords"] = list(spec.keywords)
        if spec.key:
            facts["key"] = spec.key
        if spec.colour and not _COLOUR.fullmatch(spec.colour):
            facts["colour"] = spec.colour
        colour = _SHORT_COLOUR.sub(r"#\1\1\2\2\3\3", spec.colour) if len(spec.colour) == len("#rgb") else spec.colour
        colour = colour if _COLOUR.fullmatch(colour) else ""
        self._count(words)
        return Code(self._codes[at], name, describe(words, facts), colour, True, parent)

    # --- what is known about participants ------------------------------------------------------------

    def _variables(self) -> dict[tuple[int, str], Variable]:
        """A variable for each attribute and each option of a closed question, by (question, name)."""
        survey = self._survey
        seen: dict[tuple[int, str], list[str]] = defaultdict(list)
        for attributes in survey.participants.values():
            for key, value in attributes.items():
                seen[_ATTRIBUTE, key].append(value)
        for _, question, option, value in survey.answers:
            seen[question, option].append(value)
        found = {}
        for (question, key), values in seen.items():
            facts: dict[str, object] = {"attribute": key}
            name, words = key, ""
            if question != _ATTRIBUTE:
                asked = survey.questions[question]
                name, words = short_name(asked.key, asked.wave) + (f": {key}" if key else ""), _prompt(asked)
                facts = {"question": question, "option": key}
            found[question, key] = Variable(
                self._id("variable", question, key),
                self._names["attribute"].unique(name),
                VariableKind.INTEGER if all(map(_INTEGER.fullmatch, values)) else VariableKind.TEXT,
                describe(words, facts),
            )
        return found

    def _values(self, variables: Mapping[tuple[int, str], Variable]) -> dict[str, list[Value]]:
        survey = self._survey
        given = [(who, _ATTRIBUTE, *fact) for who, facts in survey.participants.items() for fact in facts.items()]
        values: dict[str, list[Value]] = defaultdict(list)
        for who, question, name, value in (*given, *survey.answers):
            self._count(value)
            values[who].append(Value(variables[question, name].guid, value))
        return values

    def _count(self, text: str) -> None:
        """Count the characters that XML can't hold."""
        if not is_legal(text):
            self._replaced += sum(a != b for a, b in zip(text, legal(text), strict=True))

    # --- sources -------------------------------------------------------------------------------------

    def _sources(
        self, case_names: Mapping[str, str], stems: Sequence[str]
    ) -> Iterable[tuple[Source, list[CodedResponse]]]:
        written: list[CodedResponse] = []
        for response in self._survey.responses:
            (written if response.text else self._empty).append(response)
        if self._per is Per.RESPONSE:
            for response in written:
                part = f" ({response.part})" if response.part > 1 else ""
                who = _file_name(case_names[response.participant], _LONGEST_FILE_NAME // 2)
                name = self._names["source"].unique(_file_name(f"{who} – {stems[response.question]}{part}"))
                text, pieces = response.text, [(0, response)]
                yield self._source(self._place(response), name, text, pieces), [response]
            return
        of_person: dict[str, list[CodedResponse]] = defaultdict(list)
        for response in written:
            of_person[response.participant].append(response)
        for who, responses in of_person.items():
            text, pieces = "", []
            for response in responses:
                question = self._survey.questions[response.question]
                heading = " ".join(normalise_text(question.prompt or question.key).split())
                wave = f" ({question.wave})" if question.wave else ""
                text += ("\n\n" if text else "") + f"{heading}{wave}\n"
                pieces.append((len(text), response))
                text += response.text
            name = self._names["source"].unique(_file_name(case_names[who]))
            yield self._source(self._id("source", who), name, text, pieces), responses

    def _place(self, response: CodedResponse) -> str:
        return self._id("source", response.participant, response.question, response.part)

    def _source(self, guid: str, name: str, text: str, pieces: Sequence[tuple[int, CodedResponse]]) -> Source:
        self._count(text)
        selections: list[Selection] = []
        for offset, response in pieces:
            selections += self._selections(offset, response)
        moments = [mark.created for s in selections for mark in s.codes if mark.created]
        facts: dict[str, object] = {"participant": pieces[0][1].participant}
        placed = [
            {
                "question": r.question,
                "part": r.part,
                **self._read(r),
                **({"start": offset, "end": offset + len(r.text)} if self._per is Per.PARTICIPANT else {}),
            }
            for offset, r in pieces
        ]
        facts |= {"responses": placed} if self._per is Per.PARTICIPANT else placed[0]
        created = min(moments, default=self._survey.created)
        user = next(iter(self._users.values()), "")
        return Source(guid, name, text, describe("", facts), user, created, tuple(selections))

    def _read(self, response: CodedResponse) -> dict[str, object]:
        """Who read a response, and of those who did before a theme came, at which revision."""
        earlier = {who: revision for who, revision in response.reviewed if revision < self._survey.revision}
        facts: dict[str, object] = {"reviewed": [who for who, _ in response.reviewed]} if response.reviewed else {}
        return facts | ({"as_of": earlier} if earlier else {})

    def _selections(self, offset: int, response: CodedResponse) -> Iterable[Selection]:
        """One selection for each span and coder, as some programs take the coder from the selection."""
        codes: dict[tuple[Span, str, bool], list[CodeMark]] = {
            (span, coder, False): [] for coder, span in response.highlights
        }
        place = self._place(response)
        for given in response.themes:
            whole = (Span(0, len(response.text)), given.coder, True)
            for key in [(span, given.coder, False) for span in given.spans] or [whole]:
                span = key[0]
                guid = self._id("coding", place, given.theme, given.coder, span.start, span.end, key[2])
                mark = CodeMark(guid, self._codes[given.theme], self._users[given.coder], given.created)
                codes.setdefault(key, []).append(mark)
        for (span, coder, is_whole), marks in sorted(codes.items(), key=lambda item: (item[0][0], item[0][1:])):
            words = legal(span.of(response.text))
            yield Selection(
                self._id("selection", place, coder, span.start, span.end, is_whole),
                Span(offset + span.start, offset + span.end),
                words if len(words) <= _QUOTE_LENGTH else words[: _QUOTE_LENGTH - 1] + "…",
                WHOLE if is_whole else "",
                self._users[coder],
                min((mark.created for mark in marks if mark.created), default=self._survey.created),
                tuple(marks),
            )

    def _case(self, who: str, name: str, values: Sequence[Value], sources: Sequence[str]) -> Case:
        own = (self._cases[who],) if self._habits.case_codes and sources else ()
        described = describe("", {"participant": who} if name != who else {})
        return Case(self._cases[who], name, described, own, values=tuple(values), sources=tuple(sources))

    def _habitual(self, source: Source, who: str, values: Sequence[Value]) -> Source:
        """The source with what a program reads of its participant there."""
        if self._habits.values_on_sources:
            source = replace(source, values=tuple(values))
        if self._habits.case_codes:
            source = replace(source, selections=(*source.selections, self._case_selection(source, who)))
        return source

    def _case_selection(self, source: Source, who: str) -> Selection:
        span = Span(0, len(source.text))
        user = source.user
        guid = self._id("case text", source.guid)
        mark = CodeMark(self._id("case coding", source.guid), self._cases[who], user, source.created)
        return Selection(guid, span, "", "The words of the case.", user, source.created, (mark,))


def _file_name(name: str, longest: int = _LONGEST_FILE_NAME) -> str:
    """A name that a file can bear, as programs keep each text under the name of its source."""
    return cut_to(_NOT_IN_FILE_NAMES.sub("_", name), longest).rstrip()


def short_name(key: str, wave: str) -> str:
    """A question in the name of a set, a source or a variable."""
    key = one_line(key, _NAME_LENGTH)
    return f"{key} ({wave})" if wave else key


def _prompt(question: QuestionSpec) -> str:
    return question.prompt if question.prompt != question.key or question.kind is not QuestionKind.OPEN else ""
