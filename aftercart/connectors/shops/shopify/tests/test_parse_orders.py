"""Orders, fulfillments and refunds as facts."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from aftercart.connectors.base import ParseError
from aftercart.connectors.shops.shopify.tests import samples
from aftercart.connectors.shops.shopify.tests.reading import fulfillment, order, read


def test_an_order() -> None:
    fact = order()
    assert (fact.external_id, fact.number) == ("5001", "#1001")
    assert fact.placed_at == datetime(2026, 11, 2, 15, 15, 30, tzinfo=UTC)
    assert fact.updated_at == datetime(2026, 11, 3, 13, tzinfo=UTC)
    assert (fact.currency, fact.total, fact.subtotal) == ("USD", Decimal(43), Decimal(40))
    assert (fact.shipping_total, fact.tax_total) == (Decimal(5), Decimal(2))
    assert fact.discount_total == Decimal(4)
    assert fact.subtotal - fact.discount_total + fact.shipping_total + fact.tax_total == fact.total
    assert (fact.shown_currency, fact.shown_total) == ("", None)
    assert fact.financial_status == "paid"
    assert (fact.email, fact.locale) == ("ada@shopper.example", "en-US")
    assert fact.shipping_method == "Standard"
    assert fact.tags == ("VIP", "first order")
    assert fact.note == "Leave it at the door"
    assert fact.refunds == ()


def test_its_lines() -> None:
    (line,) = order().lines
    assert (line.external_id, line.product_external_id) == ("701", "31")
    assert (line.title, line.variant_title, line.sku) == ("Brass lantern", "Large", "LAN-L")
    assert (line.quantity, line.price, line.discount) == (2, Decimal(20), Decimal(4))
    assert line.requires_shipping


def test_its_people_and_places() -> None:
    fact = order()
    assert fact.customer is not None
    assert (fact.customer.external_id, fact.customer.accepts_marketing) == ("401", True)
    assert fact.shipping_address is not None
    assert (fact.shipping_address.line1, fact.shipping_address.country) == ("5 Harbor Street", "US")
    assert fact.shipping_address.region == "ME"
    assert fact.billing_address is not None
    assert fact.billing_address.name == "Ada B. Made-Up"
    # Nobody gave the order a phone; the customer has one.
    assert fact.phone == "+12075550123"


def test_the_shown_currency_is_the_shoppers() -> None:
    fact = order(total_price_set=samples.money("43.00", "39.56", "EUR"), current_total_price=None)
    assert (fact.currency, fact.total) == ("USD", Decimal(43))
    assert (fact.shown_currency, fact.shown_total) == ("EUR", Decimal("39.56"))


def test_nothing_personal_is_needed() -> None:
    names = "email contact_email phone customer shipping_address billing_address customer_locale"
    fact = order(**dict.fromkeys(names.split()))
    assert (fact.email, fact.phone, fact.locale) == ("", "", "")
    assert (fact.customer, fact.shipping_address, fact.billing_address) == (None, None, None)


@pytest.mark.parametrize("withheld", [{}, {"country_code": None}, {"name": None}])
def test_a_withheld_address_is_none(withheld: dict[str, Any]) -> None:
    empty = dict.fromkeys(samples.address())
    assert order(shipping_address={**empty, **withheld}).shipping_address is None


def test_a_name_is_put_together() -> None:
    fact = order(shipping_address=samples.address(name=None))
    assert fact.shipping_address is not None
    assert fact.shipping_address.name == "Ada Made-Up"


def test_numbers_may_be_text_and_text_may_be_numbers() -> None:
    fact = order(
        id="5001",
        name=1001,
        total_price=43,
        current_total_price=43.0,
        line_items=[samples.line(id="701", quantity="2", price=20, sku=12, current_quantity="1")],
        shipping_address=samples.address(zip=4101),
        test="true",
    )
    assert (fact.external_id, fact.number, fact.total) == ("5001", "1001", Decimal(43))
    assert (fact.lines[0].sku, fact.lines[0].quantity, fact.lines[0].current_quantity) == (
        "12",
        2,
        1,
    )
    assert fact.shipping_address is not None
    assert fact.shipping_address.postcode == "4101"
    assert fact.test


def test_a_large_id_stays_as_it_is() -> None:
    assert order(id=820982911946154508).external_id == "820982911946154508"
    assert order(id=5001.0).external_id == "5001"


@pytest.mark.parametrize("missing", ["id", "currency", "total_price"])
def test_what_an_order_cannot_be_without(missing: str) -> None:
    body = samples.order()
    del body[missing]
    body.pop("total_price_set")
    body.pop("current_total_price")
    with pytest.raises(ParseError) as error:
        read("orders/create", body)
    assert error.value.field == missing


def test_missing_keys_are_no_trouble() -> None:
    body = {"id": 1, "created_at": samples.PLACED, "currency": "usd", "total_price": "3.00"}
    (fact,) = read("orders/create", body)
    assert (fact.number, fact.currency, fact.lines) == ("1", "USD", ())
    assert (fact.fulfillments, fact.refunds) == (None, None)
    assert fact.updated_at == fact.placed_at
    assert fact.financial_status == "unknown"


def test_the_date_of_an_order_is_when_it_was_processed() -> None:
    fact = order(processed_at="2025-01-01T00:00:00Z")
    assert fact.placed_at == datetime(2025, 1, 1, tzinfo=UTC)


def test_an_edited_unpaid_order_shows_what_is_left() -> None:
    fact = order(
        financial_status="pending",
        current_total_price="23.00",
        current_total_price_set=samples.money("23.00", "21.16", "EUR"),
        current_total_tax="1.00",
        current_total_discounts="2.00",
        line_items=[samples.line(), samples.line(702, current_quantity=0)],
    )
    assert (fact.total, fact.tax_total, fact.discount_total) == (
        Decimal(23),
        Decimal(1),
        Decimal(2),
    )
    assert (fact.shown_total, fact.shown_currency) == (Decimal("21.16"), "EUR")
    assert [line.current_quantity for line in fact.lines] == [2, 0]
    assert fact.subtotal == Decimal(40)


def test_a_refunded_order_keeps_what_it_was_placed_with() -> None:
    fact = order(
        financial_status="partially_refunded",
        current_total_price="24.00",
        refunds=[samples.refund()],
    )
    assert fact.total == Decimal(43)
    assert fact.refunds is not None
    assert fact.refunds[0].amount == Decimal(19)


def test_a_cancelled_order_keeps_its_total() -> None:
    fact = order(
        cancelled_at=samples.CHANGED,
        cancel_reason="CUSTOMER",
        financial_status="voided",
        current_total_price="0.00",
    )
    assert fact.total == Decimal(43)
    assert fact.cancelled_at == fact.updated_at
    assert fact.cancel_reason == "customer"


def test_quantities_left_without_current_quantity_come_from_the_refunds() -> None:
    line = samples.line()
    del line["current_quantity"]
    fact = order(line_items=[line], refunds=[samples.refund()])
    assert fact.lines[0].current_quantity == 1


def test_the_whole_orders_discount_is_shared_by_the_lines() -> None:
    fact = order(line_items=[samples.line(discount_allocations=[], total_discount="1.50")])
    assert fact.lines[0].discount == Decimal("1.50")


@pytest.mark.parametrize(
    ("name", "field"),
    [
        ("Gift message", "gift_message"),
        ("gift_note", "gift_message"),
        ("Gift-Recipient", "gift_recipient_name"),
        ("Recipient name", "gift_recipient_name"),
        ("recipient_email", "gift_recipient_email"),
    ],
)
def test_gifts(name: str, field: str) -> None:
    noted = order(note_attributes=[{"name": name, "value": " For Bo "}])
    assert getattr(noted, field) == "For Bo"
    on_line = order(line_items=[samples.line(properties=[{"name": name, "value": "For Bo"}])])
    assert getattr(on_line, field) == "For Bo"


@pytest.mark.parametrize(
    "odd",
    [
        None,
        {},
        "text",
        7,
        [None, 3, "x", []],
        [{"name": None, "value": None}],
        [{"name": "Gift message", "value": {"a": 1}}],
        [{"name": "Gift message", "value": True}],
        [{"name": "Delivery date", "value": "2026-12-24"}],
    ],
)
def test_odd_notes_are_passed_over(odd: Any) -> None:
    fact = order(note_attributes=odd, line_items=[samples.line(properties=odd)])
    assert (fact.gift_message, fact.gift_recipient_name) == ("", "")


def test_notes_may_be_an_object() -> None:
    assert order(note_attributes={"gift message": "Hi"}).gift_message == "Hi"


def test_tags_may_be_a_list() -> None:
    assert order(tags=["VIP", " first order ", ""]).tags == ("VIP", "first order")
    assert order(tags=None).tags == ()


def test_a_hostile_address_is_no_address() -> None:
    assert order(order_status_url="javascript:alert(1)").status_url == ""
    parcels = fulfillment(tracking_urls=["javascript:alert(1)"]).parcels
    assert parcels[0].url == ""


def test_what_the_database_cannot_hold_is_taken_out() -> None:
    fact = order(email="ada\0@shopper.example", note="a\0b\n\x1bc", name="#1\n\t 001")
    assert (fact.email, fact.note, fact.number) == ("ada@shopper.example", "ab\nc", "#1 001")
    assert len(order(name="#" * 500).number) == 60


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("total_price", "a lot"),
        ("total_price", "NaN"),
        ("total_price", "1e30"),
        ("total_price", {}),
        ("total_price", True),
        ("created_at", "yesterday"),
        ("created_at", "2026-11-02T10:15:30"),
        ("created_at", "0001-01-01T00:00:00Z"),
        ("created_at", 5),
        ("currency", "dollars"),
        ("id", {"a": 1}),
        ("id", True),
        ("id", "x" * 200),
        ("email", ["a"]),
        ("customer", "x"),
        ("test", "perhaps"),
        ("tags", 5),
    ],
)
def test_a_wrong_field_is_named(field: str, value: Any) -> None:
    with pytest.raises(ParseError) as error:
        read("orders/create", samples.order(**{field: value}))
    assert error.value.field == field


def test_a_wrong_field_deep_inside_is_named() -> None:
    with pytest.raises(ParseError) as error:
        order(line_items=[samples.line(), samples.line(quantity="many")])
    assert error.value.field == "line_items[1].quantity"
    with pytest.raises(ParseError) as error:
        order(line_items=[samples.line(), samples.line(id=None)])
    assert error.value.field == "line_items[1].id"
    with pytest.raises(ParseError) as error:
        read("orders/create", {"order": samples.order(fulfillments=[{"id": None}])})
    assert error.value.field == "order.fulfillments[0].id"


def test_sums_too_large_for_any_shop_are_refused() -> None:
    lines = [samples.line(price="90000000000000", quantity=1000)]
    with pytest.raises(ParseError) as error:
        order(line_items=lines)
    assert error.value.field == "line_items"
