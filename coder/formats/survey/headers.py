"""Header rows: what each column is called, and which columns are the options of one question."""

import re
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from coder.formats.survey.platforms import GRADE, Own, Platform, platform_called, recognised, term_of

_OPTION = re.compile(r"^(?P<stem>.*\S)\s*\[(?P<option>[^\[\]]+)\](?P<rest>[.:]?\s*[^\[\]]*)$", re.DOTALL)
_LONGEST_SPLIT = 4_000  # characters; the patterns may take the square of them
_REDCAP = re.compile(r"^(?P<stem>\w+?)___(?P<option>_?\w+)$")
_REDCAP_LABEL = re.compile(r"\)(?P<again> \(\d+\))?$")
_CODE_AND_TEXT = re.compile(r"^(?P<code>\w+)\[(?P<option>[^\[\]]+)\]\. (?P<text>.*\])$", re.DOTALL)
_COMMENTS = ("comment", "kommentar", "commentaire", "comentario", "comentário", "opmerking")
_RESPONSE_WORDS = {"response", "open-ended response", "open ended response"}
_IMPORTED = re.compile(r'"ImportId":\s*"([^"]+)"')
_QUALTRICS_TEXT = re.compile(r"^(\d+_)?qid[\d#]+(_\d+)*_text$")
_QUALTRICS_MARKED = re.compile(r"(start|end|recorded) ?date|response ?id")
_BOX = re.compile(r"^(?P<label>.+?) ?#\d+ ?:")
_GRADED = re.compile(r"^.{1,40}? [-–] (?P<question>.+)$", re.DOTALL)


@dataclass(frozen=True, slots=True)
class HeaderColumn:
    """A column: its name, which no other has, the question as asked, and where it is an option, of which question.

    A stem without an option is the question that the words here are about. `free_text` is what the platform itself
    says of it: True, or None where it says nothing. `term` is what the platform calls the column, and `own` what it
    is, where it is the platform's own.
    """

    name: str
    prompt: str
    stem: str = ""
    option: str = ""
    free_text: bool | None = None
    term: str = ""
    own: Own | None = None


@dataclass(frozen=True, slots=True)
class Header:
    """The columns of a file, by how many rows they were told, and the platform where its shape is known."""

    columns: tuple[HeaderColumn, ...]
    rows: int
    platform: str


def read_header(rows: Sequence[Sequence[str]]) -> Header:
    """The header of a file from its first rows: Qualtrics (3 rows, fewer in older and in mended files), SurveyMonkey
    (2), else 1."""
    first, below = rows[0], rows[1:]
    second = below[0] if below else ()
    platform, terms = recognised(first, below)
    imports = next((i for i, row in enumerate(below[:2]) if any(row) and _all_imported(row)), None)
    if imports is not None:
        prompts = below[0] if imports else ()
        return _header(_qualtrics(first, prompts, below[imports]), imports + 2, platform_called("Qualtrics"))
    if _is_legacy_qualtrics(first, second) or (platform.name == "Qualtrics" and _is_prompts(first, second)):
        return _header(_qualtrics(first, second, ()), 2, platform_called("Qualtrics"))
    if platform.name == "Qualtrics":
        return _header(_qualtrics(first, (), ()), 1, platform)
    if _is_surveymonkey(first, second):
        return _header(_surveymonkey(first, second), 2, platform_called("SurveyMonkey"))
    return _header(_one_row(first, platform, terms), 1, platform)


def header_of(columns: Sequence[HeaderColumn]) -> Header:
    """The header of a file that names its columns elsewhere than in rows."""
    platform, _ = recognised([column.name for column in columns], ())
    return _header(columns, 0, platform)


def _header(columns: Sequence[HeaderColumn], rows: int, platform: Platform) -> Header:
    """The header with what the platform says of its columns; its own are no options of a question."""
    told = []
    for column in columns:
        name = term_of(column.name)
        term = column.term or name
        own = platform.own_of(term) or platform.own_of(name)
        told.append(HeaderColumn(column.name, column.prompt, term=term, own=own) if own else replace(column, term=term))
    return Header(tuple(told), rows, platform.name)


def _all_imported(row: Sequence[str]) -> bool:
    return all('"ImportId"' in cell for cell in row if cell)


def _qualtrics(tags: Sequence[str], prompts: Sequence[str], imports: Sequence[str]) -> list[HeaderColumn]:
    """Qualtrics: `Q2_1` with `Which? - Selected Choice - Shop`; the third row tells choices and texts apart.

    Without it neighbours like `Q2_1` and `Q2_2` may be choices of a question, which their cells tell.
    """
    columns = []
    for i, name in enumerate(distinct(tags)):
        prompt = _at(prompts, i) or name
        origin = _at(imports, i)
        match = _IMPORTED.search(origin)
        term = term_of(match[1]) if match else ""
        stem, _, number = name.rpartition("_")
        option = ""
        if '"choiceId"' in origin and " - " in prompt:
            option = prompt.rpartition(" - ")[2]
        elif not imports and number.isdecimal():
            option = prompt.rpartition(" - ")[2] if " - " in prompt else number
        words = _QUALTRICS_TEXT.match(term) or (not imports and re.search(r"_\d+_TEXT$", name))
        if words:
            stem = stem.rpartition("_")[0]  # of Q2_3_TEXT; a text that was asked for alone is Q3
        columns.append(HeaderColumn(name, prompt, stem if option or words else "", option, bool(words) or None, term))
    return columns


def _is_legacy_qualtrics(first: Sequence[str], second: Sequence[str]) -> bool:
    return list(first[:3]) == ["V1", "V2", "V3"] and _at(second, 0).replace(" ", "").casefold() == "responseid"


def _is_prompts(first: Sequence[str], second: Sequence[str]) -> bool:
    """Whether the second row is one of words: dates and ids would have digits."""
    cells = [_at(second, i) for i, head in enumerate(first) if _QUALTRICS_MARKED.fullmatch(term_of(head))]
    return any(cells) and not any(c.isdigit() for cell in cells for c in cell)


def _is_surveymonkey(first: Sequence[str], second: Sequence[str]) -> bool:
    """Its second row has no id and repeats "Response", or names options under blanks of the first."""
    if not any(second) or _at(second, 0).strip():
        return False
    known = re.fullmatch(r"respondent[ _]?id", term_of(_at(first, 0))) is not None
    under_blank = any(cell.strip() and not _at(first, i).strip() for i, cell in enumerate(second))
    words = sum(cell.strip().casefold() in _RESPONSE_WORDS for cell in second)
    return (known and (under_blank or words > 0)) or (under_blank and words > 0)


def _surveymonkey(first: Sequence[str], second: Sequence[str]) -> list[HeaderColumn]:
    """SurveyMonkey: the question stands over the first column of its block, the options in the second row."""
    asked: list[tuple[str, list[str]]] = []
    for i in range(max(len(first), len(second))):
        question, option = _at(first, i), _at(second, i)
        repeated = bool(asked) and question == asked[-1][0] and option.strip().casefold() not in _RESPONSE_WORDS
        if asked and option.strip() and (repeated or not question.strip()):
            asked[-1][1].append(option)
        else:
            asked.append((question, [option]))
    whole: list[HeaderColumn] = []
    for question, options in asked:
        for option in options:
            word = option.strip().casefold()
            if not option.strip() or (word in _RESPONSE_WORDS and options.count(option) == 1):
                whole.append(HeaderColumn(question, question, free_text=word.startswith("open") or None))
            else:
                name = f"{question} [{option}]"
                whole.append(HeaderColumn(name, name, question, option))
    names = distinct([column.name for column in whole])
    return [replace(column, name=name, prompt=name) for name, column in zip(names, whole, strict=True)]


def _one_row(first: Sequence[str], platform: Platform, terms: Sequence[str]) -> list[HeaderColumn]:
    names = distinct(first)
    terms = list(terms)
    if platform.name != "REDCap":  # which has some columns for each form
        terms = [term if name == head else name for term, name, head in zip(terms, names, first, strict=True)]
    elif platform.own_of(terms[0]) is None:
        terms[0] = "record_id"  # whatever a project calls it
    for i in _grades(names, platform, terms):
        terms[i] = GRADE
    splits = _sections(names) if platform.name == "SurveyGizmo" else [_split(name) for name in names]
    columns, known = [], frozenset(names)
    for name, (stem, option), term in zip(names, splits, terms, strict=True):
        if platform.name == "LimeSurvey" and (about := _commented(stem, option, known)):
            columns.append(HeaderColumn(name, name, about, "", True, term))
        else:
            columns.append(HeaderColumn(name, name, stem, option, None, term))
    return columns


def _split(name: str) -> tuple[str, str]:
    """The question and its option: of `Rate us [Price]`, `Q2[SQ001]`, `G02Q07[SQ001]. What needs? [Speed]`,
    `services___1`, `Which services? (choice=Shop)`."""
    if len(name) > _LONGEST_SPLIT:
        return "", ""
    if match := _REDCAP.match(name):
        return match["stem"], re.sub("^_", "-", match["option"])
    stem, label, option = name.rpartition("(choice=")
    if label and stem.strip() and (match := _REDCAP_LABEL.search(option)):
        return stem.strip() + (match["again"] or ""), option[: match.start()]
    if (coded := _CODE_AND_TEXT.match(name)) and (match := _OPTION.match(coded["text"])):
        return f"{coded['code']}. {match['stem']}", match["option"]
    if match := _OPTION.match(name):
        rest = match["rest"].strip()
        return (match["stem"] + (match["rest"] if rest else "")).rstrip(), match["option"]
    return "", ""


def _commented(stem: str, option: str, names: Collection[str]) -> str:
    """LimeSurvey: the question that `Q2[SQ001comment]`, `Which? [Shop][comment]` or `Why? [comment]` comments on."""
    word = option.casefold()
    if not word.endswith(_COMMENTS):
        return ""
    question, inner = _split(stem)
    if inner:
        return question
    return stem if word not in _COMMENTS or stem in names else ""


def _sections(names: Sequence[str]) -> list[tuple[str, str]]:
    """SurveyGizmo: `Shop:Which services?` is an option where other columns end in the same question, and no box."""
    colons = [
        [] if box_of(name) else [m.start() for m in islice(re.finditer(":", name[:_LONGEST_SPLIT]), 3)]
        for name in names
    ]
    ends = [[name[at + 1 :].strip() for at in places] for name, places in zip(names, colons, strict=True)]
    shared = Counter(end for found in ends for end in set(found))
    splits = []
    for name, places, found in zip(names, colons, ends, strict=True):
        questions = [(shared[end], len(end), end, at) for at, end in zip(places, found, strict=True) if shared[end] > 1]
        _, _, question, at = max(questions, default=(0, 0, "", 0))
        splits.append((question, name[:at].strip()))
    return splits


def box_of(head: str) -> tuple[str, str] | None:
    """`Aspect #2:What is pleasant?` is one of the boxes called Aspect of this question."""
    match = _BOX.match(head)
    return (match["label"], head[match.end() :]) if match else None


def _grades(names: Sequence[str], platform: Platform, terms: Sequence[str]) -> set[int]:
    """The columns of a quiz with what a teacher gave for the answers: `Points - Why?` and `Why? [Score]` beside `Why?`.

    In Microsoft Forms those in front of the first question, too: the points altogether.
    """
    places = {name.strip(): i for i, name in enumerate(names)}
    found: dict[int, int] = {}
    for i, name in enumerate(names):
        if platform.name == "Microsoft Forms" and (match := _GRADED.match(name.strip()[:_LONGEST_SPLIT])):
            found[i] = places.get(match["question"], i)
        elif platform.name == "Google Forms":
            found[i] = places.get(_split(name)[0], i)
    found = {i: question for i, question in found.items() if question != i}
    if platform.name == "Microsoft Forms" and found and "name" in terms:
        return {*found, *range(terms.index("name") + 1, min(found.values()))}
    return set(found)


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
    """Runs of neighbouring columns that are options of one question, by index; two columns at least.

    Words about an option may stand between the options.
    """
    runs: list[list[int]] = []
    question = ""
    for i, column in enumerate(columns):
        if column.stem and not column.option and column.stem == question:
            continue
        if column.stem and column.stem == question:
            runs[-1].append(i)
        elif column.option:
            runs.append([i])
        question = column.stem if column.option else ""
    return [run for run in runs if len(run) > 1]
