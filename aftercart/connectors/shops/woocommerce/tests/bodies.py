"""Bodies as WooCommerce builds them, made up here."""

import copy
import json
from typing import Any

ADDRESS = {
    "first_name": "Mara",
    "last_name": "Lindt",
    "company": "",
    "address_1": "Weg 1",
    "address_2": "",
    "city": "Kiel",
    "state": "SH",
    "postcode": "24103",
    "country": "DE",
    "email": "mara@example.com",
    "phone": "+49 431 1234567",
}

ORDER: dict[str, Any] = {
    "id": 810,
    "number": "810",
    "order_key": "wc_order_a1",
    "status": "processing",
    "currency": "EUR",
    "date_created": "2026-11-01T13:00:00",
    "date_created_gmt": "2026-11-01T12:00:00",
    "date_modified_gmt": "2026-11-02T08:00:00",
    "date_paid_gmt": "2026-11-01T12:00:05",
    "date_completed_gmt": None,
    "discount_total": "2.00",
    "discount_tax": "0.38",
    "shipping_total": "5.00",
    "shipping_tax": "0.95",
    "total": "39.27",
    "total_tax": "6.27",
    "prices_include_tax": True,
    "customer_id": 25,
    "customer_note": "Please ring\ntwice",
    "billing": ADDRESS,
    "shipping": {key: value for key, value in ADDRESS.items() if key != "email"},
    "payment_method": "stripe",
    "meta_data": [],
    "line_items": [
        {
            "id": 315,
            "name": "Mug &ndash; Set - Blue, Large",
            "parent_name": "Mug &ndash; Set",
            "product_id": 93,
            "variation_id": 94,
            "quantity": 2,
            "subtotal": "20.00",
            "subtotal_tax": "3.80",
            "total": "18.00",
            "total_tax": "3.42",
            "sku": "MUG-B",
            "price": 9,
            "image": {"id": "12", "src": "https://shop.example.com/mug.jpg"},
            "meta_data": [
                {
                    "id": 1, "key": "pa_color", "value": "blue",
                    "display_key": "Color", "display_value": "Blue",
                },
                {"id": 2, "key": "size", "value": "Large"},
                {"id": 3, "key": "_reduced_stock", "value": "2"},
                {"id": 4, "key": "options", "value": {"any": "thing"}},
            ],
        },
        {
            "id": 316,
            "name": "Gift card",
            "product_id": 60,
            "variation_id": 0,
            "quantity": 1,
            "subtotal": "10.00",
            "subtotal_tax": "1.90",
            "total": "10.00",
            "total_tax": "1.90",
            "sku": "",
            "image": {"id": "", "src": ""},
            "meta_data": [],
        },
    ],
    "shipping_lines": [
        {"id": 317, "method_title": "DHL Paket", "method_id": "flat_rate", "total": "5.00"}
    ],
    "fee_lines": [],
    "coupon_lines": [],
    "refunds": [],
}  # fmt: skip

ENTRY = {
    "tracking_provider": "dhl",
    "custom_tracking_provider": "",
    "custom_tracking_link": "",
    "tracking_number": "00340434292135100186",
    "date_shipped": "1793577600",  # 2026-11-02
    "tracking_id": "6c3f7a9d8e1b4c5f0a2d3e4f5a6b7c8d",
}


def order(**changes: Any) -> dict[str, Any]:
    return {**copy.deepcopy(ORDER), **changes}


def with_tracking(value: Any, **changes: Any) -> dict[str, Any]:
    meta = [{"id": 9, "key": "_wc_shipment_tracking_items", "value": value}]
    return order(meta_data=meta, **changes)


def encoded(body: Any) -> bytes:
    return json.dumps(body).encode()
