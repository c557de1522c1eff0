"""Highlights as JSON Lines for programs that label texts or learn from them, each in the form that it reads."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
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


def annotation_lines(survey: CodedSurvey, reader: Reader) -> Iterator[str]:
    """A line for each response that is not empty: its text, the highlights under themes, the themes of the whole.

    A theme's label is its path. Several coders' highlights stand together, each once.
    """
    labels = [PATH_SEPARATOR.join(theme.path) for theme in survey.themes]
    form = _FORMS[reader]
    for response in survey.responses:
        if response.text:
            question = survey.questions[response.question]
            meta = {"participant": response.participant, "question": question.key, "part": response.part}
            if question.wave:
                meta["wave"] = question.wave
            yield json.dumps(form(response, labels, meta), ensure_ascii=False) + "\n"


def _spans(response: CodedResponse, labels: Sequence[str]) -> list[tuple[int, int, str]]:
    """Where each theme is highlighted."""
    return sorted({(s.start, s.end, labels[given.theme]) for given in response.themes for s in given.spans})


def _themes(response: CodedResponse, labels: Sequence[str]) -> list[str]:
    """The themes of the response, in the codebook's order."""
    return [labels[at] for at in sorted({given.theme for given in response.themes})]


def _spacy(response: CodedResponse, labels: Sequence[str], meta: Mapping[str, Any]) -> dict[str, Any]:
    """For `doc.spans` (highlights may overlap, which `doc.ents` can't) and `doc.cats`."""
    spans = [{"start": start, "end": end, "label": label} for start, end, label in _spans(response, labels)]
    had = set(_themes(response, labels))
    return {
        "text": response.text,
        "spans": {"sc": spans},
        # What nobody has read to the end says nothing of themes that it was not given.
        "cats": {label: float(label in had) for label in labels if label in had or response.reviewed},
        "meta": meta,
    }


def _prodigy(response: CodedResponse, labels: Sequence[str], meta: Mapping[str, Any]) -> dict[str, Any]:
    spans = [{"start": start, "end": end, "label": label} for start, end, label in _spans(response, labels)]
    options = [{"id": label, "text": label} for label in labels]
    return {
        "text": response.text,
        "spans": spans,
        "options": options,
        "accept": _themes(response, labels),
        "answer": "accept" if response.themes or response.reviewed else "ignore",
        "meta": meta,
    }


def _doccano(response: CodedResponse, labels: Sequence[str], meta: Mapping[str, Any]) -> dict[str, Any]:
    place = _UTF16.positions(response.text)
    spans = [[place(start), place(end), label] for start, end, label in _spans(response, labels)]
    return {"text": response.text, "label": spans, "cats": _themes(response, labels), "meta": meta}


def _label_studio(response: CodedResponse, labels: Sequence[str], meta: Mapping[str, Any]) -> dict[str, Any]:
    results: list[dict[str, Any]] = [
        {
            "from_name": "label",
            "to_name": "text",
            "type": "labels",
            "value": {"start": start, "end": end, "text": response.text[start:end], "labels": [label]},
        }
        for start, end, label in _spans(response, labels)
    ]
    if themes := _themes(response, labels):
        results.append({"from_name": "themes", "to_name": "text", "type": "choices", "value": {"choices": themes}})
    return {"data": {"text": response.text, **meta}, "annotations": [{"result": results}]}


_FORMS: Mapping[Reader, Callable[[CodedResponse, Sequence[str], Mapping[str, Any]], dict[str, Any]]] = {
    Reader.SPACY: _spacy,
    Reader.PRODIGY: _prodigy,
    Reader.DOCCANO: _doccano,
    Reader.LABEL_STUDIO: _label_studio,
}
