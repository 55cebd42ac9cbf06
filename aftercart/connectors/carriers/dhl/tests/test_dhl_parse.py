"""What DHL's replies say."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from aftercart.connectors.base import ParseError
from aftercart.connectors.carriers.dhl.parse import parse
from aftercart.connectors.carriers.dhl.tests import samples
from aftercart.delivery.shipments.facts import PlaceFact, TrackingFact


def read(body: Any) -> list[Any]:
    return parse(samples.encoded(body))


def tracking(**changes: Any) -> TrackingFact:
    (fact,) = read(samples.reply(**changes))
    assert isinstance(fact, TrackingFact)
    return fact


def express(**changes: Any) -> TrackingFact:
    (fact,) = read(samples.reply(samples.express(**changes)))
    assert isinstance(fact, TrackingFact)
    return fact


def test_a_parcel():
    fact = tracking()
    assert (fact.number, fact.carrier) == ("00340434999900001234", "dhl_parcel_de")
    assert fact.service == "DHL PAKET (parcel)"
    assert fact.signed_by == "Petra Porter"
    assert fact.proof_url == "https://webpod.dhl.com/made-up"
    assert fact.weight_grams == 2500
    assert fact.destination == PlaceFact(postcode="53113", country="DE")
    assert fact.public_url == "https://www.dhl.de/?piececode=00340434999900001234"
    assert (fact.is_return, fact.piece_id) == (False, "")


def test_events_in_our_words():
    told = [(scan.code, scan.status, scan.by_text) for scan in tracking().scans]
    assert told == [
        ("ZU", "delivered", False),
        ("PO", "out_for_delivery", False),
        ("ZN", "attempt_failed", False),
        ("PO", "out_for_delivery", False),
        ("EE", "in_transit", False),
        ("ES", "picked_up", False),
        ("VA", "info_received", False),
    ]


def test_events_without_the_services_own_codes_are_read_by_their_words():
    terse = [
        {name: value for name, value in event.items() if name != "statusDetailed"}
        for event in samples.events()
    ]
    told = [(scan.code, scan.status, scan.by_text) for scan in tracking(events=terse).scans]
    assert told == [
        ("delivered", "delivered", False),
        ("transit", "out_for_delivery", True),
        ("transit", "attempt_failed", True),
        ("transit", "out_for_delivery", True),
        ("transit", "in_transit", False),
        ("transit", "picked_up", True),
        ("pre-transit", "info_received", False),
    ]


@pytest.mark.parametrize(
    ("service", "carrier"),
    [
        ("express", "dhl_express"),
        ("parcel-de", "dhl_parcel_de"),
        ("post-de", "deutsche_post"),
        ("ecommerce", "dhl_ecommerce"),
        ("ecommerce-europe", "dhl"),
        ("parcel-nl", "dhl"),
        ("freight", "dhl"),
        (None, "dhl"),
    ],
)
def test_whose_parcel_it_is(service, carrier):
    assert tracking(service=service).carrier == carrier


def test_an_id_may_be_a_number_and_lack_its_zeros():
    assert express().number == "440011223"
    (fact,) = read({"trackingNumber": "0440011223", **samples.reply(samples.express())})
    assert fact.number == "0440011223"


def test_times_with_an_offset_in_utc_and_by_the_clock_of_the_place():
    delivered, _out, picked_up = express().scans
    assert delivered.occurred_at == datetime(2026, 11, 6, 11, 49, tzinfo=UTC)
    assert (delivered.utc_offset_minutes, delivered.zone_known) == (60, True)
    assert picked_up.occurred_at == datetime(2026, 11, 5, 16, tzinfo=UTC)
    assert picked_up.utc_offset_minutes == 60
    assert delivered.place == PlaceFact(city="OSLO", country="NO")
    local = tracking().scans[0]
    assert local.occurred_at == datetime(2026, 11, 6, 10, 2, tzinfo=UTC)
    assert local.place == PlaceFact(country="DE")


def test_an_event_without_a_place_is_timed_where_the_shipment_never_leaves_a_country():
    nowhere = [samples.event("VA", "pre-transit", "Announced", "2026-11-03T19:30:00", None)]
    (at_home,) = tracking(events=nowhere).scans
    assert at_home.occurred_at == datetime(2026, 11, 3, 18, 30, tzinfo=UTC)
    assert (at_home.zone_known, at_home.place) == (True, PlaceFact())
    abroad = {"address": {"countryCode": "CN"}}
    (unknown,) = tracking(events=nowhere, origin=abroad).scans
    assert unknown.occurred_at == datetime(2026, 11, 3, 19, 30, tzinfo=UTC)
    assert (unknown.zone_known, unknown.utc_offset_minutes) == (False, None)


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ({"addressLocality": "Germany"}, PlaceFact(country="DE")),
        ({"addressLocality": "BERGEN - NORWAY"}, PlaceFact(city="BERGEN", country="NO")),
        (
            {"addressLocality": "Oderweg 2, AMSTERDAM", "countryCode": "NL"},
            PlaceFact(city="AMSTERDAM", country="NL"),
        ),
        (
            {"addressLocality": "Utica, NY", "countryCode": "US", "postalCode": "13502"},
            PlaceFact(city="Utica", region="NY", country="US", postcode="13502"),
        ),
        ({"addressLocality": "Bonn"}, PlaceFact(city="Bonn")),
        ({}, PlaceFact()),
    ],
)
def test_places(address, expected):
    event = samples.event(
        "AA", "transit", "On its way", "2026-11-06T11:02:00", {"address": address}
    )
    assert tracking(events=[event]).scans[0].place == expected


def test_estimates():
    fact = tracking()
    assert fact.expected_from == datetime(2026, 11, 6, 9, tzinfo=UTC)
    assert fact.expected_until == datetime(2026, 11, 6, 12, tzinfo=UTC)
    assert fact.expected_date == date(2026, 11, 6)
    one = tracking(estimatedDeliveryTimeFrame=None, estimatedTimeOfDelivery="2026-11-07T00:00:00Z")
    assert (one.expected_until, one.expected_date) == (None, date(2026, 11, 7))
    assert tracking(estimatedDeliveryTimeFrame=None).expected_date is None


def test_delivered_to_the_sender_is_returned():
    fact = tracking(returnFlag=True)
    assert fact.is_return
    assert fact.scans[0].status == "returned"
    assert fact.scans[1].status == "out_for_delivery"


def test_remarks_are_no_scans():
    booked = samples.event("DD", "transit", "A delivery day was booked", "2026-11-04T12:00:00")
    assert len(tracking(events=[booked, *samples.events()]).scans) == len(samples.events())


def test_a_status_counts_where_there_are_no_events():
    (scan,) = tracking(events=None).scans
    assert (scan.status, scan.code) == ("delivered", "ZU")
    assert tracking(events=None, status={"statusCode": "unknown"}).scans == ()


def test_unknown_is_unknown():
    event = samples.event("", "unknown", "There is no information", "2026-11-04T12:00:00")
    (scan,) = tracking(events=[event]).scans
    assert (scan.status, scan.reason, scan.code) == ("unknown", "", "unknown")


def test_another_carrier_delivers():
    (fact,) = read(samples.bodies()["handed over"])
    assert (fact.handed_over_to, fact.handed_over_number) == ("chronopost", "XY123")
    own = tracking(details={"provider": {"destinationProvider": "parcel-nl"}})
    assert (own.handed_over_to, own.handed_over_number) == ("", "")


def test_a_piece_of_express_has_an_id_of_its_own():
    assert express(details={"pieceIds": ["JD01460000"]}).piece_id == "JD01460000"
    assert express(details={"pieceIds": ["JD01460000", "JD01460001"]}).piece_id == ""


def test_an_unknown_product_is_none():
    details = {"product": {"productName": "UNKNOWN - Product unknown"}}
    assert tracking(details=details).service == ""


def test_only_web_addresses_are_taken():
    proof = {"documentUrl": "javascript:alert(1)", "signatureUrl": "string"}
    fact = tracking(serviceUrl="file:///etc", details={"proofOfDelivery": proof})
    assert (fact.proof_url, fact.public_url) == ("", "")


@pytest.mark.parametrize(
    ("body", "field", "problem"),
    [
        (samples.problem(), "error", "No shipment found."),
        ({"title": "Unauthorized"}, "error", "Unauthorized"),
        ({}, "shipments", "is missing"),
        (samples.reply(id=None), "shipments[0].id", "is missing"),
        (samples.reply(events=[{}]), "shipments[0].events[0].timestamp", "is missing"),
        (samples.reply(events=[{"timestamp": "soon"}]), "shipments[0].events[0].timestamp", ""),
        (
            samples.reply(events=None, status={"timestamp": "soon"}),
            "shipments[0].status.timestamp",
            "",
        ),
        (
            samples.reply(
                details={"provider": {"destinationProvider": "bring"}, "references": [3]}
            ),
            "shipments[0].details.references.[0]",
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
