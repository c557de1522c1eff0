"""The coding screen in a terminal or a browser. Textual lives here."""

import os

# Both are read when Textual is imported. At 60 frames a second a panel that follows a key is two frames late.
os.environ.setdefault("TEXTUAL_FPS", "120")
os.environ.setdefault("TEXTUAL_ANIMATIONS", "none")
