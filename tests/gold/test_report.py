"""The report of a real study has the counts that its authors published: sub-themes as printed, categories by people."""

import re
from pathlib import Path

import pytest
from lxml import html

from coder.report.compose import compose
from coder.report.html import to_html
from coder.report.request import Request
from coder.store.project import open_project
from tests.gold.studies import published, replication, replication_with_texts


def page_of(project: Path) -> html.HtmlElement:
    """The page as its readers get it."""
    with open_project(project) as opened:
        return html.fromstring(to_html(compose(opened, Request())))


def text(element: html.HtmlElement) -> str:
    return " ".join(element.text_content().split())


def tables_of(page: html.HtmlElement) -> dict[str, dict[tuple[int, str], list[str]]]:
    """The cells of each theme, by the code that begins its question, and by depth and name."""
    found: dict[str, dict[tuple[int, str], list[str]]] = {}
    for table in page.xpath("//table[contains(@id, '-themes')]"):
        heading = text(table.xpath("preceding::h3[1]")[0])
        (code,) = [c for c in ("Q20", "Q22", "Q26", "Q28", "Q30") if c in heading]
        rows = found[code] = {}
        for row in table.xpath("tbody/tr"):
            name, *cells = map(text, row)
            rows[int("depth-1" in row.get("class", "")), name] = cells
    return found


@pytest.fixture(scope="module", params=["texts of our own", "the survey tool's file"])
def page(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> html.HtmlElement:
    folder = tmp_path_factory.mktemp("study")
    if request.param == "texts of our own":
        return page_of(replication(folder))
    data: Path = request.getfixturevalue("shared") / "data" / "replication3r_survey"
    return page_of(replication_with_texts(data, folder))


def test_sub_themes_are_as_published_and_categories_are_distinct_participants(page: html.HtmlElement) -> None:
    tables = tables_of(page)
    seen = overcounted = 0
    for code, level, name, printed, people, assignments in published():
        if level not in ("category", "subcategory"):
            continue
        participants, *_, assigned = tables[code][int(level == "subcategory"), name]
        assert int(participants) == (printed if level == "subcategory" else people), (code, name)
        assert int(assigned) == assignments, (code, name)
        overcounted += level == "category" and printed > people
        seen += 1
    bases = {code: printed for code, level, _, printed, *_ in published() if level not in ("category", "subcategory")}
    assert bases == {code: int(next(iter(rows.values()))[1]) for code, rows in tables.items()}
    assert (seen, overcounted) == (129, 16)


def test_it_says_how_many_assignments_there_were_besides(page: html.HtmlElement) -> None:
    said = text(page)
    assert re.search(r"P2 - Sharing and Availability’? was assigned 71 times, to 57 participants", said)
    assert re.search(r"57 \(76 %\) mentioned ‘?P2 - Sharing and Availability", said)


def test_behind_each_count_stand_as_many_different_people(page: html.HtmlElement) -> None:
    links = page.xpath("//table[contains(@id, '-themes')]/tbody/tr/td[1]/a")
    assert len(links) > 100
    for link in links:
        (target,) = page.xpath(f"//*[@id='{link.get('href').removeprefix('#')}']")
        people = [text(item.find_class("who")[0]) for item in target]
        assert len(set(people)) == len(people) == int(text(link))
