"""Reading XML by names alone, whatever namespaces it is written in."""

from collections.abc import Iterator
from xml.etree.ElementTree import Element


def name_of(element: Element) -> str:
    return element.tag.rpartition("}")[2]


def descendants(holder: Element, name: str) -> Iterator[Element]:
    return (one for one in holder.iter() if name_of(one) == name)


def children(holder: Element | None, name: str) -> list[Element]:
    return [one for one in holder if name_of(one) == name] if holder is not None else []


def child(holder: Element | None, name: str) -> Element | None:
    return next(iter(children(holder, name)), None)


def text(holder: Element | None, name: str) -> str:
    """The words in a child; empty where there is none."""
    found = child(holder, name)
    return " ".join((found.text or "").split()) if found is not None else ""
