"""XML from outside: no document types, no entities, no network, no depth beyond reason."""

from collections.abc import Iterator
from io import BytesIO

from lxml import etree

from coder.errors import InputError
from coder.formats import limits

Element = etree._Element


def parse_xml(data: bytes, file: str) -> Element:
    """The root element. Raises InputError where it is no XML, declares a document type, or is larger or nested deeper
    than it may be (`limits`)."""
    limits.XML.check(len(data), file)
    # As many at most: in texts they stand, too. Attributes take memory before the element that bears them is seen.
    limits.XML_ATTRIBUTES.check(data.count(b"="), file)
    # Entities are not resolved, so a document type can do nothing before it is seen and refused.
    events = etree.iterparse(
        BytesIO(data),
        events=("start", "end"),
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    elements = depth = 0
    try:
        for event, element in events:
            if event == "end":
                depth -= 1
                continue
            depth, elements = depth + 1, elements + 1
            if elements == 1 and element.getroottree().docinfo.doctype:
                raise InputError(
                    f"{file} declares a document type, which no exchange file needs and which can hide an attack.",
                    hint="Export it anew from the program that made it.",
                )
            limits.XML_DEPTH.check(depth, file)
            limits.XML_ELEMENTS.check(elements, file)
    except (etree.XMLSyntaxError, ValueError) as error:
        reason = getattr(error, "msg", None) or str(error)
        raise InputError(
            f"{file} can't be read as XML: {reason[:300]}.", hint="Export it anew from the program that made it."
        ) from error
    root: Element = events.root
    return root


def local_name_of(name: str | bytes) -> str:
    """The name of an element or attribute without its namespace."""
    text = name if isinstance(name, str) else name.decode()
    return text.rpartition("}")[2]


def local_name(element: Element) -> str:
    """An element's name without its namespace: programs write several."""
    return local_name_of(str(element.tag))


def child(element: Element, name: str) -> Element | None:
    """The first child of this name, in whatever namespace."""
    return next(children(element, name), None)


def children(element: Element, *names: str) -> Iterator[Element]:
    """The children of these names, in whatever namespace; without names, all."""
    return (c for c in element if isinstance(c.tag, str) and (not names or local_name(c) in names))


def text_of(element: Element | None) -> str:
    """The text of an element, and of nothing the empty one."""
    return "" if element is None else "".join(map(str, element.itertext()))
