"""AfterShip: which deliveries are genuine, and what they say."""

import json
from datetime import UTC, date, datetime
from typing import Any, get_args

import pytest
from hypothesis import HealthCheck, given, settings

from aftercart.connectors.base import Accepted, ParseError, Refused, Verdict, WebhookRequest
from aftercart.connectors.carriers.aftership import codes
from aftercart.connectors.carriers.aftership.connector import AfterShip, signature
from aftercart.connectors.carriers.aftership.tests import samples
from aftercart.connectors.tests.fuzzing import facts_or_error, mutated, torn
from aftercart.delivery.shipments.facts import PlaceFact, Reason, ShipmentStatus, TrackingFact
from tests.standins import carriers
from tests.standins.catching import catching
from tests.support.real_data import reference

AFTERSHIP = AfterShip()
KEYS = {"secret": "secret"}
BODY = samples.encoded(samples.event())
SLOW_IS_FINE = settings(
    max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)


def receive(headers: dict[str, str], body: bytes = BODY, keys: dict[str, str] = KEYS) -> Verdict:
    lower = {name.lower(): value for name, value in headers.items()}
    request = WebhookRequest(method="POST", path="/in/x", query="", headers=lower, body=body)
    return AFTERSHIP.receive(request, keys)


def read(body: Any) -> list[Any]:
    return AFTERSHIP.parse("tracking_update", {}, samples.encoded(body))


def tracking(**changes: Any) -> TrackingFact:
    (fact,) = read(samples.event(msg=samples.tracking(**changes)))
    assert isinstance(fact, TrackingFact)
    return fact


def scan(**changes: Any) -> Any:
    return tracking(checkpoints=[samples.checkpoint(**changes)]).scans[0]


def test_the_signature_is_base64_of_the_hmac() -> None:
    # Worked out by hand with openssl dgst -sha256 -hmac secret -binary | base64.
    assert signature("secret", b'{"id":1}') == "A971iWIMgT8Zj9A9eWfikrFj7wQ16/Qwcc4OlRl2PLc="


def test_the_signature_agrees_with_the_reference() -> None:
    vectors = json.loads(reference("signature_vectors.json").read_text())
    vector = next(one for one in vectors if one["scheme"] == "aftership webhook")
    assert signature(vector["secret"], vector["body"].encode()) == vector["expected"]


def test_a_genuine_delivery_is_accepted() -> None:
    verdict = receive(AFTERSHIP.sign("", BODY, KEYS, ""))
    assert isinstance(verdict, Accepted)
    assert verdict.topic == "tracking_update"
    assert len(verdict.dedupe_key) == 32


@pytest.mark.parametrize("given", [None, "", "AAAA", signature("other", BODY), "größe"])
def test_a_forged_delivery_is_refused(given: str | None) -> None:
    verdict = receive({} if given is None else {"aftership-hmac-sha256": given})
    assert isinstance(verdict, Refused)
    assert verdict.status == 401


def test_a_changed_body_is_refused() -> None:
    assert isinstance(receive(AFTERSHIP.sign("", BODY, KEYS, ""), BODY + b" "), Refused)


def test_without_a_secret_everything_is_refused() -> None:
    headers = {"aftership-hmac-sha256": signature("", BODY)}
    assert isinstance(receive(headers, keys={}), Refused)
    assert isinstance(receive(headers, keys={"secret": ""}), Refused)


def test_an_event_is_recognised_by_its_id() -> None:
    other = samples.encoded(samples.event(event_id="another"))
    changed = samples.encoded(samples.event(ts=1))
    first, second, third = (
        receive(AFTERSHIP.sign("", body, KEYS, ""), body) for body in (BODY, changed, other)
    )
    assert isinstance(first, Accepted)
    assert isinstance(second, Accepted)
    assert isinstance(third, Accepted)
    assert first.dedupe_key == second.dedupe_key != third.dedupe_key


def test_garbage_that_is_signed_is_kept_to_be_shown() -> None:
    verdict = receive(AFTERSHIP.sign("", b"garbage", KEYS, ""), b"garbage")
    assert isinstance(verdict, Accepted)
    with pytest.raises(ParseError):
        AFTERSHIP.parse("", {}, b"garbage")


def test_what_aftership_posts_is_accepted_the_same_each_time() -> None:
    """The stand-in signs by itself, and posts until it is heard."""
    with catching() as catcher:
        catcher.answers = [503, 429, 500]
        organization = carriers.AfterShip(catcher.address, KEYS["secret"])
        assert organization.event(samples.tracking()) == [503, 429, 500, 200]
    verdicts = [AFTERSHIP.receive(one, KEYS) for one in catcher.caught]
    assert len({one.dedupe_key for one in verdicts if isinstance(one, Accepted)}) == 1
    assert len(verdicts) == 4


def test_a_tracking() -> None:
    fact = tracking()
    assert (fact.number, fact.carrier) == ("9400100000000000000000", "usps")
    # The carrier's own estimate, not AfterShip's guess.
    assert fact.expected_date == date(2026, 11, 6)
    assert fact.weight_grams == 1500
    assert fact.service == "Priority Mail"
    assert fact.public_url == "https://usps.example/9400100000000000000000"
    assert fact.destination == PlaceFact(
        city="Portland", region="ME", postcode="04101", country="US"
    )
    assert fact.updated_at == datetime(2026, 11, 3, 14, 0, 5, tzinfo=UTC)
    assert [one.status for one in fact.scans] == ["info_received", "in_transit"]


def test_an_older_version() -> None:
    (fact,) = read(samples.event(msg=samples.older_tracking()))
    assert fact.expected_date == date(2026, 11, 6)
    assert fact.weight_grams == 907
    assert fact.destination == PlaceFact(country="CA")
    (only,) = fact.scans
    assert only.place == PlaceFact(
        city="WEST PALM BEACH FL DISTRIBUTION CENTER", postcode="33416", country="US"
    )
    assert only.code == "InTransit_003"


def test_a_time_without_an_offset_is_a_guess() -> None:
    nowhere = {"location": None, "city": None, "state": None, "postal_code": None}
    guess = scan(checkpoint_time="2026-11-03T08:25:00", country_region=None, **nowhere)
    assert guess.occurred_at == datetime(2026, 11, 3, 8, 25, tzinfo=UTC)
    assert (guess.zone_known, guess.utc_offset_minutes) == (False, None)


def test_a_time_with_an_offset_is_known() -> None:
    known = scan()
    assert known.occurred_at == datetime(2026, 11, 3, 13, 25, tzinfo=UTC)
    assert (known.zone_known, known.utc_offset_minutes) == (True, -300)
    assert scan(checkpoint_time="2026-11-03T08:25:00Z").utc_offset_minutes == 0


@pytest.mark.parametrize(
    ("tag", "subtag", "status", "reason"),
    [
        ("Pending", "Pending_001", "unknown", ""),
        ("InfoReceived", "InfoReceived_001", "info_received", ""),
        ("InTransit", "InTransit_001", "in_transit", ""),
        ("InTransit", "InTransit_002", "picked_up", ""),
        ("InTransit", "InTransit_006", "in_transit", "customs_clearance"),
        ("InTransit", "InTransit_013", "in_transit", ""),
        ("OutForDelivery", "OutForDelivery_001", "out_for_delivery", ""),
        ("AttemptFail", "AttemptFail_002", "attempt_failed", "recipient_not_home"),
        ("AttemptFail", "AttemptFail_003", "attempt_failed", "business_closed"),
        ("AvailableForPickup", "AvailableForPickup_001", "available_for_pickup", ""),
        ("Delivered", "Delivered_001", "delivered", ""),
        ("Delivered", "Delivered_002", "delivered", "collected_by_customer"),
        ("Delivered", "Delivered_003", "delivered", "signed_for"),
        ("Delivered", "Delivered_005", "delivered", "delivered_to_neighbour"),
        ("Exception", "Exception_001", "exception", ""),
        ("Exception", "Exception_003", "exception", "refused"),
        ("Exception", "Exception_004", "exception", "customs_hold"),
        ("Exception", "Exception_006", "exception", "held_for_payment"),
        ("Exception", "Exception_007", "exception", "address_problem"),
        ("Exception", "Exception_010", "returning", ""),
        ("Exception", "Exception_011", "returned", ""),
        ("Exception", "Exception_012", "exception", "damaged"),
        ("Exception", "Exception_013", "exception", "lost"),
        ("Exception", "Exception_017", "exception", "weather"),
        ("Exception", "Exception_020", "cancelled", ""),
        ("Expired", "Expired_001", "unknown", ""),
        ("Teleported", "Teleported_001", "unknown", ""),
        (None, None, "unknown", ""),
    ],
)
def test_the_words(tag: str | None, subtag: str | None, status: str, reason: str) -> None:
    found = scan(tag=tag, subtag=subtag, message="", subtag_message="")
    assert (found.status, found.reason, found.by_text) == (status, reason, False)


def test_where_aftership_knows_no_tag_the_carriers_own_words_decide() -> None:
    found = scan(tag="Teleported", subtag="")
    assert (found.status, found.by_text) == ("in_transit", True)


@pytest.mark.parametrize("tag", ["Pending", "Expired"])
def test_what_aftership_has_not_heard_is_no_status_whatever_its_words(tag: str) -> None:
    assert scan(tag=tag, subtag=f"{tag}_001", message="Delivered").status == "unknown"


def test_a_delivery_that_the_words_deny_is_none() -> None:
    found = scan(tag="Delivered", subtag="Delivered_001", message="Delivery attempted, nobody home")
    assert (found.status, found.by_text) == ("attempt_failed", True)


def test_the_words_are_all_ours() -> None:
    statuses = {*codes.TAG.values(), *(status for status, _ in codes.SUBTAG.values())}
    assert statuses <= set(get_args(ShipmentStatus))
    assert {reason for _, reason in codes.SUBTAG.values()} <= set(get_args(Reason))


def test_the_carriers_code_is_kept_raw() -> None:
    assert scan().code == "07"
    assert scan(raw_tag=None).code == "InTransit_003"
    assert scan(raw_tag=None, tag="Teleported", subtag="Teleported_001").code == "Teleported_001"


def test_a_carriers_words_are_plain() -> None:
    assert scan(message="Held &lt;b&gt;at&lt;/b&gt; gate<br>2").text == "Held at gate 2"
    assert scan(message=None).text == "Arrival scan"


def test_a_return() -> None:
    assert tracking(shipment_direction="return").is_return
    assert not tracking().is_return


@pytest.mark.parametrize("name", ["edd_revise", "tracking_pending_time"])
def test_other_events_about_a_tracking(name: str) -> None:
    assert len(read(samples.event(name))) == 1


@pytest.mark.parametrize("name", ["return_submitted", "protection_claim"])
def test_other_events_say_nothing_to_us(name: str) -> None:
    assert read(samples.event(name, msg={"id": "x"})) == []


@pytest.mark.parametrize(
    ("msg", "field"),
    [
        (None, "msg"),
        ({}, "msg.tracking_number"),
        (samples.tracking(checkpoints=[{}]), "msg.checkpoints[0].checkpoint_time"),
        (
            samples.tracking(checkpoints=[samples.checkpoint(checkpoint_time="noon")]),
            "msg.checkpoints[0].checkpoint_time",
        ),
        (
            samples.tracking(shipment_weight={"value": [], "unit": "kg"}),
            "msg.shipment_weight.value",
        ),
        (samples.tracking(slug=[]), "msg.slug"),
    ],
)
def test_an_unreadable_body_names_the_place(msg: Any, field: str) -> None:
    with pytest.raises(ParseError) as error:
        read(samples.event(msg=msg))
    assert error.value.field == field


@SLOW_IS_FINE
@given(mutated(samples.bodies))
def test_bodies_gone_wrong(case: tuple[str, bytes]) -> None:
    topic, body = case
    facts_or_error(lambda: AFTERSHIP.parse(topic, {}, body))


@SLOW_IS_FINE
@given(torn(samples.bodies))
def test_bytes_gone_wrong(case: tuple[str, bytes]) -> None:
    topic, body = case
    facts_or_error(lambda: AFTERSHIP.parse(topic, {}, body))
