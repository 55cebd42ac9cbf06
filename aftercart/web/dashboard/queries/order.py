"""Everything the team sees of one order."""

from typing import Any

import msgspec

from aftercart.conversation.journeys import queries as journeys
from aftercart.conversation.messages import queries as messages
from aftercart.conversation.pages import queries as pages
from aftercart.conversation.pages.facts import OrderSnapshot, SnapshotParcel
from aftercart.conversation.pages.snapshots import take
from aftercart.core import sql
from aftercart.core.queries import names_of_members, timeline
from aftercart.web.dashboard.histories import Entry, Teller

Row = dict[str, Any]
JSON_COLUMNS = ("shipping_address", "billing_address", "tags")


class Dossier(msgspec.Struct, frozen=True, kw_only=True):
    """One order with all that belongs to it.

    Attributes:
        row: the order's own columns.
        returns: parcels on their way back to the shop.
        planned: enrollments that wait to send something.
        same_customer: how many other orders the same person has.
    """

    row: Row
    snapshot: OrderSnapshot
    returns: list[Row]
    refunds: list[Row]
    history: list[Entry]
    messages: list[Row]
    planned: list[Row]
    same_customer: int


def dossier(store_id: int, order_id: int, account_id: int) -> Dossier | None:
    """The order with everything, or None where the store has no such order."""
    rows = pages.order_rows(store_id, [order_id])
    if not rows:
        return None
    snapshot = take(store_id, [order_id])[order_id]
    row = {**rows[0], **{name: _read(rows[0][name]) for name in JSON_COLUMNS}}
    parcels = {parcel.shipment_id: name_of(parcel) for parcel in snapshot.parcels}
    teller = Teller(parcels, names_of_members(account_id))
    return Dossier(
        row=row,
        snapshot=snapshot,
        returns=_returns(store_id, order_id),
        refunds=_refunds(store_id, order_id),
        history=teller.history(timeline(store_id, order_id)),
        messages=messages.of_order(store_id, order_id),
        planned=[
            enrollment
            for enrollment in journeys.of_order(store_id, order_id)
            if enrollment["state"] == "active"
        ],
        same_customer=_others_of_customer(store_id, row),
    )


def name_of(parcel: SnapshotParcel) -> str:
    """What a parcel is called: its number, else its carrier."""
    return parcel.tracking_number or parcel.carrier_name


def newest_order(store_id: int) -> int | None:
    """The order to preview a brand with: the newest with a parcel, else the newest."""
    rows = sql.fetch(
        """
        SELECT id FROM orders_order WHERE store_id = %s AND deleted_at IS NULL
        ORDER BY (delivery_status NOT IN ('', 'delivered')) DESC, placed_at DESC LIMIT 1
        """,
        [store_id],
    )
    return rows[0]["id"] if rows else None


def _read(column: Any) -> Any:
    """Django hands `jsonb` of raw SQL over as text."""
    return msgspec.json.decode(column) if isinstance(column, str | bytes) else column


def _returns(store_id: int, order_id: int) -> list[Row]:
    return sql.fetch(
        """
        SELECT parcel.tracking_number, parcel.carrier_name, parcel.status, parcel.reason,
               parcel.last_scan_at
        FROM shipments_shipmentcontent AS content
        JOIN shipments_shipment AS parcel
          ON parcel.id = content.shipment_id AND parcel.store_id = content.store_id
        WHERE content.store_id = %s AND content.order_id = %s AND content.active
          AND parcel.is_return
        ORDER BY parcel.id
        """,
        [store_id, order_id],
    )


def _refunds(store_id: int, order_id: int) -> list[Row]:
    return sql.fetch(
        """
        SELECT amount, currency, reason, refunded_at FROM orders_refund
        WHERE store_id = %s AND order_id = %s ORDER BY refunded_at, id
        """,
        [store_id, order_id],
    )


def _others_of_customer(store_id: int, order: Row) -> int:
    if not order["customer_id"]:
        return 0
    rows = sql.fetch(
        """
        SELECT count(*) AS number FROM orders_order
        WHERE store_id = %s AND customer_id = %s AND id <> %s AND deleted_at IS NULL
        """,
        [store_id, order["customer_id"], order["id"]],
    )
    return int(rows[0]["number"])
