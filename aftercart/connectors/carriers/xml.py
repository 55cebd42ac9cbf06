"""Reading XML by names alone, whatever its namespaces; what is dangerous is refused."""

from collections.abc import Iterator
from xml.etree.ElementTree import Element
from xml.etree.ElementTree import ParseError as NotXml

from defusedxml import DefusedXmlException, ElementTree

from aftercart.connectors.base import ParseError


def read(body: bytes) -> Element:
    """The outermost element.

    Raises:
        ParseError: it is no XML, or declares entities or a document type.
    """
    try:
        root: Element = ElementTree.fromstring(body.strip(), forbid_dtd=True)
    except DefusedXmlException as error:
        raise ParseError("body", "declares entities or a document type") from error
    except (NotXml, ValueError, LookupError) as error:
        raise ParseError("body", "is not XML") from error
    return root


def name_of(element: Element) -> str:
    """The name without its namespace."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def descendants(holder: Element, name: str) -> Iterator[Element]:
    """All elements of a name, the holder itself among them."""
    return (one for one in holder.iter() if name_of(one) == name)


def children(holder: Element | None, name: str) -> list[Element]:
    """The children of a name."""
    return [one for one in holder if name_of(one) == name] if holder is not None else []


def child(holder: Element | None, name: str) -> Element | None:
    """The first child of a name."""
    return next(iter(children(holder, name)), None)


def text(holder: Element | None, name: str) -> str:
    """The words in a child; empty where there is none."""
    found = child(holder, name)
    return " ".join((found.text or "").split()) if found is not None else ""
