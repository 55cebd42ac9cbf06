"""From what somebody typed to the orders it means."""

import re

from aftercart.core import sql
from aftercart.delivery.shipments.queries import orders_by_number

FEWEST_LETTERS = 3
"""Parts of names are found through trigrams, which shorter texts have none of."""

MOST_NAMES = 1000
LONGEST_TEXT = 200


def matching(store_id: int, text: str) -> list[int]:
    """The orders that a number, an e-mail address, a part of a name or a tracking number means.

    Of very common names the newest thousand are found. Call it inside the store's binding.
    """
    text = text.strip()[:LONGEST_TEXT]
    rows = sql.fetch(
        "SELECT orders_matching(%s, %s, %s, %s) AS id",
        [
            _numbers(store_id, text),
            text.lower() if "@" in text else "",
            _name_pattern(text),
            MOST_NAMES,
        ],
    )
    return sorted({row["id"] for row in rows} | set(orders_by_number(store_id, text)))


def _numbers(store_id: int, text: str) -> list[str]:
    """The ways in which the order number may be written: with #, and as the newest order's is."""
    bare = text.lstrip("#").upper()
    newest = sql.fetch(
        "SELECT number FROM orders_order WHERE store_id = %s "
        "ORDER BY placed_at DESC, id DESC LIMIT 1",
        [store_id],
    )
    prefixes = {re.sub(r"\d.*", "", row["number"]).upper() for row in newest}
    return sorted({text.upper(), bare, f"#{bare}"} | {prefix + bare for prefix in prefixes})


def _name_pattern(text: str) -> str:
    if len(text) < FEWEST_LETTERS or "@" in text:
        return ""
    escaped = re.sub(r"([\\%_])", r"\\\1", text.lower())
    return f"%{escaped}%"
