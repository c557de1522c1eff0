"""The colours of figures, on white and on dark paper. Hue is never the only sign: groups differ in lightness and in
hatching too, and every number stands in its row."""

# What a reader must see is at least 4.5 : 1 (texts) or 3 : 1 (marks) against the paper; see tests/charts.
PAPER = "#ffffff"
INK = "#1f2328"
MUTED = "#57606a"
GRID = "#d8dee4"
AXIS = "#818b96"
BAR = "#4289c4"
PART = "#9cc5e8"  # the bar of a part of something above it; its edge is BAR
EDGE = "#24292f"  # around marks whose lightness alone would not do
AFTER, BEFORE = "#0b5394", "#fefefe"
MEAN = "#a8320b"

GROUPS = ("#0a4a87", "#f3b14d", "#23997a", "#b13d6d", "#d7e6f3", "#33243f")
HATCHES = ("", "//", "", "\\\\", "||", "xx")
HATCH_INKS = (EDGE, EDGE, EDGE, "#f4d7e3", EDGE, "#b9a6c9")

RAMP = ("#f3f8fc", "#d6e7f4", "#aed0ea", "#7db2dc", "#3475ae", "#1d5f9c", "#0a3d73")
ON_PALE, ON_FULL = "#1f2329", "#fdfdfd"  # what is written on the first four of the ramp, and on the others
FULL_FROM = 4

DARK = {
    PAPER: "#1b1f24",
    INK: "#e8edf2",
    MUTED: "#a6b0bb",
    GRID: "#363d46",
    AXIS: "#7c8690",
    BAR: "#3f83bb",
    PART: "#24507a",
    EDGE: "#c9d1d9",
    AFTER: "#79b8f2",
    BEFORE: "#1b1f25",
    MEAN: "#ff9d76",
    "#0a4a87": "#4487cc",
    "#f3b14d": "#ffd48f",
    "#23997a": "#46b896",
    "#b13d6d": "#a34470",
    "#d7e6f3": "#f4f8fc",
    "#33243f": "#54406a",
    "#f4d7e3": "#f6dbe6",
    "#b9a6c9": "#d3c4e0",
    "#f3f8fc": "#22303d",
    "#d6e7f4": "#203c57",
    "#aed0ea": "#214b73",
    "#7db2dc": "#27608f",
    "#3475ae": "#5b9fd6",
    "#1d5f9c": "#8cc0ec",
    "#0a3d73": "#c4e0f8",
    ON_PALE: "#f2f6fa",
    ON_FULL: "#10151b",
}
"""Each colour on white paper, and what it is on dark paper."""
