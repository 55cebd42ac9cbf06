"""Reads of what is asked and how it goes."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

import msgspec

from aftercart.connectors.base import Limit
from aftercart.connectors.registry import connector
from aftercart.core import clock, sql
from aftercart.intake.following import sources
from aftercart.intake.following.rules import quota, routing
from aftercart.intake.following.rules.routing import Source

CARRIERS = """
    WITH RECURSIVE each AS (
      (SELECT carrier FROM intake_poll WHERE store_id = %(store)s AND due_at IS NOT NULL
       ORDER BY carrier LIMIT 1)
      UNION ALL
      SELECT (SELECT carrier FROM intake_poll
              WHERE store_id = %(store)s AND due_at IS NOT NULL AND carrier > each.carrier
              ORDER BY carrier LIMIT 1)
      FROM each WHERE each.carrier IS NOT NULL
    )
    SELECT carrier FROM each WHERE carrier IS NOT NULL
"""
"""From one carrier to the next in the index, whatever the number of parcels."""

NEXT_DUE = """
    SELECT min(poll.due_at) AS due_at FROM unnest(%(carriers)s::text[]) AS wanted(carrier)
    CROSS JOIN LATERAL (
      SELECT due_at FROM intake_poll
      WHERE store_id = %(store)s AND carrier = wanted.carrier AND due_at IS NOT NULL
      ORDER BY due_at LIMIT 1
    ) AS poll
"""


COUNTED_AT_MOST = 1000

COUNT_DUE = f"""
    SELECT count(*) AS due FROM unnest(%(carriers)s::text[]) AS wanted(carrier)
    CROSS JOIN LATERAL (
      SELECT FROM intake_poll
      WHERE store_id = %(store)s AND carrier = wanted.carrier AND due_at <= %(due_by)s
      ORDER BY due_at LIMIT {COUNTED_AT_MOST}
    ) AS poll
"""


def carriers_asked_after(store_id: int) -> list[str]:
    """The carriers whose parcels a store follows, empty text for unknown ones."""
    return [row["carrier"] for row in sql.fetch(CARRIERS, {"store": store_id})]


def next_due(store_id: int, carriers: Collection[str]) -> datetime | None:
    """When the first parcel of these carriers is due to be asked after."""
    given = {"store": store_id, "carriers": list(carriers)}
    due_at: datetime | None = sql.fetch(NEXT_DUE, given)[0]["due_at"]
    return due_at


def count_due(store_id: int, carriers: Collection[str]) -> int:
    """How many parcels of these carriers are due, of each carrier at most `COUNTED_AT_MOST`."""
    given = {"store": store_id, "carriers": list(carriers), "due_by": clock.now()}
    due: int = sql.fetch(COUNT_DUE, given)[0]["due"]
    return due


class FeedView(msgspec.Struct, frozen=True, kw_only=True):
    """A source and how it does.

    Attributes:
        state: of its connection; `breaker` is whether it is left in peace after failures, and
            `trial_at` when it is tried again.
        limits: the requests in so many seconds that it may be asked; `left` of them now, None
            where nothing limits it; `resets_at` is what the source itself said.
        behind: how many seconds late it asks, since its quota does not suffice.
        posted_at: when it last told news by itself.
        next_at: when it is asked next, None while its connection is paused or broken.
        requests, parcels, news, failed: how much was asked since it was connected, after how many
            parcels, of how many there was news, and how often it failed.
    """

    connection_id: int
    system: str
    name: str
    state: str
    breaker: str
    failures: int
    opened_at: datetime | None
    trial_at: datetime | None
    limits: tuple[Limit, ...]
    left: int | None
    resets_at: datetime | None
    behind: int
    next_at: datetime | None
    asked_at: datetime | None
    answered_at: datetime | None
    posted_at: datetime | None
    error: str
    error_at: datetime | None
    requests: int
    parcels: int
    news: int
    failed: int


class CarrierView(msgspec.Struct, frozen=True, kw_only=True):
    """What a store follows of one carrier.

    Attributes:
        carrier: the slug, empty for unknown ones.
        followed: its parcels that are asked after; `due` of them now.
        oldest_due_at: since when the longest due waits.
        sources: the connections that know it, in the order in which they are asked.
        asked_by: the first of them that can be used now, None where none can.
    """

    carrier: str
    followed: int
    due: int
    oldest_due_at: datetime | None
    sources: tuple[int, ...]
    asked_by: int | None


class StoppedView(msgspec.Struct, frozen=True, kw_only=True):
    """A parcel that is no longer asked after. `problem` is what its source said last."""

    shipment_id: int
    number: str
    carrier: str
    reason: str
    problem: str
    stopped_at: datetime
    asked_at: datetime | None


class PollView(msgspec.Struct, frozen=True, kw_only=True):
    """How a parcel is asked after."""

    shipment_id: int
    carrier: str
    due_at: datetime | None
    asked_at: datetime | None
    heard_at: datetime | None
    pushed_until: datetime | None
    problem: str
    stopped: str
    stopped_at: datetime | None


def feeds(store_id: int) -> list[FeedView]:
    """The sources of a store."""
    rows = sql.fetch(
        """
        SELECT feed.connection_id, connection.system, connection.name, connection.state,
          connection.settings, feed.breaker, feed.failures, feed.opened_at, feed.trial_at,
          feed.uses, feed.remaining, feed.resets_at, feed.behind, feed.due_at AS next_at,
          feed.asked_at, feed.answered_at, feed.posted_at, feed.error, feed.error_at, feed.requests,
          feed.parcels, feed.news, feed.failed
        FROM intake_feed AS feed JOIN intake_connection AS connection
          ON connection.store_id = feed.store_id AND connection.id = feed.connection_id
        WHERE feed.store_id = %s AND connection.removed_at IS NULL ORDER BY feed.connection_id
        """,
        [store_id],
    )
    return [view for row in rows if (view := _feed(row)) is not None]


def _feed(row: dict[str, Any]) -> FeedView | None:
    tracker = connector(row["system"]).tracker
    if tracker is None:
        return None
    now, settings = clock.now(), msgspec.json.decode(row.pop("settings"))
    limits = quota.limits_of(tracker.limits, routing.limits_in(settings))
    uses = msgspec.json.decode(row.pop("uses"), type=quota.Uses)
    told = quota.Word(remaining=row.pop("remaining"), resets_at=row["resets_at"])
    return FeedView(**row, limits=limits, left=quota.left(uses, limits, now, told))


def carriers(store_id: int) -> list[CarrierView]:
    """What a store follows, by carrier, the most first."""
    now = clock.now()
    rows = sql.fetch(
        """
        SELECT carrier, count(*) AS followed, count(*) FILTER (WHERE due_at <= %s) AS due,
          min(due_at) FILTER (WHERE due_at <= %s) AS oldest_due_at
        FROM intake_poll WHERE store_id = %s AND due_at IS NOT NULL GROUP BY carrier
        ORDER BY followed DESC, carrier
        """,
        [now, now, store_id],
    )
    known = sources.of_stores({store_id}).get(store_id, [])
    return [_carrier(row, routing.ordered(known, row["carrier"])) for row in rows]


def sources_of(store_id: int, carrier: str) -> list[Source]:
    """Who can be asked after a carrier's parcels, paused and broken ones too, in their order."""
    return routing.ordered(sources.of_stores({store_id}).get(store_id, ()), carrier)


def _carrier(row: dict[str, Any], order: Sequence[Source]) -> CarrierView:
    usable = (one.connection_id for one in order if one.is_available)
    return CarrierView(
        **row,
        sources=tuple(one.connection_id for one in order),
        asked_by=next(usable, None),
    )


def stopped_by_reason(store_id: int) -> dict[str, int]:
    """How many parcels of a store stopped, by why; `plan.Stop` names the reasons."""
    rows = sql.fetch(
        "SELECT stopped, count(*) AS number FROM intake_poll"
        " WHERE store_id = %s AND stopped_at IS NOT NULL GROUP BY stopped ORDER BY stopped",
        [store_id],
    )
    return {row["stopped"]: row["number"] for row in rows}


def stopped(
    store_id: int, reason: str, *, before: datetime | None = None, limit: int = 50
) -> list[StoppedView]:
    """The parcels that stopped for a reason, the latest first, from before a moment on."""
    rows = sql.fetch(
        """
        SELECT shipment_id, number, carrier, stopped AS reason, problem, stopped_at, asked_at
        FROM intake_poll
        WHERE store_id = %s AND stopped = %s AND stopped_at < %s
        ORDER BY stopped_at DESC LIMIT %s
        """,
        [store_id, reason, before or clock.now() + timedelta(days=1), limit],
    )
    return [StoppedView(**row) for row in rows]


def polls(store_id: int, shipment_ids: Collection[int]) -> dict[int, PollView]:
    """How parcels are asked after; those that nobody asks after are left out."""
    names = ", ".join(PollView.__struct_fields__)
    rows = sql.fetch(
        f"SELECT {names} FROM intake_poll WHERE store_id = %s AND shipment_id = ANY(%s)",
        [store_id, list(shipment_ids)],
    )
    return {row["shipment_id"]: PollView(**row) for row in rows}
