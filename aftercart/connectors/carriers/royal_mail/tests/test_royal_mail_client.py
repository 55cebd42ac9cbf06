"""Asking Royal Mail, over real sockets."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from aftercart.connectors.base import Asked, ConnectionFailed, Limit
from aftercart.connectors.carriers.royal_mail import parse
from aftercart.connectors.carriers.royal_mail.client import RoyalMailTracker
from aftercart.delivery.shipments.facts import PlaceFact
from aftercart.demo.standins.base import Move, Script
from aftercart.demo.standins.royal_mail import SPOKEN, RoyalMail

NOW = datetime(2026, 7, 5, 12, tzinfo=UTC)
STAFFORD = PlaceFact(city="Stafford", country="GB")
NUMBER, UNSEEN = "AB123456785GB", "AB987654325GB"
TRACKER = RoyalMailTracker()
WIDE = (Limit(1000, 1),)


def script(number: str) -> Script:
    first = NOW - timedelta(hours=len(SPOKEN))
    moves = tuple(
        Move(at=first + timedelta(hours=hour), status=status, reason=reason, place=STAFFORD)  # type: ignore[arg-type]
        for hour, (status, reason) in enumerate(SPOKEN)
    )
    return Script(number=number, moves=moves, expected_date="2026-07-06", signed_by="HALE")


@pytest.fixture
def mail() -> Iterator[RoyalMail]:
    made = RoyalMail({NUMBER: script(NUMBER)}, clock=lambda: NOW, limits=WIDE)
    with made.serving():
        yield made


def ask(mail: RoyalMail, number: str, secret: str = "royal-secret"):
    given = {"client_id": "royal-id", "server": mail.url}
    return TRACKER.ask({"client_secret": secret}, given, [Asked(number=number)], "").heard[0]


def test_every_word_of_a_script_comes_back(mail: RoyalMail):
    heard = ask(mail, NUMBER)
    assert heard.body is not None
    (fact,) = parse.parse(heard.body)
    assert [(scan.status, scan.reason) for scan in reversed(fact.scans)] == list(SPOKEN)
    assert {scan.place for scan in fact.scans} == {STAFFORD}
    assert fact.signed_by == "HALE"
    assert ask(mail, NUMBER).body == heard.body


def test_what_is_not_known_yet_and_what_is_no_number(mail: RoyalMail):
    unseen, never = ask(mail, UNSEEN), ask(mail, "12")
    assert (unseen.problem, unseen.is_refused) == ("Mail item reference not found", False)
    assert never.is_refused


def test_failures_are_told_so_that_they_can_be_mended(mail: RoyalMail):
    with pytest.raises(ConnectionFailed) as wrong:
        ask(mail, NUMBER, secret="wrong")
    assert wrong.value.permanent
    mail.limits = RoyalMail.limits
    ask(mail, NUMBER)
    with pytest.raises(ConnectionFailed) as limited:
        ask(mail, NUMBER)
    assert not limited.value.permanent
    mail.limits, mail.is_broken = WIDE, True
    with pytest.raises(ConnectionFailed):
        ask(mail, NUMBER)
    mail.outage = True
    with pytest.raises(ConnectionFailed) as away:
        ask(mail, NUMBER)
    assert not away.value.permanent


def test_the_credentials_are_tried(mail: RoyalMail):
    given = {"client_id": "royal-id", "server": mail.url}
    assert TRACKER.identify({"client_secret": "royal-secret"}, given).name == "Royal Mail"
    with pytest.raises(ConnectionFailed):
        TRACKER.identify({"client_secret": "no"}, given)
