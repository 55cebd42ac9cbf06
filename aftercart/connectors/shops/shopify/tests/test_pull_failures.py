"""What goes wrong between the puller and a shop, over real sockets, and what is said of it."""

from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest

from aftercart.connectors import http
from aftercart.connectors.base import ConnectionFailed
from aftercart.connectors.shops.shopify import queries
from aftercart.connectors.shops.shopify.client import Client
from aftercart.connectors.shops.shopify.pull import ShopifyPuller

PULLER = ShopifyPuller()


@pytest.mark.parametrize("failure", ["garbage", "cut", 500, 503, 429])
def test_a_broken_answer_is_a_passing_failure(shop, keys, plain, failure) -> None:
    PULLER.identify(keys, plain)
    shop.failures = [failure]
    with pytest.raises(ConnectionFailed) as raised:
        PULLER.identify(keys, plain)
    assert not raised.value.permanent
    assert raised.value.message
    assert raised.value.retry_after == (2.0 if failure == 429 else None)
    assert PULLER.identify(keys, plain).name


def test_a_question_is_asked_again_where_a_kept_connection_had_ended(shop, keys, plain) -> None:
    PULLER.identify(keys, plain)
    shop.failures = ["gone"]
    assert PULLER.identify(keys, plain).name


def test_a_change_is_not_asked_for_again_where_a_kept_connection_had_ended(
    shop, keys, plain
) -> None:
    client = Client(keys, plain)
    assert client.ask(queries.SUBSCRIPTIONS)
    shop.failures = ["gone"]
    with pytest.raises(ConnectionFailed):
        client.ask(queries.UNSUBSCRIBE, id="gid://shopify/WebhookSubscription/1")
    assert shop.failures == []


@pytest.mark.parametrize(
    "data",
    [
        5,
        [],
        {"shop": 5, "currentAppInstallation": "x", "webhookSubscriptions": [1]},
        {"shop": None, "currentAppInstallation": {"accessScopes": [1]}},
        {"webhookSubscriptions": {"nodes": 5, "pageInfo": 5}},
        {"ordersCount": {"count": "many"}, "orders": 3},
    ],
)
def test_json_of_another_shape_is_a_failure_of_the_connection_at_most(
    shop, keys, plain, pull, data
) -> None:
    PULLER.identify(keys, plain)
    tries: list[Callable[[], Any]] = [
        lambda: PULLER.identify(keys, plain),
        lambda: PULLER.subscribe(keys, plain, "https://track.acme.example/in/x"),
        pull,
    ]
    for attempt in tries:
        shop.failures = [{"data": data}]
        with suppress(ConnectionFailed):
            attempt()
        shop.failures = []


def test_errors_of_another_shape_are_a_passing_failure(shop, keys, plain) -> None:
    PULLER.identify(keys, plain)
    shapes: list[Any] = [{"errors": "no"}, {"errors": [1]}, {"errors": [{"extensions": 3}]}, {}]
    for odd in [*shapes, []]:
        shop.failures = [odd]
        with pytest.raises(ConnectionFailed) as raised:
            PULLER.identify(keys, plain)
        assert not raised.value.permanent


@pytest.mark.parametrize("failure", ["garbage", "cut", 500])
def test_a_broken_sign_in_is_a_passing_failure(shop, keys, plain, failure) -> None:
    shop.failures = [failure]
    with pytest.raises(ConnectionFailed) as raised:
        PULLER.identify(keys, plain)
    assert not raised.value.permanent


@pytest.mark.parametrize("status", [402, 403, 404, 423])
def test_a_closed_shop_is_a_permanent_failure(shop, keys, plain, status) -> None:
    PULLER.identify(keys, plain)
    shop.failures = [status]
    with pytest.raises(ConnectionFailed) as raised:
        PULLER.identify(keys, plain)
    assert raised.value.permanent


def test_a_slow_server_is_given_up(shop, keys, plain, monkeypatch) -> None:
    monkeypatch.setattr(http.client, "READ_SECONDS", 0.3)
    shop.wait = 3
    with pytest.raises(ConnectionFailed) as raised:
        PULLER.identify(keys, plain)
    assert not raised.value.permanent


@pytest.mark.parametrize(
    "domain",
    [
        "acme.example",
        "acme.myshopify.com.evil.example",
        "127.0.0.1",
        "evil.example/acme.myshopify.com",
        "acme.myshopify.com:8080",
        "user@acme.myshopify.com",
        "-acme.myshopify.com",
        "",
    ],
)
def test_only_shopifys_own_domains_are_asked(shop, keys, plain, domain) -> None:
    with pytest.raises(ConnectionFailed) as raised:
        PULLER.identify(keys, {**plain, "shop": domain})
    assert raised.value.permanent
    assert shop.tokens_given == 0


def test_missing_credentials_say_so(shop, plain) -> None:
    with pytest.raises(ConnectionFailed) as raised:
        PULLER.identify({}, plain)
    assert raised.value.permanent
