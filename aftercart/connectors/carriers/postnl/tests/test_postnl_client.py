"""Asking PostNL, over real sockets."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from aftercart.connectors.base import Asked, ConnectionFailed, Limit
from aftercart.connectors.carriers.postnl import parse
from aftercart.connectors.carriers.postnl.client import PostNlTracker
from aftercart.delivery.shipments.facts import PlaceFact
from aftercart.demo.standins.base import Move, Script
from aftercart.demo.standins.postnl import SPOKEN, PostNl

NOW = datetime(2026, 7, 5, 12, tzinfo=UTC)
UTRECHT = PlaceFact(city="Utrecht", postcode="3511AB", country="NL")
NUMBER = "3SABCD1234567"
TRACKER = PostNlTracker()


def script(number: str) -> Script:
    first = NOW - timedelta(hours=len(SPOKEN))
    moves = tuple(
        Move(at=first + timedelta(hours=hour), status=status, reason=reason)  # type: ignore[arg-type]
        for hour, (status, reason) in enumerate(SPOKEN)
    )
    return Script(
        number=number,
        moves=moves,
        expected_date="2026-07-06",
        signed_by="HALE",
        destination=UTRECHT,
    )


@pytest.fixture
def post() -> Iterator[PostNl]:
    made = PostNl({NUMBER: script(NUMBER)}, clock=lambda: NOW, limits=(Limit(1000, 1),))
    with made.serving():
        yield made


def ask(post: PostNl, number: str, key: str = "postnl-secret"):
    return TRACKER.ask({"api_key": key}, {"server": post.url}, [Asked(number=number)], "").heard[0]


def test_every_word_of_a_script_comes_back(post: PostNl):
    heard = ask(post, NUMBER)
    assert heard.body is not None
    (fact,) = parse.parse(heard.body)
    assert [(scan.status, scan.reason) for scan in fact.scans] == list(SPOKEN)
    assert fact.scans[-1].occurred_at == NOW - timedelta(hours=1)
    assert (fact.destination, fact.signed_by) == (UTRECHT, "HALE")
    assert ask(post, NUMBER).body == heard.body


def test_what_is_not_known_is_a_stated_problem(post: PostNl):
    heard = ask(post, "3SNONE0000000")
    assert (heard.body, heard.problem, heard.is_refused) == (None, "No shipment found", False)


def test_failures_are_told_so_that_they_can_be_mended(post: PostNl):
    with pytest.raises(ConnectionFailed) as wrong:
        ask(post, NUMBER, key="wrong")
    assert wrong.value.permanent
    post.limits = (Limit(1, 60),)
    ask(post, NUMBER)
    with pytest.raises(ConnectionFailed) as limited:
        ask(post, NUMBER)
    assert not limited.value.permanent
    post.limits, post.is_broken = (Limit(1000, 1),), True
    with pytest.raises(ConnectionFailed):
        ask(post, NUMBER)
    post.outage = True
    with pytest.raises(ConnectionFailed) as away:
        ask(post, NUMBER)
    assert not away.value.permanent


def test_the_key_is_tried(post: PostNl):
    assert TRACKER.identify({"api_key": "postnl-secret"}, {"server": post.url}).name == "PostNL"
    with pytest.raises(ConnectionFailed):
        TRACKER.identify({"api_key": "no"}, {"server": post.url})
