"""REFI-QDA that we write, by the standard's schema and the rules that a schema can't say (validate_refi.py)."""

import argparse
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from benchmarks.external.ground import SHARED, Checked, Sample, SkippedError, samples
from coder.exchange import Program, export_project
from coder.exports import ExportKind, export
from coder.formats.refi.from_survey import Per
from coder.store.project import open_project

VALIDATOR = SHARED / "tools" / "validate_refi.py"

_LINE_ENDS = {"NOTE": "line ends are CRLF, which this program wants"}
BY_NATURE: Mapping[Program | None, Mapping[str, str]] = {
    Program.NVIVO: _LINE_ENDS
    | {"outside text of": "positions count UTF-16 units and both characters of a line end, the validator code points"},
    Program.MAXQDA: _LINE_ENDS,
    Program.QUALCODER: {"duplicate guids": "the id of a case is the id of a code, too: that is what keeps case_text"},
}


def check(_: argparse.Namespace) -> Checked:
    if not VALIDATOR.is_file():
        raise SkippedError(f"{VALIDATOR} is not there")
    done = Checked("refi")
    with samples() as (folder, made):
        for sample in made:
            for program in (None, *Program):
                for per in Per:
                    _project(done, folder, sample, program, per)
            path = folder / f"{sample.name}.qdc"
            with open_project(sample.path) as opened:
                export(ExportKind.CODEBOOK, opened, path)
            _judge(done, f"{sample.name}: codebook", path, {})
    return done


def _project(done: Checked, folder: Path, sample: Sample, program: Program | None, per: Per) -> None:
    path = folder / f"{sample.name}-{program}-{per}.qdpx"
    with open_project(sample.path) as opened:
        export_project(opened, path, program=program, per=per)
    what = f"{sample.name}, per {per.value}, " + (f"--for {program.value}" if program else "default")
    _judge(done, what, path, BY_NATURE.get(program, {}))


def _judge(done: Checked, what: str, path: Path, natural: Mapping[str, str]) -> None:
    said = subprocess.run(
        [sys.executable, str(VALIDATOR), str(path)], capture_output=True, text=True, check=False, timeout=300
    )
    lines = [line.strip() for line in said.stdout.splitlines()[1:]]
    if said.returncode not in (0, 1) or not said.stdout:
        done.found.append(f"{what}: the validator itself fails: {said.stderr.strip()[-200:]}")
        return
    wrong = lines
    for sign, why in natural.items():
        of_nature = [line for line in wrong if sign in line]
        wrong = [line for line in wrong if sign not in line]
        if of_nature:
            done.expected.append(f"{what}: {len(of_nature)} × ‘{sign}’: {why}")
    if wrong:
        done.found += [f"{what}: {line}" for line in wrong]
    else:
        done.held.append(f"{what}: nothing found")
