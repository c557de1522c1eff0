"""What the exports of survey platforms have of their own: by which they are known, what they hold beside answers.

Heads are compared in lower case, with single spaces: so they are called terms. Where its place and its cells tell what
a column is, its term is the platform's English one, whatever language its head is in.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum


class Own(StrEnum):
    """What a column is that the platform itself adds to the answers."""

    RECORDED = "recorded by the survey platform"
    PERSONAL = "personal: left out unless you ask for it"
    EVENT = "the event at which the row was collected"
    FORM = "the form that the row repeats"
    TIME = "which time the form was filled in"


@dataclass(frozen=True, slots=True)
class Platform:
    """A survey platform.

    `signs` are patterns of terms: those of one sign stand together in its exports alone, within the first `leads`
    columns. `opening` says what its first columns are and what their cells look like, in every language.
    `own` are patterns of terms by what they are. `joins` is what it puts between several choices in a cell.
    """

    name: str
    signs: tuple[tuple[str, ...], ...]
    own: Mapping[Own, str] = field(default_factory=dict)
    opening: tuple[tuple[str, str], ...] = ()
    leads: int | None = None
    joins: tuple[str, ...] = (";", ", ")

    def own_of(self, term: str) -> Own | None:
        """What a column of its own is; None for a question."""
        return next((kind for kind, pattern in self.own.items() if re.fullmatch(pattern, term)), None)


GRADE = "grade"
"""The term of points and words that a teacher gives for an answer."""

_LONGEST = 200  # characters of a head that are looked at
_TIME = r"\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}([T ,].*)?"
_UNKNOWN = Platform("", ())
OURS = "coder"
_PLATFORMS = (
    Platform(
        OURS,
        ((r"participant_id", r"reviewed_by", r"unknown_themes"),),
        {Own.RECORDED: r"status|reviewed_by|unknown_themes"},
    ),
    Platform(
        "REDCap",
        (
            (r"redcap_(event_name|repeat_instrument|repeat_instance|data_access_group|survey_identifier)",),
            (r"record_id", r"\w+_complete"),
            (r"\w+___\w+", r"\w+_complete"),
            (r"complete\?", r"record id|event name|repeat instance|data access group|survey (identifier|timestamp)"),
            (r"complete\?", r".+ \(choice=.+\)"),
        ),
        {
            Own.EVENT: r"redcap_event_name|event name",
            Own.FORM: r"redcap_repeat_instrument|repeat instrument",
            Own.TIME: r"redcap_repeat_instance|repeat instance",
            Own.PERSONAL: r"redcap_survey_identifier|survey identifier",
            Own.RECORDED: r"\w+_timestamp|survey timestamp|\w+_complete|complete\?",
        },
    ),
    Platform(
        "Qualtrics",
        (
            (r"responseid", r"finished|recordeddate|distributionchannel"),
            (r"response id", r"response type", r"recorded date|distribution channel"),
        ),
        {
            # Files, clicks, browsers, groups of NPS, the order of display, and what Text iQ made of the texts.
            Own.RECORDED: r"\w+_file_(id|name|size|type)|q\d+_(id|name|size|type)"
            r"|.+[_ ](first|last)[_ ]click|.+[_ ]page[_ ]submit|.+[_ ]click[_ ]count"
            r"|qid\d+_(browser|version|os|resolution)|.+_nps_group|(qid|bl_|fl_)\w*_do"
            r"|qid\w+_[0-9a-f]{24}\w*|.+ - ((parent )?topics|topic hierarchy level \d+|(topic )?sentiment( \w+)?)"
            r"|q_(recaptcha|relevantid|ballotbox|totalduration|straightlining|datapolicy|duplicate|unanswered|chl|url)\w*",
        },
        joins=(",",),
    ),
    Platform(
        "SurveyMonkey",
        ((r"respondent[ _]?id", r"collector[ _]?id"),),
        {Own.RECORDED: r"collector[ _]?id|date_(created|modified)|custom_\d+"},
    ),
    Platform(
        "LimeSurvey",
        (
            (r"submitdate(\. .+)?", r"lastpage(\. .+)?"),
            (r"date submitted", r"last page"),
        ),
        {
            Own.RECORDED: r"(submitdate|lastpage|startlanguage|seed|startdate|datestamp|refurl)(\. .+)?"
            r"|last page|start language|date (submitted|started|last action)|referrer url"
            r"|interviewtime|total time|(group|question) ?time\b.*|.+\[filecount\].*|filecount - .+",
            Own.PERSONAL: r"(token|ipaddr)(\. .+)?|access code|zugangscode|ip address",
        },
        (
            ("id", r"\d+"),
            ("submitdate", rf"({_TIME})?"),
            ("lastpage", r"\d{0,3}"),
            ("startlanguage", r"[a-z]{2,3}(-[A-Za-z]+)*"),
            ("seed", r"\d{4,10}"),
        ),
    ),
    Platform(
        "Typeform",
        ((r"network id", r"(start|submit) date \(utc\)"),),
        {Own.RECORDED: r"network id|(start|stage|submit) date \(utc\)|tags|ending"},
    ),
    Platform(
        "Microsoft Forms",
        ((r"id", r"start time", r"completion time"),),
        {
            Own.RECORDED: rf"(start|completion|last modified) time|{GRADE}",
            Own.PERSONAL: r"email|name",
        },
        (
            ("id", r"\d+"),
            ("start time", _TIME),
            ("completion time", _TIME),
            ("email", r"anonymous|\S+@\S+"),
            ("name", r".*"),
        ),
    ),
    Platform(
        "SurveyGizmo",  # since 2020 Alchemer
        ((r"time started", r"date submitted"),),
        {
            Own.RECORDED: r"time started|date submitted|contact id|legacy comments|referer|sessionid",
            # By the address: where somebody was who may have been asked where they live, too.
            Own.PERSONAL: r"user agent|ip address|longitude|latitude|country|city|state/region|postal",
        },
    ),
    Platform(
        "Google Forms",
        # The head of its first column, in the languages of its interface that we met or looked up.
        (
            (
                r"timestamp|carimbo de data/hora|zeitstempel|horodateur|marca temporal|marca de temps"
                r"|informazioni cronologiche|tijdstempel|sygnatura czasowa|časová značka|tidstämpel|zaman damgası"
                r"|dấu thời gian|отметка времени|позначка часу|タイムスタンプ|타임스탬프|时间戳记|時間戳記",
            ),
        ),
        {Own.RECORDED: GRADE},
        leads=2,
    ),
)


def platform_called(name: str) -> Platform:
    """The platform of this name; for any other name one that nothing is known of."""
    return next((platform for platform in _PLATFORMS if platform.name == name), _UNKNOWN)


def recognised(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> tuple[Platform, list[str]]:
    """The platform that a header and the first rows below it are of, and the terms of the header."""
    terms = [term_of(head) for head in heads]
    for platform in _PLATFORMS:
        among = set(terms[: platform.leads])
        if any(all(any(re.fullmatch(p, term) for term in among) for p in sign) for sign in platform.signs):
            return platform, terms
    for platform in _PLATFORMS:
        places = len(platform.opening)
        if places and len(terms) >= places and _opens(platform.opening, rows):
            return platform, [term for term, _ in platform.opening] + terms[places:]
    return _UNKNOWN, terms


def term_of(head: str) -> str:
    """A head in lower case, with single spaces."""
    return " ".join(head[:_LONGEST].casefold().split())


def _opens(opening: Sequence[tuple[str, str]], rows: Sequence[Sequence[str]]) -> bool:
    """Whether the first cells of all rows are as those of the platform."""
    filled = [row for row in rows if any(row)]
    return bool(filled) and all(
        len(row) >= len(opening)
        and all(re.fullmatch(pattern, cell) for (_, pattern), cell in zip(opening, row, strict=False))
        for row in filled
    )
