"""Everything the team sees of one order."""

from typing import Any

import msgspec

from aftercart.commerce.orders import queries as orders
from aftercart.commerce.orders.queries import OrderView, RefundView
from aftercart.conversation.journeys import queries as journeys
from aftercart.conversation.messages import queries as messages
from aftercart.conversation.pages.facts import OrderSnapshot, SnapshotParcel
from aftercart.conversation.pages.snapshots import take
from aftercart.core import sql
from aftercart.core.queries import names_of_members, timeline
from aftercart.delivery.shipments.queries import ParcelView, parcels_of_orders
from aftercart.web.dashboard.histories import Entry, Teller

Row = dict[str, Any]


class Dossier(msgspec.Struct, frozen=True, kw_only=True):
    """One order with all that belongs to it.

    Attributes:
        returns: parcels on their way back to the shop.
        planned: enrollments that wait to send something.
        same_customer: how many other orders the same person has.
    """

    order: OrderView
    snapshot: OrderSnapshot
    returns: list[ParcelView]
    refunds: list[RefundView]
    history: list[Entry]
    messages: list[Row]
    planned: list[Row]
    same_customer: int


def dossier(store_id: int, order_id: int, account_id: int) -> Dossier | None:
    """The order with everything, or None where the store has no such order."""
    order = orders.order(store_id, order_id)
    if order is None:
        return None
    snapshot = take(store_id, [order_id])[order_id]
    parcels = {parcel.shipment_id: name_of(parcel) for parcel in snapshot.parcels}
    teller = Teller(parcels, names_of_members(account_id))
    return Dossier(
        order=order,
        snapshot=snapshot,
        returns=[p for p in parcels_of_orders(store_id, [order_id])[order_id] if p.is_return],
        refunds=orders.refunds(store_id, [order_id])[order_id],
        history=teller.history(timeline(store_id, order_id)),
        messages=messages.of_order(store_id, order_id),
        planned=[
            enrollment
            for enrollment in journeys.of_order(store_id, order_id)
            if enrollment["state"] == "active"
        ],
        same_customer=_others_of_customer(order),
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


def _others_of_customer(order: OrderView) -> int:
    if not order.customer_id:
        return 0
    rows = sql.fetch(
        """
        SELECT count(*) AS number FROM orders_order
        WHERE store_id = %s AND customer_id = %s AND id <> %s AND deleted_at IS NULL
        """,
        [order.store_id, order.customer_id, order.id],
    )
    return int(rows[0]["number"])
