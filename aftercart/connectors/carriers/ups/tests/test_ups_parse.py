"""What UPS's replies and messages say."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from aftercart.connectors.base import ParseError
from aftercart.connectors.carriers.ups import parse
from aftercart.connectors.carriers.ups.tests import samples
from aftercart.connectors.tests.fuzzing import facts_or_error, mutated, torn
from aftercart.delivery.shipments.facts import PlaceFact, ScanFact, TrackingFact

SLOW_IS_FINE = settings(max_examples=300, suppress_health_check=[HealthCheck.too_slow])


def read(body: Any) -> list[Any]:
    return parse.parse(samples.encoded(body))


def tracking(**changes: Any) -> TrackingFact:
    (fact,) = read(samples.reply(samples.package(**changes)))
    assert isinstance(fact, TrackingFact)
    return fact


def scan(**changes: Any) -> ScanFact:
    (only,) = tracking(activity=[samples.activity(**changes)]).scans
    return only


def alert(**changes: Any) -> TrackingFact:
    (fact,) = read(samples.alert(**changes))
    assert isinstance(fact, TrackingFact)
    return fact


def test_a_package():
    fact = tracking()
    assert (fact.number, fact.carrier, fact.service) == ("1Z999AA10123456784", "ups", "UPS Ground")
    assert fact.weight_grams == 907
    assert fact.origin == PlaceFact(city="Koeln", country="DE")
    assert fact.destination == PlaceFact(city="Denver", region="CO", postcode="80202", country="US")
    assert [one.status for one in fact.scans] == ["in_transit", "info_received"]
    assert fact.scans[0].code == "I:AR:005"
    assert fact.scans[0].place == PlaceFact(city="Anytown", region="GA", country="US")


def test_the_window_is_in_the_destinations_zone():
    fact = tracking()
    assert fact.expected_date == date(2026, 11, 5)
    assert fact.expected_from == datetime(2026, 11, 5, 16, 30, tzinfo=UTC)
    assert fact.expected_until == datetime(2026, 11, 5, 20, 30, tzinfo=UTC)
    nowhere = tracking(packageAddress=None)
    assert (nowhere.expected_date, nowhere.expected_from) == (date(2026, 11, 5), None)
    by_evening = tracking(deliveryTime={"type": "EOD"})
    assert (by_evening.expected_date, by_evening.expected_until) == (date(2026, 11, 5), None)


def test_a_rescheduled_day_takes_the_place_of_the_first():
    days = [{"type": "SDD", "date": "20261105"}, {"type": "RDD", "date": "20261107"}]
    assert tracking(deliveryDate=days).expected_date == date(2026, 11, 7)
    assert tracking(deliveryDate=[{"type": "DEL", "date": "20261105"}]).expected_date is None


def test_a_delivery():
    fact = tracking(
        activity=[samples.activity("D", "FS", "011", "Delivered ")],
        deliveryInformation={"location": "Front Desk", "receivedBy": "DELUISE"},
    )
    assert (fact.signed_by, fact.delivered_to) == ("DELUISE", "Front Desk")
    assert fact.scans[0].status == "delivered"


@pytest.mark.parametrize(
    ("changes", "moment", "offset"),
    [
        ({}, datetime(2026, 11, 3, 7, 47, tzinfo=UTC), -300),
        ({"gmtOffset": "+0530"}, datetime(2026, 11, 2, 21, 17, tzinfo=UTC), 330),
        ({"gmtOffset": None}, datetime(2026, 11, 3, 7, 47, tzinfo=UTC), -300),
        ({"gmtOffset": None, "gmtTime": "07:47:00"},
         datetime(2026, 11, 3, 7, 47, tzinfo=UTC), -300),
        # On the wrong side: the zone of Georgia, not one that no place in the country has.
        ({"gmtOffset": None, "gmtTime": "214700", "gmtDate": "20261102"},
         datetime(2026, 11, 3, 7, 47, tzinfo=UTC), -300),
        ({"gmtOffset": None, "gmtDate": None}, datetime(2026, 11, 3, 7, 47, tzinfo=UTC), -300),
        ({"date": None}, datetime(2026, 11, 3, 7, 47, tzinfo=UTC), None),
        ({"time": "24700"}, datetime(2026, 11, 3, 7, 47, tzinfo=UTC), -300),
    ],
)  # fmt: skip
def test_when_it_was(changes, moment, offset):
    told = scan(**changes)
    assert (told.occurred_at, told.utc_offset_minutes, told.zone_known) == (moment, offset, True)


def test_a_local_time_of_nowhere_is_a_guess():
    told = scan(gmtOffset=None, gmtDate=None, location={"slic": "1"})
    assert told.occurred_at == datetime(2026, 11, 3, 2, 47, tzinfo=UTC)
    assert not told.zone_known
    several = scan(gmtOffset=None, gmtDate=None, location={"address": {"country": "US"}})
    assert not several.zone_known


def test_an_activity_without_a_time_is_left_out():
    timeless = samples.activity(date="", gmtDate=None)
    assert tracking(activity=[timeless]).scans == ()


def test_a_description_is_plain():
    told = scan(status={"type": "I", "code": "AR", "description": " At <b>Koeln</b>\x00 &amp; on "})
    assert told.text == "At Koeln & on"


def test_what_says_nothing_of_the_parcel_is_no_scan():
    claim = samples.activity("X", "UL", "130", "Claim issued.")
    assert [one.code for one in tracking(activity=[claim, samples.activity()]).scans] == [
        "I:AR:005"
    ]


def test_warnings_beside_news_are_passed_over():
    warning = {"code": "TW0002", "message": "Some details may be missing"}
    (fact,) = read(samples.reply(warnings=[warning]))
    assert len(fact.scans) == 2


def test_each_package_of_a_shipment():
    first, second = read(samples.bodies()["two packages"])
    assert (first.number, second.number) == ("1Z999AA10123456784", "1ZCIETST0111111114")


def test_the_inquiry_number_where_the_package_bears_none():
    assert tracking(trackingNumber=None).number == "1Z999AA10123456784"


@pytest.mark.parametrize(
    ("changes", "carrier", "number"),
    [
        ({}, "", ""),
        ({"alternateTrackingNumber": [
            {"number": "92419900000033499522966220", "type": "USPS_PIC"}]},
         "usps", "92419900000033499522966220"),
        ({"alternateTrackingNumber": [{"number": "92419900000033499522966220"}]},
         "usps", "92419900000033499522966220"),
        ({"alternateTrackingNumber": [{"number": "123456", "type": "Q"}]}, "", ""),
        ({"activity": [samples.activity("I", "XR", "005", "Received by the local post office")]},
         "usps", ""),
        ({"trackingNumber": "92612999984027623456123452",
          "service": {"code": "M4", "description": "UPS Expedited Mail Innovations"}},
         "usps", "92612999984027623456123452"),
    ],
)  # fmt: skip
def test_hand_over_to_the_postal_service(changes, carrier, number):
    fact = tracking(**changes)
    assert (fact.handed_over_to, fact.handed_over_number) == (carrier, number)


def test_mail_innovations_is_read_by_its_own_table():
    fact = tracking(
        service={"description": "UPS Mail Innovations"},
        activity=[samples.activity("D", "ZY", "", "Shipment Delivered to USPS")],
    )
    assert fact.scans[0].status == "in_transit"


@pytest.mark.parametrize(
    ("weight", "grams"),
    [
        ({"unitOfMeasurement": "KGS", "weight": "17.00"}, 17_000),
        ({"unitOfMeasurement": "LBS", "weight": "0.00"}, None),
        ({"unitOfMeasurement": "STONES", "weight": "1"}, None),
        ({"unitOfMeasurement": "LBS", "weight": "heavy"}, None),
        (None, None),
    ],
)
def test_the_weight(weight, grams):
    assert tracking(weight=weight).weight_grams == grams


def test_an_alert():
    fact = alert()
    assert (fact.number, fact.carrier) == ("1Z999AA10123456784", "ups")
    assert fact.expected_date == date(2026, 11, 3)
    (told,) = fact.scans
    assert (told.status, told.code) == ("out_for_delivery", "I:OT:021")
    assert told.occurred_at == datetime(2026, 11, 3, 14, 15, 19, tzinfo=UTC)
    assert told.utc_offset_minutes == -300
    assert told.place == PlaceFact(city="Charlotte", region="NC", country="US")


def test_an_alert_tells_a_scan_as_a_reply_does():
    """Both ways lead to one row: the moment, the code and the city are what it is known by."""
    (by_alert,) = alert().scans
    by_reply = scan(
        location={"address": {"city": "CHARLOTTE", "stateProvince": "NC", "countryCode": "US"}},
        status={"type": "I", "code": "OT", "statusCode": "021", "description": "Out For Delivery"},
        time="091519", gmtTime="141519",
    )  # fmt: skip
    assert (by_alert.occurred_at, by_alert.code) == (by_reply.occurred_at, by_reply.code)


def test_an_alert_about_a_date_brings_no_scan():
    fact = alert(
        activityStatus={"type": "U", "code": "UP", "descriptionCode": "154"},
        scheduledDeliveryDate="20261106",
    )
    assert (fact.scans, fact.expected_date) == ((), date(2026, 11, 6))


def test_an_alert_with_greenwich_on_the_wrong_side():
    where = {"city": "", "stateProvince": "", "postalCode": "", "country": "US"}
    (told,) = alert(activityLocation=where, gmtActivityTime="041519").scans
    assert not told.zone_known
    (here,) = alert(gmtActivityTime="041519").scans
    assert here.occurred_at == datetime(2026, 11, 3, 14, 15, 19, tzinfo=UTC)


@pytest.mark.parametrize(
    ("body", "field", "problem"),
    [
        (samples.error(), "error", "Tracking Information Not Found"),
        (samples.not_found(), "error", "Tracking Information Not Found"),
        ({"trackResponse": {}}, "error", "UPS reports an error"),
        ({"response": {"errors": [{"code": "250002"}]}}, "error", "250002"),
        ({}, "activityStatus", "is missing"),
        (samples.alert(trackingNumber=" "), "trackingNumber", "is missing"),
        (samples.alert(localActivityDate="soon"), "localActivityDate", "Expected a date with time"),
        (samples.alert(localActivityDate="", gmtActivityDate=""),
         "localActivityDate", "is missing"),
        (samples.reply(samples.package(trackingNumber=""), inquiryNumber=None),
         "trackResponse.shipment[0].package[0].trackingNumber", "is missing"),
        (samples.reply(samples.package(activity=[samples.activity(date="20260230")])),
         "trackResponse.shipment[0].package[0].activity[0].date", "Expected a date with time"),
        (samples.reply(samples.package(activity=[samples.activity(gmtTime="noon")])),
         "trackResponse.shipment[0].package[0].activity[0].gmtDate", "Expected a date with time"),
        (samples.reply(samples.package(activity={})),
         "trackResponse.shipment[0].package[0].activity", None),
        ([], "body", None),
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
