"""What paints line by line, with no more work than what has changed."""

from rich.style import Style
from textual.geometry import Region, Size
from textual.scroll_view import ScrollView
from textual.strip import Strip


class Lined(ScrollView, can_focus=True, inherit_bindings=False):
    """A scrolling widget of lines. Its own look is found once a frame, in `base` and `room`, not once a line."""

    ALLOW_SELECT = False

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.base = Style.null()
        self.room = 0  # cells of a line

    def render_lines(self, crop: Region) -> list[Strip]:
        self.base, self.room = self.rich_style, self.scrollable_content_region.width
        return super().render_lines(crop)

    def hold(self, lines: int) -> None:
        """Have so many lines from now on. The screen is laid out anew only where the scroll bar has to do with it."""
        area = self.scrollable_content_region
        size = Size(area.width, lines)
        if max(lines, self.virtual_size.height) <= area.height:
            self.set_reactive(ScrollView.virtual_size, size)
        else:
            self.virtual_size = size
