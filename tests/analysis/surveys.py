"""Small coded surveys whose every figure is known."""

from collections.abc import Iterable, Sequence
from pathlib import Path

from coder.formats.survey.plan import PlanOptions
from coder.imports import SurveyRequest, import_codings, import_survey
from tests.cli.commands import table

QUESTION = "What was good?"
Code = tuple[str, str, str]  # participant, wave, theme


def coded_survey(
    folder: Path,
    header: Sequence[str],
    rows: Iterable[Sequence[object]],
    codes: Iterable[Code],
    reviewed: Iterable[tuple[str, str]],  # participant, wave
    options: PlanOptions | None = None,
) -> Path:
    """A project of these rows, Ana's codings of the question, and who is reviewed in which wave."""
    path = folder / "p.coder"
    import_survey(
        table(folder / "s.csv", header, *rows), path, SurveyRequest(options or PlanOptions()), coder_name="Ana"
    )
    of = ("participant_id", "question", "wave")
    import_codings(
        table(folder / "c.csv", (*of, "theme"), *((who, QUESTION, wave, theme) for who, wave, theme in codes)),
        path,
        coder_name="Ana",
        create_themes=True,
        reviewed=table(folder / "r.csv", of, *((who, QUESTION, wave) for who, wave in reviewed)),
    )
    return path


# Of 33 participants 7 keep ‘Kind’, 9 gain it, 2 lose it; ‘Calm’ nobody ever loses or gains, 5 have it.
MOVES = {"kept": 7, "gained": 9, "lost": 2, "neither": 15}
PEOPLE = [(f"{move}{i}", move) for move, number in MOVES.items() for i in range(number)]


def two_waves(folder: Path) -> Path:
    """The worked numbers of a change, and beside them: `before` answered at the start alone, `after` at the end alone,
    and `unread` has the theme at the end, where nobody has read all of it."""
    both = [who for who, _ in PEOPLE]
    start, end = [*both, "before", "unread"], [*both, "after", "unread"]
    rows = [(who, QUESTION, "start", f"first words of {who}") for who in start]
    rows += [(who, QUESTION, "end", f"last words of {who}") for who in end]
    rows.append(("unread", QUESTION, "end", "more of unread"))
    codes = [(who, "start", "Kind") for who, move in PEOPLE if move in ("kept", "lost")]
    codes += [(who, "end", "Kind") for who, move in PEOPLE if move in ("kept", "gained")]
    codes += [(who, wave, "Calm") for who in both[-5:] for wave in ("start", "end")]
    codes += [("before", "start", "Kind"), ("after", "end", "Kind")]
    reviewed = [(who, "start") for who in start] + [(who, "end") for who in end if who != "unread"]
    return coded_survey(folder, ("participant_id", "question", "wave", "text"), rows, codes, reviewed)


# Participants of each site, and how many of them have ‘Kind’; what a participant without a site is like is not known.
SITES = {"North": (20, 12), "South": (15, 3), "West": (9, 4), "": (6, 6)}


def by_site(folder: Path, sites: Sequence[str] = tuple(SITES)) -> Path:
    """A survey with a site for most, and a role that was chosen; all reviewed but one of the North."""
    rows, codes = [], []
    for site in sites:
        number, having = SITES[site]
        for i in range(number):
            who = f"{site or 'nowhere'}{i}"
            rows.append((who, site, "nurse" if i % 2 else "doctor", f"words of {who}", 1 + i % 5))
            if i < having:
                codes.append((who, "", "Kind"))
            if i == 0:
                codes.append((who, "", "Rare"))
    rows.append(("unread", "North", "nurse", "nobody read this", 3))
    options = PlanOptions(open=(QUESTION,), choice=("Role",), attribute=("site",), rating=("Score",))
    reviewed = [(str(row[0]), "") for row in rows[:-1]]
    return coded_survey(folder, ("participant_id", "site", "Role", QUESTION, "Score"), rows, codes, reviewed, options)
