"""FedEx asked over a real socket: tokens, batches, limits, errors, and scripts told."""

import secrets
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from aftercart.connectors.base import Answer, Asked, ConnectionFailed, Limit
from aftercart.connectors.carriers.fedex.client import FedExTracker
from aftercart.connectors.registry import connector
from aftercart.connectors.tests import scripting
from aftercart.connectors.tests.folding import state_of
from aftercart.core import clock
from aftercart.delivery.shipments.facts import PlaceFact
from aftercart.demo.standins.base import Move, Request, Script
from aftercart.demo.standins.fedex import SAID, FedEx

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
BEGINS = NOW - timedelta(days=4)
BOISE = PlaceFact(city="Boise", region="ID", postcode="83702", country="US")
CONNECTOR, TRACKER = connector("fedex"), FedExTracker()


def script(number: str, *statuses: str, **more: Any) -> Script:
    return scripting.script(number, *statuses, begins=BEGINS, place=BOISE, **more)


@pytest.fixture
def fedex() -> Iterator[FedEx]:
    parcel = script("449900112233", "info_received", "picked_up", "in_transit", "out_for_delivery")
    stand_in = FedEx({parcel.number: parcel}, clock=lambda: NOW)
    stand_in.client_id = f"l7-{secrets.token_hex(8)}"  # tokens are kept by key and address
    with stand_in.serving(), clock.moved_to(NOW):
        yield stand_in


def keys(fedex: FedEx) -> dict[str, str]:
    return {"client_id": fedex.client_id, "client_secret": fedex.client_secret}


def ask(fedex: FedEx, *parcels: Asked | str) -> Answer:
    return scripting.ask(CONNECTOR, fedex, keys(fedex), *parcels)


def facts(*heard: Any) -> list[Any]:
    return scripting.facts(CONNECTOR, heard)


def test_an_answer(fedex):
    answer = ask(fedex, "449900112233")
    assert answer.requests == 1
    (heard,) = answer.heard
    (fact,) = facts(heard)
    assert (fact.number, fact.scans[0].status) == ("449900112233", "out_for_delivery")
    assert [one.path for one in fedex.seen] == ["/oauth/token", "/track/v1/trackingnumbers"]


def test_a_token_is_kept(fedex):
    ask(fedex, "449900112233")
    ask(fedex, "449900112233")
    assert [one.path for one in fedex.seen].count("/oauth/token") == 1


@pytest.mark.parametrize("refusal", [401, 400])
def test_a_token_that_has_ended_is_replaced(fedex, refusal):
    fedex.refuses_tokens_with_400 = refusal == 400
    ask(fedex, "449900112233")
    fedex.clock = lambda: NOW + timedelta(hours=2)
    assert len(ask(fedex, "449900112233").heard) == 1
    assert [one.status for one in fedex.seen] == [200, 200, refusal, 200, 200]


def test_equal_news_are_equal_bytes(fedex):
    """The stand-in numbers its replies, as FedEx does; a scan more is news."""
    first, again = (ask(fedex, "449900112233").heard[0] for _ in range(2))
    assert first.body == again.body
    assert first.body
    assert b"made-up" not in first.body
    parcel = fedex.scripts["449900112233"]
    later = (*parcel.moves, Move(at=NOW, status="delivered"))
    fedex.scripts["449900112233"] = Script(number=parcel.number, moves=later)
    assert ask(fedex, "449900112233").heard[0].body != first.body


def test_up_to_thirty_numbers_in_one_request(fedex):
    numbers = [f"4499001199{place:02d}" for place in range(30)]
    fedex.scripts = {number: script(number, "info_received", "picked_up") for number in numbers}
    answer = ask(fedex, *numbers)
    assert [one.number for one in answer.heard] == numbers
    assert all(len(facts(one)) == 1 for one in answer.heard)
    assert (answer.requests, TRACKER.batch, TRACKER.cost) == (1, 30, 1)


def test_errors_of_single_numbers_stand_inside_a_200(fedex):
    fedex.problems = {
        "449900110001": ("TRACKING.TRACKINGNUMBER.INVALID", "Invalid tracking number."),
        "449900110002": ("TRACKING.DATA.UNAVAILABLE", "Try later."),
    }
    answer = ask(fedex, "449900112233", "449900110000", "449900110001", "449900110002")
    told = {one.number: one for one in answer.heard}
    assert told["449900112233"].body is not None
    unknown = told["449900110000"]
    assert (unknown.body, unknown.is_refused) == (None, False)
    assert unknown.problem.startswith("Tracking number cannot be found")
    assert told["449900110001"].is_refused
    assert "449900110002" not in told


def test_what_cannot_be_a_number_is_not_asked(fedex):
    answer = ask(fedex, "449900112233", "n/a", "hello world 12")
    told = {one.number: one for one in answer.heard}
    assert told["n/a"].is_refused
    assert told["hello world 12"].problem
    assert told["449900112233"].body
    assert ask(fedex, "n/a").requests == 0


def test_a_number_used_again(fedex):
    number = "449900112233"
    earlier = NOW - timedelta(days=400)
    old = scripting.script(number, "picked_up", "delivered", begins=earlier, place=BOISE)
    fedex.reused = {number: (old,)}
    (now,) = ask(fedex, number).heard
    assert facts(now)[0].scans[0].status == "out_for_delivery"
    (then,) = ask(fedex, Asked(number=number, shipped_on=date(2025, 10, 16))).heard
    assert facts(then)[0].scans[0].status == "delivered"
    (neither,) = ask(fedex, Asked(number=number, shipped_on=date(2024, 5, 1))).heard
    assert (neither.body, neither.is_refused) == (None, False)
    assert "another parcel" in neither.problem


def test_who_is_connected(fedex):
    assert scripting.identify(CONNECTOR, fedex, keys(fedex)).name == "FedEx"
    with pytest.raises(ConnectionFailed) as wrong:
        scripting.identify(CONNECTOR, fedex, {**keys(fedex), "client_secret": "other"})
    assert wrong.value.permanent
    fedex.may_track = False
    with pytest.raises(ConnectionFailed) as forbidden:
        scripting.identify(CONNECTOR, fedex, keys(fedex))
    assert forbidden.value.permanent


def test_a_limit_says_how_long_to_wait(fedex):
    fedex.limits = (Limit(1, 10),)
    ask(fedex, "449900112233")
    with pytest.raises(ConnectionFailed) as limited:
        ask(fedex, "449900112233")
    assert (limited.value.permanent, limited.value.retry_after) == (False, 10.0)


def test_a_request_that_fedex_refuses_is_told_of_its_numbers(fedex):
    """Asked after more than it takes, to show the shape; nothing is lost and nothing looped."""
    numbers = [f"4499001199{place:02d}" for place in range(31)]
    answer = ask(fedex, *numbers)
    assert {one.problem for one in answer.heard} == {
        "Please limit your inquiry to 30 tracking numbers."
    }
    assert not any(one.is_refused or one.body for one in answer.heard)


@pytest.mark.parametrize("fault", ["outage", "is_broken"])
def test_trouble_passes(fedex, fault):
    ask(fedex, "449900112233")
    setattr(fedex, fault, True)
    with pytest.raises(ConnectionFailed) as failed:
        ask(fedex, "449900112233")
    assert not failed.value.permanent
    setattr(fedex, fault, False)
    assert ask(fedex, "449900112233").heard[0].body


def test_replies_come_packed(fedex):
    """The client asks for gzip; the stand-in packs where it is asked to."""
    ask(fedex, "449900112233")
    packed = fedex.respond(_request(fedex, "gzip"))
    assert packed.headers["Content-Encoding"] == "gzip"
    assert "Content-Encoding" not in fedex.respond(_request(fedex, "")).headers


def _request(fedex: FedEx, encoding: str) -> Request:
    headers = {"authorization": f"Bearer {fedex.issue_token()}", "accept-encoding": encoding}
    body = b'{"trackingInfo": [{"trackingNumberInfo": {"trackingNumber": "449900112233"}}]}'
    return Request(
        method="POST", path="/track/v1/trackingnumbers", query={}, headers=headers, body=body
    )


@pytest.mark.parametrize(("status", "reason"), [pair for pair in SAID if pair[0] != "pending"])
def test_every_word_of_ours_comes_back_as_it_was(fedex, status, reason):
    parcel = script("449900112233", f"{status}/{reason}")
    fedex.scripts = {parcel.number: parcel}
    (fact,) = facts(ask(fedex, parcel.number).heard[0])
    assert [(scan.status, scan.reason) for scan in fact.scans] == [(status, reason)]
    assert fact.scans[0].occurred_at == parcel.moves[0].at
    assert fact.scans[0].place == BOISE


@pytest.mark.parametrize(
    "statuses",
    [
        ("info_received", "picked_up", "in_transit/customs_clearance", "exception/customs_hold"),
        ("picked_up", "out_for_delivery", "attempt_failed/recipient_not_home", "delivered"),
        ("picked_up", "in_transit", "attempt_failed/refused", "returning", "returned"),
        ("info_received", "cancelled"),
        ("picked_up", "available_for_pickup", "delivered/delivered_to_neighbour"),
    ],
)
def test_a_script_is_told_to_its_state(fedex, statuses):
    parcel = script("449900112233", *statuses, signed_by="K.KURZ", expected_date="2026-11-21")
    fedex.scripts = {parcel.number: parcel}
    found = facts(ask(fedex, parcel.number).heard[0])
    scripted = [scan for fact in found for scan in fact.scans]
    assert state_of(found).status == parcel.moves[-1].status
    assert state_of(found).status_at == parcel.moves[-1].at
    assert len(scripted) == len(parcel.moves)
    assert found[0].expected_date == date(2026, 11, 21)
    assert found[0].signed_by == ("K.KURZ" if statuses[-1].startswith("delivered") else "")
