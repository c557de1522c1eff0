"""What we write keeps to the ways that the field's programs were measured to read without loss."""

import re
import zipfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from coder.domain.codebook import ThemeSpec
from coder.domain.coding import Span
from coder.domain.corpus import QuestionKind, QuestionSpec
from coder.domain.exchange import CodedResponse, CodedSurvey, GivenTheme
from coder.exchange import _PROFILES, Program
from coder.formats.refi.as_survey import as_survey
from coder.formats.refi.from_survey import Per, SurveyWriter
from coder.formats.refi.read import read_qdpx
from coder.formats.refi.write import PROJECT, write_qdpx
from tests.formats.refi.surveys import surveys
from tests.projects import session_of

_GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


class Written:
    """A survey as written, looked at without our reader."""

    def __init__(self, survey: CodedSurvey, per: Per = Per.RESPONSE, program: Program | None = None) -> None:
        profile = _PROFILES[program]
        with TemporaryDirectory() as folder:
            path = Path(folder) / "project.qdpx"
            writer = SurveyWriter(survey, "coder", per=per, habits=profile.habits)
            write_qdpx(path, writer.project(), profile.form)
            with zipfile.ZipFile(path) as archive:
                self.files = {name: archive.read(name) for name in archive.namelist()}
            self.back = as_survey(read_qdpx(path))
        self.root = etree.fromstring(self.files["project.qde"])

    def all(self, name: str) -> list[etree._Element]:
        return list(self.root.iter(f"{{{PROJECT}}}{name}"))

    def names(self, kind: str) -> list[str]:
        return [str(element.get("name")) for element in self.all(kind)]

    def texts(self) -> Iterator[tuple[etree._Element, bytes]]:
        for source in self.all("TextSource"):
            path = str(source.get("plainTextPath"))
            assert path.startswith("internal://")
            yield source, self.files["sources/" + path.removeprefix("internal://")]

    def selections(self, source: etree._Element) -> list[tuple[int, int, str, str]]:
        """From where to where, by whom, and the words that it says to hold."""
        return [
            (
                int(str(s.get("startPosition"))),
                int(str(s.get("endPosition"))),
                str(s.get("creatingUser")),
                str(s.get("name")),
            )
            for s in source.iterfind(f"{{{PROJECT}}}PlainTextSelection")
        ]


def survey_of(
    themes: Sequence[ThemeSpec] = (), people: Sequence[str] = ("P1",), text: str = "words", key: str = "Q"
) -> CodedSurvey:
    given = tuple(GivenTheme(at, "Ana", (Span(0, len(text)),)) for at in range(len(themes)))
    marks = (("Ana", Span(0, len(text))),) if themes else ()
    responses = [CodedResponse(who, 0, text, 1, marks, given) for who in people]
    question = QuestionSpec(key, key, QuestionKind.OPEN)
    facts: dict[str, dict[str, str]] = {who: {} for who in people}
    return CodedSurvey("s", facts, [question], responses, themes, coders=["Ana"], created="2026-01-02T03:04:05+00:00")


@given(surveys(), st.sampled_from(Per))
@settings(max_examples=60, deadline=None)
def test_every_choice_of_the_measured_profile_is_kept(survey: CodedSurvey, per: Per) -> None:
    written = Written(survey, per)
    sources = written.all("TextSource")
    guids = [str(source.get("guid")) for source in sources]
    assert sorted(written.files) == sorted(["project.qde", *(f"sources/{guid}.txt" for guid in guids)])
    assert written.root.get("origin") == "coder"
    for unread in ("PlainTextContent", "NoteRef", "Note", "Link"):
        assert not written.all(unread), f"{unread}: a program that was measured fails at it, or loses it"
    assert all(_GUID.fullmatch(str(element.get("guid"))) for element in written.root.iter() if element.get("guid"))
    for kind in ("Code", "Case", "TextSource", "Variable"):
        names = [name.casefold() for name in written.names(kind)]
        assert len(set(names)) == len(names)
    for code in written.all("Code"):
        assert re.fullmatch(r"#[0-9a-fA-F]{6}", code.get("color") or "#000000")
        assert code.get("isCodable") == "true"
    for source, data in written.texts():
        assert not data.startswith(b"\xef\xbb\xbf")
        assert b"\r" not in data
        assert source.get("creationDateTime")
        assert source.find(f"{{{PROJECT}}}Coding") is None, "codings outside of selections are not read"
        _one_selection_for_each_span_and_coder(source)
        text = data.decode()
        for start, end, _, words in written.selections(source):
            assert 0 <= start < end <= len(text)
            assert text[start:end].startswith(words.removesuffix("…"))


def _one_selection_for_each_span_and_coder(source: etree._Element) -> None:
    places: Counter[tuple[str | None, ...]] = Counter()
    for selection in source.iterfind(f"{{{PROJECT}}}PlainTextSelection"):
        user = selection.get("creatingUser")
        coders = {coding.get("creatingUser") for coding in selection.iterfind(f"{{{PROJECT}}}Coding")}
        assert coders <= {user}, "a program takes the coder from the selection"
        assert selection.get("creationDateTime")
        is_whole = selection.findtext(f"{{{PROJECT}}}Description")
        places[selection.get("startPosition"), selection.get("endPosition"), user, is_whole] += 1
    assert set(places.values()) <= {1}


@given(surveys(), st.sampled_from(Per))
@settings(max_examples=30, deadline=None)
def test_positions_for_nvivo_count_utf16_units_and_both_characters_of_a_line_end(survey: CodedSurvey, per: Per) -> None:
    written = Written(survey, per, Program.NVIVO)
    for source, data in written.texts():
        units = data.decode().encode("utf-16-le")
        for start, end, _, words in written.selections(source):
            shown = units[2 * start : 2 * end].decode("utf-16-le").replace("\r\n", "\n")
            assert shown.startswith(words.removesuffix("…"))
            assert len(shown) == len(words) or words.endswith("…")


def test_a_highlight_of_white_space_alone_comes_back_where_it_was() -> None:
    """Its words are evidence of what positions count, as all others are."""
    survey = survey_of(text="word: ")
    marks = (("Ana", Span(5, 6)),)
    survey = replace(survey, responses=[replace(r, highlights=marks) for r in survey.responses])
    assert Written(survey, Per.PARTICIPANT).back.responses[0].highlights == marks


def test_a_short_colour_is_written_in_full_and_comes_back_as_it_was() -> None:
    written = Written(survey_of([ThemeSpec(("Staff",), colour="#f80")]))
    assert [code.get("color") for code in written.all("Code")] == ["#ff8800"]
    assert written.back.themes[0].colour == "#f80"


@pytest.mark.parametrize("per", Per)
def test_a_source_can_be_a_file_of_its_name(per: Per) -> None:
    """As programs keep a copy of each text in a folder, under its name."""
    people = ["../../up", "P/2", "C:\\a", "a\tb", "x" * 300, "😀" * 200, "x" * 299 + "y"]
    written = Written(survey_of(people=people, key="Good/bad?"), per)
    names = written.names("TextSource")
    assert not [name for name in names if re.search(r"[/\\\x00-\x1f]", name)]
    assert max(len(name.encode()) for name in names) <= 210
    assert len({name.casefold() for name in names}) == len(people)
    assert list(written.back.participants) == people
    assert [r.participant for r in written.back.responses] == people
    assert written.names("Case") == people


def test_thousands_of_one_name_are_told_apart_in_one_go() -> None:
    people = ["x" * 300 + str(number) for number in range(9_000)]
    names = Written(survey_of(people=people)).names("TextSource")
    assert len(set(names)) == len(people)


def test_a_text_never_begins_with_what_programs_take_for_a_mark_of_the_encoding(tmp_path: Path) -> None:
    session = session_of(tmp_path, {"P1": "\ufeff\ufeff\ufeffwords \ufeff inside"})
    assert session.view(session.queue()[0]).response.text == "words \ufeff inside"
