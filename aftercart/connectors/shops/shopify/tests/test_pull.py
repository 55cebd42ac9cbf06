"""The puller against a stand-in over real sockets."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import msgspec
import pytest

from aftercart.commerce.catalog.facts import ProductFact
from aftercart.commerce.orders.facts import OrderFact
from aftercart.connectors.base import ConnectionFailed, Page, Pulled
from aftercart.connectors.shops.shopify.connector import Shopify
from aftercart.connectors.shops.shopify.pull import ShopifyPuller
from aftercart.core import clock
from aftercart.delivery.shipments.facts import TrackingFact
from tests.standins.shopify_orders import (
    START,
    bag,
    event,
    fulfillment,
    line,
    moment,
    order,
    product,
    refund,
)

PULLER = ShopifyPuller()


def objects(pages: list[Page]) -> list[Pulled]:
    return [one for page in pages for one in page.objects]


def facts(pages: list[Page]) -> list[Any]:
    read = Shopify().parse
    return [fact for one in objects(pages) for fact in read(one.topic, {}, one.body)]


def orders(pages: list[Page]) -> list[OrderFact]:
    return [fact for fact in facts(pages) if isinstance(fact, OrderFact)]


def test_identify_says_who_answers(keys, plain) -> None:
    identity = PULLER.identify(keys, plain)
    assert (identity.name, identity.currency) == ("Acme Outdoor", "USD")
    assert identity.time_zone == "America/New_York"
    assert identity.email == "help@acme.example"
    assert identity.url == "https://acme.example"


def test_an_order_comes_whole(shop, pull) -> None:
    lines = [line(1, 2), line(2)]
    events = [event(1, "IN_TRANSIT", 8), event(2, "DELIVERED", 20)]
    shop.orders = [
        order(
            1001,
            40,
            lineItems=lines,
            fulfillments=[fulfillment(7, lines, events, ("1Z001", "1Z002"))],
            refunds=[refund(8, [lines[1]], "18.50", "EUR")],
            totalPriceSet=bag("67.00", "61.80", "EUR"),
            displayFinancialStatus="PARTIALLY_REFUNDED",
            customAttributes=[{"key": "Gift message", "value": "For you\nwith love"}],
        )
    ]
    found = facts(pull())
    fact = found[0]
    assert isinstance(fact, OrderFact)
    assert (fact.external_id, fact.number) == ("5000000001001", "#1001")
    assert (fact.total, fact.currency) == (Decimal("67.00"), "USD")
    assert (fact.shown_total, fact.shown_currency) == (Decimal("61.80"), "EUR")
    assert (fact.email, fact.locale) == ("jo1001@shopper.example", "en-US")
    assert fact.customer is not None
    assert fact.customer.accepts_marketing is True
    assert fact.shipping_address is not None
    assert (fact.shipping_address.region, fact.shipping_address.country) == ("ME", "US")
    assert fact.gift_message == "For you\nwith love"
    assert [one.external_id for one in fact.lines] == ["1", "2"]
    assert fact.fulfillments is not None
    parcels = fact.fulfillments[0].parcels
    assert [(parcel.number, parcel.carrier) for parcel in parcels] == [
        ("1Z001", "UPS"),
        ("1Z002", "UPS"),
    ]
    assert fact.fulfillments[0].items is not None
    assert [(one.line_external_id, one.quantity) for one in fact.fulfillments[0].items] == [
        ("1", 2),
        ("2", 1),
    ]
    assert fact.refunds is not None
    assert (fact.refunds[0].amount, fact.refunds[0].currency) == (Decimal("18.50"), "EUR")
    assert (fact.refunds[0].reason, fact.refunds[0].items[0].line_external_id) == (
        "It broke on the way",
        "2",
    )
    journey = found[1:]
    assert all(isinstance(one, TrackingFact) for one in journey)
    assert [one.fulfillment_external_id for one in journey] == ["7", "7"]
    assert [
        (scan.external_id, scan.status, scan.place.city) for one in journey for scan in one.scans
    ] == [("1", "in_transit", "Albany"), ("2", "delivered", "Albany")]


def test_many_orders_come_in_pages_oldest_change_first(shop, pull) -> None:
    shop.orders = [order(number) for number in range(23, 0, -1)]
    shop.products = [product(1), product(2)]
    pages = pull()
    assert [one.number for one in orders(pages)] == [f"#{number}" for number in range(1, 24)]
    products = [fact for fact in facts(pages) if isinstance(fact, ProductFact)]
    pictures = [f"https://cdn.example/{number}.png" for number in (1, 2)]
    assert [one.image_url for one in products] == pictures
    assert {page.total for page in pages} == {25}


def test_a_pull_goes_on_where_it_was_interrupted(shop, pull) -> None:
    shop.orders = [order(number) for number in range(1, 13)]
    shop.products = [product(1)]
    whole = pull()
    for done in range(1, len(whole)):
        cursor = msgspec.json.decode(msgspec.json.encode(whole[done - 1].cursor))
        rest = pull(cursor=cursor)
        assert objects(rest) == objects(whole[done:])
    assert pull(cursor=dict(whole[-1].cursor)) == []


def test_a_cursor_that_shopify_forgot_starts_at_the_last_change(shop, pull) -> None:
    shop.orders = [order(number) for number in range(1, 13)]
    first = pull()[0]
    cursor = {**first.cursor, "after": "bm90IGEgY3Vyc29y"}
    assert [one.number for one in orders(pull(cursor=cursor))] == [
        f"#{number}" for number in range(5, 13)
    ]


def test_only_what_changed_is_asked_for(shop, pull) -> None:
    shop.orders = [order(1, hours=0), order(4, 11), order(2, 10), order(3, hours=9.97)]
    found = orders(pull(since=START + timedelta(hours=10)))
    assert [one.number for one in found] == ["#2", "#4"]


def test_a_first_import_brings_every_product(shop, keys, plain) -> None:
    shop.products = [product(1, hours=-9000), product(2, hours=1)]
    with clock.moved_to(START + timedelta(days=3)):
        recent = list(PULLER.pull(keys, plain, START - timedelta(days=2), {}))
        everything = list(PULLER.pull(keys, plain, START - timedelta(days=60), {}))
    assert [one.external_id for one in facts(recent)] == ["2"]
    assert [one.external_id for one in facts(everything)] == ["1", "2"]


def test_a_big_order_loses_nothing(shop, pull) -> None:
    shop.restored = 10_000.0
    lines = [line(number) for number in range(1, 131)]
    events = [event(number, "IN_TRANSIT", number) for number in range(1, 80)]
    shop.orders = [
        order(
            1,
            lineItems=lines,
            fulfillments=[
                fulfillment(number, lines[number : number + 60], events, (f"1Z{number}",))
                for number in range(1, 9)
            ],
            refunds=[refund(number, lines[:20], "1.00") for number in range(1, 5)],
        )
    ]
    found = facts(pull())
    fact = found[0]
    assert len(fact.lines) == 130
    assert [len(one.items) for one in fact.fulfillments] == [60] * 8
    assert [len(one.items) for one in fact.refunds] == [20] * 4
    told = [(one.fulfillment_external_id, one.scans[0].external_id) for one in found[1:]]
    assert told == [(str(sent), str(one)) for sent in range(1, 9) for one in range(1, 80)]


def test_a_line_that_was_removed_is_left_with_nothing(shop, pull) -> None:
    shop.orders = [
        order(
            1,
            lineItems=[line(1), line(2, quantity=3, left=0)],
            displayFinancialStatus="PENDING",
            currentTotalPriceSet=bag("27.00"),
        )
    ]
    fact = orders(pull())[0]
    assert [one.current_quantity for one in fact.lines] == [1, 0]
    assert (fact.total, fact.subtotal) == (Decimal("27.00"), Decimal("20.00"))


def test_an_unchanged_order_is_recognised(shop, pull) -> None:
    shop.orders = [order(1)]
    first, second = objects(pull())[0], objects(pull())[0]
    assert first.dedupe_key == second.dedupe_key
    assert len(first.dedupe_key) == 32
    shop.orders[0]["note"] = "Ring twice"
    assert objects(pull())[0].dedupe_key != first.dedupe_key


def test_throttling_waits_and_is_no_failure(shop, pull) -> None:
    shop.orders = [order(number) for number in range(1, 16)]
    shop.restored, shop.taken = 2000.0, [0.0, 0.0, 2500.0, 2500.0]
    assert len(orders(pull())) == 15
    assert shop.throttled == 2


def test_a_call_waits_until_its_cost_is_there(shop, pull) -> None:
    shop.orders = [order(number) for number in range(1, 16)]
    shop.bucket_size = shop.available = 900.0
    shop.restored = 300.0
    assert len(orders(pull())) == 15
    assert shop.throttled == 0


def test_too_costly_a_query_asks_for_less(shop, pull) -> None:
    shop.orders = [order(number) for number in range(1, 8)]
    shop.largest_query = 420.0
    assert len(orders(pull())) == 7


def test_a_token_that_ended_is_replaced(shop, pull) -> None:
    shop.orders = [order(1)]
    assert len(orders(pull())) == 1
    given = shop.tokens_given
    shop.revoke_tokens()
    assert len(orders(pull())) == 1
    assert shop.tokens_given == given + 1


def test_a_token_is_kept_as_long_as_it_is_good(shop, pull) -> None:
    pull()
    pull()
    assert shop.tokens_given == 1


def test_a_revoked_key_says_what_to_do(shop, keys, plain) -> None:
    PULLER.identify(keys, plain)
    shop.secret = "shpss_another_one"
    shop.revoke_tokens()
    with pytest.raises(ConnectionFailed) as failure:
        PULLER.identify(keys, plain)
    assert failure.value.permanent
    assert "does not accept the client ID and secret" in failure.value.message
    assert keys["secret"] not in failure.value.message


def test_a_token_that_is_never_accepted_is_a_permanent_failure(shop, keys, plain) -> None:
    shop.token_seconds, shop.lies_about_tokens = -1, True
    with pytest.raises(ConnectionFailed) as failure:
        PULLER.identify(keys, plain)
    assert failure.value.permanent
    assert "no longer accepts" in failure.value.message


def test_an_app_that_is_not_installed_says_so(shop, keys, plain) -> None:
    shop.is_installed = False
    with pytest.raises(ConnectionFailed) as failure:
        PULLER.identify(keys, plain)
    assert failure.value.permanent
    assert "Install app" in failure.value.message


@pytest.mark.parametrize("missing", ["read_orders", "read_products", "read_fulfillments"])
def test_a_missing_scope_is_named(shop, keys, plain, missing) -> None:
    shop.scopes = tuple(scope for scope in shop.scopes if scope != missing)
    with pytest.raises(ConnectionFailed) as failure:
        PULLER.identify(keys, plain)
    assert failure.value.permanent
    assert missing in failure.value.message
    assert "Versions" in failure.value.message


def test_a_scope_that_was_taken_away_stops_the_pull(shop, pull) -> None:
    shop.scopes = ("read_products",)
    with pytest.raises(ConnectionFailed) as failure:
        pull()
    assert failure.value.permanent
    assert "read_orders" in failure.value.message


def test_withheld_customers_do_not_stop_the_pull(shop, pull) -> None:
    shop.orders = [order(1)]
    shop.scopes = tuple(scope for scope in shop.scopes if scope != "read_customers")
    assert orders(pull())[0].customer is None


def test_a_right_to_write_includes_the_one_to_read(shop, keys, plain) -> None:
    shop.scopes = ("write_orders", "write_fulfillments", "write_products", "write_customers")
    assert PULLER.identify(keys, plain).name


def test_an_order_changed_in_between_comes_again(shop, keys, plain) -> None:
    shop.orders = [order(number) for number in range(1, 12)]
    with clock.moved_to(START + timedelta(days=3)):
        pages = PULLER.pull(keys, plain, START - timedelta(days=1), {})
        found = [next(pages)]
        shop.orders[0]["updatedAt"] = moment(60)
        found += list(pages)
    assert [one.number for one in orders(found)].count("#1") == 2


def test_times_are_aware(shop, pull) -> None:
    shop.orders = [order(1)]
    assert orders(pull())[0].placed_at == datetime(2026, 11, 1, 9, tzinfo=UTC)
