"""What Home counts: orders by day, parcels by status, messages that failed, workers alive."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

import msgspec
from django.utils import timezone

from aftercart.core import clock, sql

DAYS = 14
ALIVE_FOR = timedelta(minutes=2)
WORK_WAITS_FOR = timedelta(minutes=15)
LOOKED_BACK = timedelta(days=7)

MESSAGE_ROWS = """
  SELECT message.id, message.template, message.recipient, message.state, message.reason,
         message.subject, message.planned_at, message.sent_at, message.order_id, orders.number
  FROM messages_message AS message
  LEFT JOIN orders_order AS orders
    ON orders.id = message.order_id AND orders.store_id = message.store_id
"""

Row = dict[str, Any]


class Day(msgspec.Struct, frozen=True):
    """A day of the store and how many orders were placed on it."""

    day: date
    orders: int


class Days(msgspec.Struct, frozen=True):
    """The last days, today included, the first first; and how many orders as many days before had
    until the same time of the day."""

    days: list[Day]
    before: int

    @property
    def total(self) -> int:
        return sum(day.orders for day in self.days)

    @property
    def most(self) -> int:
        return max(day.orders for day in self.days)

    @property
    def first(self) -> date:
        return self.days[0].day


def orders_by_day(store_id: int) -> Days:
    """How many orders were placed on each of the last days, in the store's zone."""
    now = timezone.localtime(clock.now())
    today, span = now.date(), timedelta(days=DAYS)
    first = today - span + timedelta(days=1)
    rows = sql.fetch(
        """
        SELECT (placed_at AT TIME ZONE %s)::date AS day, count(*) AS orders
        FROM orders_order
        WHERE store_id = %s AND deleted_at IS NULL
          AND (placed_at >= %s OR placed_at >= %s AND placed_at <= %s)
        GROUP BY 1
        """,
        [
            timezone.get_current_timezone_name(),
            store_id,
            start_of(first),
            start_of(first - span),
            now - span,
        ],
    )
    counts = {row["day"]: row["orders"] for row in rows}
    days = [first + timedelta(days=number) for number in range(DAYS)]
    return Days(
        [Day(day, counts.get(day, 0)) for day in days],
        sum(orders for day, orders in counts.items() if day < first),
    )


def start_of(day: date) -> datetime:
    """The moment at which a day begins in the store's zone."""
    return timezone.make_aware(datetime.combine(day, time()))


def message_counts(store_id: int) -> dict[str, int]:
    """How many messages of the last week are in each state."""
    rows = sql.fetch(
        """
        SELECT state, count(*) AS number FROM messages_message
        WHERE store_id = %s AND planned_at >= %s GROUP BY state
        """,
        [store_id, clock.now() - LOOKED_BACK],
    )
    return {row["state"]: row["number"] for row in rows}


def messages_in(store_id: int, states: Sequence[str], limit: int = 200) -> list[Row]:
    """The messages of the last week in these states, the newest first."""
    return sql.fetch(
        f"""
        {MESSAGE_ROWS}
        WHERE message.store_id = %s AND message.planned_at >= %s AND message.state = ANY(%s)
        ORDER BY message.planned_at DESC, message.id DESC LIMIT %s
        """,
        [store_id, clock.now() - LOOKED_BACK, list(states), limit],
    )


def messages_by_id(store_id: int, ids: Sequence[int]) -> list[Row]:
    """These messages, as far as they are the store's and about an order; the newest first."""
    return sql.fetch(
        f"""
        {MESSAGE_ROWS}
        WHERE message.store_id = %s AND message.id = ANY(%s) AND message.order_id IS NOT NULL
        ORDER BY message.planned_at DESC, message.id DESC
        """,
        [store_id, list(ids)],
    )


def a_worker_is_alive() -> bool:
    """Whether any worker has said so of late; without one nothing that comes in is worked on."""
    rows = sql.fetch(
        "SELECT EXISTS (SELECT FROM intake_workerbeat WHERE seen_at > %s) AS alive",
        [clock.now() - ALIVE_FOR],
    )
    return bool(rows[0]["alive"])


def begun(store_id: int) -> Row:
    """Which steps of getting started are done, as far as the store's own tables tell."""
    rows = sql.fetch(
        """
        SELECT
          EXISTS (SELECT FROM orders_order WHERE store_id = %(store)s) AS has_order,
          EXISTS (SELECT FROM shipments_trackingevent WHERE store_id = %(store)s) AS has_scan,
          EXISTS (SELECT FROM pages_brand WHERE store_id = %(store)s AND updated_at IS NOT NULL)
            AS has_brand,
          EXISTS (SELECT FROM messages_message
                  WHERE store_id = %(store)s AND key >= 'test:' AND key < 'test;') AS has_test
        """,
        {"store": store_id},
    )
    return rows[0]
