"""Ending and beginning anew: by a person, or told because nobody could be asked any longer."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from aftercart.core import clock, events, sql
from aftercart.core.events import Event
from aftercart.core.tenancy import bound
from aftercart.delivery.shipments import queries as shipments
from aftercart.intake.following.actions import polls

TOLD = ("refused", "silent", "unreadable")
"""Why a parcel stopped without having arrived: somebody may want to look after it."""
BITE = 1000


def tell(store_id: int, rows: Sequence[Mapping[str, Any]]) -> None:
    """Publish `following.stopped` for the orders of the parcels that stopped without an end.

    Must be called inside the transaction that stopped them.
    """
    stopped = {row["shipment_id"]: row for row in rows if row["stopped"] in TOLD}
    data = {
        shipment_id: {"reason": row["stopped"], "problem": row["problem"]}
        for shipment_id, row in stopped.items()
    }
    _publish(store_id, "following.stopped", data)


def stop(store_id: int, shipment_ids: Collection[int], *, actor: str = "") -> int:
    """Ask no more after parcels until `restart`; returns how many were asked after before."""
    with bound(store_id):
        rows = sql.fetch(
            f"""
            UPDATE {polls.TABLE} SET due_at = NULL, lease = NULL, stopped = 'by_hand',
              stopped_at = %s
            WHERE store_id = %s AND shipment_id = ANY(%s) AND stopped = ''
            RETURNING shipment_id
            """,
            [clock.now(), store_id, list(shipment_ids)],
        )
        data = {row["shipment_id"]: {"reason": "by_hand"} for row in rows}
        _publish(store_id, "following.stopped", data, actor)
    return len(rows)


def restart(store_id: int, shipment_ids: Collection[int], *, actor: str = "") -> int:
    """Ask again after parcels that stopped, now; returns how many there were."""
    now = clock.now()
    with bound(store_id):
        rows = sql.fetch(
            f"""
            UPDATE {polls.TABLE} SET due_at = %(now)s, stopped = '', stopped_at = NULL,
              attempts = 0, restarted_at = %(now)s, tried = '[]', problem = ''
            WHERE store_id = %(store)s AND shipment_id = ANY(%(ids)s) AND stopped <> ''
            RETURNING shipment_id
            """,
            {"now": now, "store": store_id, "ids": list(shipment_ids)},
        )
        _publish(store_id, "following.restarted", {row["shipment_id"]: {} for row in rows}, actor)
        polls.wake({store_id: now} if rows else {})
    return len(rows)


def restart_all(store_id: int, reason: str, *, actor: str = "") -> int:
    """Ask again after all parcels of a store that stopped for a reason; returns how many."""
    total = 0
    while True:
        rows = sql.fetch(
            f"SELECT shipment_id FROM {polls.TABLE} WHERE store_id = %s AND stopped = %s"
            " AND stopped_at IS NOT NULL ORDER BY stopped_at LIMIT %s",
            [store_id, reason, BITE],
        )
        done = restart(store_id, [row["shipment_id"] for row in rows], actor=actor)
        total += done
        if done < BITE:
            return total


def ask_now(store_id: int, shipment_ids: Collection[int]) -> None:
    """Ask after parcels as soon as their source may be asked, whenever that was planned."""
    now = clock.now()
    with bound(store_id):
        touched = sql.run(
            f"UPDATE {polls.TABLE} SET due_at = %s WHERE store_id = %s AND shipment_id = ANY(%s)"
            " AND lease IS NULL AND due_at > %s",
            [now, store_id, list(shipment_ids), now],
        )
        polls.wake({store_id: now} if touched else {})


def _publish(store_id: int, kind: str, data: Mapping[int, dict[str, Any]], actor: str = "") -> None:
    if not data:
        return
    now = clock.now()
    orders = shipments.orders_in_parcels(store_id, list(data))
    events.publish(
        Event(
            store_id=store_id,
            type=kind,
            occurred_at=now,
            order_id=order_id,
            shipment_id=shipment_id,
            actor=actor,
            data=about,
        )
        for shipment_id, about in data.items()
        for order_id in orders[shipment_id]
    )
