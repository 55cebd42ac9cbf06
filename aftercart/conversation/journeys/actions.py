"""Making journeys and their versions."""

from collections.abc import Iterable
from typing import Any

import msgspec
from django.db import transaction

from aftercart.conversation.journeys.builtin import BUILT_IN
from aftercart.conversation.journeys.rules import Definition
from aftercart.core import clock, sql

JOURNEY_COLUMNS = {"store_id": "bigint", "key": "text", "active": "boolean", "published": "integer"}
VERSION_COLUMNS = {
    "store_id": "bigint",
    "journey_id": "bigint",
    "number": "integer",
    "definition": "jsonb",
    "published_at": "timestamptz",
}


def ensure_builtin(*store_ids: int) -> None:
    """Give stores the built-in journeys that they do not have yet, as version 1, switched on.

    A built-in that a newer Aftercart defines otherwise becomes the store's next version; what is
    under way goes on by its own.
    """
    with transaction.atomic():
        sql.insert(
            "journeys_journey",
            JOURNEY_COLUMNS,
            [
                {"store_id": store_id, "key": key, "active": True, "published": 0}
                for store_id in sorted(set(store_ids))
                for key in BUILT_IN
            ],
            conflict=("store_id", "key"),
        )
        _publish_changed(store_ids)


def _publish_changed(store_ids: Iterable[int]) -> None:
    versions = [
        {
            "store_id": row["store_id"],
            "journey_id": row["id"],
            "number": row["published"] + 1,
            "definition": plain(BUILT_IN[row["key"]]),
            "published_at": clock.now(),
        }
        for row in _published(store_ids)
        if row["definition"] != plain(BUILT_IN[row["key"]])
    ]
    conflict = ("store_id", "journey_id", "number")
    sql.insert("journeys_journeyversion", VERSION_COLUMNS, versions, conflict=conflict)
    sql.run(
        """
        UPDATE journeys_journey AS journey SET published = made.number
        FROM unnest(%s::bigint[], %s::bigint[], %s::integer[]) AS made(store_id, id, number)
        WHERE journey.store_id = made.store_id AND journey.id = made.id
        """,
        [[row[name] for row in versions] for name in ("store_id", "journey_id", "number")],
    )


def _published(store_ids: Iterable[int]) -> list[dict[str, Any]]:
    rows = sql.fetch(
        """
        SELECT journey.store_id, journey.id, journey.key, journey.published, version.definition
        FROM journeys_journey AS journey
        LEFT JOIN journeys_journeyversion AS version
          ON version.store_id = journey.store_id AND version.journey_id = journey.id
          AND version.number = journey.published
        WHERE journey.store_id = ANY(%s) AND journey.key = ANY(%s)
        ORDER BY journey.store_id, journey.id
        FOR UPDATE OF journey
        """,
        [list(set(store_ids)), list(BUILT_IN)],
    )
    return [{**row, "definition": _decoded(row["definition"])} for row in rows]


def _decoded(definition: Any) -> Any:
    """Raw SQL hands JSON over as text."""
    return msgspec.json.decode(definition) if isinstance(definition, str) else definition


def plain(definition: Definition) -> dict[str, Any]:
    """The definition as it is stored: plain JSON."""
    return msgspec.json.decode(msgspec.json.encode(definition), type=dict[str, Any])
