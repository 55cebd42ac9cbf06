"""The list of orders as the team sees it: the orders, how many items, what their parcels say."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Literal

import msgspec
from django.utils import timezone

from aftercart.commerce.orders import queries as orders
from aftercart.commerce.orders.queries import Cursor, OrderFilters, OrderSummary
from aftercart.core import clock, sql
from aftercart.web.dashboard.queries.finding import matching

PAGE_SIZE = 50
EPOCH = datetime.fromtimestamp(0, UTC)
BIGGEST_ID = 2**63

Row = dict[str, Any]

NEEDS_LOOK = ("exception", "attempt_failed", "returning", "returned", "unknown")
UNDER_WAY = ("info_received", "picked_up", "in_transit", "out_for_delivery", "available_for_pickup")
GROUPS = {
    "attention": NEEDS_LOOK,
    "not_shipped": ("",),
    "packed": ("pending", "info_received"),
    "travelling": ("picked_up", "in_transit"),
    "under_way": UNDER_WAY,
}
"""Filters that stand for several delivery statuses."""


class Filters(msgspec.Struct, frozen=True, kw_only=True):
    """What the list is narrowed to; days are in the store's zone, the last one included."""

    text: str = ""
    delivery: str = ""
    fulfillment: str = ""
    first_day: date | None = None
    last_day: date | None = None


Said = Literal["", "delivered", "arriving", "was_due", "last_scan"]


class News(msgspec.Struct, frozen=True, kw_only=True):
    """What the parcels of an order say together."""

    parcels: int
    delivered_at: datetime | None
    expected_date: date | None
    last_scan_at: datetime | None


class Listed(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the list; `said` is which of the news is shown."""

    order: OrderSummary
    items: int
    news: News | None
    said: Said


class Page(msgspec.Struct, frozen=True, kw_only=True):
    """Some orders, newest first; `newer` and `older` are where the neighbouring pages begin."""

    rows: list[Listed]
    newer: str
    older: str


def page(store_id: int, filters: Filters, place: str = "") -> Page:
    """One page of the store's orders.

    Args:
        place: `newer` or `older` of another page; anything else means the first page.
    """
    narrowed = order_filters(store_id, filters)
    cursor = read_place(place)
    found = orders.page(store_id, narrowed, cursor, PAGE_SIZE)
    if cursor is not None and cursor.backwards and found.previous is None:
        # Fewer than a page are newer: that is the first page, and it may as well be full.
        found = orders.page(store_id, narrowed, None, PAGE_SIZE)
    return Page(
        rows=_listed(store_id, found.orders),
        newer=written_place(found.previous),
        older=written_place(found.next),
    )


def written_place(cursor: Cursor | None) -> str:
    """A place in the list as it stands in an address."""
    if cursor is None:
        return ""
    microseconds = (cursor.placed_at - EPOCH) // timedelta(microseconds=1)
    return f"{'newer' if cursor.backwards else 'older'}-{microseconds}-{cursor.order_id}"


def read_place(text: str) -> Cursor | None:
    """The place that an address names; None for anything that is not one."""
    direction, _, numbers = text.partition("-")
    moment, _, order_id = numbers.partition("-")
    if direction not in ("newer", "older") or not (_is_number(moment) and _is_number(order_id)):
        return None
    try:
        placed_at = EPOCH + timedelta(microseconds=int(moment))
    except OverflowError:
        return None
    return Cursor(placed_at, int(order_id), direction == "newer")


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and int(text[:30]) < BIGGEST_ID


def order_filters(store_id: int, filters: Filters) -> OrderFilters:
    """The filters as the orders' room knows them."""
    statuses = GROUPS.get(filters.delivery, (filters.delivery,)) if filters.delivery else ()
    return OrderFilters(
        order_ids=matching(store_id, filters.text) if filters.text else None,
        delivery_statuses=statuses,
        fulfillment_statuses=(filters.fulfillment,) if filters.fulfillment else (),
        placed_from=_start_of(filters.first_day),
        placed_until=_start_of(filters.last_day, days_later=1),
        with_cancelled=filters.delivery != "not_shipped",
    )


def _start_of(day: date | None, days_later: int = 0) -> datetime | None:
    if day is None:
        return None
    return timezone.make_aware(datetime.combine(day, time()) + timedelta(days=days_later))


def _listed(store_id: int, found: Sequence[OrderSummary]) -> list[Listed]:
    order_ids = [order.id for order in found]
    items, news = _items(store_id, order_ids), _news(store_id, order_ids)
    today = timezone.localtime(clock.now()).date()
    return [
        Listed(
            order=order,
            items=items.get(order.id, 0),
            news=news.get(order.id),
            said=said_of(order.delivery_status, news.get(order.id), today),
        )
        for order in found
    ]


def said_of(status: str, news: News | None, today: date) -> Said:
    """What to say of an order's parcels. Nothing is called arriving that was due before today."""
    if news is None:
        return ""
    if status == "delivered" and news.delivered_at:
        return "delivered"
    if news.expected_date and status not in (*NEEDS_LOOK, "delivered", "cancelled"):
        return "arriving" if news.expected_date >= today else "was_due"
    return "last_scan" if news.last_scan_at else ""


def _items(store_id: int, order_ids: Sequence[int]) -> dict[int, int]:
    """How many items each order holds."""
    rows = sql.fetch(
        """
        SELECT order_id, sum(quantity) AS items FROM orders_lineitem
        WHERE store_id = %s AND order_id = ANY(%s) GROUP BY order_id
        """,
        [store_id, list(order_ids)],
    )
    return {row["order_id"]: row["items"] for row in rows}


def _news(store_id: int, order_ids: Sequence[int]) -> dict[int, News]:
    """What the parcels of each order say together: the last to arrive, the newest scan."""
    rows = sql.fetch(
        """
        SELECT content.order_id, count(DISTINCT parcel.id) AS parcels,
               max(parcel.delivered_at) AS delivered_at,
               max(coalesce(
                 parcel.expected_date, (parcel.expected_until AT TIME ZONE %s)::date
               )) FILTER (WHERE parcel.delivered_at IS NULL) AS expected_date,
               max(parcel.last_scan_at) AS last_scan_at
        FROM shipments_shipmentcontent AS content
        JOIN shipments_shipment AS parcel
          ON parcel.id = content.shipment_id AND parcel.store_id = content.store_id
        WHERE content.store_id = %s AND content.order_id = ANY(%s)
          AND content.active AND NOT parcel.is_return
        GROUP BY content.order_id
        """,
        [timezone.get_current_timezone_name(), store_id, list(order_ids)],
    )
    return {row.pop("order_id"): News(**row) for row in rows}
