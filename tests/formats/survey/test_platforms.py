"""What survey platforms really export, in its variants: which platform it is, and what each column is."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from coder.formats.survey.detect import Table
from coder.formats.survey.guess import guess_plan
from coder.formats.survey.plan import Column, PlanOptions, Role
from coder.formats.survey.read import read_survey
from coder.formats.survey.rows import RowKind
from tests.formats.survey.files import survey_of, table_of

ROWS = 12
NUMBERS = [str(n) for n in range(1, ROWS + 1)]
DATES = [f"2026-01-{n:02} 10:04:00" for n in range(1, ROWS + 1)]
TEXTS = [
    "More breaks between the talks would help", "The staff was kind but slow, sadly", "It was fine as it is, I think",
    "I would like a room with windows", "Shorter queues at lunch, please", "Better signs on the way to the hall",
    "A quieter place for conversations", "The app never worked on my phone", "Less paper and more of the slides",
    "Tell us the programme earlier", "Coffee in the afternoon as well", "Microphones for the audience",
]  # fmt: skip
IPS = [f"10.0.0.{n}" for n in NUMBERS]
MAILS = [f"a{n}@example.org" for n in NUMBERS]
NAMES = [f"Ann Smith {n}" for n in NUMBERS]

Head = str | tuple[str, ...]
Export = Sequence[tuple[Head, Sequence[str], str]]
"""Columns: the head (in all header rows), cells, which begin again until there are enough, and what the column is: its
role, of a multi question with its key and option."""


def written(folder: Path, export: Export, name: str = "survey.csv") -> Table:
    heads = [head if isinstance(head, tuple) else (head,) for head, _, _ in export]
    rows = [[cells[n % len(cells)] for _, cells, _ in export] for n in range(ROWS)]
    return table_of(folder, [*map(list, zip(*heads, strict=True)), *rows], name)


def said(column: Column) -> str:
    if column.role is Role.MULTI:
        return f"multi {column.key}: {column.option}" if column.option else f"multi by {column.separator.strip()}"
    return column.role.value if not column.why.startswith("personal") else "personal"


# Own columns that several exports share.
QUALTRICS = [
    (("StartDate", "Start Date", "startDate"), DATES, "ignore"),
    (("Status", "Response Type", "status"), ("IP Address",), "ignore"),
    (("IPAddress", "IP Address", "ipAddress"), IPS, "personal"),
    (("Finished", "Finished", "finished"), ("True", "False"), "attribute"),
    (("RecordedDate", "Recorded Date", "recordedDate"), DATES, "ignore"),
    (("ResponseId", "Response ID", "_recordId"), [f"R_{n}aBc" for n in NUMBERS], "id"),
    (("RecipientEmail", "Recipient Email", "recipientEmail"), MAILS, "personal"),
    (("Q_RecaptchaScore", "Q_RecaptchaScore", "Q_RecaptchaScore"), ("1", "0.9"), "ignore"),
]
QUALTRICS_ASKED = [
    (("Q2_1", "Which? - Selected Choice - Shop", "QID2|1"), ("Shop", ""), "multi Q2: Shop"),
    (("Q2_2", "Which? - Selected Choice - Other:", "QID2|2"), ("", "", "Other:"), "multi Q2: Other:"),
    (("Q2_2_TEXT", "Which? - Other: - Text", "QID2_2_TEXT"), ("", "", "by pigeon"), "open"),
    (("Q2_3", "Which? - Selected Choice - Web", "QID2|3"), ("Web", "Web", ""), "multi Q2: Web"),
    (("Q3", "Why?", "QID3_TEXT"), TEXTS, "open"),
    (("1_Q4", "Why in the shop?", "1_QID4_TEXT"), TEXTS, "open"),
    (("Q5_1", "Rate us - Price", "QID5_1"), ("Good", "Poor", "Fair"), "choice"),
    (("Q5_2", "Rate us - Staff", "QID5_2"), ("Poor", "Fair", "Good"), "choice"),
    (("Q6", "Where did you see us?", "QID6"), ("Poster,Radio, local", "Poster", "Radio, local"), "multi by ,"),
    (("Q7", "What do you earn?", "QID7"), ("$1,000-$1,999", "$2,000-$2,999"), "choice"),
    (("Q8_NPS_GROUP", "Recommend? - Group", "QID8_NPS_GROUP"), ("Promoter", "Passive"), "ignore"),
    (("Q9_Id", "Upload - Id", "QID9_FILE_ID"), [f"F_{n}" for n in NUMBERS], "ignore"),
    (("Q10_Page Submit", "Timing - Page Submit", "QID10_PAGE_SUBMIT"), ("3.5", "4"), "ignore"),
    (("Q3 - Sentiment", "Q3 - Sentiment", f"QID3_TEXT_{'5e1d1d9b' * 3}Sentiment"), ("Positive", "Mixed"), "ignore"),
    (("region", "region", "region"), ("North", "South"), "attribute"),
]


def imported(export: Export) -> Export:
    """With the third row as Qualtrics writes it."""

    def json(told: str) -> str:
        question, _, choice = told.partition("|")
        return f'{{"ImportId":"{question}"' + (f',"choiceId":"{choice}"}}' if choice else "}")

    return [((*head[:2], json(head[2])), cells, what) for head, cells, what in export]


def headed(export: Export, rows: int) -> Export:
    """With the first header rows alone."""
    return [(head[:rows], cells, what) for head, cells, what in export]


LIMESURVEY_ASKED = [
    ("Q1", "How was it?", ("A1", "A2"), "choice"),
    ("Q2[SQ001]", "Which? [Shop]", ("Y", ""), "multi {Q2}: {Shop}"),
    ("Q2[other]", "Which? [Other]", ("", "by pigeon"), "multi {Q2}: {Other}"),
    ("Q2[SQ002]", "Which? [Web]", ("Y", "Y", ""), "multi {Q2}: {Web}"),
    ("Q3[SQ001]", "Which and why? [Shop]", ("Y", ""), "multi {Q3}: {Shop}"),
    ("Q3[SQ001comment]", "Which and why? [Shop][comment]", ("cheap", ""), "open"),
    ("Q3[SQ002]", "Which and why? [Web]", ("", "Y"), "multi {Q3}: {Web}"),
    ("Q3[SQ002comment]", "Which and why? [Web][comment]", ("", "quick"), "open"),
    ("Q4", "What else?", TEXTS, "open"),
    ("Q5", "Do you agree?", ("A1", "A2", "A3"), "choice"),
    ("Q5[comment]", "Do you agree? [Comment]", ("partly", ""), "open"),
    ("Q6", "Your picture", ('[{"title":"","name":"a.png"}]', ""), "ignore"),
    ("Q6[filecount]", "filecount - Your picture", ("1", "0"), "ignore"),
]
LIMESURVEY_OWN = [
    (("id", "Response ID", "Antwort ID"), NUMBERS, "id"),
    (("submitdate", "Date submitted", "Datum Abgeschickt"), (DATES[0], DATES[1], ""), "ignore"),
    (("lastpage", "Last page", "Letzte Seite"), ("3", "3", "1"), "ignore"),
    (("startlanguage", "Start language", "Start-Sprache"), ("en", "de-informal"), "ignore"),
    (("seed", "Seed", "Zufallsstartwert"), [f"{n}23456" for n in NUMBERS], "ignore"),
    (("token", "Access code", "Zugangscode"), [f"{n}aB9xQ" for n in NUMBERS], "personal"),
    (("ipaddr", "IP address", "IP-Adresse"), IPS, "personal"),
]


def limesurvey(heading: str) -> Export:
    """With question codes, with texts, with both, or with texts in German; texts tick by Yes and No."""
    code, text = heading in ("code", "both"), heading != "code"
    column = {"code": 0, "text": 1, "both": 0, "german": 2}[heading]
    own: Export = [
        (f"{h[0]}. {h[1]}" if code and text else h[column], cells, what) for h, cells, what in LIMESURVEY_OWN
    ]
    names = {"Q2": ("Q2", "Which?"), "Q3": ("Q3", "Which and why?")}
    names |= {"Shop": ("SQ001", "Shop"), "Web": ("SQ002", "Web"), "Other": ("other", "Other")}
    called = {k: (f"{c}. {t}" if k[0] == "Q" and code and text else t if text else c) for k, (c, t) in names.items()}
    said_so = {"": "No", "Y": "Yes"} if text else {}
    asked: Export = [
        (
            f"{c}. {t}" if code and text else c if code else t,
            [said_so.get(cell, cell) if "multi" in what and "Other" not in what else cell for cell in cells],
            what.format(**called),
        )
        for c, t, cells, what in LIMESURVEY_ASKED
    ]
    return [*own, *asked]


def microsoft(heads: Sequence[str], mail: Sequence[str] = MAILS, name: Sequence[str] = NAMES) -> Export:
    times = [f"1/{n}/26 10:00:00" for n in NUMBERS]
    anonymous = mail[0] == "anonymous"
    return [
        (heads[0], NUMBERS, "id"),
        (heads[1], times, "ignore"),
        (heads[2], times, "ignore"),
        (heads[3], mail, "personal"),
        (heads[4], name, "ignore" if anonymous else "personal"),
        ("What could be better?", TEXTS, "open"),
        ("Which services did you use?", ("Shop;Web;", "Web;", "Shop;by pigeon;"), "multi by ;"),
        ("Put these in order", ("Price;Staff;Place;", "Staff;Price;Place;"), "ignore"),
        ("Likely to recommend?", ("0", "7", "10"), "rating"),
    ]


def quiz(total: str, words: str, points: str, feedback: str) -> Export:
    first = microsoft(("ID", "Start time", "Completion time", "Email", "Name"))[:5]
    return [
        *first,
        (total, ("3", "4"), "ignore"),
        (words, ("well done", ""), "ignore"),
        ("What is grace?", TEXTS, "open"),
        (f"{points}What is grace?", ("1", "2"), "ignore"),
        (f"{feedback}What is grace?", ("a good answer", ""), "ignore"),
    ]


SURVEYMONKEY = [
    (("Respondent ID", ""), [f"11420789{n}" for n in NUMBERS], "id"),
    (("Collector ID", ""), ("4001", "4002"), "ignore"),
    (("IP Address", ""), IPS, "personal"),
    (("First Name", ""), NAMES, "personal"),
    (("Custom Data 1", ""), ("x", "y"), "ignore"),
]
SURVEYMONKEY_ASKED = [
    (("Which?", "Shop"), ("Shop", ""), "multi Which?: Shop"),
    (("", "Web"), ("", "Web", "Web"), "multi Which?: Web"),
    (("", "Other (please specify)"), ("by pigeon", "", ""), "multi Which?: Other (please specify)"),
    (("Why\nso?", "Open-Ended Response"), TEXTS, "open"),
    (("Do you agree?", "Response"), ("Yes", "No"), "choice"),
    (("", "Other (please specify)"), ("it depends", ""), "choice"),
    (("Please leave your contact details, if you like, and we will be in touch", "Name:"), NAMES, "personal"),
    (("", "City/Town:"), ("Graz", "Wien"), "choice"),
    (("", "Email Address:"), MAILS, "personal"),
]
SURVEYGIZMO = [
    ("Response ID", NUMBERS, "id"),
    ("Time Started", DATES, "ignore"),
    ("Date Submitted", DATES, "ignore"),
    ("Status", ("Complete", "Partial"), "attribute"),
    ("SessionID", [f"17_{n}a" for n in NUMBERS], "ignore"),
    ("Language", ("English", "German"), "attribute"),
    ("Referer", ("https://example.org/", ""), "ignore"),
    ("User Agent", ("Mozilla/5.0 (Windows)", "Mozilla/5.0 (Mac)"), "personal"),
    ("Longitude", ("16.37", "15.44"), "personal"),
    ("Country", ("Austria", "Italy"), "personal"),
    ("City", ("Graz", "Rome"), "personal"),
    ("Postal", ("8010", "00118"), "personal"),
    ("URL Variable: source", ("mail", "web"), "attribute"),
    ("Shop:Which services?", ("Shop", ""), "multi Which services?: Shop"),
    ("Web:Which services?", ("", "Web", "Web"), "multi Which services?: Web"),
    ("Other - Write In:Which services?", ("by pigeon", "", ""), "multi Which services?: Other - Write In"),
    ("What else?", TEXTS, "open"),
    ("Price:Rate us", ("Good", "Poor", "Fair"), "choice"),
    ("Staff:Rate us", ("Poor", "Fair", "Good"), "choice"),
    ("Country (2)", ("Austria", "Italy"), "attribute"),
]
TYPEFORM = [
    ("Hi, what's your name?", NAMES, "personal"),
    ("Shop", ("Shop", ""), "multi Shop / Web: Shop"),
    ("Web", ("", "Web"), "multi Shop / Web: Web"),
    ("Other", ("by pigeon", "", ""), "multi Shop / Web: Other"),
    ("What could be better?", TEXTS, "open"),
    ("Response Type", ("completed", "partial"), "attribute"),
    ("Start Date (UTC)", DATES, "ignore"),
    ("Stage Date (UTC)", ("", DATES[0]), "ignore"),
    ("Submit Date (UTC)", (DATES[0], ""), "ignore"),
    ("Network ID", [f"98eebf37{n}" for n in NUMBERS], "ignore"),
    ("Ending", ("Thanks", "Default"), "ignore"),
]
TIMESTAMPS = ("Timestamp", "Zeitstempel", "Sygnatura czasowa", "Отметка времени", "タイムスタンプ", "时间戳记")

EXPORTS: dict[str, tuple[str, Export]] = {
    "REDCap, labels": (
        "REDCap",
        [
            ("Record ID", [n for n in NUMBERS[: ROWS // 2] for _ in "ab"], "id"),
            ("Event Name", ("Baseline (Arm 1)", "Follow-up (Arm 1)"), "wave"),
            ("Repeat Instrument", ("",), "ignore"),
            ("Repeat Instance", ("",), "ignore"),
            ("Data Access Group", ("North", "North", "South", "South"), "attribute"),
            ("Survey Identifier", MAILS, "personal"),
            ("Survey Timestamp", ("[not completed]", DATES[0]), "ignore"),
            (
                "Which services? (choice=Shop (in town))",
                ("Checked", "Unchecked"),
                "multi Which services?: Shop (in town)",
            ),
            ("Which services? (choice=Web)", ("Unchecked", "Checked"), "multi Which services?: Web"),
            ("Complete?", ("Complete", "Incomplete", "Unverified"), "ignore"),
            ("What could be better?", TEXTS, "open"),
            ("Complete?", ("Complete", "Incomplete"), "ignore"),
        ],
    ),
    "REDCap, raw without events": (
        "REDCap",
        [
            ("study_code", NUMBERS, "id"),
            ("feedback_timestamp", ("[not completed]", DATES[0]), "ignore"),
            ("services___1", ("1", "0"), "multi services: 1"),
            ("services____99", ("0", "1"), "multi services: -99"),
            ("improve", TEXTS, "open"),
            ("feedback_complete", ("0", "1", "2"), "ignore"),
        ],
    ),
    "Qualtrics, three header rows": ("Qualtrics", imported([*QUALTRICS, *QUALTRICS_ASKED])),
    "Qualtrics, the third row deleted": ("Qualtrics", headed([*QUALTRICS, *QUALTRICS_ASKED], 2)),
    "Qualtrics, the second and third row deleted": ("Qualtrics", headed(QUALTRICS, 1)),
    "SurveyMonkey": ("SurveyMonkey", [*SURVEYMONKEY, *SURVEYMONKEY_ASKED]),
    "SurveyMonkey, condensed": (
        "SurveyMonkey",
        [
            *[(head[:1], cells, what) for head, cells, what in SURVEYMONKEY],
            ("Which?", ("Shop, Web", "Web", "Shop"), "multi by ,"),
            ("Why so?", TEXTS, "open"),
        ],
    ),
    **{f"LimeSurvey, {heading}": ("LimeSurvey", limesurvey(heading)) for heading in ("code", "text", "both", "german")},
    "Microsoft Forms": ("Microsoft Forms", microsoft(("ID", "Start time", "Completion time", "Email", "Name"))),
    "Microsoft Forms, German": (
        "Microsoft Forms",
        microsoft(("ID", "Startzeit", "Fertigstellungszeit", "E-Mail", "Name"), ("anonymous",), ("",)),
    ),
    "Microsoft Forms, Spanish": (
        "Microsoft Forms",
        microsoft(("Id", "Hora de inicio", "Hora de finalización", "Correo electrónico", "Nombre")),
    ),
    "Microsoft Forms, Japanese": ("Microsoft Forms", microsoft(("ID", "開始時刻", "完了時刻", "メール", "名前"))),
    "Microsoft Forms, quiz": ("Microsoft Forms", quiz("Total points", "Quiz feedback", "Points - ", "Feedback - ")),
    "Microsoft Forms, German quiz": (
        "Microsoft Forms",
        quiz("Gesamtpunktzahl", "Prüfungsfeedback", "Punkte – ", "Feedback – "),
    ),
    **{
        f"Google Forms, {head}": ("Google Forms", [(head, DATES, "ignore"), ("Why?", TEXTS, "open")])
        for head in TIMESTAMPS
    },
    "Google Forms, quiz": (
        "Google Forms",
        [
            ("Timestamp", DATES, "ignore"),
            ("Username", MAILS, "personal"),
            ("Nombre", NAMES, "personal"),
            ("What could be better?", TEXTS, "open"),
            ("What could be better? [Score]", ("-- / 0",), "ignore"),
            ("What could be better? [Feedback]", ("so true", ""), "ignore"),
            ("Colours?", ("Red;Blue", "Blue", "Red"), "multi by ;"),
            ("When? [Monday]", ("Early, Late", "Early", "Late"), "multi by ,"),
        ],
    ),
    "SurveyGizmo": ("SurveyGizmo", SURVEYGIZMO),
    "Typeform": ("Typeform", [("#", [f"h{n}xq" for n in NUMBERS], "id"), *TYPEFORM]),
    "Typeform, with response ids": ("Typeform", [("Response ID", [f"h{n}xq" for n in NUMBERS], "id"), *TYPEFORM]),
}


@pytest.mark.parametrize("name", EXPORTS)
def test_each_column_of_an_export_is_what_the_platform_writes_there(name: str, tmp_path: Path) -> None:
    platform, export = EXPORTS[name]
    table = written(tmp_path, export)
    plan = guess_plan(table)
    assert table.platform == platform
    assert {c.header: said(c) for c in plan.columns} == dict(
        zip(table.header, [what for _, _, what in export], strict=True)
    )
    assert len(list(read_survey(table, plan, closed_alone=True).rows())) == ROWS


def test_a_file_that_is_no_export_keeps_its_facts_about_people(tmp_path: Path) -> None:
    export: Export = [
        ("id", NUMBERS, "id"),
        ("Country", ("Austria", "Italy"), "attribute"),
        ("City", ("Graz", "Rome"), "attribute"),
        ("Score", ("1", "2"), "rating"),
        ("Why?", TEXTS, "open"),
        ("Why? [Score]", ("good", "bad"), "choice"),
        ("Comments", TEXTS, "open"),
    ]
    table = written(tmp_path, export)
    assert (table.platform, [said(c) for c in guess_plan(table).columns]) == ("", [what for _, _, what in export])


def test_a_record_is_known_by_its_first_column_at_all_events(tmp_path: Path) -> None:
    heads = ["study_code", "redcap_event_name", "why"]
    rows = [[n, event, TEXTS[0]] for n in "12" for event in ("start_arm_1", "end_arm_1")]
    survey, found = survey_of(table_of(tmp_path, [heads, *rows]), PlanOptions(open=["why"]))
    assert [(q.key, q.wave) for q in survey.questions] == [("why", "start_arm_1"), ("why", "end_arm_1")]
    assert [r.participant for r in found] == ["1", "1", "2", "2"]


def test_codes_of_choices_tick_them_and_grids_keep_their_numbers(tmp_path: Path) -> None:
    blank = [("Respondent ID", ""), ("Which?", "Shop"), ("", "Web"), ("", "Other"), ("Rate us", "Price"), ("", "Staff")]
    rows = [["91", "1", "", "", "1", "2"], ["92", "1", "2", "", "1", "2"], ["93", "", "2", "3 of them", "1", "2"]]
    table = table_of(tmp_path, [*map(list, zip(*blank, strict=True)), *rows])
    assert [said(c) for c in guess_plan(table).columns[1:]] == [
        "multi Which?: Shop", "multi Which?: Web", "multi Which?: Other", "rating", "rating",
    ]  # fmt: skip
    _, found = survey_of(table, PlanOptions(open=["Rate us [Staff]"]))
    assert [[a[1:] for a in r.answers if a[1]] for r in found] == [
        [("Shop", "1")],
        [("Shop", "1"), ("Web", "1")],
        [("Web", "1"), ("Other", "3 of them")],
    ]


def test_choices_that_one_header_row_only_numbers_are_named_by_their_cells(tmp_path: Path) -> None:
    export: Export = [
        *headed(QUALTRICS, 1),
        ("Q2_1", ("Shop", ""), "multi Q2: Shop"),
        ("Q2_2", ("", "", "Web"), "multi Q2: Web"),
        ("Q5_1", ("Good", "Poor", "Fair"), "choice"),
        ("Q5_2", ("Poor", "Fair", "Good"), "choice"),
        ("Q7", ("1,2", "2", "1,2,3"), "multi by ,"),
    ]
    assert [said(c) for c in guess_plan(written(tmp_path, export)).columns] == [what for _, _, what in export]


def test_two_questions_of_one_text_stay_two(tmp_path: Path) -> None:
    heads = [("Respondent ID", ""), *[("Which?", "Shop"), ("", "Web"), ("Why?", "Open-Ended Response")] * 2]
    rows = [[n, *["Shop", "", TEXTS[0]] * 2] for n in NUMBERS[:6]] + [[n, *["", "Web", TEXTS[1]] * 2] for n in "789"]
    plan = guess_plan(table_of(tmp_path, [*map(list, zip(*heads, strict=True)), *rows]))
    assert [said(c) for c in plan.columns[1:]] == [
        "multi Which?: Shop", "multi Which?: Web", "open", "multi Which? (2): Shop", "multi Which? (2): Web", "open",
    ]  # fmt: skip
    assert [c.key for _, c in plan.of(Role.OPEN)] == ["Why?", "Why? (2)"]


def test_yes_and_no_are_counted_where_nothing_says_that_they_tick_and_it_is_said(tmp_path: Path) -> None:
    yes_no = ("Yes", "No", "No")
    export: Export = [*limesurvey("text"), ("Do you own? [Car]", yes_no, ""), ("Do you own? [Bike]", yes_no[::-1], "")]
    table = written(tmp_path, export)
    plan = guess_plan(table)
    assert [said(c) for c in plan.columns[-2:]] == ["choice", "choice"]
    assert any("--multi 'Do you own?'" in note for note in plan.notes)
    asked = guess_plan(table, PlanOptions(multi=["Do you own?"]))
    assert [said(c) for c in asked.columns[-2:]] == ["multi Do you own?: Car", "multi Do you own?: Bike"]


def test_what_ranks_options_is_left_out_and_named(tmp_path: Path) -> None:
    _, export = EXPORTS["Microsoft Forms"]
    plan = guess_plan(written(tmp_path, export))
    assert any("rank" in note and "Put these in order" in note for note in plan.notes)


@pytest.mark.parametrize(
    ("name", "heads", "rows", "numbers"),
    [
        (
            "Qualtrics",
            ["ResponseId", "Status", "DistributionChannel", "Finished", "Q1"],
            [
                ["R_1", "IP-Adresse", "anonymous", "Wahr"], ["R_2", "IP-Adresse", "anonymous", "Falsch"],
                ["R_3", "Umfragevorschau", "preview", "Wahr"], ["R_4", "Spam", "anonymous", "Wahr"],
            ],
            {RowKind.PREVIEWS: 1, RowKind.UNFINISHED: 1, RowKind.SPAM: 1},
        ),
        (
            "LimeSurvey",
            ["Antwort ID", "Datum Abgeschickt", "Letzte Seite", "Start-Sprache", "Zufallsstartwert", "Q1"],
            [["1", DATES[0], "3", "de", "12345"], ["2", "", "1", "de", "12346"], ["3", DATES[1], "3", "en", "12347"]],
            {RowKind.UNFINISHED: 1},
        ),
        (
            "SurveyGizmo",
            ["Response ID", "Time Started", "Date Submitted", "Status", "Q1"],
            [["1", DATES[0], DATES[0], "Complete"], ["2", DATES[0], DATES[1], "Disqualified"]],
            {RowKind.UNFINISHED: 1},
        ),
    ],
)  # fmt: skip
def test_rows_that_are_no_full_answers_are_known_in_every_language(
    name: str, heads: list[str], rows: list[list[str]], numbers: dict[RowKind, int], tmp_path: Path
) -> None:
    table = table_of(tmp_path, [heads, *[[*row, text] for row, text in zip(rows, TEXTS, strict=False)]])
    assert table.platform == name
    for kind, number in numbers.items():
        _, found = survey_of(table, PlanOptions(open=["Q1"], leave_out=[kind]))
        assert len(rows) - len(found) == number, kind
