"""What a merchant decides about the asking: who is asked first, and how much may be asked."""

from collections.abc import Sequence
from typing import Any

from aftercart.core.tenancy import bound
from aftercart.intake.actions import connections
from aftercart.intake.following.rules import routing
from aftercart.intake.models import Connection


def arrange(store_id: int, carrier: str, connection_ids: Sequence[int]) -> None:
    """Ask these connections in this order after parcels of a carrier, the others after them.

    Args:
        carrier: a slug, or `routing.ANY` for the order of all that serve several carriers.

    Raises:
        aftercart.intake.actions.connections.UnknownConnection: one is not the store's.
    """
    with bound(store_id):
        for found in _live(store_id, connection_ids):
            order = routing.order_in(found.settings)
            order.pop(carrier, None)
            if found.pk in connection_ids:
                order[carrier] = list(connection_ids).index(found.pk)
            _remember(found, order=order)


def set_limits(store_id: int, connection_id: int, limits: Sequence[tuple[int, int]]) -> None:
    """Ask a connection at most so many times in so many seconds: what was arranged with the source.

    Args:
        limits: requests and seconds each; none: what the source grants anyone.

    Raises:
        ValueError: a number is not positive.
        aftercart.intake.actions.connections.UnknownConnection: it is not the store's.
    """
    if any(requests < 1 or seconds < 1 for requests, seconds in limits):
        raise ValueError("a limit is so many requests in so many seconds, one at least")
    with bound(store_id):
        for found in _live(store_id, [connection_id]):
            if found.pk == connection_id:
                _remember(found, limits=[list(pair) for pair in limits])


def _live(store_id: int, needed: Sequence[int]) -> list[Connection]:
    found = list(
        Connection.objects.select_for_update()
        .filter(store_id=store_id, removed_at=None)
        .order_by("pk")
    )
    strange = set(needed) - {one.pk for one in found}
    if strange:
        raise connections.UnknownConnection(min(strange))
    return found


def _remember(found: Connection, **changes: Any) -> None:
    before = found.settings.get(routing.SETTING)
    after = {**(before if isinstance(before, dict) else {}), **changes}
    after = {name: value for name, value in after.items() if value}
    if after != (before or {}):
        found.settings = {**found.settings, routing.SETTING: after}
        found.save(update_fields=["settings"])
