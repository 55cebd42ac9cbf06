"""FedEx's codes by type, exception and derived status; its words only where they say nothing."""

import pytest

from aftercart.connectors.carriers.fedex.codes import EVENT, delay, is_remark, said


@pytest.mark.parametrize(
    ("event", "exception", "text", "expected"),
    [
        ("OC", "", "", ("info_received", "", False)),
        ("OX", "", "", ("info_received", "", False)),
        ("PD", "", "", ("info_received", "carrier_delay", False)),
        ("IP", "084", "Tendered at FedEx location", ("picked_up", "", False)),
        ("Ow", "", "", ("in_transit", "", False)),
        ("IT", "67", "Tendered to authorized agent", ("in_transit", "", False)),
        ("CP", "", "", ("in_transit", "customs_clearance", False)),
        ("CD", "", "Clearance delay - Import", ("exception", "customs_hold", False)),
        ("OD", "", "On FedEx vehicle for delivery", ("out_for_delivery", "", False)),
        ("HP", "", "Ready for recipient pickup", ("available_for_pickup", "", False)),
        ("DY", "", "", ("exception", "carrier_delay", False)),
        ("DY", "A52", "", ("exception", "carrier_delay", False)),
        ("RS", "", "", ("returning", "", False)),
        ("DE", "", "", ("exception", "", False)),
        ("DE", "03C", "", ("exception", "address_problem", False)),
        ("DE", "93", "", ("exception", "held_for_payment", False)),
        ("DE", "17", "", ("in_transit", "rescheduled", False)),
        ("DE", "14", "", ("returning", "", False)),
        ("SE", "099", "Unable to deliver", ("exception", "", False)),
    ],
)
def test_a_type_and_its_exception(event, exception, text, expected):
    assert said(event, exception, "IT", text) == expected


def test_exception_codes_are_keyed_as_written():
    """`07` is FedEx Express's, `007` FedEx Ground's."""
    assert said("DE", "07", "DE", "") == ("attempt_failed", "refused", False)
    assert said("DE", "007", "DE", "") == ("attempt_failed", "recipient_not_home", False)
    assert said("DE", "7", "DE", "") == ("exception", "", False)


@pytest.mark.parametrize(
    ("event", "text", "expected"),
    [
        (
            "DE",
            "Delivery exception: Customer not available",
            ("attempt_failed", "recipient_not_home"),
        ),
        ("DE", "Delivery exception: Refused by recipient", ("attempt_failed", "refused")),
        (
            "DE",
            "Local delivery restriction, delivery not attempted",
            ("exception", "carrier_delay"),
        ),
        ("SE", "Shipment exception: Package damaged", ("exception", "damaged")),
        ("SE", "Unable to deliver shipment, returned to shipper", ("returning", "")),
        ("SE", "Shipment exception: unable to deliver", ("exception", "")),
    ],
)
def test_words_count_where_the_exception_is_not_listed(event, text, expected):
    assert said(event, "Z9", "DE", text) == (*expected, True)


def test_words_under_an_exception_are_no_progress():
    """A cause, but not that the parcel moves, let alone that it has arrived."""
    assert said("SE", "Z9", "SE", "Clearance delay") == ("exception", "customs_clearance", False)
    assert said("DE", "Z9", "DE", "Delivered") == ("exception", "", False)
    assert said("DY", "Z9", "DY", "Arrived late") == ("exception", "carrier_delay", False)


def test_the_derived_status_counts_where_the_type_is_not_listed():
    assert said("ZZ", "", "OD", "News") == ("out_for_delivery", "", False)
    assert said("ZZ", "", "", "Held by customs") == ("exception", "customs_hold", True)
    assert said("ZZ", "", "", "News") == ("unknown", "", False)
    assert said("", "", "", "") == ("unknown", "", False)


def test_ca_is_cancelled_only_in_so_many_words():
    assert said("CA", "", "", "Shipment cancelled by sender") == ("cancelled", "", False)
    assert said("CA", "", "", "Carrier") == ("unknown", "", False)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Delivered", ("delivered", "", False)),
        ("Delivered: Left at front door.", ("delivered", "delivered_to_safe_place", False)),
        ("Delivered: Left with neighbor", ("delivered", "delivered_to_neighbour", False)),
        ("Delivered: Package delivered to shipper", ("returned", "", True)),
        ("Attempted, customer not available", ("attempt_failed", "recipient_not_home", True)),
        ("Held at location", ("unknown", "", False)),
    ],
)
def test_a_delivery_never_contradicts_its_own_words(text, expected):
    assert said("DL", "", "DL", text) == expected


@pytest.mark.parametrize(
    ("kind", "status", "expected"),
    [
        ("WEATHER", "DELAYED", "weather"),
        ("CLEARANCE", "DELAYED", "customs_hold"),
        ("GENERAL", "", "carrier_delay"),
        ("", "DELAYED", "carrier_delay"),
        ("WEATHER", "ON_TIME", ""),
        ("", "EARLY", ""),
        ("", "", ""),
        ("TIDAL", "", ""),
    ],
)
def test_delays(kind, status, expected):
    assert delay(kind, status) == expected


def test_remarks():
    assert is_remark("RR", "FEDEX_FACILITY")
    assert is_remark("AO", "VEHICLE")
    assert not is_remark("AO", "PICKUP_LOCATION")
    assert not is_remark("OD", "VEHICLE")


def test_no_type_means_delivered_but_one():
    assert [code for code, (status, _) in EVENT.items() if status == "delivered"] == ["DL"]
