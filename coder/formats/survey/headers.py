"""Header rows: what each column is called, and which columns are the options of one question."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

_OPTION = re.compile(r"^(?P<stem>.*\S)\s*\[(?P<option>[^\[\]]+)\](?P<rest>[.:]?\s*[^\[\]]*)$", re.DOTALL)
_LONGEST_SPLIT = 4_000  # characters; the patterns may take the square of them
_REDCAP = re.compile(r"^(?P<stem>\w+?)___(?P<option>_?\w+)$")
_SIGNS = (
    ("REDCap", {"record_id", "redcap_event_name"}),
    ("REDCap", {"record_id", "redcap_survey_identifier"}),
    ("LimeSurvey", {"submitdate", "lastpage"}),
    ("LimeSurvey", {"date submitted", "last page", "start language"}),
    ("Typeform", {"#", "network id"}),
    ("Microsoft Forms", {"id", "start time", "completion time"}),
    ("SurveyGizmo", {"time started", "date submitted"}),
)
# What Google Forms calls its first column, in the languages of its interface that we met or looked up.
_GOOGLE_FORMS = {
    "timestamp",
    "carimbo de data/hora",
    "zeitstempel",
    "horodateur",
    "marca temporal",
    "informazioni cronologiche",
    "tijdstempel",
}
_RESPONSE_WORDS = {"response", "open-ended response", "open ended response"}


@dataclass(frozen=True, slots=True)
class HeaderColumn:
    """A column: its name, which no other has, the question as asked, and where it is an option, of which question.

    `free_text` is what the platform itself says of it: True, or None where it says nothing.
    """

    name: str
    prompt: str
    stem: str = ""
    option: str = ""
    free_text: bool | None = None


@dataclass(frozen=True, slots=True)
class Header:
    """The columns of a file, by how many rows they were told, and the platform where its shape is known."""

    columns: tuple[HeaderColumn, ...]
    rows: int
    platform: str


def read_header(rows: Sequence[Sequence[str]]) -> Header:
    """The header of a file from its first rows: Qualtrics (3 rows, formerly 2), SurveyMonkey (2), else 1."""
    first, second = rows[0], rows[1] if len(rows) > 1 else ()
    third = rows[2] if len(rows) > 2 else ()
    if third and all('"ImportId"' in cell for cell in third if cell):
        return Header(_qualtrics(first, second, third), 3, "Qualtrics")
    if _is_legacy_qualtrics(first, second):
        return Header(_qualtrics(first, second, ()), 2, "Qualtrics")
    if _is_surveymonkey(first, second):
        return Header(_surveymonkey(first, second), 2, "SurveyMonkey")
    columns = [HeaderColumn(name, name, *_split(name)) for name in distinct(first)]
    return Header(tuple(columns), 1, _platform(first))


def _qualtrics(tags: Sequence[str], prompts: Sequence[str], imports: Sequence[str]) -> tuple[HeaderColumn, ...]:
    """Qualtrics: `Q2_1` with `Which? - Selected Choice - Shop`; the third row tells choices and texts apart."""
    columns = []
    for i, name in enumerate(distinct(tags)):
        prompt = _at(prompts, i) or name
        origin = _at(imports, i)
        stem = option = ""
        if '"choiceId"' in origin and " - " in prompt:
            stem, option = name.rpartition("_")[0], prompt.rpartition(" - ")[2]
        text = re.search(r'"QID\d+(_\d+)?_TEXT"', origin) is not None
        columns.append(HeaderColumn(name, prompt, stem, option, text or None))
    return tuple(columns)


def _is_legacy_qualtrics(first: Sequence[str], second: Sequence[str]) -> bool:
    return list(first[:3]) == ["V1", "V2", "V3"] and _at(second, 0).replace(" ", "").casefold() == "responseid"


def _is_surveymonkey(first: Sequence[str], second: Sequence[str]) -> bool:
    """Its second row has no id and repeats "Response", or names options under blanks of the first."""
    if not any(second) or _at(second, 0).strip():
        return False
    known = _at(first, 0).replace(" ", "").casefold() == "respondentid"
    under_blank = any(cell.strip() and not _at(first, i).strip() for i, cell in enumerate(second))
    words = sum(cell.strip().casefold() in _RESPONSE_WORDS for cell in second)
    return (known and (under_blank or words > 0)) or (under_blank and words > 0)


def _surveymonkey(first: Sequence[str], second: Sequence[str]) -> tuple[HeaderColumn, ...]:
    """SurveyMonkey: the question stands over the first column of its block, the options in the second row."""
    width = max(len(first), len(second))
    filled: list[str] = []
    for i in range(width):
        question = _at(first, i)
        blank = not question.strip() and _at(second, i).strip() and filled
        filled.append(filled[-1] if blank else question)
    sizes = Counter(filled)
    whole: list[tuple[str, str, str, bool | None]] = []
    for i, question in enumerate(filled):
        option = _at(second, i)
        word = option.strip().casefold()
        if not option.strip() or (word in _RESPONSE_WORDS and sizes[question] == 1):
            whole.append((question, "", "", True if word.startswith("open") else None))
        else:
            whole.append((f"{question} [{option}]", question, option, None))
    names = distinct([name for name, *_ in whole])
    return tuple(
        HeaderColumn(name, name, stem, option, text) for name, (_, stem, option, text) in zip(names, whole, strict=True)
    )


def _split(name: str) -> tuple[str, str]:
    """`Rate us [Price]`, `Q2[SQ001]`, `G02Q07[SQ001]. What needs?`, `services___1`: the question and its option."""
    if len(name) > _LONGEST_SPLIT:
        return "", ""
    if match := _REDCAP.match(name):
        return match["stem"], match["option"].replace("_", "-", 1) if match["option"].startswith("_") else match[
            "option"
        ]
    if match := _OPTION.match(name):
        rest = match["rest"].strip()
        return (match["stem"] + (match["rest"] if rest else "")).rstrip(), match["option"]
    return "", ""


def _platform(first: Sequence[str]) -> str:
    heads = [cell.strip().casefold() for cell in first]
    known = next((platform for platform, sign in _SIGNS if sign <= set(heads)), "")
    return known or ("Google Forms" if _GOOGLE_FORMS & set(heads[:2]) else "")


def distinct(names: Sequence[str]) -> list[str]:
    """The names with empty ones called by their place and repeated ones numbered, so that no column is lost."""
    found: dict[str, None] = {}
    taken = set(names)
    numbers: Counter[str] = Counter()  # the last of each name, so that thousands of one name are named in one go
    for i, name in enumerate(names, 1):
        wanted = stem = name if name.strip() else f"(column {i})"
        numbers[stem] = max(1, numbers[stem])
        while wanted in found or (wanted != stem and wanted in taken):
            numbers[stem] += 1
            wanted = f"{stem} ({numbers[stem]})"
        found[wanted] = None
    return list(found)


def _at(cells: Sequence[str], index: int) -> str:
    return cells[index] if index < len(cells) else ""


def blocks(columns: Sequence[HeaderColumn]) -> list[list[int]]:
    """Runs of neighbouring columns that are options of one question, by index; two columns at least."""
    runs = [[i for i, _ in run] for _, run in groupby(enumerate(columns), key=lambda c: c[1].stem)]
    return [run for run in runs if len(run) > 1 and columns[run[0]].stem]
