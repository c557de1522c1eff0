"""QualCoder's own importer reads the .qdpx files that we write: every coded text, case and attribute beside the truth.

QualCoder is no package that pip installs: --qualcoder names a source tree of it, as many as wanted.
"""

import argparse
import json
import shutil
from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from benchmarks.external.ground import (
    Checked,
    Sample,
    SkippedError,
    coded_texts,
    environment,
    reviews,
    run,
    samples,
    survey_of,
)
from coder.domain.coding import Span
from coder.domain.exchange import CodedSurvey
from coder.exchange import Program, export_project, import_project
from coder.formats.refi.from_survey import Per, SurveyWriter
from coder.formats.refi.labels import read_facts, theme_words
from coder.formats.refi.write import legal
from coder.store.project import open_project

_PACKAGES = ("PyQt6>=6.5", "Pillow", "pymupdf")
_DRIVER = Path(__file__).with_name("in_qualcoder.py")

Texts = Counter[tuple[str, ...]]


def check(asked: argparse.Namespace) -> Checked:
    folders = [folder for folder in asked.qualcoder if (folder / "src" / "qualcoder" / "refi.py").is_file()]
    if not folders:
        raise SkippedError(
            "say where QualCoder's source is: --qualcoder FOLDER, of https://github.com/ccbogel/QualCoder "
            "(a checkout of a version, with src/qualcoder/refi.py)"
        )
    python = environment("qualcoder", _PACKAGES)
    done = Checked("qualcoder")
    with samples() as (folder, made):
        for sample in made:
            for program in (None, Program.QUALCODER):
                for per in Per:
                    path = folder / f"{sample.name}-{program}-{per}.qdpx"
                    with open_project(sample.path) as opened:
                        export_project(opened, path, program=program, per=per)
                    for source in folders:
                        target = folder / f"{path.stem}-{source.resolve().name}.qda"
                        command = [str(python), str(_DRIVER), str(source), str(path), str(target)]
                        printed = run(command, f"{source}: the importer can't be driven")
                        what = f"{source.resolve().name}, {sample.name}, per {per.value}, for {program or 'all'}"
                        _compare(done, what, sample, _Imported(json.loads(printed)), program)
                        _come_back(done, what, sample, target)
    return done


def _come_back(done: Checked, what: str, sample: Sample, folder: Path) -> None:
    """QualCoder's project is the project that it was made of: nothing new there, and the same as one of its own."""
    again = folder.with_suffix(".coder")
    shutil.copy(sample.path, again)
    came = import_project(folder, again, coder_name="Me")
    (done.found if came.changed else done.held).append(f"{what}: back into the same project: {came.counts}")
    again.unlink()
    import_project(folder, again, coder_name="Me")
    made = survey_of(again)
    place = {id(r): (r.participant, str(r.question), str(r.part)) for s in (made, sample.survey) for r in s.responses}
    one, other = (coded_texts(survey, lambda r: place[id(r)]) for survey in (made, sample.survey))
    done.equal(f"{what}: as a project of its own: coded texts", one, other)
    done.equal(f"{what}: as a project of its own: who read what", reviews(made), reviews(sample.survey))


def _compare(done: Checked, what: str, sample: Sample, got: "_Imported", program: Program | None) -> None:
    survey = sample.survey
    place = {id(r): (r.participant, str(r.question), str(r.part)) for r in survey.responses}
    truth = coded_texts(survey, lambda r: place[id(r)])
    done.equal(f"{what}: coded texts", got.coded("seltext"), truth)
    done.equal(f"{what}: coded texts by their places", got.coded("places"), truth)
    done.equal(f"{what}: highlights without a theme", got.annotated(), _bare(survey))
    texts = Counter((*map(legal, place[id(r)]), legal(r.text)) for r in survey.responses if r.text)
    done.equal(f"{what}: texts of the responses", got.texts(), texts)
    words = Counter((" > ".join(map(legal, t.path)), legal(theme_words(t))) for t in survey.themes)
    done.equal(f"{what}: descriptions of the themes", got.descriptions(), words)
    asked = SurveyWriter(survey, "coder", per=got.per).project()
    whose = {source.guid: read_facts(source.description)[1]["participant"] for source in asked.sources}
    sets = Counter((legal(one.name), legal(whose[guid])) for one in asked.sets for guid in one.sources)
    done.equal(f"{what}: questions as attributes of files", got.sets(), sets)
    facts = Counter(
        (legal(who), "attribute", legal(key), legal(value))
        for who, known in survey.participants.items()
        for key, value in known.items()
    ) + Counter((legal(who), str(q), legal(option), legal(value)) for who, q, option, value in survey.answers)
    done.equal(
        f"{what}: cases",
        Counter((legal(c),) for c in got.cases.values()),
        Counter((legal(w),) for w in survey.participants),
    )
    done.equal(f"{what}: attributes of the cases", got.attributes(), facts)
    spoken = Counter((legal(r.participant), legal(r.text)) for r in survey.responses if r.text)
    if program is Program.QUALCODER:
        done.equal(f"{what}: whose text it is", got.case_texts(), spoken)
    elif not got.case_texts():
        done.expected.append(
            f"{what}: no text belongs to a case: QualCoder drops these links unless it is --for qualcoder"
        )
    for line in got.raw["said"]:
        if any(sign in line for sign in ("Error", "error", "Cannot", "Duplicated", "duplicated", "exists")):
            done.expected.append(f"{what}: it says: {' '.join(line.split())[:160]}")


def _bare(survey: CodedSurvey) -> Texts:
    found: Texts = Counter()
    for r in survey.responses:
        coded = {(given.coder, span) for given in r.themes for span in given.spans}
        for coder, span in r.highlights:
            if (coder, span) not in coded:
                found[legal(coder), legal(r.participant), str(r.question), str(r.part), legal(span.of(r.text))] += 1
    return found


@dataclass(frozen=True)
class _Imported:
    """What QualCoder has in its tables, named as we name it: by the memos, which are our descriptions."""

    raw: dict[str, list[Any]]

    @cached_property
    def themes(self) -> dict[int, str]:
        """The path of each code, by what stands above it: codes (newer versions) or categories (older ones)."""
        categories = {row[0]: row[1:] for row in self.raw["categories"]}
        codes = {row[0]: row[1:] for row in self.raw["codes"]}

        def category(number: int | None) -> tuple[str, ...]:
            if number is None:
                return ()
            name, memo, above = categories[number]
            return (*category(above), _own(name, memo))

        def code(number: int) -> tuple[str, ...]:
            name, memo, above, above_code = codes[number]
            if above_code is not None:
                return (*code(above_code), _own(name, memo))
            # A theme with others below it is a category and, for its own codings, a code of the same name in it.
            if above is not None and categories[above][0] == name:
                return category(above)
            return (*category(above), _own(name, memo))

        return {number: " > ".join(code(number)) for number in codes}

    @cached_property
    def cases(self) -> dict[int, str]:
        return {number: str(_facts(memo).get("participant", name)) for number, name, memo in self.raw["cases"]}

    @cached_property
    def sources(self) -> dict[int, tuple[str, str, list[dict[str, Any]]]]:
        """Each source's text and its responses: whose, to which question, from where to where."""
        found = {}
        for number, _, memo, text in self.raw["sources"]:
            facts = _facts(memo)
            responses = facts.get("responses") or [facts | {"start": 0, "end": len(text)}]
            found[number] = (text, str(facts["participant"]), responses)
        return found

    def _place(self, source: int, start: int, end: int) -> tuple[str, str, str]:
        _, who, responses = self.sources[source]
        for r in responses:
            if r["start"] <= start and end <= r["end"]:
                return legal(who), str(r["question"]), str(r["part"])
        return legal(who), "?", "?"

    def coded(self, by: str) -> Texts:
        return Counter(
            (
                self.themes.get(code, "?"),
                owner,
                *self._place(source, start, end),
                words if by == "seltext" else self.sources[source][0][start:end],
            )
            for code, source, owner, words, start, end in self.raw["codings"]
        )

    def annotated(self) -> Texts:
        return Counter(
            (owner, *self._place(source, start, end), Span(start, end).of(self.sources[source][0]))
            for source, owner, start, end in self.raw["annotations"]
        )

    def texts(self) -> Texts:
        return Counter(
            (*self._place(source, r["start"], r["end"]), text[r["start"] : r["end"]])
            for source, (text, _, responses) in self.sources.items()
            for r in responses
        )

    @property
    def per(self) -> Per:
        return Per.PARTICIPANT if any("responses" in _facts(row[2]) for row in self.raw["sources"]) else Per.RESPONSE

    def descriptions(self) -> Texts:
        return Counter((self.themes[row[0]], read_facts(row[2] or "")[0]) for row in self.raw["codes"])

    def sets(self) -> Texts:
        """By the sets of our file, which are attributes of sources here: whose each of their sources is."""
        return Counter(
            (name, legal(self.sources[number][1]))
            for name, kind, number, value in self.raw["attributes"]
            if kind == "file" and value == name
        )

    def attributes(self) -> Texts:
        kinds = {}
        for name, memo, _ in self.raw["attribute_types"]:
            facts = _facts(memo)
            question = str(facts["question"]) if "question" in facts else "attribute"
            kinds[name] = (question, str(facts.get("option", facts.get("attribute", ""))))
        return Counter(
            (legal(self.cases[number]), *map(legal, kinds[name]), value or "")
            for name, kind, number, value in self.raw["attributes"]
            if kind == "case"
        )

    def case_texts(self) -> Texts:
        """Of each case, the responses in the stretches that are its own."""
        return Counter(
            (legal(self.cases[case]), self.sources[source][0][r["start"] : r["end"]])
            for case, source, start, end in self.raw["case_text"]
            for r in self.sources[source][2]
            if start <= r["start"] and r["end"] <= end
        )


def _facts(memo: str | None) -> dict[str, Any]:
    return read_facts(memo or "")[1]


def _own(name: str, memo: str | None) -> str:
    return legal(str(_facts(memo).get("name", name)))
