"""Files made in a test, and how they are read."""

import io
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from aftercart.connectors.shops.csv import kinds
from aftercart.connectors.shops.csv.columns import Layout, recognised
from aftercart.connectors.shops.csv.reading import Record, Table, read_table
from aftercart.connectors.shops.csv.understanding import Understood, groups
from aftercart.connectors.shops.csv.values import Manner, decimal_sign

READ_AT = datetime(2026, 11, 22, 12, tzinfo=UTC)


def table(content: str | bytes) -> Table:
    data = content.encode() if isinstance(content, str) else content
    return read_table(io.BytesIO(data))


def manner(**changes: Any) -> Manner:
    given = {"time_zone": ZoneInfo("Europe/Berlin"), "currency": "EUR", "read_at": READ_AT}
    return Manner(**{**given, **changes})


def read(content: str | bytes, kind: str = "", **changes: Any) -> list[Understood]:
    """Everything in a file, as the importer reads it."""
    found = table(content)
    layout = recognised(found.header.cells, kind)
    records = list(found.records)
    decimal = decimal_sign(layout, records, kinds.KINDS[layout.kind].amounts)
    meant = manner(**{"decimal": decimal, **changes})
    return [kinds.understood(group, layout, meant) for group in groups(records, layout)]


def first(content: str, kind: str = "", **changes: Any) -> Any:
    """The first fact of the only group."""
    [one] = read(content, kind, **changes)
    return one.facts[0]


def row(header: Sequence[str], *cells: str) -> tuple[Record, Layout]:
    return Record(2, list(cells)), recognised(header)
