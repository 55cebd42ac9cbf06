"""Bodies to facts."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from aftercart.commerce.catalog.facts import ProductFact
from aftercart.commerce.customers.facts import CustomerFact
from aftercart.commerce.orders.facts import (
    AddressFact,
    FulfillmentItemFact,
    OrderDeletionFact,
)
from aftercart.connectors.base import ParseError
from aftercart.connectors.shops.woocommerce.parse import RECEIVED_HEADER, parse
from aftercart.connectors.shops.woocommerce.tests.bodies import (
    ORDER,
    order,
)
from aftercart.connectors.shops.woocommerce.tests.reading import MODIFIED, PLACED, read, read_order


def test_an_order_is_read_whole():
    fact = read_order(order())
    assert (fact.external_id, fact.number) == ("810", "810")
    assert (fact.placed_at, fact.updated_at, fact.closed_at) == (PLACED, MODIFIED, None)
    assert (fact.currency, fact.total, fact.tax_total) == ("EUR", Decimal("39.27"), Decimal("6.27"))
    assert (fact.subtotal, fact.shipping_total) == (Decimal("35.70"), Decimal("5.95"))
    assert fact.discount_total == Decimal("2.38")
    assert fact.financial_status == "paid"
    assert (fact.email, fact.phone) == ("mara@example.com", "+49 431 1234567")
    assert fact.customer is not None
    assert (fact.customer.external_id, fact.customer.first_name) == ("25", "Mara")
    address = AddressFact(
        name="Mara Lindt", line1="Weg 1", city="Kiel", region="SH", postcode="24103",
        country="DE", phone="+49 431 1234567",
    )  # fmt: skip
    assert fact.shipping_address == fact.billing_address == address
    assert fact.shipping_method == "DHL Paket"
    assert fact.note == "Please ring\ntwice"
    assert fact.fulfillments == ()
    assert fact.refunds == ()


def test_lines_know_their_variation_picture_and_sums():
    mug, card = read_order(order()).lines
    assert (mug.external_id, mug.title) == ("315", "Mug – Set")
    assert mug.variant_title == "Color: Blue, Size: Large"
    assert (mug.quantity, mug.current_quantity, mug.sku) == (2, 2, "MUG-B")
    assert (mug.price, mug.discount) == (Decimal("11.90"), Decimal("2.38"))
    assert (mug.product_external_id, mug.image_url) == ("93", "https://shop.example.com/mug.jpg")
    assert (card.title, card.variant_title, card.image_url) == ("Gift card", "", "")
    assert mug.requires_shipping


def test_prices_without_tax_stay_without():
    fact = read_order(order(prices_include_tax=False))
    assert (fact.subtotal, fact.shipping_total) == (Decimal(30), Decimal(5))
    assert fact.lines[0].price == Decimal(10)


@pytest.mark.parametrize(
    ("name", "parent", "variant"),
    [
        ("Shirt - Red, M", "Shirt", "Red, M"),
        ("Shirt", "Shirt", ""),
        ("Shirt - Red", None, ""),
        ("Shirt - Red", "Other", ""),
    ],
)
def test_a_variation_without_readable_attributes(name, parent, variant):
    line = {**ORDER["line_items"][0], "name": name, "parent_name": parent, "meta_data": []}
    [found] = read_order(order(line_items=[line])).lines
    assert found.title == (parent or name)
    assert found.variant_title == variant


def test_markup_in_names_is_no_markup_here():
    line = {**ORDER["line_items"][1], "name": "<span>Tea &amp; <script>alert(1)</script>Co</span>"}
    [found] = read_order(order(line_items=[line])).lines
    assert found.title == "Tea & alert(1)Co"


def test_a_fraction_counts_as_a_piece():
    lines = [
        {**ORDER["line_items"][1], "quantity": n, "id": i} for i, n in enumerate([0.4, 2.5], 1)
    ]
    assert [line.quantity for line in read_order(order(line_items=lines)).lines] == [1, 3]


def test_a_guest_is_no_customer():
    fact = read_order(order(customer_id=0))
    assert fact.customer is None
    assert fact.email == "mara@example.com"


def test_fees_are_lines_and_negative_ones_discounts():
    fees = [
        {"id": 5, "name": "Gift wrap", "total": "3.00", "total_tax": "0.57"},
        {"id": 6, "name": "Loyalty", "total": "-4.00", "total_tax": "0.00"},
    ]
    fact = read_order(order(fee_lines=fees))
    wrap = fact.lines[-1]
    assert (wrap.external_id, wrap.title, wrap.price) == ("fee:5", "Gift wrap", Decimal("3.57"))
    assert not wrap.requires_shipping
    assert len(fact.lines) == 3
    assert fact.discount_total == Decimal("6.38")


@pytest.mark.parametrize(
    ("status", "paid", "expected"),
    [
        ("processing", True, "paid"),
        ("wc-processing", True, "paid"),
        ("on-hold", False, "pending"),
        ("processing", False, "pending"),
        ("completed", True, "paid"),
        ("cancelled", False, "voided"),
        ("cancelled", True, "paid"),
        ("refunded", True, "refunded"),
        ("partial-shipped", True, "paid"),
        ("a-plugins-own", False, "pending"),
        ("failed", True, "paid"),
    ],
)
def test_statuses(status, paid, expected):
    at = "2026-11-01T12:00:05" if paid else None
    assert read_order(order(status=status, date_paid_gmt=at)).financial_status == expected


@pytest.mark.parametrize(
    "status", ["pending", "failed", "checkout-draft", "auto-draft", "wc-pending"]
)
def test_what_is_not_bought_yet_is_no_order(status):
    assert read(order(status=status, date_paid_gmt=None)) == []


def test_cancelled():
    assert read_order(order(status="cancelled")).cancelled_at == MODIFIED
    assert read_order(order()).cancelled_at is None


def test_the_bin_is_a_deletion():
    [fact] = read(order(status="trash"))
    assert fact == OrderDeletionFact(external_id="810", deleted_at=MODIFIED)


def test_a_brief_refund_of_a_webhook():
    brief = [{"id": 900, "reason": "Chipped", "total": "-9.00"}, {"id": 901, "total": "0.00"}]
    fact = read_order(order(refunds=brief))
    [refund] = fact.refunds or ()
    assert (refund.external_id, refund.amount, refund.currency) == ("900", Decimal(9), "EUR")
    assert (refund.reason, refund.refunded_at, refund.items) == ("Chipped", MODIFIED, ())
    assert fact.financial_status == "partially_refunded"


def test_a_whole_refund_of_our_pull():
    whole = {
        "id": 900,
        "amount": "39.27",
        "reason": "",
        "date_created_gmt": "2026-11-01T18:00:00",
        "line_items": [
            {
                "id": 501, "quantity": -1, "total": "-9.00",
                "meta_data": [{"id": 1, "key": "_refunded_item_id", "value": "315"}],
            },
            {"id": 502, "quantity": 0, "meta_data": [{"key": "_refunded_item_id", "value": "316"}]},
        ],
    }  # fmt: skip
    fact = read_order(order(refunds=[whole]))
    [refund] = fact.refunds or ()
    assert refund.refunded_at == datetime(2026, 11, 1, 18, tzinfo=UTC)
    assert refund.items == (FulfillmentItemFact(line_external_id="315", quantity=1),)
    assert [line.current_quantity for line in fact.lines] == [1, 1]
    assert fact.financial_status == "refunded"


def test_empty_things_in_php():
    fact = read_order(
        order(
            billing=[],
            shipping=[],
            line_items={"1": ORDER["line_items"][0]},
            meta_data="",
            shipping_lines=False,
            refunds=None,
            customer_note=None,
            customer_id="0",
            number="",
        )
    )
    assert fact.shipping_address is None
    assert (fact.email, fact.number, len(fact.lines)) == ("", "810", 1)


def test_shipping_to_the_billing_address():
    fact = read_order(order(shipping={"first_name": "", "country": ""}))
    assert fact.shipping_address == fact.billing_address
    assert read_order(order(shipping=[], shipping_lines=[])).shipping_address is None


def test_what_is_named_twice_counts_once():
    lines = [ORDER["line_items"][0], {**ORDER["line_items"][0], "name": "Later", "parent_name": ""}]
    refund = {"id": 900, "total": "-1.00"}
    fact = read_order(order(line_items=lines, refunds=[refund, refund]))
    assert [line.title for line in fact.lines] == ["Later"]
    assert len(fact.refunds or ()) == 1


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"id": None}, "id"),
        ({"id": {}}, "id"),
        ({"currency": ""}, "currency"),
        ({"currency": "Euro"}, "currency"),
        ({"date_created_gmt": None}, "date_created_gmt"),
        ({"date_created_gmt": "yesterday"}, "date_created_gmt"),
        ({"date_modified_gmt": "2026-13-01T00:00:00"}, "date_modified_gmt"),
        ({"date_created_gmt": "0001-01-01T00:00:00"}, "date_created_gmt"),
        ({"date_paid_gmt": "x"}, "date_paid_gmt"),
        ({"total": None}, "total"),
        ({"total": "12,50"}, "total"),
        ({"total": "1e400"}, "total"),
        ({"line_items": [{"name": "x"}]}, "line_items[0].id"),
        ({"line_items": [{"id": 1, "quantity": "many"}]}, "line_items[0].quantity"),
        ({"refunds": [{"total": "-1"}]}, "refunds[0].id"),
    ],
)
def test_what_cannot_be_read_names_its_place(changes, field):
    with pytest.raises(ParseError) as caught:
        read({**ORDER, **changes})
    assert caught.value.field == field


def test_sums_that_no_column_holds():
    lines = [{**ORDER["line_items"][0], "id": n, "subtotal": "90000000000000"} for n in range(1, 5)]
    with pytest.raises(ParseError, match="subtotal"):
        read(order(line_items=lines))


@pytest.mark.parametrize("body", [b"", b"x", b"[]", b"null", b"3", b'"', b"[" * 100_000, b"\xff"])
def test_bodies_that_are_no_order(body):
    with pytest.raises(ParseError):
        parse("order.updated", {}, body)


def test_deleted_says_the_id_alone():
    at = "2026-11-03T09:00:00+00:00"
    headers = {RECEIVED_HEADER: at}
    [fact] = parse("order.deleted", headers, b'{"id": 810}')
    assert fact == OrderDeletionFact(external_id="810", deleted_at=datetime.fromisoformat(at))
    [fact] = parse("product.deleted", headers, b'{"id": 93}')
    assert fact == ProductFact(
        external_id="93", updated_at=datetime.fromisoformat(at), deleted=True
    )
    assert parse("customer.deleted", headers, b'{"id": 25}') == []
    with pytest.raises(ParseError, match="received-at"):
        parse("order.deleted", {}, b'{"id": 810}')


def test_restored_is_the_whole_order():
    assert read(order(), "order.restored") == read(order(), "order.created")


def test_a_product():
    body = {
        "id": 93,
        "parent_id": 0,
        "name": "Mug &ndash; Set",
        "slug": "mug-set",
        "permalink": "https://shop.example.com/product/mug-set/",
        "status": "publish",
        "images": [{"id": 1, "src": False}, {"id": 2, "src": "https://shop.example.com/mug.jpg"}],
        "categories": [{"id": 3, "name": "Cups &amp; mugs"}],
        "date_modified_gmt": "2026-10-01T00:00:00",
    }
    [fact] = read(body, "product.updated")
    assert fact == ProductFact(
        external_id="93",
        title="Mug – Set",
        handle="mug-set",
        url="https://shop.example.com/product/mug-set/",
        image_url="https://shop.example.com/mug.jpg",
        product_type="Cups & mugs",
        updated_at=datetime(2026, 10, 1, tzinfo=UTC),
    )
    assert read({**body, "parent_id": 90}, "product.updated") == []
    assert read({**body, "status": "trash"}, "product.updated")[0].deleted


def test_a_customer():
    body = {
        "id": 25,
        "email": "mara@example.com",
        "first_name": "Mara",
        "last_name": "",
        "billing": {"last_name": "Lindt", "phone": "123"},
        "date_created_gmt": "2025-01-01T00:00:00",
        "date_modified_gmt": None,
    }
    [fact] = read(body, "customer.created")
    assert fact == CustomerFact(
        external_id="25",
        email="mara@example.com",
        phone="123",
        first_name="Mara",
        last_name="Lindt",
        created_at=datetime(2025, 1, 1, tzinfo=UTC),
    )


@pytest.mark.parametrize(
    "topic", ["coupon.updated", "action.wc_x", "order", "", "order.x", "x.y.z"]
)
def test_other_topics_are_none_of_our_business(topic):
    assert parse(topic, {}, b"not even json") == []
