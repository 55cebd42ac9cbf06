"""Lists of orders: filters, and pages that cost the same however far one turns."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

import msgspec

from aftercart.core import sql


class OrderSummary(msgspec.Struct, frozen=True, kw_only=True):
    """An order as a list shows it."""

    id: int
    number: str
    placed_at: datetime
    customer_name: str
    email: str
    currency: str
    total: Decimal
    financial_status: str
    fulfillment_status: str
    delivery_status: str
    cancelled_at: datetime | None
    deleted_at: datetime | None
    ship_country: str
    is_test: bool


class OrderFilters(msgspec.Struct, frozen=True, kw_only=True):
    """What a list is narrowed to; what is empty does not narrow.

    Attributes:
        order_ids: only these, for whoever found them by something that was typed.
        delivery_statuses: `""` among them means orders without a parcel.
        placed_from: inclusive; `placed_until` exclusive.
    """

    order_ids: Sequence[int] | None = None
    delivery_statuses: Sequence[str] = ()
    fulfillment_statuses: Sequence[str] = ()
    financial_statuses: Sequence[str] = ()
    placed_from: datetime | None = None
    placed_until: datetime | None = None
    with_cancelled: bool = True
    with_deleted: bool = False


class Cursor(msgspec.Struct, frozen=True):
    """Where a page ends: the order there. `backwards` asks for the page before, else after."""

    placed_at: datetime
    order_id: int
    backwards: bool = False


class OrderPage(msgspec.Struct, frozen=True):
    """A page of orders, the newest first, and where its neighbours are."""

    orders: list[OrderSummary]
    previous: Cursor | None
    next: Cursor | None


def page(
    store_id: int, filters: OrderFilters, cursor: Cursor | None = None, limit: int = 50
) -> OrderPage:
    """A page of the store's orders, the newest first."""
    conditions, parameters = _conditions(store_id, filters)
    backwards = cursor is not None and cursor.backwards
    if cursor is not None:
        conditions.append(f"(placed_at, id) {'>' if backwards else '<'} (%s, %s)")
        parameters += [cursor.placed_at, cursor.order_id]
    direction = "ASC" if backwards else "DESC"
    rows = sql.fetch(
        f"SELECT {_COLUMNS} FROM orders_order WHERE {' AND '.join(conditions)} "
        f"ORDER BY placed_at {direction}, id {direction} LIMIT %s",
        [*parameters, limit + 1],
    )
    found = [OrderSummary(**row) for row in rows[:limit]]
    more = len(rows) > limit
    if backwards:
        found.reverse()
    return OrderPage(
        found,
        _edge(found[:1], backwards=True, there=more if backwards else cursor is not None),
        _edge(found[-1:], backwards=False, there=True if backwards else more),
    )


def count_by_delivery_status(store_id: int, since: datetime) -> dict[str, int]:
    """How many orders placed since then are in each delivery status; `""` are to be shipped yet."""
    rows = sql.fetch(
        "SELECT delivery_status, count(*) AS number FROM orders_order "
        "WHERE store_id = %s AND placed_at >= %s AND deleted_at IS NULL "
        "AND (delivery_status <> '' OR cancelled_at IS NULL) GROUP BY delivery_status",
        [store_id, since],
    )
    return {row["delivery_status"]: row["number"] for row in rows}


_COLUMNS = ", ".join(OrderSummary.__struct_fields__)


def _edge(orders: list[OrderSummary], *, backwards: bool, there: bool) -> Cursor | None:
    if not orders or not there:
        return None
    return Cursor(orders[0].placed_at, orders[0].id, backwards)


def _conditions(store_id: int, filters: OrderFilters) -> tuple[list[str], list[Any]]:
    narrowing: list[tuple[str, list[Any]]] = [("store_id = %s", [store_id])]
    for column, values in (
        ("delivery_status", filters.delivery_statuses),
        ("fulfillment_status", filters.fulfillment_statuses),
        ("financial_status", filters.financial_statuses),
    ):
        if len(values) == 1:
            # For one value the index also gives the order, so that rare statuses page as fast.
            narrowing.append((f"{column} = %s", list(values)))
        elif values:
            narrowing.append((f"{column} = ANY(%s)", [list(values)]))
    if filters.order_ids is not None:
        narrowing.append(("id = ANY(%s)", [list(filters.order_ids)]))
    if filters.placed_from:
        narrowing.append(("placed_at >= %s", [filters.placed_from]))
    if filters.placed_until:
        narrowing.append(("placed_at < %s", [filters.placed_until]))
    narrowing += _flags(filters)
    return [text for text, _ in narrowing], [value for _, values in narrowing for value in values]


def _flags(filters: OrderFilters) -> list[tuple[str, list[Any]]]:
    flags = []
    if not filters.with_cancelled:
        flags.append("cancelled_at IS NULL")
    if not filters.with_deleted:
        flags.append("deleted_at IS NULL")
    return [(flag, []) for flag in flags]
