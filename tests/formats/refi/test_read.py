"""REFI-QDA of other programs: every coded text as it is in them."""

import json
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from coder.domain.codebook import ThemeSpec
from coder.domain.exchange import CodedSurvey
from coder.errors import InputError
from coder.exchange import import_project
from coder.formats.refi.as_survey import as_survey
from coder.formats.refi.from_survey import SurveyWriter
from coder.formats.refi.read import read_qdc, read_qdpx
from coder.formats.refi.themes import read_themes
from coder.formats.refi.write import project_xml
from coder.store.project import open_project
from coder.store.whole import read_whole
from tests.formats.refi.parts import CODE, project, selection, source


def packed(folder: Path, xml: bytes, texts: dict[str, bytes], name: str = "project.qde") -> Path:
    path = folder / "some.qdpx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(name, xml)
        for part, data in texts.items():
            archive.writestr(part, data)
    return path


@pytest.mark.parametrize("file", ["qualcoder-3.8.2-survey.qdpx", "qualcoder-4.0beta-survey.qdpx"])
def test_every_coded_text_of_qualcoder_equals_the_truth(shared: Path, tmp_path: Path, file: str) -> None:
    truth = json.loads((shared / "data/qda_files/qualcoder-3.8.2-survey.truth.json").read_text())
    target = tmp_path / "in.coder"
    import_project(shared / "data/qda_files" / file, target, coder_name="Me")
    with open_project(target) as opened, opened.read() as connection:
        survey = read_whole(connection, "in")
    found = sorted(
        (
            survey.themes[one.theme].path[-1],
            f"{r.participant}_{survey.questions[r.question].key}",
            words.of(r.text),
            one.coder,
        )
        for r in survey.responses
        for one in r.themes
        for words in one.spans
    )
    assert found == sorted((c["code"], c["source"], c["seltext"], c["owner"]) for c in truth["codings"])
    assert {r.text for r in survey.responses} == {s["text"] for s in truth["sources"]}


@pytest.mark.parametrize("file", ["taguette-1.5.2-codebook.qdc", "qualcoder-3.8.2-codebook.qdc"])
def test_codebooks_of_other_programs_are_read_though_their_schema_is_broken(shared: Path, file: str) -> None:
    codes, _ = read_qdc(shared / "data/qda_files" / file)
    assert len(read_themes(codes)) == len(codes) >= 3


def test_a_byte_order_mark_is_no_character(tmp_path: Path) -> None:
    written = project([source("a", "Überaus gut", [selection(0, 7, "Überaus")])])
    path = packed(tmp_path, project_xml(written), {"sources/a.txt": b"\xef\xbb\xbf" + "Überaus gut".encode()})
    (found,) = read_qdpx(path).sources
    assert [mark.span.of(found.text) for mark in found.selections] == ["Überaus"]


def test_positions_in_utf_16_units_are_told_by_the_words_quoted(tmp_path: Path) -> None:
    text = "😀 so kind\r\n😀 and late"
    at = len("😀 so kind\r\n😀 and ".encode("utf-16-le")) // 2
    written = project([source("a", "x" * 99, [selection(at, at + 4, "late"), selection(3, 5, "so")])])
    found = read_qdpx(packed(tmp_path, project_xml(written), {"sources/a.txt": text.encode()}))
    assert [mark.span.of(found.sources[0].text) for mark in found.sources[0].selections] == ["late", "so"]
    assert "UTF-16 units, line ends as stored: 2 of the 2" in found.notes[0]


def test_where_nothing_tells_the_standard_is_used_and_that_is_said(tmp_path: Path) -> None:
    written = project([source("a", "plain words", [selection(0, 5, "")])])
    found = read_qdpx(packed(tmp_path, project_xml(written), {"sources/a.txt": b"plain words"}))
    assert "as the standard says" in found.notes[0]


def test_a_project_file_of_another_name_a_folder_of_another_case_and_braced_ids_are_read(tmp_path: Path) -> None:
    xml = project_xml(project([source("a", "kind staff", [selection(0, 4, "kind")])]))
    xml = xml.replace(f'"{CODE}"'.encode(), f'"{{{CODE.upper()}}}"'.encode(), 1)
    found = read_qdpx(packed(tmp_path, xml, {"Sources/A.TXT": b"kind staff"}, "My study.qde"))
    survey = as_survey(found)
    assert [one.theme for r in survey.responses for one in r.themes] == [0]


def test_a_theme_given_to_a_whole_source_is_given_to_the_whole_response(tmp_path: Path) -> None:
    xml = project_xml(project([source("a", "kind", [], whole=True)]))
    survey = as_survey(read_qdpx(packed(tmp_path, xml, {"sources/a.txt": b"kind"})))
    assert [(one.coder, one.spans) for r in survey.responses for one in r.themes] == [("Ana", ())]


def test_what_is_not_taken_is_named_with_how_often(tmp_path: Path) -> None:
    marks = [selection(0, 0, ""), selection(2, 99, "beyond"), selection(0, 4, "kind")]
    found = read_qdpx(
        packed(
            tmp_path,
            project_xml(project([source("a", "kind", marks), source("b", "gone", [])])),
            {"sources/a.txt": b"kind"},
        )
    )
    assert "Marked stretches are empty and are left out: 1." in found.notes
    assert "Marked stretches lie outside their text and are left out: 1 (such as ‘beyond’)." in found.notes
    assert "Sources are missing in the file and are left out: 1 (such as ‘b’)." in found.notes


def test_a_text_that_is_not_utf_8_is_refused_by_name(tmp_path: Path) -> None:
    path = packed(tmp_path, project_xml(project([source("a", "x", [])])), {"sources/a.txt": b"na\xefve"})
    with pytest.raises(InputError, match="'a' is not UTF-8"):
        read_qdpx(path)


@pytest.mark.parametrize(
    ("xml", "message"),
    [
        (b"<Project", "can't be read as XML"),
        (b"<Other/>", "no REFI-QDA project"),
        (b'<!DOCTYPE Project [<!ENTITY a "b">]><Project>&a;</Project>', "declares a document type"),
        (b"<Project>" + b"<Code>" * 5_000 + b"</Code>" * 5_000 + b"</Project>", "more than 100 levels"),
        (b"<Project>" + b"<Code>" * 150 + b"</Code>" * 150 + b"</Project>", "more than 100 levels"),
    ],
    ids=["cut off", "another root", "document type", "5,000 levels", "150 levels"],
)
def test_xml_that_is_none_or_may_be_an_attack_is_refused(tmp_path: Path, xml: bytes, message: str) -> None:
    with pytest.raises(InputError, match=message):
        read_qdpx(packed(tmp_path, xml, {}))


def test_a_path_out_of_the_file_leads_nowhere(tmp_path: Path) -> None:
    xml = project_xml(project([source("a", "x", [])])).replace(b"internal://a.txt", b"internal://../../etc/passwd")
    assert read_qdpx(packed(tmp_path, xml, {"sources/a.txt": b"x"})).sources == []


def test_thousands_of_one_name_are_told_apart_in_one_go(tmp_path: Path) -> None:
    codes = "".join(f"<Code guid='c{n}' name='Staff'/>" for n in range(9_000))
    cases = "".join(f"<Case guid='p{n}' name='Ana'/>" for n in range(9_000))
    xml = f"<Project><CodeBook><Codes>{codes}</Codes></CodeBook><Cases>{cases}</Cases></Project>"
    survey = as_survey(read_qdpx(packed(tmp_path, xml.encode(), {})))
    assert list(survey.participants)[-1] == "Ana (9000)"
    assert survey.themes[-1].path == ("Staff (9000)",)


@pytest.mark.parametrize(
    ("before", "after", "found"),
    [
        ("Kind or not.", "Kind, rude, or neither.", "Kind, rude, or neither."),
        ("Include: late\n\nExample: kind", "include late ones", "Kind or not.\n\ninclude late ones"),
        ("Kind or not.\n\n", "", ""),
    ],
    ids=["the definition", "the lines below it", "the definition, away"],
)
def test_a_description_that_another_program_changed_is_the_definition(before: str, after: str, found: str) -> None:
    (code,), _ = SurveyWriter(
        CodedSurvey("", {}, (), (), [ThemeSpec(("Staff",), (), "Kind or not.", include="late", example="kind")]),
        "coder",
    ).codebook()
    assert read_themes([code])[0].definition == "Kind or not."
    (theme,) = read_themes([replace(code, description=code.description.replace(before, after))])
    assert (theme.definition, theme.include, theme.example) == (found, "late", "kind")


def test_facts_that_are_no_texts_are_none(tmp_path: Path) -> None:
    said = 'coder: {"participant": "\\ud83d"}'
    xml = f"<Project><Cases><Case guid='p' name='Ana'><Description>{said}</Description></Case></Cases></Project>"
    assert list(as_survey(read_qdpx(packed(tmp_path, xml.encode(), {}))).participants) == ["Ana"]
