"""What a script says comes back through UPS's formats, however it is told."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aftercart.connectors.base import Asked
from aftercart.connectors.carriers.ups import parse
from aftercart.connectors.carriers.ups.client import Track
from aftercart.connectors.carriers.ups.tests import samples
from aftercart.connectors.tests.folding import check_folds, state_of, told_badly
from aftercart.delivery.shipments.facts import PlaceFact, TrackingFact
from aftercart.delivery.shipments.rules import Scan, State, fold
from aftercart.demo.standins.base import Move, Script
from aftercart.demo.standins.ups import SPOKEN, Ups, alert

START = datetime(2026, 11, 2, 9, 30, 17, tzinfo=UTC)
PLACES = (
    (PlaceFact(city="Atlanta", region="GA", postcode="30304", country="US"), -5),
    (PlaceFact(city="Koeln", country="DE"), 1),
    (PlaceFact(city="Mumbai", country="IN"), 5.5),
    (PlaceFact(country="US"), -8),
)
NUMBER = "1Z999AA10123456784"


@st.composite
def scripts(draw: Any) -> Script:
    """Anything that UPS can say, in any order, anywhere."""
    said = draw(st.lists(st.sampled_from(sorted(SPOKEN)), min_size=1, max_size=8))
    at, moves = START, []
    for status, reason in said:
        at += timedelta(seconds=draw(st.integers(60, 200_000)))
        place, hours = draw(st.sampled_from(PLACES))
        local = at.astimezone(timezone(timedelta(hours=hours)))
        moves.append(Move(at=local, status=status, reason=reason, place=place))
    return Script(number=NUMBER, moves=tuple(moves), destination=PLACES[0][0])


@pytest.fixture(scope="module")
def ups() -> Iterator[Ups]:
    made = Ups(limits=(), clock=lambda: START + timedelta(days=60))
    with made.serving():
        yield made


def heard(ups: Ups, script: Script) -> list[TrackingFact]:
    ups.scripts[script.number] = script
    settings = {"client_id": "ups-client", "server": ups.url}
    asked = [Asked(number=script.number)]
    body = Track().ask({"client_secret": "ups-secret"}, settings, asked, "").heard[0].body
    assert body is not None
    return parse.parse(body)


def script_state(script: Script) -> State:
    return fold(Scan(move.at, move.status, move.reason) for move in script.moves)


def essence(state: State) -> tuple[Any, ...]:
    reached = [(one.status, one.occurred_at, one.reason) for one in state.reached]
    return state.status, state.reason, state.status_at, state.delivered_at, reached


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(script=scripts())
def test_a_script_comes_back(ups: Ups, script: Script):
    facts = heard(ups, script)
    assert essence(state_of(facts)) == essence(script_state(script))
    for scan, move in zip(facts[0].scans, reversed(script.moves), strict=True):
        assert (scan.occurred_at, scan.place) == (move.at, move.place)
        assert scan.zone_known
        assert not scan.by_text


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(script=scripts())
def test_alerts_beside_answers_change_nothing(ups: Ups, script: Script):
    asked = heard(ups, script)
    pushed = [
        fact
        for move in script.moves
        for fact in parse.parse(samples.encoded(alert(script.number, move)))
    ]
    assert essence(state_of(pushed)) == essence(script_state(script))
    assert essence(state_of([*pushed, *asked, *pushed])) == essence(script_state(script))


@settings(max_examples=100, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_doubled_shuffled_and_cut_lists_end_the_same(data: Any):
    kinds = sorted(SPOKEN.values())
    events = [
        samples.activity(
            *data.draw(st.sampled_from(kinds)),
            time=f"{hour:02}4700",
            gmtOffset=data.draw(st.sampled_from(["-05:00", "+01:00", None])),
        )
        for hour in data.draw(st.lists(st.integers(0, 23), min_size=1, max_size=8))
    ]
    check_folds(data.draw(told_badly(events)), events, _read)


def _read(activities: Any) -> list[TrackingFact]:
    return parse.parse(samples.encoded(samples.reply(samples.package(activity=list(activities)))))


def test_every_phrase_of_the_stand_in_is_read_as_it_was_meant():
    for (status, reason), (kind, code, number, words) in SPOKEN.items():
        told = samples.activity(kind, code, number, words)
        (scan,) = _read([told])[0].scans
        assert (scan.status, scan.reason) == (status, reason)
