"""Asking a shop over real sockets: identify, subscribe, pull, and every way to fail."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from aftercart.connectors.base import Accepted, Acknowledged, ConnectionFailed, Page
from aftercart.connectors.shops.woocommerce import webhooks
from aftercart.connectors.shops.woocommerce.connector import WooCommerce
from aftercart.connectors.shops.woocommerce.oauth import signature
from aftercart.connectors.shops.woocommerce.puller import WooCommercePuller
from aftercart.connectors.shops.woocommerce.tests.bodies import order
from aftercart.core import clock
from tests.standins import woocommerce
from tests.standins.catching import Catcher, catching
from tests.standins.woocommerce import Shop

WOO = WooCommerce()
PULLER = WooCommercePuller()
SINCE = datetime(2026, 11, 1, tzinfo=UTC)


@pytest.fixture
def shop() -> Iterator[Shop]:
    made = Shop()
    with woocommerce.running(made):
        yield made


def credentials(shop: Shop) -> dict[str, str]:
    return {"consumer_key": shop.key, "consumer_secret": shop.secret, "secret": "a1b2c3"}


def pull(shop: Shop, since: datetime = SINCE, **cursor: Any) -> list[Page]:
    return list(PULLER.pull(credentials(shop), {"url": shop.url}, since, cursor))


def ids(pages: list[Page], topic: str = "order.updated") -> list[int]:
    return [
        json.loads(one.body)["id"] for page in pages for one in page.objects if one.topic == topic
    ]


def fill(shop: Shop, count: int, first: int = 1, modified: str = "2026-11-02T08:00:00") -> None:
    for number in range(first, first + count):
        shop.orders[number] = order(id=number, number=str(number), date_modified_gmt=modified)


def failed(shop: Shop, url: str | None = None, **changes: str) -> ConnectionFailed:
    with pytest.raises(ConnectionFailed) as caught:
        PULLER.identify({**credentials(shop), **changes}, {"url": url or shop.url})
    for secret in (shop.key, shop.secret):
        assert secret not in caught.value.message
    return caught.value


def test_identify(shop):
    found = PULLER.identify(credentials(shop), {"url": shop.url})
    assert (found.name, found.currency) == ("A Shop", "EUR")
    assert (found.time_zone, found.url) == ("Europe/Berlin", shop.url)


@pytest.mark.parametrize("folder", ["", "/shop"])
@pytest.mark.parametrize("ending", ["", "/", "/wp-json/wc/v3", "/wp-admin/index.php"])
@pytest.mark.parametrize("scheme", ["http://", ""])
def test_the_address_in_every_form(folder, ending, scheme):
    shop = Shop(folder=folder)
    with woocommerce.running(shop) as url:
        entered = scheme + url.removeprefix("http://") + ending
        assert PULLER.identify(credentials(shop), {"url": entered}).url == url


@pytest.mark.parametrize(
    "entered", ["", "ftp://x.example.com", "https://", "https://a b.example.com", "https://x:99999"]
)
def test_what_is_no_address(shop, entered):
    with pytest.raises(ConnectionFailed) as caught:
        PULLER.identify(credentials(shop), {"url": entered})
    assert caught.value.permanent


def test_plain_http_is_for_listed_hosts_only(shop, settings):
    settings.ALLOWED_PRIVATE_HOSTS = frozenset()
    failure = failed(shop)
    assert failure.permanent
    assert "https://" in failure.message
    assert shop.asked == []


def test_a_private_address_is_refused(shop):
    assert failed(shop, "https://10.0.0.7").permanent


def test_a_wrong_key_and_a_missing_one(shop):
    failure = failed(shop, consumer_secret="cs_wrong")
    assert failure.permanent
    assert "does not know this key" in failure.message
    assert failed(shop, consumer_key="").permanent


@pytest.mark.parametrize(
    ("kind", "permanent", "wait", "part"),
    [
        ("html", False, None, "web page"),
        ("moved", True, None, "https://www.example.com"),
        (500, False, None, "500"),
        (502, False, None, "502"),
        (503, False, 7.0, "503"),
        (429, False, 7.0, "slow down"),
        (403, True, None, "may not see"),
        (400, True, None, "There has been an error"),
    ],
)
def test_failures_say_what_to_do(shop, kind, permanent, wait, part):
    shop.failures = [kind]
    failure = failed(shop)
    assert (failure.permanent, failure.retry_after) == (permanent, wait)
    assert part in failure.message


def test_no_woocommerce_there(shop):
    failure = failed(shop, shop.url + "/elsewhere")
    assert failure.permanent
    assert "Permalinks" in failure.message


def test_a_shop_that_is_away():
    shop = Shop()
    with woocommerce.running(shop):
        pass
    assert not failed(shop).permanent


def test_oauth_against_the_worked_example_of_rfc_5849():
    """Section 3.4.1.1, with the signature method that WooCommerce uses."""
    parameters = [
        ("b5", "=%3D"), ("a3", "a"), ("c@", ""), ("a2", "r b"), ("c2", ""), ("a3", "2 q"),
        ("oauth_consumer_key", "9djdj82h48djs9d2"), ("oauth_token", "kkk9d7dh3k39sjv7"),
        ("oauth_signature_method", "HMAC-SHA1"), ("oauth_timestamp", "137131201"),
        ("oauth_nonce", "7d8f3e4a"),
    ]  # fmt: skip
    base = (
        b"POST&http%3A%2F%2Fexample.com%2Frequest&a2%3Dr%2520b%26a3%3D2%2520q%26a3%3Da%26b5%3D%253D"
        b"%25253D%26c%2540%3D%26c2%3D%26oauth_consumer_key%3D9djdj82h48djs9d2%26oauth_nonce%3D7d8f3"
        b"e4a%26oauth_signature_method%3DHMAC-SHA1%26oauth_timestamp%3D137131201%26oauth_token%3Dkk"
        b"k9d7dh3k39sjv7"
    )
    import base64
    import hmac

    expected = base64.b64encode(hmac.digest(b"s%26t&", base, "sha256")).decode()
    assert signature("post", "http://example.com/request", parameters, "s&t") == expected


def test_over_tls_the_key_is_a_header(localhost_tls):
    shop = Shop()
    with woocommerce.running(shop, context=localhost_tls) as url:
        assert PULLER.identify(credentials(shop), {"url": url}).name == "A Shop"
    assert not any("consumer_key" in query for _, _, query in shop.asked)


def test_a_host_that_drops_the_header_gets_the_key_in_the_query_and_it_is_remembered(localhost_tls):
    shop = Shop(drops_authorization=True)
    with woocommerce.running(shop, context=localhost_tls) as url:
        assert PULLER.identify(credentials(shop), {"url": url}).currency == "EUR"
        kept = PULLER.subscribe(credentials(shop), {"url": url}, "http://127.0.0.1:9/in/x")
        assert kept["way"] == "query"
        asked = len(shop.asked)
        list(PULLER.pull(credentials(shop), {"url": url, **kept}, SINCE, {}))
        assert all("consumer_key" in query for _, _, query in shop.asked[asked:])


def test_a_wrong_key_never_goes_into_the_query(localhost_tls):
    shop = Shop()
    with woocommerce.running(shop, context=localhost_tls):
        failed(shop, consumer_secret="cs_wrong")
    assert not any("consumer_key" in query for _, _, query in shop.asked)


def test_pull_takes_every_page(shop):
    fill(shop, 120)
    pages = pull(shop)
    assert ids(pages) == list(range(1, 121))
    assert pages[0].total == 120
    keys = [one.dedupe_key for page in pages for one in page.objects]
    assert len(set(keys)) == 120
    assert all(len(key) == 32 for key in keys)
    queries = [query for _, path, query in shop.asked if path.endswith("/orders")]
    assert queries[0]["modified_after"] == "2026-10-31T23:57:00"
    assert queries[0]["dates_are_gmt"] == "true"


def test_pulled_orders_are_read_like_delivered_ones(shop):
    fill(shop, 1)
    [page] = [page for page in pull(shop) if page.objects]
    [pulled] = page.objects
    [fact] = WOO.parse(pulled.topic, {}, pulled.body)
    assert fact.external_id == "1"


def test_pull_takes_only_what_changed(shop):
    fill(shop, 3, modified="2026-10-01T00:00:00")
    fill(shop, 2, first=10)
    assert ids(pull(shop)) == [10, 11]


def test_the_same_state_has_the_same_key_and_a_change_another(shop):
    fill(shop, 1)
    [first], [again] = ([one for page in pull(shop) for one in page.objects] for _ in range(2))
    assert first.dedupe_key == again.dedupe_key
    shop.orders[1]["total"] = "1.00"
    [changed] = [one for page in pull(shop) for one in page.objects]
    assert changed.dedupe_key != first.dedupe_key


def test_a_cut_off_pull_goes_on_where_it_stood(shop):
    fill(shop, 120)
    pages = PULLER.pull(credentials(shop), {"url": shop.url}, SINCE, {})
    first = next(pages)
    assert ids([first]) == list(range(1, 51))
    assert ids(pull(shop, **first.cursor)) == list(range(51, 121))


def test_orders_that_go_to_the_bin_meanwhile_hide_none(shop):
    fill(shop, 160)
    pages = PULLER.pull(credentials(shop), {"url": shop.url}, SINCE, {})
    seen = ids([next(pages)])
    for number in (1, 2, 3):
        shop.orders[number]["status"] = "trash"
    seen += ids(list(pages))
    assert set(seen) == set(range(1, 161))


def test_a_shop_that_cannot_say_what_changed(shop):
    shop.knows_modified_after = False
    since = clock.now() - timedelta(minutes=5)
    week_ago, now = (
        f"{clock.now() - age:%Y-%m-%dT%H:%M:%S}" for age in (timedelta(7), timedelta())
    )
    for number in range(1, 61):
        shop.orders[number] = order(
            id=number, date_created_gmt=week_ago, date_modified_gmt=week_ago
        )
    shop.orders[100] = order(id=100, date_created_gmt=week_ago, date_modified_gmt=now)
    shop.orders[200] = order(id=200, date_created_gmt="2024-01-01T00:00:00", date_modified_gmt=now)
    shop.products[1] = {"id": 1, "date_modified_gmt": week_ago, "date_created_gmt": week_ago}
    pages = pull(shop, since)
    assert ids(pages) == [100]
    assert not ids(pages, "product.updated")


def test_refunds_come_whole(shop):
    shop.orders[7] = order(id=7, refunds=[{"id": 70, "total": "-9.00", "reason": ""}])
    shop.refunds[7] = [
        {"id": 70, "amount": "9.00", "date_created_gmt": "2026-11-01T18:00:00", "line_items": []}
    ]
    [pulled] = [one for page in pull(shop) for one in page.objects]
    [fact] = WOO.parse(pulled.topic, {}, pulled.body)
    assert fact.refunds[0].refunded_at == datetime(2026, 11, 1, 18, tzinfo=UTC)


def test_an_order_that_is_gone_before_its_refunds_are_read(shop):
    shop.orders[7] = order(id=7, refunds=[{"id": 70, "total": "-9.00"}])
    shop.forgets_what_it_listed = True
    assert ids(pull(shop)) == [7]


def test_products_come_after_the_orders(shop):
    fill(shop, 1)
    shop.products[93] = {
        "id": 93, "name": "Mug", "date_created_gmt": "2026-11-02T00:00:00",
        "date_modified_gmt": "2026-11-02T00:00:00",
    }  # fmt: skip
    pages = pull(shop)
    assert ids(pages) == [1]
    assert ids(pages, "product.updated") == [93]


def test_a_failure_in_mid_pull_is_told(shop):
    fill(shop, 60)
    pages = PULLER.pull(credentials(shop), {"url": shop.url}, SINCE, {})
    next(pages)
    shop.failures = ["html"]
    with pytest.raises(ConnectionFailed, match="web page"):
        list(pages)


@pytest.fixture
def receiver() -> Iterator[Catcher]:
    """Our address, as the shop sees it."""
    with catching() as catcher:
        yield catcher


def subscribe(shop: Shop, address: str, **settings: Any) -> dict[str, Any]:
    return PULLER.subscribe(credentials(shop), {"url": shop.url, **settings}, address)


def test_subscribe_makes_a_webhook_for_each_topic_and_the_pings_are_acknowledged(shop, receiver):
    kept = subscribe(shop, receiver.address)
    assert set(kept["webhook_ids"]) == {*webhooks.TOPICS, *webhooks.NEW_TOPICS}
    assert len(receiver.caught) == len(kept["webhook_ids"])
    verdicts = [WOO.receive(request, credentials(shop)) for request in receiver.caught]
    assert all(isinstance(verdict, Acknowledged) for verdict in verdicts)
    made = shop.webhooks.values()
    assert {webhook["status"] for webhook in made} == {"active"}
    assert {webhook["secret"] for webhook in made} == {"a1b2c3"}


def test_what_the_shop_then_delivers_is_genuine(shop, receiver):
    subscribe(shop, receiver.address)
    receiver.caught.clear()
    shop.save("order", order())
    shop.delete("order", 810)
    for request in receiver.caught:
        verdict = WOO.receive(request, credentials(shop))
        assert isinstance(verdict, Accepted)
        [fact] = WOO.parse(verdict.topic, verdict.headers, request.body)
        assert fact.external_id == "810"
    assert len(receiver.caught) == 2


def test_subscribing_again_makes_none_twice(shop, receiver):
    first = subscribe(shop, receiver.address)
    again = subscribe(shop, receiver.address, **first)
    assert again["webhook_ids"] == first["webhook_ids"]
    assert len(shop.webhooks) == len(first["webhook_ids"])


def test_a_webhook_that_was_switched_off_lives_again(shop, receiver):
    kept = subscribe(shop, receiver.address)
    receiver.status = 500
    for _ in range(6):
        shop.save("order", order())
    updated = shop.webhooks[kept["webhook_ids"]["order.updated"]]
    assert updated["status"] == "disabled"
    assert [status for _, status in shop.delivered] == [500] * 6
    receiver.status = 200
    subscribe(shop, receiver.address, **kept)
    assert updated["status"] == "active"


def test_our_address_may_change_and_others_webhooks_stay(shop, receiver):
    theirs = {
        "id": 500, "topic": "order.updated", "status": "active", "failures": 0, "secret": "s",
        "delivery_url": "http://127.0.0.1:9/theirs",
    }  # fmt: skip
    kept = subscribe(shop, "http://127.0.0.1:9/old")
    shop.webhooks[500] = theirs
    doubled = {**theirs, "id": 501, "delivery_url": receiver.address}
    shop.webhooks[501] = doubled
    again = subscribe(shop, receiver.address, **kept)
    assert again["webhook_ids"] == kept["webhook_ids"]
    assert theirs["delivery_url"] == "http://127.0.0.1:9/theirs"
    assert 501 not in shop.webhooks
    ours = [webhook for webhook in shop.webhooks.values() if webhook is not theirs]
    assert {webhook["delivery_url"] for webhook in ours} == {receiver.address}


def test_an_older_woocommerce_does_without_restored(shop, receiver):
    shop.knows_restored = False
    assert "order.restored" not in subscribe(shop, receiver.address)["webhook_ids"]


def test_a_key_that_may_only_read(shop, receiver):
    shop.permission = "read"
    with pytest.raises(ConnectionFailed, match="Read/Write") as caught:
        subscribe(shop, receiver.address)
    assert caught.value.permanent
    assert PULLER.identify(credentials(shop), {"url": shop.url}).name == "A Shop"
