"""Snapshots for tests: a plain order, changed where a test wants it."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from aftercart.conversation.pages.facts import (
    OrderSnapshot,
    SnapshotBrand,
    SnapshotItem,
    SnapshotParcel,
    SnapshotScan,
)

NOW = datetime(2026, 11, 25, 9, 30, tzinfo=UTC)
"""A Wednesday; half past ten in Berlin."""

BRAND = SnapshotBrand(
    store_name="Northwind",
    store_slug="northwind",
    accent="#1f4d3a",
    background="#ffffff",
    contact_email="care@northwind.example",
    contact_url="https://northwind.example/contact",
    shop_url="https://northwind.example",
    footer="Northwind GmbH, Lindenallee 4, 10115 Berlin",
)


def at(text: str) -> datetime:
    """A moment in UTC from `2026-11-24 08:14`."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def item(title: str = "Linen shirt", **changes: Any) -> SnapshotItem:
    return SnapshotItem(**{"title": title, "quantity": 1, "price": Decimal("49.00"), **changes})


def scan(when: str, status: str = "in_transit", **changes: Any) -> SnapshotScan:
    given = {
        "occurred_at": at(when),
        "zone_known": True,
        "utc_offset_minutes": 60,
        "status": status,
        "reason": "",
        "text": "",
        "place": "Leipzig, DE",
    }
    return SnapshotScan(**{**given, **changes})


def parcel(status: str = "in_transit", *scans: SnapshotScan, **changes: Any) -> SnapshotParcel:
    newest = scans[0].occurred_at if scans else None
    given = {
        "shipment_id": 1,
        "status": status,
        "reason": "",
        "status_at": newest,
        "carrier": "dhl",
        "carrier_name": "DHL",
        "tracking_number": "00340434161094042557",
        "tracking_url": "https://www.dhl.de/track?number=00340434161094042557",
        "items": (item(),),
        "scans": scans,
        "last_scan_at": newest,
        "checked_at": NOW - timedelta(minutes=12),
        "shipped_at": at("2026-11-22 15:00"),
        "delivered_at": newest if status == "delivered" else None,
    }
    return SnapshotParcel(**{**given, **changes})


def order(*parcels: SnapshotParcel, **changes: Any) -> OrderSnapshot:
    given = {
        "store_id": 1,
        "order_id": 1,
        "token": "1" + "k" * 26,
        "page_url": "http://127.0.0.1:8000/t/1" + "k" * 26,
        "number": "#1001",
        "placed_at": at("2026-11-21 18:20"),
        "taken_at": NOW,
        "currency": "EUR",
        "total": Decimal("98.00"),
        "subtotal": Decimal("93.10"),
        "shipping_total": Decimal("4.90"),
        "email": "anna@example.com",
        "customer_name": "Anna Weber",
        "first_name": "Anna",
        "locale": "en",
        "time_zone": "Europe/Berlin",
        "brand": BRAND,
        "items": (item(),),
        "parcels": parcels,
        "unshipped": () if parcels else (item(),),
        "shipping_city": "Berlin",
        "shipping_country": "DE",
        "financial_status": "paid",
    }
    return OrderSnapshot(**{**given, **changes})
