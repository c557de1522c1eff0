"""PSPP reads the .sav files that we write: names, labels, values, what is missing, and sets of answers."""

import argparse
import csv
import shutil
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

from benchmarks.external.ground import Checked, Sample, SkippedError, run, samples
from coder.exports import ExportKind, dictionary_path, export
from coder.store.project import open_project

_LONGEST_LABEL = 255  # bytes
_VALUES = {"0": "read, not mentioned", "1": "mentioned", "9[a]": "not read for this theme, or no answer"}
_SYNTAX = "GET FILE='{file}'.\nDISPLAY DICTIONARY.\n{sets}LIST.\n"

Rows = Sequence[Sequence[str]]


def check(_: argparse.Namespace) -> Checked:
    if shutil.which("pspp") is None:
        raise SkippedError("there is no pspp here (Debian: apt-get install pspp)")
    done = Checked("pspp")
    with samples() as (folder, made):
        for sample in made:
            for kind in (ExportKind.MATRIX, ExportKind.CODINGS, ExportKind.RESPONSES):
                _compare(done, folder, sample, kind)
    return done


def _compare(done: Checked, folder: Path, sample: Sample, kind: ExportKind) -> None:
    """All that PSPP says of a .sav, and the same table as CSV with its data dictionary."""
    sav, plain = folder / f"{sample.name}-{kind}.sav", folder / f"{sample.name}-{kind}.csv"
    with open_project(sample.path) as opened:
        export(kind, opened, sav)
        export(kind, opened, plain, raw=True)
    fields = _csv(dictionary_path(plain))
    tables = _read(folder, sav, with_sets=kind is ExportKind.MATRIX)
    what = f"{sample.name}, {kind.value}"
    shown = {row["Name"]: row for row in _named(tables["Variables"])}
    done.equal(f"{what}: variables", Counter((n,) for n in shown), Counter((f["short_name"],) for f in fields))
    indicators = [f for f in fields if f["type"] == "indicator"]
    whole = {f["short_name"]: f["label"] for f in fields if len(f["label"].encode()) <= _LONGEST_LABEL}
    labels = Counter((name, row["Label"]) for name, row in shown.items() if name in whole)
    done.equal(f"{what}: labels", labels, Counter(whole.items()))
    for field in fields:
        label = shown[field["short_name"]]["Label"]
        theme = field["label"].removeprefix(f"{field['group']}: ")
        if field["short_name"] not in whole and len(theme.encode()) < 200 and not label.endswith(theme):
            done.found.append(f"{what}: the label of {field['short_name']} does not say which theme: {label[:40]}…")
    done.equal(
        f"{what}: missing values",
        Counter((name, row["Missing Values"]) for name, row in shown.items() if row.get("Missing Values")),
        Counter((f["short_name"], "9") for f in indicators),
    )
    if indicators:
        labelled = Counter(tuple(row[1:]) for row in tables["Value Labels"][1:] if len(row) == 3)
        truth = Counter({pair: len(indicators) for pair in _VALUES.items()})
        done.equal(f"{what}: value labels", labelled, truth)
        sets = Counter(
            (row["Counted Value"], *row["Member Variables"].split("\n"))
            for row in _named(tables["Multiple Response Sets"])
        )
        groups = dict.fromkeys(f["group"] for f in indicators)
        truth_sets = Counter(("1", *(f["short_name"] for f in indicators if f["group"] == group)) for group in groups)
        done.equal(f"{what}: multiple-response sets", sets, truth_sets)
    listed = Counter(tuple(cell.strip() for cell in row) for row in tables["Data List"][1:])
    done.equal(f"{what}: rows", listed, _truth(plain, fields))


def _truth(plain: Path, fields: Sequence[Mapping[str, str]]) -> "Counter[tuple[str, ...]]":
    """The rows as PSPP lists them: it leaves out white space around texts."""
    found: Counter[tuple[str, ...]] = Counter()
    for row in _csv(plain):
        cells = []
        for field in fields:
            cell = row[field["column"]]
            empty = {"indicator": "9", "whole number": ".", "number": "."}.get(field["type"], "")
            cells.append(cell.strip() if cell else empty)
        found[tuple(cells)] += 1
    return found


def _read(folder: Path, sav: Path, *, with_sets: bool) -> dict[str, Rows]:
    """The tables that PSPP prints of a file, by their names, with their headers."""
    syntax, printed = folder / "read.sps", folder / "read.csv"
    syntax.write_text(_SYNTAX.format(file=sav, sets="MRSETS /DISPLAY NAME=ALL.\n" * with_sets), encoding="utf-8")
    run(["pspp", "-O", "format=csv", "-o", str(printed), str(syntax)], f"PSPP can't read {sav.name}", LC_ALL="C.UTF-8")
    tables: dict[str, list[list[str]]] = {}
    with printed.open(newline="", encoding="utf-8") as file:
        rows: list[list[str]] = []
        for row in csv.reader(file):
            if len(row) == 1 and row[0].startswith("Table: "):
                rows = tables.setdefault(row[0].removeprefix("Table: "), [])
            elif row and not row[0].startswith("Footnote: "):
                rows.append(row)
    return dict(tables)


def _named(rows: Rows) -> list[dict[str, str]]:
    return [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]


def _csv(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8-sig") as file:
        return list(csv.DictReader(file))
