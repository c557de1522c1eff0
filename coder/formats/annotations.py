"""Highlights and themes as JSON for programs that label texts or learn from them, each in the form that it reads."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from coder.domain.codebook import PATH_SEPARATOR
from coder.domain.exchange import CodedResponse, CodedSurvey
from coder.formats.refi.write import Form

_UTF16 = Form(utf16=True)


class Reader(StrEnum):
    """A program, and with it the unit of its offsets: doccano counts UTF-16 units, the others code points."""

    SPACY = "spacy"
    PRODIGY = "prodigy"
    DOCCANO = "doccano"
    LABEL_STUDIO = "label-studio"

    @property
    def suffix(self) -> str:
        """How the name of its file ends: Label Studio takes one JSON list, the others a line for each text."""
        return ".json" if self is Reader.LABEL_STUDIO else ".jsonl"


@dataclass(frozen=True, slots=True)
class Annotated:
    """A response with its highlights as (start, end, label), the labels that it has, and those that could be there.

    A theme's label is its path. A response that has a theme has those above it. `complete` says that it was read to the
    end under all themes of its question; else what it lacks is not known.
    """

    text: str
    spans: tuple[tuple[int, int, str], ...]
    labels: tuple[str, ...]
    choices: tuple[str, ...]
    complete: bool
    meta: Mapping[str, str | int | bool]


def annotated(survey: CodedSurvey) -> list[Annotated]:
    """The responses that are not empty. Several coders' highlights stand together, each once."""
    paths = [theme.path for theme in survey.themes]
    labels = [PATH_SEPARATOR.join(path) for path in paths]
    places = {path: at for at, path in enumerate(paths)}
    above = [{places[path[:n]] for n in range(1, len(path) + 1)} for path in paths]
    serving: dict[str, set[int]] = {}
    for asked in survey.questions:
        own = (at for at, theme in enumerate(survey.themes) if not theme.questions or asked.key in theme.questions)
        serving[asked.key] = set().union(*(above[at] for at in own))

    read_from = survey.read_from()

    def named(themes: set[int]) -> tuple[str, ...]:
        return tuple(labels[at] for at in sorted(themes))

    def made(response: CodedResponse) -> Annotated:
        asked = survey.questions[response.question]
        had = set().union(*(above[given.theme] for given in response.themes))
        spans = {(s.start, s.end, labels[given.theme]) for given in response.themes for s in given.spans}
        meta: dict[str, str | int | bool] = {"participant": response.participant, "question": asked.key}
        complete = any(revision >= read_from[response.question] for _, revision in response.reviewed)
        meta |= {"part": response.part, "complete": complete}
        if asked.wave:
            meta["wave"] = asked.wave
        choices = named(had | serving[asked.key])
        return Annotated(response.text, tuple(sorted(spans)), named(had), choices, complete, meta)

    return [made(response) for response in survey.responses if response.text]


def annotation_file(responses: list[Annotated], reader: Reader) -> str:
    """What a program reads of these: a line for each, or one list of all."""
    # doccano guesses the encoding, and takes UTF-8 for Windows-1252 where few characters are not ASCII.
    is_ascii = reader is Reader.DOCCANO
    lines = [json.dumps(_FORMS[reader](response), ensure_ascii=is_ascii) for response in responses]
    if reader is Reader.LABEL_STUDIO:
        return "[\n" + ",\n".join(lines) + "\n]\n"
    return "".join(f"{line}\n" for line in lines)


def _spans(response: Annotated) -> list[dict[str, Any]]:
    return [{"start": start, "end": end, "label": label} for start, end, label in response.spans]


def _spacy(response: Annotated) -> dict[str, Any]:
    """For `doc.spans` (highlights may overlap, which `doc.ents` can't) and `doc.cats`, where what is absent is not
    known."""
    known = response.choices if response.complete else response.labels
    cats = {label: float(label in response.labels) for label in known}
    return {"text": response.text, "spans": {"sc": _spans(response)}, "cats": cats, "meta": response.meta}


def _prodigy(response: Annotated) -> dict[str, Any]:
    """Options that are not accepted are learnt as absent, and so are spans that are not there: what was not read to
    the end is no example."""
    return {
        "text": response.text,
        "spans": _spans(response),
        "options": [{"id": label, "text": label} for label in response.choices],
        "accept": response.labels,
        "answer": "accept" if response.complete else "ignore",
        "meta": response.meta,
    }


def _doccano(response: Annotated) -> dict[str, Any]:
    place = _UTF16.positions(response.text)
    spans = [[place(start), place(end), label] for start, end, label in response.spans]
    return {"text": response.text, "label": spans, "cats": response.labels, "meta": response.meta}


def _label_studio(response: Annotated) -> dict[str, Any]:
    """An annotation is a task that is done; what was not read to the end is shown to whoever does it."""
    results: list[dict[str, Any]] = [
        {
            "id": f"highlight{number}",
            "from_name": "label",
            "to_name": "text",
            "type": "labels",
            "value": {"start": start, "end": end, "text": response.text[start:end], "labels": [label]},
        }
        for number, (start, end, label) in enumerate(response.spans, 1)
    ]
    if response.labels:
        choices = {"from_name": "themes", "to_name": "text", "type": "choices", "value": {"choices": response.labels}}
        results.append({"id": "themes", **choices})
    task: dict[str, Any] = {"data": {"text": response.text, **response.meta}}
    if response.complete or results:
        task["annotations" if response.complete else "predictions"] = [{"result": results}]
    return task


_FORMS: Mapping[Reader, Callable[[Annotated], dict[str, Any]]] = {
    Reader.SPACY: _spacy,
    Reader.PRODIGY: _prodigy,
    Reader.DOCCANO: _doccano,
    Reader.LABEL_STUDIO: _label_studio,
}
