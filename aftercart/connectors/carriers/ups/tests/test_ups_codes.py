"""UPS's codes: never by the code alone, and never against UPS's own words."""

import csv
from typing import get_args

import pytest

from aftercart.connectors.carriers.ups import codes, tables
from aftercart.connectors.carriers.ups.codes import NUMBERS, Said, meaning
from aftercart.connectors.carriers.ups.mail_innovations import MAIL_INNOVATIONS
from aftercart.connectors.carriers.ups.tables import DELIVERY, EXCEPTION, MANIFEST, MOVEMENT
from aftercart.delivery.shipments.facts import Reason, ShipmentStatus
from tests.support.real_data import reference

TABLES = {
    "manifest": MANIFEST,
    "movement": MOVEMENT,
    "delivery": DELIVERY,
    "exception": EXCEPTION,
    "mail_innovations": MAIL_INNOVATIONS,
    "status_code": NUMBERS,
}
# What UPS's text leaves open, so that it stays unknown.
LEFT_OPEN = {
    "delivery": {"7B", "8N", "CO", "EB", "EE", "F2", "NS", "NX", "OE"},
    "exception": {"TC", "TR"},
    # "Data not available", and the header of another table.
    "status_code": {"0", "141", "148", "163", "CRD TCFRATY - Freight Forwarding Activity"},
    # Types, which stand in a table of their own.
    "mail_innovations": {"ACTIVITY TYPE", "D", "DD", "I", "M", "NA", "U", "W", "X"},
}


def said(kind: str, code: str = "", number: str = "", text: str = "", mail: bool = False):
    found = meaning(kind, code, number, text, mail)
    return (found.status, found.reason) if found else None


@pytest.mark.parametrize(
    ("code", "moving", "troubled"),
    [
        ("DL", ("in_transit", ""), ("returning", "")),
        ("DP", ("in_transit", ""), ("exception", "regulatory")),
        ("DS", ("in_transit", ""), ("exception", "address_problem")),
        ("OD", ("in_transit", ""), ("exception", "carrier_delay")),
        ("OR", ("picked_up", ""), ("exception", "regulatory")),
        ("OT", ("out_for_delivery", ""), ("exception", "customs_information_needed")),
        ("UL", ("in_transit", ""), None),
        ("YI", ("out_for_delivery", ""), ("exception", "missorted")),
        ("VP", ("info_received", "awaiting_carrier"), ("exception", "customs_information_needed")),
    ],
)
def test_one_code_means_different_things_by_type(code, moving, troubled):
    assert said("I", code) == moving
    assert said("X", code) == troubled


def test_the_void_of_a_manifest_is_not_the_void_of_a_pickup():
    assert said("M", "VP") == ("cancelled", "")
    assert said("M", "VP", "007") == ("cancelled", "")
    assert said("MV") == ("cancelled", "")


@pytest.mark.parametrize(
    ("code", "number", "expected"),
    [
        ("RZ", "012", ("in_transit", "customs_clearance")),
        ("RZ", "014", ("in_transit", "")),
        ("BB", "058", ("exception", "customs_information_needed")),
        ("BB", "014", ("in_transit", "")),
        ("", "092", ("in_transit", "customs_clearance")),
        ("", "123", ("in_transit", "customs_clearance")),
        ("", "124", ("in_transit", "customs_information_needed")),
        # The number is broad: the code says what happened.
        ("48", "013", ("attempt_failed", "recipient_not_home")),
        ("DJ", "048", ("exception", "weather")),
        ("DL", "013", ("returning", "")),
        # The number is sure: the code adds why.
        ("48", "022", ("attempt_failed", "recipient_not_home")),
        ("AG", "022", ("attempt_failed", "address_problem")),
        ("8H", "035", ("returning", "refused")),
        ("YJ", "067", ("returned", "")),
        # What is said of a label is no exception.
        ("48", "003", ("attempt_failed", "recipient_not_home")),
    ],
)
def test_the_number_and_the_code_together(code, number, expected):
    assert said("X", code, number) == expected


@pytest.mark.parametrize(
    ("code", "number", "words", "expected"),
    [
        ("FS", "011", "Delivered", ("delivered", "")),
        ("FS", "", "DELIVERED", ("delivered", "")),
        ("3H", "011", "Delivered", ("delivered", "delivered_to_neighbour")),
        ("MQ", "011", "", ("delivered", "delivered_to_safe_place")),
        ("P5", "", "", ("delivered", "")),
        ("2Q", "161", "Delivered to UPS Access Point", ("available_for_pickup", "")),
        ("2Q", "011", "Delivered", ("available_for_pickup", "")),
        ("1N", "011", "Delivered", ("available_for_pickup", "")),
        ("FS", "011", "Delivered to UPS Access Point", ("available_for_pickup", "")),
        ("ZZZ", "011", "Awaiting customer pickup", ("available_for_pickup", "")),
        ("2W", "011", "Picked Up At UPS Access Point", ("delivered", "collected_by_customer")),
        ("F7", "", "The package was delivered to an Agent for final delivery", ("in_transit", "")),
        ("B0", "", "Package Delivered To Original Sender", ("returned", "")),
        ("EP", "144", "Delivered to Post Office, held for pickup", ("available_for_pickup", "")),
        ("FS", "011", "The delivery was attempted, nobody was home", ("attempt_failed", "")),
        ("FS", "011", "The receiver refused the delivery", ("attempt_failed", "refused")),
        ("DO", "", "", ("attempt_failed", "")),
        ("ZY", "", "Shipment Delivered to USPS, Package Acceptance Pending", ("in_transit", "")),
        ("ZZZ", "", "", ("unknown", "")),
    ],
)  # fmt: skip
def test_what_is_of_the_delivery_type_is_not_always_delivered(code, number, words, expected):
    assert said("D", code, number, words) == expected


def test_what_was_read_from_words_is_marked():
    assert meaning("X", "ZZZ", "", "Something of note") == Said("unknown")
    assert meaning("X", "ZZZ", "", "Refused by recipient") == Said(
        "attempt_failed", "refused", True
    )
    assert meaning("D", "FS", "011", "Held at UPS Access Point") == Said(
        "available_for_pickup", by_text=True
    )
    assert meaning("X", "KB", "", "UPS INTERNAL ACTIVITY CODE") == Said("unknown")
    # Words alone make a delivery where there is no code, and none of a code that says otherwise.
    assert meaning("D", "ZZZ", "", "Delivered") == Said("delivered", by_text=True)
    assert meaning("I", "AR", "005", "Delivered") == Said("unknown")


@pytest.mark.parametrize(
    ("kind", "number"),
    [("U", ""), ("X", "114"), ("X", "127"), ("X", "140"), ("X", "155"), ("U", "154")],
)
def test_claims_photos_and_requests_called_off_say_nothing_of_the_parcel(kind, number):
    assert said(kind, "", number) is None
    assert said("X", "UL") is None
    assert said("X", "GN", "013") is None


def test_a_silent_code_beside_a_sure_number_speaks():
    assert said("X", "9D", "038") == ("picked_up", "")


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        ("065", ("info_received", "awaiting_carrier")),
        ("131", ("info_received", "awaiting_carrier")),
        ("072", ("in_transit", "")),
        ("078", ("out_for_delivery", "")),
        ("081", ("returned", "damaged")),
        ("095", ("in_transit", "rescheduled")),
        ("143", ("in_transit", "")),
        ("149", ("exception", "destroyed")),
        ("166", ("info_received", "")),
        ("5", ("in_transit", "")),
    ],
)
def test_the_numbers_alone(number, expected):
    assert said("I", "", number) == expected


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("DL", ("delivered", "signed_for")),
        ("ZY", ("in_transit", "")),
        ("SP", ("returning", "")),
        ("SQ", ("returned", "")),
        ("PP", ("delivered", "collected_by_customer")),
        ("1D", ("available_for_pickup", "")),
        ("00", ("exception", "carrier_delay")),
    ],
)
def test_mail_innovations_has_codes_of_its_own(code, expected):
    assert said("I", code, mail=True) == expected


def test_types_without_a_code():
    assert [said(kind) for kind in ("M", "P", "I", "D", "X", "NA", "")] == [
        ("info_received", ""),
        ("picked_up", ""),
        ("in_transit", ""),
        ("unknown", ""),
        ("unknown", ""),
        ("unknown", ""),
        ("unknown", ""),
    ]


def test_a_table_lists_nothing_twice_and_speaks_our_words():
    for one in TABLES.values():
        assert not set(one.known) & one.silent
        assert {status for status, _ in one.known.values()} <= set(get_args(ShipmentStatus))
        assert {reason for _, reason in one.known.values()} <= set(get_args(Reason))
    with pytest.raises(ValueError, match="two meanings"):
        tables.table(("in_transit", "", "AR DP"), ("exception", "", "DP"))
    assert set(NUMBERS.known) >= codes.BROAD | codes.CLEARED | codes.OF_LABELS


def test_every_code_of_the_appendix_was_decided():
    rows = csv.DictReader(reference("ups_activity_codes.csv").read_text().splitlines())
    for row in rows:
        code = row["code"].lstrip("0") or "0" if row["code"].isdigit() else row["code"]
        if row["table"] == "update" or code in LEFT_OPEN.get(row["table"], set()):
            continue
        table = TABLES[row["table"]]
        assert code in table.known or code in table.silent, row
