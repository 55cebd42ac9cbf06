"""API keys: one for each API connection of a store, shown once; the key names its connection.

What is kept of it is a hash, sealed like every secret: nobody can read it back, we neither.
"""

import hashlib
import hmac

import msgspec

from aftercart.core import links
from aftercart.core.tenancy import bound
from aftercart.intake.credentials import unseal
from aftercart.intake.models import Connection

PREFIX = "ak"
API_KEY = "api_key"


class Caller(msgspec.Struct, frozen=True):
    """Who calls: a store's API connection. `source` owns the ids that the caller sends; `scopes`
    are what it may do, see `aftercart.connectors.shops.api.scopes`."""

    store_id: int
    connection_id: int
    source: str
    scopes: str = ""


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
    scopes = connection.settings.get("scopes", "")
    return Caller(store_id, connection.pk, connection.source, scopes)


def _matches(connection: Connection, secret: str) -> bool:
    given = hash_of(secret)
    return any(
        hmac.compare_digest(accepted.get(API_KEY, ""), given)
        for accepted in unseal(connection.public_id, connection.credentials).accepted()
    )


def hash_of(secret: str) -> str:
    """What is kept of a key. It is random enough that no salt or slow hash adds anything."""
    return hashlib.sha256(secret.encode()).hexdigest()


def format_key(public_id: str, secret: str) -> str:
    """The key as the caller sends it."""
    return f"{PREFIX}_{public_id}_{secret}"
