"""What becomes of the asking when something happens to parcels and to connections."""

from collections.abc import Sequence

from aftercart.connectors.registry import CONNECTORS, connector
from aftercart.core import jobs
from aftercart.core.events import Event
from aftercart.intake.following import sources
from aftercart.intake.following.actions import feeds, polls

CLOSED_BY = ("connection.paused", "connection.broken", "connection.removed")


def follow_parcels(events: Sequence[Event]) -> None:
    """Plan anew when to ask after the parcels that something happened to."""
    polls.follow(
        {(event.store_id, event.shipment_id) for event in events if event.shipment_id is not None}
    )


def follow_connections(events: Sequence[Event]) -> None:
    """Ask connections from now on, or no more."""
    for event in events:
        if not _is_asked(event.data["system"]):
            continue
        store_id, connection_id = event.store_id, event.data["connection_id"]
        if event.type in CLOSED_BY:
            feeds.close(store_id, connection_id)
        is_new = event.type not in CLOSED_BY and _opened(store_id, connection_id)
        if is_new or event.type == "connection.removed":
            follow_store(store_id)


def _opened(store_id: int, connection_id: int) -> bool:
    """Have it asked, if it can be; whether it is new."""
    return sources.is_source(store_id, connection_id) and feeds.open_for(store_id, connection_id)


def follow_store(store_id: int) -> None:
    """Have all parcels of a store planned anew, since it has other sources now."""
    jobs.defer("follow_store", once=f"follow_store:{store_id}", store_id=store_id)


def _is_asked(system: str) -> bool:
    return system in CONNECTORS and connector(system).tracker is not None
