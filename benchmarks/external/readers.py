"""Python libraries read what we write: pyrefiqda and qualitative-coding .qdpx, spaCy its JSON Lines, pandas Parquet."""

import argparse
import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks.external.ground import Checked, Sample, SkippedError, coded_texts, environment, run, samples
from coder.domain.exchange import CodedResponse
from coder.exchange import export_project
from coder.exports import ExportKind, export, export_annotations
from coder.formats.annotations import Reader
from coder.formats.refi.from_survey import Per, SurveyWriter
from coder.formats.refi.labels import read_facts
from coder.formats.refi.write import legal
from coder.store.project import open_project

_DRIVER = Path(__file__).with_name("in_reader.py")
Place = Callable[[CodedResponse], tuple[str, ...]]


def check(_: argparse.Namespace) -> Checked:
    done = Checked("readers")
    with samples() as (folder, made):
        for sample in made:
            for one in (_pyrefiqda, _qualitative_coding, _spacy, _pandas):
                try:
                    one(done, folder, sample)
                except SkippedError as reason:
                    done.expected.append(f"{sample.name}: {one.__name__.strip('_')} skipped: {reason}")
    return done


def _read(name: str, package: str, path: Path) -> list[Any]:
    python = environment(package, [package])
    command = [str(python), str(_DRIVER), name, str(path), str(path.with_suffix(f".{name}"))]
    found: list[Any] = json.loads(run(command, f"{package} can't read {path.name}").splitlines()[-1])
    return found


def _place(response: CodedResponse) -> tuple[str, ...]:
    return response.participant, str(response.question), str(response.part)


def _themes(sample: Sample) -> dict[str, str]:
    """The path of each theme by what its code is called in the file."""
    codes, _ = SurveyWriter(sample.survey, "coder").codebook()
    paths = (" > ".join(map(legal, theme.path)) for theme in sample.survey.themes)
    return {code.name: path for code, path in zip(codes, paths, strict=True)}


def _pyrefiqda(done: Checked, folder: Path, sample: Sample) -> None:
    themes = _themes(sample)
    for per in Per:
        path = folder / f"{sample.name}-{per}.qdpx"
        with open_project(sample.path) as opened:
            export_project(opened, path, per=per)
        found: Counter[tuple[str, ...]] = Counter()
        for code, coder, description, start, words in _read("pyrefiqda", "pyrefiqda", path):
            facts = read_facts(description)[1]
            here = [r for r in facts.get("responses", [facts]) if r.get("start", 0) <= start]
            place = (legal(facts["participant"]), str(here[-1]["question"]), str(here[-1]["part"]))
            found[themes[code], coder, *place, words] += 1
        what = f"pyrefiqda, {sample.name}, per {per.value}: coded texts"
        done.equal(what, found, coded_texts(sample.survey, _place))


def _qualitative_coding(done: Checked, folder: Path, sample: Sample) -> None:
    """It codes lines, and its release takes every place for the first line: what can be compared is the document."""
    if sample.name != "sample":
        raise SkippedError("it makes files of the names of sources, and cuts these at a dot")
    path = folder / f"{sample.name}-qc.qdpx"
    with open_project(sample.path) as opened:
        export_project(opened, path)
    themes = _themes(sample)
    written = SurveyWriter(sample.survey, "coder").project()
    responses = {source.name: read_facts(source.description)[1] for source in written.sources}
    found: Counter[tuple[str, ...]] = Counter()
    for code, coder, document in {tuple(row) for row in _read("qc", "qualitative-coding", path)}:
        facts = responses[document.removesuffix(".txt")]
        found[themes[code], coder, facts["participant"], str(facts["question"]), str(facts["part"])] += 1
    truth = {key[:-1] for key in coded_texts(sample.survey, _place)}
    done.equal(f"qualitative-coding, {sample.name}: themes of each response by coder", found, Counter(truth))


def _spacy(done: Checked, folder: Path, sample: Sample) -> None:
    import spacy
    from spacy.tokens import SpanGroup

    path = folder / f"{sample.name}.jsonl"
    with open_project(sample.path) as opened:
        export_annotations(opened, path, Reader.SPACY)
    nlp = spacy.blank("xx")
    found: Counter[tuple[str, ...]] = Counter()
    within = 0
    for line in path.read_text(encoding="utf-8").split("\n")[:-1]:
        row = json.loads(line)
        doc = nlp.make_doc(row["text"])
        given = row["spans"]["sc"]
        exact = [doc.char_span(s["start"], s["end"], label=s["label"]) for s in given]
        doc.spans["sc"] = SpanGroup(doc, spans=[span for span in exact if span is not None])
        shown = iter(doc.spans["sc"])
        for one, span in zip(given, exact, strict=True):
            words = next(shown).text if span is not None else doc.text[one["start"] : one["end"]]
            within += span is None
            found[one["label"], row["meta"]["participant"], row["meta"]["question"], words] += 1
    if within:
        done.expected.append(f"spaCy, {sample.name}: {within} highlights begin or end within a token: compared as text")
    truth = {
        (
            " > ".join(sample.survey.themes[given.theme].path),
            r.participant,
            sample.survey.questions[r.question].key,
            span,
        )
        for r in sample.survey.responses
        for given in r.themes
        for span in given.spans
    }
    texts = {(r.participant, sample.survey.questions[r.question].key): r.text for r in sample.survey.responses}
    words = Counter((theme, who, asked, span.of(texts[who, asked])) for theme, who, asked, span in truth)
    done.equal(f"spaCy, {sample.name}: doc.spans", found, words)


def _pandas(done: Checked, folder: Path, sample: Sample) -> None:
    import pandas as pd

    path = folder / f"{sample.name}.parquet"
    with open_project(sample.path) as opened:
        export(ExportKind.CODINGS, opened, path)
    frame = pd.read_parquet(path)
    keys = [question.key for question in sample.survey.questions]
    waves = [question.wave for question in sample.survey.questions]
    found: Counter[tuple[str, ...]] = Counter()
    for row in frame.to_dict("records"):
        place = (row["participant_id"], row["question"], row.get("wave") or "")
        found[row["path"], row["coder"], *place, row["text"]] += 1
    truth: Counter[tuple[str, ...]] = Counter()
    for r in sample.survey.responses:
        for given in r.themes:
            path_of = " > ".join(sample.survey.themes[given.theme].path)
            for text in [span.of(r.text) for span in given.spans] or [r.text]:
                truth[path_of, given.coder, r.participant, keys[r.question], waves[r.question], text] += 1
    done.equal(f"pandas, {sample.name}: codings.parquet", found, truth)
