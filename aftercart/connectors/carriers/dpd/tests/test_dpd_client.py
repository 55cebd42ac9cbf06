"""Asking DPD, over real sockets."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from aftercart.connectors.base import Asked, ConnectionFailed, Limit
from aftercart.connectors.carriers.dpd import parse
from aftercart.connectors.carriers.dpd.client import DpdTracker
from aftercart.core import clock
from aftercart.delivery.shipments.facts import PlaceFact
from aftercart.demo.standins.base import Move, Script
from aftercart.demo.standins.dpd import SPOKEN, Dpd

NOW = datetime(2026, 11, 5, 12, tzinfo=UTC)
PUURS = PlaceFact(city="Puurs", country="BE")
NUMBER = "09980000020033"
TRACKER = DpdTracker()


def script(number: str) -> Script:
    first = NOW - timedelta(hours=len(SPOKEN))
    moves = tuple(
        Move(at=first + timedelta(hours=hour), status=status, reason=reason, place=PUURS)  # type: ignore[arg-type]
        for hour, (status, reason) in enumerate(SPOKEN)
    )
    return Script(number=number, moves=moves)


@pytest.fixture
def dpd() -> Iterator[Dpd]:
    made = Dpd({NUMBER: script(NUMBER)}, clock=lambda: NOW)
    with made.serving():
        yield made


def ask(dpd: Dpd, number: str, password: str = "dpd-secret"):
    given = {"delis_id": "dpd-user", "server": dpd.url}
    with clock.moved_to(NOW):
        return TRACKER.ask({"password": password}, given, [Asked(number=number)], "").heard[0]


def test_every_word_of_a_script_comes_back(dpd: Dpd):
    heard = ask(dpd, NUMBER)
    assert heard.body is not None
    (fact,) = parse.parse(heard.body)
    assert fact.number == NUMBER
    assert [(scan.status, scan.reason) for scan in fact.scans] == list(SPOKEN)
    assert fact.scans[-1].occurred_at == NOW - timedelta(hours=1)
    assert ask(dpd, NUMBER).body == heard.body


def test_what_is_not_known_is_a_stated_problem(dpd: Dpd):
    heard = ask(dpd, "1<2")
    assert (heard.body, heard.problem) == (None, "No parcel was found for this number.")
    assert not heard.is_refused


def test_a_token_that_has_ended_is_replaced(dpd: Dpd):
    ask(dpd, NUMBER)
    dpd._tokens.clear()
    assert ask(dpd, NUMBER).body
    assert len([seen for seen in dpd.seen if seen.path.endswith("/getAuth")]) == 2


def test_failures_are_told_so_that_they_can_be_mended(dpd: Dpd):
    with pytest.raises(ConnectionFailed) as wrong:
        ask(dpd, NUMBER, password="wrong")
    assert wrong.value.permanent
    dpd.limits = (Limit(1, 60),)
    ask(dpd, NUMBER)
    with pytest.raises(ConnectionFailed) as limited:
        ask(dpd, NUMBER)
    assert not limited.value.permanent
    dpd.limits, dpd.is_broken = (Limit(1000, 1),), True
    with pytest.raises(ConnectionFailed):
        ask(dpd, NUMBER)
    dpd.outage = True
    with pytest.raises(ConnectionFailed) as away:
        ask(dpd, NUMBER)
    assert not away.value.permanent


def test_the_credentials_are_tried(dpd: Dpd):
    given = {"delis_id": "dpd-user", "server": dpd.url}
    assert TRACKER.identify({"password": "dpd-secret"}, given).name == "DPD"
    with pytest.raises(ConnectionFailed):
        TRACKER.identify({"password": "no"}, given)
