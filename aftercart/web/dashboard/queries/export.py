"""Orders as lines of a CSV file: the chosen ones, or all that a list is narrowed to."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.utils import timezone

from aftercart.commerce.orders import queries as orders
from aftercart.commerce.orders.queries import OrderView
from aftercart.connectors.shops.csv.writing import BYTE_ORDER_MARK, lines
from aftercart.conversation.pages.queries import brand_row
from aftercart.conversation.pages.snapshots import base_url
from aftercart.core.money import Money
from aftercart.core.tenancy import bound
from aftercart.delivery.shipments.queries import ParcelView, parcels_of_orders
from aftercart.web.dashboard.queries.orders import Filters, order_filters

BATCH = 500
HEADER = (
    "number",
    "placed_at",
    "customer",
    "email",
    "country",
    "currency",
    "total",
    "financial_status",
    "fulfillment_status",
    "delivery_status",
    "carriers",
    "tracking_numbers",
    "expected",
    "delivered_at",
    "tracking_page",
)


def chosen(store_id: int, zone: ZoneInfo, order_ids: Sequence[int]) -> Iterator[str]:
    """The file with these orders; those of other stores are not in it."""
    return _file(store_id, zone, iter([order_ids]))


def matching(store_id: int, zone: ZoneInfo, filters: Filters, batch: int = BATCH) -> Iterator[str]:
    """The file with every order that the filters let through, read in batches as it is sent."""
    with bound(store_id), timezone.override(zone):
        narrowed = order_filters(store_id, filters)
    return _file(store_id, zone, _batches(store_id, narrowed, batch))


def _batches(store_id: int, narrowed: orders.OrderFilters, batch: int) -> Iterator[list[int]]:
    cursor, is_last = None, False
    while not is_last:
        with bound(store_id):
            page = orders.page(store_id, narrowed, cursor, batch)
        yield [order.id for order in page.orders]
        cursor, is_last = page.next, page.next is None


def _file(store_id: int, zone: ZoneInfo, batches: Iterator[Sequence[int]]) -> Iterator[str]:
    yield BYTE_ORDER_MARK
    yield from lines([HEADER])
    for order_ids in batches:
        with bound(store_id):  # a file is sent after its view, and so outside of the view's binding
            rows = _rows(store_id, zone, order_ids)
        yield from lines(rows)


def _rows(store_id: int, zone: ZoneInfo, order_ids: Sequence[int]) -> list[list[str]]:
    found, parcels = orders.orders(store_id, order_ids), parcels_of_orders(store_id, order_ids)
    pages = f"{base_url(brand_row(store_id))}/t/"
    return [
        [
            *_of_order(found[order_id], zone),
            *_of_parcels(parcels[order_id], zone),
            pages + found[order_id].token,
        ]
        for order_id in order_ids
        if order_id in found
    ]


def _of_order(order: OrderView, zone: ZoneInfo) -> list[str]:
    return [
        order.number,
        _moment(order.placed_at, zone),
        order.customer_name,
        order.email,
        order.ship_country,
        order.currency,
        f"{Money(order.total, order.currency).rounded().amount:f}",
        order.financial_status,
        order.fulfillment_status,
        order.delivery_status or "not_shipped",
    ]


def _of_parcels(parcels: Sequence[ParcelView], zone: ZoneInfo) -> list[str]:
    """What travels to the customer, together: each carrier once, the last day and arrival."""
    there = [parcel for parcel in parcels if not parcel.is_return]
    days = [day for parcel in there if (day := _expected(parcel, zone))]
    arrivals = [parcel.delivered_at for parcel in there if parcel.delivered_at]
    return [
        " ".join(dict.fromkeys(parcel.carrier_name for parcel in there)),
        " ".join(parcel.tracking_number for parcel in there if parcel.tracking_number),
        max(days).isoformat() if days else "",
        _moment(max(arrivals), zone) if arrivals else "",
    ]


def _expected(parcel: ParcelView, zone: ZoneInfo) -> date | None:
    until = parcel.expected_until
    return parcel.expected_date or (until.astimezone(zone).date() if until else None)


def _moment(moment: datetime, zone: ZoneInfo) -> str:
    return moment.astimezone(zone).isoformat(timespec="seconds")
