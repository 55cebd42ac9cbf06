"""Taking snapshots of orders: everything a surface may show, in a few queries for any number."""

from collections.abc import Mapping, Sequence
from urllib.parse import urlsplit

import msgspec
from django.conf import settings

from aftercart.commerce.catalog import queries as catalog
from aftercart.commerce.catalog.queries import ProductView
from aftercart.commerce.orders import queries as orders
from aftercart.commerce.orders.facts import AddressFact
from aftercart.commerce.orders.queries import FulfillmentView, LineView, OrderView, RefundView
from aftercart.conversation.pages import queries
from aftercart.conversation.pages.facts import (
    OrderSnapshot,
    SnapshotBrand,
    SnapshotParcel,
    SnapshotRefund,
    SnapshotScan,
)
from aftercart.conversation.pages.models import Brand
from aftercart.conversation.pages.packing import Held, Packed, Packer
from aftercart.conversation.pages.queries import BrandRow
from aftercart.core import clock
from aftercart.delivery.shipments import queries as shipments
from aftercart.delivery.shipments.queries import ParcelView, ScanView

# What a snapshot takes over as it is.
COPIED = (set(OrderView.__struct_fields__) & set(OrderSnapshot.__struct_fields__)) - {
    "locale",
    "time_zone",
}
COPIED_OF_PARCEL = (set(ParcelView.__struct_fields__) & set(SnapshotParcel.__struct_fields__)) - {
    "fulfillment_ids"
}

LOGO_ENDINGS = {"image/png": "png", "image/jpeg": "jpg", "image/webp": "webp"}


class _Parts(msgspec.Struct):
    """What belongs to the orders at hand, by order or by what it hangs on."""

    store: BrandRow
    brand: SnapshotBrand
    lines: Mapping[int, Sequence[LineView]]
    products: Mapping[tuple[str, str], ProductView]
    fulfillments: Mapping[int, Sequence[FulfillmentView]]
    parcels: Mapping[int, Sequence[ParcelView]]
    refunds: Mapping[int, Sequence[RefundView]]
    scans: Mapping[int, Sequence[ScanView]]


def take(store_id: int, order_ids: Sequence[int]) -> dict[int, OrderSnapshot]:
    """The snapshots of a store's orders by their ids, without ids that the store does not have.

    Needs the store to be bound, or the worker's role.
    """
    found = orders.orders(store_id, order_ids) if order_ids else {}
    if not found:
        return {}
    parts = _parts(store_id, found)
    return {order_id: _snapshot(order, parts) for order_id, order in found.items()}


def _parts(store_id: int, found: Mapping[int, OrderView]) -> _Parts:
    ids = list(found)
    store = queries.brand_row(store_id)
    lines = orders.lines(store_id, ids)
    parcels = shipments.parcels_of_orders(store_id, ids)
    parcel_ids = sorted({parcel.id for of_order in parcels.values() for parcel in of_order})
    products = {
        (found[order_id].source, line.product_external_id)
        for order_id, of_order in lines.items()
        for line in of_order
    }
    return _Parts(
        store=store,
        brand=brand_of(store),
        lines=lines,
        products=catalog.products_of_sources(store_id, products),
        fulfillments=orders.fulfillments(store_id, ids),
        parcels=parcels,
        refunds=orders.refunds(store_id, ids),
        scans=shipments.scans(store_id, parcel_ids) if parcel_ids else {},
    )


def brand_of(store: BrandRow) -> SnapshotBrand:
    """How a store looks, with the design's own where nobody chose."""
    ending = LOGO_ENDINGS.get(store.logo_type or "", "png")
    logo = f"/brand/{store.slug}/logo-{store.logo_hash}.{ending}" if store.logo_hash else ""
    return SnapshotBrand(
        store_name=store.name,
        store_slug=store.slug,
        accent=store.accent or Brand._meta.get_field("accent").default,
        background=store.background or Brand._meta.get_field("background").default,
        logo_url=base_url(store) + logo if logo else "",
        logo_width=store.logo_width,
        logo_height=store.logo_height,
        contact_email=store.contact_email,
        contact_url=store.contact_url,
        shop_url=store.shop_url,
        footer=store.footer or "",
        sender_name=store.sender_name or "",
        reply_to=store.reply_to or "",
        is_demo=store.is_demo,
    )


def base_url(store: BrandRow) -> str:
    """Where the store's shoppers find us: on a host of its own where it has one."""
    if not store.domain:
        return str(settings.PUBLIC_URL)
    return f"{urlsplit(settings.PUBLIC_URL).scheme}://{store.domain}"


def _snapshot(order: OrderView, parts: _Parts) -> OrderSnapshot:
    packed = _packed(order, parts)
    address = order.shipping_address or AddressFact()
    country = address.country or order.ship_country
    return OrderSnapshot(
        **{name: getattr(order, name) for name in COPIED},
        order_id=order.id,
        page_url=f"{base_url(parts.store)}/t/{order.token}",
        taken_at=clock.now(),
        is_deleted=order.deleted_at is not None,
        first_name=order.customer_first_name,
        locale=order.locale or parts.store.locale,
        time_zone=order.time_zone or parts.store.time_zone,
        time_zone_known=bool(order.time_zone),
        brand=parts.brand,
        items=packed.items,
        parcels=tuple(_parcel(held, parts.scans, country) for held in packed.parcels),
        unshipped=packed.unshipped,
        items_known=packed.items_known,
        refunds=tuple(_refund(view) for view in parts.refunds.get(order.id, ())),
        shipping_city=address.city,
        shipping_region=address.region,
        shipping_country=country,
        is_gift=_is_gift(order),
    )


def _packed(order: OrderView, parts: _Parts) -> Packed:
    products = {
        product_id: view
        for (source, product_id), view in parts.products.items()
        if source == order.source
    }
    return Packer(
        parts.lines.get(order.id, ()),
        products,
        parts.fulfillments.get(order.id, ()),
        parts.parcels.get(order.id, ()),
        base_url(parts.store),
    ).packed()


def _is_gift(order: OrderView) -> bool:
    return bool(order.gift_recipient_name or order.gift_recipient_email or order.gift_message)


def _refund(view: RefundView) -> SnapshotRefund:
    return SnapshotRefund(amount=view.amount, currency=view.currency, refunded_at=view.refunded_at)


def _parcel(
    held: Held, scans: Mapping[int, Sequence[ScanView]], destination: str
) -> SnapshotParcel:
    parcel = held.parcel
    return SnapshotParcel(
        **{name: getattr(parcel, name) for name in COPIED_OF_PARCEL},
        shipment_id=parcel.id,
        fulfillment_ids=held.fulfillment_ids,
        items=held.items,
        items_shared_by=held.shared_by,
        scans=tuple(scan_of(scan, destination) for scan in scans.get(parcel.id, ())),
        shipped_at=held.shipped_at,
    )


def scan_of(row: ScanView, destination: str) -> SnapshotScan:
    """One scan; its place names the country only where that is not the destination's."""
    return SnapshotScan(
        occurred_at=row.occurred_at,
        zone_known=row.zone_known,
        utc_offset_minutes=row.utc_offset_minutes,
        status=row.status,
        reason=row.reason,
        text=row.text,
        place=place_of(row.city, row.region, row.country, destination),
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
