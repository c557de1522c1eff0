"""The lists behind a theme: quotes with place and person, negative cases, what was reviewed before it existed."""

import sys
from pathlib import Path

from coder.domain.coding import Span
from coder.session import open_session
from coder.tui.background import command
from coder.tui.screens.cases import Tab
from coder.tui.screens.modals import Read
from tests.projects import session_of
from tests.tui.conftest import opened, screen_text, until
from tests.tui.on_themes import PEOPLE, read, to_theme

QUESTION_BOX = (140, 40)


async def test_a_quote_stands_in_its_sentence_and_its_person_is_told_on_request(project):
    async with opened(project, size=QUESTION_BOX) as (app, pilot):
        screen = await to_theme(app, pilot, PEOPLE)
        passage = screen.cases.rows.passage
        text = screen_text(app)
        assert passage.participant in text and "site: " not in text
        span = passage.spans[0]
        assert " ".join(passage.text[max(0, span.start - 6) : span.end].split()) in " ".join(text.split())
        await pilot.press("i")
        assert "site: " in screen_text(app)
        await pilot.press("w")
        assert isinstance(app.screen, Read)
        assert passage.text.split()[-1] in screen_text(app) and "site: " in screen_text(app)


async def test_a_star_is_put_on_the_quote_and_taken_off(project):
    async with opened(project) as (app, pilot):
        screen = await to_theme(app, pilot, PEOPLE)
        await pilot.press("enter", "down")
        passage = screen.cases.rows.passage
        await pilot.press("asterisk")
        await read(pilot, screen)
        assert app.session.view(passage.response_id).stars == passage.spans
        assert screen.cases.rows.passage.key == passage.key, "the cursor stays on it, though it is first now"
        assert screen.cases.rows.cursor == 0 and "★" in screen_text(app)
        await pilot.press("asterisk", "u", "u")
        assert app.session.view(passage.response_id).stars == ()


async def test_what_the_coding_changes_elsewhere_is_shown_live(project):
    async with opened(project, size=QUESTION_BOX) as (app, pilot):
        screen = await to_theme(app, pilot, PEOPLE)
        quotes, people = len(screen.cases.quotes.keys), screen.cases.quotes.participants
        other = open_session(project, "Ben")
        bare = next(i for i in other.queue(other.questions[0].id) if not app.session.view(i).codings)
        other.assign(bare, other.codebook.find(PEOPLE).id)
        other.project.close()
        await until(pilot, lambda: f"Quotes {quotes + 1}, participants {people + 1}" in screen_text(app))


async def test_responses_reviewed_before_a_theme_existed_are_counted_and_listed(project):
    async with opened(project, size=QUESTION_BOX) as (app, pilot):
        screen = await to_theme(app, pilot, PEOPLE)
        await pilot.press("3")
        assert "No response that lacks it was reviewed before" in screen_text(app)
        await pilot.press("1", "c", *"Brand new", "enter")
        await read(pilot, screen)
        reviewed = app.session.progress(app.session.questions[0].id).reviewed
        assert f"3 Before it existed {reviewed}" in screen_text(app)
        await pilot.press("3", "enter")
        assert f"{reviewed} responses were reviewed before the theme existed" in screen_text(app)
        await pilot.press("down")
        wanted, after = (response for _, response in screen.cases.rows.keys[1:3])
        await pilot.press("enter")
        assert app.screen.shown.response.id == wanted and app.screen.shown.stale
        assert "reviewed before ‘Brand new’ existed" in screen_text(app)
        await pilot.press("enter")
        assert app.screen.shown.response.id == after, "the next of those that were read before it existed"
        assert not app.session.view(wanted).stale
        await to_theme(app, pilot, "Brand new")
        await pilot.press("B")
        assert app.screen.shown.response.id != wanted and len(app.screen.queue) == reviewed - 1


async def test_when_all_are_read_again_that_is_said(project):
    async with opened(project, size=QUESTION_BOX) as (app, pilot):
        screen = await to_theme(app, pilot, PEOPLE)
        theme = app.session.create_theme("Brand new", question_key=app.session.questions[0].key).theme_id
        screen.show_changes()
        screen.show_at(theme)
        await read(pilot, screen)
        for response in screen.cases.before[1:]:
            app.session.review(response)
        screen.show_changes()
        await read(pilot, screen)
        assert len(screen.cases.before) == 1
        await pilot.press("B", "enter")
        assert isinstance(app.screen, Read) and "Every response that fits is reviewed" in screen_text(app)


async def test_negative_cases_come_from_the_helper_and_open_their_response(project):
    async with opened(project, size=QUESTION_BOX, helper=tuple(command(project, "Ana"))) as (app, pilot):
        screen = await to_theme(app, pilot, PEOPLE)
        await pilot.press("2")
        await until(pilot, lambda: screen.cases.rows.count() > 0, turns=1500)
        assert "% likely" in screen_text(app) and "Reviewed without it" in screen_text(app)
        theme = screen.theme.id
        cases = [response for _, response in screen.cases.rows.keys]
        assert all(theme not in {c.theme_id for c in app.session.view(i).codings} for i in cases)
        assert all(app.session.view(i).reviewed for i in cases)
        app.session.reject(cases[0], theme)
        screen.show_changes()
        await until(pilot, lambda: "likely, refused" in screen_text(app), turns=1500)
        await pilot.press("enter", "enter")
        assert app.screen.shown.response.id in cases


async def test_without_the_helper_the_reason_is_said(project):
    ending = (sys.executable, "-S", "-c", "")
    async with opened(project, size=QUESTION_BOX, helper=ending) as (app, pilot):
        await until(pilot, lambda: not app.background.alive)
        await to_theme(app, pilot, PEOPLE)
        await pilot.press("2")
        await until(pilot, lambda: "The helper process" in screen_text(app))


async def test_tabs_are_clicked_too(project):
    async with opened(project, size=QUESTION_BOX) as (app, pilot):
        screen = await to_theme(app, pilot, PEOPLE)
        await pilot.click("#tabs", offset=(40, 0))
        assert screen.cases.tab is Tab.BEFORE
        await pilot.click("#tabs", offset=(2, 0))
        assert screen.cases.tab is Tab.QUOTES


async def test_a_long_response_and_hostile_words_take_two_lines(tmp_path: Path):
    said = "\x1b[31mred\n\n" + "word " * 4000 + "the \u202eend\u202c is here."
    session = session_of(tmp_path, {"P\x1b1": said, "P2": "short"}, ["A"])
    first, a = session.queue()[0], session.codebook.themes[0].id
    text = session.view(first).response.text
    session.assign(first, a, Span(text.index("the "), len(text)))
    session.assign(session.queue()[1], a)
    session.project.close()
    async with opened(tmp_path / "small.coder", size=(80, 24)) as (app, pilot):
        screen = await to_theme(app, pilot, "A")
        drawn = screen_text(app)
        assert "here." in drawn and "\x1b" not in drawn and "\u202e" not in drawn
        assert screen.cases.rows.virtual_size.height == 6


async def test_the_words_to_find_take_one_line_and_the_narrowest_screen_names_the_front_list(project):
    async with opened(project, size=(60, 16)) as (app, pilot):
        screen = await to_theme(app, pilot, PEOPLE)
        assert " 1 Quotes" in screen_text(app) and " 3 " in screen_text(app)
        await pilot.press("slash", "p")
        assert screen.cases.field.size.height == 1
        await pilot.press("escape", "3")
        assert " 3 Before" in screen_text(app)
