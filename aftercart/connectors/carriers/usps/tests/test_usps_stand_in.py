"""What a script says comes back through the Postal Service's format, however it is told."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aftercart.connectors.carriers.usps import parse
from aftercart.connectors.carriers.usps.tests import samples
from aftercart.connectors.registry import connector
from aftercart.connectors.tests import scripting
from aftercart.connectors.tests.folding import check_folds, told_badly
from aftercart.connectors.tests.retelling import any_script, check_comes_back, check_scans
from aftercart.delivery.shipments.facts import PlaceFact, TrackingFact
from aftercart.demo.standins.base import Move, Script
from aftercart.demo.standins.usps import MOST_EVENTS, SPOKEN, Usps

START = datetime(2026, 11, 2, 9, 30, 17, tzinfo=UTC)
PLACES = (
    (PlaceFact(city="DENVER", region="CO", postcode="80202", country="US"), -7),
    (PlaceFact(city="HONOLULU", region="HI", postcode="96820", country="US"), -10),
    (PlaceFact(city="MUMBAI", country="IN"), 5.5),
)
NUMBER, CONNECTOR = "9400100000000000000013", connector("usps")


ANY = any_script(NUMBER, SPOKEN, PLACES, START)


@pytest.fixture(scope="module")
def usps() -> Iterator[Usps]:
    made = Usps(limits=(), clock=lambda: START + timedelta(days=60))
    with made.serving():
        yield made


def heard(usps: Usps, script: Script) -> list[TrackingFact]:
    usps.scripts[script.number] = script
    keys = {"client_id": usps.client_id, "client_secret": usps.client_secret}
    return scripting.facts(CONNECTOR, scripting.ask(CONNECTOR, usps, keys, script.number).heard)


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(script=ANY)
def test_a_script_comes_back(usps: Usps, script: Script):
    facts = heard(usps, script)
    check_comes_back(facts, script)
    check_scans(facts[0], script)


def test_no_more_than_the_newest_99_events_are_told(usps: Usps):
    moves = tuple(
        Move(at=START + timedelta(minutes=index), status="in_transit", place=PLACES[0][0])
        for index in range(120)
    )
    (fact,) = heard(usps, Script(number=NUMBER, moves=moves))
    assert len(fact.scans) == MOST_EVENTS
    assert fact.scans[0].occurred_at == START + timedelta(minutes=119)


@settings(max_examples=100, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_doubled_shuffled_and_cut_lists_end_the_same(data: Any):
    kinds = sorted(SPOKEN.values())
    events = [
        samples.event(
            *data.draw(st.sampled_from(kinds))[:2],
            eventTimestamp=f"2026-11-03T{hour:02}:31:00",
            GMTTimestamp=None,
            GMTOffset=data.draw(st.sampled_from(["-06:00", "-10:00", None])),
        )
        for hour in data.draw(st.lists(st.integers(0, 23), min_size=1, max_size=8))
    ]
    check_folds(data.draw(told_badly(events)), events, _read)


def _read(events: Any) -> list[TrackingFact]:
    told = {"status": "Available for Pickup", "statusCategory": "Available for Pickup"}
    return parse.parse(samples.encoded(samples.tracking(*events, **told)))


def test_every_phrase_of_the_stand_in_is_read_as_it_was_meant():
    for (status, reason), (code, words, category) in SPOKEN.items():
        body = samples.tracking(samples.event(code, words), status=words, statusCategory=category)
        (scan,) = parse.parse(samples.encoded(body))[0].scans
        assert (scan.status, scan.reason) == (status, reason), (code, words)
