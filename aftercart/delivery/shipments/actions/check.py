"""Noting that parcels were asked after and nothing was new."""

from collections.abc import Collection
from datetime import timedelta

from django.db import transaction

from aftercart.core import clock, events, sql
from aftercart.core.events import Event
from aftercart.delivery.shipments.actions.parcels import CONTENT_TABLE, TABLE

CHECKED_EVERY = timedelta(hours=1)
"""Nobody needs to know it more exactly, and every note makes the order's page anew."""


def note_checked(shipments: Collection[tuple[int, int]]) -> None:
    """Note, at most hourly, that somebody asked after parcels, given as `(store_id, id)`.

    Publishes `shipment.checked` for every order in them.
    """
    if not shipments:
        return
    now = clock.now()
    with transaction.atomic():
        rows = sql.fetch(
            f"""
            WITH meant AS (
              SELECT parcel.id, parcel.store_id
              FROM unnest(%(stores)s::bigint[], %(ids)s::bigint[]) AS wanted(store_id, id)
              JOIN {TABLE} AS parcel USING (store_id, id)
              WHERE parcel.checked_at IS NULL OR parcel.checked_at <= %(before)s
              ORDER BY parcel.store_id, parcel.reference FOR NO KEY UPDATE OF parcel
            ), checked AS (
              UPDATE {TABLE} AS parcel SET checked_at = %(now)s
              FROM meant WHERE parcel.id = meant.id AND parcel.store_id = meant.store_id
              RETURNING parcel.store_id, parcel.id
            )
            SELECT DISTINCT store_id, checked.id, content.order_id
            FROM checked JOIN {CONTENT_TABLE} AS content USING (store_id)
            WHERE content.shipment_id = checked.id AND content.active
            ORDER BY store_id, id, order_id
            """,
            {
                "now": now,
                "before": now - CHECKED_EVERY,
                "stores": [store_id for store_id, _ in shipments],
                "ids": [shipment_id for _, shipment_id in shipments],
            },
        )
        events.publish(
            [
                Event(
                    store_id=row["store_id"],
                    type="shipment.checked",
                    occurred_at=now,
                    order_id=row["order_id"],
                    shipment_id=row["id"],
                )
                for row in rows
            ]
        )
