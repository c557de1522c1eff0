"""Words that may tell who somebody is: what can be recognised without knowing the person. No guarantee."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

_E_MAIL = r"(?<![\w.+-])[\w.+-]++@[\w-]+(?:\.[\w-]+)+"
_WEB = (
    r"(?:https?://|www\.)[^\s<>\"]+"
    r"|(?<![\w@.-])(?:[a-z0-9-]++\.)+(?:[a-z]{2,}/[^\s<>\"]+|(?:com|org|net|edu|gov|info|io|eu|uk|de|fr|nl)\b)"
)
_HANDLE = r"(?<![\w@./])@(?=[\d_.]*[^\W\d_])\w[\w.]*\w"
_PHONE = r"(?<![\w.,])\+?\(?\d(?:[\s().\-/\u2010-\u2013]{0,3}\d){6,14}(?![\w,]|\.\d)"
_PATTERNS = (
    ("an e-mail address", re.compile(_E_MAIL)),
    ("a web address", re.compile(_WEB, re.IGNORECASE)),
    ("a handle", re.compile(_HANDLE)),
    ("what may be a phone number", re.compile(_PHONE)),
)
# Digits that are no phone number: dates, times with them, and spans of years.
_TIME = re.compile(
    r"(?<!\d)(?<!\d[-./])(?:\d{4}[-./]\d{1,2}[-./]\d{1,2}(?:[\sT]+\d{1,2}[.:]\d\d)?|\d{1,2}[-./]\d{1,2}[-./]\d{2,4}"
    r"|(?:1[89]|20)\d\d\s?[-/\u2010-\u2013]\s?(?:1[89]|20)\d\d)(?![-./]?\d)"
)
# Without one of these there is nothing of the kind: most texts are done with at one look.
_HAS_SIGNS = re.compile(r"@|://|\w\.\w|\d(?:\D{0,3}\d){6}")
_LEAST_KNOWN = 3  # characters of a name below which it would be found in any text


# What stands for anybody, as an answer and in a sentence.
_NOBODYS = frozenset(
    (
        "other",
        "others",
        "none",
        "yes",
        "no",
        "unknown",
        "all",
        "both",
        "any",
        "autre",
        "andere",
        "otro",
        "outro",
        "altro",
    )
)


@dataclass(frozen=True, slots=True)
class Telltale:
    """What may tell who somebody is, and the words."""

    kind: str
    words: str


def find_telltales(text: str, known: Iterable[tuple[str, str]] = ()) -> Iterator[Telltale]:
    """E-mail and web addresses, handles and phone numbers in a text; and what is `known` of the person: (kind, words)
    that stand in it as they are written; in whatever case, if it is all in small letters or all in capitals. (So the
    role Other is not found in "the other people", but utrecht is in "utrecht was fun".)
    """
    if _HAS_SIGNS.search(text):
        rest = _blank(_TIME, text)
        for kind, pattern in _PATTERNS:
            for match in pattern.finditer(rest):
                yield Telltale(kind, match.group().rstrip(".,;:!?)"))
            rest = _blank(pattern, rest)
    without_case = text in (text.lower(), text.upper())
    for kind, words in known:
        if _is_telling(words) and _stands_in(text, words.strip(), in_any_case=without_case):
            yield Telltale(kind, words.strip())


def _blank(pattern: re.Pattern[str], text: str) -> str:
    """The text with what is found as blanks, so that it is not found as something else."""
    return pattern.sub(lambda found: " " * len(found.group()), text)


def _is_telling(words: str) -> bool:
    """Numbers, short names and words such as Other stand in texts without meaning anybody."""
    words = words.strip()
    return len(words) >= _LEAST_KNOWN and any(c.isalpha() for c in words) and words.casefold() not in _NOBODYS


def _stands_in(text: str, words: str, *, in_any_case: bool) -> bool:
    if in_any_case:
        text, words = text.casefold(), words.casefold()
    return words in text and re.search(rf"(?<!\w){re.escape(words)}(?!\w)", text) is not None
