"""Reads of journeys: the running ones, and who is in them."""

from collections.abc import Collection, Iterable
from typing import Any

import msgspec

from aftercart.conversation.journeys.rules import Definition
from aftercart.core import sql


class Running(msgspec.Struct, frozen=True, kw_only=True):
    """A journey that is switched on, with its published version."""

    store_id: int
    journey_id: int
    version_id: int
    key: str
    definition: Definition


# Versions never change, so a process reads each of them once. Built-ins are alike in every store.
_versions: dict[tuple[int, int], Definition] = {}
_alike: dict[str, Definition] = {}
MOST_REMEMBERED = 50_000


def running(store_ids: Collection[int]) -> list[Running]:
    """The journeys of these stores that are switched on; none for a store that has none at all."""
    rows = sql.fetch(
        """
        SELECT journey.store_id, journey.id AS journey_id, version.id AS version_id, journey.key
        FROM journeys_journey AS journey
        JOIN journeys_journeyversion AS version
          ON version.store_id = journey.store_id AND version.journey_id = journey.id
          AND version.number = journey.published
        WHERE journey.store_id = ANY(%s) AND journey.active
        ORDER BY journey.store_id, journey.id
        """,
        [list(store_ids)],
    )
    known = definitions((row["store_id"], row["version_id"]) for row in rows)
    return [Running(**row, definition=known[row["store_id"], row["version_id"]]) for row in rows]


def definitions(versions: Iterable[tuple[int, int]]) -> dict[tuple[int, int], Definition]:
    """The definitions of `(store_id, version_id)`."""
    wanted = set(versions)
    unread = [pair for pair in wanted if pair not in _versions]
    if unread:
        if len(_versions) + len(unread) > MOST_REMEMBERED:
            _versions.clear()
            unread = list(wanted)
        _read(unread)
    return {pair: _versions[pair] for pair in wanted}


def _read(unread: list[tuple[int, int]]) -> None:
    rows = sql.fetch(
        """
        SELECT version.store_id, version.id, version.definition::text AS definition
        FROM journeys_journeyversion AS version
        JOIN unnest(%s::bigint[], %s::bigint[]) AS asked(store_id, id)
          ON version.store_id = asked.store_id AND version.id = asked.id
        """,
        [[store_id for store_id, _ in unread], [version_id for _, version_id in unread]],
    )
    for row in rows:
        text = row["definition"]
        if text not in _alike:
            _alike[text] = msgspec.json.decode(text, type=Definition)
        _versions[row["store_id"], row["id"]] = _alike[text]


def without_journeys(store_ids: Iterable[int]) -> list[int]:
    """Those of the stores that have no journey at all, which a new store has not."""
    rows = sql.fetch(
        """
        SELECT asked.id FROM unnest(%s::bigint[]) AS asked(id)
        WHERE NOT EXISTS (SELECT FROM journeys_journey WHERE store_id = asked.id)
        """,
        [list(set(store_ids))],
    )
    return [row["id"] for row in rows]


def keys_of(journeys: Iterable[tuple[int, int]]) -> dict[tuple[int, int], str]:
    """The keys of `(store_id, journey_id)`."""
    wanted = set(journeys)
    rows = sql.fetch(
        """
        SELECT journey.store_id, journey.id, journey.key FROM journeys_journey AS journey
        JOIN unnest(%s::bigint[], %s::bigint[]) AS asked(store_id, id)
          ON journey.store_id = asked.store_id AND journey.id = asked.id
        """,
        [[store_id for store_id, _ in wanted], [journey_id for _, journey_id in wanted]],
    )
    return {(row["store_id"], row["id"]): row["key"] for row in rows}


def of_order(store_id: int, order_id: int) -> list[dict[str, Any]]:
    """Every enrollment of an order, with how it stands and why: newest first."""
    return sql.fetch(
        """
        SELECT enrollment.id, journey.key, enrollment.subject, enrollment.state, enrollment.reason,
               enrollment.due_at, enrollment.enrolled_at, enrollment.ended_at
        FROM journeys_enrollment AS enrollment
        JOIN journeys_journey AS journey
          ON journey.store_id = enrollment.store_id AND journey.id = enrollment.journey_id
        WHERE enrollment.store_id = %s AND enrollment.order_id = %s
        ORDER BY enrollment.enrolled_at DESC, enrollment.id DESC
        """,
        [store_id, order_id],
    )
