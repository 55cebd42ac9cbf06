"""DHL Express's event codes; its words only where the code says nothing."""

import pytest

from aftercart.connectors.carriers.dhl_express.codes import EVENT, said


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("SD", ("info_received", "")),
        ("SA", ("picked_up", "")),
        ("RW", ("in_transit", "")),
        ("TP", ("in_transit", "")),
        ("PD", ("in_transit", "")),
        ("IC", ("in_transit", "customs_clearance")),
        ("MS", ("in_transit", "missorted")),
        ("AD", ("in_transit", "rescheduled")),
        ("WC", ("out_for_delivery", "")),
        ("CC", ("available_for_pickup", "")),
        ("ND", ("attempt_failed", "")),
        ("CA", ("attempt_failed", "business_closed")),
        ("RD", ("attempt_failed", "refused")),
        ("OK", ("delivered", "")),
        ("DD", ("delivered", "damaged")),
        ("OH", ("exception", "")),
        ("CM", ("exception", "address_problem")),
        ("UD", ("exception", "customs_hold")),
        ("DS", ("exception", "destroyed")),
        ("HP", ("exception", "held_for_payment")),
        ("RT", ("returning", "")),
    ],
)
def test_a_code(code, expected):
    assert said(code, "") == (*expected, False)
    assert said(code.lower(), "") == (*expected, False)


def test_only_two_codes_deliver():
    assert {code for code, (status, _) in EVENT.items() if status == "delivered"} == {"OK", "DD"}


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("With delivery courier", ("out_for_delivery", "")),
        ("Shipment is out with courier for delivery", ("out_for_delivery", "")),
        ("Clearance processing complete at MIAMI", ("in_transit", "")),
        ("Customs status updated", ("in_transit", "customs_clearance")),
        ("Transferred through LEIPZIG", ("in_transit", "")),
        ("Partial delivery", ("in_transit", "")),
        ("Delivered - Signed for by : P PORTER", ("delivered", "")),
        ("Departed Facility in LEIPZIG", ("in_transit", "")),
    ],
)
def test_words_where_there_is_no_code(words, expected):
    assert said("", words) == (*expected, True)


def test_what_says_nothing_stays_unknown():
    assert said("ZZ", "Shipment event") == ("unknown", "", False)
    assert said("", "") == ("unknown", "", False)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("Delivered - Signed for by", ("delivered", "", False)),
        ("Delivery attempted; recipient not home", ("attempt_failed", "recipient_not_home", True)),
        ("Shipment held", ("unknown", "", False)),
    ],
)
def test_a_delivery_never_contradicts_its_own_words(words, expected):
    assert said("OK", words) == expected
