"""Which state of an order wins, what a change means, and what its parts say together."""

from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aftercart.commerce.customers.facts import CustomerFact
from aftercart.commerce.orders import rules
from aftercart.commerce.orders.facts import AddressFact
from aftercart.commerce.orders.rules import Line, Sending
from tests.support.rooms import MOMENT, hours, order, sent


def stored(at=0.0, financial="pending", cancelled=None):
    return {
        "source_updated_at": hours(at),
        "financial_status": financial,
        "cancelled_at": cancelled,
    }


@pytest.mark.parametrize(
    ("fact", "known", "wins"),
    [
        (order(at=2), stored(1), True),
        (order(at=1), stored(2), False),
        (order(at=1, financial_status="pending"), stored(1), True),
        # Of the same second, the one that is further along is the later, whichever came first.
        (order(at=1, financial_status="paid"), stored(1, "pending"), True),
        (order(at=1, financial_status="pending"), stored(1, "paid"), False),
        (order(at=1, financial_status="pending", cancelled_at=MOMENT), stored(1, "paid"), True),
        (order(at=1, financial_status="paid"), stored(1, "paid", MOMENT), False),
        (order(at=2, financial_status="pending"), stored(1, "refunded", MOMENT), True),
    ],
)
def test_the_newer_state_wins(fact, known, wins):
    assert rules.wins(fact, known) is wins


@pytest.mark.parametrize(
    ("before", "after", "changed", "types"),
    [
        (None, stored(), [], ["order.placed"]),
        (None, stored(financial="paid"), [], ["order.placed", "order.paid"]),
        (
            None,
            stored(financial="refunded", cancelled=MOMENT),
            [],
            ["order.placed", "order.paid", "order.cancelled"],
        ),
        (stored(), stored(), [], []),
        (stored(), stored(), ["note"], ["order.updated"]),
        (
            stored(),
            stored(financial="paid"),
            ["financial_status"],
            ["order.updated", "order.paid"],
        ),
        (stored(financial="paid"), stored(financial="refunded"), ["x"], ["order.updated"]),
        (stored(), stored(cancelled=MOMENT), ["x"], ["order.updated", "order.cancelled"]),
        (stored(cancelled=MOMENT), stored(cancelled=MOMENT), ["note"], ["order.updated"]),
        (stored(cancelled=MOMENT), stored(), ["cancelled_at"], ["order.updated"]),
    ],
)
def test_what_a_change_means(before, after, changed, types):
    assert rules.news(before, after, changed) == types


LINES = [Line("a", 2), Line("b", 1), Line("code", 1, requires_shipping=False)]


@pytest.mark.parametrize(
    ("sendings", "status", "contents"),
    [
        ([], "unfulfilled", {}),
        ([Sending("f", "success", {"a": 1})], "partial", {"f": {"a": 1}}),
        ([Sending("f", "success", {"a": 2, "b": 1})], "fulfilled", {"f": {"a": 2, "b": 1}}),
        # Nobody said what is in it, and there is no other: all of it.
        ([Sending("f", "success")], "fulfilled", {"f": {"a": 2, "b": 1}}),
        # ... or what the others leave.
        (
            [Sending("f", "success"), Sending("g", "success", {"a": 1})],
            "fulfilled",
            {"f": {"a": 1, "b": 1}, "g": {"a": 1}},
        ),
        # Which of two holds what nobody can know.
        ([Sending("f", "success"), Sending("g", "open")], "fulfilled", {"f": {}, "g": {}}),
        ([Sending("f", "cancelled", {"a": 2, "b": 1})], "unfulfilled", {}),
        (
            [Sending("f", "error", {"a": 2}), Sending("g", "success", {"b": 1})],
            "partial",
            {"g": {"b": 1}},
        ),
    ],
)
def test_what_travels_with_what(sendings, status, contents):
    assert rules.fulfillment_status(LINES, sendings) == status
    assert rules.contents(LINES, sendings) == contents


@pytest.mark.parametrize(
    ("lines", "sendings", "status"),
    [
        ([], [], "unfulfilled"),
        ([], [Sending("f", "success", {"gone": 1})], "fulfilled"),
        ([Line("code", 1, requires_shipping=False)], [], "fulfilled"),
        ([Line("a", 0)], [], "unfulfilled"),
        ([Line("a", 0), Line("b", 1)], [Sending("f", "success", {"b": 1})], "fulfilled"),
        ([Line("a", 1)], [Sending("f", "success", {"a": 5})], "fulfilled"),
    ],
)
def test_orders_with_nothing_to_ship_or_edited(lines, sendings, status):
    assert rules.fulfillment_status(lines, sendings) == status


quantities = st.dictionaries(st.sampled_from("abcd"), st.integers(1, 4), max_size=4)


@given(quantities, st.lists(quantities, max_size=4), st.booleans())
def test_one_silent_fulfillment_carries_exactly_the_rest(bought, told, is_silent):
    lines = [Line(name, quantity) for name, quantity in bought.items()]
    sendings = [Sending(index, "success", items) for index, items in enumerate(told) if items]
    left = rules.remaining(lines, sendings)
    if is_silent:
        sendings.append(Sending("silent", "success"))
        assert rules.contents(lines, sendings)["silent"] == left
        assert rules.fulfillment_status(lines, sendings) == "fulfilled"
    for name, quantity in bought.items():
        packed = sum(items.get(name, 0) for items in told)
        assert left.get(name, 0) == max(quantity - packed, 0)


ORDER = {
    "currency": "USD",
    "total": Decimal(100),
    "shown_currency": "EUR",
    "shown_total": Decimal(80),
}


@pytest.mark.parametrize(
    ("refunds", "total"),
    [
        ([], "0"),
        ([(Decimal(10), "USD"), (Decimal("2.50"), "USD")], "12.5"),
        ([(Decimal(8), "EUR")], "10"),
        ([(Decimal(8), "EUR"), (Decimal(5), "USD")], "15"),
        ([(Decimal(1000), "JPY"), (Decimal(5), "USD")], "5"),
    ],
)
def test_refunds_of_several_currencies(refunds, total):
    assert rules.refunded_total(ORDER, refunds) == Decimal(total)


def test_refunds_where_the_shopper_paid_nothing():
    free = {**ORDER, "total": Decimal(0), "shown_total": Decimal(0)}
    assert rules.refunded_total(free, [(Decimal(3), "EUR")]) == 0


def test_a_fulfillment_is_as_fresh_as_the_order_that_tells_of_it():
    late = sent(at=1, updated_at=hours(9))
    assert rules.told_at(sent(at=1)) == hours(1)
    assert rules.told_at(sent(at=1), hours(5)) == hours(5)
    assert rules.told_at(late, hours(5)) == hours(9)
    assert rules.told_at(late) == hours(9)


@pytest.mark.parametrize(
    ("changes", "name"),
    [
        ({}, "Ada Long"),
        ({"billing_address": AddressFact(name="Bo Pay")}, "Bo Pay"),
        ({"customer": CustomerFact(external_id="7", first_name="Cy", last_name="")}, "Cy"),
        ({"customer": CustomerFact(external_id="7")}, "Ada Long"),
        ({"shipping_address": None}, ""),
    ],
)
def test_the_shopper_is_called_by_their_own_name(changes, name):
    assert rules.names_of(order(**changes))[0] == name


def test_times_of_the_same_state_decide_before_anything_else():
    earlier = rules.standing(MOMENT, MOMENT, "voided")
    assert rules.standing(MOMENT + timedelta(seconds=1), None, "pending") > earlier
