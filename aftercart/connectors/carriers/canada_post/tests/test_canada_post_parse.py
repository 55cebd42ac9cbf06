"""What Canada Post's replies say."""

import random
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aftercart.connectors.base import ParseError
from aftercart.connectors.carriers.canada_post import codes, parse
from aftercart.connectors.carriers.canada_post.tests.samples import NUMBER, detail, event
from aftercart.connectors.tests.fuzzing import facts_or_error
from aftercart.delivery.shipments.facts import PlaceFact
from aftercart.delivery.shipments.rules import Scan, fold

UNKNOWN = (
    b"<messages><message><code>004</code><description>No PIN History</description></message>"
    b"</messages>"
)


def tracking(*events, head=""):
    (fact,) = parse.parse(detail(*events, head=head))
    return fact


def test_a_parcel():
    fact = tracking(
        event("0020", event_description="Signature image recorded", signatory_name="HALE"),
        event(),
        head="<changed-expected-date>2026-07-08</changed-expected-date>",
    )
    assert (fact.number, fact.service, fact.signed_by) == (NUMBER, "Xpresspost", "HALE")
    assert fact.expected_date == date(2026, 7, 8)
    assert fact.destination == PlaceFact(postcode="K1A0B1", country="CA")
    assert [scan.code for scan in fact.scans] == ["0100"]
    assert fact.scans[0].place == PlaceFact(city="OTTAWA", region="ON", country="CA")


@pytest.mark.parametrize(
    ("changes", "moment", "offset"),
    [
        # The label says standard time in July too.
        ({}, datetime(2026, 7, 3, 14, 46, 14, tzinfo=UTC), -240),
        ({"event_date": "2026-01-03"}, datetime(2026, 1, 3, 15, 46, 14, tzinfo=UTC), -300),
        (
            {"event_province": "SK", "event_time_zone": "CST"},
            datetime(2026, 7, 3, 16, 46, 14, tzinfo=UTC),
            -360,
        ),
        (
            {"event_province": "", "event_time_zone": "PST"},
            datetime(2026, 7, 3, 17, 46, 14, tzinfo=UTC),
            -420,
        ),
        (
            {"event_province": "", "event_time_zone": ""},
            datetime(2026, 7, 3, 10, 46, 14, tzinfo=UTC),
            None,
        ),
    ],
)
def test_the_province_says_the_zone_then_the_label(changes, moment, offset):
    (scan,) = tracking(event(**changes)).scans
    assert (scan.occurred_at, scan.utc_offset_minutes) == (moment, offset)
    assert scan.zone_known is (offset is not None)


@pytest.mark.parametrize(
    ("code", "words", "expected"),
    [
        ("0174", "Item out for delivery", ("out_for_delivery", "", False)),
        ("174", "", ("out_for_delivery", "", False)),
        ("1498", "Delivered", ("delivered", "", False)),
        ("1498", "Item could not be delivered", ("attempt_failed", "", True)),
        ("9999", "Article livré avec succès", ("delivered", "", True)),
        ("9999", "Item is being returned to sender", ("returning", "", True)),
        ("9999", "Quux", ("unknown", "", False)),
        ("", "", ("unknown", "", False)),
    ],
)
def test_identifiers_then_words(code, words, expected):
    assert codes.said(code, words) == expected


def test_a_summary_tells_the_last_event():
    (fact,) = parse.parse(
        b"<tracking-summary><pin-summary><pin>1234567890123452</pin>"
        b"<event-date-time>20260703:104614</event-date-time><event-type>INDUCTION</event-type>"
        b"<event-description>Item picked up</event-description></pin-summary></tracking-summary>"
    )
    (scan,) = fact.scans
    assert (scan.status, scan.by_text, scan.zone_known) == ("picked_up", True, False)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        (UNKNOWN, "error"),
        (b"<other/>", "tracking-detail"),
        (b"{}", "body"),
        (detail(event(event_date="soon")),
         "tracking-detail.significant-events.occurrence[0].event-date"),
        (detail(event(event_date="")),
         "tracking-detail.significant-events.occurrence[0].event-date"),
        (detail().replace(NUMBER.encode(), b""), "tracking-detail.pin"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_names_its_field(body, field):
    with pytest.raises(ParseError) as caught:
        parse.parse(body)
    assert caught.value.field == field


WHOLE = detail(event(), event("1496", event_description="Delivered"))


@given(st.integers(0, len(WHOLE)), st.integers(0, 60), st.binary(max_size=12))
def test_anything_may_come(start, length, junk):
    torn = WHOLE[:start] + junk + WHOLE[start + length :]
    facts_or_error(lambda: parse.parse(torn))


@given(
    st.lists(st.sampled_from(["2300", "0100", "174", "1479", "1496"]), min_size=1, max_size=8),
    st.randoms(),
)
def test_doubled_and_shuffled_events_fold_to_the_same(kinds, chance: random.Random):
    events = [
        event(code, event_time=f"{hour:02}:00:00", event_description="")
        for hour, code in enumerate(kinds)
    ]
    mixed = events * 2
    chance.shuffle(mixed)
    assert folded(events) == folded(mixed)


def folded(events):
    return fold(
        Scan(one.occurred_at, one.status, one.reason, one.code, one.zone_known)
        for one in tracking(*events).scans
    )
