"""No text reaches the screen but through the doors of widgets/plain.py and the line-painted lists."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import coder.tui

HOME = Path(coder.tui.__file__).parent
DOORS = {HOME / "widgets" / "plain.py"}
# Calls that would parse markup or pass control characters on, and attributes that Textual draws by itself.
CALLS = {
    "Static",
    "Label",
    "notify",
    "Button",
    "Option",
    "Text",
    "Content",
    "from_markup",
    "Markdown",
    "update",
    "bell",
}
ATTRIBUTES = {"border_title", "border_subtitle", "tooltip", "title", "sub_title", "placeholder"}


WIDGETS = {"Input", "Static", "TextArea"}
"""The widgets of Textual that have a door of ours; all others draw what they are given."""


def literal(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant)


def offences(source: str) -> list[str]:
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            given = [*node.args, *(k.value for k in node.keywords)]
            on_data = isinstance(node.func, ast.Attribute) and name == "update" and not literal_holder(node.func)
            if name in CALLS and not all(map(literal, given)) and not on_data:
                found.append(f"line {node.lineno}: {name}(...)")
            if name == "Segment" and not inert(node.args[0]):
                found.append(f"line {node.lineno}: Segment(...) of a text that was not drawn")
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("textual.widgets"):
            strange = {alias.name for alias in node.names} - WIDGETS - {"Edit", "EditResult"}
            found += [f"line {node.lineno}: {name} has no door" for name in sorted(strange)]
        if isinstance(node, ast.Assign | ast.AugAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            for target in targets:
                if isinstance(target, ast.Attribute) and target.attr in ATTRIBUTES and not literal(node.value):
                    found.append(f"line {node.lineno}: .{target.attr} =")
    return found


def inert(node: ast.expr) -> bool:
    """Whether what a segment is made of is a text of ours, or went through `drawn`."""
    match node:
        case ast.Constant():
            return True
        case ast.Call():
            return (node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")) == "drawn"
        case ast.Subscript():
            return inert(node.value)
        case ast.BoolOp():
            return all(map(inert, node.values))
        case ast.BinOp():  # " " * n
            return inert(node.left)
    return False


def literal_holder(function: ast.Attribute) -> bool:
    """Whether `.update` is called on a widget (`self.query_one(...)`), not on a dictionary or a set."""
    return isinstance(function.value, ast.Call)


@pytest.mark.parametrize("path", sorted(set(HOME.rglob("*.py")) - DOORS), ids=lambda p: str(p.relative_to(HOME)))
def test_texts_take_the_doors(path):
    assert offences(path.read_text(encoding="utf-8")) == []


def test_the_check_itself_sees_a_text_beside_the_doors():
    assert offences("Static(name)") and offences("self.app.notify(f'{x}')") and offences("w.border_title = name")
    assert offences("Segment(name, style)") and offences("from textual.widgets import DataTable")
    assert not offences("Segment(drawn(name)[:3] or ' ', style)") and not offences("Segment(' ' * room)")
    assert not offences("Plain(name)") and not offences("Static('coder')")


def test_before_the_first_paint_no_heavy_library_is_loaded():
    code = (
        "import sys; import coder.tui.app;"
        "print([m for m in ('sqlalchemy', 'sqlite3', 'sklearn', 'spacy', 'pandas', 'numpy') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=HOME.parents[1])
    assert done.stdout.strip() == "[]"


def test_before_the_first_response_no_other_dialect_is_loaded():
    code = (
        "import sys; import coder.session;"
        "print([m for m in ('sqlalchemy.orm', 'sqlalchemy.dialects.postgresql', 'numpy', 'spacy') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=HOME.parents[1])
    assert done.stdout.strip() == "[]"
