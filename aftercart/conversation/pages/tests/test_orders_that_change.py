"""Orders that change after they were placed: what the rooms make of it, and what the page says."""

import gzip
import re
from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from itertools import permutations
from typing import Any

import pytest

from aftercart.commerce.orders import actions as orders
from aftercart.commerce.orders.facts import AddressFact, OrderFact
from aftercart.commerce.orders.models import Order
from aftercart.conversation.pages.actions import render
from aftercart.conversation.pages.tests.made import NOW
from aftercart.core import clock
from aftercart.core.models import Store
from aftercart.delivery.shipments import actions as shipments
from aftercart.delivery.shipments.facts import ScanFact
from tests.support.rooms import (
    MOMENT,
    incoming,
    line,
    new_store,
    order,
    refund,
    sent,
    tracking,
)

pytestmark = pytest.mark.django_db

FIRST, SECOND = "1Z999AA10123456784", "1Z999AA10123456793"


@pytest.fixture(autouse=True)
def _standing_clock() -> Iterator[None]:
    with clock.moved_to(NOW):
        yield


@pytest.fixture
def store() -> Store:
    return new_store()


def told(store: Store, at: float, **changes: Any) -> OrderFact:
    """The order as its shop describes it, so many hours after it was placed."""
    fact = order(at=at, financial_status="paid", **changes)
    orders.record(incoming(store, fact))
    return fact


def arrived(store: Store, *numbers: str, on: datetime = NOW) -> None:
    for number in numbers:
        scan = ScanFact(occurred_at=on, status="delivered")
        shipments.record(incoming(store, tracking(number, scan, carrier="ups")))


def page(store: Store) -> str:
    """All words of the page, as they are read."""
    of = Order.objects.get(store=store)
    made = render(store.pk, of.token)
    assert made is not None
    html = gzip.decompress(made.body).decode()
    body = re.sub(r"<(style|script).*?</\1>|<svg.*?</svg>", "", html, flags=re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", body).split())


def state(store: Store) -> tuple[str, str]:
    """What the merchant has done, and what the carriers have."""
    of = Order.objects.get(store=store)
    return of.fulfillment_status, of.delivery_status


WHOLE = sent("f1", FIRST, items={"a": 2, "b": 1})


def test_what_is_taken_off_after_it_was_sent_stays_in_its_parcel(store: Store):
    told(store, 0, fulfillments=(WHOLE,))
    told(store, 5, lines=(line("a", 2, current_quantity=1), line("b")), fulfillments=(WHOLE,))
    arrived(store, FIRST)
    assert state(store) == ("fulfilled", "delivered")
    text = page(store)
    assert "Delivered today" in text
    assert "Article a Quantity × 2" in text
    assert "still to be sent" not in text


def test_a_line_that_is_gone_after_it_was_sent_is_still_named(store: Store):
    told(store, 0, fulfillments=(WHOLE,))
    told(store, 5, lines=(line("a", 2),), fulfillments=(WHOLE,))
    assert "Article b" in page(store)
    assert state(store) == ("fulfilled", "pending")


def test_what_is_added_after_the_rest_was_sent_is_still_to_come(store: Store):
    told(store, 0, fulfillments=(WHOLE,))
    arrived(store, FIRST)
    assert state(store) == ("fulfilled", "delivered")
    more = (line("a", 2), line("b"), line("c", 3))
    told(store, 5, lines=more, fulfillments=(WHOLE,))
    assert state(store) == ("partial", "pending")
    text = page(store)
    assert "Part of your order has arrived" in text
    assert "3 items are still to be sent." in text
    rest = sent("f2", SECOND, items={"c": 3}, at=6)
    told(store, 6, lines=more, fulfillments=(WHOLE, rest))
    assert state(store) == ("fulfilled", "pending")
    arrived(store, SECOND)
    assert state(store) == ("fulfilled", "delivered")
    assert "Both parcels have arrived." in page(store)


def test_what_is_taken_off_before_it_was_sent_completes_the_order(store: Store):
    part = sent("f1", FIRST, items={"a": 2})
    told(store, 0, fulfillments=(part,))
    arrived(store, FIRST)
    assert state(store) == ("partial", "pending")
    told(store, 5, lines=(line("a", 2), line("b", current_quantity=0)), fulfillments=(part,))
    assert state(store) == ("fulfilled", "delivered")
    assert "Part of your order" not in page(store)


def test_money_back_for_what_has_arrived_leaves_the_delivery_as_it_is(store: Store):
    told(store, 0, fulfillments=(WHOLE,))
    arrived(store, FIRST)
    given_back = refund("r1", "20.00")
    left = (line("a", 2, current_quantity=1), line("b"))
    told(store, 9, lines=left, fulfillments=(WHOLE,), refunds=(given_back,))
    assert state(store) == ("fulfilled", "delivered")
    text = page(store)
    assert "Delivered today" in text
    assert "20,00 € was refunded on" in text


def test_cancelled_before_anything_left(store: Store):
    told(store, 0, fulfillments=())
    told(store, 5, cancelled_at=NOW, lines=(line("a", 2, current_quantity=0),))
    text = page(store)
    assert "Cancelled today" in text
    assert "still to come" not in text


def test_cancelled_while_a_parcel_was_under_way(store: Store):
    told(store, 0, fulfillments=(WHOLE,))
    moving = ScanFact(occurred_at=NOW, status="in_transit")
    shipments.record(incoming(store, tracking(FIRST, moving, carrier="ups")))
    told(store, 5, cancelled_at=NOW, fulfillments=(WHOLE,))
    text = page(store)
    assert "Cancelled today" in text
    assert "1 parcel had left before the order was cancelled." in text
    assert "write to us before you send it back" in text


def test_a_label_that_is_cancelled_with_its_order_is_no_parcel(store: Store):
    told(store, 0, fulfillments=(WHOLE,))
    announced = ScanFact(occurred_at=NOW, status="info_received")
    shipments.record(incoming(store, tracking(FIRST, announced, carrier="ups")))
    told(store, 5, cancelled_at=NOW, fulfillments=(sent("f1", FIRST, status="cancelled", at=5),))
    text = page(store)
    assert "Cancelled today" in text
    assert "had left" not in text
    assert FIRST not in text


def test_money_in_the_shoppers_currency_and_the_shops(store: Store):
    paid = {"currency": "EUR", "shown_currency": "CHF", "shown_total": Decimal(55)}
    refunds = (refund("r1", "11.00", "CHF"), refund("r2", "5.00"))
    told(store, 0, **paid, refunds=refunds)
    of = Order.objects.get(store=store)
    assert f"{of.refunded_total:.2f}" == "15.00", "11 francs are 10 euros at the order's own rate"
    text = page(store)
    assert "Total 55,00 CHF" in text
    assert "11,00 CHF was refunded on" in text
    assert "5,00 € was refunded on" in text


@pytest.mark.parametrize("address", [None, AddressFact()])
def test_an_order_without_an_address_still_has_its_page(store: Store, address: AddressFact | None):
    store.time_zone = "Europe/Berlin"
    store.save()
    told(store, 0, shipping_address=address, email="", fulfillments=(WHOLE,))
    arrived(store, FIRST)
    text = page(store)
    assert "Delivered today" in text
    assert "Going to" not in text
    assert "We do not know the time zone of the destination. Times are local to Berlin" in text


def test_the_order_in_which_all_of_this_is_told_does_not_matter():
    more = (line("a", 2, current_quantity=1), line("b"), line("c"))
    second = sent("f2", SECOND, items={"c": 1}, at=4)
    news = (
        order(at=1, financial_status="paid", fulfillments=(WHOLE,)),
        order(at=3, financial_status="paid", lines=more, fulfillments=(WHOLE,)),
        order(at=5, financial_status="paid", lines=more, fulfillments=(WHOLE, second)),
        order(
            at=8,
            financial_status="partially_refunded",
            lines=more,
            fulfillments=(WHOLE, second),
            refunds=(refund("r1", "20.00"),),
        ),
    )
    ends = set()
    for number, shuffled in enumerate(permutations(news)):
        shop = new_store(f"s{number}")
        arrived(shop, FIRST, on=MOMENT)
        for fact in shuffled:
            orders.record(incoming(shop, fact))
        arrived(shop, SECOND)
        ends.add((state(shop), re.sub(r"s\d+", "", page(shop))))
    assert len(ends) == 1
    ((told_last, text),) = ends
    assert told_last == ("fulfilled", "delivered")
    assert "20,00 € was refunded on" in text
