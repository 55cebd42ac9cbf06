"""Asking Ship24, over real sockets, and its webhooks."""

from collections.abc import Iterator
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings

from aftercart.connectors.base import Accepted, Asked, Refused, Verdict, WebhookRequest
from aftercart.connectors.carriers.ship24.tests import samples
from aftercart.connectors.registry import connector
from aftercart.connectors.tests import aggregators, scripting
from aftercart.connectors.tests.aggregators import ADDRESS, START, Rig
from aftercart.connectors.tests.retelling import any_script
from aftercart.delivery.shipments.facts import PlaceFact
from aftercart.demo.standins.base import Script
from aftercart.demo.standins.ship24 import SPOKEN, Ship24

CONNECTOR = connector("ship24")
NUMBER = samples.NUMBER
KEYS = {"api_key": Ship24.api_key}
PLACES = (
    (PlaceFact(city="Atlanta", region="GA", country="US"), -5),
    (PlaceFact(city="Bremen", country="DE"), 1),
    (PlaceFact(city="Mumbai", country="IN"), 5.5),
)


@pytest.fixture(scope="module")
def served() -> Iterator[Ship24]:
    made = Ship24(limits=(), clock=aggregators.watch())
    with made.serving():
        yield made


@pytest.fixture
def rig() -> Iterator[Rig]:
    made = Ship24(limits=(), clock=aggregators.watch())
    with made.serving():
        yield Rig(CONNECTOR, made, KEYS, NUMBER)


@settings(max_examples=50, suppress_health_check=[HealthCheck.too_slow])
@given(script=any_script(NUMBER, SPOKEN, PLACES, START))
def test_a_script_comes_back(served: Ship24, script: Script) -> None:
    aggregators.check_round_trip(Rig(CONNECTOR, served, KEYS, NUMBER), script)


def test_new_numbers_are_told_together_and_then_read_each(rig: Rig) -> None:
    assert isinstance(rig.stand_in, Ship24)
    rig.known("in_transit")
    parcel = Asked(
        number=NUMBER, carrier="usps", country="DE", postcode="28195", shipped_on=date(2026, 11, 1)
    )
    new = rig.ask(parcel, "OTHER0001", "BAD0001")
    assert rig.stand_in.wanted[0] == {
        "trackingNumber": NUMBER,
        "courierCode": ["us-post"],
        "destinationCountryCode": "DE",
        "destinationPostCode": "28195",
        "shippingDate": "2026-11-01",
    }
    assert new.requests == 1
    first, second, bad = new.heard
    assert (first.body, second.body, bad.memo) == (None, None, {})
    assert bad.problem == "trackingNumber is invalid"
    again = rig.ask(*(Asked(number=one.number, memo=one.memo) for one in (first, second)))
    assert again.requests == 2
    assert [one.body is not None for one in again.heard] == [True, False]
    assert scripting.facts(CONNECTOR, again.heard)[0].number == NUMBER


def test_a_tracker_that_is_gone_is_made_anew(rig: Rig) -> None:
    answer = rig.ask(Asked(number=NUMBER, memo={"id": "gone"}))
    (heard,) = answer.heard
    assert (answer.requests, heard.memo["id"] != "gone") == (2, True)


def test_equal_news_are_equal_bytes_though_ids_change(rig: Rig) -> None:
    rig.known("in_transit")
    (new,) = rig.ask(NUMBER).heard
    known = Asked(number=NUMBER, memo=new.memo)
    first = rig.ask(known).heard[0].body
    assert rig.ask(known).heard[0].body == first is not None


def test_with_a_webhook_news_are_posted(rig: Rig) -> None:
    assert rig.ask(NUMBER, address=ADDRESS).heard[0].pushed_until is None
    (heard,) = rig.ask(NUMBER, address=ADDRESS, secret="s3cret").heard
    assert heard.pushed_until is not None


def test_what_was_heard_before_a_failure_is_kept(rig: Rig) -> None:
    rig.known("in_transit")
    (new,) = rig.ask(NUMBER).heard
    whole = rig.stand_in.answer

    def failing_later(request):
        rig.stand_in.outage = True
        return whole(request)

    rig.stand_in.answer = failing_later  # type: ignore[method-assign]
    answer = rig.ask(Asked(number=NUMBER, memo=new.memo), "OTHER0001")
    assert [heard.number for heard in answer.heard] == [NUMBER]


def test_failures_are_told_so_that_they_can_be_mended(rig: Rig) -> None:
    aggregators.check_failures(rig, api_key="wrong")


def test_the_key_is_tried(rig: Rig) -> None:
    aggregators.check_identity(rig, api_key="wrong")


BODY = samples.encoded(samples.webhook())
SECRET = {"secret": "s3cret"}


def receive(headers: dict[str, str], body: bytes = BODY, keys: dict[str, str] = SECRET) -> Verdict:
    lower = {name.lower(): value for name, value in headers.items()}
    request = WebhookRequest(method="POST", path="/in/x", query="", headers=lower, body=body)
    return CONNECTOR.receive(request, keys)


def test_a_genuine_webhook_is_accepted_once() -> None:
    headers = CONNECTOR.sign("", BODY, SECRET, "")
    later = samples.webhook(samples.tracking(statistics={"x": 1}))
    other = samples.webhook(samples.tracking(metadata={"messageId": "message-2"}))
    keys = [
        verdict.dedupe_key
        for body in (BODY, samples.encoded(later), samples.encoded(other))
        if isinstance(verdict := receive(headers, body), Accepted)
    ]
    assert keys[0] == keys[1] != keys[2]


@pytest.mark.parametrize(
    "given", ["", "Bearer", "Bearer ", "Bearer other", "Basic s3cret", "s3cret", "Bearer größe"]
)
def test_a_forged_webhook_is_refused(given: str) -> None:
    assert isinstance(receive({"Authorization": given}), Refused)
    assert isinstance(receive({"Authorization": "Bearer "}, keys={}), Refused)
