"""What every fact carries on its way from the outside world into a room."""

from typing import Generic, TypeVar

import msgspec

Fact = TypeVar("Fact")


class Incoming(msgspec.Struct, Generic[Fact], frozen=True):
    """One fact with where it comes from.

    Attributes:
        store_id: the store it belongs to.
        source: the system that owns the external ids, for example `shopify:acme.myshopify.com`.
        fact: what was said.
        quiet: true for imports and backfills; its events reach no one by message.
    """

    store_id: int
    source: str
    fact: Fact
    quiet: bool = False
