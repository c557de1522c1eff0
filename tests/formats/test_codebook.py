"""Codebooks from files and to files: what stands there, all that is wrong with it, and the way back."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coder.domain.codebook import Codebook, Theme, ThemeSpec
from coder.errors import InputError
from coder.formats.codebook import codebook_table, dump_codebook_yaml, read_codebook
from coder.formats.tables import write_table


def csv(tmp_path: Path, text: str, encoding: str = "utf-8") -> Path:
    path = tmp_path / "codebook.csv"
    path.write_bytes(text.encode(encoding))
    return path


def yaml(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "codebook.yaml"
    path.write_bytes(text.encode("utf-8", "surrogatepass"))
    return path


def places(path: Path) -> dict[str, tuple[str, ...]]:
    """The questions of each theme by its path."""
    return {" > ".join(spec.path): spec.questions for spec in read_codebook(path)[0]}


def problems(path: Path) -> tuple[str, ...]:
    with pytest.raises(InputError) as caught:
        read_codebook(path)
    return caught.value.problems


# --- CSV


def test_a_category_without_a_row_stands_above_its_themes_and_serves_what_they_serve(tmp_path: Path) -> None:
    path = csv(tmp_path, "question,category,theme\nQ1,People,Friends\nQ2,People,Staff\nQ1,,Skills\n")
    assert places(path) == {
        "People": ("Q1", "Q2"),
        "People > Friends": ("Q1",),
        "People > Staff": ("Q2",),
        "Skills": ("Q1",),
    }


def test_one_theme_in_several_rows_serves_all_their_questions(tmp_path: Path) -> None:
    path = csv(tmp_path, "theme,parent,question,definition\nFriends,People,Q1,\nfriends,people,Q2,Who one met\n")
    specs, _ = read_codebook(path)
    assert specs == [
        ThemeSpec(("People",), ("Q1", "Q2")),
        ThemeSpec(("People", "Friends"), ("Q1", "Q2"), definition="Who one met"),
    ]


def test_a_parent_whose_child_serves_all_questions_serves_them_all(tmp_path: Path) -> None:
    path = csv(tmp_path, "theme,parent,question\nFriends,People,Q1\nStaff,People,\n")
    assert places(path) == {"People": (), "People > Friends": ("Q1",), "People > Staff": ()}


def test_a_sub_theme_may_be_called_like_its_category(tmp_path: Path) -> None:
    for column in ("parent", "category"):
        path = csv(tmp_path, f"theme,{column}\nSupport,Support\nHelp,support\n")
        assert list(places(path)) == ["Support", "Support > Support", "Support > Help"]


def test_a_parent_may_be_a_name_or_a_path_at_any_depth_and_in_any_order(tmp_path: Path) -> None:
    path = csv(tmp_path, "theme,parent\nD,A > B > C\nC,B\nB,A\nE,C\n")
    assert list(places(path)) == ["A", "A > B", "A > B > C", "A > B > C > D", "A > B > C > E"]


def test_a_category_is_outermost_even_where_a_theme_elsewhere_has_its_name(tmp_path: Path) -> None:
    path = csv(tmp_path, "theme,category\nDocs,Sharing\nDetails,Docs\n")
    assert list(places(path)) == ["Sharing", "Sharing > Docs", "Docs", "Docs > Details"]


def test_a_parent_that_stands_in_several_places_is_asked_for_by_path(tmp_path: Path) -> None:
    found = problems(csv(tmp_path, "theme,parent\nX,A\nX,B\nY,X\n"))
    assert len(found) == 1
    assert "row 4" in found[0]
    assert "A > X; B > X" in found[0]


def test_circles_are_named(tmp_path: Path) -> None:
    found = problems(csv(tmp_path, "theme,parent\nA,B\nB,A\nC,A\n"))
    assert [f"row {n}" in p and "below itself" in p for n, p in zip((2, 3, 4), found, strict=True)] == [True] * 3


def test_all_problems_of_a_table_come_at_once_with_their_rows(tmp_path: Path) -> None:
    text = (
        "theme,parent,definition,colour,key\n"
        "A,,one,#12345,\n"  # 2: no colour
        ",,nameless,,\n"  # 3: no name
        "a,,another,,\n"  # 4: conflicting definition
        "B > C,,,,\n"  # 5: a path for a name
        "D,,,,F1\n"  # 6: key too long
    )
    found = problems(csv(tmp_path, text))
    for row, words in [
        (2, "colour '#12345'"),
        (3, "no name"),
        (4, "another definition of 'a' than in codebook.csv, row 2"),
        (5, "holds a >"),
        (6, "'F1' is longer than one"),
    ]:
        assert any(f"row {row}: " in problem and words in problem for problem in found), (row, found)
    assert len(found) == 5


def test_columns_are_found_whatever_the_delimiter_mark_and_spelling(tmp_path: Path) -> None:
    text = "\ufeffTheme;Category;KEYWORDS;Color\r\nFriends;People;met, friends;#FFF\r\n"
    expected = ThemeSpec(("People", "Friends"), keywords=("met", "friends"), colour="#FFF")
    for encoding in ("utf-8", "utf-16"):
        specs, notices = read_codebook(csv(tmp_path, text.removeprefix("\ufeff" * (encoding == "utf-16")), encoding))
        assert specs[1] == expected
        assert notices == []


def test_unknown_columns_are_named_and_ignored(tmp_path: Path) -> None:
    specs, notices = read_codebook(csv(tmp_path, "theme,colour,weight,\x1b[31m\nA,,3,x\n"))
    assert [spec.path for spec in specs] == [("A",)]
    assert len(notices) == 1
    assert "'weight', '␛[31m'" in notices[0]


def test_a_table_without_themes_is_refused_with_its_columns(tmp_path: Path) -> None:
    found = problems(csv(tmp_path, "name,code\nA,1\n"))
    assert found == ("its columns are: name, code",)


def test_another_encoding_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="not UTF-8"):
        read_codebook(csv(tmp_path, "theme\nCafé\n", "cp1252"))
    specs, _ = read_codebook(csv(tmp_path, "theme\nCafé\n", "cp1252"), encoding="cp1252")
    assert specs == [ThemeSpec(("Café",))]


def test_keywords_that_hold_a_comma_stand_in_quotes(tmp_path: Path) -> None:
    specs, _ = read_codebook(csv(tmp_path, 'theme,keywords\nA,"one , ""two, three"",say ""hi"", one,"\n'))
    assert specs[0].keywords == ("one", "two, three", 'say "hi"')


def test_the_published_codebook_is_read_whole(shared: Path) -> None:
    path = shared / "data" / "replication3r_survey" / "codebook.csv"
    specs, notices = read_codebook(path)
    themes = [spec for spec in specs if len(spec.path) == 2]
    assert notices == []
    assert sum(len(spec.questions) for spec in themes) == len(path.read_text().splitlines()) - 1
    assert next(s for s in specs if s.path == ("Non-informative response",)).questions == ("Q26", "Q28", "Q30")


# --- YAML


def test_nested_themes_are_read_with_all_their_fields(tmp_path: Path) -> None:
    text = """
themes:
  - name: People
    children:
      - name: Friends
        questions: [Q1, "Q2: why?"]
        definition: >-
          Whom one
          met
        include: Peers
        exclude: No
        example: "'=1+1"
        keywords: met, "kith, kin"
        colour: "#2f7ed8"
        key: 1
      - Staff
"""
    assert read_codebook(yaml(tmp_path, text)) == (
        [
            ThemeSpec(("People",)),
            ThemeSpec(
                ("People", "Friends"),
                ("Q1", "Q2: why?"),
                "Whom one met",
                "Peers",
                "No",
                "'=1+1",
                ("met", "kith, kin"),
                "#2f7ed8",
                "1",
            ),
            ThemeSpec(("People", "Staff")),
        ],
        [],
    )


def test_a_parent_says_by_a_star_that_it_serves_all_questions(tmp_path: Path) -> None:
    text = (
        "themes: [{name: A, children: [{name: B, questions: Q1}]}, "
        "{name: C, questions: '*', children: [{name: D, questions: [Q1]}]}]"
    )
    assert places(yaml(tmp_path, text)) == {"A": ("Q1",), "A > B": ("Q1",), "C": (), "C > D": ("Q1",)}


def test_all_problems_of_yaml_come_at_once_with_their_lines(tmp_path: Path) -> None:
    text = """themes:
  - definition: nameless
    children:
      - name: A
        colour: red
  - name: B > C
  - [D]
  - name: E
    key: two
    definition: {a: b}
    keywords: [[x]]
    children: none
  - name: F
    weight: 3
  - name: F
    definition: first
  - name: f
    definition: second
"""
    found = problems(yaml(tmp_path, text))
    for line, words in [
        (2, "no name"),
        (4, "colour 'red'"),
        (6, "holds a >"),
        (7, "a list stands"),
        (8, "key 'two'"),
        (10, "definition is no plain text"),
        (11, "keywords is no list"),
        (12, "no list"),
        (17, "another definition of 'f' than in codebook.yaml, line 15"),
    ]:
        assert any(f"line {line}: " in problem and words in problem for problem in found), (line, found)
    assert len(found) == 9


def test_unknown_fields_and_a_colour_lost_to_a_comment_are_noticed(tmp_path: Path) -> None:
    specs, notices = read_codebook(yaml(tmp_path, "title: x\nthemes:\n- name: A\n  colour: #fff\n  weight: 1\n"))
    assert specs == [ThemeSpec(("A",))]
    assert [n.split(": ", 1)[0] for n in notices] == [f"codebook.yaml, line {line}" for line in (1, 5, 3)]
    assert "'title'" in notices[0]
    assert "'weight'" in notices[1]
    assert "quoted" in notices[2]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("themes: [&a {name: A}, *a]", "anchor"),
        ("themes: [*a]", "alias"),
        ("themes: [!!python/object:os.system {name: A}]", "tag"),
        ("themes: " + "[" * 5000 + "]" * 5000, "deep"),
        ("themes:\n- name: [", "no YAML"),
        ("themes:\n- name: a\x00b", "no YAML"),
        ('themes: [{name: "\\ud800"}]', "surrogate"),
        ("themes:\n- name: \ud800", "not UTF-8"),
        ("themes: []\n---\nthemes: []", "as it is"),
        ("themes:\n- name: A\n  name: B", "as it is"),
        ("themes: [{[a]: b}]", "as it is"),
        ("- name: A", "no list of themes"),
        ("just words", "no list of themes"),
        ("themes: []", "not read"),
        ("a: &a [x,x]\nb: &b [*a,*a]\nthemes: [*b]", "anchor"),
    ],
)
def test_what_is_no_codebook_is_refused_with_its_reason(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(InputError, match=words):
        read_codebook(yaml(tmp_path, text))


def test_json_is_yaml_and_its_escaped_emoji_is_one_character(tmp_path: Path) -> None:
    specs, _ = read_codebook(yaml(tmp_path, '{"themes": [{"name": "\\ud83d\\ude00"}]}'))
    assert specs == [ThemeSpec(("😀",))]


def test_a_theme_a_hundred_levels_down_is_read_and_one_below_is_refused(tmp_path: Path) -> None:
    def nested(depth: int) -> Codebook:
        return Codebook([Theme(i, f"T{i}", i - 1 if i > 1 else None) for i in range(1, depth + 1)])

    specs, _ = read_codebook(yaml(tmp_path, dump_codebook_yaml(nested(100))))
    assert len(specs[-1].path) == 100
    assert "more than 100 levels" in problems(yaml(tmp_path, dump_codebook_yaml(nested(101))))[0]


def test_more_than_ten_thousand_themes_are_refused(tmp_path: Path) -> None:
    rows = "".join(f"T{i}\n" for i in range(10_001))
    assert "at most 10,000" in problems(csv(tmp_path, "theme\n" + rows))[0]


# --- there and back

AWKWARD = [
    "=cmd|' /C calc'!A0",
    "'=x",
    "-bullet",
    "null",
    "~",
    "No",
    "007",
    "a: b",
    "# x",
    "[bold]x[/]",
    "\x1b[31m",
    "*",
    "&a",
    "- a\n- b",
    " |\n x",
    "a\n\n b\n",
    "\x85x",
    "a\u2028b",
    "{x}",
    "'",
    '"',
    "!tag",
    "%x",
    "@x",
    "`",
    "\ufeffx",
    "<r>&</r>",
]
hostile = st.text(st.characters(exclude_categories=["Cs"]), max_size=12) | st.sampled_from(AWKWARD)
text = hostile.map(lambda t: t.replace("\r\n", "\n").replace("\r", "\n").lstrip("\ufeff").strip())
names = text.map(lambda t: t.replace(">", "").strip()).filter(bool)
questions = st.frozensets(text.filter(bool).filter(lambda q: q != "*"), max_size=3)
keywords = st.lists(text.filter(bool), max_size=3, unique=True).map(tuple)


@st.composite
def codebooks(draw: st.DrawFn) -> Codebook:
    themes: list[Theme] = []
    taken: set[tuple[int | None, str]] = set()
    for i in range(1, draw(st.integers(1, 7)) + 1):
        parent = draw(st.sampled_from([None, *(t.id for t in themes)]))
        name = draw(st.sampled_from([t.name for t in themes]) | names if themes else names)
        if (parent, " ".join(name.casefold().split())) in taken:
            continue
        taken.add((parent, " ".join(name.casefold().split())))
        colour, key = draw(st.sampled_from(["", "#fff", "#2f7ed8"])), draw(st.sampled_from(["", "1", "-", "é", "~"]))
        texts = [draw(text) for _ in range(4)]
        themes.append(
            Theme(i, name, parent, *texts, draw(keywords), colour, key, position=i, questions=draw(questions))
        )
    return Codebook(themes)


def specs_of(codebook: Codebook) -> list[ThemeSpec]:
    return [
        ThemeSpec(
            codebook.path(t.id),
            tuple(sorted(t.questions)),
            t.definition,
            t.include,
            t.exclude,
            t.example,
            t.keywords,
            t.colour,
            t.key,
        )
        for _, t in codebook.walk()
    ]


@given(codebooks())
@settings(max_examples=60, deadline=None)
def test_a_codebook_written_as_yaml_reads_back_the_same(
    tmp_path_factory: pytest.TempPathFactory, codebook: Codebook
) -> None:
    path = yaml(tmp_path_factory.mktemp("yaml"), dump_codebook_yaml(codebook))
    assert read_codebook(path) == (specs_of(codebook), [])


@given(codebooks(), st.sampled_from(["safe.csv", "raw.csv", "book.xlsx"]))
@settings(max_examples=60, deadline=None)
def test_a_codebook_written_as_a_table_reads_back_the_same(
    tmp_path_factory: pytest.TempPathFactory, codebook: Codebook, name: str
) -> None:
    path = tmp_path_factory.mktemp("table") / name
    table = codebook_table(codebook)
    write_table(path, table.header, table.rows, raw=name == "raw.csv")
    assert read_codebook(path) == (specs_of(codebook), [])


def test_a_codebook_of_maxqda_is_read_with_its_memos_and_colours(tmp_path):
    path = tmp_path / "codes.csv"
    path.write_text("Color,Parent code,Code,Memo\n#ff0000,,Staff,who serves\n,Staff,Kind,\n,Staff\\Kind,Very,\n")
    specs, _ = read_codebook(path)
    assert [(s.path, s.definition, s.colour) for s in specs] == [
        (("Staff",), "who serves", "#ff0000"),
        (("Staff", "Kind"), "", ""),
        (("Staff", "Kind", "Very"), "", ""),
    ]


def test_a_codebook_of_maxqda_may_have_its_paths_in_the_names(tmp_path):
    path = tmp_path / "codes.csv"
    path.write_text("Code,Memo\nStaff,a\nStaff > Kind,b\nStaff\\Late,c\n")
    assert [s.path for s in read_codebook(path)[0]] == [("Staff",), ("Staff", "Kind"), ("Staff", "Late")]


def test_a_codebook_of_taguette_is_read_by_the_dots(shared):
    specs, notices = read_codebook(shared / "data/qda_files/taguette-1.5.2-codebook.csv")
    assert [(s.path, s.definition) for s in specs] == [
        (("service",), ""),
        (("service", "staff"), "kindness & speed"),
        (("service", "delivery"), ""),
        (("price",), "cost <money>"),
    ]
    assert notices == []


def test_a_codebook_of_maxqda_is_read_from_its_workbook(tmp_path):
    from coder.formats.tables import write_table

    path = tmp_path / "codes.xlsx"
    write_table(path, ["Code", "Memo"], [["Staff", "=1+1"], ["Staff\\Kind", ""]])
    assert [(s.path, s.definition) for s in read_codebook(path)[0]] == [(("Staff",), "=1+1"), (("Staff", "Kind"), "")]
