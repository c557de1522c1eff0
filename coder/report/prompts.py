"""Questions as headings: whole where they are short, else their ends, with the whole wording below."""

from coder.domain.corpus import Question
from coder.report.contents import Block, Named, Paragraph, Voice, Words

HEADING = 140
"""Characters of a heading, and of its line in the contents."""


def prompt_of(question: Question) -> str:
    """The question as people were asked it, on one line."""
    return " ".join((question.prompt.strip() or question.key).split())


def shortened(text: str, most: int = HEADING) -> str:
    """The text on one line; of a long one its beginning and its end, where the parts of a battery differ."""
    words = text.split()
    line = " ".join(words)
    if len(line) <= most:
        return line
    room = most - 3
    begins, ends = _fitting(words, room // 2), _fitting(words[::-1], room - room // 2)[::-1]
    return f"{' '.join(begins) or line[: room // 2]} … {' '.join(ends) or line[-(room // 2) :]}"


def _fitting(words: list[str], room: int) -> list[str]:
    found: list[str] = []
    for word in words:
        room -= len(word) + 1
        if room < 0:
            break
        found.append(word)
    return found


def headed(prompt: str) -> tuple[Words, tuple[Block, ...]]:
    """A heading, and where that is not the whole wording, what must stand below it."""
    title = shortened(prompt)
    whole = " ".join(prompt.split())
    below = () if title == whole else (Paragraph(("“", Named(whole), "”"), Voice.NOTE),)
    return (Named(title),), below
