"""What a report says: its sentences come from the project's facts, and its numbers are those of the tally."""

import pytest

from coder.analysis.tally import tally
from coder.domain import wording
from coder.domain.coding import Span
from coder.domain.tally import Base
from coder.errors import NotFoundError
from coder.imports import SurveyRequest, import_attributes, import_codebook, import_survey
from coder.report.compose import compose
from coder.report.contents import Behind, Figure, Folded, Quotes, Section, Steps, Table, plain
from coder.report.request import Request
from coder.session import open_session
from coder.store import corpus
from coder.store.project import open_project
from tests.analysis.surveys import by_site, two_waves
from tests.cli.commands import table
from tests.projects import QUESTION, project_of, session_of, small_project, theme_id

TEXTS = {"Ann": "good food and good people", "Ben": "the food", "Cem": "nothing to say", "Dee": "n/a", "Eve": "people"}


@pytest.fixture(scope="module")
def sample(tmp_path_factory):
    with open_project(small_project(tmp_path_factory.mktemp("report") / "sample.coder")) as project:
        yield project


@pytest.fixture
def session(tmp_path):
    session = session_of(tmp_path, TEXTS, ["Food", "People"])
    with session.project:
        yield session


def ids(session):
    with session.project.read() as connection:
        return corpus.answered_ids(connection)


def of(report, kind):
    return [block for _, block in report.walk() if isinstance(block, kind)]


def section(report, anchor):
    return next(s for s in of(report, Section) if s.anchor == anchor)


def words(block):
    """All words in a block and those within it, for looking into."""
    if isinstance(block, Section):
        return "\n".join([plain(block.title), *map(words, block.blocks)])
    if isinstance(block, Table):
        return "\n".join(" | ".join(plain(c.words) for c in row.cells) for row in block.rows)
    for name in ("words", "theme", "label"):
        if isinstance(found := getattr(block, name, None), tuple):
            return plain(found)
    if hasattr(block, "items"):
        return "\n".join(map(plain, block.items))
    if hasattr(block, "facts"):
        return "\n".join(plain(f.term) + ": " + " / ".join(map(plain, f.lines)) for f in block.facts)
    return ""


def test_the_tables_have_the_numbers_of_the_tally(sample):
    report = compose(sample, Request())
    rows = {row.anchor: row for table in of(report, Table) for row in table.rows}
    seen = 0
    for asked in tally(sample).questions:
        for t in asked.counted.themes:
            row = rows[f"question-{asked.question.id}-theme-{t.theme_id}-count"]
            name, count, base, share, interval, assignments = (plain(cell.words) for cell in row.cells)
            assert (name, row.depth) == (asked.codebook.by_id[t.theme_id].name, t.depth)
            assert (int(count), int(base), int(assignments)) == (t.participants, t.base, t.assignments)
            assert share == f"{100 * t.share:.0f} %"
            assert interval == "–".join(f"{100 * bound:.0f}" for bound in t.interval)
            seen += 1
    assert seen == 13


def test_each_number_opens_to_as_many_people_with_their_words(sample):
    report = compose(sample, Request())
    behind = {b.anchor: b for b in of(report, Behind)}
    cells = [cell for table in of(report, Table) for row in table.rows for cell in row.cells if cell.opens]
    assert len(cells) == 13
    for cell in cells:
        people = behind[cell.opens].people
        assert len(people) == int(plain(cell.words)) == len({said.who for said in people})
        assert all(said.quotes and all(q.text for q in said.quotes) for said in people)


def test_the_chain_of_bases_stands_with_each_question(sample):
    steps = of(compose(sample, Request()), Steps)
    assert [[s.number for s in one.steps] for one in steps] == [[33, 30, 21, 19], [33, 29, 20, 18]]
    assert steps[0].steps[1].note == "91 % of those asked"


def test_the_summary_names_the_most_mentioned_themes_with_their_base(sample):
    said = words(section(compose(sample, Request()), "summary"))
    assert (
        "Of 21 participants whose answers were read, 13 (62 %) mentioned ‘Meeting talented and like-minded people’, "
        "11 (52 %) ‘Skills’ and 6 (29 %) ‘Confidence to take on AI safety work’."
    ) in said


def test_the_summary_says_whom_shares_are_of_on_another_base(sample):
    said = words(section(compose(sample, Request(base=Base.ASKED)), "summary"))
    assert "Of 33 participants who were asked, 13 (39 %) mentioned" in said


def test_a_theme_that_came_later_is_said_with_its_own_base(session):
    first, second, third, fourth = ids(session)
    session.assign(first, theme_id(session, "Food"))
    session.review(first)
    session.review(second)
    session.create_theme("Late", question_key=QUESTION)
    session.assign(third, theme_id(session, "Late"))
    session.review(third)
    session.review(fourth)
    said = words(section(compose(session.project, Request()), "summary"))
    assert "Of 4 participants whose answers were read, 1 (25 %) mentioned ‘Food’ and 1 of 2 (50 %) ‘Late’." in said
    session.assign(second, theme_id(session, "Late"))
    said = words(section(compose(session.project, Request()), "summary"))
    assert "Of 4 participants whose answers were read, 2 of 3 mentioned ‘Late’ and 1 (25 %) ‘Food’." in said


@pytest.mark.parametrize("base", list(Base))
def test_assignments_are_said_of_all_who_were_given_them_reviewed_or_not(session, base):
    food, people = theme_id(session, "Food"), theme_id(session, "People")
    first, second, third, _ = ids(session)
    for response in (first, second, third):
        session.assign(response, food)
    session.assign(third, people)
    session.review(first)
    other = open_session(session.project.path, "Bo")
    with other.project:
        other.assign(third, food)
    (table,) = [t for t in of(compose(session.project, Request(base=base)), Table) if t.anchor.endswith("-themes")]
    said = " ".join(map(plain, table.notes))
    assert "Themes were assigned 5 times, in the answers of 3 participants." in said
    assert "‘Food’ was assigned 4 times, to 3 participants." in said


def test_the_method_is_filled_from_facts(sample):
    said = words(section(compose(sample, Request()), "method"))
    assert "Ana read 41 of the 59 responses to the open questions (69 %)." in said
    assert "themes assigned to them (63 of 67 codings), or to a response as a whole" in said
    assert "The readings were made elsewhere, and brought in from a file of codings." in said
    assert "The program’s suggestions of themes were not used." in said
    assert "the codebook has 13 themes (revision 13)" in said
    assert "Each count comes from a different participant" in said
    assert "95 % Wilson intervals" in said


def test_what_led_to_the_readings_and_who_read_twice(session, tmp_path):
    from coder.domain.queue import Detour, Queue

    first, second, third = list(ids(session))[:3]
    session.review(first, Queue.RANDOM)
    session.review(second, Queue.RANDOM)
    session.review(third, Detour.SEARCH)
    with open_session(session.project.path, "Bo").project as project:
        from coder.session import Session

        Session(project, "Bo").review(first, Queue.FILE)
    said = words(section(compose(session.project, Request()), "method"))
    assert "Ana read 3 and Bo read 1 of the 4 responses to the open questions, together 3 (75 %)." in said
    assert "1 response (33 % of those read) was read by two or more coders" in said
    assert (
        "The readings followed a random order of the participants (2), a search (1) and the order of the file (1)."
        in said
        or "The readings followed a random order of the participants (2), the order of the file (1) and a search (1)."
        in said
    )


def test_who_coded_and_marked_nothing_as_read_is_a_coder_all_the_same(session):
    first, second, *_ = ids(session)
    session.review(first)
    other = open_session(session.project.path, "Bo")
    with other.project:
        other.assign(first, theme_id(session, "Food"))
        other.assign(second, theme_id(session, "Food"))
        other.mask(second, Span(0, 3))
    report = compose(session.project, Request())
    assert plain(report.subtitle).endswith("1 of 4 responses read · coded by Ana and Bo")
    assert "Bo coded responses, and marked none as read." in words(section(report, "method"))
    assert "24. Number of data coders | 2; see Method." in words(section(report, "checklists"))
    session.unreview(first)
    report = compose(session.project, Request(base=Base.ANSWERED))
    assert plain(report.subtitle).endswith("coded by Bo")
    assert "reviewed yet. Bo coded responses, and marked none as read." in words(section(report, "method"))


def test_a_report_of_one_coder_says_so_and_hides_no_second_reading(session):
    first, second, *_ = ids(session)
    other = open_session(session.project.path, "Bo")
    with other.project:
        for response in (first, second):
            session.review(response)
        said = words(section(compose(session.project, Request(coder="Ana")), "method"))
        assert "Each was read by one coder, so there are no figures of agreement between coders." in said
        other.review(second)
        report = compose(session.project, Request(coder="Ana"))
        said = words(section(report, "method"))
        assert "1 response (50 % of those read) was read by two or more coders" in said
        assert "; here the codings of Ana alone count, not those of Bo." in said
        assert "No response was read by" not in words(section(report, "limits"))
        assert "1 response read by two or more coders" in words(section(report, "checklists"))
        other.unreview(second)
        other.review(ids(session)[2])
        said = words(section(compose(session.project, Request(coder="Ana")), "method"))
        assert "between coders; here the codings of Ana alone count, not those of Bo." in said


def test_the_checklists_claim_what_the_project_knows(sample, session, in_two_waves):
    said = words(section(compose(sample, Request(census=True)), "checklists"))
    assert "17. Interview guide | 2 open questions, in the report as asked." in said
    assert "41 reviews came from a file, and among these it is the order of the survey." in said
    assert "26. Derivation of themes | Themes were brought in from a file; see Method." in said
    assert "Each number opens" not in said  # those of ratings and choices do not
    assert "interval" not in said
    said = words(section(compose(session.project, Request()), "checklists"))
    assert "17. Interview guide | 1 open question, in the report as asked." in said
    assert "26. Derivation of themes | Themes were made by the coders (2); see Method." in said
    captions = [plain(figure.caption) for figure in of(compose(in_two_waves, Request(base=Base.ASKED)), Figure)]
    assert any("The themes in each wave, in percent of those asked in it." in caption for caption in captions)


def test_accepted_suggestions_are_told(session):
    from coder.domain.coding import Suggestion
    from coder.store import suggestions

    first = ids(session)[0]
    theme = theme_id(session, "Food")
    with session.project.write() as connection:
        model = suggestions.add_model(connection, trained_on=0, recipe={})
        suggestions.put_suggestions(connection, model, [first], [Suggestion(first, theme, 0.9)])
    session.accept(first, theme)
    session.review(first)
    said = words(section(compose(session.project, Request()), "method"))
    assert "1 of 1 coding came about so" in said


def test_a_project_without_any_coding_says_so(tmp_path):
    with open_project(project_of(tmp_path, TEXTS)) as project:
        report = compose(project, Request())
    assert "None of the 4 responses to the open questions has been reviewed yet." in words(section(report, "method"))
    assert "None of the answers to the open questions has been reviewed yet." in words(section(report, "summary"))
    assert not of(report, Quotes)


def test_a_theme_that_nobody_mentions_is_a_zero_without_words(session):
    for response in ids(session):
        session.review(response)
    report = compose(session.project, Request())
    (table,) = [t for t in of(report, Table) if t.anchor.endswith("-themes")]
    assert [plain(row.cells[1].words) for row in table.rows] == ["0", "0"]
    assert not any(cell.opens for row in table.rows for cell in row.cells)
    assert "No theme was found in the answers of 4 participants." in words(section(report, "summary"))


def test_masked_words_are_masked_everywhere(session):
    first, second, *rest = ids(session)
    session.assign(first, theme_id(session, "Food"), Span(0, 9))
    session.mask(first, Span(5, 9))
    for response in (first, second, *rest):
        session.review(response)
    report = compose(session.project, Request())
    quotes = [q.text for block in of(report, Quotes) for q in block.quotes]
    said = [q.text for block in of(report, Behind) for person in block.people for q in person.quotes]
    assert quotes == ["good ▇▇▇▇ and good people"]
    assert said == ["good ▇▇▇▇"]


def test_no_quotes_leaves_no_word_of_anybody(sample):
    report = compose(sample, Request(quotes=0))
    assert not of(report, Quotes)
    assert not of(report, Behind)
    assert not any(cell.opens for table in of(report, Table) for row in table.rows for cell in row.cells)


def test_a_census_has_no_intervals(sample):
    report = compose(sample, Request(census=True))
    (table, _) = [t for t in of(report, Table) if t.anchor.endswith("-themes")]
    assert "95 % interval" not in [plain(c.head) for c in table.columns]
    assert "no intervals are given" in words(section(report, "method"))


def test_one_question_alone(sample):
    report = compose(sample, Request(questions=("What was particularly valuable about being in the office?",)))
    assert len(of(report, Steps)) == 1
    assert "29 responses" in plain(report.subtitle)
    with pytest.raises(NotFoundError):
        compose(sample, Request(questions=("Why?",)))


def test_the_command_makes_the_same_report(sample):
    from click.testing import CliRunner

    from coder.cli.main import cli
    from coder.report.html import to_html

    request = Request(
        title="It's here",
        questions=(QUESTION[:0] or "What was the most valuable thing you gained from the programme?",),
        quotes=2,
        ids=True,
        base=Base.ANSWERED,
    )
    report = compose(sample, request, out="out.html")
    command = request.command("sample.coder", "out.html")
    assert command in words(section(report, "again"))
    import shlex

    args = shlex.split(command)[1:]
    out = sample.path.with_name("out.html")
    args[1:3] = [str(sample.path), str(out)]
    assert CliRunner().invoke(cli, args, catch_exceptions=False).exit_code == 0
    assert out.read_text(encoding="utf-8") == to_html(report)


def test_the_digest_is_that_of_an_import_anew_and_changes_with_a_coding(tmp_path):
    from coder.store import provenance

    def digest(project):
        with project.read() as connection:
            return provenance.digest(connection)

    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    one, other = session_of(tmp_path / "a", TEXTS, ["Food"]), session_of(tmp_path / "b", TEXTS, ["Food"])
    with one.project, other.project:
        assert digest(one.project) == digest(other.project)
        one.assign(ids(one)[0], theme_id(one, "Food"))
        assert digest(one.project) != digest(other.project)
        other.assign(ids(other)[0], theme_id(other, "Food"))
        assert digest(one.project) == digest(other.project)
        # A theme that came after a review has another base than one that was there.
        one.review(ids(one)[0])
        one.create_theme("Late", question_key=QUESTION)
        other.create_theme("Late", question_key=QUESTION)
        other.review(ids(other)[0])
        assert digest(one.project) != digest(other.project)
        one.unreview(ids(one)[0])
        one.review(ids(one)[0])
        assert digest(one.project) == digest(other.project)


def test_groups_have_their_numbers_differences_and_people(sample):
    from coder.analysis.crosstab import crosstab
    from coder.analysis.tally import Cut

    report = compose(sample, Request(by="site"))
    tables = {t.anchor: t for t in of(report, Table)}
    folded = {b.anchor: b for f in of(report, Folded) for b in f.behind}
    for found in crosstab(sample, Cut(by="site")).tables:
        table = tables[f"question-{found.question.id}-groups"]
        assert [plain(c.head) for c in table.columns][1:] == [
            *(f"{g.value} (n\xa0=\xa0{g.counted.chain.reviewed})" for g in found.groups),
            "Difference",
        ]
        rows = {plain(row.cells[0].words): row for row in table.rows}
        for at, group in enumerate(found.groups, 1):
            for t in group.counted.themes:
                cell = rows[found.codebook.by_id[t.theme_id].name].cells[at]
                assert plain(cell.words) == f"{t.participants} ({wording.percent(t)})"
                assert len(folded[cell.opens].people) == t.participants if t.participants else not cell.opens
        first = found.groups[0]
        for theme, contrast in first.contrasts.items():
            said = plain(rows[found.codebook.by_id[theme].name].cells[-1].words)
            assert said.startswith(f"{wording.points(contrast.difference, 99)} [")


def test_a_value_with_nobody_in_the_base_has_no_column_and_is_named(session, tmp_path):
    facts = table(tmp_path / "facts.csv", ("participant_id", "team"), ("Ann", "A"), ("Ben", "B"), ("Cem", "C"))
    import_attributes(facts, session.project.path, coder_name="Ana")
    for response in ids(session)[:2]:
        session.review(response)
    (found,) = [t for t in of(compose(session.project, Request(by="team")), Table) if t.anchor.endswith("-groups")]
    assert [plain(c.head).split(" ")[0] for c in found.columns] == ["Theme", "A", "B", "Difference"]
    assert any("team with nobody in this base, not shown: C, (not known)." in plain(note) for note in found.notes)


def test_a_theme_with_keywords_alone_is_not_one_that_has_a_name_alone(session, tmp_path):
    words_of = table(tmp_path / "book.csv", ("theme", "keywords"), ("Food", "food, meal"))
    import_codebook(words_of, session.project.path, coder_name="Ana")
    said = words(section(compose(session.project, Request()), "codebook"))
    assert "1 of them has a name alone: no definition, example or keywords." in said


def test_three_values_are_each_compared_with_all_others(sample):
    report = compose(sample, Request(by="background", quotes=0))
    differences = [t for t in of(report, Table) if t.anchor.endswith("-differences")]
    assert len(differences) == 2
    assert len(differences[0].columns) > 3
    assert "all others" in plain(differences[0].caption)


def test_too_many_values_for_a_table(tmp_path):
    from coder.imports import import_attributes
    from coder.store.project import open_project as opened

    texts = {f"p{i}": "good food" for i in range(20)}
    session = session_of(tmp_path, texts, ["Food"])
    for response in ids(session):
        session.assign(response, theme_id(session, "Food"))
        session.review(response)
    session.project.close()
    facts = tmp_path / "facts.csv"
    facts.write_text("participant_id,town\n" + "".join(f"p{i},town {i}\n" for i in range(20)))
    import_attributes(facts, tmp_path / "small.coder", coder_name="Ana")
    with opened(tmp_path / "small.coder") as project:
        report = compose(project, Request(by="town"))
    assert "town has 20 values, too many for a table" in words(report.blocks[2])
    assert not [t for t in of(report, Table) if t.anchor.endswith("-groups")]


@pytest.fixture(scope="module")
def in_two_waves(tmp_path_factory):
    with open_project(two_waves(tmp_path_factory.mktemp("waves"))) as project:
        yield project


def test_the_change_between_waves_is_that_of_the_same_people(in_two_waves):
    report = compose(in_two_waves, Request())
    (change,) = [s for s in of(report, Section) if s.anchor.startswith("change-")]
    assert plain(change.title) == "From ‘start’ to ‘end’"
    assert "33 participants answered in both waves" in words(change)
    assert "2 in ‘start’, 1 in ‘end’." in words(change)
    (table,) = [b for b in change.blocks if isinstance(b, Table)]
    row = next(r for r in table.rows if plain(r.cells[0].words) == "Kind")
    gained, lost, kept, neither, before, after, difference, p = (plain(c.words) for c in row.cells[1:])
    assert (int(gained), int(lost)) == (9, 2)
    assert int(gained) + int(lost) + int(kept) + int(neither) == 33
    assert (before, after) == (f"{100 * (int(kept) + 2) / 33:.0f} %", f"{100 * (int(kept) + 9) / 33:.0f} %")
    assert difference.startswith("+21 [")
    assert p == "0.039"
    (folded,) = [b for b in change.blocks if isinstance(b, Folded)]
    opened = {b.anchor: b for b in folded.behind}
    assert [len(opened[c.opens].people) for c in row.cells if c.opens] == [9, 2, int(kept)]


def test_what_cannot_be_said_of_a_change_has_its_reason(in_two_waves):
    (change,) = [s for s in of(compose(in_two_waves, Request(census=True)), Section) if s.anchor.startswith("change-")]
    (table,) = [b for b in change.blocks if isinstance(b, Table)]
    assert all(plain(row.cells[-1].words) == "–" for row in table.rows)
    assert any("a full census" in plain(note) for note in table.notes)


def test_rare_attributes_are_warned_of(sample):
    shown = compose(sample, Request(attributes=True))
    assert any("attributes that fewer than" in risk.message for risk in shown.risks)
    assert not compose(sample, Request(quotes=0, attributes=True)).risks


def test_figures_and_tables_are_numbered_in_the_order_of_reading(in_two_waves, sample):
    for report in (
        compose(in_two_waves, Request(together=True)),
        compose(sample, Request(by="site", together=True, beside=True)),
    ):
        for kind in (Figure, Table):
            numbers = [block.number for block in of(report, kind)]
            assert numbers == list(range(1, len(numbers) + 1))
            assert len(numbers) > 2


def test_a_long_question_is_a_short_heading_with_its_wording_below(tmp_path):
    prompt = "Considering that " + "many words are needed to say what is meant, " * 6 + "what was the very last point?"
    path = tmp_path / "survey.csv"
    path.write_text(f'participant_id,question,text\nAnn,"{prompt}",food\n')
    import_survey(path, tmp_path / "long.coder", SurveyRequest(), coder_name="Ana")
    with open_project(tmp_path / "long.coder") as project:
        (asked,) = section(compose(project, Request()), "said").blocks
    title = plain(asked.title)
    assert len(title) <= 140
    assert title.startswith("Considering that many") and title.endswith("what was the very last point?")
    assert plain(asked.blocks[0].words) == f"“{prompt}”"


def test_questions_that_nobody_read_are_counted_once_in_the_summary(sample, session):
    report = compose(session.project, Request())
    assert words(section(report, "summary")).count("reviewed yet") == 1


@pytest.mark.parametrize("text", ["a" * 400, "word " * 100, "a" * 200 + " b", "short", "a " + "b" * 200])
def test_what_is_shortened_fits_and_keeps_both_ends(text):
    from coder.report.prompts import shortened

    line = shortened(text, 80)
    assert len(line) <= 80
    assert line[0] == text[0] and line[-1] == text.strip()[-1]
    assert ("…" in line) == (len(" ".join(text.split())) > 80)


def test_words_behind_a_number_are_looked_at_as_quotes_are(session):
    food, people = theme_id(session, "Food"), theme_id(session, "People")
    for response in ids(session):
        session.assign(response, food)
        session.assign(response, people)
        session.review(response)
    report = compose(session.project, Request(quotes=1))
    assert report.risks == ()
    own = [q.text for block in of(report, Quotes) for q in block.quotes]
    behind = {q.text for block in of(report, Behind) for said in block.people for q in said.quotes}
    (unquoted, *_) = [text for text in sorted(behind) if text not in own]
    response = next(i for i in ids(session) if session.view(i).response.text == unquoted)
    who = session.view(response).participant.external_id
    rows = [(who, unquoted.split()[-1])]
    file = table(session.project.path.parent / "attributes.csv", ("participant_id", "town"), *rows)
    import_attributes(file, session.project.path, coder_name="Ana")
    (risk,) = compose(session.project, Request(quotes=1)).risks
    assert risk.message.startswith("1 of 4 quotes may tell who spoke by their words")
    assert compose(session.project, Request(quotes=0)).risks == ()


def test_groups_that_few_are_in_are_named_where_their_numbers_open_to_words(tmp_path):
    with open_project(by_site(tmp_path, ("North", "South", ""))) as project:
        assert not any("The numbers by" in risk.message for risk in compose(project, Request(by="site")).risks)
    folder = tmp_path / "few"
    folder.mkdir()
    session = session_of(folder, TEXTS, ["Food"])
    file = table(folder / "a.csv", ("participant_id", "site"), ("Ann", "North"), ("Ben", "South"), ("Cem", "South"))
    import_attributes(file, session.project.path, coder_name="Ana")
    with session.project:
        for response in ids(session):
            session.review(response)
        assert compose(session.project, Request(by="site")).risks == ()  # nobody's words stand behind a number
        for response in ids(session)[:2]:
            session.assign(response, theme_id(session, "Food"))
        (risk,) = compose(session.project, Request(by="site")).risks
        assert risk.message.startswith("The numbers by site open to the words of groups that fewer than 5")
        assert risk.cases == ("site North: 1 participant", "site South: 2 participants")
        assert compose(session.project, Request(by="site", quotes=0)).risks == ()
