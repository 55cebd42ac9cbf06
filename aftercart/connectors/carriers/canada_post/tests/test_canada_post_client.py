"""Asking Canada Post, over real sockets."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from aftercart.connectors.base import Asked, ConnectionFailed, Limit
from aftercart.connectors.carriers.canada_post import parse
from aftercart.connectors.carriers.canada_post.client import CanadaPostTracker
from aftercart.delivery.shipments.facts import PlaceFact
from aftercart.demo.standins.base import Move, Script
from aftercart.demo.standins.canada_post import SPOKEN, CanadaPost

NOW = datetime(2026, 7, 5, 12, tzinfo=UTC)
REGINA = PlaceFact(city="REGINA", region="SK", country="CA")
NUMBER, UNSEEN = "1234567890123452", "1234567890123469"
TRACKER = CanadaPostTracker()


def script(number: str) -> Script:
    first = NOW - timedelta(hours=len(SPOKEN))
    moves = tuple(
        Move(at=first + timedelta(hours=hour), status=status, reason=reason, place=REGINA)  # type: ignore[arg-type]
        for hour, (status, reason) in enumerate(SPOKEN)
    )
    return Script(number=number, moves=moves, expected_date="2026-07-06", signed_by="HALE")


@pytest.fixture
def post() -> Iterator[CanadaPost]:
    made = CanadaPost({NUMBER: script(NUMBER)}, clock=lambda: NOW)
    with made.serving():
        yield made


def ask(post: CanadaPost, number: str, password: str = "canada-secret"):
    given = {"username": "canada-user", "server": post.url}
    return TRACKER.ask({"password": password}, given, [Asked(number=number)], "").heard[0]


def test_every_word_of_a_script_comes_back(post: CanadaPost):
    heard = ask(post, NUMBER)
    assert heard.body is not None
    (fact,) = parse.parse(heard.body)
    assert [(scan.status, scan.reason) for scan in reversed(fact.scans)] == list(SPOKEN)
    assert fact.scans[0].occurred_at == NOW - timedelta(hours=1)
    assert fact.signed_by == "HALE"
    assert ask(post, NUMBER).body == heard.body


def test_what_is_not_known_yet_and_what_is_no_number(post: CanadaPost):
    unseen, never = ask(post, UNSEEN), ask(post, "12")
    assert (unseen.problem, unseen.is_refused) == ("No PIN History", False)
    assert (never.problem, never.is_refused) == ("Invalid PIN", True)


def test_failures_are_told_so_that_they_can_be_mended(post: CanadaPost):
    with pytest.raises(ConnectionFailed) as wrong:
        ask(post, NUMBER, password="wrong")
    assert wrong.value.permanent
    post.limits = (Limit(1, 60),)
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


def test_the_credentials_are_tried(post: CanadaPost):
    given = {"username": "canada-user", "server": post.url}
    assert TRACKER.identify({"password": "canada-secret"}, given).name == "Canada Post"
    with pytest.raises(ConnectionFailed):
        TRACKER.identify({"password": "no"}, given)
