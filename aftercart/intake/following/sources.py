"""The connections of stores that can be asked after parcels, and one of them opened to ask."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import timedelta
from typing import Any

import msgspec

from aftercart.connectors.base import (
    ConnectionFailed,
    Connector,
    Limit,
    Tracker,
    can_be_asked,
)
from aftercart.connectors.registry import CONNECTORS, connector
from aftercart.core import clock, sql
from aftercart.intake import shops
from aftercart.intake.addresses import intake_address
from aftercart.intake.following.rules import quota, routing
from aftercart.intake.following.rules.routing import Source
from aftercart.intake.models import Connection

POSTS_FOR = timedelta(days=3)
"""So long one that told news by itself is believed to go on."""


def of_stores(store_ids: Collection[int]) -> dict[int, list[Source]]:
    """The sources of stores, paused and broken ones too; stores without any are left out."""
    rows = sql.fetch(
        """
        SELECT feed.store_id, feed.connection_id, feed.breaker, feed.behind, feed.posted_at,
          connection.system,
          connection.state, connection.settings
        FROM unnest(%s::bigint[]) AS wanted(store_id)
        JOIN intake_feed AS feed USING (store_id)
        JOIN intake_connection AS connection
          ON connection.store_id = feed.store_id AND connection.id = feed.connection_id
        WHERE connection.removed_at IS NULL ORDER BY feed.store_id, feed.connection_id
        """,
        [sql.integers(store_ids)],
    )
    found: dict[int, list[Source]] = defaultdict(list)
    for row in rows:
        tracker = connector(row["system"]).tracker
        if tracker is not None:
            found[row["store_id"]].append(_source(row, tracker))
    return dict(found)


def _source(row: Mapping[str, Any], tracker: Tracker) -> Source:
    return Source(
        connection_id=row["connection_id"],
        carriers=tracker.carriers,
        is_aggregator=bool(getattr(tracker, "is_aggregator", not tracker.carriers)),
        order=routing.order_in(msgspec.json.decode(row["settings"])),
        is_available=row["state"] == "active" and row["breaker"] == "closed",
        behind=row["behind"],
        posts=row["posted_at"] is not None and clock.now() - row["posted_at"] <= POSTS_FOR,
    )


def asked_systems() -> list[str]:
    """The systems whose connections can be asked after parcels."""
    return [system for system in CONNECTORS if connector(system).tracker is not None]


def is_source(store_id: int, connection_id: int) -> bool:
    """Whether a connection can be asked: some only post, unless the merchant has entered a key."""
    found = Connection.objects.filter(store_id=store_id, pk=connection_id, removed_at=None).first()
    if found is None:
        return False
    try:
        return can_be_asked(connector(found.system).tracker, shops.secrets_of(found))
    except ConnectionFailed:
        return True  # Whoever asks it next shows what is wrong.


class OpenSource(msgspec.Struct, frozen=True, kw_only=True):
    """A live connection with its secrets open, to ask."""

    store_id: int
    connection_id: int
    state: str
    error: str
    connector: Connector
    tracker: Tracker
    credentials: Mapping[str, str]
    settings: Mapping[str, Any]
    address: str

    @property
    def limits(self) -> tuple[Limit, ...]:
        """The limits that hold for it."""
        return quota.limits_of(self.tracker.limits, routing.limits_in(self.settings))


def open_source(store_id: int, connection_id: int) -> OpenSource | None:
    """The connection, if it is live and can be asked; None for any other.

    Raises:
        ConnectionFailed: its secrets cannot be opened.
    """
    found = Connection.objects.filter(store_id=store_id, pk=connection_id, removed_at=None).first()
    tracker = connector(found.system).tracker if found else None
    if found is None or tracker is None:
        return None
    return OpenSource(
        store_id=store_id,
        connection_id=connection_id,
        state=found.state,
        error=found.error,
        connector=connector(found.system),
        tracker=tracker,
        credentials=shops.secrets_of(found),
        settings=found.settings,
        address=intake_address(found.public_id),
    )


def stores() -> list[int]:
    """The stores that have a source, or had one."""
    rows = sql.fetch("SELECT DISTINCT store_id FROM intake_feed ORDER BY store_id")
    return [row["store_id"] for row in rows]
