"""Webhook bodies to facts. The topic says how to read; a topic of no use to us gives none."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Generic, TypeVar

import msgspec
from django.utils.translation import gettext as _

from aftercart.commerce.catalog.facts import ProductFact
from aftercart.commerce.customers.facts import DisclosureFact, ErasureFact, ShopErasureFact
from aftercart.commerce.orders.facts import OrderDeletionFact
from aftercart.connectors.base import DisconnectedFact, ParseError
from aftercart.connectors.reading import (
    aware,
    decoder,
    identifier,
    moment,
    required,
    text,
    web_address,
)
from aftercart.connectors.shops.shopify import payload
from aftercart.connectors.shops.shopify.fulfillments import fulfillment_fact, tracking_fact
from aftercart.connectors.shops.shopify.orders import customer_fact, order_fact
from aftercart.connectors.shops.shopify.pictures import small_picture
from aftercart.connectors.shops.shopify.refunds import refund_fact
from aftercart.delivery.shipments.facts import ScanRetractionFact

Kind = TypeVar("Kind")
Raw = TypeVar("Raw")
Headers = Mapping[str, str]
Parser = Callable[[bytes, Headers], list[Any]]

TRIGGERED_AT = "x-shopify-triggered-at"
SHOP_DOMAIN = "x-shopify-shop-domain"
MOST_OBJECTS = 1000


def parse(topic: str, headers: Headers, body: bytes) -> list[Any]:
    """The facts in a delivery.

    Raises:
        ParseError: the body cannot be read; it names the field.
    """
    parser = TOPICS.get(topic)
    return parser(body, headers) if parser else []


def _objects(body: bytes, reader: "Reader[Kind]") -> list[tuple[Kind, str]]:
    """The objects in a body, each with its path: webhooks send one bare, REST wraps one or many."""
    if body[:20].lstrip().startswith(b"["):
        return _numbered(reader.many(body), "")
    bare = reader.one(body)
    if getattr(bare, "id", None) is not None:
        return [(bare, "")]
    wrapped = reader.wrapped(body)
    if wrapped.many is not None:
        return _numbered(wrapped.many, f"{reader.name}s")
    return [(bare, "")] if wrapped.one is None else [(wrapped.one, f"{reader.name}.")]


def _numbered(objects: list[Kind], path: str) -> list[tuple[Kind, str]]:
    return [(each, f"{path}[{index}].") for index, each in enumerate(objects[:MOST_OBJECTS])]


class Reader(Generic[Kind]):
    """Reads one kind of object from each of the bodies it may come in."""

    def __init__(self, name: str, kind: type[Kind]) -> None:
        self.name = name
        self.one = decoder(kind)
        self.many: Callable[[bytes], list[Kind]] = decoder(list[kind])  # type: ignore[valid-type]
        fields: list[Any] = [("one", kind | None, None), ("many", list[kind] | None, None)]  # type: ignore[valid-type]
        names = {"one": name, "many": f"{name}s"}
        wrapper = msgspec.defstruct(f"{kind.__name__}Wrapper", fields, rename=names)
        self.wrapped: Callable[[bytes], Any] = decoder(wrapper)


_order = Reader("order", payload.Order)
_fulfillment = Reader("fulfillment", payload.Fulfillment)
_fulfillment_event = Reader("fulfillment_event", payload.FulfillmentEvent)
_refund = Reader("refund", payload.Refund)
_customer = Reader("customer", payload.Customer)
_product = Reader("product", payload.Product)
_deleted = decoder(payload.Deleted)
_privacy = decoder(payload.Privacy)


def _in_place(path: str, make: Callable[[Raw], Kind], raw: Raw) -> Kind:
    """What `make` makes of the object; an error names the whole path."""
    try:
        return make(raw)
    except ParseError as error:
        raise ParseError(f"{path}{error.field}", error.problem) from error


def _orders(body: bytes, headers: Headers) -> list[Any]:
    facts: list[Any] = []
    for raw, path in _objects(body, _order):
        facts.append(_in_place(path, order_fact, raw))
        facts.extend(_journeys(raw, path))
    return facts


def _journeys(raw: payload.Order, path: str) -> list[Any]:
    """The events that our own pull puts beside each fulfillment."""
    return [
        tracking_fact(identifier(one.id), event, f"{path}fulfillments[{index}].events[{place}].")
        for index, one in enumerate(raw.fulfillments or [])
        for place, event in enumerate(one.events or [])
    ]


def _fulfillments(body: bytes, headers: Headers) -> list[Any]:
    return [
        fulfillment_fact(raw, identifier(raw.order_id), field=path)
        for raw, path in _objects(body, _fulfillment)
    ]


def _fulfillment_events(body: bytes, headers: Headers) -> list[Any]:
    return [
        tracking_fact(identifier(raw.fulfillment_id), raw, path)
        for raw, path in _objects(body, _fulfillment_event)
    ]


def _deleted_events(body: bytes, headers: Headers) -> list[Any]:
    """Only its id counts, and whose it was; both may come before the event itself."""
    return [
        ScanRetractionFact(
            external_id=identifier(required(raw.id, f"{path}id")),
            fulfillment_external_id=identifier(raw.fulfillment_id),
        )
        for raw, path in _objects(body, _fulfillment_event)
    ]


def _refunds(body: bytes, headers: Headers) -> list[Any]:
    facts = (
        refund_fact(raw, identifier(raw.order_id), "", _triggered_at(headers), path)
        for raw, path in _objects(body, _refund)
    )
    return [fact for fact in facts if fact]


def _customers(body: bytes, headers: Headers) -> list[Any]:
    return [_in_place(path, customer_fact, raw) for raw, path in _objects(body, _customer)]


def _products(body: bytes, headers: Headers) -> list[Any]:
    shop = headers.get(SHOP_DOMAIN, "")
    return [
        ProductFact(
            external_id=identifier(required(raw.id, f"{path}id")),
            title=text(raw.title, 500),
            handle=text(raw.handle, 300),
            url=_product_url(raw, shop),
            image_url=_product_image(raw),
            vendor=text(raw.vendor, 300),
            product_type=text(raw.product_type, 300),
            updated_at=moment(raw.updated_at),
        )
        for raw, path in _objects(body, _product)
    ]


def _product_url(raw: payload.Product, shop: str) -> str:
    """Webhooks do not hold the address; a published product has it at its shop's own domain."""
    if raw.online_store_url:
        return web_address(raw.online_store_url)
    if raw.published_at and raw.handle and shop:
        return web_address(f"https://{shop}/products/{raw.handle}")
    return ""


def _product_image(raw: payload.Product) -> str:
    pictures = ([raw.image] if raw.image else []) + (raw.images or [])
    return next((address for one in pictures if (address := small_picture(one.src))), "")


def _deleted_order(body: bytes, headers: Headers) -> list[Any]:
    at = required(_triggered_at(headers), TRIGGERED_AT)
    return [OrderDeletionFact(external_id=_deleted_id(body), deleted_at=at)]


def _deleted_product(body: bytes, headers: Headers) -> list[Any]:
    at = _triggered_at(headers)
    return [ProductFact(external_id=_deleted_id(body), deleted=True, updated_at=at)]


def _deleted_id(body: bytes) -> str:
    return identifier(required(_deleted(body).id, "id"))


def _triggered_at(headers: Headers) -> datetime | None:
    """When the thing happened, as Shopify's header says (with up to nine digits of a second)."""
    try:
        return aware(headers.get(TRIGGERED_AT, ""))
    except (ValueError, OverflowError):
        return None


def _uninstalled(body: bytes, headers: Headers) -> list[Any]:
    return [DisconnectedFact(reason=_("The app was uninstalled in Shopify."))]


def _shop_redacted(body: bytes, headers: Headers) -> list[Any]:
    """The signature covers neither topic nor shop: a body that is about one person, or another
    shop, must not become a demand to forget everybody."""
    raw = _own_privacy(body, headers)
    if raw != payload.Privacy(shop_domain=required(raw.shop_domain, "shop_domain")):
        raise ParseError("customer", "does not belong into a demand about a whole shop")
    return [
        DisconnectedFact(
            reason=_(
                "The app was uninstalled, and Shopify had the personal data of the shop's "
                "customers erased. What was sold stays. Connect the shop anew if it has come back."
            )
        ),
        ShopErasureFact(),
    ]


def _own_privacy(body: bytes, headers: Headers) -> payload.Privacy:
    raw = _privacy(body)
    told, ours = text(raw.shop_domain, 255).lower(), headers.get(SHOP_DOMAIN, "").lower()
    if told and ours and told != ours:
        raise ParseError("shop_domain", "is another shop's")
    return raw


def _customer_redacted(body: bytes, headers: Headers) -> list[Any]:
    raw = _own_privacy(body, headers)
    fact = ErasureFact(
        **_subject(raw), order_external_ids=tuple(map(identifier, raw.orders_to_redact or []))
    )
    if fact == ErasureFact():
        raise ParseError("customer", "is missing")
    return [fact]


def _data_requested(body: bytes, headers: Headers) -> list[Any]:
    raw = _own_privacy(body, headers)
    request = required(raw.data_request.id if raw.data_request else None, "data_request.id")
    orders = tuple(map(identifier, raw.orders_requested or []))
    return [
        DisclosureFact(request_id=identifier(request), **_subject(raw), order_external_ids=orders)
    ]


def _subject(raw: payload.Privacy) -> dict[str, Any]:
    person = raw.customer or payload.PrivateCustomer()
    return {
        "customer_external_id": identifier(person.id),
        "email": text(person.email, 254),
        "phone": text(person.phone, 40),
    }


TOPICS: dict[str, Parser] = {
    "orders/create": _orders,
    "orders/updated": _orders,
    "orders/paid": _orders,
    "orders/cancelled": _orders,
    "orders/fulfilled": _orders,
    "orders/partially_fulfilled": _orders,
    "orders/delete": _deleted_order,
    "fulfillments/create": _fulfillments,
    "fulfillments/update": _fulfillments,
    "fulfillment_events/create": _fulfillment_events,
    "fulfillment_events/delete": _deleted_events,
    "refunds/create": _refunds,
    "customers/create": _customers,
    "customers/update": _customers,
    "products/create": _products,
    "products/update": _products,
    "products/delete": _deleted_product,
    "app/uninstalled": _uninstalled,
    "customers/data_request": _data_requested,
    "customers/redact": _customer_redacted,
    "shop/redact": _shop_redacted,
}
"""Not here, since their bodies say too little: `orders/edited` (only the edit; `orders/updated`
comes with the whole order) and `customers/delete`: see the README."""
