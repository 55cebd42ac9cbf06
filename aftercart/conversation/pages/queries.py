"""Reads for snapshots and pages, always for one store, each in one round trip for many orders."""

from collections import defaultdict
from collections.abc import Collection
from datetime import date, datetime
from typing import Any

import msgspec

from aftercart.core import sql
from aftercart.delivery.shipments.facts import Reason, ShipmentStatus

NEWEST_SCANS = 200


class BrandRow(msgspec.Struct, frozen=True, kw_only=True):
    """A store and how it looks; None and empty where nobody chose."""

    name: str
    slug: str
    domain: str
    time_zone: str
    locale: str
    contact_email: str
    contact_url: str
    shop_url: str
    is_demo: bool
    accent: str | None
    background: str | None
    logo_type: str | None
    logo_width: int | None
    logo_height: int | None
    logo_hash: str | None
    sender_name: str | None
    reply_to: str | None
    footer: str | None


def brand_row(store_id: int) -> BrandRow:
    """The store and how it looks.

    Raises:
        LookupError: there is no such store.
    """
    rows = sql.fetch(
        f"""
        SELECT {", ".join(BrandRow.__struct_fields__)} FROM core_store AS store
        LEFT JOIN pages_brand AS brand ON brand.store_id = store.id
        WHERE store.id = %s
        """,
        [store_id],
    )
    if not rows:
        raise LookupError(f"there is no store {store_id}")
    return BrandRow(**rows[0])


class ParcelRow(msgspec.Struct, frozen=True, kw_only=True):
    """A fulfillment in a parcel it travels in."""

    fulfillment_id: int
    id: int
    tracking_number: str
    carrier: str
    carrier_name: str
    tracking_url: str
    status: ShipmentStatus
    reason: Reason
    status_at: datetime | None
    delivered_at: datetime | None
    last_scan_at: datetime | None
    checked_at: datetime | None
    expected_from: datetime | None
    expected_until: datetime | None
    expected_date: date | None
    signed_by: str


def parcel_rows(store_id: int, order_ids: Collection[int]) -> dict[int, list[ParcelRow]]:
    """Each fulfillment of an order in each parcel that brings it, by order."""
    columns = ", ".join(
        f"parcel.{name}" for name in ParcelRow.__struct_fields__ if name != "fulfillment_id"
    )
    rows = sql.fetch(
        f"""
        SELECT content.order_id, content.fulfillment_id, {columns}
        FROM shipments_shipmentcontent AS content
        JOIN shipments_shipment AS parcel
          ON parcel.id = content.shipment_id AND parcel.store_id = content.store_id
        WHERE content.store_id = %s AND content.order_id = ANY(%s)
          AND content.active AND NOT parcel.is_return
        ORDER BY content.order_id, content.fulfillment_id, content.position, parcel.id
        """,
        [store_id, list(order_ids)],
    )
    by_order: dict[int, list[ParcelRow]] = defaultdict(list)
    for row in rows:
        by_order[row.pop("order_id")].append(ParcelRow(**row))
    return by_order


class ScanRow(msgspec.Struct, frozen=True, kw_only=True):
    """One scan as it is stored."""

    shipment_id: int
    occurred_at: datetime
    zone_known: bool
    utc_offset_minutes: int | None
    status: ShipmentStatus
    reason: Reason
    text: str
    city: str
    region: str
    country: str


def scan_rows(store_id: int, shipment_ids: Collection[int]) -> dict[int, list[ScanRow]]:
    """The newest scans of each parcel, the newest first."""
    rows = sql.fetch(
        f"""
        SELECT {", ".join(ScanRow.__struct_fields__)}
        FROM unnest(%s::bigint[]) AS wanted(shipment)
        CROSS JOIN LATERAL (
          SELECT * FROM shipments_trackingevent AS stored
          WHERE stored.store_id = %s AND stored.shipment_id = wanted.shipment
          ORDER BY stored.occurred_at DESC, stored.id DESC LIMIT %s
        ) AS scan
        """,
        [list(shipment_ids), store_id, NEWEST_SCANS],
    )
    by_shipment: dict[int, list[ScanRow]] = defaultdict(list)
    for row in rows:
        by_shipment[row["shipment_id"]].append(ScanRow(**row))
    return by_shipment


def product_keys(pairs: Collection[tuple[int, int]]) -> list[tuple[int, str, str]]:
    """`(store_id, source, external_id)` of products known by `(store_id, product_id)`."""
    rows: list[dict[str, Any]] = sql.fetch(
        """
        SELECT store_id, source, external_id
        FROM unnest(%s::bigint[], %s::bigint[]) AS wanted(store_id, id)
        JOIN catalog_product USING (store_id, id)
        """,
        [[store_id for store_id, _ in pairs], [product_id for _, product_id in pairs]],
    )
    return [(row["store_id"], row["source"], row["external_id"]) for row in rows]
