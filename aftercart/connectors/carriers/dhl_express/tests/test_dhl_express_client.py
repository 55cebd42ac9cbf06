"""DHL Express asked over a real socket: credentials, errors, limits, and scripts told."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest

from aftercart.connectors.base import Answer, Asked, ConnectionFailed, Limit
from aftercart.connectors.registry import connector
from aftercart.connectors.tests import scripting
from aftercart.connectors.tests.folding import state_of
from aftercart.core import clock
from aftercart.delivery.shipments.facts import PlaceFact
from aftercart.demo.standins.base import Script
from aftercart.demo.standins.dhl_express import SAID, DhlExpress

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
BEGINS = datetime(2026, 11, 17, 9, tzinfo=timezone(timedelta(hours=-7)))
DENVER = PlaceFact(city="Denver", region="CO", country="US")
NUMBER, PIECE = "4400112233", "JD014600001234500000"
CONNECTOR = connector("dhl_express")
KEYS = {"username": "apK0key", "password": "secret"}


def script(number: str, *statuses: str, **more: Any) -> Script:
    return scripting.script(number, *statuses, begins=BEGINS, place=DENVER, **more)


@pytest.fixture
def dhl() -> Iterator[DhlExpress]:
    parcel = script(NUMBER, "picked_up", "in_transit", "out_for_delivery")
    stand_in = DhlExpress({NUMBER: parcel, PIECE: parcel}, clock=lambda: NOW)
    with stand_in.serving(), clock.moved_to(NOW):
        yield stand_in


def ask(dhl: DhlExpress, *parcels: Asked | str) -> Answer:
    return scripting.ask(CONNECTOR, dhl, KEYS, *parcels)


def facts(answer: Answer) -> list[Any]:
    return scripting.facts(CONNECTOR, answer.heard)


def test_an_answer(dhl):
    answer = ask(dhl, NUMBER)
    (fact,) = facts(answer)
    assert (fact.number, fact.scans[0].status, answer.requests) == (NUMBER, "out_for_delivery", 1)
    assert [one.path for one in dhl.seen] == [f"/shipments/{NUMBER}/tracking"]


def test_each_event_comes_with_its_offset(dhl):
    dhl.scripts[NUMBER] = scripting.script(
        NUMBER, "picked_up", begins=BEGINS, place=PlaceFact(city="Somewhere")
    )
    (fact,) = facts(ask(dhl, NUMBER))
    assert (fact.scans[0].occurred_at, fact.scans[0].utc_offset_minutes) == (BEGINS, -420)


def test_a_piece_is_asked_for_as_a_piece(dhl):
    (fact,) = facts(ask(dhl, PIECE))
    assert fact.number == PIECE
    assert [one.path for one in dhl.seen] == ["/tracking"]


def test_equal_news_are_equal_bytes(dhl):
    first, again = ask(dhl, NUMBER).heard[0], ask(dhl, NUMBER).heard[0]
    assert first.body == again.body
    dhl.scripts[NUMBER] = script(NUMBER, "picked_up", "in_transit", "out_for_delivery", "delivered")
    assert ask(dhl, NUMBER).heard[0].body != first.body


def test_a_waybill_that_is_not_known_yet(dhl):
    (heard,) = ask(dhl, "4400112299").heard
    assert (heard.body, heard.is_refused) == (None, False)
    assert heard.problem == "No shipments found for the given tracking number"


@pytest.mark.parametrize("number", ["123", "n/a", "1Z999AA10123456784", "44001122334"])
def test_what_cannot_be_a_number_is_not_asked(dhl, number):
    answer = ask(dhl, number)
    assert (answer.heard[0].is_refused, answer.requests, dhl.seen) == (True, 0, [])


def test_a_number_used_again(dhl):
    earlier = BEGINS - timedelta(days=400)
    dhl.reused = {
        NUMBER: (scripting.script(NUMBER, "picked_up", "delivered", begins=earlier, place=DENVER),)
    }
    (fact,) = facts(ask(dhl, NUMBER))
    assert fact.scans[0].status == "out_for_delivery"
    (then,) = facts(ask(dhl, Asked(number=NUMBER, shipped_on=date(2025, 10, 14))))
    assert then.scans[0].status == "delivered"
    (neither,) = ask(dhl, Asked(number=NUMBER, shipped_on=date(2024, 5, 1))).heard
    assert neither.body is None
    assert "another parcel" in neither.problem


def test_who_is_connected(dhl):
    assert scripting.identify(CONNECTOR, dhl, KEYS).name == "DHL Express"
    with pytest.raises(ConnectionFailed) as wrong:
        scripting.identify(CONNECTOR, dhl, {**KEYS, "password": "other"})
    assert wrong.value.permanent


def test_a_limit_asks_to_wait(dhl):
    dhl.limits = (Limit(1, 86_400),)
    ask(dhl, NUMBER)
    with pytest.raises(ConnectionFailed) as limited:
        ask(dhl, NUMBER)
    assert not limited.value.permanent
    assert limited.value.retry_after


@pytest.mark.parametrize("fault", ["outage", "is_broken"])
def test_trouble_passes(dhl, fault):
    setattr(dhl, fault, True)
    with pytest.raises(ConnectionFailed) as failed:
        ask(dhl, NUMBER)
    assert not failed.value.permanent
    setattr(dhl, fault, False)
    assert ask(dhl, NUMBER).heard[0].body


@pytest.mark.parametrize(("status", "reason"), list(SAID))
def test_every_word_of_ours_comes_back_as_it_was(dhl, status, reason):
    dhl.scripts = {NUMBER: script(NUMBER, f"{status}/{reason}")}
    (fact,) = facts(ask(dhl, NUMBER))
    assert [(scan.status, scan.reason) for scan in fact.scans] == [(status, reason)]
    assert fact.scans[0].occurred_at == BEGINS
    assert fact.scans[0].place == DENVER


@pytest.mark.parametrize(
    "statuses",
    [
        ("info_received", "picked_up", "in_transit/customs_clearance", "exception/customs_hold"),
        ("picked_up", "out_for_delivery", "attempt_failed/recipient_not_home", "delivered"),
        ("picked_up", "in_transit", "attempt_failed/refused", "returning", "returned"),
        ("picked_up", "available_for_pickup", "delivered"),
    ],
)
def test_a_script_is_told_to_its_state(dhl, statuses):
    parcel = script(NUMBER, *statuses, signed_by="K KURZ", expected_date="2026-11-21")
    dhl.scripts = {NUMBER: parcel}
    found = facts(ask(dhl, NUMBER))
    state = state_of(found)
    assert (state.status, state.status_at) == (parcel.moves[-1].status, parcel.moves[-1].at)
    assert found[0].expected_date == date(2026, 11, 21)
    assert found[0].signed_by == ("K KURZ" if statuses[-1] == "delivered" else "")
