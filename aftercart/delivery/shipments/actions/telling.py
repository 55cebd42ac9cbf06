"""What the other rooms hear when parcels change, and what their orders say together."""

from collections.abc import Collection, Iterable
from typing import Any

from aftercart.commerce.orders import actions as orders
from aftercart.commerce.orders import queries as order_queries
from aftercart.core import clock, sql
from aftercart.core.events import Event
from aftercart.delivery.shipments import rules
from aftercart.delivery.shipments.actions.parcels import CONTENT_TABLE, TABLE, Parcel


def changes(parcel: Parcel, quiet: bool, scans: int = 0) -> list[Event]:
    """`shipment.updated` where something shown differs or scans came, then the new milestones.

    Of a new parcel `shipment.created` has told the rest.
    """
    changed = parcel.differences()
    told: list[Event] = []
    if not parcel.is_new and (changed or scans):
        at = parcel.after["last_scan_at"] if scans else None
        data: dict[str, Any] = {
            "status": parcel.after["status"],
            "reason": parcel.after["reason"],
            "before": parcel.before["status"],
            "changed": changed,
        }
        told += parcel.events("shipment.updated", at or clock.now(), quiet, data)
    for reached, is_overtaken in parcel.news:
        kind = f"shipment.{reached.status}"
        data = {"reason": reached.reason, "status": reached.status}
        told += parcel.events(kind, reached.occurred_at, quiet or is_overtaken, data)
    return told


def sum_up_changed(parcels: Iterable[Parcel]) -> None:
    """Tell the orders whose parcels changed their status."""
    sum_up(
        sorted(
            {
                (parcel.store_id, order_id)
                for parcel in parcels
                if parcel.before["status"] != parcel.after["status"]
                for order_id in parcel.order_ids
            }
        )
    )


def sum_up(order_ids: Collection[tuple[int, int]]) -> None:
    """Tell the orders, given as `(store_id, order_id)`, what their parcels say together."""
    if not order_ids:
        return
    statuses: dict[tuple[int, int], list[Any]] = {pair: [] for pair in order_ids}
    for row in sql.fetch(
        f"""
        WITH content AS MATERIALIZED (
          SELECT DISTINCT store_id, order_id, shipment_id AS id
          FROM unnest(%s::bigint[], %s::bigint[]) AS wanted(store_id, order_id)
          JOIN {CONTENT_TABLE} USING (store_id, order_id) WHERE active
        )
        SELECT store_id, order_id, parcel.status
        FROM content JOIN {TABLE} AS parcel USING (store_id, id) WHERE NOT parcel.is_return
        """,
        sql.pairs(order_ids),
    ):
        statuses[row["store_id"], row["order_id"]].append(row["status"])
    sent = _all_sent(pair for pair, parcels in statuses.items() if "delivered" in parcels)
    orders.set_delivery_status(
        [
            (*pair, rules.order_status(parcels, is_all_sent=pair in sent))
            for pair, parcels in sorted(statuses.items())
        ]
    )


def _all_sent(pairs: Iterable[tuple[int, int]]) -> set[tuple[int, int]]:
    """Those of the orders of which the merchant has sent everything."""
    asked = list(pairs)
    found = order_queries.fulfillment_statuses(asked) if asked else {}
    return {pair for pair, status in found.items() if status == "fulfilled"}
