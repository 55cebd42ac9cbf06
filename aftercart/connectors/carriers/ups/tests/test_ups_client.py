"""Asking UPS, over real sockets."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone

import msgspec
import pytest

from aftercart.connectors.base import Asked, ConnectionFailed, Limit
from aftercart.connectors.carriers.ups import parse
from aftercart.connectors.carriers.ups.client import Track
from aftercart.connectors.carriers.ups.connector import Ups as Connector
from aftercart.connectors.tests import scripting
from aftercart.connectors.tests.retelling import Watch
from aftercart.core import clock
from aftercart.delivery.shipments.facts import PlaceFact
from aftercart.demo.standins.base import Script
from aftercart.demo.standins.ups import Ups
from tests.standins.catching import catching

NOW = datetime(2026, 11, 5, 12, tzinfo=UTC)
EASTERN = timezone(timedelta(hours=-5))
ATLANTA = PlaceFact(city="Atlanta", region="GA", postcode="30304", country="US")
FIRST, SECOND, UNSEEN = "1Z999AA10123456784", "1ZCIETST0111111114", "1ZCIETST0422222228"
KEYS = {"client_secret": "ups-secret", "credential": "we-made-this"}
TRACK = Track()


def script(number: str, hours: tuple[int, ...] = (-30, -20)) -> Script:
    statuses = ("info_received", "picked_up", "in_transit", "out_for_delivery")
    made = scripting.moves(*statuses[: len(hours)], begins=NOW, place=ATLANTA)
    moves = tuple(
        msgspec.structs.replace(one, at=(NOW + timedelta(hours=hour)).astimezone(EASTERN))
        for one, hour in zip(made, hours, strict=True)
    )
    return Script(number=number, moves=moves, destination=ATLANTA, expected_date="2026-11-06")


@pytest.fixture
def watch() -> Watch:
    return Watch(NOW)


@pytest.fixture
def ups(watch: Watch) -> Iterator[Ups]:
    scripts = {FIRST: script(FIRST), SECOND: script(SECOND), UNSEEN: script(UNSEEN, (5,))}
    made = Ups(scripts, clock=watch)
    with made.serving():
        yield made


def ask(ups: Ups, *numbers: str, memo=None, address: str = "", keys=KEYS, **settings):
    given = {"client_id": "ups-client", "server": ups.url, **settings}
    parcels = [Asked(number=number, memo=memo or {}) for number in numbers]
    with clock.moved_to(ups.clock()):
        return TRACK.ask(keys, given, parcels, address)


def paths(ups: Ups) -> list[str]:
    return [seen.path.rpartition("/")[2] for seen in ups.seen]


def test_each_number_is_one_request_with_one_token(ups: Ups):
    answer = ask(ups, FIRST, SECOND)
    assert paths(ups) == ["token", FIRST, SECOND]
    assert (answer.requests, [one.number for one in answer.heard]) == (2, [FIRST, SECOND])
    body = answer.heard[0].body
    assert body is not None
    (fact,) = parse.parse(body)
    assert [scan.status for scan in fact.scans] == ["picked_up", "info_received"]
    assert fact.scans[0].occurred_at == NOW - timedelta(hours=20)
    assert ask(ups, FIRST).heard[0].body == body
    assert paths(ups)[3:] == [FIRST]


def test_a_label_that_was_not_seen_is_no_failure(ups: Ups):
    unseen, unknown, never = ask(ups, UNSEEN, "1Z999AA10199999999", "1Z").heard
    assert (unseen.body, unseen.problem) == (None, "Tracking Information Not Found")
    assert (unknown.body, unknown.is_refused) == (None, False)
    assert (never.problem, never.is_refused) == ("Invalid inquiry number", True)


def test_a_token_that_has_ended_is_replaced(ups: Ups, watch: Watch):
    ask(ups, FIRST)
    watch.now += timedelta(hours=5)
    assert ask(ups, FIRST).heard[0].body
    assert paths(ups).count("token") == 2


def test_a_token_that_ups_forgot_is_replaced_once(ups: Ups):
    ask(ups, FIRST)
    ups._tokens.clear()
    answer = ask(ups, FIRST)
    assert answer.heard[0].body
    assert answer.requests == 2
    assert paths(ups) == ["token", FIRST, FIRST, "token", FIRST]


def test_wrong_keys_are_told_so(ups: Ups):
    with pytest.raises(ConnectionFailed) as caught:
        ask(ups, FIRST, keys={"client_secret": "wrong"})
    assert caught.value.permanent
    assert "credentials" in caught.value.message
    with pytest.raises(ConnectionFailed):
        TRACK.identify({"client_secret": "wrong"}, {"client_id": "ups-client", "server": ups.url})
    named = TRACK.identify(KEYS, {"client_id": "ups-client", "server": ups.url})
    assert named.name == "UPS"


def test_a_limit_keeps_what_was_heard_and_says_when_to_come_again(ups: Ups):
    ups.limits = (Limit(1, 60),)
    answer = ask(ups, FIRST, SECOND)
    assert [one.number for one in answer.heard] == [FIRST]
    assert answer.remaining == 0
    assert answer.resets_at == NOW + timedelta(seconds=60)
    with pytest.raises(ConnectionFailed) as caught:
        ask(ups, SECOND)
    assert not caught.value.permanent
    assert caught.value.retry_after


def test_trouble_at_ups_teaches_nothing(ups: Ups):
    ups.outage = True
    with pytest.raises(ConnectionFailed) as caught:
        ask(ups, FIRST)
    assert (caught.value.permanent, caught.value.retry_after) == (False, 30.0)
    ups.outage = False
    ask(ups, FIRST)
    ups.is_broken = True
    with pytest.raises(ConnectionFailed) as caught:
        ask(ups, FIRST)
    assert not caught.value.permanent


def test_what_was_asked_after_is_pushed_for_two_weeks(ups: Ups, watch: Watch):
    answer = ask(ups, FIRST, SECOND, address="http://127.0.0.1:9/in/x")
    assert paths(ups) == ["token", FIRST, SECOND, "package"]
    assert answer.requests == 3
    assert {one.pushed_until for one in answer.heard} == {NOW + timedelta(days=14)}
    memo = answer.heard[0].memo
    watch.now += timedelta(days=12)
    later = ask(ups, FIRST, address="http://127.0.0.1:9/in/x", memo=memo).heard[0]
    assert later.pushed_until == NOW + timedelta(days=14)
    assert paths(ups).count("package") == 1
    watch.now += timedelta(days=1, hours=1)
    renewed = ask(ups, FIRST, address="http://127.0.0.1:9/in/x", memo=memo).heard[0]
    assert renewed.pushed_until == ups.clock() + timedelta(days=14)
    assert paths(ups).count("package") == 2


def test_a_new_credential_or_address_is_subscribed_at_once(ups: Ups):
    first = ask(ups, FIRST, address="http://127.0.0.1:9/in/x").heard[0]
    renewed = {**KEYS, "credential": "we-made-another"}
    ask(ups, FIRST, address="http://127.0.0.1:9/in/x", keys=renewed, memo=first.memo)
    assert ups.subscriptions[FIRST].credential == "we-made-another"
    ask(ups, FIRST, address="http://127.0.0.1:9/in/y", memo=first.memo)
    assert ups.subscriptions[FIRST].url.endswith("/in/y")
    assert "we-made" not in str(first.memo)


def test_a_renewal_that_fails_leaves_it_to_asking(ups: Ups, watch: Watch):
    first = ask(ups, FIRST, address="http://127.0.0.1:9/in/x").heard[0]
    watch.now += timedelta(days=13, hours=2)
    ups.has_alerts = False
    later = ask(ups, FIRST, address="http://127.0.0.1:9/in/x", memo=first.memo).heard[0]
    assert later.body
    assert later.pushed_until is None
    tries = paths(ups).count("package")
    ask(ups, FIRST, address="http://127.0.0.1:9/in/x", memo=later.memo)
    assert paths(ups).count("package") == tries


@pytest.mark.parametrize(
    ("number", "options"),
    [
        (FIRST, {"push": "no"}),
        (FIRST, {"address": ""}),
        (FIRST, {"keys": {"client_secret": "ups-secret"}}),
        ("92612999984027623456123452", {}),
    ],
)
def test_nothing_is_subscribed_where_it_cannot_be_pushed(ups: Ups, number, options):
    given = {"address": "http://127.0.0.1:9/in/x", **options}
    assert ask(ups, number, **given).heard[0].pushed_until is None
    assert "package" not in paths(ups)


def test_an_app_without_track_alert_is_asked_and_tried_again_a_day_later(ups: Ups, watch: Watch):
    ups.has_alerts = False
    address = "http://127.0.0.1:9/in/x"
    first = ask(ups, FIRST, address=address).heard[0]
    assert first.body
    assert first.pushed_until is None
    tries = paths(ups).count("package")
    ask(ups, FIRST, address=address, memo=first.memo)
    assert paths(ups).count("package") == tries
    ups.has_alerts = True
    watch.now += timedelta(days=1, hours=1)
    assert ask(ups, FIRST, address=address, memo=first.memo).heard[0].pushed_until


def test_alerts_arrive_with_our_credential_and_tell_what_asking_tells(ups: Ups, watch: Watch):
    connector, number = Connector(), "1ZCIETST0333333336"
    ups.scripts[number] = script(number, (-2, 1, 2, 3))
    with catching() as catcher:
        ask(ups, number, address=catcher.address)
        watch.now += timedelta(hours=6)
        assert ups.news() == [200, 200, 200]
        assert ups.news() == []
    verdicts = [connector.receive(one, KEYS).__class__.__name__ for one in catcher.caught]
    assert verdicts == ["Accepted"] * 3
    pushed = [scan for one in catcher.caught for scan in parse.parse(one.body)[0].scans]
    body = ask(ups, number).heard[0].body
    assert body is not None
    told = {scan.occurred_at: scan for scan in parse.parse(body)[0].scans}
    assert [scan.status for scan in pushed] == ["picked_up", "in_transit", "out_for_delivery"]
    for scan in pushed:
        known = told[scan.occurred_at]
        assert (scan.status, scan.code, scan.place) == (known.status, known.code, known.place)
