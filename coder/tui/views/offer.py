"""All views, and which of them there are of a question."""

from collections.abc import Sequence

from coder.domain.corpus import Question
from coder.tui.views.beside import BESIDE_RATINGS, BESIDE_THEMES
from coder.tui.views.change import CHANGE
from coder.tui.views.chosen import CHOSEN
from coder.tui.views.rated import RATED
from coder.tui.views.rating_change import RATING_CHANGE
from coder.tui.views.saturation import SATURATION
from coder.tui.views.themes import THEMES
from coder.tui.views.together import TOGETHER
from coder.tui.views.view import View

VIEWS: Sequence[View] = (
    *(THEMES, RATED, CHOSEN),
    *(CHANGE, RATING_CHANGE),
    TOGETHER,
    *(BESIDE_RATINGS, BESIDE_THEMES),
    SATURATION,
)


def views_of(asked: Sequence[Question], survey: Sequence[Question]) -> list[View]:
    """The ways to look at a question (in its waves) that there are in a survey."""
    return [view for view in VIEWS if view.fits(asked, survey)]
