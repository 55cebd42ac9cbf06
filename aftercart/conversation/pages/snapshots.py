"""Taking snapshots of orders: everything a surface may show, in a few queries for any number."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

import msgspec
from django.conf import settings

from aftercart.conversation.pages import packing, queries
from aftercart.conversation.pages.facts import (
    OrderSnapshot,
    SnapshotBrand,
    SnapshotParcel,
    SnapshotRefund,
    SnapshotScan,
)
from aftercart.conversation.pages.models import Brand
from aftercart.core import clock
from aftercart.delivery.shipments.carriers import CARRIERS

Row = Mapping[str, Any]


def take(store_id: int, order_ids: Sequence[int]) -> dict[int, OrderSnapshot]:
    """The snapshots of a store's orders by their ids, without ids that the store does not have.

    Needs the store to be bound, or the worker's role.
    """
    orders = queries.order_rows(store_id, order_ids) if order_ids else []
    if not orders:
        return {}
    known = [row["id"] for row in orders]
    store = queries.brand_row(store_id)
    rows = _Rows(
        store=store,
        brand=brand_of(store),
        lines=queries.line_rows(store_id, known),
        sendings=queries.fulfillment_rows(store_id, known),
        parcels=queries.parcel_rows(store_id, known),
        refunds=queries.refund_rows(store_id, known),
    )
    shipments = {row["id"] for group in rows.parcels.values() for row in group}
    scans = queries.scan_rows(store_id, sorted(shipments)) if shipments else {}
    return {order["id"]: _snapshot(order, rows, scans) for order in orders}


class _Rows(msgspec.Struct):
    store: Row
    brand: SnapshotBrand
    lines: Mapping[int, Sequence[Row]]
    sendings: Mapping[int, Sequence[Row]]
    parcels: Mapping[int, Sequence[Row]]
    refunds: Mapping[int, Sequence[Row]]


def brand_of(store: Row) -> SnapshotBrand:
    """How a store looks, from `queries.brand_row`."""
    base, slug, digest = base_url(store), store["slug"], store["logo_hash"]
    ending = LOGO_ENDINGS.get(store["logo_type"] or "", "png")
    return SnapshotBrand(
        store_name=store["name"],
        store_slug=slug,
        accent=store["accent"] or Brand._meta.get_field("accent").default,
        background=store["background"] or Brand._meta.get_field("background").default,
        logo_url=f"{base}/brand/{slug}/logo-{digest}.{ending}" if digest else "",
        logo_width=store["logo_width"],
        logo_height=store["logo_height"],
        contact_email=store["contact_email"],
        contact_url=store["contact_url"],
        shop_url=store["shop_url"],
        footer=store["footer"] or "",
        sender_name=store["sender_name"] or "",
        reply_to=store["reply_to"] or "",
        is_demo=store["is_demo"],
    )


LOGO_ENDINGS = {"image/png": "png", "image/jpeg": "jpg", "image/webp": "webp"}


def base_url(store: Row) -> str:
    """Where the store's shoppers find us: its own host where it has one."""
    if not store["domain"]:
        return str(settings.PUBLIC_URL)
    return f"{urlsplit(settings.PUBLIC_URL).scheme}://{store['domain']}"


def _snapshot(order: Row, rows: _Rows, scans: Mapping[int, Sequence[Row]]) -> OrderSnapshot:
    packed = packing.pack(
        rows.lines.get(order["id"], ()),
        rows.sendings.get(order["id"], ()),
        rows.parcels.get(order["id"], ()),
    )
    address = _json(order["shipping_address"])
    destination = address.get("country") or order["ship_country"]
    return OrderSnapshot(
        store_id=order["store_id"],
        order_id=order["id"],
        token=order["token"],
        page_url=f"{base_url(rows.store)}/t/{order['token']}",
        number=order["number"],
        placed_at=order["placed_at"],
        taken_at=clock.now(),
        currency=order["currency"],
        total=order["total"],
        shown_currency=order["shown_currency"],
        shown_total=order["shown_total"],
        is_deleted=order["deleted_at"] is not None,
        email=order["email"],
        customer_name=order["customer_name"],
        first_name=order["first_name"],
        locale=order["locale"] or rows.store["locale"],
        time_zone=order["time_zone"] or rows.store["time_zone"],
        time_zone_known=bool(order["time_zone"]),
        brand=rows.brand,
        items=packed.items,
        parcels=tuple(_parcel(held, destination, scans) for held in packed.parcels),
        unshipped=packed.unshipped,
        refunds=_refunds(rows.refunds.get(order["id"], ())),
        shipping_city=address.get("city", ""),
        shipping_region=address.get("region", ""),
        shipping_country=destination,
        shipping_method=order["shipping_method"],
        cancelled_at=order["cancelled_at"],
        cancel_reason=order["cancel_reason"],
        financial_status=order["financial_status"],
        delivery_status=order["delivery_status"],
        is_gift=bool(
            order["gift_recipient_name"] or order["gift_recipient_email"] or order["gift_message"]
        ),
        gift_recipient_name=order["gift_recipient_name"],
        gift_recipient_email=order["gift_recipient_email"],
        gift_message=order["gift_message"],
        subtotal=order["subtotal"],
        shipping_total=order["shipping_total"],
        tax_total=order["tax_total"],
        discount_total=order["discount_total"],
        refunded_total=order["refunded_total"],
    )


def _refunds(rows: Sequence[Row]) -> tuple[SnapshotRefund, ...]:
    return tuple(
        SnapshotRefund(
            amount=row["amount"], currency=row["currency"], refunded_at=row["refunded_at"]
        )
        for row in rows
    )


def _parcel(
    held: packing.Held, destination: str, scans: Mapping[int, Sequence[Row]]
) -> SnapshotParcel:
    row = held.row
    carrier = CARRIERS.get(row["carrier"])
    number = row["tracking_number"]
    return SnapshotParcel(
        shipment_id=row["id"],
        fulfillment_ids=held.fulfillment_ids,
        status=row["status"],
        reason=row["reason"],
        status_at=row["status_at"],
        carrier=row["carrier"],
        carrier_name=carrier.name if carrier else row["carrier_name"],
        tracking_number=number,
        tracking_url=row["tracking_url"] or (carrier.tracking_url(number) if carrier else ""),
        items=held.items,
        items_shared_by=held.shared_by,
        scans=tuple(scan_of(scan, destination) for scan in scans.get(row["id"], ())),
        expected_from=row["expected_from"],
        expected_until=row["expected_until"],
        expected_date=row["expected_date"],
        delivered_at=row["delivered_at"],
        last_scan_at=row["last_scan_at"],
        checked_at=row["checked_at"],
        signed_by=row["signed_by"],
        shipped_at=held.shipped_at,
    )


def scan_of(row: Row, destination: str) -> SnapshotScan:
    """One scan; its place names the country only where that is not the destination's."""
    return SnapshotScan(
        occurred_at=row["occurred_at"],
        zone_known=row["zone_known"],
        utc_offset_minutes=row["utc_offset_minutes"],
        status=row["status"],
        reason=row["reason"],
        text=row["text"],
        place=place_of(row["city"], row["region"], row["country"], destination),
    )


def place_of(city: str, region: str, country: str, destination: str = "") -> str:
    """A place in a few words, without a postcode or a street.

    >>> place_of("MEMPHIS", "TN", "US", "US")
    'Memphis, TN'
    """
    city = city.title() if city.isupper() else city
    region = "" if region.casefold() == city.casefold() else region
    country = "" if country.casefold() == destination.casefold() else country
    return ", ".join(part for part in (city, region, country) if part)


def _json(stored: Any) -> dict[str, Any]:
    """Django hands `jsonb` of raw SQL over as text."""
    decoded = msgspec.json.decode(stored) if isinstance(stored, str) else stored
    return decoded if isinstance(decoded, dict) else defaultdict(str)
