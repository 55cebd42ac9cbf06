"""What was sent, in all the forms that the shop's extensions give it."""

import copy
import json
from datetime import UTC, datetime

import pytest

from aftercart.commerce.orders.facts import (
    FulfillmentItemFact,
    ParcelFact,
)
from aftercart.connectors.shops.woocommerce.tests.bodies import (
    ENTRY,
    order,
    with_tracking,
)
from aftercart.connectors.shops.woocommerce.tests.reading import (
    MODIFIED,
    PLACED,
    fulfillments,
    read_order,
)


def test_completed_without_tracking_was_sent():
    body = order(status="completed", date_completed_gmt="2026-11-02T07:59:00")
    [fulfillment] = fulfillments(body)
    assert (fulfillment.external_id, fulfillment.order_external_id) == ("810:sent", "810")
    assert fulfillment.created_at == datetime(2026, 11, 2, 7, 59, tzinfo=UTC)
    assert (fulfillment.parcels, fulfillment.items) == ((), None)
    assert read_order(body).closed_at == fulfillment.created_at


@pytest.mark.parametrize(
    "methods",
    [[], [{"id": 1, "method_id": "local_pickup:4", "method_title": "Shop"}]],
)
def test_completed_without_shipping_was_not_sent(methods):
    fact = read_order(order(status="completed", shipping_lines=methods))
    assert fact.fulfillments == ()
    assert not any(line.requires_shipping for line in fact.lines)


@pytest.mark.parametrize(
    "value",
    [
        [ENTRY],
        json.dumps([ENTRY]),
        {"0": ENTRY},
        {"3": ENTRY},
        ENTRY,
        [ENTRY, "junk", None, 7, {"tracking_number": ""}],
        [{**ENTRY, "date_shipped": 1793577600}],
        [{**ENTRY, "date_shipped": "2026-11-02"}],
        [ENTRY, copy.deepcopy(ENTRY)],
    ],
)
def test_tracking_in_every_form(value):
    [fulfillment] = fulfillments(with_tracking(value))
    assert fulfillment.external_id == f"810:{ENTRY['tracking_id']}"
    assert fulfillment.parcels == (ParcelFact(number="00340434292135100186", carrier="dhl"),)
    assert fulfillment.created_at == datetime(2026, 11, 2, tzinfo=UTC)
    assert fulfillment.updated_at == MODIFIED
    assert fulfillment.items is None
    assert fulfillment.status == "success"


def test_completed_with_tracking_is_the_tracking_alone():
    fact = read_order(with_tracking([ENTRY], status="completed"))
    assert [one.external_id for one in fact.fulfillments or ()] == [f"810:{ENTRY['tracking_id']}"]


@pytest.mark.parametrize(
    "value", [None, "", "junk", "[", [], {}, 7, True, [[]], [[ENTRY]], [{"tracking_number": []}]]
)
def test_tracking_that_says_nothing(value):
    assert fulfillments(with_tracking(value)) == ()


def test_custom_carriers_and_links():
    entry = {
        "tracking_provider": "",
        "custom_tracking_provider": "Bike Post",
        "custom_tracking_link": "https://bike.example.com/t/7",
        "tracking_number": 77,
        "date_shipped": "",
    }
    hostile = {**entry, "tracking_number": "88", "custom_tracking_link": "javascript:alert(1)"}
    first, second = fulfillments(with_tracking([entry, hostile]))
    url = "https://bike.example.com/t/7"
    assert first.parcels == (ParcelFact(number="77", carrier="Bike Post", url=url),)
    assert first.external_id == "810:77"
    assert first.created_at == MODIFIED
    assert second.parcels == (ParcelFact(number="88", carrier="Bike Post"),)


@pytest.mark.parametrize(
    ("date_shipped", "expected"),
    [
        ("1700000000", PLACED),  # before the order was placed
        ("1999999999", MODIFIED),  # after we were told
        ("99999999999999", MODIFIED),
        ("-5", MODIFIED),
        ("tomorrow", MODIFIED),
        (None, MODIFIED),
        ([], MODIFIED),
    ],
)
def test_the_day_of_shipping_stays_within_reason(date_shipped, expected):
    [fulfillment] = fulfillments(with_tracking([{**ENTRY, "date_shipped": date_shipped}]))
    assert fulfillment.created_at == expected


@pytest.mark.parametrize(
    "products",
    [
        [{"product": "94", "item_id": "315", "qty": "1"}, {"product": 60, "qty": 1}],
        json.dumps([{"product": 93, "qty": 1}, {"product": 60, "item_id": 316, "qty": 1}]),
        {"0": {"product": "94", "qty": "1"}, "1": {"product": "60", "qty": "1"}},
    ],
)
def test_ast_says_what_is_in_the_parcel(products):
    [fulfillment] = fulfillments(with_tracking([{**ENTRY, "products_list": products}]))
    assert fulfillment.items == (
        FulfillmentItemFact(line_external_id="315", quantity=1),
        FulfillmentItemFact(line_external_id="316", quantity=1),
    )


@pytest.mark.parametrize("products", ["", [], [{"product": "999", "qty": 1}], [{"qty": 1}], "[]"])
def test_ast_that_says_nothing_about_the_items(products):
    [fulfillment] = fulfillments(with_tracking([{**ENTRY, "products_list": products}]))
    assert fulfillment.items is None
