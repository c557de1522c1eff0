"""The keys of the coding screen, and the characters that they leave for themes."""

from textual.binding import Binding

from coder.tui.keymap import Keymap, characters, keys_of
from coder.tui.widgets.response_pane import ResponsePane

COMMANDS = [
    Binding("enter", "review", "mark as reviewed and go to the next that is not", id="code.review"),
    Binding("n", "go(1)", "next response, without marking it", id="code.next"),
    Binding("p", "go(-1)", "previous response", id="code.previous"),
    Binding("pagedown", "page(1)", "read on; at the end, the next response", id="code.page_down"),
    Binding("pageup", "page(-1)", "read back; at the start, the previous response", id="code.page_up"),
    Binding("R", "unreview", "mark as not reviewed", id="code.unreview"),
    Binding("t", "choose_theme", "choose a theme by its name, or make a new one", id="code.choose_theme"),
    Binding("T", "choose_theme(True)", "choose a theme, code, and go to the next response", id="code.choose_and_go_on"),
    Binding("full_stop", "assign_last", "the last theme once more", id="code.last_theme"),
    Binding("f6", "going_on", "on or off: each theme's key codes and goes to the next", id="code.going_on"),
    Binding("comma", "next_words", "select the next likely key term or evidence word", id="code.next_words"),
    Binding("i", "in_vivo", "in vivo: the selected words become a theme", id="code.in_vivo"),
    Binding("m", "mark", "highlight the selected words, without a theme yet", id="code.mark"),
    Binding("f5", "open_highlights", "highlights without a theme: give them one", id="code.open_highlights"),
    Binding("x", "remove", "remove the highlight at the caret, or else a coding", id="code.remove"),
    Binding("N", "memo", "a memo on the response, a theme or anything; or read those there are", id="code.memo"),
    Binding("asterisk", "star", "star (or unstar) the highlight at the caret, the selection or all", id="code.star"),
    Binding("X", "mask", "mask the selected words in every output; or show them again", id="code.mask"),
    Binding("a", "accept", "accept the suggestion at ▸", id="code.accept"),
    Binding("A", "accept(True)", "accept it and go to the next response", id="code.accept_and_go_on"),
    Binding("d", "reject", "dismiss it", id="code.reject"),
    Binding("y", "why", "why it is suggested: its words, and the most alike responses", id="code.why"),
    Binding("tab,right_square_bracket", "suggestion(1)", "next suggestion", id="code.next_suggestion"),
    Binding("left_square_bracket", "suggestion(-1)", "previous suggestion", id="code.previous_suggestion"),
    Binding("g", "train", "learn from the codings now and suggest anew", id="code.train"),
    Binding("o", "terms", "key terms on or off", id="code.terms"),
    Binding("O", "earlier", "the text before an import changed it: take its coding over", id="code.earlier"),
    Binding("u", "undo", "undo", id="code.undo"),
    Binding("U,ctrl+r", "redo", "do again", id="code.redo"),
    Binding("f8", "history", "all that was done, newest first", id="code.history"),
    Binding("C,ctrl+c", "copy", "copy the selected words, or the whole response", id="code.copy"),
    Binding("slash", "search", "search in the responses", id="code.search"),
    Binding("greater_than_sign", "hit(1)", "select the next word that was searched for", id="code.next_hit"),
    Binding("less_than_sign", "hit(-1)", "select the previous one", id="code.previous_hit"),
    Binding("E", "code_hits", "code every hit of the search, after a look at each", id="code.code_hits"),
    Binding("F", "filter", "filter: which responses are read", id="code.filter"),
    Binding("G", "jump", "go to a participant", id="code.jump"),
    Binding("P", "person", "all answers of this participant, side by side", id="code.person"),
    Binding("f9,shift+tab", "list", "the list of responses: into it, or over the screen", id="code.list"),
    Binding("f7", "consistency", "the same answer coded in several ways: the consistency check", id="code.consistency"),
    Binding("Q", "question", "go to another question", id="code.question"),
    Binding("f3", "queue", "the order of the responses: file, random, most useful, most certain", id="code.queue"),
    Binding("escape", "escape", "clear the selection, then the search, then the filter", id="code.escape"),
    Binding("f2", "themes", "review the themes", id="code.themes"),
    Binding("f4", "counts", "counts: participants per theme, and the people behind them", id="code.counts"),
    Binding("question_mark", "app.help", "help", id="code.help"),
]


def taken(keymap: Keymap) -> frozenset[str]:
    """The characters that no theme can have as its key: those of the commands, as a person has mapped them."""
    return frozenset(commands_by_character(keymap))


def commands_by_character(keymap: Keymap) -> dict[str, str]:
    """What each character does that is a command."""
    bindings = [b for b in (*COMMANDS, *ResponsePane.BINDINGS) if isinstance(b, Binding)]
    return {character: b.description for b in bindings for character in characters(keys_of(b, keymap))}
