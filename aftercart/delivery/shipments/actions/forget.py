"""Forgetting what parcels tell about a person."""

from collections.abc import Collection

from django.db import transaction

from aftercart.core import sql
from aftercart.delivery.shipments.actions.parcels import CONTENT_TABLE, TABLE


def forget(order_ids: Collection[tuple[int, int]]) -> None:
    """Wipe who signed and where to from the parcels of orders, given as `(store_id, order_id)`."""
    if not order_ids:
        return
    with transaction.atomic():
        sql.run(
            f"""
            WITH meant AS (
              SELECT parcel.id, parcel.store_id
              FROM unnest(%s::bigint[], %s::bigint[]) AS wanted(store_id, order_id)
              JOIN {CONTENT_TABLE} AS content USING (store_id, order_id)
              JOIN {TABLE} AS parcel
                ON parcel.id = content.shipment_id AND parcel.store_id = content.store_id
              ORDER BY parcel.store_id, parcel.reference FOR NO KEY UPDATE OF parcel
            )
            UPDATE {TABLE} AS parcel
            SET signed_by = '', delivered_to = '', proof_url = '', destination = NULL
            FROM meant WHERE parcel.id = meant.id AND parcel.store_id = meant.store_id
            """,
            sql.pairs(order_ids),
        )
