"""Stores and facts for the tests of the domain rooms, and what came of them."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import msgspec

from aftercart.commerce.orders.facts import (
    AddressFact,
    FulfillmentFact,
    FulfillmentItemFact,
    LineItemFact,
    OrderFact,
    ParcelFact,
    RefundFact,
)
from aftercart.core import sql
from aftercart.core.facts import Incoming
from aftercart.core.models import Account, Store
from aftercart.delivery.shipments.facts import ScanFact, TrackingFact

MOMENT = datetime(2026, 3, 2, 9, tzinfo=UTC)
SHOP, TRACKER = "shop:north", "tracker"

OWN_REACTIONS = [
    (
        "aftercart.delivery.shipments.handlers.follow_fulfillments",
        ["fulfillment.created", "fulfillment.updated", "fulfillment.cancelled"],
    ),
    ("aftercart.delivery.shipments.handlers.weigh", ["order.updated"]),
    ("aftercart.delivery.shipments.handlers.forget", ["customer.erased"]),
]


def hours(number: float) -> datetime:
    """So many hours after the moment at which the tests' stories begin."""
    return MOMENT + timedelta(hours=number)


def new_store(slug: str = "north") -> Store:
    """A store under an account of its own."""
    return Store.objects.create(account=Account.objects.create(name=slug), name=slug, slug=slug)


def line(external_id: str, quantity: int = 1, **changes: Any) -> LineItemFact:
    """A line of an order."""
    return LineItemFact(
        external_id=external_id, title=f"Article {external_id}", quantity=quantity, **changes
    )


def order(external_id: str = "1", at: float = 0, **changes: Any) -> OrderFact:
    """An order as it stood `at` hours after the beginning, with two lines."""
    given: dict[str, Any] = {
        "number": f"#{external_id}",
        "placed_at": MOMENT,
        "updated_at": hours(at),
        "currency": "EUR",
        "total": Decimal("50.00"),
        "email": "ada@example.com",
        "shipping_address": AddressFact(
            name="Ada Long", line1="1 Quay", city="Berlin", postcode="10115", country="DE"
        ),
        "lines": (line("a", 2), line("b")),
    }
    return OrderFact(external_id=external_id, **{**given, **changes})


def sent(
    external_id: str = "f1",
    *numbers: str,
    items: dict[str, int] | None = None,
    order_id: str = "1",
    at: float = 1,
    **changes: Any,
) -> FulfillmentFact:
    """A fulfillment under tracking numbers; without `items` the source did not say what travels."""
    told = None
    if items is not None:
        told = tuple(
            FulfillmentItemFact(line_external_id=name, quantity=quantity)
            for name, quantity in items.items()
        )
    given: dict[str, Any] = {
        "parcels": tuple(ParcelFact(number=number) for number in numbers),
        "items": told,
        "created_at": hours(at),
    }
    return FulfillmentFact(
        external_id=external_id, order_external_id=order_id, **{**given, **changes}
    )


def refund(
    external_id: str = "r1", amount: str = "10", currency: str = "EUR", **changes: Any
) -> RefundFact:
    """A refund of the order `1`."""
    given: dict[str, Any] = {"order_external_id": "1", "refunded_at": hours(2)}
    return RefundFact(
        external_id=external_id,
        amount=Decimal(amount),
        currency=currency,
        **{**given, **changes},
    )


def scan(at: float, status: str, reason: str = "", **changes: Any) -> ScanFact:
    """A scan `at` hours after the beginning."""
    given: dict[str, Any] = {"text": f"{status} {reason}"}
    return ScanFact(
        occurred_at=hours(at),
        status=status,  # type: ignore[arg-type]
        reason=reason,  # type: ignore[arg-type]
        **{**given, **changes},
    )


def tracking(number: str, *scans: ScanFact, **changes: Any) -> TrackingFact:
    """What a tracker says about a parcel."""
    return TrackingFact(number=number, scans=scans, **changes)


def incoming(
    store: Store, *facts: Any, source: str = SHOP, quiet: bool = False
) -> list[Incoming[Any]]:
    """Facts as they reach a room."""
    return [Incoming(store.pk, source, fact, quiet) for fact in facts]


def events(store: Store, *types: str) -> list[dict[str, Any]]:
    """What was published for a store, in order; `data` decoded."""
    rows = sql.fetch("SELECT * FROM core_event WHERE store_id = %s ORDER BY id", [store.pk])
    return [
        {**row, "data": msgspec.json.decode(row["data"])}
        for row in rows
        if not types or row["type"] in types
    ]


def types(told: Sequence[dict[str, Any]]) -> list[str]:
    """The events' types."""
    return [event["type"] for event in told]


def rows(table: str, store: Store, *columns: str) -> list[tuple[Any, ...]]:
    """Some columns of a store's rows, sorted."""
    return sorted(
        sql.fetch_rows(f"SELECT {', '.join(columns)} FROM {table} WHERE store_id = %s", [store.pk]),
        key=repr,
    )
