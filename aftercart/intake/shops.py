"""Asking a shop: what every pull needs to know, and how a failure is shown at its connection."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import msgspec

from aftercart.connectors.base import ConnectionFailed, Puller
from aftercart.connectors.registry import connector
from aftercart.core.sealing import UnsealError
from aftercart.intake.actions import connections
from aftercart.intake.addresses import intake_address
from aftercart.intake.credentials import unseal
from aftercart.intake.models import Connection

KEYS_LOST = (
    "Its credentials cannot be opened with the keys of this installation. "
    "Enter them again, or bring back the key that is missing from AFTERCART_KEYS."
)


class Shop(msgspec.Struct, frozen=True, kw_only=True):
    """A live connection that can be asked, with its secrets open."""

    store_id: int
    connection_id: int
    state: str
    address: str
    settings: Mapping[str, Any]
    cursor: dict[str, Any]
    last_pull_at: datetime | None
    credentials: Mapping[str, str]
    puller: Puller


def find(store_id: int, connection_id: int) -> Shop | None:
    """The connection, if it is live and its system can be asked; None for any other.

    Raises:
        ConnectionFailed: its secrets cannot be opened.
    """
    found = Connection.objects.filter(store_id=store_id, pk=connection_id, removed_at=None).first()
    puller = connector(found.system).puller if found else None
    if found is None or puller is None:
        return None
    return Shop(
        store_id=store_id,
        connection_id=connection_id,
        state=found.state,
        address=intake_address(found.public_id),
        settings=found.settings,
        cursor=found.cursor,
        last_pull_at=found.last_pull_at,
        credentials=secrets_of(found),
        puller=puller,
    )


def secrets_of(found: Connection) -> Mapping[str, str]:
    """What a connection signs in with.

    Raises:
        ConnectionFailed: its secrets cannot be opened.
    """
    try:
        return unseal(found.public_id, found.credentials).current
    except UnsealError as error:
        raise ConnectionFailed(KEYS_LOST, permanent=True) from error


def subscribe(shop: Shop) -> Shop:
    """Make or mend the shop's webhooks; returns the shop with what is to be remembered of them.

    Raises:
        ConnectionFailed: the shop cannot be used.
    """
    changes = shop.puller.subscribe(shop.credentials, shop.settings, shop.address)
    if changes:
        connections.remember_settings(shop.store_id, shop.connection_id, changes)
    return msgspec.structs.replace(shop, settings={**shop.settings, **changes})


def show_failure(store_id: int, connection_id: int, failure: ConnectionFailed) -> None:
    """Show at the connection what went wrong and what to do, unless it was removed meanwhile."""
    try:
        connections.note_error(
            store_id, connection_id, failure.message, permanent=failure.permanent
        )
    except connections.UnknownConnection:
        return
