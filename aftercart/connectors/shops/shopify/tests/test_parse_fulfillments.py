"""Fulfillments, their events and refunds as facts."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from aftercart.commerce.orders.facts import RefundFact
from aftercart.connectors.shops.shopify.tests import samples
from aftercart.connectors.shops.shopify.tests.reading import fulfillment, order, read
from aftercart.delivery.shipments.facts import TrackingFact


def test_a_fulfillment() -> None:
    fact = fulfillment(origin_location={"name": "Warehouse East"})
    assert (fact.external_id, fact.order_external_id) == ("801", "5001")
    assert (fact.status, fact.service, fact.location) == ("success", "", "Warehouse East")
    (parcel,) = fact.parcels
    assert (parcel.number, parcel.carrier) == ("1ZMADEUP1", "UPS")
    assert parcel.url == "https://ups.example/1ZMADEUP1"
    assert fact.items is not None
    assert (fact.items[0].line_external_id, fact.items[0].quantity) == ("701", 1)


def test_several_numbers_are_several_parcels() -> None:
    numbers, urls = ["A1", "B2", None, "", "A1"], ["https://x.example/A1"]
    parcels = fulfillment(tracking_numbers=numbers, tracking_urls=urls).parcels
    assert [(parcel.number, parcel.url) for parcel in parcels] == [
        ("A1", "https://x.example/A1"),
        ("B2", ""),
    ]


def test_a_single_number_is_enough() -> None:
    body = samples.fulfillment(tracking_number="A1", tracking_url="https://x.example/A1")
    del body["tracking_numbers"], body["tracking_urls"]
    (fact,) = read("fulfillments/create", body)
    assert [(one.number, one.url) for one in fact.parcels] == [("A1", "https://x.example/A1")]


def test_a_fulfillment_may_have_no_number() -> None:
    none: dict[str, Any] = {"tracking_number": None, "tracking_numbers": [], "tracking_urls": []}
    bare = {"tracking_url": None, "tracking_company": None}
    assert fulfillment(**none, **bare).parcels == ()
    (parcel,) = fulfillment(**none, tracking_url=None).parcels
    assert (parcel.number, parcel.carrier) == ("", "UPS")


def test_what_a_fulfillment_holds_may_be_unsaid() -> None:
    assert fulfillment(line_items=None).items is None


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [("cancelled", "cancelled"), ("failure", "error"), ("open", "open"), ("new word", "open")],
)
def test_the_status_of_a_fulfillment(theirs: str, ours: str) -> None:
    assert fulfillment(status=theirs).status == ours


def test_a_refund() -> None:
    (fact,) = read("refunds/create", samples.refund())
    assert isinstance(fact, RefundFact)
    assert (fact.external_id, fact.order_external_id) == ("901", "5001")
    assert (fact.amount, fact.currency, fact.reason) == (Decimal(19), "USD", "It was chipped")
    assert [(one.line_external_id, one.quantity) for one in fact.items] == [("701", 1)]


def test_a_refund_counts_what_was_paid_back() -> None:
    transactions = [
        {"kind": "refund", "status": "success", "amount": "5.00", "currency": "EUR"},
        {"kind": "refund", "status": "pending", "amount": "2.50", "currency": "EUR"},
        {"kind": "refund", "status": "failure", "amount": "9.00", "currency": "EUR"},
        {"kind": "void", "status": "success", "amount": "9.00", "currency": "EUR"},
    ]
    (fact,) = read("refunds/create", samples.refund(transactions=transactions))
    assert (fact.amount, fact.currency) == (Decimal("7.50"), "EUR")


def test_a_refund_without_money_is_none() -> None:
    assert read("refunds/create", samples.refund(transactions=[])) == []
    assert order(refunds=[samples.refund(transactions=[])]).refunds == ()


def test_a_refund_without_transactions_is_worth_its_lines() -> None:
    body = samples.refund()
    del body["transactions"]
    body["refund_line_items"][0]["subtotal_set"] = samples.money("18.00")
    (fact,) = read("refunds/create", body)
    assert (fact.amount, fact.currency) == (Decimal(19), "USD")


def test_a_refund_without_a_date_was_when_the_webhook_was_triggered() -> None:
    (fact,) = read("refunds/create", samples.refund(created_at=None, processed_at=None))
    assert fact.refunded_at == datetime(2026, 11, 5, 9, 0, 0, 123456, tzinfo=UTC)


def test_a_fulfillment_event() -> None:
    (fact,) = read("fulfillment_events/create", samples.event())
    assert isinstance(fact, TrackingFact)
    assert (fact.number, fact.fulfillment_external_id) == ("", "801")
    (scan,) = fact.scans
    assert (scan.status, scan.code) == ("in_transit", "in_transit")
    assert scan.occurred_at == datetime(2026, 11, 3, 13, tzinfo=UTC)
    # The offset is the shop's, not the place's.
    assert (scan.zone_known, scan.utc_offset_minutes) == (True, None)
    assert (scan.place.city, scan.place.country) == ("Albany", "US")
    assert scan.text == "Left the sorting center"


@pytest.mark.parametrize(
    ("word", "status", "reason"),
    [
        ("label_purchased", "info_received", ""),
        ("label_printed", "info_received", ""),
        ("confirmed", "info_received", ""),
        ("carrier_picked_up", "picked_up", ""),
        ("in_transit", "in_transit", ""),
        ("delayed", "in_transit", "carrier_delay"),
        ("out_for_delivery", "out_for_delivery", ""),
        ("ready_for_pickup", "available_for_pickup", ""),
        ("attempted_delivery", "attempt_failed", ""),
        ("delivered", "delivered", ""),
        ("failure", "exception", ""),
        ("teleported", "unknown", ""),
    ],
)
def test_the_words_of_fulfillment_events(word: str, status: str, reason: str) -> None:
    (fact,) = read("fulfillment_events/create", samples.event(word))
    assert (fact.scans[0].status, fact.scans[0].reason) == (status, reason)
    assert fact.scans[0].code == word


def test_an_estimate_is_a_day_or_a_moment() -> None:
    midnight = samples.event(estimated_delivery_at="2026-11-06T00:00:00-05:00")
    assert read("fulfillment_events/create", midnight)[0].expected_date == date(2026, 11, 6)
    evening = samples.event(estimated_delivery_at="2026-11-06T20:00:00-05:00")
    fact = read("fulfillment_events/create", evening)[0]
    assert fact.expected_until == datetime(2026, 11, 7, 1, tzinfo=UTC)
    assert fact.expected_date is None


def test_an_events_message_is_plain_text() -> None:
    body = samples.event(message="At <b>door</b> &amp; gate<script>alert(1)</script>")
    (fact,) = read("fulfillment_events/create", body)
    assert fact.scans[0].text == "At door & gate alert(1)"
