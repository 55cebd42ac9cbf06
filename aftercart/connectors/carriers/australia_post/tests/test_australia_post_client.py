"""Asking Australia Post, over real sockets."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from aftercart.connectors.base import Asked, ConnectionFailed, Limit
from aftercart.connectors.carriers.australia_post import parse
from aftercart.connectors.carriers.australia_post.client import AustraliaPostTracker
from aftercart.delivery.shipments.facts import PlaceFact
from aftercart.demo.standins.australia_post import EAST, SPOKEN, AustraliaPost
from aftercart.demo.standins.base import Move, Script

NOW = datetime(2026, 11, 5, 12, tzinfo=UTC)
HOBART = PlaceFact(city="HOBART", region="TAS", country="AU")
NUMBER = "00993300000000000017"
TRACKER = AustraliaPostTracker()


def script(number: str) -> Script:
    first = (NOW - timedelta(hours=len(SPOKEN))).astimezone(EAST)
    moves = tuple(
        Move(at=first + timedelta(hours=hour), status=status, reason=reason, place=HOBART)  # type: ignore[arg-type]
        for hour, (status, reason) in enumerate(SPOKEN)
    )
    return Script(number=number, moves=moves)


@pytest.fixture
def post() -> Iterator[AustraliaPost]:
    made = AustraliaPost({NUMBER: script(NUMBER)}, clock=lambda: NOW)
    with made.serving():
        yield made


def ask(post: AustraliaPost, *numbers: str, password: str = "auspost-secret"):
    given = {"api_key": "auspost-key", "account_number": "0001000000", "server": post.url}
    asked = [Asked(number=number) for number in numbers]
    return TRACKER.ask({"password": password}, given, asked, "")


def test_every_word_of_a_script_comes_back(post: AustraliaPost):
    (heard,) = ask(post, NUMBER).heard
    assert heard.body is not None
    (fact,) = parse.parse(heard.body)
    assert [(scan.status, scan.reason) for scan in reversed(fact.scans)] == list(SPOKEN)
    assert {scan.place for scan in fact.scans} == {HOBART}
    assert ask(post, NUMBER).heard[0].body == heard.body


def test_each_number_has_its_own_answer(post: AustraliaPost):
    found = {heard.number: heard for heard in ask(post, NUMBER, "7XX1000", "33ABC000000001").heard}
    assert found[NUMBER].body
    assert (found["7XX1000"].problem, found["7XX1000"].is_refused) == ("Invalid tracking ID", True)
    assert not found["33ABC000000001"].is_refused
    assert len(post.seen) == 1


def test_failures_are_told_so_that_they_can_be_mended(post: AustraliaPost):
    with pytest.raises(ConnectionFailed) as wrong:
        ask(post, NUMBER, password="wrong")
    assert wrong.value.permanent
    for _ in range(10):
        ask(post, NUMBER)
    with pytest.raises(ConnectionFailed) as limited:
        ask(post, NUMBER)
    assert (limited.value.permanent, limited.value.retry_after) == (False, 60)
    post.limits, post.is_broken = (Limit(1000, 1),), True
    with pytest.raises(ConnectionFailed):
        ask(post, NUMBER)
    post.outage = True
    with pytest.raises(ConnectionFailed) as away:
        ask(post, NUMBER)
    assert not away.value.permanent


def test_too_many_numbers_are_a_stated_problem(post: AustraliaPost):
    answer = ask(post, *(f"3300000000{place:02}" for place in range(11)))
    assert {heard.problem for heard in answer.heard} == {
        "The request must contain 10 or less AP article ids."
    }


def test_the_credentials_are_tried(post: AustraliaPost):
    given = {"api_key": "auspost-key", "account_number": "0001000000", "server": post.url}
    assert TRACKER.identify({"password": "auspost-secret"}, given).name == "Australia Post"
    with pytest.raises(ConnectionFailed):
        TRACKER.identify({"password": "no"}, given)
