"""Parcels as the rules of the asking see them."""

from collections.abc import Collection, Mapping
from datetime import UTC, datetime, time, timedelta
from typing import Any

from aftercart.commerce.orders import queries as orders
from aftercart.commerce.orders.queries import Bound
from aftercart.connectors.base import Asked
from aftercart.delivery.shipments.queries import Followed
from aftercart.delivery.shipments.rules import is_number
from aftercart.intake.following.rules.deciding import Parcel
from aftercart.intake.following.rules.plan import Situation

Pair = tuple[int, int]


def parcel_of(
    told: Followed,
    pushed_until: datetime | None = None,
    restarted_at: datetime | None = None,
) -> Parcel:
    """What decides when to ask after a parcel."""
    situation = Situation(
        status=told.status,
        reason=told.reason,
        status_at=told.status_at,
        last_scan_at=told.last_scan_at,
        sent_at=told.sent_at,
        expected_at=_expected_at(told),
        pushed_until=pushed_until,
        restarted_at=restarted_at,
    )
    return Parcel(
        carrier=told.carrier,
        situation=situation,
        has_number=is_number(told.number),
        has_order=told.order_id is not None,
        is_current=told.is_current,
    )


def is_to_be_found(told: Followed) -> bool:
    """Whether somebody waits for it, and it has a number of its own."""
    return is_number(told.number) and told.is_current and told.order_id is not None


def _expected_at(told: Followed) -> datetime | None:
    if told.expected_until or told.expected_date is None:
        return told.expected_until
    return datetime.combine(told.expected_date, time(), UTC) + timedelta(days=1)


def placed_where(parcels: Collection[Followed]) -> dict[Pair, Bound]:
    """When the orders in parcels were placed and where they go, by `(store_id, shipment_id)`."""
    wanted = {
        (parcel.store_id, parcel.id): (parcel.store_id, parcel.order_id)
        for parcel in parcels
        if parcel.order_id is not None
    }
    found = orders.placed_where(set(wanted.values())) if wanted else {}
    return {pair: found[order] for pair, order in wanted.items() if order in found}


def asked(told: Followed, carrier: str, bound: Bound | None, memo: Mapping[str, Any]) -> Asked:
    """What a source is told of a parcel to find it."""
    return Asked(
        number=told.number,
        carrier=carrier,
        country=told.country or (bound.country if bound else ""),
        postcode=told.postcode or (bound.postcode if bound else ""),
        shipped_on=told.sent_at.date(),
        memo=memo,
    )
