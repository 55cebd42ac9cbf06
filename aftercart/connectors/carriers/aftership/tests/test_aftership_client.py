"""Asking AfterShip, over real sockets."""

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest
from hypothesis import HealthCheck, given, settings

from aftercart.connectors.base import Asked, ConnectionFailed, ParseError, can_be_asked
from aftercart.connectors.carriers.aftership.client import _ours
from aftercart.connectors.registry import connector
from aftercart.connectors.tests import aggregators
from aftercart.connectors.tests.aggregators import ADDRESS, PLACES, START, Rig
from aftercart.connectors.tests.retelling import any_script
from aftercart.demo.standins.aftership import SPOKEN, AfterShip
from aftercart.demo.standins.base import Script

CONNECTOR = connector("aftership")
NUMBER = "9400100000000000000003"
KEYS = {"api_key": AfterShip.api_key}


@pytest.fixture(scope="module")
def served() -> Iterator[AfterShip]:
    made = AfterShip(limits=(), clock=aggregators.watch())
    with made.serving():
        yield made


@pytest.fixture
def rig() -> Iterator[Rig]:
    made = AfterShip(limits=(), clock=aggregators.watch())
    with made.serving():
        yield Rig(CONNECTOR, made, KEYS, NUMBER)


@settings(max_examples=50, suppress_health_check=[HealthCheck.too_slow])
@given(script=any_script(NUMBER, SPOKEN, PLACES, START))
def test_a_script_comes_back(served: AfterShip, script: Script) -> None:
    aggregators.check_round_trip(Rig(CONNECTOR, served, KEYS, NUMBER), script)


def test_a_number_is_made_known_once_and_then_listed(rig: Rig) -> None:
    rig.known("in_transit")
    parcel = Asked(number=NUMBER, carrier="evri", postcode="30304", shipped_on=date(2026, 11, 1))
    (new,) = rig.ask(parcel).heard
    assert (new.body, "no news" in new.problem) == (None, True)
    (heard,) = rig.ask(Asked(number=NUMBER, memo=new.memo)).heard
    assert heard.body is not None
    assert heard.memo == new.memo
    assert CONNECTOR.parse("", {}, heard.body)[0].carrier == "evri"
    assert [seen.method for seen in rig.stand_in.seen] == ["GET", "POST", "GET"]


def test_several_numbers_are_one_request(rig: Rig) -> None:
    assert isinstance(rig.stand_in, AfterShip)
    numbers = [f"940010000000000000000{digit}" for digit in range(5)]
    for number in numbers:
        rig.known("delivered", number=number)
        rig.stand_in.known[number] = "usps"
    answer = rig.ask(*numbers)
    assert answer.requests == 1
    assert [heard.number for heard in answer.heard if heard.body] == numbers


def test_a_tracking_that_exists_already_is_used(rig: Rig) -> None:
    """It may be made between the list and our wish."""
    assert isinstance(rig.stand_in, AfterShip)
    listed = rig.stand_in._listed

    def made_meanwhile(request):
        answer = listed(request)
        rig.stand_in.known[NUMBER] = "usps"  # type: ignore[attr-defined]
        return answer

    rig.stand_in._listed = made_meanwhile  # type: ignore[method-assign]
    (heard,) = rig.ask(NUMBER).heard
    assert heard.memo["id"]
    assert not heard.is_refused


def test_of_two_trackings_of_a_number_ours_counts() -> None:

    listed = [
        {"id": "1", "tracking_number": "A1", "slug": "ups"},
        {"id": "2", "tracking_number": "a1", "slug": "dhl"},
        {"id": "3", "tracking_number": "B1", "slug": "dhl"},
    ]
    assert _ours(Asked(number="A1"), listed) == listed[0]
    assert _ours(Asked(number="A1", carrier="dhl_express"), listed) == listed[1]
    assert _ours(Asked(number="A1", carrier="ups", memo={"id": "2"}), listed) == listed[1]
    assert _ours(Asked(number="C1"), listed) is None


def test_an_invalid_number_is_refused_for_good(rig: Rig) -> None:
    (heard,) = rig.ask("BAD0000001").heard
    assert heard.is_refused
    assert heard.problem == "The value of `tracking_number` is invalid."


def test_equal_news_are_equal_bytes_whenever_they_are_asked_for(rig: Rig) -> None:
    rig.known("in_transit")
    rig.ask(NUMBER)
    (first,) = rig.ask(NUMBER).heard
    rig.stand_in.clock = lambda: aggregators.NOW.replace(hour=23)
    assert rig.ask(NUMBER).heard[0].body == first.body is not None


def test_with_a_webhook_news_are_posted(rig: Rig) -> None:
    (heard,) = rig.ask(NUMBER, address=ADDRESS, secret="s3cret").heard
    assert heard.pushed_until is not None
    assert rig.ask(NUMBER, address=ADDRESS).heard[0].pushed_until is None


def test_without_a_key_it_only_listens(rig: Rig) -> None:
    assert not can_be_asked(CONNECTOR.tracker, {"secret": "only this"})
    with pytest.raises(ConnectionFailed) as failure:
        rig.ask(NUMBER, api_key="")
    assert not failure.value.permanent


def test_an_error_becomes_its_words() -> None:
    body = {"meta": {"code": 4004, "message": "Tracking does not exist."}, "data": {}}
    with pytest.raises(ParseError) as error:
        CONNECTOR.parse("", {}, json.dumps(body).encode())
    assert (error.value.field, error.value.problem) == ("error", "Tracking does not exist.")


def test_a_local_time_is_that_of_its_place(rig: Rig) -> None:
    checkpoint = {
        "tag": "InTransit",
        "checkpoint_time": "2026-11-03T08:25:00",
        "city": "Bremen",
        "country_region": "DEU",
    }
    body = {"data": {"tracking_number": "1", "checkpoints": [checkpoint]}}
    (fact,) = CONNECTOR.parse("", {}, json.dumps(body).encode())
    assert fact.scans[0].occurred_at == datetime(2026, 11, 3, 7, 25, tzinfo=UTC)
    assert fact.scans[0].zone_known


def test_failures_are_told_so_that_they_can_be_mended(rig: Rig) -> None:
    assert isinstance(rig.stand_in, AfterShip)
    rig.stand_in.known.update({NUMBER: "usps", "OTHER0001": "usps"})
    aggregators.check_failures(rig, api_key="wrong")


def test_the_key_is_tried(rig: Rig) -> None:
    aggregators.check_identity(rig, api_key="wrong")
