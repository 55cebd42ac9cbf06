"""The order as schema.org describes it, for whatever reads the page without eyes.

`Order` with `ParcelDelivery` in `orderDelivery`, in no words but schema.org's; no street, no name,
and no price of a gift. Made by a JSON encoder, with `<`, `>` and `&` escaped so that no text can
end the script element.
"""

from typing import Any

import msgspec
from django.utils.safestring import SafeString, mark_safe

from aftercart.conversation.pages.addresses import picture_address, web_address
from aftercart.conversation.pages.facts import OrderSnapshot, SnapshotItem, SnapshotParcel
from aftercart.conversation.pages.rules.page import shown_parcels

# schema.org OrderStatus by our shipment status.
ORDER_STATUS = {
    "": "OrderProcessing",
    "pending": "OrderProcessing",
    "info_received": "OrderProcessing",
    "picked_up": "OrderInTransit",
    "in_transit": "OrderInTransit",
    "out_for_delivery": "OrderInTransit",
    "available_for_pickup": "OrderPickupAvailable",
    "attempt_failed": "OrderProblem",
    "delivered": "OrderDelivered",
    "exception": "OrderProblem",
    "returning": "OrderReturned",
    "returned": "OrderReturned",
    "cancelled": "OrderCancelled",
    "unknown": "OrderProcessing",
}
ESCAPES = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"}
MOST_ITEMS = 20

Json = dict[str, Any]


def structured_data(snapshot: OrderSnapshot) -> SafeString:
    """The JSON-LD of an order's page, safe inside a `<script>` element."""
    merchant = {"@type": "Organization", "name": snapshot.brand.store_name}
    order = {
        "@context": "https://schema.org",
        "@type": "Order",
        "merchant": merchant,
        "orderNumber": snapshot.number,
        "orderDate": snapshot.placed_at,
        "orderStatus": f"https://schema.org/{_status(snapshot)}",
        "url": snapshot.page_url,
        "orderedItem": [_item(item) for item in snapshot.items[:MOST_ITEMS]],
        "orderDelivery": [_delivery(snapshot, parcel) for parcel in shown_parcels(snapshot)],
        **({} if snapshot.is_gift else _price(snapshot)),
    }
    text = msgspec.json.encode(_without_blanks(order)).decode()
    for character, escape in ESCAPES.items():
        text = text.replace(character, escape)
    return mark_safe(text)  # noqa: S308 - encoded and escaped above


def _status(snapshot: OrderSnapshot) -> str:
    if snapshot.cancelled_at:
        return "OrderCancelled"
    return ORDER_STATUS.get(snapshot.delivery_status, "OrderProcessing")


def _price(snapshot: OrderSnapshot) -> Json:
    if snapshot.shown_currency and snapshot.shown_total is not None:
        price, currency = snapshot.shown_total, snapshot.shown_currency
    else:
        price, currency = snapshot.total, snapshot.currency
    offer = {"@type": "Offer", "price": f"{price:f}", "priceCurrency": currency}
    return {"acceptedOffer": offer}


def _item(item: SnapshotItem) -> Json:
    product = {"@type": "Product", "name": item.title, "sku": item.sku}
    product["image"] = picture_address(item.image_url)
    product["url"] = web_address(item.product_url)
    return {
        "@type": "OrderItem",
        "orderQuantity": item.quantity,
        "orderedItem": _without_blanks(product),
    }


def _delivery(snapshot: OrderSnapshot, parcel: SnapshotParcel) -> Json:
    address = {
        "@type": "PostalAddress",
        "addressLocality": snapshot.shipping_city,
        "addressRegion": snapshot.shipping_region,
        "addressCountry": snapshot.shipping_country,
    }
    carrier = {"@type": "Organization", "name": parcel.carrier_name}
    return _without_blanks(
        {
            "@type": "ParcelDelivery",
            "trackingNumber": parcel.tracking_number,
            "trackingUrl": web_address(parcel.tracking_url),
            "carrier": carrier if parcel.carrier_name else None,
            "expectedArrivalFrom": parcel.expected_from or parcel.expected_date,
            "expectedArrivalUntil": parcel.expected_until or parcel.expected_date,
            "deliveryAddress": _without_blanks(address) if snapshot.shipping_country else None,
            "itemShipped": [
                {"@type": "Product", "name": item.title} for item in parcel.items[:MOST_ITEMS]
            ],
        }
    )


def _without_blanks(given: Json) -> Json:
    return {key: value for key, value in given.items() if value not in (None, "", [])}
