"""Scripts for stand-ins, written in few words, and what is learnt when one is asked about them."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import msgspec

from aftercart.connectors.base import Answer, Asked, Connector, Heard, Identity
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
    connector: Connector, stand_in: StandIn, entered: Mapping[str, str], *parcels: Asked | str
) -> Answer:
    """What the connector's tracker hears from a stand-in that serves.

    Args:
        entered: what a merchant entered; it is kept as a secret or not, as the fields say.
    """
    assert connector.tracker is not None
    asked = [Asked(number=one) if isinstance(one, str) else one for one in parcels]
    secrets, settings = kept(connector, stand_in, entered)
    return connector.tracker.ask(secrets, settings, asked, "")


def kept(
    connector: Connector, stand_in: StandIn, entered: Mapping[str, str]
) -> tuple[dict[str, str], dict[str, str]]:
    """The secrets and the plain settings of a connection to a stand-in."""
    given = {**entered, "server": stand_in.url}
    hidden = {field.name for field in connector.fields if field.secret}
    return (
        {name: value for name, value in given.items() if name in hidden},
        {name: value for name, value in given.items() if name not in hidden},
    )


def identify(connector: Connector, stand_in: StandIn, entered: Mapping[str, str]) -> Identity:
    """Who the stand-in says is connected."""
    assert connector.tracker is not None
    return connector.tracker.identify(*kept(connector, stand_in, entered))


def facts(connector: Connector, heard: Sequence[Heard]) -> list[TrackingFact]:
    """All facts in what was heard."""
    bodies = [one.body for one in heard if one.body is not None]
    return [fact for body in bodies for fact in connector.parse("", {}, body)]
