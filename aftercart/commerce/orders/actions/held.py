"""Orders that a transaction works on: locked, with what each was and what it becomes."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from aftercart.commerce.orders import rules
from aftercart.commerce.orders.actions.rows import Row, decoded
from aftercart.core import sql
from aftercart.core.events import Event
from aftercart.core.text import clip

TABLE = "orders_order"
KEY_COLUMNS = {"store_id": "bigint", "source": "text", "external_id": "text"}
CHANGING = {
    "number": "text",
    "customer_id": "bigint",
    "email": "text",
    "phone": "text",
    "customer_name": "text",
    "locale": "text",
    "currency": "text",
    "total": "numeric",
    "subtotal": "numeric",
    "shipping_total": "numeric",
    "tax_total": "numeric",
    "discount_total": "numeric",
    "refunded_total": "numeric",
    "shown_currency": "text",
    "shown_total": "numeric",
    "financial_status": "text",
    "fulfillment_status": "text",
    "placed_at": "timestamptz",
    "source_updated_at": "timestamptz",
    "cancelled_at": "timestamptz",
    "cancel_reason": "text",
    "closed_at": "timestamptz",
    "deleted_at": "timestamptz",
    "erased_at": "timestamptz",
    "shipping_address": "jsonb",
    "billing_address": "jsonb",
    "ship_country": "text",
    "ship_postcode": "text",
    "time_zone": "text",
    "shipping_method": "text",
    "status_url": "text",
    "note": "text",
    "tags": "jsonb",
    "is_test": "boolean",
    "gift_recipient_name": "text",
    "gift_recipient_email": "text",
    "gift_message": "text",
    "fulfillments_listed_at": "timestamptz",
}
STORED = ("id", *KEY_COLUMNS, *CHANGING)
JSON_COLUMNS = ("shipping_address", "billing_address", "tags")

Key = tuple[int, str, str]


@dataclass(eq=False, slots=True)
class Held:
    """One locked order.

    `lines`, `fulfillments` and `refunds` are its rows by external id, once they are loaded; a
    fulfillment's row holds its `contents`: quantities by the lines' external ids.
    """

    before: Row
    after: Row
    is_new: bool = False
    lines: dict[str, Row] = field(default_factory=dict)
    fulfillments: dict[str, Row] = field(default_factory=dict)
    refunds: dict[str, Row] = field(default_factory=dict)
    changed_lines: bool = False
    events: list[Event] = field(default_factory=list)

    @property
    def key(self) -> Key:
        return self.before["store_id"], self.before["source"], self.before["external_id"]

    @property
    def store_id(self) -> int:
        return int(self.before["store_id"])

    @property
    def id(self) -> int:
        return int(self.before["id"])

    def tell(self, kind: str, occurred_at: datetime, quiet: bool, **data: Any) -> None:
        """Note an event of this order, to be published when everything is written."""
        self.events.append(
            Event(
                store_id=self.store_id,
                type=kind,
                occurred_at=occurred_at,
                order_id=self.id,
                customer_id=self.after["customer_id"],
                quiet=quiet,
                data=data,
            )
        )

    def sum_up(self) -> None:
        """What the loaded parts say together, into the order's own columns."""
        lines = [
            rules.Line(name, line["current_quantity"], line["requires_shipping"])
            for name, line in self.lines.items()
        ]
        sendings = [
            rules.Sending(name, row["status"], row["contents"])
            for name, row in self.fulfillments.items()
        ]
        self.after["fulfillment_status"] = rules.fulfillment_status(lines, sendings)


def key_of(store_id: int, source: str, external_id: str) -> Key:
    """How an order is found, made to fit its columns."""
    return store_id, clip(source, 160), clip(external_id, 120)


def held_from(row: Row, *, is_new: bool = False) -> Held:
    """A locked row as it came from the database."""
    before = decoded(row, *JSON_COLUMNS)
    return Held(before=before, after=dict(before), is_new=is_new)


def hold_known(keys: Collection[Key]) -> dict[Key, Held]:
    """Lock the orders with these keys; those that are not known are missing from the answer."""
    if not keys:
        return {}
    rows = [dict(zip(KEY_COLUMNS, key, strict=True)) for key in sorted(keys)]
    given, encoded = sql.recordset(KEY_COLUMNS, rows)
    columns = ", ".join(f"stored.{name}" for name in STORED)
    found = sql.fetch(
        f"SELECT {columns} FROM {given} JOIN {TABLE} AS stored "
        "USING (store_id, source, external_id) "
        "ORDER BY stored.store_id, stored.source, stored.external_id FOR NO KEY UPDATE OF stored",
        [encoded],
    )
    return {held.key: held for held in map(held_from, found)}


def write(orders: Iterable[Held]) -> None:
    """Write the orders' own columns where they changed, in one statement."""
    changed = [held.after for held in orders if held.after != held.before]
    sql.update(TABLE, {"id": "bigint", "store_id": "bigint", **CHANGING}, changed)


def ids(orders: Iterable[Held]) -> list[str]:
    """The orders' store ids and ids, for `unnest`."""
    return sql.pairs([(held.store_id, held.id) for held in orders])
