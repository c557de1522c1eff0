"""What texts from a project need in any format that is made of text."""

from coder.domain.display import balance

NOT_A_TEXT = {
    **{code: chr(0x2400 + code) for code in range(0x20) if chr(code) not in "\t\n"},
    0x7F: "\u2421",
    **dict.fromkeys(range(0x80, 0xA0), "\ufffd"),
    **dict.fromkeys(range(0xD800, 0xE000), "\ufffd"),
    **{plane << 16 | end: "\ufffd" for plane in range(17) for end in (0xFFFE, 0xFFFF)},
}
"""Stand-ins (for `str.translate`) for characters that are no text: they end files, or can't be encoded. Those that
change a direction stay; `whole` ends what they begin."""


def whole(text: str) -> str:
    """The text with every change of direction ended that it begins."""
    before, after = balance(text)
    return before + text + after
