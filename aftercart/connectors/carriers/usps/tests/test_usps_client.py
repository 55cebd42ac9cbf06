"""Asking the Postal Service, over real sockets."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone

import msgspec
import pytest

from aftercart.connectors.base import Asked, ConnectionFailed, Refused, WebhookRequest
from aftercart.connectors.carriers.usps import parse
from aftercart.connectors.carriers.usps.client import Tracking
from aftercart.connectors.registry import connector
from aftercart.connectors.tests import scripting
from aftercart.connectors.tests.retelling import Watch
from aftercart.core import clock
from aftercart.delivery.shipments.facts import PlaceFact
from aftercart.demo.standins.base import Script
from aftercart.demo.standins.usps import Usps

NOW = datetime(2026, 11, 5, 12, tzinfo=UTC)
CENTRAL = timezone(timedelta(hours=-6))
BERLIN = PlaceFact(city="New Berlin", region="WI", postcode="53151", country="US")
NUMBER, UNSEEN = "9400100000000000000013", "9400100000000000000020"
KEYS = {"client_secret": "usps-secret"}
TRACKING = Tracking()


def script(number: str, *hours: int) -> Script:
    statuses = ("info_received", "picked_up", "in_transit", "out_for_delivery")
    made = scripting.moves(*statuses[: len(hours)], begins=NOW, place=BERLIN)
    moves = tuple(
        msgspec.structs.replace(one, at=(NOW + timedelta(hours=hour)).astimezone(CENTRAL))
        for one, hour in zip(made, hours, strict=True)
    )
    return Script(number=number, moves=moves, destination=BERLIN, expected_date="2026-11-06")


@pytest.fixture
def watch() -> Watch:
    return Watch(NOW)


@pytest.fixture
def usps(watch: Watch) -> Iterator[Usps]:
    scripts = {NUMBER: script(NUMBER, -40, -11), UNSEEN: script(UNSEEN, 5)}
    made = Usps(scripts, clock=watch)
    with made.serving():
        yield made


def ask(usps: Usps, *numbers: str, keys=KEYS):
    given = {"client_id": "usps-key", "server": usps.url + "/"}
    parcels = [Asked(number=number, memo={"kept": 1}) for number in numbers]
    with clock.moved_to(usps.clock()):
        return TRACKING.ask(keys, given, parcels, "")


def paths(usps: Usps) -> list[str]:
    return [seen.path.rpartition("/")[2] for seen in usps.seen]


def test_a_number_is_one_request(usps: Usps):
    answer = ask(usps, NUMBER)
    (heard,) = answer.heard
    assert (answer.requests, heard.number, heard.memo) == (1, NUMBER, {"kept": 1})
    assert heard.body is not None
    (fact,) = parse.parse(heard.body)
    assert [scan.status for scan in fact.scans] == ["picked_up", "info_received"]
    # Picked up at 19:00 in Wisconsin, which is the next day in Greenwich.
    assert fact.scans[0].occurred_at == NOW - timedelta(hours=11)
    assert ask(usps, NUMBER).heard[0].body == heard.body
    assert paths(usps) == ["token", NUMBER, NUMBER]


def test_the_routing_code_is_left_out_of_the_question_and_not_of_the_answer(usps: Usps):
    routed = f"42080202{NUMBER}"
    (heard,) = ask(usps, routed).heard
    assert paths(usps)[-1] == NUMBER
    assert heard.body is not None
    assert parse.parse(heard.body)[0].number == routed


def test_a_label_that_was_not_seen_is_no_failure(usps: Usps):
    (unseen,) = ask(usps, UNSEEN).heard
    assert unseen.body is None
    assert unseen.problem.startswith("12: A status update is not yet available")
    assert not unseen.is_refused
    (never,) = ask(usps, "HELLO").heard
    assert (never.problem, never.is_refused) == ("The tracking number is not valid.", True)


def test_the_limit_of_an_hour(usps: Usps):
    for _ in range(60):
        assert ask(usps, NUMBER).heard[0].body
    with pytest.raises(ConnectionFailed) as caught:
        ask(usps, NUMBER)
    assert not caught.value.permanent
    assert caught.value.retry_after is not None
    assert 3590 < caught.value.retry_after <= 3601
    assert TRACKING.limits[0].requests == 60


def test_a_token_that_has_ended_is_replaced(usps: Usps, watch: Watch):
    ask(usps, NUMBER)
    watch.now += timedelta(hours=9)
    assert ask(usps, NUMBER).heard[0].body
    usps._tokens.clear()
    assert ask(usps, NUMBER).requests == 2
    assert paths(usps).count("token") == 3


def test_wrong_keys_are_told_so(usps: Usps):
    with pytest.raises(ConnectionFailed) as caught:
        ask(usps, NUMBER, keys={"client_secret": "wrong"})
    assert caught.value.permanent
    given = {"client_id": "usps-key", "server": usps.url}
    assert TRACKING.identify(KEYS, given).name == "USPS"
    with pytest.raises(ConnectionFailed):
        TRACKING.identify({"client_secret": ""}, given)


def test_trouble_teaches_nothing(usps: Usps):
    usps.outage = True
    with pytest.raises(ConnectionFailed) as caught:
        ask(usps, NUMBER)
    assert (caught.value.permanent, caught.value.retry_after) == (False, 30.0)
    usps.outage = False
    ask(usps, NUMBER)
    usps.is_broken = True
    with pytest.raises(ConnectionFailed) as caught:
        ask(usps, NUMBER)
    assert not caught.value.permanent


def test_it_is_registered_and_takes_nothing_that_is_posted():
    known = connector("usps")
    assert (known.label, known.family) == ("USPS", "tracking")
    assert known.tracker is not None
    assert (known.tracker.batch, known.tracker.cost) == (1, 1)
    request = WebhookRequest(method="POST", path="/in/x", query="", headers={}, body=b"{}")
    assert isinstance(known.receive(request, {}), Refused)
