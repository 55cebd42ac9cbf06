"""Everybody who has a stand-in: their journeys come back through asking, reading and folding."""

from datetime import UTC, datetime, timedelta

import pytest

from aftercart.connectors.base import Asked, Tracker
from aftercart.connectors.registry import CONNECTORS, connector
from aftercart.connectors.tests.scripting import kept
from aftercart.core import clock
from aftercart.delivery.shipments.numbers import Known, recognise
from aftercart.delivery.shipments.rules import Scan, fold
from aftercart.demo.standins import cast

NOW = datetime(2026, 11, 5, 12, tzinfo=UTC)


def test_everybody_who_can_be_asked_plays():
    asked = {system for system in CONNECTORS if connector(system).tracker is not None}
    assert {part.system for part in cast.parts()} == asked


@pytest.mark.parametrize("part", cast.parts(), ids=lambda part: part.system)
def test_a_number_is_its_carriers(part: cast.Part):
    """Or one of its networks'."""
    tracker = connector(part.system).tracker
    assert tracker is not None
    for n in (1, 7, 4711, 999_999):
        found = recognise(part.number(n), Known(named=part.carrier))
        assert found[0].carrier in (tracker.carriers or {part.carrier})
    assert len({part.number(n) for n in range(300)}) == 300


@pytest.mark.parametrize("part", cast.parts(), ids=lambda part: part.system)
def test_every_journey_comes_back_as_it_was(part: cast.Part):
    scripts = [part.journey(n, NOW) for n in range(24)]
    stand_in = part.made(
        scripts={script.number: script for script in scripts}, clock=lambda: NOW, limits=()
    )
    link = connector(part.system)
    tracker = link.tracker
    assert tracker is not None
    with stand_in.serving(), clock.moved_to(NOW):
        keys, settings = kept(link, stand_in, cast.entered(part, stand_in))
        for script in scripts:
            facts = link.parse("asked", {}, asked(tracker, keys, settings, script, part))
            (fact,) = [one for one in facts if one.number == script.number]
            told = fold(Scan(one.occurred_at, one.status) for one in fact.scans)
            meant = fold(Scan(one.at, one.status) for one in script.moves)
            assert (told.status, told.status_at) == (meant.status, meant.status_at)
            assert len(fact.scans) == len(script.moves)


def asked(tracker: Tracker, keys, settings, script, part: cast.Part) -> bytes:
    """The body about a parcel; an aggregator may first have to be told of it."""
    memo = {}
    for _ in range(3):
        parcel = Asked(number=script.number, carrier=part.carrier, memo=memo)
        with clock.moved_to(clock.now() + timedelta(minutes=10)):
            (heard,) = tracker.ask(keys, settings, [parcel], "").heard
        if heard.body is not None:
            return heard.body
        memo = heard.memo
    pytest.fail(f"{part.system} knows nothing of {script.number}: {heard.problem}")
