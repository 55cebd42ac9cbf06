"""EasyPost: which deliveries are genuine, and what they say."""

import json
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from aftercart.connectors.base import Accepted, ParseError, Refused, Verdict, WebhookRequest
from aftercart.connectors.carriers.easypost.connector import EasyPost, signature
from aftercart.connectors.carriers.easypost.tests import samples
from aftercart.connectors.tests.fuzzing import check_storable, facts_or_error, mutated, torn
from aftercart.core import clock
from aftercart.delivery.shipments.facts import PlaceFact, TrackingFact
from tests.standins import carriers
from tests.standins.catching import catching
from tests.support.real_data import real_data, reference

EASYPOST = EasyPost()
KEYS = {"secret": "sécret"}
BODY = samples.encoded(samples.event())
NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
SLOW_IS_FINE = settings(
    max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)


def receive(headers: dict[str, str], body: bytes = BODY, keys: dict[str, str] = KEYS) -> Verdict:
    lower = {name.lower(): value for name, value in headers.items()}
    request = WebhookRequest(method="POST", path="/in/x", query="", headers=lower, body=body)
    with clock.moved_to(NOW):
        return EASYPOST.receive(request, keys)


def read(body: Any) -> list[Any]:
    return EASYPOST.parse("", {}, samples.encoded(body))


def tracking(**changes: Any) -> TrackingFact:
    (fact,) = read(samples.tracker(**changes))
    assert isinstance(fact, TrackingFact)
    return fact


def test_the_key_is_the_secret_in_nfkd() -> None:
    composed, decomposed = "s\u00e9cret", "se\u0301cret"
    assert signature(composed, b'{"id":1}') == signature(decomposed, b'{"id":1}')
    expected = "7e7a272f85c440a1ca72203bf1bdd39d823f85c727c040cfb99d1dd42b6706c4"
    assert signature(composed, b'{"id":1}') == expected


def test_the_signature_agrees_with_the_reference() -> None:
    vectors = json.loads(reference("signature_vectors.json").read_text())
    vector = next(one for one in vectors if one["scheme"] == "easypost")
    secret = vector["secret"].split()[0]
    assert f"hmac-sha256-hex={signature(secret, vector['body'].encode())}" == vector["expected"]


def test_a_genuine_delivery_is_accepted() -> None:
    verdict = receive(EASYPOST.sign("", BODY, KEYS, ""))
    assert isinstance(verdict, Accepted)
    assert verdict.topic == "tracker.updated"
    assert len(verdict.dedupe_key) == 32


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"X-Hmac-Signature": ""},
        {"X-Hmac-Signature": "hmac-sha256-hex="},
        {"X-Hmac-Signature": "hmac-sha256-hex=" + "0" * 64},
        {"X-Hmac-Signature": signature("sécret", BODY)},
        {"X-Hmac-Signature": f"hmac-sha256-hex={signature('other', BODY)}"},
        {"X-Hmac-Signature": "größe"},
    ],
)
def test_a_forged_delivery_is_refused(headers: dict[str, str]) -> None:
    verdict = receive(headers)
    assert isinstance(verdict, Refused)
    assert verdict.status == 401


def test_a_changed_body_is_refused() -> None:
    assert isinstance(receive(EASYPOST.sign("", BODY, KEYS, ""), BODY + b" "), Refused)


def test_without_a_secret_everything_is_refused() -> None:
    headers = {"X-Hmac-Signature": f"hmac-sha256-hex={signature('', BODY)}"}
    assert isinstance(receive(headers, keys={}), Refused)
    assert isinstance(receive(headers, keys={"secret": ""}), Refused)


def second(sent_at: str = "", path: str = "/in/x", method: str = "POST") -> dict[str, str]:
    sent_at = sent_at or str(int(NOW.timestamp()))
    signed = f"{sent_at}{method}{path}".encode() + BODY
    return {
        "X-Timestamp": sent_at,
        "X-Path": path,
        "X-Hmac-Signature-V2": signature("sécret", signed),
    }


V2 = {**KEYS, "signature": "v2"}


def test_the_second_signature_where_it_is_asked_for() -> None:
    assert isinstance(receive(second(), keys=V2), Accepted)
    prefixed = second()
    prefixed["X-Hmac-Signature-V2"] = f"hmac-sha256-hex={prefixed['X-Hmac-Signature-V2']}"
    assert isinstance(receive(prefixed, keys=V2), Accepted)
    # Behind a proxy that cuts a folder off.
    assert isinstance(receive(second(path="/aftercart/in/x?a=1"), keys=V2), Accepted)


@pytest.mark.parametrize(
    "headers",
    [
        EASYPOST.sign("", BODY, KEYS, ""),
        second(str(int((NOW - timedelta(minutes=6)).timestamp()))),
        second(str(int((NOW + timedelta(minutes=6)).timestamp()))),
        second("yesterday"),
        second("9" * 12),
        second(path="/in/another"),
        second(method="PUT"),
        {**second(), "X-Timestamp": str(int(NOW.timestamp()) + 1)},
    ],
)
def test_the_second_signature_refuses_replays(headers: dict[str, str]) -> None:
    assert isinstance(receive(headers, keys=V2), Refused)


def test_an_event_is_recognised_by_its_id() -> None:
    later = samples.encoded(samples.event(status="in_queue", completed_urls=["https://a.example"]))
    other = samples.encoded(samples.event(id="evt_other"))
    first, again, another = (
        receive(EASYPOST.sign("", body, KEYS, ""), body) for body in (BODY, later, other)
    )
    assert isinstance(first, Accepted)
    assert isinstance(again, Accepted)
    assert isinstance(another, Accepted)
    assert first.dedupe_key == again.dedupe_key != another.dedupe_key


def test_what_is_no_event_is_recognised_by_its_body() -> None:
    for body in (samples.encoded(samples.tracker()), b"not JSON"):
        verdict = receive(EASYPOST.sign("", body, KEYS, ""), body)
        assert isinstance(verdict, Accepted)
        assert verdict.topic == ""


def test_what_easypost_posts_is_accepted_the_same_each_time() -> None:
    """The stand-in signs by itself, and posts until it is heard."""
    with catching() as catcher:
        catcher.answers = [503, 500]
        account = carriers.EasyPost(catcher.address, KEYS["secret"])
        assert account.event(samples.tracker()) == [503, 500, 200]
    verdicts = [EASYPOST.receive(one, KEYS) for one in catcher.caught]
    keys = {one.dedupe_key for one in verdicts if isinstance(one, Accepted)}
    assert len(verdicts) == 3
    assert len(keys) == 1
    in_the_second_way = [EASYPOST.receive(one, V2) for one in catcher.caught]
    assert all(isinstance(one, Accepted) for one in in_the_second_way)


def test_a_tracker() -> None:
    fact = tracking()
    assert (fact.number, fact.carrier) == ("EZ2000000002", "usps")
    assert fact.updated_at == datetime(2026, 11, 3, 9, tzinfo=UTC)
    assert fact.expected_date == date(2026, 11, 6)
    assert fact.weight_grams == 499
    assert fact.service == "Ground Advantage ™"
    assert fact.public_url == "https://track.easypost.com/made-up"
    assert fact.destination == PlaceFact(
        city="CHARLESTON", region="SC", postcode="29401", country="US"
    )
    assert [scan.status for scan in fact.scans] == ["info_received", "in_transit"]


def test_a_time_without_a_place_is_a_guess() -> None:
    first, last = tracking().scans
    assert (first.zone_known, first.place) == (False, PlaceFact())
    assert (last.zone_known, last.place.city, last.place.country) == (True, "HOUSTON", "US")
    assert last.occurred_at == datetime(2026, 11, 3, 8, 59, tzinfo=UTC)


@pytest.mark.parametrize(
    ("status", "detail", "ours", "reason"),
    [
        ("pre_transit", "status_update", "info_received", ""),
        ("in_transit", "arrived_at_facility", "in_transit", ""),
        ("in_transit", "received_at_origin_facility", "picked_up", ""),
        ("in_transit", "delayed", "in_transit", "carrier_delay"),
        ("in_transit", "weather_delay", "in_transit", "weather"),
        ("out_for_delivery", "out_for_delivery", "out_for_delivery", ""),
        ("available_for_pickup", "arrived_at_pickup_location", "available_for_pickup", ""),
        ("delivered", "arrived_at_destination", "delivered", ""),
        ("return_to_sender", "return", "returning", ""),
        ("return_to_sender", "refused", "returning", "refused"),
        ("failure", "damaged", "exception", "damaged"),
        ("failure", "lost", "exception", "lost"),
        ("failure", "address_correction", "exception", "address_problem"),
        ("cancelled", "cancelled", "cancelled", ""),
        ("unknown", "unknown", "unknown", ""),
        ("beamed_up", "", "unknown", ""),
        (None, None, "unknown", ""),
    ],
)
def test_the_words(status: str | None, detail: str | None, ours: str, reason: str) -> None:
    scan = {**samples.detail(), "message": "", "status": status, "status_detail": detail}
    fact = tracking(tracking_details=[scan])
    assert (fact.scans[0].status, fact.scans[0].reason) == (ours, reason)


def test_where_easypost_knows_no_word_the_carriers_own_words_decide() -> None:
    (scan,) = tracking(tracking_details=[samples.detail("unknown", "")]).scans
    assert (scan.status, scan.by_text) == ("in_transit", True)


def test_a_delivery_that_the_words_deny_is_none() -> None:
    detail = samples.detail("delivered", "", message="Delivery attempted, notice left")
    (scan,) = tracking(tracking_details=[detail]).scans
    assert (scan.status, scan.by_text) == ("attempt_failed", True)


def test_the_carriers_code_is_kept_raw() -> None:
    coded = tracking(tracking_details=[samples.detail(carrier_code="OF")])
    assert coded.scans[0].code == "OF"
    uncoded = tracking(tracking_details=[samples.detail("beamed_up", "")])
    assert uncoded.scans[0].code == "beamed_up"


def test_trouble_of_easyposts_own_is_no_scan() -> None:
    trouble = samples.detail("error", "", source="ProcessingError")
    fact = tracking(status="error", tracking_details=[samples.detail(), trouble])
    assert [scan.status for scan in fact.scans] == ["in_transit"]


def test_a_carriers_words_are_plain() -> None:
    hostile = "Left &lt;b&gt;with&lt;/b&gt; <i>neighbour</i> &amp; signed<script>x</script>"
    detail = samples.detail(message=hostile, description="ring\x00\nbell")
    (scan,) = tracking(tracking_details=[detail]).scans
    assert scan.text == "Left with neighbour & signed x ring bell"


def test_the_local_estimate_comes_first() -> None:
    detail = {"est_delivery_date_local": "2026-11-07", "service": None}
    fact = tracking(est_delivery_date="2026-11-08T04:00:00Z", carrier_detail=detail)
    assert fact.expected_date == date(2026, 11, 7)
    assert tracking(est_delivery_date=None, carrier_detail=None).expected_date is None


def test_a_return() -> None:
    fact = tracking(is_return=True, signed_by="John Tester")
    assert fact.is_return
    assert fact.signed_by == "John Tester"


def test_events_and_lists() -> None:
    alone = read(samples.tracker())
    assert read(samples.event("tracker.created")) == alone
    assert read(samples.event()) == alone
    assert read({"trackers": [samples.tracker()], "has_more": False}) == alone
    assert read({"trackers": [], "has_more": False}) == []


@pytest.mark.parametrize("description", ["batch.updated", "payment.created", "scan_form.created"])
def test_other_events_say_nothing_to_us(description: str) -> None:
    assert read(samples.event(description, result={"object": "Batch"})) == []


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"error": {"code": "TRACKER.CREATE.ERROR", "message": "no"}}, "error"),
        (samples.event(result=None), "result"),
        (samples.event(result={"tracking_code": None}), "result.tracking_code"),
        (samples.event(result={"tracking_code": {}}), "result.tracking_code"),
        (samples.tracker(tracking_code=""), "tracking_code"),
        ({"trackers": [samples.tracker(), {}]}, "trackers[1].tracking_code"),
        (samples.tracker(tracking_details=[{}]), "tracking_details[0].datetime"),
        (
            samples.tracker(tracking_details=[samples.detail(datetime="soon")]),
            "tracking_details[0].datetime",
        ),
        ([], "body"),
    ],
)
def test_an_unreadable_body_names_the_place(body: Any, field: str) -> None:
    with pytest.raises(ParseError) as error:
        read(body)
    assert error.value.field == field


@SLOW_IS_FINE
@given(mutated(samples.bodies))
def test_bodies_gone_wrong(case: tuple[str, bytes]) -> None:
    topic, body = case
    facts_or_error(lambda: EASYPOST.parse(topic, {}, body))


@SLOW_IS_FINE
@given(torn(samples.bodies))
def test_bytes_gone_wrong(case: tuple[str, bytes]) -> None:
    topic, body = case
    facts_or_error(lambda: EASYPOST.parse(topic, {}, body))


def test_every_recorded_file_is_read_or_gives_its_error() -> None:
    codes: dict[str, str] = {}
    for path in sorted(real_data("carriers", "easypost").glob("*.json")):
        raw = json.loads(path.read_text())
        if "error" in raw:
            with pytest.raises(ParseError) as error:
                read(raw)
            assert error.value.problem == raw["error"]["message"]
            continue
        found = read(raw)
        expected = raw.get("trackers", [raw])
        assert [fact.number for fact in found] == [one["tracking_code"] for one in expected]
        for fact, one in zip(found, expected, strict=True):
            check_storable(fact)
            details = [part for part in one["tracking_details"] if part["status"] != "error"]
            assert len(fact.scans) == len(details)
            for part, scan in zip(details, fact.scans, strict=True):
                codes[part["status"]] = scan.status
    assert codes["delivered"] == "delivered"
    assert codes["pre_transit"] == "info_received"
    assert "unknown" not in codes.values()
