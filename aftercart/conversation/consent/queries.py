"""Who must not be written to."""

from collections.abc import Iterable
from datetime import datetime

import msgspec

from aftercart.conversation.consent.hashes import hash_of
from aftercart.core import sql


class Suppressed(msgspec.Struct, frozen=True, kw_only=True):
    """Why an address is not written to, and since when."""

    reason: str
    detail: str
    since: datetime


def suppressed(store_id: int, addresses: Iterable[str]) -> dict[str, Suppressed]:
    """Those of the addresses that this store must not write to, as they were given."""
    found = among((store_id, address) for address in addresses)
    return {address: entry for (_, address), entry in found.items()}


def among(pairs: Iterable[tuple[int, str]]) -> dict[tuple[int, str], Suppressed]:
    """Those of the `(store_id, address)` that must not be written to, in one query."""
    hashes = {pair: hash_of(*pair) for pair in set(pairs)}
    if not hashes:
        return {}
    rows = sql.fetch(
        """
        SELECT stored.store_id, stored.address_hash, reason, detail, suppressed_at
        FROM consent_suppression AS stored
        JOIN unnest(%s::bigint[], %s::text[]) AS asked(store_id, address_hash)
          ON stored.store_id = asked.store_id AND stored.address_hash = asked.address_hash
        WHERE stored.channel = 'email'
        """,
        [[store_id for store_id, _ in hashes], list(hashes.values())],
    )
    known = {(row["store_id"], row["address_hash"]): row for row in rows}
    return {
        pair: _entry(known[pair[0], digest])
        for pair, digest in hashes.items()
        if (pair[0], digest) in known
    }


def _entry(row: dict[str, object]) -> Suppressed:
    since = row["suppressed_at"]
    assert isinstance(since, datetime)
    return Suppressed(reason=str(row["reason"]), detail=str(row["detail"]), since=since)
