"""The list of orders: searched and filtered through indexes, paged by key in both directions.

A page costs the same on the first and on the thousandth page, with a hundred orders or a million.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import msgspec
from django.utils import timezone

from aftercart.core import sql
from aftercart.web.dashboard.queries.finding import matching

PAGE_SIZE = 50
BIGGEST_ID = 2**63

Row = dict[str, Any]


class Cursor(msgspec.Struct, frozen=True):
    """A place between two orders in the list: by when they were placed, then by id."""

    placed_at: datetime
    order_id: int

    def __str__(self) -> str:
        since_epoch = self.placed_at - datetime.fromtimestamp(0, UTC)
        return f"{since_epoch // timedelta(microseconds=1)}-{self.order_id}"

    @classmethod
    def read(cls, text: str) -> "Cursor | None":
        """The cursor in an address; None for anything that is not one."""
        moment, _, order_id = text.partition("-")
        if not (
            moment.isascii() and moment.isdigit() and order_id.isascii() and order_id.isdigit()
        ):
            return None
        try:
            placed_at = datetime.fromtimestamp(0, UTC) + timedelta(microseconds=int(moment))
        except OverflowError:
            return None
        return cls(placed_at, int(order_id)) if int(order_id) < BIGGEST_ID else None


class Filters(msgspec.Struct, frozen=True, kw_only=True):
    """What the list is narrowed to; days are in the store's zone, the last one included."""

    text: str = ""
    delivery: str = ""
    fulfillment: str = ""
    first_day: date | None = None
    last_day: date | None = None


class Page(msgspec.Struct, frozen=True, kw_only=True):
    """Some orders, newest first; `newer` and `older` are where the neighbouring pages begin."""

    rows: list[Row]
    newer: Cursor | None
    older: Cursor | None


NEEDS_LOOK = ("exception", "attempt_failed", "returning", "returned", "unknown")
"""What the filter "needs a look" stands for."""

UNDER_WAY = ("info_received", "picked_up", "in_transit", "out_for_delivery", "available_for_pickup")
GROUPS = {"attention": NEEDS_LOOK, "under_way": UNDER_WAY, "not_shipped": ("",)}
"""Filters that stand for several delivery statuses."""


def page(
    store_id: int, filters: Filters, *, after: Cursor | None = None, before: Cursor | None = None
) -> Page:
    """One page of the store's orders.

    Args:
        after: begin with the order that follows this place (older ones).
        before: end with the order that precedes this place (newer ones).
    """
    conditions, parameters = _conditions(store_id, filters)
    if before is not None:
        rows = _fetch(conditions, parameters, "(placed_at, id) > (%(at)s, %(id)s)", "ASC", before)
        if len(rows) > PAGE_SIZE:
            return _page(store_id, rows[:PAGE_SIZE][::-1], has_newer=True, has_older=True)
        # Fewer than a page are newer: that is the first page, and it may as well be full.
    place = "(placed_at, id) < (%(at)s, %(id)s)" if after else "true"
    rows = _fetch(conditions, parameters, place, "DESC", after)
    more = len(rows) > PAGE_SIZE
    return _page(store_id, rows[:PAGE_SIZE], has_newer=after is not None, has_older=more)


def _conditions(store_id: int, filters: Filters) -> tuple[list[str], Row]:
    """The WHERE of the list: only conditions that use indexes under row-level security."""
    conditions, parameters = ["store_id = %(store)s", "deleted_at IS NULL"], {"store": store_id}
    wanted: list[tuple[bool, str, Row]] = [
        (
            bool(filters.delivery),
            "delivery_status = ANY(%(delivery)s)",
            {"delivery": list(GROUPS.get(filters.delivery, (filters.delivery,)))},
        ),
        (
            filters.delivery == "not_shipped",
            "cancelled_at IS NULL",
            {},
        ),
        (
            bool(filters.fulfillment),
            "fulfillment_status = %(fulfillment)s",
            {"fulfillment": filters.fulfillment},
        ),
        (
            filters.first_day is not None,
            "placed_at >= %(first)s",
            {"first": _start_of(filters.first_day)},
        ),
        (
            filters.last_day is not None,
            "placed_at < %(last)s",
            {"last": _start_of(filters.last_day, days_later=1)},
        ),
    ]
    if filters.text:
        wanted.append((True, "id = ANY(%(found)s)", {"found": matching(store_id, filters.text)}))
    for applies, condition, values in wanted:
        if applies:
            conditions.append(condition)
            parameters.update(values)
    return conditions, parameters


def _start_of(day: date | None, days_later: int = 0) -> datetime | None:
    if day is None:
        return None
    return timezone.make_aware(datetime.combine(day, time()) + timedelta(days=days_later))


def _fetch(
    conditions: list[str], parameters: Row, place: str, direction: str, cursor: Cursor | None
) -> list[Row]:
    if cursor is not None:
        parameters = {**parameters, "at": cursor.placed_at, "id": cursor.order_id}
    return sql.fetch(
        f"""
        SELECT id, number, customer_name, email, placed_at, currency, total, delivery_status,
               fulfillment_status, financial_status, cancelled_at, is_test
        FROM orders_order WHERE {" AND ".join([*conditions, place])}
        ORDER BY placed_at {direction}, id {direction} LIMIT %(limit)s
        """,
        {**parameters, "limit": PAGE_SIZE + 1},
    )


def _page(store_id: int, rows: list[Row], *, has_newer: bool, has_older: bool) -> Page:
    _add_items_and_news(store_id, rows)
    return Page(
        rows=rows,
        newer=Cursor(rows[0]["placed_at"], rows[0]["id"]) if rows and has_newer else None,
        older=Cursor(rows[-1]["placed_at"], rows[-1]["id"]) if rows and has_older else None,
    )


def _add_items_and_news(store_id: int, rows: Sequence[Row]) -> None:
    """Add how many items each order has, and what its parcels said last."""
    order_ids = [row["id"] for row in rows]
    items = {row["order_id"]: row for row in _items(store_id, order_ids)}
    news = {row["order_id"]: row for row in _news(store_id, order_ids)}
    for row in rows:
        row["items"] = items.get(row["id"], {}).get("items", 0)
        row["news"] = news.get(row["id"])


def _items(store_id: int, order_ids: Sequence[int]) -> list[Row]:
    return sql.fetch(
        """
        SELECT order_id, sum(quantity) AS items FROM orders_lineitem
        WHERE store_id = %s AND order_id = ANY(%s) GROUP BY order_id
        """,
        [store_id, list(order_ids)],
    )


def _news(store_id: int, order_ids: Sequence[int]) -> list[Row]:
    """What the parcels of each order say together: the last to arrive, the newest scan."""
    return sql.fetch(
        """
        SELECT content.order_id, count(DISTINCT parcel.id) AS parcels,
               max(parcel.delivered_at) AS delivered_at,
               max(coalesce(parcel.expected_date, parcel.expected_until::date))
                 FILTER (WHERE parcel.delivered_at IS NULL) AS expected_date,
               max(parcel.last_scan_at) AS last_scan_at
        FROM shipments_shipmentcontent AS content
        JOIN shipments_shipment AS parcel
          ON parcel.id = content.shipment_id AND parcel.store_id = content.store_id
        WHERE content.store_id = %s AND content.order_id = ANY(%s)
          AND content.active AND NOT parcel.is_return
        GROUP BY content.order_id
        """,
        [store_id, list(order_ids)],
    )
