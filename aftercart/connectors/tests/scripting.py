"""Scripts for stand-ins, written in few words, and what is learnt when one is asked about them."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import msgspec

from aftercart.connectors.base import Answer, Asked, Connector, Heard
from aftercart.delivery.shipments.facts import PlaceFact, TrackingFact
from aftercart.demo.standins.base import Move, Script, StandIn


def moves(
    *statuses: str, begins: datetime, place: PlaceFact, apart: timedelta = timedelta(hours=7)
) -> tuple[Move, ...]:
    """One move for each `status` or `status/reason`, some hours apart, all at one place."""
    return tuple(
        msgspec.convert(
            {
                "at": begins + apart * index,
                "status": status.partition("/")[0],
                "reason": status.partition("/")[2],
                "place": msgspec.to_builtins(place),
            },
            Move,
        )
        for index, status in enumerate(statuses)
    )


def script(number: str, *statuses: str, begins: datetime, place: PlaceFact, **more: Any) -> Script:
    """A parcel that goes through these and ends at this place."""
    made = moves(*statuses, begins=begins, place=place)
    return Script(number=number, moves=made, destination=place, **more)


def ask(
    connector: Connector, stand_in: StandIn, keys: Mapping[str, str], *parcels: Asked | str
) -> Answer:
    """What the connector's tracker hears from a stand-in that serves."""
    assert connector.tracker is not None
    asked = [Asked(number=one) if isinstance(one, str) else one for one in parcels]
    return connector.tracker.ask(keys, {"server": stand_in.url}, asked, "")


def facts(connector: Connector, heard: Sequence[Heard]) -> list[TrackingFact]:
    """All facts in what was heard."""
    bodies = [one.body for one in heard if one.body is not None]
    return [fact for body in bodies for fact in connector.parse("", {}, body)]
