"""An example order for each mail, to see a store's brand on before anybody has bought anything."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from aftercart.conversation.messages.rendering.letter import RenderContext
from aftercart.conversation.pages.facts import (
    OrderSnapshot,
    SnapshotBrand,
    SnapshotItem,
    SnapshotParcel,
    SnapshotRefund,
    SnapshotScan,
)
from aftercart.core import clock
from aftercart.delivery.shipments.facts import Reason, ShipmentStatus

# How the parcel stands in the mail that tells of it.
STANDS: dict[str, tuple[ShipmentStatus, Reason]] = {
    "shipped": ("info_received", ""),
    "in_transit": ("in_transit", ""),
    "out_for_delivery": ("out_for_delivery", ""),
    "available_for_pickup": ("available_for_pickup", ""),
    "attempt_failed": ("attempt_failed", "recipient_not_home"),
    "exception": ("exception", "weather"),
    "delivered": ("delivered", "delivered_to_safe_place"),
    "refunded": ("delivered", ""),
    "tracking_link": ("in_transit", ""),
}


def example(
    template: str, brand: SnapshotBrand, store_id: int
) -> tuple[OrderSnapshot, RenderContext]:
    """The example order that shows a template best, placed two days ago."""
    now = clock.now()
    items = (
        _item(_("Stoneware mug"), 2, _("Harbour blue"), "18.00"),
        _item(_("Linen tea towel"), 3, _("Terracotta"), "14.50"),
    )
    stands = STANDS.get(template)
    parcels = (_parcel(items, *stands, now),) if stands else ()
    snapshot = OrderSnapshot(
        **_order(brand, store_id, now),
        items=items,
        parcels=parcels,
        unshipped=() if parcels else items,
        **_extras(template, now),
    )
    context = RenderContext(
        things=("refund:1",) if template == "refunded" else (),
        news={"refund:1": {"amount": "14.50", "currency": "EUR"}} if template == "refunded" else {},
    )
    return snapshot, context


def _order(brand: SnapshotBrand, store_id: int, now: datetime) -> dict[str, Any]:
    return {
        "store_id": store_id,
        "order_id": 0,
        "token": "",
        "page_url": brand.shop_url or "https://example.com/",
        "number": "#1001",
        "placed_at": now - timedelta(days=2),
        "taken_at": now,
        "currency": "EUR",
        "total": Decimal("84.40"),
        "subtotal": Decimal("79.50"),
        "shipping_total": Decimal("4.90"),
        "email": "",
        "customer_name": _("Anna Example"),
        "first_name": _("Anna"),
        "locale": "",
        "time_zone": "Europe/Berlin",
        "brand": brand,
        "shipping_city": "Berlin",
        "shipping_country": "DE",
    }


def _extras(template: str, now: datetime) -> dict[str, Any]:
    if template == "cancelled":
        paid_back = SnapshotRefund(amount=Decimal("84.40"), currency="EUR", refunded_at=now)
        return {"cancelled_at": now, "cancel_reason": "customer", "refunds": (paid_back,)}
    return {}


def _item(title: str, quantity: int, variant: str, price: str) -> SnapshotItem:
    return SnapshotItem(title=title, quantity=quantity, variant_title=variant, price=Decimal(price))


def _parcel(
    items: tuple[SnapshotItem, ...], status: ShipmentStatus, reason: Reason, now: datetime
) -> SnapshotParcel:
    at = now - timedelta(hours=2)
    scan = SnapshotScan(
        occurred_at=at,
        zone_known=True,
        utc_offset_minutes=60,
        status=status,
        reason=reason,
        text="",
        place="Berlin",
    )
    return SnapshotParcel(
        shipment_id=1,
        status=status,
        reason=reason,
        status_at=at,
        carrier="dhl",
        carrier_name="DHL",
        tracking_number="00340434161094042557",
        tracking_url="",
        items=items,
        scans=(scan,),
        expected_date=(now + timedelta(days=1)).date(),
        delivered_at=at if status == "delivered" else None,
        last_scan_at=at,
        shipped_at=now - timedelta(days=1),
    )
