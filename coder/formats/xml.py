"""XML from outside: no document types, no entities, no network, no depth beyond reason."""

from lxml import etree

from coder.errors import InputError

MOST_DEPTH = 100
MOST_ELEMENTS = 5_000_000


def parse_xml(data: bytes, file: str) -> etree._Element:
    """The root element. Raises InputError where it is no XML, declares a document type, or is nested too deep."""
    # Entities are not resolved, so a document type can do nothing before it is seen and refused.
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        reason = getattr(error, "msg", None) or str(error)
        raise InputError(
            f"{file} can't be read as XML: {reason[:300]}.", hint="Export it anew from the program that made it."
        ) from error
    if root.getroottree().docinfo.doctype:  # type: ignore[union-attr]
        raise InputError(
            f"{file} declares a document type, which no exchange file needs and which can hide an attack.",
            hint="Export it anew from the program that made it.",
        )
    deepest = elements = depth = 0
    for event, _ in etree.iterwalk(root, events=("start", "end")):
        depth += 1 if event == "start" else -1
        deepest, elements = max(deepest, depth), elements + 1
    if deepest > MOST_DEPTH or elements > 2 * MOST_ELEMENTS:
        raise InputError(f"{file} is nested {deepest} deep; at most {MOST_DEPTH} levels are read.")
    return root


def local_name(element: etree._Element) -> str:
    """An element's name without its namespace: programs write several."""
    return str(etree.QName(element).localname)


def child(element: etree._Element, name: str) -> etree._Element | None:
    """The first child of this name, in whatever namespace."""
    return next(children(element, name), None)


def children(element: etree._Element, *names: str):  # type: ignore[no-untyped-def]
    """The children of these names, in whatever namespace; without names, all."""
    return (c for c in element if isinstance(c.tag, str) and (not names or local_name(c) in names))


def text_of(element: etree._Element | None) -> str:
    """The text of an element, and of nothing the empty one."""
    return "" if element is None else "".join(element.itertext())  # type: ignore[arg-type]
