"""YAML as plain nested texts with line numbers: nothing is constructed, expanded or guessed.

Every scalar is the text that stands there, so that `No`, `007` and `2024-01-01` stay what they are; null is "".
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import yaml

from coder.domain.display import one_line
from coder.errors import InputError
from coder.formats import limits

Tree = str | Sequence["Tree"] | Mapping[str, "Tree"]

_DEEPEST = limits.YAML_DEPTH.most
_NULL = frozenset({"", "~", "null", "Null", "NULL"})
_FOLDED = re.compile("[\x85\u2028\u2029]")
_TAGS = frozenset(f"tag:yaml.org,2002:{kind}" for kind in ("str", "seq", "map", "int", "float", "bool", "null"))
_RESOLVER: Any = yaml.resolver.Resolver()


@dataclass(slots=True)
class Node:
    """A scalar's text, a list's items or a mapping's values, and the line where it begins."""

    line: int
    value: "str | list[Node] | dict[str, Node]"


def read_tree(text: str, name: str) -> Node:
    """The one document in a YAML text; `name` is how problems call the file.

    Raises InputError for what is no YAML, for aliases, anchors and tags (which could expand or construct
    things), nesting beyond 250 levels, repeated keys, several documents and half surrogate pairs.
    """
    root = Node(1, [])
    stack, problems = [root], []
    keys: list[str | None] = [None]  # for each open mapping, the key that waits for its value
    try:
        for event in yaml.parse(text, Loader=yaml.SafeLoader):
            line = event.start_mark.line + 1 if event.start_mark else 0
            problem = _refused(event, len(stack))
            if problem:
                raise InputError(f"{name}, line {line}: {problem}.", hint="Write it without that, all in plain words.")
            if isinstance(event, yaml.CollectionEndEvent):
                stack.pop()
                keys.pop()
            elif isinstance(event, yaml.NodeEvent):
                node = Node(line, _content(event))
                problem = _put(node, stack[-1], keys)
                if problem:
                    problems.append(f"{name}, line {line}: {problem}")
                if not isinstance(node.value, str):
                    stack.append(node)
                    keys.append(None)
    except yaml.YAMLError as error:
        raise InputError(
            f"{name} is no YAML: {_explain(error)}.", hint="Check indentation, quotes and colons there."
        ) from error
    except UnicodeDecodeError as error:
        raise InputError(f"{name} holds half of a surrogate pair.", hint="Save it again as UTF-8.") from error
    documents = root.value
    if len(documents) > 1:
        problems.append(f"{name}: it holds {len(documents)} documents, and one is read")
    if problems:
        raise InputError(f"{name} can't be read as it is.", problems=problems)
    return documents[0] if isinstance(documents, list) and documents else Node(1, "")


def write_tree(tree: Tree) -> str:
    """The tree as YAML that `read_tree`, and any other reader of YAML, gives back the same."""
    events = [yaml.StreamStartEvent(), yaml.DocumentStartEvent(explicit=False), *_events(tree)]
    events += [yaml.DocumentEndEvent(explicit=False), yaml.StreamEndEvent()]
    text: str = yaml.emit(events, Dumper=yaml.SafeDumper, allow_unicode=True, width=100)
    return text


def _refused(event: Any, depth: int) -> str:
    if isinstance(event, yaml.AliasEvent):
        return "an alias (*name) stands there, and none are read"
    if getattr(event, "anchor", None) is not None:
        return "an anchor (&name) stands there, and none are read"
    tag = getattr(event, "tag", None)
    if tag not in (None, "!") and tag not in _TAGS:
        return "a tag (!name) stands there, and none are read"
    return f"it is nested more than {_DEEPEST} levels deep" if depth > _DEEPEST else ""


def _content(event: Any) -> "str | list[Node] | dict[str, Node]":
    if isinstance(event, yaml.MappingStartEvent):
        return {}
    if isinstance(event, yaml.SequenceStartEvent):
        return []
    text: str = event.value
    if event.style is None and event.implicit[0] and text in _NULL:
        return ""
    # JSON writes an emoji as two escapes; half a pair is no text.
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le")


def _put(node: Node, parent: Node, keys: list[str | None]) -> str:
    """Place the node in its parent, as a key, as the value of the key that waits, or as an item; returns a problem."""
    if isinstance(parent.value, list):
        parent.value.append(node)
    elif isinstance(parent.value, dict):
        key = keys[-1]
        if key is None:
            keys[-1] = node.value if isinstance(node.value, str) else ""
            return "" if isinstance(node.value, str) else "a field has no plain name"
        keys[-1] = None
        if key in parent.value:
            return f"the field {one_line(key, 40)!r} stands twice in one place"
        parent.value[key] = node
    return ""


def _explain(error: yaml.YAMLError) -> str:
    mark = getattr(error, "problem_mark", None)
    what = getattr(error, "problem", None) or getattr(error, "reason", None) or "it can't be parsed"
    return f"line {mark.line + 1}: {what}" if mark else str(what)


def _events(tree: Tree) -> Iterator[Any]:
    if isinstance(tree, str):
        tag = _RESOLVER.resolve(yaml.ScalarNode, tree, (True, False))
        plain = tag == "tag:yaml.org,2002:str"
        # YAML 1.1 folds these line ends into others unless they are escaped, which only double quotes allow.
        style = '"' if _FOLDED.search(tree) else "|" if "\n" in tree else None
        yield yaml.ScalarEvent(None, None, (plain, True), tree, style=style)
    elif isinstance(tree, Mapping):
        yield yaml.MappingStartEvent(None, None, True, flow_style=False)
        for key, value in tree.items():
            yield from _events(key)
            yield from _events(value)
        yield yaml.MappingEndEvent()
    else:
        flat = all(isinstance(item, str) for item in tree)
        yield yaml.SequenceStartEvent(None, None, True, flow_style=flat)
        for item in tree:
            yield from _events(item)
        yield yaml.SequenceEndEvent()
