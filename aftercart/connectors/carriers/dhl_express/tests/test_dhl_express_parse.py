"""What DHL Express's replies say."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from aftercart.connectors.base import ParseError
from aftercart.connectors.carriers.dhl_express.areas import place
from aftercart.connectors.carriers.dhl_express.parse import parse
from aftercart.connectors.carriers.dhl_express.tests import samples
from aftercart.delivery.shipments.facts import PlaceFact, TrackingFact


def read(body: Any) -> list[Any]:
    return parse(samples.encoded(body))


def tracking(**changes: Any) -> TrackingFact:
    (fact,) = read(samples.reply(**changes))
    assert isinstance(fact, TrackingFact)
    return fact


def test_a_shipment():
    fact = tracking()
    assert (fact.number, fact.carrier) == ("4400112233", "dhl_express")
    assert fact.service == "DHL Express Worldwide"
    assert fact.weight_grams == 1200
    assert fact.shipped_on == date(2026, 11, 3)
    assert fact.piece_id == "JD014600001234500000"
    assert fact.origin == PlaceFact(city="Basel", postcode="4001", country="CH")
    assert fact.destination.region == "CO"


def test_what_is_in_it_stays_out():
    """DHL's `description` of a shipment is what the sender declared to be in it."""
    assert "secret" not in repr(tracking())


def test_events_in_our_words():
    told = [(scan.code, scan.status, scan.reason) for scan in tracking().scans]
    assert told == [
        ("OK", "delivered", ""),
        ("WC", "out_for_delivery", ""),
        ("NH", "attempt_failed", "recipient_not_home"),
        ("WC", "out_for_delivery", ""),
        ("CR", "in_transit", ""),
        ("CD", "exception", "customs_hold"),
        ("DF", "in_transit", ""),
        ("PU", "picked_up", ""),
    ]


def test_the_offset_stands_beside_the_local_time():
    delivered, *_rest, picked_up = tracking().scans
    assert delivered.occurred_at == datetime(2026, 11, 6, 18, 2, 10, tzinfo=UTC)
    assert (delivered.utc_offset_minutes, delivered.zone_known) == (-420, True)
    assert picked_up.occurred_at == datetime(2026, 11, 3, 16, 5, tzinfo=UTC)
    assert picked_up.place == PlaceFact(city="Basel", country="CH")


@pytest.mark.parametrize(
    ("area", "at", "zone_known"),
    [
        ([{"code": "DEN", "description": "DENVER,CO-USA"}], (20, 21), True),
        ([{"code": "BSL", "description": "Basel"}], (12, 21), True),
        ([{"code": "DEN", "description": "Denver"}], (13, 21), False),
        ([{"code": "XXX", "description": "Somewhere"}], (13, 21), False),
        ([], (13, 21), False),
    ],
)
def test_without_an_offset_the_place_tells_the_zone(area, at, zone_known):
    event = samples.event("AF", "Arrived", "2026-11-05 13:21:00 none", serviceArea=area)
    (scan,) = tracking(events=[event]).scans
    assert scan.occurred_at == datetime(2026, 11, 5, at[0], at[1], tzinfo=UTC)
    assert scan.zone_known is zone_known


def test_a_shipment_that_never_leaves_its_country_is_told_by_its_clock():
    at_home = {"postalAddress": {"countryCode": "CH"}}
    event = samples.event("AF", "Arrived", "2026-11-05 13:21:00 none", serviceArea=[])
    fact = tracking(events=[event], shipperDetails=at_home, receiverDetails=at_home)
    assert fact.scans[0].occurred_at == datetime(2026, 11, 5, 12, 21, tzinfo=UTC)
    assert fact.scans[0].place == PlaceFact()


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("NEW YORK CITY GATEWAY,NY-USA", ("NEW YORK CITY GATEWAY", "NY", "US")),
        ("SAN FRANCISCO, CA - USA", ("SAN FRANCISCO", "CA", "US")),
        ("Barcelona - Spain ", ("Barcelona", "", "ES")),
        ("AMSTERDAM - NETHERLANDS, THE", ("AMSTERDAM", "", "NL")),
        ("LONDON-HEATHROW - UNITED KINGDOM", ("LONDON-HEATHROW", "", "GB")),
        ("Hong Kong - Hong Kong", ("Hong Kong", "", "HK")),
        ("KINGSTON-JAM", ("KINGSTON", "", "JM")),
        ("Brisbane-AU", ("Brisbane", "", "AU")),
        ("LONDON-HEATHROW", ("LONDON-HEATHROW", "", "")),
        ("Singapore", ("", "", "SG")),
        ("Prague", ("Prague", "", "")),
        ("", ("", "", "")),
    ],
)
def test_places_as_dhl_writes_them(written, expected):
    city, region, country = expected
    assert place(written) == PlaceFact(city=city, region=region, country=country)


def test_only_who_took_the_parcel_signed():
    assert tracking().signed_by == "P PORTER"
    assert tracking(events=samples.events()[1:]).signed_by == ""
    number = [samples.event("OK", "Delivered", "2026-11-06 11:02:10 -07:00", signedBy="960528602")]
    assert tracking(events=number).signed_by == ""


def test_an_estimate_is_by_the_clock_at_the_destination():
    fact = tracking()
    assert fact.expected_until == datetime(2026, 11, 6, 1, tzinfo=UTC)
    assert fact.expected_date == date(2026, 11, 5)
    day = tracking(estimatedDeliveryDate="2026-11-05T00:00:00")
    assert (day.expected_until, day.expected_date) == (None, date(2026, 11, 5))
    older = tracking(estimatedDeliveryDate=None, estimatedTimeOfDelivery="2026-11-07T12:00:00")
    assert older.expected_until == datetime(2026, 11, 7, 19, tzinfo=UTC)


def test_several_pieces_have_no_one_id():
    pieces = [{"trackingNumber": "JD1"}, {"trackingNumber": "JD2"}]
    assert tracking(pieces=pieces).piece_id == ""
    assert tracking(pieces=None).piece_id == ""


def test_pounds():
    fact = tracking(totalWeight="2", unitOfMeasurements="imperial")
    assert fact.weight_grams == 907


@pytest.mark.parametrize(
    ("body", "field", "problem"),
    [
        (samples.problem(), "error", "No shipments found"),
        ({"title": "Too many requests"}, "error", "Too many requests"),
        ({"documents": []}, "shipments", "is missing"),
        (
            samples.reply(shipmentTrackingNumber=None),
            "shipments[0].shipmentTrackingNumber",
            "is missing",
        ),
        (samples.reply(events=[{}]), "shipments[0].events[0].date", "is missing"),
        (samples.reply(events=[{"date": "soon"}]), "shipments[0].events[0].date", ""),
        (
            samples.reply(events=[{"date": "soon", "GMTOffset": "+01:00"}]),
            "shipments[0].events[0].date",
            "",
        ),
        ([], "body", ""),
    ],
)
def test_an_unreadable_body_names_the_place(body, field, problem):
    with pytest.raises(ParseError) as caught:
        read(body)
    assert caught.value.field == field
    assert problem in caught.value.problem


def test_a_reply_about_nothing():
    assert read({"shipments": []}) == []
