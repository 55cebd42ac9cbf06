"""One example of each operation, for the OpenAPI document and the reference page.

A test sends each body and compares the answer's fields with the example's.
"""

from typing import Any

import msgspec


class Example(msgspec.Struct, frozen=True):
    """What is sent, if anything, and what is answered with which status."""

    status: int
    answer: dict[str, Any]
    body: dict[str, Any] | None = None


ORDER = {
    "external_id": "1042",
    "number": "#1042",
    "placed_at": "2026-11-20T10:00:00Z",
    "updated_at": "2026-11-21T09:30:00Z",
    "currency": "EUR",
    "total": "59.90",
    "shipping_total": "4.90",
    "financial_status": "paid",
    "email": "ada@example.com",
    "customer": {"external_id": "7", "email": "ada@example.com", "first_name": "Ada"},
    "shipping_address": {
        "name": "Ada Okafor",
        "line1": "12 Harbour Street",
        "city": "Dublin",
        "postcode": "D02 X285",
        "country": "IE",
    },
    "lines": [
        {"external_id": "1", "title": "Stoneware mug", "quantity": 2, "price": "22.00"},
        {"external_id": "2", "title": "Olive oil soap", "quantity": 1, "price": "11.00"},
    ],
    "fulfillments": [
        {
            "external_id": "1042-1",
            "created_at": "2026-11-20T16:00:00Z",
            "parcels": [{"number": "1Z999AA10123456784", "carrier": "UPS"}],
            "items": [{"line_external_id": "1", "quantity": 2}],
        }
    ],
}
SCANS = {
    "events": [
        {
            "tracking_number": "1Z999AA10123456784",
            "occurred_at": "2026-11-21T08:15:00+01:00",
            "status": "in_transit",
            "text": "Departed from facility",
            "city": "Köln",
            "country": "DE",
            "expected_date": "2026-11-24",
        }
    ]
}
STANDING = {
    "external_id": "1042",
    "number": "#1042",
    "placed_at": "2026-11-20T10:00:00Z",
    "cancelled_at": None,
    "currency": "EUR",
    "total": "59.9",
    "refunded_total": "0",
    "financial_status": "paid",
    "delivery_status": "in_transit",
    "tracking_page_url": "https://track.example.com/t/1k3v8w2q9x7c5b4n6m1p0s2d4f6g",
    "parcels": [
        {
            "tracking_number": "1Z999AA10123456784",
            "carrier": "ups",
            "carrier_name": "UPS",
            "tracking_url": "https://www.ups.com/track?tracknum=1Z999AA10123456784",
            "status": "in_transit",
            "reason": "",
            "status_at": "2026-11-21T07:15:00Z",
            "expected_date": "2026-11-24",
            "delivered_at": None,
            "items": [
                {"title": "Stoneware mug", "quantity": 2, "variant_title": "", "sku": ""},
            ],
            "scans": [
                {
                    "occurred_at": "2026-11-21T07:15:00Z",
                    "status": "in_transit",
                    "reason": "",
                    "text": "Departed from facility",
                    "place": "Köln, DE",
                }
            ],
        }
    ],
    "unshipped": [{"title": "Olive oil soap", "quantity": 1, "variant_title": "", "sku": ""}],
}

BY_OPERATION = {
    "putOrder": Example(200, STANDING, ORDER),
    "getOrder": Example(200, STANDING),
    "listOrders": Example(200, {"orders": [STANDING], "next_cursor": None}),
    "putTrackingEvents": Example(202, {"accepted": 1}, SCANS),
}
"""By `operationId`; an operation without one does not start."""
