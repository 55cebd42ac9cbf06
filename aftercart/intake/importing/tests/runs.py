"""Previews and runs of imports, and what came of them."""

import csv
import io
from pathlib import Path

from aftercart.commerce.orders import queries as orders
from aftercart.core import sql
from aftercart.core.models import Store
from aftercart.core.tenancy import bound
from aftercart.intake import importing
from aftercart.intake.models import ImportRun
from tests.support.real_data import recordings

SAMPLES = Path(__file__).parents[4] / "docs" / "samples"
EXPORT = recordings("shopify", "order_export", "orders_export.csv")
HEADER = "order_number,placed_at,total,email,item_title,item_sku,item_quantity,item_price\n"
SOURCE = "csv"


def preview(store, content, **options) -> ImportRun:
    data = content.encode() if isinstance(content, str) else content
    with bound(store.pk):
        return importing.preview(store.pk, "file.csv", data, importing.Options(**options))


def run(store, content, **options) -> ImportRun:
    """Preview, start and import; the run as it ended."""
    made = preview(store, content, **options)
    with bound(store.pk):
        importing.start(store.pk, made.pk)
    importing.import_file(store.pk, made.pk)
    return found(store, made)


def found(store: Store, of: ImportRun) -> ImportRun:
    """The run as it is now."""
    now = importing.find(store.pk, of.pk)
    assert now is not None
    return now


def seen_in(of: ImportRun) -> importing.Preview:
    seen = importing.report_of(of).preview
    assert seen is not None
    return seen


def as_owner(statement: str) -> None:
    """Change the tables for the rest of the test's transaction."""
    [before] = sql.fetch("SELECT current_setting('role') AS role")
    sql.run("SET LOCAL ROLE NONE")
    sql.run(statement)
    sql.run("SELECT set_config('role', %s, true)", [before["role"]])


def outcome(of: ImportRun) -> tuple[int, int, int, int]:
    said = importing.report_of(of).outcome
    return said.imported, said.updated, said.unchanged, said.failed_rows


def numbers(store) -> list[str]:
    rows = sql.fetch("SELECT number FROM orders_order WHERE store_id = %s ORDER BY 1", [store.pk])
    return [row["number"] for row in rows]


def order_of(store, number: str):
    [found] = orders.by_number(store.pk, number)
    return found


def sample(name: str) -> bytes:
    return (SAMPLES / name).read_bytes()


def rows_of(store, of: ImportRun) -> list[list[str]]:
    text = "".join(importing.failed_rows(store.pk, of.pk))
    return list(csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline="")))


def many_orders(count: int) -> str:
    return HEADER + "".join(
        f"{n},2026-01-01,9,p{n}@example.com,Mug,M,1,9\n" for n in range(1, count + 1)
    )
