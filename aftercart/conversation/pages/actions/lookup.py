"""Counting who looks up what, so that nobody can try all order numbers of a shop."""

import math
from collections.abc import Mapping
from datetime import timedelta

from django.utils.crypto import salted_hmac

from aftercart.conversation.pages.rules.lookup import Kind, network_of, window_at
from aftercart.core import clock, sql
from aftercart.core.tenancy import bound

PURPOSE = "aftercart.conversation.pages.lookup"
KEPT_FOR = timedelta(days=1)


class TooManyTries(Exception):
    """The limit is reached; `seconds` is how long to wait."""

    def __init__(self, seconds: int) -> None:
        super().__init__(f"too many look-ups, wait {seconds} seconds")
        self.seconds = seconds


def count_try(
    store_id: int, purpose: str, limits: Mapping[Kind, int], *, address: str, number: str
) -> None:
    """Count one try by visitor, by number and by store, and refuse it beyond the limits.

    The count stands whatever becomes of the try, and does not depend on whether anything was found.

    Args:
        purpose: what is tried; each purpose is counted by itself.
        address: the visitor's IP address.
        number: the order or tracking number, normalised.

    Raises:
        TooManyTries: one of the limits is reached.
    """
    now = clock.now()
    window = window_at(now)
    counted: dict[Kind, str] = {"address": network_of(address), "number": number, "store": ""}
    kinds = {keyed(store_id, f"{purpose}:{kind}:{value}"): kind for kind, value in counted.items()}
    with bound(store_id):
        rows = sql.fetch(
            """
            INSERT INTO pages_lookupcount AS stored (store_id, key, starts_at, count)
            SELECT %s, key, %s, 1 FROM unnest(%s::text[]) AS tried(key)
            ON CONFLICT (store_id, key, starts_at) DO UPDATE SET count = stored.count + 1
            RETURNING key, count
            """,
            [store_id, window.starts_at, sorted(kinds)],
        )
    if any(row["count"] > limits[kinds[row["key"]]] for row in rows):
        raise TooManyTries(math.ceil((window.ends_at - now).total_seconds()))


def keyed(store_id: int, text: str) -> str:
    """The HMAC-SHA256 of a text of this store, so that a stolen table cannot be searched."""
    return salted_hmac(PURPOSE, f"{store_id}:{text}", algorithm="sha256").hexdigest()


def forget_old_counts(store_id: int) -> int:
    """Drop what was counted more than a day ago."""
    return sql.run(
        "DELETE FROM pages_lookupcount WHERE store_id = %s AND starts_at < %s",
        [store_id, clock.now() - KEPT_FOR],
    )
