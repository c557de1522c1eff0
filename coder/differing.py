"""In words: where a newer survey file differs from what the project had."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from coder.domain.differences import ChangedText, Differences, Restated
from coder.domain.display import one_line
from coder.domain.rewording import looks_alike
from coder.domain.wording import counted
from coder.store.surveys import Taken

_NAMED = 10
_HOW_TO_FIND = "To find their texts: F on the coding screen, ‘no longer in the newest file’."


def notices(taken: Taken) -> Iterator[str]:
    """What a person should know of an import into a project that had responses before."""
    found = taken.differences
    if found.changed:
        yield from _of_texts(found.changed)
    yield from _of_answers(found)
    yield from _of_questions(found)
    yield from _of_people(found)
    yield from _of_placeholders(found.restated)
    if taken.forgotten:
        yield f"{taken.forgotten} rows are of participants who were erased; they stay out."


def _of_texts(changed: Sequence[ChangedText]) -> Iterator[str]:
    yield (
        f"{counted(len(changed), 'response')} with another text than before "
        f"({some(one.participant for one in changed)}): the old coding is kept with the old text, the new text needs a "
        "look. To go through them: F on the coding screen, ‘changed by an import’; O there shows the old text with its "
        "coding, and takes it over."
    )
    if alike := [one.participant for one in changed if looks_alike(one.old, one.new)]:
        yield f"Only white space, or how letters are composed, differs in {len(alike):,} of these ({some(alike)})."
    if emptied := [one.participant for one in changed if not one.answered]:
        yield f"Not answered any more, so that the coding does not count: {len(emptied)} of these ({some(emptied)})."
    if unmasked := [one.participant for one in changed if one.withheld]:
        yield (
            f"Words that were masked are not in the new texts of {some(unmasked)}: look whether others need a mask. "
            "The difference is not shown."
        )


def _of_placeholders(restated: Sequence[Restated]) -> Iterator[str]:
    become = {False: "Placeholders now, and answers no more", True: "Answers now, and placeholders no more"}
    for answered, what in become.items():
        found = [one for one in restated if one.answered is answered]
        coded = [one.participant for one in found if one.coded and not answered]
        more = f" {len(coded):,} of them coded ({some(coded)}): that does not count any more." if coded else ""
        if found:
            places = _places((one.participant, one.question, one.wave) for one in found)
            yield f"{what}: {places}; {len(found):,} in all.{more}"


def _of_answers(found: Differences) -> Iterator[str]:
    if found.left_out:
        number = counted(len(found.left_out), "answer")
        yield f"{number} no longer in this file ({_places(found.left_out)}). They stay and are counted. {_HOW_TO_FIND}"
    if found.revised:
        places = _places(found.revised)
        yield f"Another value than before, which replaces the old one: {places}; {len(found.revised):,} in all."
    if found.withdrawn:
        places = _places(found.withdrawn)
        yield f"Empty in this file, so that the old answer is taken back: {places}; {len(found.withdrawn):,} in all."
    if found.kept:
        yield (
            f"{counted(len(found.kept), 'attribute')} corrected by coder import attributes, and with another value in "
            f"this file ({_places(found.kept)}): the correction is kept."
        )


def _of_questions(found: Differences) -> Iterator[str]:
    for one in found.repeated:
        new, known = _named(one.question, one.wave), _named(one.known_question, one.known_wave)
        remedy = f"give it the key of {known} in a plan (--plan-only writes one)"
        if one.question == one.known_question:
            remedy = f"name its wave (--wave {one.known_wave})" if one.known_wave else "leave its wave out"
        yield (
            f"{new} was not in the project, but {one.same:,} of {one.answers:,} answers to it are, word for word, what "
            f"the same people answered to {known}. They count as answers to two questions. If it is one: coder undo "
            f"takes the import back; then {remedy}, and import it again."
        )
    if found.reworded:
        words = [f"{_named(key, wave)} was “{was}”, now “{now}”" for key, wave, was, now in found.reworded]
        yield f"Asked in other words than before: {some(words, 300)}. The answers are taken as answers to one question."


def _named(question: str, wave: str) -> str:
    return f"‘{one_line(question, 80)}’" + (f" ({one_line(wave, 30)})" if wave else "")


def _of_people(found: Differences) -> Iterator[str]:
    if found.absent:
        yield (
            f"{counted(len(found.absent), 'participant')} of an earlier import of these questions, but not in this "
            f"file ({some(found.absent)}). They stay in the project with their coding, and are counted. {_HOW_TO_FIND}"
        )
    if found.strangers:
        yield (
            "Nobody of this file was in the project before: all of them are new participants, beside those who were "
            "there. If they are the same people, their ids stand in another column (--id COLUMN) or are written "
            "otherwise: coder undo takes the import back."
        )
    if found.near:
        pairs = some(f"‘{given}’ beside ‘{known}’" for known, given in found.near)
        yield (
            f"{counted(len(found.near), 'new participant')} with nearly the id of one who was there: {pairs}. They are "
            "taken for different people. If they are not: undo, write their ids alike in the file, and import it again."
        )


def _places(found: Iterable[tuple[str, str, str]]) -> str:
    """The first ten of these (participant, question or attribute, wave)."""
    return some(f"{who}, {what}{f' ({wave})' if wave else ''}" for who, what, wave in found)


def some(names: Iterable[str], longest: int = 80) -> str:
    """The first ten of these, none with more characters than that."""
    shown = [one_line(name, longest) for name in islice(names, _NAMED + 1)]
    return ", ".join(shown[:_NAMED]) + (" …" if len(shown) > _NAMED else "")
