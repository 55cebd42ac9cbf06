"""Webhook subscriptions at a stand-in: made, made again, and nobody else's touched."""

from typing import Any

import pytest

from aftercart.connectors.base import Accepted, Refused
from aftercart.connectors.shops.shopify.connector import Shopify
from aftercart.connectors.shops.shopify.pull import ShopifyPuller
from aftercart.connectors.shops.shopify.subscriptions import TOPICS
from tests.standins.catching import catching
from tests.standins.shopify import Shop

ADDRESS = "https://track.acme.example/in/unguessable"
ELSEWHERE = "https://erp.acme.example/hooks"


@pytest.fixture
def subscribe(keys: dict[str, str], plain: dict[str, Any]) -> Any:
    def subscribed(address: str = ADDRESS, **remembered: Any) -> dict[str, Any]:
        return ShopifyPuller().subscribe(keys, {**plain, **remembered}, address)

    return subscribed


def add(shop: Shop, topic: str, uri: str) -> str:
    made = {"id": f"gid://shopify/WebhookSubscription/{len(shop.subscriptions)}", "topic": topic}
    shop.subscriptions.append({**made, "uri": uri, "format": "JSON"})
    return made["id"]


def topics_of(shop: Shop, uri: str = ADDRESS) -> list[str]:
    return sorted(one["topic"] for one in shop.subscriptions if one["uri"] == uri)


EXPECTED = sorted(topic.replace("/", "_").upper() for topic in TOPICS)


def test_every_topic_is_subscribed_once(shop, subscribe) -> None:
    remembered = subscribe()
    assert topics_of(shop) == EXPECTED
    assert sorted(remembered["subscriptions"]) == sorted(TOPICS)
    assert subscribe(**remembered) == remembered
    assert topics_of(shop) == EXPECTED


def test_what_shopify_dropped_is_made_again(shop, subscribe) -> None:
    remembered = subscribe()
    del shop.subscriptions[3:9]
    again = subscribe(**remembered)
    assert topics_of(shop) == EXPECTED
    assert set(again["subscriptions"].values()) == {one["id"] for one in shop.subscriptions}


def test_duplicates_of_ours_go_and_those_of_others_stay(shop, subscribe) -> None:
    remembered = subscribe()
    add(shop, "ORDERS_CREATE", ELSEWHERE)
    add(shop, "SHOP_UPDATE", ELSEWHERE)
    add(shop, "ORDERS_EDITED", ADDRESS)
    shop.subscriptions.append({**shop.subscriptions[0], "id": "gid://shopify/X/double"})
    subscribe(**remembered)
    assert topics_of(shop) == EXPECTED
    assert topics_of(shop, ELSEWHERE) == ["ORDERS_CREATE", "SHOP_UPDATE"]


def test_a_new_address_takes_over_from_the_old_one(shop, subscribe) -> None:
    remembered = subscribe("https://old.acme.example/in/unguessable")
    other = add(shop, "ORDERS_CREATE", "https://old.acme.example/in/another-store")
    subscribe(**remembered)
    assert topics_of(shop) == EXPECTED
    left = [one["id"] for one in shop.subscriptions if one["uri"] != ADDRESS]
    assert left == [other]


def test_an_address_that_shopify_refuses_is_no_failure(shop, subscribe) -> None:
    remembered = subscribe("http://track.acme.example/in/x")
    assert remembered["subscriptions"] == {}
    assert "Address protocol http:// is not supported" in remembered["webhooks_refused"]
    assert subscribe(**remembered)["webhooks_refused"] == ""
    assert topics_of(shop) == EXPECTED


def test_more_subscriptions_than_a_page_holds(shop, subscribe) -> None:
    for number in range(150):
        add(shop, "SHOP_UPDATE", f"{ELSEWHERE}/{number}")
    remembered = subscribe()
    subscribe(**remembered)
    assert topics_of(shop) == EXPECTED


def test_what_the_shop_then_posts_is_accepted(shop, keys, plain) -> None:
    """The stand-in signs by itself, not with our `sign`."""
    with catching() as catcher:
        ShopifyPuller().subscribe(keys, plain, catcher.address)
        assert shop.deliver("orders/create", {"id": 5}) == [200]
        shop.signs_wrong = True
        assert shop.deliver("orders/create", {"id": 6}) == [200]
    genuine, forged = (Shopify().receive(one, {**plain, **keys}) for one in catcher.caught)
    assert isinstance(genuine, Accepted)
    assert genuine.topic == "orders/create"
    assert isinstance(forged, Refused)
