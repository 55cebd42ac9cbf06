"""What must hold of every aggregator, whatever it is told and however it tells it."""

import random
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest

from aftercart.connectors.base import Answer, Asked, ConnectionFailed, Connector, Limit
from aftercart.connectors.tests import scripting
from aftercart.connectors.tests.folding import state_of
from aftercart.connectors.tests.retelling import Watch, check_comes_back, check_scans
from aftercart.core import clock
from aftercart.delivery.shipments.facts import PlaceFact, TrackingFact
from aftercart.demo.standins.base import Script, StandIn

START = datetime(2026, 11, 2, 9, 30, 17, tzinfo=UTC)
NOW = START + timedelta(days=60)
ATLANTA = PlaceFact(city="Atlanta", region="GA", postcode="30304", country="US")
PLACES = (
    (ATLANTA, -5),
    (PlaceFact(city="Bremen", postcode="28195", country="DE"), 1),
    (PlaceFact(city="Mumbai", country="IN"), 5.5),
)
ADDRESS = "https://track.acme.example/in/x"


class Rig:
    """A connection to a stand-in that serves."""

    def __init__(
        self, connector: Connector, stand_in: StandIn, entered: Mapping[str, str], number: str
    ) -> None:
        self.connector = connector
        self.stand_in = stand_in
        self.entered = entered
        self.number = number

    def ask(self, *parcels: Asked | str, address: str = "", **entered: str) -> Answer:
        """What the tracker hears, at the time of the stand-in."""
        assert self.connector.tracker is not None
        asked = [Asked(number=one) if isinstance(one, str) else one for one in parcels]
        secrets, settings = scripting.kept(
            self.connector, self.stand_in, {**self.entered, **entered}
        )
        with clock.moved_to(self.stand_in.clock()):
            return self.connector.tracker.ask(secrets, settings, asked, address)

    def known(self, *statuses: str, number: str = "") -> Script:
        """Let the stand-in know a parcel that goes through these."""
        number = number or self.number
        made = scripting.script(number, *statuses, begins=START, place=ATLANTA)
        self.stand_in.scripts[number] = made
        return made

    def facts(self, script: Script) -> list[TrackingFact]:
        """What is read of a script once its source was told of the number."""
        self.stand_in.scripts[script.number] = script
        first = self.ask(script.number).heard
        memo = first[0].memo if first else {}
        return scripting.facts(
            self.connector, self.ask(Asked(number=script.number, memo=memo)).heard
        )


def check_round_trip(rig: Rig, script: Script) -> None:
    """What a script says comes back: each move one scan, at its moment and place."""
    (fact,) = rig.facts(script)
    check_comes_back([fact], script)
    newest_first = sorted(fact.scans, key=lambda scan: scan.occurred_at, reverse=True)
    check_scans(msgspec.structs.replace(fact, scans=tuple(newest_first)), script)
    assert not any(scan.by_text for scan in fact.scans)


def check_order_is_nothing(read: Any, events: Sequence[Any], chance: random.Random) -> None:
    """Doubled and shuffled events leave a parcel where they leave it in their order."""
    several = [*events, *events]
    chance.shuffle(several)
    assert state_of(read(several)) == state_of(read(events))


def check_failures(rig: Rig, **wrong: str) -> None:
    """A wrong key is permanent; limits, outages, silence and broken answers are not."""
    rig.known("in_transit")
    with pytest.raises(ConnectionFailed) as refused:
        rig.ask(rig.number, **wrong)
    assert refused.value.permanent
    rig.stand_in.limits = (Limit(1, 60),)
    rig.stand_in._used.clear()
    rig.ask(rig.number, "OTHER0001")
    with pytest.raises(ConnectionFailed) as limited:
        rig.ask(rig.number)
    assert not limited.value.permanent
    assert limited.value.retry_after
    rig.stand_in.limits, rig.stand_in.outage = (), True
    with pytest.raises(ConnectionFailed) as away:
        rig.ask(rig.number)
    assert not away.value.permanent
    rig.stand_in.outage, rig.stand_in.is_broken = False, True
    with pytest.raises(ConnectionFailed) as broken:
        rig.ask(rig.number)
    assert not broken.value.permanent


def check_identity(rig: Rig, **wrong: str) -> None:
    """The credentials are tried, and a wrong one is refused for good."""
    assert rig.connector.tracker is not None
    assert scripting.identify(rig.connector, rig.stand_in, rig.entered).name
    with pytest.raises(ConnectionFailed) as refused:
        scripting.identify(rig.connector, rig.stand_in, {**rig.entered, **wrong})
    assert refused.value.permanent


def watch() -> Watch:
    """The clock of a stand-in, long after all moves."""
    return Watch(NOW)
