"""coder export: tables out of a project, and the whole of it for other programs."""

from pathlib import Path

import click

from coder.cli import options
from coder.cli.output import result, result_json, say
from coder.cli.quotes import say_risks
from coder.domain.wording import counted

_KINDS = ("tally", "codings", "matrix", "codebook", "quotes", "responses", "memos", "annotations", "project")
_QDA = ("nvivo", "maxqda", "qualcoder")
_TAGS = ("taguette",)
_LABELLING = ("spacy", "prodigy", "doccano", "label-studio")
_PROGRAMS = {"project": _QDA, "annotations": _LABELLING, "codebook": _TAGS}
_UNITS = {"project": "document", "annotations": "response", "codebook": "theme"}


@click.command("export")
@click.argument("kind", type=click.Choice(_KINDS))
@options.project
@options.source
@click.option("--raw", is_flag=True, help="For programs: CSV without BOM, cells that look like formulas as they are.")
@click.option("--pseudonyms", is_flag=True, help="P01, P02, … instead of the survey's own ids.")
@click.option("--attributes", metavar="A,B", default="", help="Columns with these attributes of the participants.")
@options.fewest
@click.option(
    "--for",
    "program",
    type=click.Choice((*_QDA, *_TAGS, *_LABELLING)),
    help="The program that a project, a codebook or annotations are for.",
)
@click.option("--per", type=click.Choice(("response", "participant")), help="What one document of a project is.")
@options.as_json
def exporting(
    kind: str,
    project: Path,
    file: Path,
    raw: bool,
    pseudonyms: bool,
    attributes: str,
    fewest: int,
    program: str | None,
    per: str | None,
    as_json: bool,
) -> None:
    """Write the tally, codings, matrix, quotes, responses, memos or codebook of a project, or all of it, to FILE.

    FILE is a .csv, .xlsx, .parquet or .sav (SPSS); beside codings, responses and matrix goes a data dictionary. A
    codebook may be a .yaml or a .qdc, too, or a .csv --for taguette. A project is a REFI-QDA .qdpx, which NVivo,
    MAXQDA, ATLAS.ti and QualCoder read: a document for each response, or for each participant. Annotations are
    highlights and themes as .jsonl (Label Studio: .json) for programs that label texts. Masked words are ▇ in all of
    them.

    CSV is made for spreadsheets: a cell that would run as a formula gets a ' in front, which our own imports take
    away again. --raw leaves it out.

    For others to read: --pseudonyms (codings, quotes, responses, matrix, project) and --attributes (codings, quotes,
    responses; a project has them all). What could tell who somebody is, is said then.
    """
    from coder.exports import ATTRIBUTED, PSEUDONYMOUS, ExportKind, Showing, export
    from coder.store.project import open_project

    programs = _PROGRAMS.get(kind, ())
    if program and program not in programs:
        elsewhere = f"--for is for {', '.join(_PROGRAMS)}: a file of {kind} is the same for every program."
        raise click.UsageError(f"--for takes {' or '.join(programs)} here." if programs else elsewhere)
    if per and kind != "project":
        raise click.UsageError("--per says what one document of a project is: it is for project alone.")
    if kind == "annotations" and program is None:
        raise click.UsageError(f"Say for which program: --for {'|'.join(_LABELLING)}.")
    shown = options.names(attributes)
    for option, given, kinds in (("--pseudonyms", pseudonyms, PSEUDONYMOUS), ("--attributes", shown, ATTRIBUTED)):
        if given and kind not in kinds and (kind, option) != ("project", "--pseudonyms"):
            raise click.UsageError(f"{option} is for {', '.join(sorted(kinds))}: there are no such columns in {kind}.")
    with open_project(project) as opened:
        if kind == "project":
            from coder.exchange import Program, export_project
            from coder.formats.refi.from_survey import Per

            reader, unit = Program(program) if program else None, Per(per) if per else None
            done = export_project(opened, file, program=reader, per=unit, pseudonyms=pseudonyms, fewest=fewest)
        elif kind == "annotations":
            from coder.exports import export_annotations
            from coder.formats.annotations import Reader

            done = export_annotations(opened, file, Reader(program or ""))
        elif program:
            from coder.exports import export_tags

            done = export_tags(opened, file)
        else:
            showing = Showing(pseudonyms, shown, fewest)
            done = export(ExportKind(kind), opened, file, raw=raw, showing=showing)
    if as_json:
        risks = [risk.as_json() for risk in done.risks]
        written = {"file": str(done.path), "dictionary": str(done.dictionary) if done.dictionary else None}
        result_json({**written, "rows": done.rows, "notices": list(done.notices), "risks": risks})
        return
    for notice in done.notices:
        say(f"Note: {notice}")
    say_risks(done.risks)
    described = f"; what the columns are stands in {done.dictionary}" if done.dictionary else ""
    result(f"{done.path}: {counted(done.rows, _UNITS.get(kind, 'row'))}{described}.")
