"""Which orders go by the numbers that a file or a person names, many at once."""

from collections.abc import Collection
from datetime import datetime

import msgspec

from aftercart.commerce.orders.rules.same import plain_number
from aftercart.core import sql


class NumberedOrder(msgspec.Struct, frozen=True, kw_only=True):
    """An order by its number, with the source that owns it.

    `called` is what the source that asks calls it, where that is known.
    """

    id: int
    source: str
    external_id: str
    placed_at: datetime
    email: str
    called: str | None


def by_numbers(
    store_id: int, numbers: Collection[str], source: str
) -> dict[str, list[NumberedOrder]]:
    """The orders that go by each number, by its plain form; a number may be two shops'.

    Args:
        source: who asks.
    """
    wanted = {plain_number(number) for number in numbers} - {""}
    rows = sql.fetch(
        """
        SELECT stored.id, stored.source, stored.external_id, stored.placed_at, stored.email,
               stored.number,
               CASE WHEN stored.source = %(source)s THEN stored.external_id
                    ELSE (SELECT alias.external_id FROM orders_orderalias AS alias
                          WHERE alias.store_id = stored.store_id AND alias.order_id = stored.id
                            AND alias.source = %(source)s LIMIT 1) END AS called
        FROM orders_order AS stored
        WHERE stored.store_id = %(store)s AND upper(stored.number) = ANY(%(numbers)s)
          AND stored.deleted_at IS NULL
        ORDER BY stored.placed_at, stored.id
        """,
        {
            "store": store_id,
            "source": source,
            "numbers": [*wanted, *(f"#{number}" for number in wanted)],
        },
    )
    found: dict[str, list[NumberedOrder]] = {}
    for row in rows:
        found.setdefault(plain_number(row.pop("number")), []).append(NumberedOrder(**row))
    return found
