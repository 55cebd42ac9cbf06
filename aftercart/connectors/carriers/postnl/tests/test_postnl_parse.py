"""What PostNL's replies say."""

import random
from datetime import UTC, date, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aftercart.connectors.base import ParseError
from aftercart.connectors.carriers.postnl import codes, parse
from aftercart.connectors.carriers.postnl.tests.samples import NUMBER, bodies, reply, status
from aftercart.connectors.tests.fuzzing import facts_or_error, mutated, torn
from aftercart.delivery.shipments.facts import PlaceFact
from aftercart.delivery.shipments.rules import Scan, fold


def tracking(*statuses, **changes):
    (fact,) = parse.parse(reply(*statuses, **changes))
    return fact


def test_a_parcel():
    address = {"AddressType": "01", "City": "Utrecht", "Zipcode": "3511AB", "CountryISO": "NL"}
    fact = tracking(
        Address=address,
        DeliveryDate="04-11-2026",
        Dimension={"Weight": "1200"},
        Signature={"SignatureName": "HALE"},
    )
    assert (fact.number, fact.service, fact.signed_by) == (NUMBER, "Standard shipment", "HALE")
    assert (fact.expected_date, fact.weight_grams) == (date(2026, 11, 4), 1200)
    assert fact.destination == PlaceFact(city="Utrecht", postcode="3511AB", country="NL")
    assert [(scan.status, scan.code) for scan in fact.scans] == [
        ("info_received", "1"),
        ("in_transit", "5"),
    ]


@pytest.mark.parametrize(
    ("at", "moment"),
    [
        ("03-11-2026 10:46:14", datetime(2026, 11, 3, 9, 46, 14, tzinfo=UTC)),
        ("03-07-2026 10:46:14", datetime(2026, 7, 3, 8, 46, 14, tzinfo=UTC)),
        ("2026-07-03T10:46:14", datetime(2026, 7, 3, 8, 46, 14, tzinfo=UTC)),
        ("2026-07-03T10:46:14+00:00", datetime(2026, 7, 3, 10, 46, 14, tzinfo=UTC)),
    ],
)
def test_times_are_the_netherlands(at, moment):
    (scan,) = tracking(status(at=at)).scans
    assert (scan.occurred_at, scan.zone_known) == (moment, True)


def test_one_entry_may_be_an_object():
    assert len(tracking(status(), OldStatus=status()).scans) == 1


def test_events_count_only_without_statuses_and_by_their_words():
    event = {"Code": "J05", "Description": "Out for delivery", "TimeStamp": "03-11-2026 08:00:00"}
    assert len(tracking(Event=[event]).scans) == 2
    (scan,) = tracking(Event=event, Status=None, OldStatus=None).scans
    assert (scan.status, scan.by_text, scan.code) == ("out_for_delivery", True, "J05")


@pytest.mark.parametrize(
    ("code", "words", "expected"),
    [
        ("07", "", ("out_for_delivery", "", False)),
        ("11", "Shipment delivered", ("delivered", "", False)),
        ("11", "Shipment not delivered", ("attempt_failed", "", True)),
        ("12", "", ("available_for_pickup", "", False)),
        ("99", "Zending is bezorgd", ("delivered", "", True)),
        ("99", "Hm", ("unknown", "", False)),
    ],
)
def test_codes_then_words(code, words, expected):
    assert codes.said(code, words) == expected


@pytest.mark.parametrize(
    ("body", "field"),
    [
        (b'{"Warnings": [{"Message": "No shipment found"}]}', "error"),
        (b'{"fault": {"faultstring": "Invalid ApiKey"}}', "error"),
        (b'{"httpMessage": "Not Found"}', "error"),
        (b"{}", "CompleteStatus.Shipment"),
        (b"<html>", "body"),
        (reply(status(at="soon")), "CompleteStatus.Shipment.OldStatus[0].TimeStamp"),
        (reply(Barcode=None), "CompleteStatus.Shipment.Barcode"),
    ],
)
def test_what_cannot_be_read_names_its_field(body, field):
    with pytest.raises(ParseError) as caught:
        parse.parse(body)
    assert caught.value.field == field


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(st.one_of(mutated(bodies), torn(bodies)))
def test_anything_may_come(case):
    facts_or_error(lambda: parse.parse(case[1]))


@given(
    st.lists(st.sampled_from(["3", "5", "7", "8", "12", "11"]), min_size=1, max_size=8),
    st.randoms(),
)
def test_doubled_and_shuffled_statuses_fold_to_the_same(kinds, chance: random.Random):
    statuses = [status(code, at=f"03-11-2026 {at:02}:00:00") for at, code in enumerate(kinds)]
    mixed = statuses * 2
    chance.shuffle(mixed)
    assert folded(statuses) == folded(mixed)


def folded(statuses):
    return fold(
        Scan(one.occurred_at, one.status, one.reason, one.code, one.zone_known)
        for one in tracking(*statuses).scans
    )
