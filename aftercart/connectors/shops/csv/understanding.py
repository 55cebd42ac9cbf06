"""What rows have in common, whatever they hold: they are taken in groups, and each group is
understood as a whole or not at all."""

from collections.abc import Iterable, Iterator
from typing import Any

import msgspec
from django.utils.translation import gettext as _

from aftercart.connectors.shops.csv.columns import Layout
from aftercart.connectors.shops.csv.reading import Record
from aftercart.connectors.shops.csv.values import CellError

MOST_ROWS = 1000
"""In one group: nobody orders more kinds of things at once."""


class Understood(msgspec.Struct, frozen=True, kw_only=True):
    """What a group of rows says.

    Attributes:
        lines: where its rows begin.
        facts: what they say, as facts or as `shipments.Sending`.
    """

    lines: tuple[int, ...]
    facts: tuple[Any, ...]


def key(record: Record, layout: Layout) -> tuple[str, ...]:
    """What rows of one group share: the order's number, and for parcels the parcel's."""
    meanings = {"orders": ("number",), "shipments": ("number", "tracking_number", "tracking_url")}
    parts = meanings.get(layout.kind, ("tracking_number",))
    return tuple(_cell(record, layout, meaning) for meaning in parts)


def _cell(record: Record, layout: Layout, meaning: str) -> str:
    place = layout.columns.get(meaning)
    if place is None or place >= len(record.cells):
        return ""
    return record.cells[place].strip()


def groups(records: Iterable[Record], layout: Layout) -> Iterator[list[Record]]:
    """Rows that follow one another and belong together."""
    group: list[Record] = []
    last: tuple[str, ...] = ()
    for record in records:
        this = key(record, layout)
        if group and (this != last or not any(this) or len(group) >= MOST_ROWS):
            yield group
            group = []
        group.append(record)
        last = this
    if group:
        yield group


def check_width(record: Record, layout: Layout) -> None:
    """
    Raises:
        CellError: the row holds more cells than there are columns.
    """
    if any(cell.strip() for cell in record.cells[len(layout.header) :]):
        problem = _("This row has more cells than there are columns. A quote may be missing.")
        raise CellError(record.line, "", problem)
