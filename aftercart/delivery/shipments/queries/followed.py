"""Reads of parcels for whoever asks carriers after them. They mix stores; every key names its."""

from collections.abc import Collection
from datetime import date, datetime

import msgspec

from aftercart.core import sql
from aftercart.delivery.shipments import rules
from aftercart.delivery.shipments.facts import Reason, ShipmentStatus


class Followed(msgspec.Struct, frozen=True, kw_only=True):
    """What decides when and where a parcel is asked after.

    Attributes:
        sent_at: when the merchant sent it; where that is not known, when we learned of it.
        country: of the destination as the source told it, like `postcode`; mostly unknown.
        order_id: an order that travels in it, None where none does.
        is_current: its number is its own; False once a later parcel has it.
        is_corrected: a person said whose it is.
    """

    store_id: int
    id: int
    number: str
    carrier: str
    status: ShipmentStatus
    reason: Reason
    status_at: datetime | None
    last_scan_at: datetime | None
    expected_until: datetime | None
    expected_date: date | None
    sent_at: datetime
    country: str
    postcode: str
    order_id: int | None
    is_current: bool
    is_corrected: bool


def followed(pairs: Collection[tuple[int, int]]) -> dict[tuple[int, int], Followed]:
    """Parcels by `(store_id, id)`, of several stores at once; one query for all."""
    rows = sql.fetch(
        f"""
        SELECT parcel.store_id, parcel.id, parcel.tracking_number AS number, parcel.carrier,
          parcel.status, parcel.reason, parcel.status_at, parcel.last_scan_at,
          parcel.expected_until, parcel.expected_date,
          coalesce(parcel.counts_from + %s::interval, parcel.created_at) AS sent_at,
          coalesce(parcel.destination->>'country', '') AS country,
          coalesce(parcel.destination->>'postcode', '') AS postcode,
          content.order_id, parcel.reference NOT LIKE '%%{rules.EARLIER}%%' AS is_current,
          parcel.carrier_from = 'corrected' AS is_corrected
        FROM unnest(%s::bigint[], %s::bigint[]) AS wanted(store_id, id)
        JOIN shipments_shipment AS parcel USING (store_id, id)
        LEFT JOIN LATERAL (
          SELECT order_id FROM shipments_shipmentcontent
          WHERE store_id = parcel.store_id AND shipment_id = parcel.id AND active
          ORDER BY fulfillment_id LIMIT 1
        ) AS content ON true
        """,
        [rules.RECYCLED_AFTER, *sql.pairs(pairs)],
    )
    return {(row["store_id"], row["id"]): Followed(**row) for row in rows}


def under_way(store_id: int, after: str, limit: int) -> list[tuple[str, int]]:
    """`(reference, id)` of a store's parcels with a number that have not ended, by reference, as
    many as asked for after that one: to go over all of them in bites."""
    rows = sql.fetch(
        """
        SELECT reference, id FROM shipments_shipment
        WHERE store_id = %s AND reference > %s AND reference LIKE 'n:%%' AND status <> ALL(%s)
        ORDER BY reference LIMIT %s
        """,
        [store_id, after, list(rules.FINAL), limit],
    )
    return [(row["reference"], row["id"]) for row in rows]
