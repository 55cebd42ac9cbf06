"""Reads of the event log, always for one store."""

from typing import Any

from aftercart.core import sql


def timeline(store_id: int, order_id: int, limit: int = 500) -> list[dict[str, Any]]:
    """Everything that happened to an order, newest first, with when it happened and was learned."""
    return sql.fetch(
        """
        SELECT id, type, occurred_at, recorded_at, shipment_id, actor, quiet, data
        FROM core_event WHERE store_id = %s AND order_id = %s
        ORDER BY occurred_at DESC, id DESC LIMIT %s
        """,
        [store_id, order_id, limit],
    )
