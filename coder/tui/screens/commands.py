"""The keys of the coding screen, and the characters that they leave for themes."""

from textual.binding import Binding

from coder.tui.keys import characters
from coder.tui.widgets.response_pane import ResponsePane

COMMANDS = [
    Binding("enter", "review", "mark as reviewed and go to the next that is not"),
    Binding("n", "go(1)", "next response, without marking it"),
    Binding("p", "go(-1)", "previous response"),
    Binding("pagedown", "page(1)", "read on; at the end, the next response"),
    Binding("pageup", "page(-1)", "read back; at the start, the previous response"),
    Binding("R", "unreview", "mark as not reviewed"),
    Binding("t", "choose_theme", "choose a theme by its name, or make a new one"),
    Binding("i", "in_vivo", "in vivo: the selected words become a theme"),
    Binding("m", "mark", "highlight the selected words, without a theme yet"),
    Binding("x", "remove", "remove the highlight at the caret, or else a coding"),
    Binding("a", "accept", "accept the suggestion at ▸"),
    Binding("d", "reject", "dismiss it"),
    Binding("y", "why", "why it is suggested: its words, and the most alike responses"),
    Binding("tab,right_square_bracket", "suggestion(1)", "next suggestion"),
    Binding("shift+tab,left_square_bracket", "suggestion(-1)", "previous suggestion"),
    Binding("g", "train", "learn from the codings now and suggest anew"),
    Binding("o", "terms", "key terms on or off"),
    Binding("u", "undo", "undo"),
    Binding("U,ctrl+r", "redo", "do again"),
    Binding("slash", "search", "search in the responses"),
    Binding("Q", "question", "go to another question"),
    Binding("f3", "queue", "the order of the responses: file, random, most useful, most certain"),
    Binding("escape", "escape", "clear the selection, then the search"),
    Binding("f2", "themes", "review the themes"),
    Binding("question_mark,f1", "help", "this help"),
]
_PANE_KEYS = [b.key for b in ResponsePane.BINDINGS if isinstance(b, Binding)]
TAKEN = characters([*(b.key for b in COMMANDS), *_PANE_KEYS]) | set("?/[]")
"""The characters that no theme can have as its key."""
