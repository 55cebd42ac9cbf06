"""What a script says comes back through UPS's formats, however it is told."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aftercart.connectors.carriers.ups import parse
from aftercart.connectors.carriers.ups.tests import samples
from aftercart.connectors.registry import connector
from aftercart.connectors.tests import scripting
from aftercart.connectors.tests.folding import check_folds, told_badly
from aftercart.connectors.tests.retelling import any_script, check_comes_back, check_scans
from aftercart.delivery.shipments.facts import PlaceFact, TrackingFact
from aftercart.demo.standins.base import Script
from aftercart.demo.standins.ups import SPOKEN, Ups, alert

START = datetime(2026, 11, 2, 9, 30, 17, tzinfo=UTC)
PLACES = (
    (PlaceFact(city="Atlanta", region="GA", postcode="30304", country="US"), -5),
    (PlaceFact(city="Koeln", country="DE"), 1),
    (PlaceFact(city="Mumbai", country="IN"), 5.5),
    (PlaceFact(country="US"), -8),
)
NUMBER, CONNECTOR = "1Z999AA10123456784", connector("ups")


ANY = any_script(NUMBER, SPOKEN, PLACES, START)


@pytest.fixture(scope="module")
def ups() -> Iterator[Ups]:
    made = Ups(limits=(), clock=lambda: START + timedelta(days=60))
    with made.serving():
        yield made


def heard(ups: Ups, script: Script) -> list[TrackingFact]:
    ups.scripts[script.number] = script
    keys = {"client_id": ups.client_id, "client_secret": ups.client_secret}
    return scripting.facts(CONNECTOR, scripting.ask(CONNECTOR, ups, keys, script.number).heard)


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(script=ANY)
def test_a_script_comes_back(ups: Ups, script: Script):
    facts = heard(ups, script)
    check_comes_back(facts, script)
    check_scans(facts[0], script)
    assert not any(scan.by_text for scan in facts[0].scans)


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(script=ANY)
def test_alerts_beside_answers_change_nothing(ups: Ups, script: Script):
    asked = heard(ups, script)
    pushed = [
        fact
        for move in script.moves
        for fact in parse.parse(samples.encoded(alert(script.number, move)))
    ]
    check_comes_back(pushed, script)
    check_comes_back([*pushed, *asked, *pushed], script)


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
