"""Files to import, and what came of them."""

from pathlib import Path

from aftercart.core import sql
from aftercart.core.models import Store

HEADER = "order_number,placed_at,total,email,item_title,item_sku,item_quantity,item_price\n"


def many_orders(path: Path, count: int, first: int = 1) -> Path:
    rows = (
        f"{n},2026-01-01 10:00,9,p{n}@example.com,Mug,M,1,9\n" for n in range(first, first + count)
    )
    path.write_text(HEADER + "".join(rows))
    return path


def orders_in(store: Store) -> list[str]:
    query = "SELECT number FROM orders_order WHERE store_id = %s ORDER BY number::int"
    return [row["number"] for row in sql.fetch(query, [store.pk])]
