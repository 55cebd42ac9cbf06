"""Which orders go by the numbers that a file or a person names, many at once."""

from collections.abc import Collection
from datetime import datetime

import msgspec

from aftercart.core import sql


class NumberedOrder(msgspec.Struct, frozen=True, kw_only=True):
    """An order by its number, with the source that owns it."""

    id: int
    source: str
    external_id: str
    placed_at: datetime


def plain(number: str) -> str:
    """The number as it is compared: without its `#`, in one case."""
    return number.strip().lstrip("#").upper()


def by_numbers(store_id: int, numbers: Collection[str]) -> dict[str, list[NumberedOrder]]:
    """The orders that go by each number, by its plain form; a number may be two shops'."""
    wanted = {plain(number) for number in numbers} - {""}
    rows = sql.fetch(
        "SELECT id, source, external_id, placed_at, number FROM orders_order "
        "WHERE store_id = %s AND upper(number) = ANY(%s) AND deleted_at IS NULL "
        "ORDER BY placed_at, id",
        [store_id, [*wanted, *(f"#{number}" for number in wanted)]],
    )
    found: dict[str, list[NumberedOrder]] = {}
    for row in rows:
        found.setdefault(plain(row.pop("number")), []).append(NumberedOrder(**row))
    return found
