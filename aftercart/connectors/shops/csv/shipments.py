"""Rows to parcels. A parcel takes a row for each item in it, or one row. Pure.

A file names orders by their number and items by their SKU; which order and line of which source
that is only intake can find out. So a `Sending` is not a fact yet.
"""

from collections.abc import Sequence
from datetime import datetime, tzinfo

import msgspec
from django.utils.translation import gettext as _

from aftercart.commerce.orders.facts import ParcelFact
from aftercart.connectors.shops.csv.columns import Layout
from aftercart.connectors.shops.csv.reading import Record
from aftercart.connectors.shops.csv.understanding import Understood
from aftercart.connectors.shops.csv.values import Cells, Manner, shown_moment

SHOWN = ("number", "tracking", "sent_at", "items")


class Sending(msgspec.Struct, frozen=True, kw_only=True):
    """A parcel of an order, as a file names it. `items` counts by SKU; None: all the rest."""

    order_number: str
    parcel: ParcelFact
    items: dict[str, int] | None
    sent_at: datetime | None
    service: str = ""
    location: str = ""


def sending(group: Sequence[Record], layout: Layout, manner: Manner) -> Understood:
    """The parcel that these rows describe.

    Raises:
        CellError: a row cannot be read.
    """
    rows = [Cells([record], layout, manner) for record in group]
    first = rows[0]
    parcel = ParcelFact(
        number=first.text("tracking_number", 100),
        carrier=first.text("carrier", 100),
        url=first.web_address("tracking_url"),
    )
    if not parcel.number and not parcel.url:
        raise first.error("tracking_number", _("This is empty. A value is needed."))
    fact = Sending(
        order_number=first.required("number", 60),
        parcel=parcel,
        items=_items(rows),
        sent_at=next(filter(None, (row.moment("sent_at") for row in rows)), None),
        service=first.text("service", 120),
        location=first.text("location", 120),
    )
    return Understood(lines=tuple(record.line for record in group), facts=(fact,))


def _items(rows: Sequence[Cells]) -> dict[str, int] | None:
    items: dict[str, int] = {}
    for row in rows:
        sku, quantity = row.text("item_sku", 255), row.count("item_quantity")
        if sku:
            items[sku] = items.get(sku, 0) + (1 if quantity is None else quantity)
    return items or None


def show(fact: Sending, zone: tzinfo) -> tuple[str, ...]:
    """The parcel as a row of the columns `SHOWN`, for a person to check."""
    return (
        fact.order_number,
        " ".join(filter(None, (fact.parcel.carrier, fact.parcel.number or fact.parcel.url))),
        shown_moment(fact.sent_at, zone) if fact.sent_at else "",
        ", ".join(f"{count} × {sku}" for sku, count in (fact.items or {}).items())[:300],
    )
