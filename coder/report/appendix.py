"""The end of a report: the codebook, what reporting checklists ask for, and what ties the report to its data."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from platform import python_version

from coder import __version__
from coder.analysis.saturation import Saturation
from coder.domain.codebook import Codebook
from coder.domain.log import Kind
from coder.domain.wording import counted
from coder.report.contents import (
    Block,
    Column,
    Exact,
    Fact,
    Facts,
    Named,
    Paragraph,
    Reference,
    Section,
    Strong,
    Words,
    joined,
)
from coder.report.method import listed
from coder.report.numbering import Numbering, row
from coder.report.prompts import prompt_of, shortened
from coder.store.provenance import Provenance

_SHAPING = ("numpy", "scipy", "matplotlib")
"""The libraries whose versions can change a figure."""


def codebook_section(book: Codebook, revision: int) -> Section:
    """Every theme with what the codebook says of it, sub-themes within their themes."""
    if not book.themes:
        return Section("codebook", ("Codebook",), (Paragraph(("The codebook has no theme yet.",)),), new_page=True)
    opening = f"{counted(len(book.themes), 'theme')}, revision {revision}."
    undefined = sum(not theme.is_described for theme in book.themes)
    if undefined == len(book.themes):
        opening += " None has a definition: the names are all that the coders had."
    elif undefined:
        have = "has" if undefined == 1 else "have"
        opening += f" {undefined:,} of them {have} a name alone: no definition, example or keywords."
    blocks: list[Block] = [Paragraph((opening,))]
    if undefined == len(book.themes):
        blocks.append(Facts("Themes", tuple(_names(book))))
    else:
        blocks.append(Facts("Themes", tuple(_entries(book))))
    return Section("codebook", ("Codebook",), tuple(blocks), new_page=True)


def _names(book: Codebook) -> Iterator[Fact]:
    for theme in book.children.get(None, ()):
        below = joined(((Named(book.by_id[t].name),) for t in book.below(theme.id)[1:]), " · ")
        yield Fact((Named(theme.name),), (below,) if below else ())


def _entries(book: Codebook) -> Iterator[Fact]:
    for depth, theme in book.walk():
        lines: list[Words] = []
        if theme.definition.strip():
            lines.append((Named(theme.definition.strip()),))
        for label, text in (("Include: ", theme.include), ("Exclude: ", theme.exclude), ("Example: ", theme.example)):
            if text.strip():
                lines.append((Strong(label), Named(text.strip())))
        if theme.keywords:
            lines.append((Strong("Keywords: "), Named(", ".join(theme.keywords))))
        yield Fact((Named(theme.name),), tuple(lines), depth)


@dataclass(frozen=True)
class Answers:
    """Where a report answers what checklists ask for: facts of it, and the anchors of its parts."""

    facts: Provenance
    prompts: int
    waves: tuple[str, ...]
    attributes: tuple[str, ...]
    saturated: tuple[Saturation, ...]
    quotes: bool
    ids: bool


def checklist_section(answers: Answers, numbering: Numbering) -> Section:
    """The items of COREQ and SRQR that the project's facts answer."""
    columns = (Column(("Item",), share=1.2), Column(("What is reported",), share=3))
    opening = (
        "Two checklists are used for reports of qualitative research. Below are their items that a record of the "
        "coding can answer. The others (who the researchers are, how they relate to the participants, ethics, "
        "recruitment, context, funding, and what the findings mean) are for the authors to answer."
    )
    coreq = numbering.table(
        ("COREQ (Tong, Sainsbury and Craig 2007), items this report answers",),
        columns,
        tuple(row((f"{number}. {name}",), words) for number, name, words in _coreq(answers)),
        anchor="coreq",
    )
    srqr = numbering.table(
        ("SRQR (O’Brien et al. 2014), items this report answers",),
        columns,
        tuple(row((f"{number}. {name}",), words) for number, name, words in _srqr(answers)),
        anchor="srqr",
    )
    return Section("checklists", ("Reporting checklists",), (Paragraph((opening,)), coreq, srqr))


AGAIN = Reference("Versions and data", "again")
"""Where a report says what it was made of."""

_METHOD = Reference("Method", "method")
_THEMES = Reference("What people said", "said")
_CODEBOOK = Reference("Codebook", "codebook")


def _coreq(a: Answers) -> Iterator[tuple[int, str, Words]]:
    f = a.facts
    yield 12, "Sample size", (counted(f.participants, "participant") + ".",)
    if f.asked > f.answered:
        yield (
            13,
            "Non-participation",
            (f"{f.asked - f.answered:,} of {f.asked:,} answered none of the open questions; why, is not known here.",),
        )
    if a.attributes:
        yield 16, "Description of sample", ("Known of participants: ", *_named(a.attributes), ".")
    yield 17, "Interview guide", (f"{counted(a.prompts, 'open question')}, in the report as asked.",)
    if len(a.waves) > 1:
        yield 18, "Repeat interviews", (f"Asked in {len(a.waves)} waves: ", *_named(a.waves), ".")
    if saturated := _saturation(a.saturated):
        yield 22, "Data saturation", saturated
    if f.coders:
        yield 24, "Number of data coders", (f"{len(f.coders)}; see ", _METHOD, ".")
    if f.themes:
        yield 25, "Description of the coding tree", ("Whole, in the appendix ", _CODEBOOK, ".")
        yield 26, "Derivation of themes", (_derivation(f) + "; see ", _METHOD, ".")
    yield 27, "Software", (f"coder {__version__}.",)
    if a.quotes:
        whose = "the participant’s id" if a.ids else "a pseudonym, the same throughout"
        yield 29, "Quotations presented", (f"Under each theme, each with {whose}.",)
        yield (
            30,
            "Data and findings consistent",
            ("The numbers of participants in the tables of themes open, in HTML, to the words that they count.",),
        )
    if f.reviewed:
        yield 31, "Clarity of major themes", ("Counts with their bases in ", _THEMES, ".")
        yield (
            32,
            "Clarity of minor themes",
            ("The tables name every theme, the rarest and those nobody mentions included.",),
        )


def _saturation(found: Sequence[Saturation]) -> Words:
    """When new themes stopped coming in each question that was read."""
    read = [one for one in found if one.arrivals]
    if not read:
        return ()
    rule = read[0].rule
    parts = []
    for one in read:
        wave = (" (", Named(one.question.wave), ")") if one.question.wave else ()
        parts.append(("“", Named(shortened(prompt_of(one.question))), "”", *wave, f": {_when(one)}"))
    order = "in the order of reading"
    if imported := sum(one.imported for one in read):
        order += f"; {counted(imported, 'review')} came from a file, and among these it is the order of the survey"
    how = (
        f" (After Guest, Namey and Chen 2020, adapted to short answers: a base of {rule.base}, runs of {rule.run}, "
        f"at most {100 * rule.threshold:g} % new themes; {order}.)"
    )
    return (*joined(parts, " "), how)


def _when(one: Saturation) -> str:
    if one.found.after is None:
        return f"not reached in {counted(one.read, 'response')}."
    later = f"; {one.later:,} of {counted(len(one.arrivals), 'theme')} came up later" if one.later else ""
    return f"after {one.found.after:,} of {counted(one.read, 'response')}{later}."


def _srqr(a: Answers) -> Iterator[tuple[str, str, Words]]:
    f = a.facts
    yield "S5", "Qualitative approach", ("Thematic analysis with frequencies; see ", _METHOD, ".")
    yield "S11", "Data collection instruments", ("The wording of every question is in the report.",)
    yield (
        "S12",
        "Units of study",
        (f"{counted(f.participants, 'participant')}, {counted(f.responses, 'response')}; the bases stand with each.",),
    )
    yield "S13", "Data processing", (_processing(a),)
    if f.reviewed:
        yield "S14", "Data analysis", ("See ", _METHOD, " and ", _CODEBOOK, ".")
        twice = f"{counted(f.twice, 'response')} read by two or more coders; every act is in the project’s log."
        alone = "Every act is in the project’s log (coder log). No response was read by a second coder."
        yield "S15", "Techniques to enhance trustworthiness", (twice if f.twice else alone,)
        yield (
            "S16",
            "Synthesis and interpretation",
            ("The themes and their counts in ", _THEMES, "; what they mean is for the authors."),
        )
    if a.quotes:
        yield "S17", "Links to empirical data", ("Quotes under each theme.",)
    yield "S19", "Limitations", ("Those of the counts, in ", Reference("Limits", "limits"), ".")


def _named(names: Sequence[str]) -> Words:
    return joined((Named(name),) for name in names)


def _derivation(facts: Provenance) -> str:
    brought = facts.shaping.get(Kind.IMPORT_CODEBOOK, 0)
    made = facts.shaping.get(Kind.CREATE_THEME, 0) + facts.shaping.get(Kind.IN_VIVO, 0)
    ways = [*(["brought in from a file"] if brought else []), *([f"made by the coders ({made:,})"] if made else [])]
    return f"Themes were {listed(ways)}" if ways else "Themes came with the codings"


def _processing(a: Answers) -> str:
    said = ["The texts are as they were imported"]
    if a.quotes:
        said.append("speakers are called by their ids" if a.ids else "speakers have pseudonyms")
    if a.facts.masked:
        said.append(f"words are masked (▇) in {counted(a.facts.masked, 'response')}")
    return listed(said) + "."


def provenance_section(facts: Provenance, digest: str, command: str, numbering: Numbering) -> Section:
    """What ties the report to its data, and the command that makes it again."""
    found = [
        Fact(("Program",), (("coder ", Exact(__version__)),)),
        Fact(("Python",), ((Exact(python_version()),),)),
        Fact(("Libraries",), (joined(_libraries()),)),
    ]
    if facts.first:
        days = facts.first[:10], facts.last[:10]
        when = days[0] if days[0] == days[1] else f"{days[0]} to {days[1]}"
        found.append(Fact(("Reviews were recorded",), ((when,),)))
    found.append(Fact(("State of the project",), (("SHA-256 ", Exact(digest)),)))
    blocks: list[Block] = [
        Paragraph(
            (
                "The same project gives the same report, to the byte, with the same versions. The digest below is of "
                "the responses, attributes, codebook, codings and reviews; how it is made is in docs/report.md.",
            )
        ),
        Facts("Versions and state", tuple(found)),
    ]
    if facts.sources:
        blocks.append(
            numbering.table(
                ("Survey files that were imported",),
                (Column(("File",), share=2), Column(("Rows",), True), Column(("SHA-256",), share=3)),
                tuple(row((Named(s.name),), (f"{s.rows:,}",), (Exact(s.sha256),)) for s in facts.sources),
                anchor="sources",
            )
        )
    if command:
        blocks += [Paragraph(("This report is made again by:",)), Paragraph((Exact(command),))]
    return Section("again", ("Versions and data",), tuple(blocks))


def _libraries() -> Iterator[Words]:
    for name in _SHAPING:
        try:
            yield f"{name} ", Exact(version(name))
        except PackageNotFoundError:
            continue


def attribute_facts(values: Mapping[str, Mapping[str, int]]) -> Iterator[Fact]:
    """Each attribute with its values and how many participants have each."""
    for key, found in values.items():
        yield Fact((Named(key),), (joined((Named(value), f" {number:,}") for value, number in found.items()),))
