"""coder import: survey, codebook, attributes, codings, project."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from coder.cli import options
from coder.cli.output import columns, fitting, progress, prose, result, result_json, say, width
from coder.domain.wording import counted

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from coder.domain.differences import ChangedText, Differences
    from coder.formats.survey.plan import ColumnPlan
    from coder.imports import Imported, SurveyRequest

_MOST_CHANGED = 20  # texts that differ, on a terminal
_MOST_PIECES = 40  # of one of them


@click.group("import")
def importing() -> None:
    """Take in a survey, a codebook, codings, attributes or a whole project."""


@importing.command(short_help="A survey export becomes a project, or is added to one.")
@options.source
@click.argument("project", type=options.PATH, required=False)
@click.option(
    "--id", "id_column", metavar="COLUMN", help="The column that tells participants apart; - numbers the rows."
)
@click.option("--open", multiple=True, metavar="COLUMN", help="An open question.")
@click.option("--rating", multiple=True, metavar="COLUMN", help="A rating question.")
@click.option("--choice", multiple=True, metavar="COLUMN", help="A single-choice question.")
@click.option("--multi", multiple=True, metavar="COLUMN", help="A question with several choices.")
@click.option("--attribute", multiple=True, metavar="COLUMN", help="A fact about the participant.")
@click.option("--ignore", multiple=True, metavar="COLUMN", help="Leave this column out.")
@click.option(
    "--placeholder", multiple=True, metavar="TEXT", help="A cell that stands for no answer (besides n/a and ---)."
)
@click.option("--wave", multiple=True, metavar="NAME[=COLUMN]", help="The wave of the whole file, or of one column.")
@click.option(
    "--leave-out",
    multiple=True,
    type=click.Choice(("previews", "unfinished", "spam", "nothing")),
    help="Rows that are no full answers, where the platform marks them. [default: previews]",
)
@click.option("--sheet", metavar="NAME", help="The sheet of a workbook.")
@click.option("--plan", "plan_file", type=options.PATH, metavar="FILE", help="Read the column plan from this YAML.")
@click.option("--plan-only", is_flag=True, help="Write the plan (to --plan FILE, else to stdout) and import nothing.")
@click.option("--dry-run", is_flag=True, help="Say what the import would do, and change nothing.")
@click.option("--language", default="", metavar="CODE", help="The language of the answers, e.g. en, de, pt.")
@options.encoding
@options.coder
@options.as_json
def survey(
    file: Path, project: Path | None, plan_only: bool, plan_file: Path | None, dry_run: bool, **given: Any
) -> None:
    """Make a project of a survey export (CSV, TSV, XLSX, ODS, SPSS, Parquet, JSON Lines), or add it to a project.

    COLUMN is a header, the code that begins it (Q20 for `[Q20] Please tell us`), or its number. What the columns
    are is guessed and shown; the options change it, or --plan-only writes it down to be edited.

    Importing the same file again changes nothing. A newer export adds what is new; a text that differs is listed with
    its difference, and the old coding stays with the old text; who is not in the file any more is named, and stays.
    --dry-run shows all that beforehand.
    """
    from coder.imports import import_survey, plan_survey, rehearse_survey

    request = _request(given, "" if plan_only or plan_file is None else _read_plan(plan_file))
    if plan_only:
        _write_plan(plan_survey(file, request, project)[1], plan_file)
        return
    if project is None:
        raise click.UsageError("Missing argument 'PROJECT'.")
    with progress(f"{'Reading' if dry_run else 'Importing'} {file.name}", "rows", _lines(file)) as shown:
        if dry_run:
            plan, done = rehearse_survey(file, project, request, progress=shown)
        else:
            name = options.acting(given["coder_name"], project)
            plan, done = import_survey(file, project, request, coder_name=name, progress=shown)
    if given["as_json"]:
        found = _differences(done.differences)
        columns_of = [_column(c) for c in plan.columns]
        result_json(
            {**_json(done), "dry_run": dry_run, "differences": found, "columns": columns_of, "platform": plan.platform}
        )
        return
    _show_plan(plan)
    _show(done)
    _show_changed(done.differences.changed)
    if done.changed and done.counts["unchanged"] + done.counts["changed"]:
        c = done.counts
        result(f"Of the responses that were there {c['unchanged']} have the same text, {c['changed']} another one.")
    if done.changed:
        c = done.counts
        for line in prose(
            f"{counted(c['participants'], 'new participant')}; {counted(c['responses'], 'new response')}: in this file "
            f"{c['answered']:,} answered, {c['blank']:,} blank, {counted(c['placeholder'], 'placeholder')}."
        ):
            result(line)
        if dry_run:
            say("This is what the import would do. Nothing was changed; leave out --dry-run to import.")
        elif c["unchanged"] + c["changed"]:
            say(f"Next: coder {done.project}")
        else:
            say(f"Next: coder import codebook FILE {done.project}   or   coder {done.project}")


def _show_changed(changed: "Sequence[ChangedText]") -> None:
    """The first texts that differ, those that were coded before others, as [-what is gone-] and {+what is new+}."""
    from coder.domain.display import one_line, safe
    from coder.domain.rewording import Change, compare, shortened

    signs = {Change.SAME: "{}", Change.GONE: "[-{}-]", Change.NEW: "{{+{}+}}"}
    if changed:
        result("Texts that differ, [-gone-] and {+new+}:")
    for one in sorted(changed, key=lambda text: not text.coded)[:_MOST_CHANGED]:
        question = one_line(one.question, 60) + (f" ({one_line(one.wave, 20)})" if one.wave else "")
        coded = ", coded" if one.coded else ""
        result(f"  {one_line(one.participant, 40)}, {question}{coded}:")
        if one.withheld:
            result("    not shown: words that were masked are not in the new text")
        else:
            pieces = shortened(compare(one.old, one.new))[:_MOST_PIECES]
            text = "".join(signs[piece.change].format(safe(piece.text)) for piece in pieces)
            for line in prose(text, 4):
                result(line)
    if len(changed) > _MOST_CHANGED:
        result(f"  … and {len(changed) - _MOST_CHANGED:,} more; --json lists them all.")
    if changed:
        result()


def _differences(found: "Differences") -> dict[str, Any]:
    from dataclasses import asdict

    from coder.domain.rewording import compare, looks_alike

    changed = []
    for one in found.changed:
        shown = None if one.withheld else [[piece.change.value, piece.text] for piece in compare(one.old, one.new)]
        place = {"participant": one.participant, "question": one.question, "wave": one.wave, "part": one.part}
        facts = {"coded": one.coded, "answered": one.answered, "looks_alike": looks_alike(one.old, one.new)}
        changed.append({**place, **facts, "difference": shown})
    return {
        "changed": changed,
        "restated": [asdict(one) for one in found.restated],
        "absent": found.absent,
        "left_out": [{"participant": who, "question": q, "wave": wave} for who, q, wave in found.left_out],
        "near": [{"known": known, "new": given} for known, given in found.near],
        **{
            name: [{"participant": who, "of": what, "wave": wave} for who, what, wave in getattr(found, name)]
            for name in ("revised", "kept", "withdrawn")
        },
        "repeated": [asdict(one) for one in found.repeated],
        "reworded": [{"question": q, "wave": w, "before": was, "now": now} for q, w, was, now in found.reworded],
        "strangers": found.strangers,
    }


def _request(given: dict[str, Any], plan: str) -> "SurveyRequest":
    from coder.formats.survey.plan import PlanOptions
    from coder.formats.survey.rows import RowKind
    from coder.imports import SurveyRequest

    if "nothing" in given["leave_out"] and len(given["leave_out"]) > 1:
        raise click.UsageError("--leave-out nothing goes alone.")
    whole = [w for w in given["wave"] if "=" not in w]
    if len(whole) > 1:
        raise click.UsageError("--wave NAME is given once; --wave NAME=COLUMN as often as needed.")
    roles = {role: given[role] for role in ("open", "rating", "choice", "multi", "attribute", "ignore")}
    plan_options = PlanOptions(
        id=given["id_column"],
        placeholders=given["placeholder"],
        leave_out=[RowKind(k) for k in given["leave_out"] if k != "nothing"] if given["leave_out"] else None,
        wave=whole[0] if whole else "",
        waves={column: name for name, _, column in (w.partition("=") for w in given["wave"] if "=" in w)},
        **roles,
    )
    if plan and plan_options != PlanOptions():
        raise click.UsageError("--plan says it all; the options that name columns go without it.")
    return SurveyRequest(plan_options, plan, given["encoding"], given["sheet"], given["language"])


def _read_plan(path: Path) -> str:
    from coder.errors import InputError

    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is no UTF-8 text"
        raise InputError(f"The plan {path} can't be read: {reason}.") from None
    if not text.strip():
        raise InputError(f"The plan {path} is empty.", hint="--plan-only writes one.")
    return text


def _write_plan(plan: "ColumnPlan", path: Path | None) -> None:
    from coder.formats.survey.plan import dump_plan

    text = dump_plan(plan)
    if path is None:
        result(text.rstrip("\n"))
        return
    from coder.errors import RefusedError
    from coder.formats.tables import write_text

    if path.exists():
        raise RefusedError(
            f"{path} exists already; a plan is written to a new file.",
            hint=f"To import with it, leave out --plan-only: --plan {path}",
        )
    write_text(path, text)
    say(f"The plan is in {path}: edit it, then import with --plan {path}.")


def _lines(path: Path) -> int | None:
    """About how many rows there are, for the progress bar alone."""
    if path.suffix.lower() not in (".csv", ".tsv", ".txt", ".jsonl", ".ndjson") or not path.is_file():
        return None
    with path.open("rb") as file:
        return sum(block.count(b"\n") for block in iter(lambda: file.read(1 << 20), b""))


def _show_plan(plan: "ColumnPlan") -> None:
    from coder.domain.display import one_line

    waves = [one_line(column.wave, 20) for column in plan.columns]
    whole = min(width(), 160) - max(map(len, ["wave", *waves])) - 4 * len("  ")
    of_role = min(40, whole // 3)
    room = (whole - of_role) // 2
    rows = [("column", "is", "wave", "for example")]
    for column, wave in zip(plan.columns, waves, strict=True):
        examples = " | ".join(one_line(e, 30) for e in column.examples)
        more = {"ignore": column.why, "multi": column.option}.get(column.role.value, "")
        role = f"{column.role.value} ({more})" if more else column.role.value
        rows.append((fitting(column.asked, room), fitting(role, of_role), wave, fitting(examples, room)))
    for line in columns(rows):
        result(line)
    result()
    if plan.platform:
        result(f"The file looks like an export of {plan.platform}.")


def _column(column: Any) -> dict[str, str]:
    return {
        "header": column.header,
        "role": column.role.value,
        "key": column.key,
        "wave": column.wave,
        "why": column.why,
    }


@importing.command(short_help="Themes, with what defines them.")
@options.source
@options.project
@options.encoding
@options.coder
@options.as_json
def codebook(file: Path, project: Path, encoding: str | None, coder_name: str | None, as_json: bool) -> None:
    """Add a codebook's themes (YAML, CSV or XLSX with a column `theme`, or REFI-QDA .qdc) to a project."""
    from coder.imports import import_codebook

    done = import_codebook(file, project, coder_name=options.acting(coder_name, project), encoding=encoding)
    _report(done, as_json, f"{counted(done.counts['themes'], 'new theme')}, {done.counts['changed']:,} changed.")


@importing.command(short_help="Facts about the participants.")
@options.source
@options.project
@click.option("--known-only", is_flag=True, help="Leave out rows of participants that the project does not have.")
@options.encoding
@options.coder
@options.as_json
def attributes(file: Path, project: Path, known_only: bool, **given: Any) -> None:
    """Join facts about participants: a table with their ids and a column for each attribute."""
    from coder.imports import import_attributes

    name = options.acting(given["coder_name"], project)
    done = import_attributes(file, project, coder_name=name, known_only=known_only, encoding=given["encoding"])
    counts = done.counts
    _report(done, given["as_json"], f"{counts['values']} values of {counts['attributes']} attributes.")


@importing.command(short_help="Who mentioned what: highlights, or a matrix of participants and themes.")
@options.source
@options.project
@click.option("--create-themes", is_flag=True, help="Make the themes that the codebook does not have.")
@click.option(
    "--reviewed",
    type=options.PATH,
    metavar="FILE",
    help="The responses that were read, with or without a theme; or an export of responses.",
)
@click.option("--question", metavar="Q", default="", help="The question of a matrix whose columns do not name it.")
@options.encoding
@options.coder
@options.as_json
def codings(file: Path, project: Path, create_themes: bool, reviewed: Path | None, **given: Any) -> None:
    """Add codings: a table with participant_id, question, theme and, if you have them, coder, start, end; or a matrix
    with a row per participant and a column per theme, 1 = mentioned, 0 = read and not mentioned.

    The responses that it names count as reviewed, and those that --reviewed lists; no others. An export of responses
    says of each who has reviewed it, and is believed. --coder serves the rows that name no coder.
    """
    from coder.imports import import_codings

    name = options.acting(given["coder_name"], project)
    done = import_codings(
        file,
        project,
        coder_name=name,
        create_themes=create_themes,
        reviewed=reviewed,
        question=given["question"],
        encoding=given["encoding"],
    )
    c = done.counts
    lines = [_coded(c), *([f"{counted(c['themes'], 'new theme')}."] if c["themes"] else [])]
    _report(done, given["as_json"], *lines)


@importing.command(short_help="Another program's project, or codings made there.")
@options.source
@options.project
@click.option("--all-reviewed", is_flag=True, help="Every text was read to the end by its coders.")
@click.option("--known-only", is_flag=True, help="Leave out texts that the project does not have, or has otherwise.")
@click.option("--update-themes", is_flag=True, help="Themes that are there get what the file says of them.")
@options.coder
@options.as_json
def project(file: Path, project: Path, coder_name: str | None, as_json: bool, **how: bool) -> None:
    """Make a project of another program's: a REFI-QDA .qdpx, QualCoder's folder (.qda), or Taguette's .sqlite3.

    Where PROJECT exists and has these very texts, the themes and codings are added to it: so codings come back that a
    colleague made in another program. What is there stays; what can't be taken along is listed.
    """
    from coder.exchange import import_project

    name = options.acting(coder_name, project)
    done = import_project(file, project, coder_name=name, **how)
    c = done.counts
    _report(
        done,
        as_json,
        f"{counted(c['participants'], 'new participant')}, {counted(c['responses'], 'new response')}, "
        f"{counted(c['themes'], 'new theme')}, {c['changed']:,} changed.",
        _coded(c),
    )


def _coded(counts: "Mapping[str, int]") -> str:
    codings, highlights = counted(counts["codings"], "coding"), counted(counts["highlights"], "highlight")
    return f"{codings} with {highlights}; {counted(counts['reviewed'], 'response')} reviewed."


def _report(done: "Imported", as_json: bool, *lines: str) -> None:
    """What an import did: as JSON, or its notices and, where it changed anything, these lines."""
    if as_json:
        result_json(_json(done))
        return
    _show(done)
    for line in lines if done.changed else ():
        result(line)


def _show(done: "Imported") -> None:
    for notice in done.notices:
        say(f"Note: {notice}")
    if not done.changed:
        result(f"{done.source}: nothing new; {done.project} is as it was.")


def _json(done: "Imported") -> dict[str, Any]:
    return {
        "project": str(done.project),
        "source": done.source,
        "changed": done.changed,
        "counts": done.counts,
        "notices": list(done.notices),
    }
