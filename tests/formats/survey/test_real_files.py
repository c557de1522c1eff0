"""Every real survey file that we have: imported with the rows and columns its notes state, or refused with advice."""

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from coder.domain.corpus import QuestionKind
from coder.errors import InputError
from coder.formats.survey.detect import open_table
from coder.formats.survey.guess import guess_plan
from coder.formats.survey.plan import Layout, PlanOptions, Role, dump_plan, load_plan
from coder.formats.survey.read import read_survey


@dataclass(frozen=True)
class Expected:
    """What a file holds. `refused` is a word of the advice where it does not import as it is, `then` what helps."""

    rows: int = 0
    columns: int = 0
    opens: int = 0
    platform: str = ""
    refused: str = ""
    encoding: str | None = None
    then: PlanOptions = field(default_factory=PlanOptions)


FILES = {
    "surveygizmo_jupyter2015.csv": Expected(1706, 37, 24, "SurveyGizmo"),
    "googleforms_jupyter_education2016.csv": Expected(125, 25, 7, "Google Forms"),
    "googleforms_flaky.tsv": Expected(171, 37, 4, "Google Forms"),
    "googleforms_replication3r_pt.xlsx": Expected(101, 52, 8, "Google Forms"),
    "typeform_stacks.csv": Expected(69, 53, 11),
    "typeform_stacks.xlsx": Expected(69, 53, 11),
    "surveymonkey_starwars_2headers_not_utf8.csv": Expected(
        1186, 38, 1, "SurveyMonkey", "--encoding", "cp1252", PlanOptions(open=["Which character"])
    ),
    "interviews_wac_cp1252.csv": Expected(57, 13, 5, refused="--encoding", encoding="cp1252"),
    "carpentries_instructor_training_2018.csv": Expected(967, 41, 1),
    "qualtrics_qualtRics_sample_3headers_de.csv": Expected(1, 20, 1, "Qualtrics"),
    "qualtrics_qualtRics_sample_legacy.csv": Expected(1, 16, 1, "Qualtrics", "--open", None, PlanOptions(open=["Q2"])),
    "coding_sheet_flaky_sq6.ods": Expected(77, 19, 1),
    "replication3r_utf8_bom.csv": Expected(101, 52, 8, "Google Forms"),
    "replication3r_excel_unicode_utf16le.txt": Expected(101, 52, 8, "Google Forms"),
    "replication3r_cp1252_semicolon.csv": Expected(101, 52, 8, "Google Forms", refused="--encoding", encoding="cp1252"),
    "replication3r_open_ends.sav": Expected(101, 6, 5, "SPSS"),
    "jupyter_limesurvey_style.csv": Expected(150, 9, 4, "LimeSurvey"),
    "jupyter_msforms_style.xlsx": Expected(150, 7, 1, "Microsoft Forms"),
    "synthetic/google_forms.csv": Expected(2, 6, 1, "Google Forms"),
    "synthetic/limesurvey.csv": Expected(2, 17, 1, "LimeSurvey", "--open", None, PlanOptions(open=["Q3"])),
    "synthetic/ms_forms.xlsx": Expected(2, 10, 1, "Microsoft Forms"),
    "synthetic/qualtrics.csv": Expected(2, 19, 2, "Qualtrics"),
    "synthetic/redcap_raw.csv": Expected(3, 11, 1, "REDCap", "--open", None, PlanOptions(open=["improve"])),
    "synthetic/spss.sav": Expected(3, 5, 1, "SPSS"),
    "synthetic/surveymonkey.csv": Expected(2, 16, 1, "SurveyMonkey"),
    "synthetic/typeform.csv": Expected(2, 14, 1, "Typeform", "--open", None, PlanOptions(open=["What could we"])),
}


def imported(path: Path, encoding: str | None = None, options: PlanOptions | None = None):
    table = open_table(path, encoding=encoding)
    plan = guess_plan(table, options)
    assert load_plan(dump_plan(plan), table) == plan
    survey = read_survey(table, plan)
    return table, plan, survey, list(survey.rows())


def test_the_list_of_files_is_whole(shared):
    folder = shared / "data" / "survey_files"
    assert {p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file()} == set(FILES)


@pytest.mark.parametrize("name", FILES)
def test_a_real_file_is_imported_whole_or_refused_with_advice(name, shared):
    path, expected = shared / "data" / "survey_files" / name, FILES[name]
    if expected.refused:
        with pytest.raises(InputError) as caught:
            imported(path)
        assert expected.refused in caught.value.hint
        if not expected.rows:
            return
    table, plan, survey, rows = imported(path, expected.encoding, expected.then)
    assert (len(rows), len(table.columns), table.platform) == (expected.rows, expected.columns, expected.platform)
    assert len(plan.of(Role.OPEN)) == expected.opens
    waves = 2 if table.platform == "REDCap" else 1
    assert len({r.participant for r in rows}) == (2 if waves == 2 else expected.rows)
    assert all(len(r.responses) == expected.opens for r in rows)
    assert all(q.kind is not QuestionKind.OPEN or q.key for q in survey.questions)


def test_the_same_survey_in_other_encodings_is_the_same(shared):
    folder = shared / "data" / "survey_files"
    found = [
        imported(folder / name, encoding)[3]
        for name, encoding in (
            ("replication3r_utf8_bom.csv", None),
            ("replication3r_excel_unicode_utf16le.txt", None),
            ("replication3r_cp1252_semicolon.csv", "cp1252"),
        )
    ]
    assert found[0] == found[1]
    texts = [[r.responses for r in rows] for rows in found]
    assert sum(a != b for a, b in zip(texts[0], texts[2], strict=True)) <= 3  # characters that cp1252 has not


def test_the_gold_survey_has_its_coded_questions_open_and_no_waves(shared):
    _, plan, survey, rows = imported(shared / "data" / "replication3r_survey" / "raw" / "Survey-responses.xlsx")
    opens = [q for q in survey.questions if q.kind is QuestionKind.OPEN]
    assert {"[Q20]", "[Q22]", "[Q26]", "[Q28]", "[Q30]"} <= {q.key.split()[0] for q in opens}
    assert {q.wave for q in survey.questions} == {""}
    assert [r.participant for r in rows] == [f"P{i:02}" for i in range(1, 102)]
    assert plan.of(Role.ID)[0][1].header == "ID"


def test_the_patients_survey_is_long_and_whole(shared):
    _, plan, survey, rows = imported(shared / "data" / "nhs_fft" / "responses.csv")
    assert plan.layout is Layout.LONG
    assert (len(rows), len({r.participant for r in rows}), len(survey.questions)) == (7394, 4390, 5)
    assert sum(r.responses[0][2] == "Did not answer" for r in rows) == 1189


@pytest.mark.parametrize(
    ("folder", "responses", "people", "questions"),
    [
        ("replication3r_survey", 289, 93, 5),
        ("anes2008_mip", 8399, 2102, 4),
        ("flaky_tests_survey", 139, 85, 4),
        ("jupyter_ux_2015", 4658, 956, 8),
    ],
)
def test_long_files_have_their_stated_numbers(folder, responses, people, questions, shared):
    _, _, survey, rows = imported(shared / "data" / folder / "responses.csv")
    assert (len(rows), len({r.participant for r in rows}), len(survey.questions)) == (responses, people, questions)


def test_no_participant_is_a_header_row(shared):
    *_, rows = imported(
        shared / "data" / "survey_files" / "surveymonkey_starwars_2headers_not_utf8.csv",
        "cp1252",
        PlanOptions(open=["Which character"]),
    )
    assert all(r.participant.isdecimal() for r in rows)
    films = Counter(option for r in rows for _, option, value in r.answers if option and value == "1")
    assert len(films) == 6
    assert films["Star Wars: Episode V The Empire Strikes Back"] == 758
