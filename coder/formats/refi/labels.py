"""What has no place of its own in REFI-QDA goes into descriptions: lines for people, and one that says it exactly."""

import json
from collections.abc import Mapping
from typing import Any, TypeVar

from coder.domain.codebook import ThemeSpec
from coder.formats.json_text import is_text

_SIGN = "coder: "
_Value = TypeVar("_Value")
_TEXTS = ("Include", "Exclude", "Example")


def describe(text: str, facts: Mapping[str, Any]) -> str:
    """A description for people with, as its last line, what only coder reads; escaped, so that no character is lost."""
    if not facts and not read_facts(text)[1] and not text.rpartition("\n")[2].startswith(_SIGN):
        return text
    line = _SIGN + json.dumps(facts)
    return f"{text}\n{line}" if text else line


def read_facts(description: str) -> tuple[str, dict[str, Any]]:
    """A description without its last line, where that is coder's, and what it says; else {}."""
    text, _, line = description.rpartition("\n")
    if line.startswith(_SIGN):
        try:
            facts = json.loads(line.removeprefix(_SIGN))
        except (ValueError, RecursionError):
            return description, {}
        if isinstance(facts, dict) and is_text(facts):
            return text, facts
    return description, {}


def value_of(facts: Mapping[str, Any], key: str, kind: type[_Value]) -> _Value | None:
    """A fact of this kind; None where there is none, or one of another kind."""
    value = facts.get(key)
    return value if isinstance(value, kind) and not (kind is int and isinstance(value, bool)) else None


def strings(value: object) -> list[str]:
    """The texts of a list, and nothing else."""
    return [v for v in value if isinstance(v, str)] if isinstance(value, list) else []


def theme_words(spec: ThemeSpec) -> str:
    """A theme's definition and, under their names, what else the codebook says of it, as people read it."""
    parts = [
        spec.definition,
        *(
            f"{name}: {text}"
            for name, text in zip(_TEXTS, (spec.include, spec.exclude, spec.example), strict=True)
            if text
        ),
        "Keywords: " + "; ".join(spec.keywords) if spec.keywords else "",
    ]
    return "\n\n".join(part for part in parts if part)
