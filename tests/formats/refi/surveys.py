"""Coded surveys of any kind, for property tests: every character, several coders, themes below themes."""

from dataclasses import replace

from hypothesis import strategies as st

from coder.domain.codebook import ThemeSpec, fold_name, split_path
from coder.domain.coding import Span
from coder.domain.corpus import QuestionKind, QuestionSpec
from coder.domain.exchange import CodedResponse, CodedSurvey, GivenTheme

_CHARACTERS = st.characters(codec="utf-8", exclude_characters="\r")
_LIKE_OURS = st.sampled_from(
    [
        "coder: {}",
        'x\ncoder: {"participant": "P9"}',
        "The whole response.",
        "a\n\nb\n\nc",
        "\n\n",
        "\u2028\x85\u2029\x1c",
    ]
)
_AWKWARD = st.sampled_from("\n\t 😀👩‍👩‍👧é\u0301\u200b\u202e\x00\x0b\x1b\ufeff\ufffe=<&>\"']")
TEXTS = (
    st.lists(st.one_of(_CHARACTERS, _AWKWARD, _LIKE_OURS), max_size=40).map("".join).map(lambda t: t.lstrip("\ufeff"))
)
FACTS = (TEXTS | st.sampled_from(["a\rb", "\r\n", " x ", "\ufeffx", "007", "-0", "1"])).map(lambda t: t or "x")
_REVISIONS = st.integers(0, 3)
# What XML can't hold can't come back; names are compared without it.
NAMES = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Cn", "Co")), min_size=1, max_size=12).map(
    lambda name: name.strip() or "x"
)


def _named(names: list[str]) -> list[str]:
    """Names that differ as themes' names do, and that a theme can bear."""
    kept: dict[str, str] = {}
    for name in names:
        if name and len(split_path(name)) < 2 and not (name.startswith("> ") or name.endswith(" >") or name == ">"):
            kept.setdefault(fold_name(name), name)
    return list(kept.values())


@st.composite
def surveys(draw: st.DrawFn) -> CodedSurvey:
    people = draw(st.lists(NAMES, min_size=1, max_size=4, unique=True))
    people += [who for who in (people[0].upper(), people[0] + " (2)", people[0][:1]) if draw(st.booleans())]
    people = list(dict.fromkeys(who.strip() for who in people if who.strip()))
    coders = draw(st.lists(NAMES | st.just("A\x01na"), min_size=1, max_size=3, unique=True))
    keys = draw(st.lists(NAMES, min_size=1, max_size=3, unique=True))
    # The same keys in another wave, and a prompt that begins like a byte order mark.
    waves = draw(st.sampled_from([[""], ["", "end"], ["start", "Start"]]))
    prompts = st.sampled_from([*keys, "\ufeffWhy?", "a\nb"]) | NAMES
    questions = [QuestionSpec(key, draw(prompts), QuestionKind.OPEN, wave) for key in keys for wave in waves]
    opens = len(questions)
    questions.append(QuestionSpec("rating", "How was it?", QuestionKind.RATING, draw(st.sampled_from(["", "start"]))))
    questions.append(QuestionSpec("age", "Which?", QuestionKind.MULTI, "later"))
    top = _named(draw(st.lists(NAMES, max_size=3)))
    below = _named(draw(st.lists(NAMES, max_size=2))) if top else []
    themes = []
    for name in top:
        themes.append(_theme(draw, (name,), keys))
        themes += [_theme(draw, (name, child), keys) for child in below]
    since = {at: draw(st.lists(_REVISIONS, min_size=opens + 2, max_size=opens + 2)) for at in range(len(themes))}
    born = {at: of for at, of in since.items() if any(of) and draw(st.booleans())}
    newest = max((revision for of in born.values() for revision in of), default=0)
    responses = []
    for question in range(opens):
        for who in people:
            for part in range(1, draw(st.integers(0, 2)) + 1):
                response = _response(draw, who, question, part, len(themes), coders)
                readers = tuple((c, draw(st.integers(0, newest))) for c in coders if draw(st.booleans()))
                responses.append(replace(response, reviewed=readers) if response.text else response)
    names = st.sampled_from(["age", "site", "Site", "rating", "Rating (start)"])
    facts = {who: draw(st.dictionaries(names, FACTS, max_size=3)) for who in people}
    answers = [(who, opens, "", draw(st.sampled_from(["7", "8", "n/a", "007"]))) for who in people[:2]]
    options = draw(st.sets(st.sampled_from("aAb:"), max_size=3))
    answers += [(people[-1], opens + 1, option, draw(FACTS)) for option in sorted(options)]
    acted = {c for r in responses for c, _ in (*r.highlights, *r.reviewed)}
    acted.update(t.coder for r in responses for t in r.themes)
    return CodedSurvey(
        "a survey",
        facts,
        questions,
        responses,
        themes,
        answers,
        [coder for coder in coders if coder in acted],
        ["n/a", "---"],
        "en",
        "2026-01-02T03:04:05+00:00",
        "identity",
        born=born,
    )


def _theme(draw: st.DrawFn, path: tuple[str, ...], keys: list[str]) -> ThemeSpec:
    return ThemeSpec(
        path,
        tuple(sorted(draw(st.sets(st.sampled_from(keys), max_size=2)))),
        draw(TEXTS),
        draw(TEXTS),
        draw(TEXTS),
        draw(TEXTS),
        tuple(draw(st.lists(TEXTS.map(lambda t: t or "x"), max_size=2))),
        draw(st.sampled_from(["", "#ff8800", "#f80"])),
        draw(st.sampled_from(["", "a"])),
    )


def _response(draw: st.DrawFn, who: str, question: int, part: int, themes: int, coders: list[str]) -> CodedResponse:
    text = draw(TEXTS)
    if not text:
        return CodedResponse(who, question, text, part)
    starts = st.integers(0, len(text) - 1)
    spans = starts.flatmap(lambda start: st.integers(start + 1, len(text)).map(lambda end: Span(start, end)))
    marks = set(draw(st.lists(st.tuples(st.sampled_from(coders), spans), max_size=2)))
    given = {}
    if themes:
        for _ in range(draw(st.integers(0, 3))):
            theme, coder = draw(st.integers(0, themes - 1)), draw(st.sampled_from(coders))
            evidence = tuple(sorted(set(draw(st.lists(spans, max_size=2)))))
            given[theme, coder] = GivenTheme(theme, coder, evidence)
            marks |= {(coder, span) for span in evidence}
    return CodedResponse(
        who,
        question,
        text,
        part,
        tuple(sorted(marks, key=lambda m: (m[1], m[0]))),
        tuple(given[key] for key in sorted(given)),
    )
