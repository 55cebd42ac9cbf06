"""API keys: one secret per store's API connection, shown once; the key names its connection."""

import hmac

import msgspec

from aftercart.core import links
from aftercart.core.tenancy import bound
from aftercart.intake.credentials import unseal
from aftercart.intake.models import Connection

PREFIX = "ak"


class Caller(msgspec.Struct, frozen=True):
    """Who calls: a store's API connection. `source` owns the ids that the caller sends."""

    store_id: int
    connection_id: int
    source: str


def caller_of(key: str) -> Caller | None:
    """The live API connection that a key opens, or None for anything else."""
    prefix, _, rest = key.partition("_")
    public_id, _, secret = rest.partition("_")
    store_id = links.store_of(public_id)
    if prefix != PREFIX or not store_id or not secret:
        return None
    with bound(store_id):
        connection = Connection.objects.filter(
            store_id=store_id, public_id=public_id, system="api", removed_at=None, state="active"
        ).first()
    if connection is None or not _matches(connection, secret):
        return None
    return Caller(store_id, connection.pk, connection.source)


def _matches(connection: Connection, secret: str) -> bool:
    given = secret.encode()
    return any(
        hmac.compare_digest(accepted["api_key"].encode(), given)
        for accepted in unseal(connection.public_id, connection.credentials).accepted()
        if accepted.get("api_key")
    )


def format_key(public_id: str, secret: str) -> str:
    """The key as the caller sends it."""
    return f"{PREFIX}_{public_id}_{secret}"
