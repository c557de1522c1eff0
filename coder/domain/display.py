"""The one way by which a text from outside reaches a screen: every character inert, none lost."""

import re

# One character in, one character out, so that offsets into the shown text are offsets into the stored one.
_BIDI = (0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A))
_INVISIBLE = (0x200B, 0x2060, 0xFEFF, 0x00AD)
_SUBSTITUTES: dict[int, str] = {
    **{code: chr(0x2400 + code) for code in range(0x20)},  # control pictures
    0x7F: "\u2421",
    **dict.fromkeys(range(0x80, 0xA0), "\ufffd"),
    **dict.fromkeys(range(0xD800, 0xE000), "\ufffd"),
    **dict.fromkeys((*_BIDI, *_INVISIBLE), "\u00b7"),
    0x2028: "\u240a",
    0x2029: "\u240a",
}
_PDF, _PDI, _FSI = "\u202c", "\u2069", "\u2068"
_ENDED_BY = {**dict.fromkeys("\u202a\u202b\u202d\u202e", _PDF), **dict.fromkeys("\u2066\u2067\u2068", _PDI)}
_HOSTILE = re.compile(
    "[" + "".join(f"\\U{code:08x}" for code in _SUBSTITUTES if not 0xD800 <= code < 0xE000) + "\ud800-\udfff]"
)


def safe(text: str) -> str:
    """The text with control, bidi and invisible characters as visible stand-ins, one for one.

    A terminal escape, a NUL or a direction override can then do nothing; line ends become `␊`.
    """
    return text.translate(_SUBSTITUTES) if _HOSTILE.search(text) else text


def safe_lines(text: str) -> str:
    """As `safe`, but line feeds stay line feeds: for text that is printed over several lines."""
    return "\n".join(safe(line) for line in text.split("\n"))


def one_line(text: str, width: int = 80) -> str:
    """The text made inert on one line of at most `width` characters, for lists and messages."""
    line = safe(" ".join(text[: width * 4].split()))
    return line if len(line) <= width else line[: max(0, width - 1)] + "…"


def balance(text: str) -> tuple[str, str]:
    """What must stand before and after a text so that every change of direction that it begins ends within it, and it
    ends none that it did not begin (UAX 9): invisible, and both empty for nearly every text.

    For documents, which keep such characters where a screen shows stand-ins; an isolate alone does not hold them.
    """
    if not any(c in text for c in (_PDI, *_ENDED_BY)):
        return "", ""
    before, waiting = 0, []
    for character in text:
        if character in _ENDED_BY:
            waiting.append(_ENDED_BY[character])
        elif character == _PDF and waiting and waiting[-1] == _PDF:
            waiting.pop()
        elif character == _PDI and _PDI in waiting:
            while waiting.pop() != _PDI:  # embeddings end with the isolate that they began in
                pass
        elif character == _PDI:
            before += 1
            waiting.clear()
    return _FSI * before, "".join(reversed(waiting))
