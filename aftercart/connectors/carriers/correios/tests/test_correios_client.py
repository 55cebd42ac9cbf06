"""Asking Correios, over real sockets."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from aftercart.connectors.base import Asked, ConnectionFailed, Limit
from aftercart.connectors.carriers.correios import parse
from aftercart.connectors.carriers.correios.client import CorreiosTracker
from aftercart.core import clock
from aftercart.delivery.shipments.facts import PlaceFact
from aftercart.demo.standins.base import Move, Script
from aftercart.demo.standins.correios import SPOKEN, Correios

NOW = datetime(2026, 11, 5, 12, tzinfo=UTC)
MANAUS = PlaceFact(city="MANAUS", region="AM", country="BR")
NUMBER, UNSEEN = "AA123456785BR", "AA987654325BR"
GIVEN = {"user": "correios-user", "posting_card": "0012345678"}
TRACKER = CorreiosTracker()


class Watch:
    now = NOW

    def __call__(self) -> datetime:
        return self.now


def script(number: str) -> Script:
    first = NOW - timedelta(hours=len(SPOKEN))
    moves = tuple(
        Move(at=first + timedelta(hours=hour), status=status, reason=reason, place=MANAUS)  # type: ignore[arg-type]
        for hour, (status, reason) in enumerate(SPOKEN)
    )
    return Script(number=number, moves=moves, expected_date="2026-11-09")


@pytest.fixture
def post() -> Iterator[Correios]:
    made = Correios({NUMBER: script(NUMBER)}, clock=Watch())
    with made.serving():
        yield made


def ask(post: Correios, *numbers: str, code: str = "correios-secret"):
    given, asked = {**GIVEN, "server": post.url}, [Asked(number=number) for number in numbers]
    with clock.moved_to(post.clock()):
        return TRACKER.ask({"access_code": code}, given, asked, "").heard


def test_every_word_of_a_script_comes_back(post: Correios):
    (heard,) = ask(post, NUMBER)
    assert heard.body is not None
    (fact,) = parse.parse(heard.body)
    assert [(scan.status, scan.reason) for scan in reversed(fact.scans)] == list(SPOKEN)
    assert fact.scans[0].occurred_at == NOW - timedelta(hours=1)
    assert ask(post, NUMBER)[0].body == heard.body


def test_each_number_has_its_own_answer(post: Correios):
    found = {heard.number: heard for heard in ask(post, NUMBER, UNSEEN, "12")}
    assert found[NUMBER].body
    assert "SRO-020" in found[UNSEEN].problem
    assert (found[UNSEEN].is_refused, found["12"].is_refused) == (False, True)


def test_a_token_lives_until_brasilias_time_says(post: Correios):
    ask(post, NUMBER)
    ask(post, NUMBER)
    post.clock.now += timedelta(hours=24)  # type: ignore[attr-defined]
    ask(post, NUMBER)
    assert [seen.path for seen in post.seen].count("/token/v1/autentica/cartaopostagem") == 2


def test_failures_are_told_so_that_they_can_be_mended(post: Correios):
    with pytest.raises(ConnectionFailed) as wrong:
        ask(post, NUMBER, code="wrong")
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
    with pytest.raises(ConnectionFailed):
        ask(post, NUMBER)


def test_too_many_objects_are_a_stated_problem(post: Correios):
    heard = ask(post, *(f"AA{place:09}BR" for place in range(51)))
    assert {one.problem for one in heard} == {"SRO-005: Máximo de 50 objetos"}


def test_the_credentials_are_tried(post: Correios):
    given = {**GIVEN, "server": post.url}
    assert TRACKER.identify({"access_code": "correios-secret"}, given).name == "Correios"
    with pytest.raises(ConnectionFailed):
        TRACKER.identify({"access_code": "no"}, given)
