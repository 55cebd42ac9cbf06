"""Asking a Karrio server, over real sockets, and its webhooks."""

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings

from aftercart.connectors.base import (
    Accepted,
    Answer,
    Asked,
    Refused,
    Verdict,
    WebhookRequest,
)
from aftercart.connectors.carriers.karrio.connector import signature
from aftercart.connectors.carriers.karrio.tests import samples
from aftercart.connectors.registry import connector
from aftercart.connectors.tests import aggregators
from aftercart.connectors.tests.aggregators import ADDRESS, NOW, START, Rig
from aftercart.connectors.tests.retelling import any_script
from aftercart.delivery.shipments.facts import PlaceFact
from aftercart.demo.standins.base import Script
from aftercart.demo.standins.karrio import SPOKEN, Karrio

CONNECTOR = connector("karrio")
NUMBER = samples.NUMBER
KEYS = {"token": Karrio.token}
PLACES = (
    (PlaceFact(city="Atlanta", region="GA", country="US"), -5),
    (PlaceFact(city="Bremen", country="DE"), 1),
    (PlaceFact(city="Mumbai", country="IN"), 5.5),
)


class PurolatorRig(Rig):
    """Parcels whose carrier is known, since Karrio has to be told it."""

    def ask(self, *parcels: Asked | str, address: str = "", **entered: str) -> Answer:
        known = [
            Asked(number=one, carrier="purolator")
            if isinstance(one, str)
            else Asked(number=one.number, carrier=one.carrier or "purolator", memo=one.memo)
            for one in parcels
        ]
        return super().ask(*known, address=address, **entered)


@pytest.fixture(scope="module")
def served() -> Iterator[Karrio]:
    made = Karrio(limits=(), clock=aggregators.watch())
    with made.serving():
        yield made


@pytest.fixture
def rig() -> Iterator[Rig]:
    made = Karrio(limits=(), clock=aggregators.watch())
    with made.serving():
        yield PurolatorRig(CONNECTOR, made, KEYS, NUMBER)


@settings(max_examples=50, suppress_health_check=[HealthCheck.too_slow])
@given(script=any_script(NUMBER, SPOKEN, PLACES, START))
def test_a_script_comes_back(served: Karrio, script: Script) -> None:
    aggregators.check_round_trip(PurolatorRig(CONNECTOR, served, KEYS, NUMBER), script)


def test_a_tracker_is_made_once_and_then_read_by_its_id(rig: Rig) -> None:
    rig.known("in_transit")
    (first,) = rig.ask(NUMBER).heard
    rig.stand_in.clock = lambda: NOW.replace(hour=23)
    (second,) = rig.ask(Asked(number=NUMBER, memo=first.memo)).heard
    assert first.body == second.body is not None
    assert [(seen.method, seen.path) for seen in rig.stand_in.seen] == [
        ("POST", "/v1/trackers"),
        ("GET", f"/v1/trackers/{first.memo['id']}"),
    ]


def test_a_tracker_that_is_gone_is_made_anew(rig: Rig) -> None:
    rig.known("in_transit")
    answer = rig.ask(Asked(number=NUMBER, memo={"id": "trk_gone"}))
    assert (answer.requests, answer.heard[0].body is not None) == (2, True)


def test_a_tracker_that_exists_is_found(rig: Rig) -> None:
    assert isinstance(rig.stand_in, Karrio)
    rig.known("in_transit")
    (first,) = rig.ask(NUMBER).heard
    rig.stand_in.is_strict = True
    answer = rig.ask(NUMBER)
    assert (answer.requests, answer.heard[0].memo) == (2, first.memo)
    assert answer.heard[0].body == first.body


def test_what_cannot_be_told_is_said(rig: Rig) -> None:
    quiet, unknown, nobodys = rig.ask(
        "329012345680", "BAD0001", Asked(number="1", carrier="nova_post")
    ).heard
    assert (quiet.body, "no news" in quiet.problem) == (None, True)
    assert (unknown.body, unknown.problem) == (None, "Number not found")
    assert "told the carrier" in nobodys.problem


def test_with_a_webhook_there_news_are_posted(rig: Rig) -> None:
    assert isinstance(rig.stand_in, Karrio)
    rig.known("in_transit")
    assert rig.ask(NUMBER, address=ADDRESS, secret="one").heard[0].pushed_until is None
    rig.stand_in.webhooks = [{"url": ADDRESS, "disabled": False}]
    assert rig.ask(NUMBER, address=ADDRESS, secret="two").heard[0].pushed_until is not None
    assert rig.ask(NUMBER, address=ADDRESS).heard[0].pushed_until is None


def test_failures_are_told_so_that_they_can_be_mended(rig: Rig) -> None:
    aggregators.check_failures(rig, token="wrong")


def test_the_token_is_tried(rig: Rig) -> None:
    aggregators.check_identity(rig, token="wrong")


def test_each_server_is_a_source_of_its_own() -> None:
    assert (
        CONNECTOR.source({"server": "https://API.karrio.example/"}) == "karrio:api.karrio.example"
    )


BODY = samples.encoded(samples.webhook())
SECRET = {"secret": "s3cret"}


def receive(headers: dict[str, str], keys: dict[str, str] = SECRET, body: bytes = BODY) -> Verdict:
    lower = {name.lower(): value for name, value in headers.items()}
    request = WebhookRequest(method="POST", path="/in/x", query="", headers=lower, body=body)
    return CONNECTOR.receive(request, keys)


def test_a_genuine_webhook_is_accepted() -> None:
    verdict = receive(CONNECTOR.sign("", BODY, SECRET, ""))
    assert isinstance(verdict, Accepted)
    assert verdict.topic == "tracker_updated"
    signed = signature(b"s3cret", BODY)
    for header in (signed, f"sha256={signed}"):
        assert isinstance(receive({"X-Karrio-Signature": header}), Accepted)


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"X-Event-Id": ""},
        {"X-Event-Id": "other"},
        {"X-Event-Id": "größe"},
        {"X-Karrio-Signature": "0" * 64},
        {"X-Karrio-Signature": signature(b"other", BODY)},
        {"X-Karrio-Signature": "s3cret", "X-Event-Id": "s3cret"},
    ],
)
def test_a_forged_webhook_is_refused(headers: dict[str, str]) -> None:
    assert isinstance(receive(headers), Refused)
    assert isinstance(receive(headers, keys={}), Refused)
