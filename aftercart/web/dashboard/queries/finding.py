"""From what somebody typed to the orders it means."""

import re

from aftercart.core import sql

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
        """
        SELECT orders_matching(%(numbers)s, %(email)s, %(name)s, %(most)s) AS id
        UNION
        SELECT content.order_id FROM shipments_shipment AS parcel
        JOIN shipments_shipmentcontent AS content
          ON content.shipment_id = parcel.id AND content.store_id = parcel.store_id
        WHERE parcel.store_id = %(store)s
          AND (parcel.reference = %(reference)s OR parcel.tracking_number = %(text)s)
        """,
        {
            "numbers": _numbers(store_id, text),
            "email": text.lower() if "@" in text else "",
            "name": _name_pattern(text),
            "most": MOST_NAMES,
            "store": store_id,
            "reference": "n:" + re.sub(r"[\s-]+", "", text).upper(),
            "text": text,
        },
    )
    return [row["id"] for row in rows]


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
