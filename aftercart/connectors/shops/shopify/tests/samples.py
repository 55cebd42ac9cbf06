"""Made-up webhook bodies in Shopify's shape."""

import json
from typing import Any

Body = dict[str, Any]

PLACED = "2026-11-02T10:15:30-05:00"
CHANGED = "2026-11-03T08:00:00-05:00"


def money(amount: str, shown: str | None = None, currency: str = "USD") -> Body:
    """A money set: in the shop's dollars, and as the shopper saw it."""
    return {
        "shop_money": {"amount": amount, "currency_code": "USD"},
        "presentment_money": {"amount": shown or amount, "currency_code": currency},
    }


def address(**changes: Any) -> Body:
    return {
        "first_name": "Ada",
        "last_name": "Made-Up",
        "name": "Ada Made-Up",
        "company": None,
        "address1": "5 Harbor Street",
        "address2": "Flat 2",
        "city": "Portland",
        "zip": "04101",
        "province": "Maine",
        "province_code": "ME",
        "country": "United States",
        "country_code": "US",
        "phone": None,
        **changes,
    }


def line(number: int = 701, **changes: Any) -> Body:
    return {
        "id": number,
        "title": "Brass lantern",
        "name": "Brass lantern - Large",
        "variant_title": "Large",
        "sku": "LAN-L",
        "product_id": 31,
        "quantity": 2,
        "current_quantity": 2,
        "price": "20.00",
        "total_discount": "0.00",
        "discount_allocations": [{"amount": "4.00"}],
        "requires_shipping": True,
        "gift_card": False,
        "properties": [],
        **changes,
    }


def fulfillment(number: int = 801, **changes: Any) -> Body:
    return {
        "id": number,
        "order_id": 5001,
        "status": "success",
        "service": "manual",
        "tracking_company": "UPS",
        "tracking_number": "1ZMADEUP1",
        "tracking_numbers": ["1ZMADEUP1"],
        "tracking_url": "https://ups.example/1ZMADEUP1",
        "tracking_urls": ["https://ups.example/1ZMADEUP1"],
        "line_items": [line(quantity=1)],
        "created_at": PLACED,
        "updated_at": CHANGED,
        **changes,
    }


def refund(number: int = 901, **changes: Any) -> Body:
    return {
        "id": number,
        "order_id": 5001,
        "created_at": CHANGED,
        "processed_at": CHANGED,
        "note": "It was chipped",
        "refund_line_items": [
            {"id": 1, "line_item_id": 701, "quantity": 1, "subtotal": "18.00", "total_tax": "1.00"}
        ],
        "transactions": [
            {"id": 2, "kind": "refund", "status": "success", "amount": "19.00", "currency": "USD"}
        ],
        **changes,
    }


def event(status: str = "in_transit", **changes: Any) -> Body:
    return {
        "id": 601,
        "fulfillment_id": 801,
        "order_id": 5001,
        "status": status,
        "message": "Left the sorting center",
        "happened_at": CHANGED,
        "created_at": CHANGED,
        "updated_at": CHANGED,
        "estimated_delivery_at": None,
        "city": "Albany",
        "province": "NY",
        "zip": "12207",
        "country": "US",
        **changes,
    }


def customer(**changes: Any) -> Body:
    return {
        "id": 401,
        "email": "ada@shopper.example",
        "phone": "+12075550123",
        "first_name": "Ada",
        "last_name": "Made-Up",
        "email_marketing_consent": {"state": "subscribed", "opt_in_level": "single_opt_in"},
        "created_at": PLACED,
        "updated_at": CHANGED,
        **changes,
    }


def order(**changes: Any) -> Body:
    return {
        "id": 5001,
        "name": "#1001",
        "order_number": 1001,
        "email": "ada@shopper.example",
        "contact_email": "ada@shopper.example",
        "phone": None,
        "customer_locale": "en-US",
        "currency": "USD",
        "presentment_currency": "USD",
        "total_price": "43.00",
        "total_price_set": money("43.00"),
        "subtotal_price": "36.00",
        "total_tax": "2.00",
        "total_discounts": "4.00",
        "total_shipping_price_set": money("5.00"),
        "current_total_price": "43.00",
        "current_total_price_set": money("43.00"),
        "current_total_tax": "2.00",
        "current_total_discounts": "4.00",
        "financial_status": "paid",
        "fulfillment_status": None,
        "created_at": PLACED,
        "processed_at": PLACED,
        "updated_at": CHANGED,
        "cancelled_at": None,
        "cancel_reason": None,
        "closed_at": None,
        "customer": customer(),
        "shipping_address": address(),
        "billing_address": address(name="Ada B. Made-Up"),
        "shipping_lines": [{"title": "Standard", "price": "5.00"}],
        "line_items": [line()],
        "fulfillments": [fulfillment()],
        "refunds": [],
        "order_status_url": "https://acme.example/orders/x/authenticate?key=made-up",
        "note": "Leave it at the door",
        "note_attributes": [],
        "tags": "VIP, first order",
        "test": False,
        **changes,
    }


def product(**changes: Any) -> Body:
    return {
        "id": 31,
        "title": "Brass lantern",
        "handle": "brass-lantern",
        "vendor": "Acme",
        "product_type": "Lanterns",
        "published_at": PLACED,
        "updated_at": CHANGED,
        "image": {"src": "https://cdn.example/lantern.png"},
        "images": [{"src": "https://cdn.example/lantern.png"}],
        **changes,
    }


def data_request() -> Body:
    return {
        "shop_id": 1,
        "shop_domain": "acme.myshopify.com",
        "orders_requested": [5001, 5002],
        "customer": {"id": 401, "email": "ada@shopper.example", "phone": "+12075550123"},
        "data_request": {"id": 9999},
    }


def redact() -> Body:
    return {
        "shop_id": 1,
        "shop_domain": "acme.myshopify.com",
        "customer": {"id": 401, "email": "ada@shopper.example", "phone": None},
        "orders_to_redact": [5001],
    }


def bodies() -> dict[str, Body]:
    """A body for each topic."""
    whole = order(
        note_attributes=[{"name": "Gift message", "value": "For you"}],
        refunds=[refund()],
        fulfillments=[{**fulfillment(), "events": [event()]}],
    )
    return {
        "orders/create": order(),
        "orders/updated": whole,
        "orders/delete": {"id": 5001},
        "orders/edited": {"order_edit": {"id": 3, "order_id": 5001, "line_items": {}}},
        "fulfillments/create": fulfillment(),
        "fulfillment_events/create": event(),
        "fulfillment_events/delete": {"id": 601},
        "refunds/create": refund(),
        "customers/update": customer(),
        "customers/delete": {"id": 401},
        "products/update": product(),
        "products/delete": {"id": 31},
        "app/uninstalled": {"id": 1, "domain": "acme.myshopify.com"},
        "customers/data_request": data_request(),
        "customers/redact": redact(),
        "shop/redact": {"shop_id": 1, "shop_domain": "acme.myshopify.com"},
    }


def encoded(body: Any) -> bytes:
    return json.dumps(body).encode()
