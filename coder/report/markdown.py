"""A report as GitHub-flavoured Markdown, with its figures as files beside it; every text in it is a text."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from urllib.parse import quote as percent_encoded

from coder.report.contents import (
    Behind,
    Block,
    Exact,
    Facts,
    Figure,
    Folded,
    Paragraph,
    Piece,
    Points,
    Quote,
    Quotes,
    Report,
    Section,
    Steps,
    Strong,
    Table,
    Voice,
    Words,
)
from coder.report.inert import NOT_A_TEXT, whole

# Wherever they stand these can begin markup, HTML, an entity, a formula or a mention.
_SIGNS = re.compile(r"[\\`*_\[\]<>#|~&$@]")
_FIRST = re.compile(r"(?m)^([-+=]|\d{1,9}(?=[.)]))")
_ADDRESS = re.compile(r"\bwww(?=\.)", re.IGNORECASE)
_COLON = re.compile(r":(?=\S)")  # of an address, or of an emoji's name

_FSI, _PDI = "\u2068", "\u2069"
_DEEPEST = 6


def to_markdown(report: Report, figures: str) -> tuple[str, dict[str, str]]:
    """The text, and the SVG of each figure by its file's name; `figures` is the folder, beside the text, of these."""
    writer = _Writer(figures)
    text = "\n\n".join(writer.report(report)) + "\n"
    return text, writer.drawn


class _Writer:
    def __init__(self, folder: str) -> None:
        self._folder = folder
        self.drawn: dict[str, str] = {}

    def report(self, report: Report) -> Iterator[str]:
        yield f"# {escaped(report.title)}"
        yield _say(report.subtitle)
        yield from self._blocks(report.blocks, 2)
        yield "---"
        yield _say(report.colophon)

    def _blocks(self, blocks: Iterable[Block], level: int) -> Iterator[str]:
        for block in blocks:
            yield from self._block(block, level)

    def _block(self, block: Block, level: int) -> Iterator[str]:
        match block:
            case Section():
                yield _heading(level, block.title)
                yield from self._blocks(block.blocks, level + 1)
            case Paragraph():
                yield ("> " if block.voice is Voice.NOTE else "") + _say(block.words)
            case Points():
                yield "\n".join(f"- {_say(item)}" for item in block.items)
            case Facts():
                yield "\n".join(_facts(block))
            case Steps():
                yield " → ".join(
                    f"**{step.number:,}** {escaped(step.label)}" + (f" ({escaped(step.note)})" if step.note else "")
                    for step in block.steps
                )
            case Table():
                yield f"**Table {block.number}.** {_say(block.caption)}"
                yield "\n".join(_table(block))
                if block.notes:
                    yield "\n".join(f"- {_say(note)}" for note in block.notes)
            case Figure():
                name = f"{block.anchor}.svg"
                self.drawn[name] = block.picture.svg()
                address = percent_encoded(f"{self._folder}/{name}")
                yield f"![{escaped(block.picture.alternative)}]({address})"
                yield f"**Figure {block.number}.** {_say(block.caption)}"
            case Quotes():
                yield _heading(level, block.theme)
                yield from (_quote(quote) for quote in block.quotes)
            case Behind() | Folded():
                pass


def escaped(text: str) -> str:
    """The text on one line, as Markdown shows it again character for character, its direction its own."""
    return _isolated(_bare(text))


def _bare(text: str) -> str:
    found = " ".join(text.translate(NOT_A_TEXT).split())
    found = _SIGNS.sub(r"\\\g<0>", found)
    found = _COLON.sub(r"\\:", _ADDRESS.sub(r"\g<0>\\", found))
    # A number at the beginning is one of a list only with the sign behind it.
    return _FIRST.sub(lambda m: f"{m[0]}\\" if m[0].isdigit() else f"\\{m[0]}", found)


def _isolated(text: str) -> str:
    """The text within marks that keep its direction to itself, where it has any but that of English."""
    found = whole(text)
    turns = found != text or any(unicodedata.bidirectional(c) in ("R", "AL", "AN") for c in text)
    return f"{_FSI}{found}{_PDI}" if turns else text


def _say(words: Words) -> str:
    found = []
    for word in words:
        if isinstance(word, str):
            # A report's own words; the white space at their ends parts them from others.
            start, end = word[: len(word) - len(word.lstrip())], word[len(word.rstrip()) :]
            found.append(f"{start}{escaped(word)}{end}" if word.strip() else word)
        elif isinstance(word, Exact):
            found.append(_code(word.text))
        elif isinstance(word, Strong):
            text = word.text.rstrip()
            found.append(f"**{escaped(text)}**{word.text[len(text) :]}")
        else:
            found.append(escaped(word.text))
    return "".join(found)


def _heading(level: int, words: Words) -> str:
    return f"{'#' * min(level, _DEEPEST)} {_say(words)}"


def _code(text: str) -> str:
    """The text as code: between more backticks than it has in a row."""
    line = " ".join(text.translate(NOT_A_TEXT).split())
    fence = "`" * (1 + max(map(len, re.findall("`+", line)), default=0))
    room = " " if line.startswith("`") or line.endswith("`") else ""
    return f"{fence}{room}{line}{room}{fence}"


def _facts(block: Facts) -> Iterator[str]:
    for fact in block.facts:
        indent = "  " * fact.depth
        yield f"{indent}- {_say(fact.term)}"
        yield from (f"{indent}  - {_say(line)}" for line in fact.lines)


def _table(table: Table) -> Iterator[str]:
    yield _row([_say(column.head) for column in table.columns])
    yield _row(["---:" if column.number else "---" for column in table.columns])
    for row in table.rows:
        first, *others = (_say(cell.words) for cell in row.cells)
        yield _row(["↳ " * row.depth + first, *others])


def _row(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cell.replace("\n", " ") for cell in cells) + " |"


def _quote(quote: Quote) -> str:
    lines = [_isolated(line) for line in _marked(quote.pieces).split("\n")]
    who = " · ".join([escaped(quote.who), *(f"{escaped(name)}: {escaped(value)}" for name, value in quote.facts)])
    # A backslash at its end breaks a line; an empty line would end the paragraph.
    said = "\\\n> ".join(line for line in lines if line.strip())
    return f"> {said}\n>\n> — {who}"


def _marked(pieces: Iterable[Piece]) -> str:
    """The words of a quote, highlighted ones bold where Markdown can tell so."""
    parts = [(_lines(piece.text), piece.marked) for piece in pieces]
    found = ""
    for at, (text, marked) in enumerate(parts):
        following = "".join(other for other, _ in parts[at + 1 :])[:1]
        found += _bold(text, found[-1:], following) if marked else text
    return found


def _lines(text: str) -> str:
    """A part of a quote, its line ends kept, and white space where it was."""
    return "\n".join(re.sub(r"(\s*)(.*?)(\s*)$", _part, line) for line in text.translate(NOT_A_TEXT).split("\n"))


def _part(match: re.Match[str]) -> str:
    start, words, end = match.groups()
    return (" " if start else "") + (_bare(words) if words else "") + (" " if end and words else "")


def _bold(text: str, before: str, after: str) -> str:
    if "\n" in text or not text.strip() or text != text.strip():
        return text
    opens = not _is_sign(text[0]) or not before or before.isspace() or _is_sign(before)
    closes = not _is_sign(text[-1]) or not after or after.isspace() or _is_sign(after)
    return f"**{text}**" if opens and closes else text


def _is_sign(char: str) -> bool:
    return unicodedata.category(char)[0] in "PS"
