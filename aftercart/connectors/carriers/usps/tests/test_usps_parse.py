"""What the Postal Service's replies say."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from aftercart.connectors.base import ParseError
from aftercart.connectors.carriers.usps import parse
from aftercart.connectors.carriers.usps.tests import samples
from aftercart.connectors.tests.fuzzing import facts_or_error, mutated, torn
from aftercart.delivery.shipments.facts import PlaceFact, ScanFact, TrackingFact

SLOW_IS_FINE = settings(max_examples=300, suppress_health_check=[HealthCheck.too_slow])


def read(body: Any) -> list[Any]:
    return parse.parse(samples.encoded(body))


def tracking(*events: Any, **changes: Any) -> TrackingFact:
    (fact,) = read(samples.tracking(*events, **changes))
    assert isinstance(fact, TrackingFact)
    return fact


def scan(**changes: Any) -> ScanFact:
    (only,) = tracking(samples.event(**changes)).scans
    return only


def test_a_tracking():
    fact = tracking()
    assert (fact.number, fact.carrier) == ("9400100000000000000013", "usps")
    assert fact.service == "USPS Ground Advantage ™"
    assert fact.origin == PlaceFact(city="NEW BERLIN", region="WI", postcode="53151", country="US")
    assert fact.destination == PlaceFact(city="DENVER", region="CO", postcode="80202", country="US")
    assert [(one.status, one.code) for one in fact.scans] == [
        ("in_transit", "10"),
        ("info_received", "GX"),
    ]
    assert not fact.is_return


def test_a_list_of_one():
    assert read([samples.tracking()]) == read(samples.tracking())


@pytest.mark.parametrize(
    ("changes", "moment", "offset"),
    [
        # Greenwich's time lies a day early in the evening: the offset counts, its seconds are kept.
        ({}, datetime(2026, 11, 4, 0, 31, 21, tzinfo=UTC), -360),
        ({"GMTOffset": "-7:00", "GMTTimestamp": None}, datetime(2026, 11, 4, 1, 31, tzinfo=UTC),
         -420),
        ({"GMTTimestamp": "2026-11-04T00:31:21.041Z"}, datetime(2026, 11, 4, 0, 31, 21, tzinfo=UTC),
         -360),
        ({"GMTTimestamp": "2026-11-04T00:33:21Z"}, datetime(2026, 11, 4, 0, 31, tzinfo=UTC), -360),
        # Without an offset the distance to Greenwich's, where it is one that the country has.
        ({"GMTOffset": None, "GMTTimestamp": "2026-11-04T01:31:40Z"},
         datetime(2026, 11, 4, 1, 31, 40, tzinfo=UTC), -420),
        ({"GMTOffset": None}, datetime(2026, 11, 4, 0, 31, tzinfo=UTC), -360),
        ({"GMTOffset": None, "GMTTimestamp": None}, datetime(2026, 11, 4, 0, 31, tzinfo=UTC), -360),
        ({"eventTimestamp": "2026-11-03T18:31:00Z"}, datetime(2026, 11, 4, 0, 31, 21, tzinfo=UTC),
         -360),
        ({"eventTimestamp": None, "GMTTimestamp": "2026-11-04T00:31:21Z"},
         datetime(2026, 11, 4, 0, 31, 21, tzinfo=UTC), None),
    ],
)  # fmt: skip
def test_when_it_was(changes, moment, offset):
    told = scan(**changes)
    assert (told.occurred_at, told.utc_offset_minutes, told.zone_known) == (moment, offset, True)


def test_a_local_time_of_nowhere_is_a_guess():
    nowhere = {"eventCity": None, "eventState": None, "eventZIP": None}
    told = scan(GMTOffset=None, GMTTimestamp=None, **nowhere)
    assert told.occurred_at == datetime(2026, 11, 3, 18, 31, tzinfo=UTC)
    assert (told.zone_known, told.place) == (False, PlaceFact())


def test_an_event_without_a_time_is_left_out():
    timeless = samples.event("NP", "Preparing Shipment", eventTimestamp="", GMTTimestamp=None)
    assert [one.code for one in tracking(samples.event(), timeless).scans] == ["10"]


@pytest.mark.parametrize(
    ("city", "state", "zip_code", "country", "place"),
    [
        ("LECANTO", "FL", "34461", None,
         PlaceFact(city="LECANTO", region="FL", postcode="34461", country="US")),
        ("QUEENS NY DISTRIBUTION CENTER", None, None, None,
         PlaceFact(city="QUEENS", region="NY", country="US")),
        ("ISC NEW YORK NY(USPS)", None, None, None,
         PlaceFact(city="ISC NEW YORK NY(USPS)", country="US")),
        ("BIG QQ SORTING CENTER", None, None, None,
         PlaceFact(city="BIG QQ SORTING CENTER", country="US")),
        ("CENTER OF IT", None, None, None, PlaceFact(city="CENTER OF IT", country="US")),
        ("TORONTO", None, None, "CANADA", PlaceFact(city="TORONTO", country="CA")),
        ("NOWHERE", None, None, "ATLANTIS", PlaceFact(city="NOWHERE")),
        (None, None, None, "BRAZIL", PlaceFact(country="BR")),
        (None, None, None, None, PlaceFact()),
    ],
)  # fmt: skip
def test_places(city, state, zip_code, country, place):
    told = scan(eventCity=city, eventState=state, eventZIP=zip_code, eventCountry=country)
    assert told.place == place


def test_the_category_is_that_of_the_event_that_is_the_status():
    arrived = samples.event("14", "Arrival at Pickup Point", eventTimestamp="2026-11-03T10:00:00")
    sorted_ = samples.event("PC", "", eventTimestamp="2026-11-03T11:00:00")
    told = {"status": "Arrival at Pickup Point", "statusCategory": "Available for Pickup"}
    for events in ([arrived, sorted_], [sorted_, arrived]):
        statuses = {one.code: one.status for one in tracking(*events, **told).scans}
        assert statuses == {"14": "available_for_pickup", "PC": "in_transit"}
    (alone,) = tracking(arrived, status=None, statusCategory="Available for Pickup").scans
    assert alone.status == "in_transit"


def test_a_number_that_is_used_again_is_another_piece():
    first = tracking()
    assert (first.piece_id, first.shipped_on) == ("164744476:2026-11-02", date(2026, 11, 2))
    again = tracking(mailPieceIntakeDate="2027-03-01 06:20:13.000000")
    other = tracking(uniqueMailPieceID="164744477")
    older = tracking(
        uniqueMailPieceID=None, uniqueTrackingId="164744476", mailPieceIntakeDate="11/02/2026"
    )
    assert len({one.piece_id for one in (first, again, other)}) == 3
    assert (older.piece_id, older.shipped_on) == ("164744476", None)


def test_the_dates_that_it_expects():
    fact = tracking(
        expectedDeliveryTimeStamp="2026-11-06T00:00:00",
        predictedDeliveryDate="2026-11-05",
        predictedDeliveryWindowStartTime="1:45 pm",
        predictedDeliveryWindowEndTime="17:45:00",
    )
    assert fact.expected_date == date(2026, 11, 5)
    assert fact.expected_from == datetime(2026, 11, 5, 20, 45, tzinfo=UTC)
    assert fact.expected_until == datetime(2026, 11, 6, 0, 45, tzinfo=UTC)
    assert tracking(expectedDeliveryTimeStamp="2026-11-06T00:00:00").expected_date == date(
        2026, 11, 6
    )
    assert tracking(guaranteedDeliveryTimeStamp="2026-11-07").expected_date == date(2026, 11, 7)
    assert tracking(predictedDeliveryDate="string").expected_date is None
    backwards = tracking(
        predictedDeliveryDate="2026-11-05",
        predictedDeliveryWindowStartTime="5:45 pm",
        predictedDeliveryWindowEndTime="25:00",
    )
    assert backwards.expected_from is None


def test_a_delivery():
    fact = tracking(samples.event("01", "Delivered, Front Desk/Reception", name="J DOE"))
    assert (fact.signed_by, fact.delivered_to) == ("J DOE", "Front Desk/Reception")
    assert tracking().delivered_to == ""


@pytest.mark.parametrize(
    ("changes", "is_return"),
    [
        ({"services": ["USPS Returns<SUP>&#174;</SUP>"]}, True),
        ({"mailClass": "Parcel Return Service"}, True),
        ({"services": ["Return Receipt", "USPS Tracking"]}, False),
        ({"services": None}, False),
    ],
)
def test_a_return_label(changes, is_return):
    assert tracking(**changes).is_return is is_return


def test_names_of_services():
    assert tracking(mailClass="PRIORITY_MAIL_EXPRESS").service == "Priority Mail Express"
    assert tracking(mailClass="<b>Media</b> Mail").service == "Media Mail"
    assert tracking(mailClass=None).service == ""


def test_truth_values_as_text_and_as_such():
    assert tracking(samples.event(authorizedAgent=True), emailEnabled=True).scans


@pytest.mark.parametrize(
    ("body", "field", "problem"),
    [
        (samples.error(), "error", "12: A status update is not yet available on your package."),
        (samples.error("Sign<SUP>reg;</SUP> up"), "error", "Sign reg; up"),
        (samples.error(""), "error", "A title"),
        ({"error": {}}, "error", "The Postal Service reports an error"),
        ([samples.error()], "[0].error", None),
        (samples.tracking(trackingNumber=""), "trackingNumber", "is missing"),
        ({}, "trackingNumber", "is missing"),
        (samples.tracking(samples.event(eventTimestamp="soon")),
         "trackingEvents[0].eventTimestamp", "Expected a date with time"),
        (samples.tracking(samples.event(eventCode=[])), "trackingEvents[0].eventCode", None),
        ("text", "body", None),
    ],
)  # fmt: skip
def test_an_unreadable_body_names_the_place(body, field, problem):
    with pytest.raises(ParseError) as caught:
        read(body)
    assert caught.value.field == field
    assert problem is None or caught.value.problem == problem


@SLOW_IS_FINE
@given(mutated(samples.bodies))
def test_bodies_gone_wrong(case: tuple[str, bytes]):
    facts_or_error(lambda: parse.parse(case[1]))


@SLOW_IS_FINE
@given(torn(samples.bodies))
def test_bytes_gone_wrong(case: tuple[str, bytes]):
    facts_or_error(lambda: parse.parse(case[1]))
