"""What Royal Mail's replies say."""

import json
import random
from datetime import UTC, date, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aftercart.connectors.base import ParseError
from aftercart.connectors.carriers.royal_mail import codes, parse
from aftercart.connectors.carriers.royal_mail.tests.samples import (
    NUMBER,
    bodies,
    event,
    piece,
    reply,
)
from aftercart.connectors.tests.fuzzing import facts_or_error, mutated, torn
from aftercart.delivery.shipments.facts import PlaceFact
from aftercart.delivery.shipments.rules import Scan, fold


def tracking(*events, **changes):
    body = json.dumps({"mailPieces": piece(*events, **changes)}).encode()
    (fact,) = parse.parse(body)
    return fact


def test_a_piece():
    fact = tracking(estimatedDelivery={"date": "2026-07-04"}, signature={"recipientName": "HALE"})
    assert (fact.number, fact.service, fact.signed_by) == (NUMBER, "Tracked 48", "HALE")
    assert fact.expected_date == date(2026, 7, 4)
    (scan,) = fact.scans
    assert scan.occurred_at == datetime(2026, 7, 3, 9, 46, 14, tzinfo=UTC)
    assert (scan.zone_known, scan.utc_offset_minutes, scan.code) == (True, 60, "EVNRS")


@pytest.mark.parametrize(
    ("location", "place"),
    [
        ("Stafford DO", PlaceFact(city="Stafford", country="GB")),
        ("Germany", PlaceFact(country="DE")),
        ("", PlaceFact()),
        (None, PlaceFact()),
    ],
)
def test_places(location, place):
    assert tracking(event(locationName=location)).scans[0].place == place


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Forwarded - Mis-sort", ("in_transit", "missorted", False)),
        ("Ready for delivery", ("in_transit", "", False)),
        ("Attempted delivery - No answer", ("attempt_failed", "recipient_not_home", False)),
        ("Delivered to neighbour", ("delivered", "delivered_to_neighbour", False)),
        ("Delivered", ("delivered", "", False)),
        ("Returned to sender", ("returning", "", False)),
        ("Delivered to sender", ("returned", "", True)),
        ("Due to be delivered today", ("out_for_delivery", "", False)),
        ("Collected by recipient", ("delivered", "collected_by_customer", False)),
        ("Item collected from sender", ("picked_up", "", False)),
        ("Delivered to the wrong depot, returned to sender", ("returning", "", True)),
        ("The item was delivered", ("delivered", "", True)),
        ("Quux", ("unknown", "", False)),
    ],
)
def test_names(name, expected):
    assert codes.said(name) == expected


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"lastEventName": "Delivered"}, "delivered"),
        ({"lastEventName": "Quux", "statusCategory": "OUT FOR DELIVERY"}, "out_for_delivery"),
        ({"lastEventName": "Quux", "statusCategory": "Odd"}, "unknown"),
    ],
)
def test_without_events_the_summary_counts(changes, status):
    summary = {"lastEventDateTime": "2026-07-03T10:46:14+01:00", **changes}
    assert [scan.status for scan in tracking(events=[], summary=summary).scans] == [status]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        (b'{"errors": [{"errorCode": "E1142"}]}', "error"),
        (b'{"httpCode": "401", "httpMessage": "Unauthorized"}', "error"),
        (b"{}", "mailPieces"),
        (b"no", "body"),
        (reply(events=[event(eventDateTime="soon")]), "mailPieces.events[0].eventDateTime"),
        (reply(mailPieceId=None), "mailPieces.mailPieceId"),
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


NAMES = ("Item received", "Out for delivery", "Attempted delivery - No answer", "Delivered")


@given(st.lists(st.sampled_from(NAMES), min_size=1, max_size=8), st.randoms())
def test_doubled_and_shuffled_events_fold_to_the_same(names, chance: random.Random):
    events = [
        event(name, eventDateTime=f"2026-07-03T{hour:02}:00:00+01:00")
        for hour, name in enumerate(names)
    ]
    mixed = events * 2
    chance.shuffle(mixed)
    assert folded(events) == folded(mixed)


def folded(events):
    return fold(
        Scan(one.occurred_at, one.status, one.reason, one.code, one.zone_known)
        for one in tracking(*events).scans
    )
