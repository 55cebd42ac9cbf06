"""The Postal Service's codes and the words of its events, together."""

from typing import get_args

import pytest

from aftercart.connectors.carriers import wording
from aftercart.connectors.carriers.usps.codes import _EVENTS, CATEGORIES, CODES, SEVERAL, meaning
from aftercart.delivery.shipments.facts import Reason, ShipmentStatus


def said(code: str, words: str = "", category: str = ""):
    found = meaning(code, words, category)
    return found.status, found.reason


@pytest.mark.parametrize(
    ("code", "words", "category", "expected"),
    [
        # 14 is an arrival at the pickup point, and what waits there.
        ("14", "Arrival at Pickup Point", "", ("in_transit", "")),
        ("14", "Arrival at Pickup Point", "Available for Pickup", ("available_for_pickup", "")),
        ("14", "Available for Pickup", "", ("available_for_pickup", "")),
        ("14", "Arrival at Pickup Point", "Moving Through Network", ("in_transit", "")),
        # NT moves, or is accepted; it may arrive late.
        ("NT", "In Transit to Next Facility", "Moving Through Network", ("in_transit", "")),
        ("NT", "In Transit, Arriving Late", "Alert", ("in_transit", "carrier_delay")),
        ("NT", "", "Accepted", ("picked_up", "")),
        ("NT", "", "", ("in_transit", "")),
        # PC is sorted, or picked up.
        ("PC", "Sorting Complete", "", ("in_transit", "")),
        ("PC", "Sorting Complete", "In-Transit", ("in_transit", "")),
        ("PC", "Picked Up", "", ("picked_up", "")),
        ("29", "Return to Sender", "Alert", ("returning", "")),
        ("29", "Insufficient Address", "Alert", ("exception", "address_problem")),
        ("27", "Unclaimed/Being Returned to Sender", "", ("returning", "unclaimed")),
        ("03", "Acceptance", "", ("picked_up", "")),
        ("03", "Picked Up", "", ("picked_up", "")),
    ],
)
def test_codes_that_stand_for_several_events(code, words, category, expected):
    assert code in SEVERAL
    assert said(code, words, category) == expected


@pytest.mark.parametrize(
    ("code", "words", "expected"),
    [
        ("01", "Delivered, In/At Mailbox", ("delivered", "")),
        ("01", "Delivered, Front Door/Porch", ("delivered", "delivered_to_safe_place")),
        ("01", "Delivered, Neighbor as Requested", ("delivered", "delivered_to_neighbour")),
        ("01", "Delivered, Individual Picked Up at Post Office",
         ("delivered", "collected_by_customer")),
        ("01", "Delivered, To Agent", ("delivered", "")),
        ("01", "Delivered, To Original Sender", ("returned", "")),
        ("01", "Delivered to Agent for Final Delivery", ("in_transit", "")),
        ("60", "Delivered to Agent for Final Delivery", ("in_transit", "")),
        ("01", "Notice Left (No Authorized Recipient Available)",
         ("attempt_failed", "recipient_not_home")),
        ("01", "Available for Pickup", ("available_for_pickup", "")),
        ("DX", "Awaiting Delivery Scan", ("in_transit", "carrier_delay")),
        ("DX", "", ("in_transit", "carrier_delay")),
        ("43", "Picked Up", ("delivered", "collected_by_customer")),
        ("43", "", ("delivered", "collected_by_customer")),
        ("41", "", ("in_transit", "")),
        ("17", "Tendered to Returns Agent", ("returned", "")),
    ],
)  # fmt: skip
def test_what_is_delivered_and_what_only_sounds_like_it(code, words, expected):
    assert said(code, words) == expected


@pytest.mark.parametrize(
    ("code", "words", "expected"),
    [
        ("GX", "Shipping Label Created, USPS Awaiting Item", ("info_received", "")),
        ("MA", "Pre-Shipment, USPS Awaiting Item", ("info_received", "")),
        ("TM", "Shipment Received, Package Acceptance Pending",
         ("info_received", "awaiting_carrier")),
        ("80", "Picked Up By Shipping Partner, USPS Awaiting Item", ("picked_up", "")),
        ("81", "Arrived Shipping Partner Facility, USPS Awaiting Item", ("in_transit", "")),
        ("AD", "Accepted at USPS Regional Destination Facility", ("picked_up", "")),
        ("07", "Arrived at Post Office", ("in_transit", "")),
        ("OF", "Out for Delivery, in truck", ("out_for_delivery", "")),
        ("59", "", ("out_for_delivery", "")),
        ("52", "Notice Left", ("attempt_failed", "")),
        ("55", "Notice Left (No Secure Location Available)", ("attempt_failed", "")),
        ("56", "", ("attempt_failed", "recipient_not_home")),
        ("30", "Delivery Attempted - No Access to Delivery Location", ("attempt_failed", "")),
        ("21", "No Such Number", ("exception", "address_problem")),
        ("31", "", ("returning", "unclaimed")),
        ("09", "Return to Sender", ("returning", "")),
        ("04", "Refused", ("exception", "refused")),
        ("06", "Forwarded", ("in_transit", "")),
        ("08", "Missent", ("exception", "missorted")),
        ("71", "Rescheduled to Next Delivery Day", ("in_transit", "rescheduled")),
    ],
)  # fmt: skip
def test_codes_with_their_words(code, words, expected):
    assert said(code, words) == expected
    assert not meaning(code, words).by_text


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("Held in Customs", ("exception", "customs_hold")),
        ("Inbound Into Customs", ("in_transit", "customs_clearance")),
        ("Inbound Out of Customs", ("in_transit", "")),
        ("Attempted Delivery Abroad", ("attempt_failed", "")),
        ("Delivery Exception, Local Weather Delay", ("exception", "weather")),
        ("Held at Post Office, At Customer Request", ("exception", "rescheduled")),
        ("Available for Redelivery or Pickup", ("available_for_pickup", "")),
        ("Dead Mail/Disposed by Post Office", ("exception", "destroyed")),
        ("Sent to Mail Recovery Center", ("exception", "")),
        ("Return to Sender Processed", ("returning", "")),
        ("Departed USPS Regional Facility", ("in_transit", "")),
        ("Out for Delivery, Expected Delivery by 9:00pm", ("out_for_delivery", "")),
        ("Label Cancelled", ("cancelled", "")),
    ],
)
def test_words_of_a_code_that_is_not_listed_are_marked(words, expected):
    found = meaning("Q9", words)
    assert (found.status, found.reason) == expected
    assert found.by_text


def test_what_neither_says_is_unknown():
    assert said("Q9", "Something of note") == ("unknown", "")
    assert said("", "") == ("unknown", "")
    assert said("Q9", "", "Delivered") == ("delivered", "")
    assert meaning("Q9", "", "Delivered").by_text


def test_a_code_is_passed_over_where_its_words_say_the_contrary():
    found = meaning("07", "Out for Delivery")
    assert (found.status, found.by_text) == ("out_for_delivery", True)
    # Words alone make no delivery of a code that says none.
    assert said("07", "Delivered, PO Box") == ("unknown", "")
    # The category of the whole piece does not outweigh a scan's own code.
    assert said("01", "CMC1496 SIT testing - Delivered", "Delivery Attempt") == ("delivered", "")


def test_the_tables_speak_our_words():
    told = [*CODES.values(), *CATEGORIES.values(), *((one[1], one[2]) for one in _EVENTS)]
    assert {status for status, _ in told} <= set(get_args(ShipmentStatus))
    assert {reason for _, reason in told} <= set(get_args(Reason))
    assert set(CODES) >= SEVERAL


@pytest.mark.parametrize("code", sorted(CODES))
def test_no_code_contradicts_the_usual_words(code):
    for words in ("Delivered, In/At Mailbox", "Out for Delivery", "Notice Left", "Return to Sender",
                  "Available for Pickup", "Delivered, To Original Sender"):  # fmt: skip
        assert not wording.contradicts(meaning(code, words).status, words), (code, words)
