"""When two sources tell of one order, and how what they told fits together."""

from datetime import UTC, datetime, timedelta

import pytest

from aftercart.commerce.orders.rules import same
from aftercart.commerce.orders.rules.same import Line, Sent, Told

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("ours", "theirs", "hours", "is_one"),
    [
        ("ada@x.example", "ADA@x.example ", 24 * 400, True),
        ("ada@x.example", "bo@x.example", 0, False),
        ("ada@x.example", "", 24, True),
        ("", "ada@x.example", -24, True),
        ("", "", 0, True),
        ("", "", 24.01, False),
        ("ada@x.example", "  ", -24.01, False),
    ],
)
def test_what_makes_two_orders_of_a_number_one(ours, theirs, hours, is_one):
    left, right = Told(ours, NOW), Told(theirs, NOW + timedelta(hours=hours))
    assert same.is_same(left, right) is is_one
    assert same.is_same(right, left) is is_one


@pytest.mark.parametrize(
    ("number", "plain"), [("#1001", "1001"), (" # 1001a", "1001A"), ("##7", "7"), ("#", "")]
)
def test_numbers_are_compared_without_their_sign(number, plain):
    assert same.plain_number(number) == plain


def test_a_shop_knows_best():
    sources = ["woocommerce:x", "csv", "api", "api:warehouse", "demo"]
    assert [same.rank(source) for source in sources] == [2, 0, 1, 1, 2]


def test_names_of_fulfillments_fit_and_differ():
    long = "x" * 120
    assert same.by_hand("api", long) != same.by_hand("api", f"{long[:-1]}y")
    assert len(same.by_hand("api", long)) <= 120
    assert same.by_hand("api", same.by_hand("api", "7")) == "api:7"


OURS = [Line("11", "MUG", "Mug"), Line("12", "", "Soap"), Line("13", "TEE", "Tee, red")]


@pytest.mark.parametrize(
    ("line", "name"),
    [
        (Line("1", "mug", "A mug"), "11"),
        (Line("1", "", "SOAP"), "12"),
        (Line("11", "TEE", "Mug"), "13"),
        (Line("1", "", ""), None),
        (Line("11", "", ""), None),
        (Line("1", "CUP", "Cup"), None),
    ],
)
def test_lines_are_matched_by_sku_then_by_title(line, name):
    assert same.matched([line], OURS).get(line.name) == name


def test_of_lines_that_are_alike_the_one_of_the_same_name_is_meant():
    ours = [Line("1", "TEE", "Tee"), Line("2", "TEE", "Tee")]
    assert same.matched([Line("2", "TEE", "Tee"), Line("9", "TEE", "Tee")], ours) == {"2": "2"}


@pytest.mark.parametrize(
    ("fulfillments", "is_listed", "needless"),
    [
        ([Sent("csv:1", ("1Z 7",)), Sent("55", ("1z7",))], False, {"csv:1"}),
        ([Sent("csv:1", ("1Z7", "1Z8")), Sent("55", ("1Z7",))], True, set()),
        (
            [Sent("csv:1", ("1Z7", "1Z8")), Sent("55", ("1Z7",)), Sent("56", ("1Z8",))],
            True,
            {"csv:1"},
        ),
        ([Sent("csv:1", ())], False, set()),
        ([Sent("csv:1", ()), Sent("api:2", ("---",))], True, {"csv:1", "api:2"}),
        ([Sent("55", ()), Sent("56", ("1Z7",))], True, set()),
        ([Sent("csv:1", ("1Z7",)), Sent("api:1", ("1Z7",))], True, set()),
    ],
)
def test_what_gives_way_to_the_shops_own_word(fulfillments, is_listed, needless):
    assert same.given_way(fulfillments, is_listed=is_listed) == needless
