"""The method in plain words: sentences filled from facts of the project."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from coder.domain.coding import Origin
from coder.domain.log import Kind
from coder.domain.queue import Detour, Queue
from coder.domain.tally import Base
from coder.domain.wording import counted, of_whom, percent_of
from coder.report.contents import Named, Words, joined
from coder.store.provenance import IMPORTED, Provenance


def how_read(facts: Provenance) -> Iterator[Words]:
    """Who read what, in which order, and with what help: a paragraph each."""
    if not facts.reviewed:
        said = f"None of the {responses(facts.responses)} to the open questions has been reviewed yet."
        yield (said, *_only_coded(facts))
        return
    yield _readers(facts)
    yield (_routes(facts),)
    yield (_suggestions(facts),)


def how_coded(facts: Provenance) -> Words:
    """What coding means here: on words or on whole responses."""
    codings = sum(facts.origins.values())
    if not codings:
        return ("No theme has been assigned to any response yet.",)
    if facts.with_words == codings:
        words = "Keywords in each response were highlighted, and themes assigned to them"
    elif facts.with_words:
        words = (
            "Keywords in the responses were highlighted and themes assigned to them "
            f"({facts.with_words:,} of {codings:,} codings), or to a response as a whole"
        )
    else:
        words = "Themes were assigned to each response as a whole"
    return (f"Open answers were evaluated by thematic analysis. {words}; {_codebook(facts)}.",)


def how_counted(base: Base, *, census: bool, nested: bool) -> Iterator[Words]:
    """How a count is made and what its percentage means."""
    yield (
        "Then the participants who mention each theme were counted. Each count comes from a different participant: who "
        "says the same thing more than once is counted once. Each participant can add to several counts, if their "
        "answers mention several themes, so percentages do not add up to 100.",
    )
    if nested:
        yield (
            "A theme that gathers sub-themes counts the participants of any of them, each once. Its count can be lower "
            "than the sum of theirs, which would count some participants twice.",
        )
    spread = (
        "Everybody whom the results are about was asked, so no intervals are given."
        if census
        else "Ranges in brackets are 95 % Wilson intervals: how far the share could lie from the one observed if these "
        "participants were drawn at random from many like them."
    )
    yield (
        f"Percentages are of {of_whom(base)}{_BASES[base]}. {spread} Where the base is below 100 they are whole "
        "percent, as more digits would claim too much.",
    )


_BASES = {
    Base.REVIEWED: ": those who answered and whose answers were read under a codebook that had the theme",
    Base.ANSWERED: ", blank answers and placeholders (such as “n/a”) set aside",
    Base.ASKED: ", whether or not they answered",
    Base.ALL: " in the project, whether or not they were asked",
}


def responses(number: int) -> str:
    return counted(number, "response")


def listed(parts: Sequence[str], last: str = "and") -> str:
    """`a, b and c`."""
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} {last} {parts[-1]}"


def _readers(facts: Provenance) -> Words:
    whose = joined(((Named(name), f" read {number:,}") for name, number in facts.readers.items()), last=" and ")
    of = f" of the {responses(facts.responses)} to the open questions"
    if facts.reviewed < facts.responses and len(facts.readers) > 1:
        of += f", together {facts.reviewed:,} ({_share(facts.reviewed, facts.responses)})"
    elif facts.reviewed < facts.responses:
        of += f" ({_share(facts.reviewed, facts.responses)})"
    rule: Words = ("a theme counts that any of them found",)
    if facts.left_out:
        rule = ("here the codings of ", *_names(facts.coders), " alone count, not those of ", *_names(facts.left_out))
    if facts.twice:
        share = _share(facts.twice, facts.reviewed)
        were = "was" if facts.twice == 1 else "were"
        twice = f". {responses(facts.twice)} ({share} of those read) {were} read by two or more coders; "
        return (*whose, of, twice, *rule, ".", *_only_coded(facts))
    once = ". Each was read by one coder, so there are no figures of agreement between coders"
    alone = ("; ", *rule) if facts.left_out else ()
    return (*whose, of, once, *alone, ".", *_only_coded(facts))


def _only_coded(facts: Provenance) -> Words:
    """Whose codings count although they marked no response as read."""
    silent = [name for name in facts.coders if name not in facts.readers]
    return (" ", *_names(silent), " coded responses, and marked none as read.") if silent else ()


def _names(names: Iterable[str]) -> Words:
    return joined(((Named(name),) for name in names), last=" and ")


_ROUTES: Mapping[str, str] = {
    Queue.FILE.value: "the order of the file",
    Queue.RANDOM.value: "a random order of the participants",
    Queue.USEFUL.value: "an order by how much the program would learn",
    Queue.CERTAIN.value: "an order by how certain the program’s suggestions were",
    Detour.SEARCH.value: "a search",
    Detour.FILTER.value: "a filter",
    Detour.PICKED.value: "a choice by hand",
}


def _routes(facts: Provenance) -> str:
    followed: dict[str, int] = {}
    for route, number in facts.routes.items():
        if route != IMPORTED:
            name = _ROUTES.get(route, "other ways")
            followed[name] = followed.get(name, 0) + number
    imported = facts.routes.get(IMPORTED, 0)
    if not followed:
        return "The readings were made elsewhere, and brought in from a file of codings."
    said = f"The readings followed {listed([f'{name} ({number:,})' for name, number in followed.items()])}."
    if len(followed) == 1 and not imported:
        said = f"All readings followed {next(iter(followed))}."
    return said + (f" {imported:,} were made elsewhere, and brought in from a file of codings." if imported else "")


def _suggestions(facts: Provenance) -> str:
    accepted, codings = facts.origins.get(Origin.SUGGESTION.value, 0), sum(facts.origins.values())
    if not facts.models and not accepted:
        return "The program’s suggestions of themes were not used."
    said = (
        "The program suggested themes, learnt from the codings made so far; a suggestion counts only if a coder "
        f"accepts it. {accepted:,} of {counted(codings, 'coding')} came about so"
    )
    said += f", and {facts.rejected:,} suggestions were rejected." if facts.rejected else "."
    if facts.held_back:
        said += f" By lot, {facts.held_back:g} % of the responses showed none, for comparison."
    return said


def _codebook(facts: Provenance) -> str:
    had = f"the codebook has {counted(facts.themes, 'theme')} (revision {facts.revision})"
    done = {kind: facts.shaping.get(kind, 0) for kind in Kind}
    if done[Kind.IMPORT_CODEBOOK]:
        had += ", brought in from a file" if done[Kind.IMPORT_CODEBOOK] == 1 else ", brought in from files"
    ways = [
        (done[Kind.CREATE_THEME], "theme was made", "themes were made"),
        (done[Kind.IN_VIVO], "was made in a participant’s own words", "were made in participants’ own words"),
        (done[Kind.MERGE_THEMES], "was merged into another", "were merged into others"),
        (done[Kind.SPLIT_THEME], "was split", "were split"),
        (
            done[Kind.EDIT_THEME],
            "change was made to what themes are called or mean",
            "changes were made to what themes are called or mean",
        ),
    ]
    how = [counted(number, one, several) for number, one, several in ways if number]
    return had + (f"; in the course of the work {listed(how)}" if how else "")


def _share(part: int, whole: int) -> str:
    return percent_of(part / whole, whole)
