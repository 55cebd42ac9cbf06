"""The order as programs read it: schema.org's words and no others."""

import json
from collections.abc import Iterator
from typing import Any, get_args

import pytest

from aftercart.conversation.pages.tests.made import order
from aftercart.conversation.pages.tests.states import TRANSIT
from aftercart.conversation.pages.tests.test_rendering import html, json_of
from aftercart.delivery.shipments.facts import ShipmentStatus

# What https://schema.org lets each type have, of what we say.
VOCABULARY = {
    "Order": "acceptedOffer merchant orderDate orderDelivery orderNumber orderStatus orderedItem "
    "url",
    "OrderItem": "orderQuantity orderedItem",
    "Offer": "price priceCurrency",
    "Organization": "name",
    "ParcelDelivery": "carrier deliveryAddress expectedArrivalFrom expectedArrivalUntil "
    "itemShipped trackingNumber trackingUrl",
    "PostalAddress": "addressCountry addressLocality addressRegion",
    "Product": "image name sku url",
}
ORDER_STATUSES = {
    "OrderCancelled",
    "OrderDelivered",
    "OrderInTransit",
    "OrderPaymentDue",
    "OrderPickupAvailable",
    "OrderProblem",
    "OrderProcessing",
    "OrderReturned",
}


def test_the_order_is_described_as_schema_org_does():
    described = json.loads(json_of(html(order(TRANSIT, delivery_status="in_transit"))))
    assert described["@type"] == "Order"
    assert described["orderStatus"] == "https://schema.org/OrderInTransit"
    offer = described["acceptedOffer"]
    assert (offer["price"], offer["priceCurrency"]) == ("98.00", "EUR")
    (delivery,) = described["orderDelivery"]
    assert delivery["@type"] == "ParcelDelivery"
    assert delivery["expectedArrivalFrom"] == "2026-11-26T09:00:00Z"
    assert delivery["carrier"] == {"@type": "Organization", "name": "DHL"}
    assert delivery["deliveryAddress"]["addressLocality"] == "Berlin"
    assert "Anna" not in json.dumps(described)


def things_in(value: Any) -> Iterator[dict[str, Any]]:
    """Every object of the markup, however deep."""
    if isinstance(value, dict):
        yield value
    for inner in value.values() if isinstance(value, dict) else value:
        if isinstance(inner, dict | list):
            yield from things_in(inner)


@pytest.mark.parametrize("status", ["", *get_args(ShipmentStatus)])
def test_the_markup_says_nothing_that_schema_org_does_not_know(status: str):
    told = json.loads(json_of(html(order(TRANSIT, TRANSIT, delivery_status=status))))
    assert told.pop("@context") == "https://schema.org"
    assert told["orderStatus"].removeprefix("https://schema.org/") in ORDER_STATUSES
    for thing in things_in(told):
        kind = str(thing.pop("@type"))
        assert set(thing) <= set(VOCABULARY[kind].split()), kind
        assert all(thing.values()), kind
