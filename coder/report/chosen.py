"""The part of a report on choices: how many participants chose each option."""

from collections.abc import Iterator
from dataclasses import replace

from coder.analysis.choices import Choices, Option
from coder.charts.spec import Bars
from coder.domain import wording
from coder.domain.corpus import QuestionKind
from coder.domain.wording import counted
from coder.picturing import choice_bars
from coder.report.contents import Block, Column, Named, Paragraph, Section, Strong, Voice, Words
from coder.report.numbering import Drawn, Numbering, row
from coder.report.prompts import headed, prompt_of, shortened

ALONE = 5
"""So many options of one participant each are folded into one sentence: mostly they are words of their own."""

_FEWEST, _MOST = 3, 20  # options that make a figure


def section_of(found: Choices, numbering: Numbering, *, words: bool) -> Section:
    """The options as a figure and a table; without `words`, what one participant alone gave is counted, not shown."""
    title, below = headed(prompt_of(found.question))
    wave: Words = (" (", Named(found.question.wave), ")") if found.question.wave else ()
    blocks = _blocks(found, numbering, words=words)
    return Section(f"choice-{found.question.id}", (*title, *wave), (*below, *blocks))


def _blocks(found: Choices, numbering: Numbering, *, words: bool) -> Iterator[Block]:
    if not found.base:
        yield Paragraph(("Nobody chose anything.",))
        return
    alone = [option for option in found.options if option.figure.participants == 1]
    folded = len(alone) if alone and (len(alone) >= ALONE or not words) else 0
    shown = [option for option in found.options if not folded or option.figure.participants > 1]
    yield Paragraph(_finding(found, shown), Voice.LEAD)
    if _FEWEST <= len(shown) <= _MOST:
        yield numbering.figure((f"What {counted(found.base, 'participant')} chose.",), Drawn(_bars(found, shown)))
    yield _table(found, shown, folded, numbering)


def _finding(found: Choices, shown: list[Option]) -> Words:
    opening = f"{found.base:,} of {counted(found.everyone, 'participant')} answered"
    if not shown:
        return (f"{opening}.",)
    first = max(shown, key=lambda option: option.figure.participants).figure.participants
    named = [option for option in shown if option.figure.participants == first]
    if len(named) > 1:
        return (f"{opening}; most often, by {first:,} each, {len(named):,} options were chosen.",)
    share = f" ({wording.percent(named[0].figure)})"
    return (f"{opening}; ", Strong(f"{first:,}"), f"{share} chose ‘", Named(_line(named[0])), "’.")


def _line(option: Option) -> str:
    return " ".join(option.name.split())


def _bars(found: Choices, shown: list[Option]) -> Bars:
    spec = choice_bars(replace(found, options=tuple(shown)))
    return replace(spec, title=shortened(spec.title), subtitle="", notes=())


def _table(found: Choices, shown: list[Option], folded: int, numbering: Numbering) -> Block:
    intervals = any(option.figure.interval for option in shown)
    heads = [("Participants",), ("of",), ("Share",), *([("95 % interval",)] if intervals else [])]
    rows = []
    for option in shown:
        figure = option.figure
        numbers: list[Words] = [
            (Strong(f"{figure.participants:,}"),),
            (f"{figure.base:,}",),
            (wording.percent(figure),),
        ]
        if intervals:
            numbers.append((wording.interval(figure).strip("[]") or "–",))
        rows.append(row((Named(_line(option)),), *numbers))
    notes: list[Words] = []
    if folded:
        notes.append((f"And {counted(folded, 'answer')} that one participant alone gave.",))
    if found.several:
        notes.append(
            (f"{counted(len(found.several), 'participant')} chose several, so the shares add up to more than 100 %.",)
        )
    if found.question.kind is QuestionKind.MULTI:
        notes.append(("An option that nobody chose is not known, and not listed.",))
    return numbering.table(
        ("Participants who chose each option",),
        (Column(("Option",), share=3), *(Column(head, True) for head in heads)),
        tuple(rows),
        anchor=f"choice-{found.question.id}-options",
        notes=tuple(notes),
    )
