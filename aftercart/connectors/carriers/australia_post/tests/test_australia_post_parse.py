"""What Australia Post's replies say."""

import random
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aftercart.connectors.base import ParseError
from aftercart.connectors.carriers.australia_post import codes, parse
from aftercart.connectors.carriers.australia_post.tests.samples import (
    article,
    bodies,
    event,
    reply,
    result,
)
from aftercart.connectors.tests.fuzzing import facts_or_error, mutated, torn
from aftercart.delivery.shipments.facts import PlaceFact
from aftercart.delivery.shipments.rules import Scan, fold


def tracking(*events, **changes):
    (fact,) = parse.parse(reply(result(article(*events), **changes)))
    return fact


def test_a_scan_with_its_offset():
    found = tracking(event()).scans[0]
    assert found.occurred_at == datetime(2026, 11, 2, 23, 46, 14, tzinfo=UTC)
    assert (found.zone_known, found.utc_offset_minutes) == (True, 660)


@pytest.mark.parametrize(
    ("location", "place"),
    [
        ("KEW VIC", PlaceFact(city="KEW", region="VIC", country="AU")),
        ("OAKLEIGH SOUTH VIC", PlaceFact(city="OAKLEIGH SOUTH", region="VIC", country="AU")),
        ("NZ", PlaceFact(country="NZ")),
        ("CHICAGO (US)", PlaceFact(city="CHICAGO", country="US")),
        ("US-60199, UNITED STATES", PlaceFact(country="US")),
        ("Transit Scan", PlaceFact()),
        ("Somewhere", PlaceFact(city="Somewhere")),
        (None, PlaceFact()),
    ],
)
def test_places(location, place):
    assert tracking(event(location=location)).scans[0].place == place


@pytest.mark.parametrize(
    ("phrase", "expected"),
    [
        ("Shipping information received by Australia Post", ("info_received", "", False)),
        ("In transit to next facility in KEW VIC", ("in_transit", "", False)),
        ("Cleared and awaiting international departure", ("in_transit", "", False)),
        ("Arrived awaiting clearance (Inbound)", ("in_transit", "customs_clearance", False)),
        ("Awaiting collection at KEW LPO", ("available_for_pickup", "", False)),
        ("Delivered - Collected by customer", ("delivered", "collected_by_customer", False)),
        ("Delivered to parcel locker for collection", ("available_for_pickup", "", True)),
        ("Onboard for delivery", ("out_for_delivery", "", False)),
        ("Delivered - Left in a safe place", ("delivered", "delivered_to_safe_place", False)),
        ("Delivered to the wrong address, returned to sender", ("returning", "", True)),
        ("Attempted delivery - Carded", ("attempt_failed", "recipient_not_home", False)),
        ("Your parcel is out for delivery", ("out_for_delivery", "", True)),
        ("Quux", ("unknown", "", False)),
        ("", ("unknown", "", False)),
    ],
)
def test_the_phrase_is_the_code(phrase, expected):
    assert codes.said(phrase) == expected


def test_a_consignment_tells_of_all_its_articles_each_scan_once():
    items = [article(event(), event()), article(event(), event("Delivered"))]
    fact = parse.parse(reply(result({"consignment_id": "C", "items": items})))[0]
    assert [scan.status for scan in fact.scans] == ["in_transit", "delivered"]
    assert fact.service == "Parcel Post"


@pytest.mark.parametrize(
    ("body", "field"),
    [
        (b'{"errors": [{"code": "51101", "message": "Too many"}]}', "errors[0]"),
        (
            b'{"tracking_results": [{"tracking_id": "1", "errors": [{"name": "Invalid"}]}]}',
            "error",
        ),
        (b"{}", "tracking_results"),
        (b"<html>", "body"),
        (
            reply(result(article(event(date="soon")))),
            "tracking_results[0].trackable_items[0].events[0].date",
        ),
        (reply(result(tracking_id=None)), "tracking_results[0].tracking_id"),
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


PHRASES = ("Received by Australia Post", "Onboard for delivery", "Attempted delivery", "Delivered")


@given(st.lists(st.sampled_from(PHRASES), min_size=1, max_size=8), st.randoms())
def test_doubled_and_shuffled_events_fold_to_the_same(phrases, chance: random.Random):
    events = [
        event(phrase, date=f"2026-11-03T{hour:02}:00:00+11:00")
        for hour, phrase in enumerate(phrases)
    ]
    mixed = events * 2
    chance.shuffle(mixed)
    assert folded(events) == folded(mixed)


def folded(events):
    return fold(
        Scan(one.occurred_at, one.status, one.reason, one.code, one.zone_known)
        for one in tracking(*events).scans
    )
