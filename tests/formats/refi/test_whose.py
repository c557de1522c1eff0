"""Whose a text is in other programs' projects, and what happens to what is marked outside of everybody's words."""

from dataclasses import replace

from coder.domain.coding import Span
from coder.domain.exchange import CodedSurvey
from coder.formats.refi.as_survey import as_survey
from coder.formats.refi.model import Case, Code, CodeMark, QdaProject, Selection, User, Value, Variable
from tests.formats.refi.parts import CODE, USER, project, selection, source

TEXT = "P1\nkind staff\n\nP2\ngood food"
FIRST, SECOND = Span(3, 13), Span(18, 27)


def said(survey: CodedSurvey) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for response in survey.responses:
        found.setdefault(response.participant, []).append(response.text)
    return found


def coded(survey: CodedSurvey) -> list[tuple[str, str, list[str]]]:
    return [
        (r.participant, survey.themes[t.theme].path[-1], [span.of(r.text) for span in t.spans])
        for r in survey.responses
        for t in r.themes
    ]


def stretch(guid: str, span: Span, code: str = "") -> Selection:
    return Selection(guid, span, span.of(TEXT), codes=(CodeMark(f"m{guid}", code, USER),) if code else ())


def document(*stretches: Selection) -> QdaProject:
    """A document with the answers of two people to one question."""
    marks = [selection(3, 7, "kind"), selection(23, 27, "food"), selection(0, 2, "P1"), *stretches]
    return project([source("What was good?", TEXT, marks)])


def test_stretches_that_cases_name_are_their_words() -> None:
    cases = [Case("k1", "P1", selections=("s1",)), Case("k2", "P2", selections=("s2",))]
    found = as_survey(replace(document(stretch("s1", FIRST), stretch("s2", SECOND)), cases=cases))
    assert said(found) == {"P1": ["kind staff"], "P2": ["good food"]}
    assert coded(found) == [("P1", "Staff", ["kind"]), ("P2", "Staff", ["food"])]
    assert [q.key for q in found.questions] == ["What was good?"]
    assert not any(len(r.highlights) > 1 for r in found.responses)
    assert any("nobody's words" in note for note in found.notes)


def test_stretches_coded_with_a_cases_own_code_are_its_words() -> None:
    cases = [Case("k1", "P1"), Case("k2", "P2")]
    written = document(stretch("s1", FIRST, "k1"), stretch("s2", SECOND, "k2"))
    codes = [*written.codes, Code("k1", "P1"), Code("k2", "P2")]
    found = as_survey(replace(written, codes=codes, cases=cases))
    assert said(found) == {"P1": ["kind staff"], "P2": ["good food"]}
    assert coded(found) == [("P1", "Staff", ["kind"]), ("P2", "Staff", ["food"])]


def test_a_theme_that_cases_have_is_a_theme_still() -> None:
    cases = [Case("k1", "P1", codes=(CODE,), sources=("a",)), Case("k2", "P2", codes=(CODE,), sources=("b",))]
    written = project(
        [source("a", "kind", [selection(0, 4, "kind")]), source("b", "kinder", [selection(0, 4, "kind")])]
    )
    found = as_survey(replace(written, cases=cases))
    assert coded(found) == [("P1", "Staff", ["kind"]), ("P2", "Staff", ["kind"])]
    assert any("Codes of whole cases" in note for note in found.notes)


def test_texts_are_stored_as_a_survey_stores_them_and_places_stay() -> None:
    text = "\ufeffgood\r\nfood\rtoo"
    marks = [selection(1, 5, "good"), selection(7, 11, "food"), selection(12, 15, "too")]
    (response,) = as_survey(project([source("a", text, marks)])).responses
    assert response.text == "good\nfood\ntoo"
    assert [span.of(response.text) for span in response.themes[0].spans] == ["good", "food", "too"]


def test_two_of_one_name_stay_two() -> None:
    other = CodeMark("m", CODE, "u2")
    marks = [selection(0, 4, "kind"), replace(selection(5, 10, "staff"), user="u2", codes=(other,))]
    written = project([source("a", "kind staff", marks), replace(source("b", "late", []), name="a")])
    found = as_survey(replace(written, users=[User("u0", "Ana"), User(USER, "Ana"), User("u2", "Ana")]))
    assert [(t.coder, len(t.spans)) for t in found.responses[0].themes] == [("Ana", 1), ("Ana (2)", 1)]
    assert said(found) == {"a": ["kind staff"], "a (2)": ["late"]}
    case = Case("k", "P1", values=(Value("v1", "3"), Value("v2", "4")), sources=("a",))
    facts = as_survey(replace(written, variables=[Variable("v1", "age"), Variable("v2", "age")], cases=[case]))
    assert facts.participants["P1"] == {"age": "3", "age (2)": "4"}
