"""Asking GLS, over real sockets."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone

import pytest

from aftercart.connectors.base import Asked, ConnectionFailed, Limit
from aftercart.connectors.carriers.gls import parse
from aftercart.connectors.carriers.gls.client import GlsTracker
from aftercart.core import clock
from aftercart.delivery.shipments.facts import PlaceFact
from aftercart.demo.standins.base import Move, Script
from aftercart.demo.standins.gls import SPOKEN, Gls

NOW = datetime(2026, 11, 5, 12, tzinfo=UTC)
HERE = timezone(timedelta(hours=1))
BREMEN = PlaceFact(city="Bremen", postcode="28195", country="DE")
KEYS = {"client_secret": "gls-secret"}
TRACKER = GlsTracker()


class Watch:
    now = NOW

    def __call__(self) -> datetime:
        return self.now


def script(number: str, *statuses: tuple[str, str]) -> Script:
    first = (NOW - timedelta(hours=len(statuses))).astimezone(HERE)
    moves = tuple(
        Move(at=first + timedelta(hours=hour), status=status, reason=reason, place=BREMEN)  # type: ignore[arg-type]
        for hour, (status, reason) in enumerate(statuses)
    )
    return Script(number=number, moves=moves)


@pytest.fixture
def gls() -> Iterator[Gls]:
    made = Gls({"40404040408": script("40404040408", *SPOKEN)}, clock=Watch())
    with made.serving():
        yield made


def ask(gls: Gls, *numbers: str, keys=KEYS):
    given = {"client_id": "gls-key", "server": gls.url}
    with clock.moved_to(gls.clock()):
        return TRACKER.ask(keys, given, [Asked(number=number) for number in numbers], "")


def test_every_word_of_a_script_comes_back(gls: Gls):
    (heard,) = ask(gls, "40404040408").heard
    assert heard.body is not None
    (fact,) = parse.parse(heard.body)
    assert [(scan.status, scan.reason) for scan in reversed(fact.scans)] == list(SPOKEN)
    assert {scan.place for scan in fact.scans} == {BREMEN}
    assert ask(gls, "40404040408").heard[0].body == heard.body


def test_each_number_has_its_own_answer(gls: Gls):
    answer = ask(gls, "40404040408", "41414141414", "not a number!", "QAS_0000008")
    found = {heard.number: heard for heard in answer.heard}
    assert answer.requests == 1
    assert found["40404040408"].body
    assert (found["41414141414"].problem, found["41414141414"].is_refused) == (
        "The parcel was not found.",
        False,
    )
    assert found["not a number!"].is_refused
    test_parcel = found["QAS_0000008"].body
    assert test_parcel is not None
    assert parse.parse(test_parcel)[0].scans[0].status == "available_for_pickup"


def test_a_token_that_has_ended_is_replaced(gls: Gls):
    ask(gls, "40404040408")
    gls._tokens.clear()
    assert ask(gls, "40404040408").heard[0].body
    assert [seen.path for seen in gls.seen].count("/oauth2/v2/token") == 2


def test_failures_are_told_so_that_they_can_be_mended(gls: Gls):
    with pytest.raises(ConnectionFailed) as wrong:
        ask(gls, "40404040408", keys={"client_secret": "wrong"})
    assert wrong.value.permanent
    gls.limits = (Limit(1, 60),)
    ask(gls, "40404040408")
    with pytest.raises(ConnectionFailed) as limited:
        ask(gls, "40404040408")
    assert (limited.value.permanent, limited.value.retry_after) == (False, 60)
    gls.limits, gls.outage = (Limit(1000, 1),), True
    with pytest.raises(ConnectionFailed) as away:
        ask(gls, "40404040408")
    assert not away.value.permanent
    gls.outage, gls.is_broken = False, True
    with pytest.raises(ConnectionFailed):
        ask(gls, "40404040408")


def test_the_credentials_are_tried(gls: Gls):
    given = {"client_id": "gls-key", "server": gls.url}
    assert TRACKER.identify(KEYS, given).name == "GLS"
    with pytest.raises(ConnectionFailed):
        TRACKER.identify({"client_secret": "no"}, given)
