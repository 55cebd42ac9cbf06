"""Asking 17TRACK, over real sockets, and its notifications."""

import json
from collections.abc import Iterator
from functools import partial

import pytest
from hypothesis import HealthCheck, given, settings

from aftercart.connectors.base import Accepted, Asked, ConnectionFailed, Refused, WebhookRequest
from aftercart.connectors.carriers.seventeentrack.connector import signature
from aftercart.connectors.carriers.seventeentrack.tests import samples
from aftercart.connectors.registry import connector
from aftercart.connectors.tests import aggregators, scripting
from aftercart.connectors.tests.aggregators import PLACES, START, Rig
from aftercart.connectors.tests.retelling import any_script
from aftercart.demo.standins.base import Script, as_json
from aftercart.demo.standins.seventeentrack import SPOKEN, SeventeenTrack
from tests.support.real_data import reference

CONNECTOR = connector("17track")
NUMBER = "RB123456785GB"
KEYS = {"api_key": SeventeenTrack.api_key}


@pytest.fixture(scope="module")
def served() -> Iterator[SeventeenTrack]:
    made = SeventeenTrack(limits=(), clock=aggregators.watch())
    with made.serving():
        yield made


@pytest.fixture
def rig() -> Iterator[Rig]:
    made = SeventeenTrack(limits=(), clock=aggregators.watch())
    with made.serving():
        yield Rig(CONNECTOR, made, KEYS, NUMBER)


@settings(max_examples=50, suppress_health_check=[HealthCheck.too_slow])
@given(script=any_script(NUMBER, SPOKEN, PLACES, START))
def test_a_script_comes_back(served: SeventeenTrack, script: Script) -> None:
    aggregators.check_round_trip(Rig(CONNECTOR, served, KEYS, NUMBER), script)


def test_numbers_are_registered_once_together_with_their_carriers(rig: Rig) -> None:
    assert isinstance(rig.stand_in, SeventeenTrack)
    rig.known("in_transit")
    new = rig.ask(Asked(number=NUMBER, carrier="royal_mail"), "9400100000000000000003")
    assert rig.stand_in.registered[NUMBER] == 11031
    assert [heard.body for heard in new.heard] == [None, None]
    assert new.requests == 2
    again = rig.ask(NUMBER, "9400100000000000000003")
    assert again.requests == 1
    assert [heard.body is not None for heard in again.heard] == [True, False]
    assert scripting.facts(CONNECTOR, again.heard)[0].carrier == "royal_mail"


def test_forty_numbers_are_one_request(rig: Rig) -> None:
    assert isinstance(rig.stand_in, SeventeenTrack)
    numbers = [f"LX{digit:09}CN" for digit in range(40)]
    rig.stand_in.registered = dict.fromkeys(numbers, 3011)
    for number in numbers:
        rig.known("delivered", number=number)
    answer = rig.ask(*numbers)
    assert answer.requests == 1
    assert [heard.number for heard in answer.heard if heard.body] == numbers


def test_rejected_numbers_are_told_each(rig: Rig) -> None:
    invalid, nobodys = rig.ask("BAD0001", "NONE0001").heard
    assert (invalid.is_refused, nobodys.is_refused) == (True, False)
    assert invalid.problem == "The format of 'BAD0001' is invalid."
    assert nobodys.problem == "Carrier cannot be detected."


def test_a_quota_that_is_used_up_is_told_and_asked_again(rig: Rig) -> None:
    assert isinstance(rig.stand_in, SeventeenTrack)
    rig.stand_in.quota = 0
    (heard,) = rig.ask(NUMBER).heard
    assert (heard.problem, heard.is_refused) == ("The quota is used up.", False)


def test_of_two_carriers_of_a_number_the_parcels_own_counts(rig: Rig) -> None:
    assert isinstance(rig.stand_in, SeventeenTrack)
    rig.known("in_transit")
    rig.stand_in.registered[NUMBER] = 11031
    whole = rig.stand_in.number(NUMBER)
    other = {**whole, "carrier": 100002, "track_info": {"latest_event": samples.event()}}
    accepted = {"code": 0, "data": {"accepted": [other, whole], "rejected": []}}
    rig.stand_in._all = lambda *_: as_json(accepted)  # type: ignore[method-assign]
    (heard,) = rig.ask(Asked(number=NUMBER, carrier="royal_mail")).heard
    assert heard.memo == {"carrier": "11031"}
    assert rig.ask(NUMBER).heard[0].memo == {"carrier": "100002"}


def test_equal_news_are_equal_bytes_whenever_they_are_asked_for(rig: Rig) -> None:
    rig.known("in_transit")
    rig.ask(NUMBER)
    (first,) = rig.ask(NUMBER).heard
    rig.stand_in.clock = lambda: aggregators.NOW.replace(day=28, hour=23)
    assert rig.ask(NUMBER).heard[0].body == first.body is not None


def test_news_are_posted_once_the_merchant_says_so(rig: Rig) -> None:
    rig.known("in_transit")
    rig.ask(NUMBER)
    assert rig.ask(NUMBER).heard[0].pushed_until is None
    assert rig.ask(NUMBER, push="yes").heard[0].pushed_until is not None


def test_errors_in_a_200_are_failures(rig: Rig) -> None:
    assert isinstance(rig.stand_in, SeventeenTrack)
    for code, permanent, throttled in (
        (-18010004, True, False),
        (-18019908, False, True),
        (-18010003, False, False),
    ):
        data = {"errors": [{"code": code, "message": "No"}]}
        body = {"code": code, "data": data}
        answer = partial(as_json, body)
        rig.stand_in.answer = lambda _, answer=answer: answer()  # type: ignore[method-assign, misc]
        with pytest.raises(ConnectionFailed) as failure:
            rig.ask(NUMBER)
        assert (failure.value.permanent, failure.value.is_throttled) == (permanent, throttled)


def test_failures_are_told_so_that_they_can_be_mended(rig: Rig) -> None:
    assert isinstance(rig.stand_in, SeventeenTrack)
    rig.stand_in.registered = {NUMBER: 11031, "OTHER0001": 11031}
    aggregators.check_failures(rig, api_key="wrong")


def test_the_key_is_tried(rig: Rig) -> None:
    aggregators.check_identity(rig, api_key="wrong")


BODY = samples.encoded(samples.notification())


def receive(headers: dict[str, str], body: bytes = BODY, keys: dict[str, str] = KEYS):
    lower = {name.lower(): value for name, value in headers.items()}
    request = WebhookRequest(method="POST", path="/in/x", query="", headers=lower, body=body)
    return CONNECTOR.receive(request, keys)


def test_a_genuine_notification_is_accepted() -> None:
    verdict = receive(CONNECTOR.sign("", BODY, KEYS, ""))
    assert isinstance(verdict, Accepted)
    assert verdict.topic == "TRACKING_UPDATED"


@pytest.mark.parametrize("given", ["", "0" * 64, "größe", signature("other", BODY)])
def test_a_forged_notification_is_refused(given: str) -> None:
    assert isinstance(receive({"sign": given}), Refused)
    assert isinstance(receive(CONNECTOR.sign("", BODY, KEYS, ""), BODY + b" "), Refused)
    assert isinstance(receive({"sign": signature("", BODY)}, keys={}), Refused)


def test_the_signature_agrees_with_the_reference() -> None:
    vectors = json.loads(reference("signature_vectors.json").read_text())
    vector = next(one for one in vectors if one["scheme"] == "17track v2")
    assert signature(vector["secret"], vector["body"].encode()) == vector["expected"]
