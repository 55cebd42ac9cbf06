"""What GLS's replies say."""

import random
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aftercart.connectors.base import ParseError
from aftercart.connectors.carriers.gls import codes, parse
from aftercart.connectors.carriers.gls.tests.samples import bodies, event, parcel, reply
from aftercart.connectors.tests.fuzzing import facts_or_error, mutated, torn
from aftercart.delivery.shipments.facts import PlaceFact
from aftercart.delivery.shipments.rules import Scan, fold

SLOW_IS_FINE = settings(suppress_health_check=[HealthCheck.too_slow])


def scan(**changes):
    (fact,) = parse.parse(reply(parcel(event(**changes))))
    return fact.scans[0]


def test_a_scan_with_its_offset_and_place():
    found = scan()
    assert found.occurred_at == datetime(2026, 11, 3, 9, 46, 14, tzinfo=UTC)
    assert (found.zone_known, found.utc_offset_minutes) == (True, 60)
    assert found.place == PlaceFact(city="Bremen", postcode="28195", country="DE")


@pytest.mark.parametrize(
    ("code", "words", "expected"),
    [
        ("INTIAL.PREADVICE", "", ("info_received", "", False)),
        ("INTIAL.NORMAL", "", ("picked_up", "", False)),
        ("OUTBOD.NORMAL", "", ("in_transit", "", False)),
        ("INBOUD.ANYTHING", "", ("in_transit", "", False)),
        ("DELIVD.PARCELSHOP", "", ("available_for_pickup", "", False)),
        # Fetched from the parcel shop, by its receiver.
        ("DELIVD.PSPICKUP", "", ("delivered", "collected_by_customer", False)),
        ("DELIVD.NEIGHBOUR", "", ("delivered", "delivered_to_neighbour", False)),
        ("NOTDEL.ABSENT", "", ("attempt_failed", "recipient_not_home", False)),
        ("DELIVD.NORMAL", "Das Paket wird im Laufe des Tages zugestellt.", ("unknown", "", False)),
        ("DELIVD.NORMAL", "The parcel has been delivered.", ("delivered", "", False)),
        ("DELIVD.NORMAL", "The parcel could not be delivered.", ("attempt_failed", "", True)),
        ("NEWONE.X", "Das Paket wurde zugestellt", ("delivered", "", True)),
        ("NEWONE.X", "Hm", ("unknown", "", False)),
        ("", "", ("unknown", "", False)),
    ],
)
def test_the_detail_then_the_family_then_the_words(code, words, expected):
    assert codes.said(code, words) == expected


@pytest.mark.parametrize(
    ("status", "expected"),
    [("DELIVEREDPS", "available_for_pickup"), ("DELIVERED", "delivered"), ("FINAL", "unknown")],
)
def test_without_events_the_parcels_own_status_counts(status, expected):
    (fact,) = parse.parse(reply(parcel(events=[], status=status)))
    assert [one.status for one in fact.scans] == [expected]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        (b'{"parcels": [{"requested": "1", "errorCode": "E_404_01"}]}', "error"),
        (b'{"errors": [{"message": "No"}]}', "errors[0]"),
        (b'{"message": "No"}', "error"),
        (b"{}", "parcels"),
        (b"<html>", "body"),
        (reply(parcel(event(eventDateTime=None))), "parcels[0].events[0].eventDateTime"),
        (reply(parcel(event(eventDateTime="soon"))), "parcels[0].events[0].eventDateTime"),
        (reply(parcel(requested=None, unitno=None)), "parcels[0].requested"),
    ],
)
def test_what_cannot_be_read_names_its_field(body, field):
    with pytest.raises(ParseError) as caught:
        parse.parse(body)
    assert caught.value.field == field


def test_an_error_beside_a_parcel_is_left_to_whoever_asked():
    failed = {"requested": "2", "errorCode": "E_404_01"}
    assert len(parse.parse(reply(parcel(), failed))) == 1


@SLOW_IS_FINE
@given(st.one_of(mutated(bodies), torn(bodies)))
def test_anything_may_come(case):
    facts_or_error(lambda: parse.parse(case[1]))


MOMENTS = ("INTIAL.NORMAL", "INBOUD.NORMAL", "OUTDEL.NORMAL", "NOTDEL.ABSENT", "DELIVD.NORMAL")


@given(st.lists(st.sampled_from(MOMENTS), min_size=1, max_size=8), st.randoms())
def test_doubled_and_shuffled_events_fold_to_the_same(kinds, chance: random.Random):
    events = [
        event(code, eventDateTime=f"2026-11-03T{hour:02}:00:00+0100")
        for hour, code in enumerate(kinds)
    ]
    mixed = events * 2
    chance.shuffle(mixed)
    assert folded(events) == folded(mixed)


def folded(events):
    (fact,) = parse.parse(reply(parcel(*events)))
    return fold(
        Scan(one.occurred_at, one.status, one.reason, one.code, one.zone_known)
        for one in fact.scans
    )
