"""What one column of a wide file is, judged by its header and its cells.

The first rule that fits decides:

1. empty -> ignore; a person's name, address or place on earth -> ignore (personal); what the platform itself
   recorded (times, durations, progress, serial numbers) -> ignore;
2. neighbouring columns of one question whose cells only tick it -> multi, one option each;
3. cells that join options which recur (`A, B` or `A;B;`) -> multi, or a ranking -> ignore;
4. numbers: facts about a person (age, years) -> attribute; 0 to 10, `7/10`, or a question's numbers -> rating;
   others -> attribute;
5. different texts of some length -> open; different short ones too, if the header reads like a question;
6. few different texts -> attribute where the header is about the person (age, site, role, ...) or where it is no
   question and stands before the first column that asks; otherwise choice. A scale that columns share asks.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from coder.formats.survey.headers import HeaderColumn
from coder.formats.survey.multi import is_ranking, is_tick_column, join_options
from coder.formats.survey.plan import EMPTY, Role
from coder.formats.survey.platforms import Own

_PERSONAL = re.compile(
    r"\b(e-?mail|ip[ -]?address|ip|phone|telephone|mobile( number)?|latitude|longitude|geo ?location|gps|"
    r"(first|last|full|given|family|sur|middle|your|recipient|respondent)[ _-]*names?|names of|postal address|"
    r"street|location ?(latitude|longitude|accuracy))\b|"
    r"^(names?|nom|nome|nombre|naam|vor- und nachname|vorname|nachname|pr[eé]nom|apellidos?|sobrenome|cognome|voornaam|"
    r"achternaam|nom et pr[eé]nom|nombre completo|nome completo|correo electr[oó]nico|courriel|adresse de messagerie|"
    r"telefon(nummer)?|tel[eé]fono|t[eé]l[eé]phone|telefone|telefoonnummer)$",
)
# One of the boxes of a question for somebody's particulars.
_PARTICULAR = re.compile(
    r"^((first|last|full|given|family|your) ?names?|names?|(street |postal |e-?mail )?address( line)?( ?\d)?|"
    r"phone( number)?|zip( ?/ ?postal)?( code)?|postal code|postcode)$"
)
_ASKS_WHO = re.compile(r"e-?mail|your name|names of")
_ADDRESS = re.compile(r"^([^@\s]+@[^@\s]+\.\w+|\d{1,3}(\.\d{1,3}){3})$")
_SYSTEM = re.compile(
    r"^(time ?stamp|start(ed)? ?(date|time|language)|end(ed)? ?(date|time)|time started|completion time|"
    r"last modified time|"
    r"date ?submitted|submit ?date|stage ?date|recorded ?date|date ?stamp|duration.*|progress|last ?page|seed|"
    r"interview ?time|"
    r"group ?time ?\d*|.* timestamp|collector id|network id|response ?set|external (data )?reference|survey id|"
    r"custom data \d+|distribution ?channel|"
    r"(start|stage|submit) date \(utc\)|(g\d+)?q\d+ ?time)$"
)
_FILES = re.compile(r'^\[\{[^{}]{0,300}?"(file)?name":')
_DATE = re.compile(
    r"^(\d{4}-\d\d?-\d\d?|\d\d?[/.]\d\d?[/.]\d{2,4}|\d{4}/\d\d?/\d\d?|\d\d?-[A-Za-z]{3}-\d{2,4})"
    r"([T ,]+\d\d?:\d\d.*)?$|^\d\d?:\d\d(:\d\d)?$"
)
_ABOUT_PERSON = re.compile(
    r"\b(age|old|gender|sex|country|continent|region|city|you live|location|site|campus|role|position|job|occupation|"
    r"profession|professional|qualification|education|school|university|institution|degree(?! of)|experience|seniority|"
    r"department|division|organi[sz]ation|cohort|track|language|income|ethnicity|race|marital|employment|"
    r"employer|industry|years?|status|finished|response type|membersite|member site)\b"
)
_NUMBER = re.compile(r"^[+-]?\d+([.,]\d+)?$")
_OUT_OF = re.compile(r"^\d+([.,]\d+)? ?/ ?(5|7|10|100)$")
_CODE = re.compile(r"^\[?[A-Za-z]{0,2}\d*[Qq]\d+")


@dataclass(frozen=True, slots=True)
class Seen:
    """What the sampled cells of a column are like; placeholders and blanks aside."""

    values: tuple[str, ...]
    rows: int

    @property
    def distinct(self) -> int:
        return len(set(self.values))

    @property
    def variety(self) -> float:
        return self.distinct / max(1, len(self.values))

    @property
    def length(self) -> float:
        return sum(map(len, self.values)) / max(1, len(self.values))

    @property
    def words(self) -> float:
        return sum(len(v.split()) for v in self.values) / max(1, len(self.values))

    def share(self, pattern: re.Pattern[str]) -> float:
        return sum(bool(pattern.match(v)) for v in self.values) / max(1, len(self.values))

    def examples(self) -> tuple[str, ...]:
        """Up to three values, the most frequent first where they recur."""
        return tuple(value for value, _ in Counter(self.values).most_common(3))


RANKING = "a ranking, which is not counted"
"""Why a column is left out whose cells put the same options in order."""
_LEAST_RANKED = 5  # cells; fewer may have chosen the same by chance
_OWN_ROLES = {Own.EVENT: Role.WAVE, Own.TIME: Role.PART}


class Verdict(NamedTuple):
    """A role, its reason, and for multi what `Column` wants to know."""

    role: Role
    why: str
    key: str = ""
    option: str = ""
    separator: str = ""
    options: tuple[str, ...] = ()


def aside(column: HeaderColumn, seen: Seen) -> Verdict | None:
    """What is nobody's answer."""
    if not seen.values:
        return Verdict(Role.IGNORE, EMPTY)
    if column.own:
        return Verdict(_OWN_ROLES.get(column.own, Role.IGNORE), column.own.value)
    for name in {_words(column.name), _words(column.prompt)}:
        if len(name.split()) <= (15 if _ASKS_WHO.search(name) else 5) and _PERSONAL.search(name):
            return Verdict(Role.IGNORE, Own.PERSONAL.value)
        if _SYSTEM.match(name):
            return Verdict(Role.IGNORE, Own.RECORDED.value)
    varied = len(seen.values) < 3 or seen.variety > 0.5
    if varied and _PARTICULAR.match(_words(column.option)) and not is_tick_column(seen.values, column.option):
        return Verdict(Role.IGNORE, Own.PERSONAL.value)
    if seen.share(_ADDRESS) >= 0.5:
        return Verdict(Role.IGNORE, "personal: e-mail or IP addresses")
    if seen.share(_DATE) >= 0.8:
        return Verdict(Role.IGNORE, "dates or times")
    if seen.share(re.compile(r"^https?://\S+$")) >= 0.6:
        return Verdict(Role.IGNORE, "web addresses")
    if seen.share(_FILES) >= 0.6:
        return Verdict(Role.IGNORE, "files that were uploaded")
    if seen.rows >= 5 and len(seen.values) == seen.rows and seen.distinct == 1 and not is_question(column):
        return Verdict(Role.IGNORE, "the same in every row")
    return None


def by_content(column: HeaderColumn, seen: Seen, joins: Sequence[str]) -> Verdict | None:
    """Open, rating, joined multi (by one of these separators), or a number that is a fact; None for closed texts."""
    if column.free_text:
        return Verdict(Role.OPEN, "the platform calls it a text")
    if joined := join_options(seen.values, joins):
        separator, options = joined
        if len(seen.values) >= _LEAST_RANKED and is_ranking(seen.values, separator):
            return Verdict(Role.IGNORE, RANKING)
        return Verdict(Role.MULTI, "joins options that recur", separator=separator, options=options)
    question, personal = is_question(column), is_about_person(column)
    numbers = seen.share(_NUMBER)
    if seen.share(_OUT_OF) >= 0.8:
        return Verdict(Role.RATING, "numbers out of a whole")
    if numbers >= 0.8:
        values = [float(v.replace(",", ".")) for v in seen.values if _NUMBER.match(v)]
        most = 10 if personal or not question else 100
        if min(values) >= 0 and max(values) <= most and (question or not personal):
            return Verdict(Role.RATING, "numbers of a small range")
        return Verdict(Role.CHOICE if question and seen.distinct <= 12 else Role.ATTRIBUTE, "numbers")
    texts = seen.length > 25 or seen.words >= 3
    if texts and (seen.variety > 0.5 or (question and seen.variety > 0.2 and seen.distinct > 12)):
        if not personal or seen.words >= 5 or seen.length >= 40:
            return Verdict(Role.OPEN, "different texts")
    elif question and not personal and seen.variety > 0.2 and seen.distinct > 12:
        return Verdict(Role.OPEN, "different short texts under a question")
    return None


def closed(column: HeaderColumn, seen: Seen, *, before: bool) -> Verdict:
    question = is_question(column)
    if is_about_person(column):
        return Verdict(Role.ATTRIBUTE, "about the person")
    if not question and (before or (seen.distinct > 30 and seen.variety > 0.2)):
        return Verdict(Role.ATTRIBUTE, "no question, before the first one" if before else "many different words")
    return Verdict(Role.CHOICE, "few different values")


def is_question(column: HeaderColumn) -> bool:
    """Whether a header asks something: by its mark, its length, a code like Q7, or as a line of a grid."""
    prompt = column.prompt.strip()
    coded = _CODE.match(column.name) is not None
    return "?" in prompt or prompt.endswith(":") or len(prompt.split()) >= 5 or coded or bool(column.stem)


def is_about_person(column: HeaderColumn) -> bool:
    """Whether a header, if it is no long explanation and no line of a grid, asks for a fact about the person."""
    names = (_words(column.name), _words(column.prompt))
    return not column.stem and any(len(n.split()) <= 20 and _ABOUT_PERSON.search(n) for n in names)


def _words(name: str) -> str:
    """A header in lower case, camelCase and underscores as words."""
    apart = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name).replace("_", " ").casefold()
    return " ".join(apart.split()).removesuffix(":")
