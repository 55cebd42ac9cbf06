"""What DPD's replies say."""

import random
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aftercart.connectors.base import ParseError
from aftercart.connectors.carriers.dpd import codes, parse
from aftercart.connectors.carriers.dpd.tests.samples import FAULT, NUMBER, entry, reply
from aftercart.connectors.tests.fuzzing import facts_or_error
from aftercart.delivery.shipments.facts import PlaceFact
from aftercart.delivery.shipments.rules import Scan, fold


def tracking(*entries):
    (fact,) = parse.parse(reply(*entries))
    return fact


def test_a_parcel_without_what_lies_ahead():
    fact = tracking(entry(words="At the hub"), entry("Delivered", reached="false", date=""))
    assert (fact.number, fact.service) == (NUMBER, "DPD CLASSIC")
    (scan,) = fact.scans
    assert scan.place == PlaceFact(city="Raunheim", country="DE")
    assert (scan.status, scan.text) == ("in_transit", "At the hub")


@pytest.mark.parametrize(
    ("date", "place", "moment", "known"),
    [
        ("11/3/2026 7:48:00 PM", "Raunheim (DE)", datetime(2026, 11, 3, 18, 48, tzinfo=UTC), True),
        ("03.11.2026, 19:48", "Raunheim (DE)", datetime(2026, 11, 3, 18, 48, tzinfo=UTC), True),
        ("11/3/2026 12:05:00 AM", "Leeds (GB)", datetime(2026, 11, 3, 0, 5, tzinfo=UTC), True),
        ("11/3/2026 7:48:00 PM", "Hub 3", datetime(2026, 11, 3, 19, 48, tzinfo=UTC), False),
    ],
)
def test_the_country_says_the_zone(date, place, moment, known):
    (scan,) = tracking(entry(date=date, place=place)).scans
    assert (scan.occurred_at, scan.zone_known) == (moment, known)


@pytest.mark.parametrize(
    ("status", "words", "expected"),
    [
        ("Courier", "", ("out_for_delivery", "", False)),
        ("ParcelShop", "Delivered by driver to Pickup parcelshop",
         ("available_for_pickup", "", False)),
        ("DeliveryFailure", "We have not been able to deliver", ("attempt_failed", "", False)),
        ("ReturningFromDelivery", "Back at the depot", ("attempt_failed", "", False)),
        ("DELIVERED", "", ("delivered", "", False)),
        ("Delivered", "Could not be delivered", ("attempt_failed", "", True)),
        ("NewWord", "The parcel was delivered", ("delivered", "", True)),
        ("NewWord", "Hm", ("unknown", "", False)),
    ],
)  # fmt: skip
def test_statuses_then_words(status, words, expected):
    assert codes.said(status, words) == expected


@pytest.mark.parametrize(
    ("body", "field"),
    [
        (FAULT, "error"),
        (b"<other/>", "trackingresult"),
        (b"", "body"),
        (reply(number=""), "trackingresult.parcelLabelNumber"),
        (reply(entry(date="soon")), "trackingresult.statusInfo[0].date"),
        (reply(entry(date="")), "trackingresult.statusInfo[0].date"),
    ],
)
def test_what_cannot_be_read_names_its_field(body, field):
    with pytest.raises(ParseError) as caught:
        parse.parse(body)
    assert caught.value.field == field


WHOLE = reply(entry(), entry("Delivered", "Delivered"))


@given(st.integers(0, len(WHOLE)), st.integers(0, 60), st.binary(max_size=12))
def test_anything_may_come(start, length, junk):
    facts_or_error(lambda: parse.parse(WHOLE[:start] + junk + WHOLE[start + length :]))


KINDS = ("PickedUp", "BetweenDepots", "Courier", "DeliveryFailure", "ParcelShop", "Delivered")


@given(st.lists(st.sampled_from(KINDS), min_size=1, max_size=8), st.randoms())
def test_doubled_and_shuffled_entries_fold_to_the_same(kinds, chance: random.Random):
    entries = [
        entry(kind, date=f"11/3/2026 {hour + 1}:00:00 AM") for hour, kind in enumerate(kinds)
    ]
    mixed = entries * 2
    chance.shuffle(mixed)
    assert folded(entries) == folded(mixed)


def folded(entries):
    return fold(
        Scan(one.occurred_at, one.status, one.reason, one.code, one.zone_known)
        for one in tracking(*entries).scans
    )
