"""Asking EasyPost, over real sockets."""

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings

from aftercart.connectors.base import Asked, ConnectionFailed, can_be_asked
from aftercart.connectors.registry import connector
from aftercart.connectors.tests import aggregators, scripting
from aftercart.connectors.tests.aggregators import ADDRESS, PLACES, START, Rig
from aftercart.connectors.tests.retelling import any_script
from aftercart.demo.standins.base import Script
from aftercart.demo.standins.easypost import SPOKEN, TESTED, EasyPost

CONNECTOR = connector("easypost")
NUMBER = "9400100000000000000003"
KEYS = {"api_key": EasyPost.api_key}


@pytest.fixture(scope="module")
def served() -> Iterator[EasyPost]:
    made = EasyPost(limits=(), clock=aggregators.watch())
    with made.serving():
        yield made


@pytest.fixture
def rig() -> Iterator[Rig]:
    made = EasyPost(limits=(), clock=aggregators.watch())
    with made.serving():
        yield Rig(CONNECTOR, made, KEYS, NUMBER)


@settings(max_examples=50, suppress_health_check=[HealthCheck.too_slow])
@given(script=any_script(NUMBER, SPOKEN, PLACES, START))
def test_a_script_comes_back(served: EasyPost, script: Script) -> None:
    aggregators.check_round_trip(Rig(CONNECTOR, served, KEYS, NUMBER), script)


def test_a_tracker_is_made_once_and_then_read_by_its_id(rig: Rig) -> None:
    rig.known("in_transit")
    (first,) = rig.ask(Asked(number=NUMBER, carrier="usps")).heard
    (second,) = rig.ask(Asked(number=NUMBER, memo=first.memo)).heard
    assert first.memo["id"].startswith("trk_")
    assert first.body == second.body is not None
    asked = [(seen.method, seen.path.split("/")[1]) for seen in rig.stand_in.seen]
    assert asked == [("POST", "trackers"), ("GET", "trackers")]


def test_a_tracker_that_is_gone_is_made_anew(rig: Rig) -> None:
    rig.known("in_transit")
    answer = rig.ask(Asked(number=NUMBER, memo={"id": "trk_gone"}))
    assert answer.requests == 2
    assert answer.heard[0].body is not None
    assert answer.heard[0].memo["id"] != "trk_gone"


def test_equal_news_are_equal_bytes_whenever_they_are_asked_for(rig: Rig) -> None:
    rig.known("in_transit")
    (first,) = rig.ask(NUMBER).heard
    rig.stand_in.clock = lambda: aggregators.NOW.replace(hour=23)
    assert rig.ask(NUMBER).heard[0].body == first.body


def test_no_news_and_no_such_number_are_told_apart(rig: Rig) -> None:
    answer = rig.ask("9400100000000000000010", "BAD0000001")
    quiet, unknown = answer.heard
    assert (quiet.body, unknown.body) == (None, None)
    assert quiet.memo["id"]
    assert "no news" in quiet.problem
    assert unknown.problem == "The tracking number does not belong to the carrier"


def test_easyposts_test_codes(rig: Rig) -> None:
    answer = rig.ask(*TESTED)
    found = {fact.number: fact for fact in scripting.facts(CONNECTOR, answer.heard)}
    latest = {number: fact.scans[-1].status for number, fact in found.items()}
    assert latest == {
        "EZ1000000001": "info_received",
        "EZ2000000002": "in_transit",
        "EZ3000000003": "out_for_delivery",
        "EZ4000000004": "delivered",
        "EZ5000000005": "returning",
        "EZ6000000006": "exception",
    }
    assert found["EZ4000000004"].signed_by == "John Tester"


def test_easypost_is_given_our_webhook_once(rig: Rig) -> None:
    assert isinstance(rig.stand_in, EasyPost)
    rig.known("in_transit")
    (heard,) = rig.ask(NUMBER, address=ADDRESS, secret="s3cret").heard
    assert heard.pushed_until is not None
    assert heard.pushed_until > aggregators.NOW
    rig.ask(NUMBER, address=ADDRESS, secret="s3cret")
    assert [one["url"] for one in rig.stand_in.webhooks] == [ADDRESS]
    assert [seen.path for seen in rig.stand_in.seen].count("/webhooks") == 2


def test_a_webhook_that_easypost_switched_off_tells_nothing(rig: Rig) -> None:
    assert isinstance(rig.stand_in, EasyPost)
    rig.known("in_transit")
    rig.stand_in.webhooks = [{"url": ADDRESS, "disabled_at": "2026-11-01T00:00:00Z"}]
    assert rig.ask(NUMBER, address=ADDRESS, secret="other").heard[0].pushed_until is None
    assert rig.ask(NUMBER, address="http://localhost/in/x", secret="s").heard[0].body


def test_without_a_key_it_only_listens(rig: Rig) -> None:
    assert can_be_asked(CONNECTOR.tracker, KEYS)
    assert not can_be_asked(CONNECTOR.tracker, {"secret": "only this"})
    with pytest.raises(ConnectionFailed) as failure:
        rig.ask(NUMBER, api_key="")
    assert not failure.value.permanent


def test_what_was_heard_before_a_failure_is_kept(rig: Rig) -> None:
    rig.known("in_transit")
    answers = iter(range(10))
    whole = rig.stand_in.answer

    def failing_later(request):
        rig.stand_in.outage = next(answers) >= 0
        return whole(request)

    rig.stand_in.answer = failing_later  # type: ignore[method-assign]
    answer = rig.ask(NUMBER, "OTHER0001")
    assert [heard.number for heard in answer.heard] == [NUMBER]
    assert answer.remaining == 0


def test_failures_are_told_so_that_they_can_be_mended(rig: Rig) -> None:
    aggregators.check_failures(rig, api_key="wrong")


def test_the_key_is_tried(rig: Rig) -> None:
    aggregators.check_identity(rig, api_key="wrong")
