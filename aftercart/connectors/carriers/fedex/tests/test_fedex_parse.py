"""What FedEx's replies say."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from aftercart.connectors.base import ParseError
from aftercart.connectors.carriers.fedex.days import shipping_day
from aftercart.connectors.carriers.fedex.parse import parse
from aftercart.connectors.carriers.fedex.tests import samples
from aftercart.connectors.tests.folding import state_of
from aftercart.delivery.shipments.facts import PlaceFact, TrackingFact


def read(body: Any) -> list[Any]:
    return parse(samples.encoded(body))


def tracking(**changes: Any) -> TrackingFact:
    (fact,) = read(samples.reply(**changes))
    assert isinstance(fact, TrackingFact)
    return fact


def test_a_parcel():
    fact = tracking()
    assert (fact.number, fact.carrier) == ("449900112233", "fedex")
    assert fact.service == "FedEx 2Day ®"
    assert fact.signed_by == "P.PORTER"
    assert fact.delivered_to == "Receptionist/Front Desk"
    assert fact.weight_grams == 907
    assert fact.shipped_on == date(2026, 11, 3)
    assert fact.piece_id == "2461348000~449900112233~FX"
    assert fact.origin == PlaceFact(city="TOLEDO", region="OH", postcode="43604", country="US")
    assert fact.destination.city == "Boise"
    assert not fact.is_return


def test_scans_keep_their_moment_and_its_offset():
    delivered, *_rest, created = tracking().scans
    assert delivered.occurred_at == datetime(2026, 11, 6, 18, 2, tzinfo=UTC)
    assert (delivered.utc_offset_minutes, delivered.zone_known) == (-420, True)
    assert delivered.place.city == "Boise"
    assert created.occurred_at == datetime(2026, 11, 2, 15, 10, 12, tzinfo=UTC)
    assert created.place == PlaceFact()


def test_scans_in_our_words():
    told = [(scan.code, scan.status, scan.reason) for scan in tracking().scans]
    assert told == [
        ("DL", "delivered", ""),
        ("OD", "out_for_delivery", ""),
        ("DE:08", "attempt_failed", "recipient_not_home"),
        ("OD", "out_for_delivery", ""),
        ("AR", "in_transit", ""),
        ("DP", "in_transit", ""),
        ("AO", "in_transit", ""),
        ("PU", "picked_up", ""),
        ("OC", "info_received", ""),
    ]
    exception = tracking().scans[2]
    assert exception.text == "Delivery exception: Customer not available or business closed"


@pytest.mark.parametrize(
    ("said", "place", "at", "zone_known", "offset"),
    [
        ("2026-11-03T17:05:00", samples.TOLEDO, (22, 5), True, -300),
        ("2026-11-03T17:05:00", {"countryCode": "US"}, (17, 5), False, None),
        ("2026-11-03T17:05:00 -0500", {}, (22, 5), True, -300),
        ("2026-11-03T17:05:00Z", {}, (17, 5), True, 0),
    ],
)
def test_a_time_without_an_offset(said, place, at, zone_known, offset):
    (scan,) = tracking(scanEvents=[samples.scan("PU", "Picked up", said, scanLocation=place)]).scans
    assert scan.occurred_at == datetime(2026, 11, 3, at[0], at[1], tzinfo=UTC)
    assert (scan.zone_known, scan.utc_offset_minutes) == (zone_known, offset)


def test_a_place_within_a_location():
    within = {"locationId": "TOLA", "locationContactAndAddress": {"address": samples.TOLEDO}}
    scan = samples.scan("AR", "Arrived", "2026-11-03T17:05:00", scanLocation=within)
    (found,) = tracking(scanEvents=[scan]).scans
    assert found.place.postcode == "43604"
    assert found.utc_offset_minutes == -300


def windows(estimated: Any, usual: Any = None, **changes: Any) -> TrackingFact:
    return tracking(
        estimatedDeliveryTimeWindow={"window": estimated},
        standardTransitTimeWindow={"window": usual or {}},
        latestStatusDetail={"code": "IT"},
        **changes,
    )


def test_an_estimate_in_hours_at_the_destination():
    fact = windows({"begins": "2026-11-06T10:00:00", "ends": "2026-11-06T14:00:00"})
    assert fact.expected_from == datetime(2026, 11, 6, 17, tzinfo=UTC)
    assert fact.expected_until == datetime(2026, 11, 6, 21, tzinfo=UTC)
    assert fact.expected_date == date(2026, 11, 6)


def test_an_estimate_of_a_day_is_a_day():
    """FedEx writes midnight with the offset of Memphis in winter, in summer too."""
    fact = windows({"ends": "2026-07-06T00:00:00-06:00"})
    assert (fact.expected_until, fact.expected_date) == (None, date(2026, 7, 6))


def test_an_estimate_at_a_place_of_unknown_clock_is_a_day():
    nowhere = {"address": {"countryCode": "US"}}
    hours = {"begins": "2026-11-06T10:00:00", "ends": "2026-11-06T14:00:00"}
    fact = windows(hours, recipientInformation=nowhere)
    assert (fact.expected_from, fact.expected_until) == (None, None)
    assert fact.expected_date == date(2026, 11, 6)


def test_the_usual_time_counts_while_nothing_speaks_against_it():
    usual = {"ends": "2026-11-05T16:30:00-07:00"}
    assert windows({}, usual).expected_until == datetime(2026, 11, 5, 23, 30, tzinfo=UTC)
    late = {"code": "IT", "delayDetail": {"status": "DELAYED"}}
    held = {"code": "DE"}
    unavailable = {"type": "ESTIMATED_DELIVERY_DATE_UNAVAILABLE"}
    for changes in (
        {"latestStatusDetail": late},
        {"latestStatusDetail": held},
        {"latestStatusDetail": {"code": "IT"}, "serviceCommitMessage": unavailable},
    ):
        fact = tracking(standardTransitTimeWindow={"window": usual}, **changes)
        assert (fact.expected_until, fact.expected_date) == (None, None)


def test_an_estimate_among_the_dates():
    dates = [{"type": "ESTIMATED_DELIVERY", "dateTime": "2026-11-07T12:00:00-07:00"}]
    fact = windows({}, {"ends": "2026-11-05T16:30:00-07:00"}, dateAndTimes=dates)
    assert fact.expected_until == datetime(2026, 11, 7, 19, tzinfo=UTC)


def test_a_delay_of_the_whole_parcel_is_told_of_its_latest_scan():
    late = {"code": "DP", "delayDetail": {"type": "WEATHER", "status": "DELAYED"}}
    fact = tracking(scanEvents=samples.scans()[5:], latestStatusDetail=late)
    assert [scan.reason for scan in fact.scans] == ["weather", "", "", ""]
    punctual = {"code": "DP", "delayDetail": {"status": "ON_TIME"}}
    fact = tracking(scanEvents=samples.scans()[5:], latestStatusDetail=punctual)
    assert [scan.reason for scan in fact.scans] == ["", "", "", ""]
    delivered = {"code": "DL", "delayDetail": {"type": "WEATHER", "status": "DELAYED"}}
    assert tracking(latestStatusDetail=delivered).scans[0].reason == ""


@pytest.mark.parametrize(
    "name", ["Signature not required", "Signature release on file", "No signature required", ""]
)
def test_nobody_signed(name):
    assert tracking(deliveryDetails={"signedByName": name}).signed_by == ""
    both = {"signedByName": name, "receivedByName": "K.KURZ"}
    assert tracking(deliveryDetails=both).signed_by == "K.KURZ"


def test_delivered_to_the_merchant_is_returned():
    fact = tracking(returnDetail={"reasonDetail": [{"type": "REJECTED"}]})
    assert fact.is_return
    assert fact.scans[0].status == "returned"


def test_a_parcel_that_goes_back_under_another_number():
    back = samples.scan(
        "DE",
        "Delivery exception",
        "2026-11-06T12:00:00-07:00",
        exceptionCode="14",
        exceptionDescription="Return tracking number 449900998877",
    )
    fact = tracking(scanEvents=[back, *samples.scans()[1:]])
    assert fact.scans[0].status == "returning"
    assert (fact.handed_over_to, fact.handed_over_number) == ("fedex", "449900998877")


def test_a_parcel_that_the_postal_service_delivers():
    known_as = {"type": "PARTNER_CARRIER_NUMBER", "values": ["420837029261290100830123456789"]}
    fact = tracking(additionalTrackingInfo={"packageIdentifiers": [known_as]})
    assert (fact.handed_over_to, fact.handed_over_number) == ("usps", "9261290100830123456789")
    reference = {"type": "CUSTOMER_REFERENCE", "value": "9261290"}
    assert tracking(additionalTrackingInfo={"packageIdentifiers": [reference]}).handed_over_to == ""


def test_remarks_are_no_scans():
    wish = samples.scan("RR", "CDO requested", "2026-11-06T08:00:00-07:00")
    on_time = samples.scan("AO", "Arriving On-Time", "2026-11-06T08:00:00-07:00")
    on_the_road = {**on_time, "locationType": "VEHICLE"}
    fact = tracking(scanEvents=[wish, on_the_road, *samples.scans()[1:]])
    assert state_of([fact]).status == "out_for_delivery"
    assert len(fact.scans) == len(samples.scans()) - 1


def test_a_status_without_scans_is_one_where_its_moment_is_known():
    (scan,) = tracking(scanEvents=[]).scans
    assert (scan.status, scan.code) == ("delivered", "DL")
    assert scan.occurred_at == datetime(2026, 11, 6, 18, 2, tzinfo=UTC)
    assert tracking(scanEvents=[], latestStatusDetail={"code": "IT"}).scans == ()
    assert tracking(scanEvents=[], dateAndTimes=[]).scans == ()


def another(days: str, number_id: str, **changes: Any) -> Any:
    return samples.result(
        trackingNumberInfo={"trackingNumber": "449900112233", "trackingNumberUniqueId": number_id},
        dateAndTimes=[{"type": "SHIP", "dateTime": days}],
        **changes,
    )


def test_a_number_used_again_is_another_parcel():
    old = another("2025-01-10T00:00:00-06:00", "old", scanEvents=[])
    facts = read(samples.reply(samples.result(), old))
    assert [fact.piece_id for fact in facts] == ["old", "2461348000~449900112233~FX"]
    assert [fact.shipped_on for fact in facts] == [date(2025, 1, 10), date(2026, 11, 3)]


def test_a_parcel_handed_in_anew_is_the_same():
    """Its delivery is told in the new result alone, its first way in the old one."""
    first = another("2026-11-03T00:00:00-06:00", "first", scanEvents=samples.scans()[2:])
    second = another("2026-11-06T00:00:00-06:00", "second", scanEvents=samples.scans()[:4])
    (fact,) = read(samples.reply(second, first))
    assert fact.piece_id == "first"
    assert fact.shipped_on == date(2026, 11, 3)
    assert len(fact.scans) == len(samples.scans())
    assert state_of([fact]) == state_of([tracking()])


def test_errors_beside_news_are_no_errors():
    facts = read(samples.bodies()["several"])
    assert [fact.number for fact in facts] == ["449900112233"]
    with_empty_error = tracking(error={})
    assert with_empty_error.number == "449900112233"


@pytest.mark.parametrize(
    ("body", "field", "problem"),
    [
        (samples.bodies()["refused"], "errors[0]", "Token expired."),
        (samples.reply(samples.not_found()), "error", "Tracking number cannot be found."),
        ({}, "output", "is missing"),
        (samples.reply(scanEvents=[{}]), "output.completeTrackResults[0].trackResults[0].", ""),
        (samples.reply(scanEvents=[{"date": "soon"}]), "output.completeTrackResults[0].", ""),
        ([], "body", ""),
    ],
)
def test_an_unreadable_body_names_the_place(body, field, problem):
    with pytest.raises(ParseError) as caught:
        read(body)
    assert caught.value.field.startswith(field)
    assert problem in caught.value.problem


def test_a_reply_about_nothing():
    assert read({"output": {"documents": []}}) == []
    assert read({"output": {"completeTrackResults": [samples.complete("1")]}}) == []


def test_the_shipping_day():
    scans = ["2026-01-12T08:00:00-05:00", "2026-01-11T23:00:00-05:00"]
    assert shipping_day([("SHIP", "2026-01-10T00:00:00-06:00")], scans) == date(2026, 1, 10)
    assert shipping_day([("ACTUAL_DELIVERY", "2026-01-14")], scans) == date(2026, 1, 11)
    assert shipping_day([], ["soon"]) is None
