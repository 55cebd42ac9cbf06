"""Reads of parcels, always for one store."""

from collections.abc import Collection
from datetime import date, datetime
from typing import Any

import msgspec

from aftercart.core import sql
from aftercart.delivery.shipments import rules
from aftercart.delivery.shipments.carriers import CARRIERS, shown_name
from aftercart.delivery.shipments.facts import Reason, ShipmentStatus
from aftercart.delivery.shipments.rules import Scan
from aftercart.delivery.shipments.sources import Said, disagreement

MOST_SCANS = 200


class ScanView(msgspec.Struct, frozen=True, kw_only=True):
    """One scan."""

    occurred_at: datetime
    zone_known: bool
    utc_offset_minutes: int | None
    status: ShipmentStatus
    reason: Reason
    code: str
    text: str
    by_text: bool
    by_hand: bool
    city: str
    region: str
    postcode: str
    country: str
    source: str


class ParcelView(msgspec.Struct, frozen=True, kw_only=True):
    """A parcel. `tracking_url` is the merchant's own address, else the carrier's page.

    `fulfillment_ids` are those of the order that was asked for, in the merchant's order; empty
    where a parcel was asked for by itself.
    """

    id: int
    reference: str
    tracking_number: str
    carrier: str
    carrier_name: str
    tracking_url: str
    status: ShipmentStatus
    reason: Reason
    code: str
    status_at: datetime | None
    picked_up_at: datetime | None
    in_transit_at: datetime | None
    out_for_delivery_at: datetime | None
    first_attempt_at: datetime | None
    delivered_at: datetime | None
    last_scan_at: datetime | None
    checked_at: datetime | None
    expected_from: datetime | None
    expected_until: datetime | None
    expected_date: date | None
    first_expected_date: date | None
    signed_by: str
    service: str
    weight_grams: int | None
    is_return: bool
    carrier_from: str
    delivered_to: str
    proof_url: str
    handed_over_to: str
    handed_over_number: str
    shipped_on: date | None
    created_at: datetime
    fulfillment_ids: tuple[int, ...] = ()


_COLUMNS = ", ".join(
    f"parcel.{name}" for name in ParcelView.__struct_fields__ if name != "fulfillment_ids"
)


def parcels_of_orders(store_id: int, order_ids: Collection[int]) -> dict[int, list[ParcelView]]:
    """The parcels of orders, in the order in which they were sent; one query for all."""
    rows = sql.fetch(
        f"""
        SELECT content.order_id, {_COLUMNS}, content.fulfillment_ids FROM (
          SELECT order_id, shipment_id, array_agg(fulfillment_id ORDER BY fulfillment_id)
            AS fulfillment_ids, min(fulfillment_id) AS first_sent, min(position) AS position
          FROM shipments_shipmentcontent
          WHERE store_id = %s AND order_id = ANY(%s) AND active
          GROUP BY order_id, shipment_id
        ) AS content
        JOIN shipments_shipment AS parcel
          ON parcel.id = content.shipment_id AND parcel.store_id = %s
        ORDER BY content.order_id, content.first_sent, content.position, parcel.id
        """,
        [store_id, list(order_ids), store_id],
    )
    of_each: dict[int, list[ParcelView]] = {order_id: [] for order_id in order_ids}
    for row in rows:
        of_each[row.pop("order_id")].append(_view(row))
    return of_each


def scans(store_id: int, shipment_ids: Collection[int]) -> dict[int, list[ScanView]]:
    """The scans of parcels, the newest first, at most `MOST_SCANS` of each; one query for all."""
    names = ", ".join(ScanView.__struct_fields__)
    rows = sql.fetch(
        f"""
        SELECT scan.shipment_id, {names} FROM unnest(%s::bigint[]) AS wanted(id)
        CROSS JOIN LATERAL (
          SELECT shipment_id, {names} FROM shipments_trackingevent
          WHERE store_id = %s AND shipment_id = wanted.id
          ORDER BY occurred_at DESC, id DESC LIMIT %s
        ) AS scan
        """,
        [list(shipment_ids), store_id, MOST_SCANS],
    )
    of_each: dict[int, list[ScanView]] = {shipment_id: [] for shipment_id in shipment_ids}
    for row in rows:
        of_each[row.pop("shipment_id")].append(ScanView(**row))
    for views in of_each.values():
        views.sort(key=lambda view: (view.occurred_at, rules.RANK[view.status]), reverse=True)
    return of_each


def disagreements(store_id: int, shipment_ids: Collection[int]) -> dict[int, tuple[Said, ...]]:
    """What the sources of parcels say that do not agree; parcels without a word are left out."""
    told: dict[int, dict[str, list[Scan]]] = {}
    for shipment_id, source, *scan in sql.fetch_rows(
        """
        SELECT shipment_id, source, occurred_at, status, reason, code, zone_known
        FROM shipments_trackingevent WHERE store_id = %s AND shipment_id = ANY(%s)
        """,
        [store_id, list(shipment_ids)],
    ):
        told.setdefault(shipment_id, {}).setdefault(source, []).append(Scan(*scan))
    said = {shipment_id: disagreement(sources) for shipment_id, sources in told.items()}
    return {shipment_id: words for shipment_id, words in said.items() if words}


def parcel_by_number(store_id: int, number: str) -> ParcelView | None:
    """The parcel with a tracking number, however it is typed: movement only, no names, no items."""
    rows = sql.fetch(
        f"SELECT {_COLUMNS} FROM shipments_shipment AS parcel "
        "WHERE store_id = %s AND reference = %s",
        [store_id, rules.reference_of_number(number)],
    )
    return _view(rows[0]) if rows else None


def orders_in_parcels(store_id: int, shipment_ids: Collection[int]) -> dict[int, list[int]]:
    """The ids of the orders that travel in parcels."""
    rows = sql.fetch(
        "SELECT DISTINCT shipment_id, order_id FROM shipments_shipmentcontent "
        "WHERE store_id = %s AND shipment_id = ANY(%s) AND active ORDER BY shipment_id, order_id",
        [store_id, list(shipment_ids)],
    )
    of_each: dict[int, list[int]] = {shipment_id: [] for shipment_id in shipment_ids}
    for row in rows:
        of_each[row["shipment_id"]].append(row["order_id"])
    return of_each


def references(store_id: int, shipment_ids: Collection[int]) -> list[str]:
    """What parcels are known by."""
    rows = sql.fetch_rows(
        "SELECT reference FROM shipments_shipment WHERE store_id = %s AND id = ANY(%s)",
        [store_id, list(shipment_ids)],
    )
    return [reference for (reference,) in rows]


def orders_by_number(store_id: int, number: str) -> list[int]:
    """The ids of the orders that travel under a tracking number, or did before it was changed."""
    if not rules.normalised(number):
        return []
    reference = rules.reference_of_number(number)
    rows = sql.fetch(
        """
        SELECT DISTINCT content.order_id FROM shipments_shipment AS parcel
        JOIN shipments_shipmentcontent AS content
          ON content.store_id = parcel.store_id AND content.shipment_id = parcel.id
        WHERE parcel.store_id = %s AND (parcel.reference = %s
          OR (parcel.reference >= %s AND parcel.reference < %s)) ORDER BY content.order_id
        """,
        [store_id, reference, *rules.references_of_earlier(number)],
    )
    return [row["order_id"] for row in rows]


def _view(row: dict[str, Any]) -> ParcelView:
    carrier = CARRIERS.get(row["carrier"])
    own_page = carrier.tracking_url(row["tracking_number"]) if carrier else ""
    return ParcelView(
        **{
            **row,
            "carrier_name": shown_name(row["carrier"], row["carrier_name"]),
            "tracking_url": row["tracking_url"] or own_page,
            "fulfillment_ids": tuple(row.get("fulfillment_ids", ())),
        }
    )
