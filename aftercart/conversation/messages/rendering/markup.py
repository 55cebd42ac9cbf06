"""schema.org markup, from which mail programs show a card: `Order` and `ParcelDelivery`.

Built as data and encoded by a JSON encoder; `encoded` makes it safe inside a script element.
"""

from collections.abc import Sequence
from typing import Any

import msgspec

from aftercart.conversation.messages.rendering.focus import Focus
from aftercart.conversation.messages.rendering.letter import LONGEST_URL
from aftercart.conversation.pages.facts import SnapshotItem, SnapshotParcel
from aftercart.core.money import minor_digits
from aftercart.core.text import web_address

CONTEXT = "http://schema.org"
LONGEST_NAME = 120

Markup = dict[str, Any]


def order(focus: Focus) -> Markup:
    """The order as a whole: schema.org/Order, as Gmail reads it."""
    snapshot = focus.order
    currency = snapshot.currency
    return {
        "@context": CONTEXT,
        **_order_name(focus),
        "orderStatus": f"{CONTEXT}/{_status(focus)}",
        "orderDate": snapshot.placed_at.isoformat(),
        "priceCurrency": currency,
        "price": f"{snapshot.total:.{minor_digits(currency)}f}",
        "acceptedOffer": [_offer(focus, item) for item in snapshot.items[: focus.limits.items]],
        "url": snapshot.page_url,
        "potentialAction": {"@type": "ViewAction", "url": snapshot.page_url},
    }


def parcels(focus: Focus) -> tuple[Markup, ...]:
    """Each parcel that the mail is about: schema.org/ParcelDelivery."""
    return tuple(_parcel(focus, parcel) for parcel in focus.parcels[: focus.limits.cards])


def encoded(markup: Sequence[Markup]) -> str:
    """The markup as JSON that cannot end the script element it stands in, nor start a comment."""
    text = msgspec.json.encode(list(markup)).decode()
    return (
        text.replace("&", "\\u0026")
        .replace("<", "\\u003c")
        .replace(">", "\\u003e")
        .replace("\u2028", "\\u2028")
        .replace("\u2029", "\\u2029")
    )


def _order_name(focus: Focus) -> Markup:
    snapshot = focus.order
    return {
        "@type": "Order",
        "merchant": {"@type": "Organization", "name": snapshot.brand.store_name},
        "orderNumber": snapshot.number,
    }


def _status(focus: Focus) -> str:
    if focus.order.cancelled_at:
        return "OrderCancelled"
    return {
        "delivered": "OrderDelivered",
        "available_for_pickup": "OrderPickupAvailable",
        "exception": "OrderProblem",
        "attempt_failed": "OrderProblem",
        "returning": "OrderReturned",
        "returned": "OrderReturned",
        "picked_up": "OrderInTransit",
        "in_transit": "OrderInTransit",
        "out_for_delivery": "OrderInTransit",
    }.get(focus.order.delivery_status, "OrderProcessing")


def _offer(focus: Focus, item: SnapshotItem) -> Markup:
    currency = focus.order.currency
    return {
        "@type": "Offer",
        "itemOffered": _product(item),
        "price": f"{item.price:.{minor_digits(currency)}f}",
        "priceCurrency": currency,
        "eligibleQuantity": {"@type": "QuantitativeValue", "value": item.quantity},
    }


def _product(item: SnapshotItem) -> Markup:
    product = {"@type": "Product", "name": item.title[:LONGEST_NAME]}
    extras = {
        "sku": item.sku,
        "image": web_address(item.image_url, LONGEST_URL),
        "url": web_address(item.product_url, LONGEST_URL),
    }
    return product | {name: value for name, value in extras.items() if value}


def _parcel(focus: Focus, parcel: SnapshotParcel) -> Markup:
    found: Markup = {
        "@context": CONTEXT,
        "@type": "ParcelDelivery",
        "deliveryAddress": _address(focus),
        "itemShipped": [_product(item) for item in parcel.items[: focus.limits.items]],
        "partOfOrder": _order_name(focus),
        "potentialAction": {"@type": "TrackAction", "target": focus.order.page_url},
        "trackingUrl": web_address(parcel.tracking_url, LONGEST_URL) or focus.order.page_url,
    }
    if parcel.carrier_name:
        found["carrier"] = {"@type": "Organization", "name": parcel.carrier_name}
    if parcel.tracking_number:
        found["trackingNumber"] = parcel.tracking_number
    if parcel.expected_from or parcel.expected_until or parcel.expected_date:
        until = parcel.expected_until or parcel.expected_from
        first = parcel.expected_from or until
        found["expectedArrivalFrom"] = _moment(first, parcel)
        found["expectedArrivalUntil"] = _moment(until, parcel)
    return found


def _moment(moment: Any, parcel: SnapshotParcel) -> str:
    if moment is not None:
        return str(moment.isoformat())
    return parcel.expected_date.isoformat() if parcel.expected_date else ""


def _address(focus: Focus) -> Markup:
    """As little as the card needs: the street is nobody's business here."""
    snapshot = focus.order
    parts = {
        "name": snapshot.gift_recipient_name if focus.for_gift else snapshot.customer_name,
        "addressLocality": snapshot.shipping_city,
        "addressRegion": snapshot.shipping_region,
        "addressCountry": snapshot.shipping_country,
    }
    return {"@type": "PostalAddress", **{name: value for name, value in parts.items() if value}}
