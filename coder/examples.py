"""The reviewed responses of a project as examples: what the suggester learns from, and what it is measured by."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from coder.domain.codebook import Codebook
from coder.domain.corpus import Question
from coder.store.suggestions import ReviewedText

if TYPE_CHECKING:
    from coder.suggest.classifier import Example


def examples_of(
    reviewed: Iterable[ReviewedText], codebook: Codebook, questions: Mapping[int, Question]
) -> list["Example"]:
    """One example a reviewed response; `questions` has the open questions by id.

    An absence says something where the theme was there to be found, or was refused by name; not where a theme below
    it was given, for whoever has the part has the whole. A theme that was given although it came after the review is
    among the themes, but not known: its absence would not have been.
    """
    from coder.suggest.classifier import Example

    serving = {q.key: codebook.for_question(q.key).themes for q in questions.values()}
    examples = []
    for r in reviewed:
        key = questions[r.question_id].key
        above = {a for t in r.themes for a in codebook.ancestors(t)}
        known = ({t.id for t in serving[key] if t.born <= r.revision} | r.rejected) - above
        examples.append(Example(r.response_id, r.participant_id, key, r.text, r.themes, frozenset(known)))
    return examples
