"""Asking Shippo, over real sockets, and its webhooks."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings

from aftercart.connectors.base import Accepted, Asked, Refused, Verdict, WebhookRequest
from aftercart.connectors.carriers.shippo.client import with_token
from aftercart.connectors.carriers.shippo.connector import signature
from aftercart.connectors.carriers.shippo.tests import samples
from aftercart.connectors.registry import connector
from aftercart.connectors.tests import aggregators, scripting
from aftercart.connectors.tests.aggregators import ADDRESS, NOW, PLACES, START, Rig
from aftercart.connectors.tests.retelling import any_script
from aftercart.core import clock
from aftercart.demo.standins.base import Script
from aftercart.demo.standins.shippo import SPOKEN, TRIED, Shippo

CONNECTOR = connector("shippo")
NUMBER = samples.NUMBER
KEYS = {"api_key": Shippo.api_key}


class UspsRig(Rig):
    """Parcels whose carrier is known, since Shippo has to be told it."""

    def ask(self, *parcels: Asked | str, address: str = "", **entered: str):
        known = [Asked(number=one, carrier="usps") if isinstance(one, str) else one
                 for one in parcels]  # fmt: skip
        asked = [one if one.carrier else Asked(number=one.number, carrier="usps", memo=one.memo)
                 for one in known]  # fmt: skip
        return super().ask(*asked, address=address, **entered)


@pytest.fixture(scope="module")
def served() -> Iterator[Shippo]:
    made = Shippo(limits=(), clock=aggregators.watch())
    with made.serving():
        yield made


@pytest.fixture
def rig() -> Iterator[Rig]:
    made = Shippo(limits=(), clock=aggregators.watch())
    with made.serving():
        yield UspsRig(CONNECTOR, made, KEYS, NUMBER)


@settings(max_examples=50, suppress_health_check=[HealthCheck.too_slow])
@given(script=any_script(NUMBER, SPOKEN, PLACES, START))
def test_a_script_comes_back(served: Shippo, script: Script) -> None:
    aggregators.check_round_trip(UspsRig(CONNECTOR, served, KEYS, NUMBER), script)


def test_a_track_is_registered_once_and_then_read(rig: Rig) -> None:
    rig.known("in_transit")
    (first,) = rig.ask(NUMBER).heard
    (second,) = rig.ask(Asked(number=NUMBER, memo=first.memo)).heard
    assert first.body == second.body is not None
    assert [(seen.method, seen.path) for seen in rig.stand_in.seen] == [
        ("POST", "/tracks"),
        ("GET", f"/tracks/usps/{NUMBER}"),
    ]


def test_a_track_that_is_gone_is_registered_anew(rig: Rig) -> None:
    rig.known("in_transit")
    answer = rig.ask(Asked(number=NUMBER, memo={"carrier": "usps"}))
    assert (answer.requests, answer.heard[0].body is not None) == (2, True)


def test_without_a_carrier_shippo_cannot_be_asked(rig: Rig) -> None:
    (heard,) = rig.ask(Asked(number=NUMBER, carrier="nova_post")).heard
    assert (heard.body, heard.is_refused) == (None, False)
    assert "told the carrier" in heard.problem
    assert rig.stand_in.seen == []


def test_no_news_and_no_such_number_are_told_apart(rig: Rig) -> None:
    quiet, unknown = rig.ask("9400100000000000000010", "BAD0000001").heard
    assert (quiet.body, "no news" in quiet.problem) == (None, True)
    assert unknown.problem == "No tracking number of that carrier."


def test_the_numbers_for_trying(rig: Rig) -> None:
    found = scripting.facts(CONNECTOR, rig.ask(*TRIED).heard)
    assert {fact.number: fact.scans[-1].status for fact in found} == {
        "SHIPPO_PRE_TRANSIT": "info_received",
        "SHIPPO_TRANSIT": "in_transit",
        "SHIPPO_DELIVERED": "delivered",
        "SHIPPO_RETURNED": "returning",
        "SHIPPO_FAILURE": "exception",
    }


def test_shippo_is_given_our_webhook_once(rig: Rig) -> None:
    assert isinstance(rig.stand_in, Shippo)
    rig.known("in_transit")
    for _time in range(2):
        (heard,) = rig.ask(NUMBER, address=ADDRESS, secret="s3cret").heard
        assert heard.pushed_until is not None
    assert rig.stand_in.webhooks == [
        {
            "url": f"{ADDRESS}?token=s3cret",
            "event": "track_updated",
            "active": True,
            "is_test": False,
        }
    ]


def test_failures_are_told_so_that_they_can_be_mended(rig: Rig) -> None:
    aggregators.check_failures(rig, api_key="wrong")


def test_the_token_is_tried(rig: Rig) -> None:
    aggregators.check_identity(rig, api_key="wrong")


BODY = samples.encoded(samples.event())
TOKEN = {"secret": "tök/en&"}
SIGNED = {**TOKEN, "signing_secret": "signing"}


def receive(keys: dict[str, str], query: str = "", headers: dict[str, str] | None = None,
            body: bytes = BODY) -> Verdict:  # fmt: skip
    lower = {name.lower(): value for name, value in (headers or {}).items()}
    request = WebhookRequest(method="POST", path="/in/x", query=query, headers=lower, body=body)
    with clock.moved_to(NOW):
        return CONNECTOR.receive(request, keys)


def signed(keys: dict[str, str]) -> dict[str, str]:
    with clock.moved_to(NOW):
        return CONNECTOR.sign("", BODY, keys, "")


def test_the_token_in_the_address_makes_an_event_genuine() -> None:
    query = with_token(ADDRESS, TOKEN["secret"]).partition("?")[2]
    verdict = receive(TOKEN, query)
    assert isinstance(verdict, Accepted)
    assert verdict.topic == "track_updated"
    for wrong in ("", "token=", "token=other", f"{query}x", "other=1"):
        assert isinstance(receive(TOKEN, wrong), Refused)
    assert isinstance(receive({}, "token="), Refused)


def test_where_shippo_signs_only_the_signature_counts() -> None:
    query = with_token(ADDRESS, TOKEN["secret"]).partition("?")[2]
    assert isinstance(receive(SIGNED, headers=signed(SIGNED)), Accepted)
    assert isinstance(receive(SIGNED, query), Refused)
    assert isinstance(receive(SIGNED, query, signed(TOKEN)), Refused)
    assert isinstance(receive(SIGNED, headers=signed(SIGNED), body=BODY + b" "), Refused)
    assert isinstance(receive(TOKEN, headers=signed(TOKEN)), Accepted)


@pytest.mark.parametrize("minutes", [-6, 6])
def test_a_signature_of_another_time_is_refused(minutes: int) -> None:
    at = str(int((NOW + timedelta(minutes=minutes)).timestamp()))
    header = f"t={at},v1={signature('signing', at, BODY)}"
    assert isinstance(receive(SIGNED, headers={"Shippo-Auth-Signature": header}), Refused)


@pytest.mark.parametrize("header", ["t=1,v1=x", "größe", f"t=,v1={'0' * 64}", "t=999999999999,v1="])
def test_a_forged_signature_is_refused(header: str) -> None:
    assert isinstance(receive(SIGNED, headers={"Shippo-Auth-Signature": header}), Refused)
    assert isinstance(receive({}, headers=signed(SIGNED)), Refused)
