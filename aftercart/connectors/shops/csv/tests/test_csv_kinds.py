"""Rows to facts: orders, parcels, scans; columns of other systems."""

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aftercart.commerce.orders.facts import (
    AddressFact,
    FulfillmentFact,
    FulfillmentItemFact,
    OrderFact,
    ParcelFact,
)
from aftercart.connectors.registry import connector
from aftercart.connectors.shops.csv import kinds
from aftercart.connectors.shops.csv.columns import MEANINGS, recognised
from aftercart.connectors.shops.csv.connector import Csv
from aftercart.connectors.shops.csv.reading import Record, Unreadable
from aftercart.connectors.shops.csv.shipments import Sending
from aftercart.connectors.shops.csv.tests.files import READ_AT, first, manner, read, table
from aftercart.connectors.shops.csv.understanding import groups
from aftercart.connectors.shops.csv.values import CellError
from aftercart.delivery.shipments.facts import PlaceFact, TrackingFact
from tests.support.real_data import recordings

SAMPLES = Path(__file__).parents[5] / "docs" / "samples"
EXPORT = recordings("shopify", "order_export", "orders_export.csv")


def sample(name: str) -> str:
    return (SAMPLES / name).read_text()


def test_the_sample_of_orders():
    [mugs, candle, cards] = read(sample("orders.csv"))
    fact = mugs.facts[0]
    assert isinstance(fact, OrderFact)
    assert mugs.lines == (2, 3)
    assert (fact.external_id, fact.number, fact.currency) == ("1001", "1001", "EUR")
    assert fact.placed_at == datetime(2026, 11, 2, 8, 15, tzinfo=UTC)
    assert fact.updated_at == READ_AT
    assert (fact.total, fact.subtotal) == (Decimal("64.90"), Decimal("60.00"))
    assert (fact.shipping_total, fact.tax_total) == (Decimal("4.90"), Decimal("10.36"))
    assert (fact.financial_status, fact.email) == ("paid", "mara@example.com")
    assert [(line.external_id, line.sku, line.quantity) for line in fact.lines] == [
        ("1", "MUG-BL", 2), ("2", "TOWEL-1", 1),
    ]  # fmt: skip
    assert fact.shipping_address == AddressFact(
        name="Mara Lindt", line1="Weg 1", city="Kiel", postcode="24103", country="DE"
    )
    assert fact.billing_address == AddressFact(name="Mara Lindt")
    assert (fact.fulfillments, fact.refunds, len(mugs.facts)) == (None, None, 1)
    assert candle.facts[0].placed_at == datetime(2026, 11, 2, 13, 40, tzinfo=UTC)
    assert cards.facts[0].financial_status == "refunded"


def test_the_sample_of_shipments():
    [first_parcel, _second, whole] = read(sample("shipments.csv"))
    assert first_parcel.facts[0] == Sending(
        order_number="1001",
        parcel=ParcelFact(number="00340434292135100186", carrier="DHL"),
        items={"MUG-BL": 2},
        sent_at=datetime(2026, 11, 3, 15, tzinfo=UTC),
    )
    assert whole.facts[0].items is None


def test_the_sample_of_scans():
    [dhl, ups] = read(sample("tracking.csv"))
    fact = dhl.facts[0]
    assert isinstance(fact, TrackingFact)
    assert (fact.number, fact.carrier, len(fact.scans)) == ("00340434292135100186", "DHL", 4)
    last = fact.scans[-1]
    assert (last.status, last.reason) == ("delivered", "delivered_to_neighbour")
    assert last.occurred_at == datetime(2026, 11, 4, 12, 25, tzinfo=UTC)
    assert last.place == PlaceFact(city="Kiel", country="DE")
    assert ups.facts[0].scans[0].reason == "weather"


@pytest.mark.parametrize(
    ("name", "kind"),
    [("orders.csv", "orders"), ("shipments.csv", "shipments"), ("tracking.csv", "tracking")],
)
def test_the_kind_is_told_by_the_columns(name, kind):
    layout = recognised(table(sample(name)).header.cells)
    assert (layout.kind, layout.format) == (kind, "aftercart")
    assert len(layout.columns) == len(layout.header)


@pytest.mark.skipif(not EXPORT.exists(), reason="the real export is not on this machine")
def test_a_real_export_of_shopify():
    data = EXPORT.read_bytes()
    layout = recognised(table(data).header.cells)
    assert (layout.kind, layout.format) == ("orders", "shopify")
    found = read(data)
    assert len(found) == 51
    assert sum(len(one.lines) for one in found) == 121
    orders = {one.facts[0].number: one for one in found}
    fact = orders["#1050"].facts[0]
    assert [line.title for line in fact.lines][:2] == [
        "Minimalist Leather Wallet", "Premium Eco-Friendly Yoga Mat",
    ]  # fmt: skip
    assert (fact.currency, fact.total) == ("INR", Decimal("11594.00"))
    assert fact.placed_at == datetime(2025, 12, 6, 15, 37, 30, tzinfo=UTC)


SHOPIFY = (
    "Name,Email,Financial Status,Fulfillment Status,Fulfilled at,Currency,Subtotal,Shipping,Taxes,"
    "Total,Discount Amount,Created at,Lineitem quantity,Lineitem name,Lineitem price,Lineitem sku,"
    "Lineitem requires shipping,Lineitem fulfillment status,Billing Name,Shipping Name,"
    "Shipping Zip,Shipping Country,Cancelled at,Refunded Amount\n"
)


def test_shopify_says_what_was_sent():
    [one] = read(
        SHOPIFY + "#7,a@b.de,paid,fulfilled,2026-01-03 10:00:00 +0100,USD,10,0,0,10,0,"
        "2026-01-01 10:00:00 +0100,1,Mug,10.00,M,true,fulfilled,Jo,Jo,'04100,DE,,4.00\n"
    )
    order, sent = one.facts
    assert isinstance(sent, FulfillmentFact)
    assert (sent.external_id, sent.order_external_id) == ("csv:7:sent", "#7")
    assert sent.created_at == datetime(2026, 1, 3, 9, tzinfo=UTC)
    assert sent.items == (FulfillmentItemFact(line_external_id="1", quantity=1),)
    assert order.shipping_address.postcode == "04100"
    [refund] = order.refunds
    assert (refund.external_id, refund.amount) == ("#7:refunded", Decimal(4))


def test_shopify_says_that_a_part_was_sent():
    row = "#7,a@b.de,paid,partial,,USD,10,0,0,10,0,2026-01-01,{},Jo,Jo,1,DE,,\n"
    [one] = read(
        SHOPIFY
        + row.format("2,Mug,5.00,M,true,fulfilled")
        + row.format("1,Pen,5.00,P,true,pending")
    )
    [_order, sent] = one.facts
    assert sent.items == (FulfillmentItemFact(line_external_id="1", quantity=2),)


WOO = (
    '"Order Number","Order Status","Order Date","First Name (Billing)","Last Name (Billing)",'
    '"Address 1&2 (Billing)","City (Billing)","Postcode (Billing)","Country Code (Billing)",'
    '"Email (Billing)","First Name (Shipping)","Address 1&2 (Shipping)","City (Shipping)",'
    '"Country Code (Shipping)","Item Name","SKU","Quantity","Item Cost","Order Total Amount"\n'
)


def test_a_common_export_of_woocommerce():
    rows = "810,Completed,2026-01-31 12:00,M,Lindt,Weg 1,Kiel,24103,DE,m@b.de,Mara,Weg 1,Kiel,DE,"
    [one] = read(WOO + rows + "Mug,M,2,9.00,23.00\n" + rows + "Pen,P,1,5.00,23.00\n")
    layout = recognised(table(WOO).header.cells)
    assert (layout.kind, layout.format) == ("orders", "woocommerce")
    order, sent = one.facts
    assert (order.number, order.total, order.financial_status) == ("810", Decimal(23), "paid")
    assert order.billing_address.line1 == "Weg 1"
    assert order.shipping_address.city == "Kiel"
    assert order.email == "m@b.de"
    assert [line.title for line in order.lines] == ["Mug", "Pen"]
    assert sent.external_id == "csv:810:sent"


def test_tracking_numbers_in_an_order_file():
    [one] = read(
        "order_number,placed_at,total,item_title,tracking_number,carrier,shipped_at\n"
        "1,2026-01-01,9,Mug,AAA,DHL,2026-01-02\n1,2026-01-01,9,Pen,BBB,DHL,\n"
    )
    _order, first_parcel, second = one.facts
    assert first_parcel.external_id == "csv:1:AAA"
    assert second.parcels == (ParcelFact(number="BBB", carrier="DHL"),)


def test_a_total_that_is_not_given_is_added_up():
    fact = first(
        "order_number,placed_at,item_title,item_price,item_quantity\n1,2026-01-01,Mug,9.5,2\n"
    )
    assert (fact.total, fact.currency) == (Decimal(19), "EUR")


def test_a_cancelled_order():
    fact = first("order_number,placed_at,total,order_status\n1,2026-01-01T00:00Z,9,Cancelled\n")
    assert fact.financial_status == "voided"
    assert fact.cancelled_at == datetime(2026, 1, 1, tzinfo=UTC)


def test_decimal_commas_and_german_dates():
    fact = first(
        "Order Number;Date;Total;item_title;item_price\n1;31.01.2026 14:05;1.299,00;Sofa;1.299,00\n"
    )
    assert fact.total == Decimal(1299)
    assert fact.placed_at == datetime(2026, 1, 31, 13, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("row", "column", "part"),
    [
        (",2026-01-01,9,,", "order_number", "needed"),
        ("1,,9,,", "placed_at", "date is needed"),
        ("1,tomorrow,9,,", "placed_at", "no date"),
        ("1,2026-01-01,many,,", "total", "no amount"),
        ("1,2026-01-01,,,", "total", "needed"),
        ("1,2026-01-01,9,not-a-mail,", "email", "e-mail"),
        ("1,2026-01-01,9,,Euro", "currency", "currency code"),
        ("1,2026-01-01,9,,EUR,extra", "", "more cells"),
        ("1" * 61 + ",2026-01-01,9,,", "order_number", "longer than 60"),
    ],
)
def test_what_is_wrong_with_an_order(row, column, part):
    with pytest.raises(CellError, match=part) as caught:
        read(f"order_number,placed_at,total,email,currency\n{row}\n")
    assert (caught.value.line, caught.value.column) == (2, column)


def test_the_row_at_fault_is_named():
    with pytest.raises(CellError) as caught:
        read(
            "order_number,placed_at,total,item_title,item_quantity\n1,2026-01-01,9,A,1\n1,,,B,many\n"
        )
    assert (caught.value.line, caught.value.column) == (3, "item_quantity")


def test_amounts_that_no_column_holds():
    with pytest.raises(CellError, match="too large"):
        read(
            "order_number,placed_at,item_title,item_price,item_quantity\n1,2026-01-01,A,99999999999,1000000\n"
        )


def test_unknown_statuses_of_parcels_are_kept():
    meant = manner()
    found = table("tracking_number,occurred_at,status\nX,2026-01-01T10:00Z,Sorting hub 7\n")
    layout = recognised(found.header.cells)
    [group] = groups(found.records, layout)
    [fact] = kinds.understood(group, layout, meant).facts
    [scan] = fact.scans
    assert (scan.status, scan.code, scan.text) == ("unknown", "Sorting hub 7", "Sorting hub 7")
    assert meant.unknown_statuses == {"Sorting hub 7"}


@pytest.mark.parametrize(
    ("word", "status"),
    [
        ("Out for delivery", "out_for_delivery"),
        ("DELIVERED", "delivered"),
        ("in-transit", "in_transit"),
        ("Pre transit", "info_received"),
        ("Return to sender", "returning"),
    ],
)
def test_statuses_in_common_words(word, status):
    fact = first(f"tracking_number,occurred_at,status\nX,2026-01-01T10:00Z,{word}\n")
    assert fact.scans[0].status == status


def test_an_expected_day():
    fact = first("tracking_number,occurred_at,status,eta\nX,2026-01-01T10:00Z,transit,2026-01-05\n")
    assert fact.expected_date == date(2026, 1, 5)


@pytest.mark.parametrize(
    ("header", "part"),
    [
        ("foo,bar", "None of the columns"),
        ("order_number,total", "placed_at"),
        ("order_number,placed_at", "total / item_price"),
        ("order_number,carrier", "tracking_number / tracking_url"),
        ("tracking_number,carrier,status", "occurred_at"),
    ],
)
def test_columns_that_are_missing(header, part):
    with pytest.raises(Unreadable, match=part):
        recognised(header.split(","))


def test_a_kind_that_is_said_counts():
    header = ["order_number", "tracking_number", "placed_at", "total"]
    assert recognised(header).kind == "orders"
    assert recognised(header, "shipments").kind == "shipments"
    with pytest.raises(Unreadable, match="occurred_at"):
        recognised(header, "tracking")


def test_every_shown_column_has_a_name():
    for kind in kinds.KINDS.values():
        assert set(kind.shown) <= kinds.LABELS.keys()


def test_the_connector_takes_no_deliveries():
    assert isinstance(connector("csv"), Csv)
    assert Csv().source({}) == "csv"


HEADERS = {
    kind: [meaning.headers[0] for meaning in meanings.values()]
    for kind, meanings in MEANINGS.items()
}
CELL = st.text(max_size=8) | st.sampled_from(
    [
        "1",
        "2026-01-01",
        "9.50",
        "9,50",
        "EUR",
        "DE",
        "yes",
        "https://x.de",
        "delivered",
        "a@b.de",
        "-1",
    ]
)


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_any_row_is_understood_or_named(data):
    kind = data.draw(st.sampled_from(sorted(HEADERS)))
    layout = recognised(HEADERS[kind], kind)
    rows = data.draw(
        st.lists(st.lists(CELL, max_size=len(layout.header) + 1), min_size=1, max_size=3)
    )
    records = [Record(line, cells) for line, cells in enumerate(rows, 2)]
    for group in groups(records, layout):
        try:
            found = kinds.understood(group, layout, manner())
        except CellError:
            continue
        assert kinds.KINDS[kind].show(*found.facts, zone=manner().time_zone)
