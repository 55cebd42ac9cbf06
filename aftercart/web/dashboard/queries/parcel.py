"""One parcel as its sources tell it: every scan, who told it, and whose parcel it is."""

from collections.abc import Sequence

import msgspec

from aftercart.commerce.orders import queries as orders
from aftercart.delivery.shipments import queries as shipments
from aftercart.delivery.shipments.carriers import shown_name
from aftercart.delivery.shipments.numbers import Candidate, Known, is_clear, recognise
from aftercart.delivery.shipments.numbers.reasons import told
from aftercart.delivery.shipments.queries import ParcelView, ScanView
from aftercart.delivery.shipments.sources import Said
from aftercart.intake.following import queries as following
from aftercart.intake.following.queries import PollView


class Guess(msgspec.Struct, frozen=True, kw_only=True):
    """A carrier that the number may belong to, and why."""

    carrier: str
    name: str
    reasons: str


class ParcelFile(msgspec.Struct, frozen=True, kw_only=True):
    """Everything about a parcel.

    Attributes:
        said: what its sources say where they contradict each other.
        guesses: whose the number may be, the likeliest first; `is_sure` of the first.
        poll: how it is asked after, None where nobody is asked.
        asked_through: the connection that is asked, empty where there is none; `is_paused` where
            it is only paused.
    """

    order_id: int
    order_number: str
    parcel: ParcelView
    scans: Sequence[ScanView]
    said: Sequence[Said]
    guesses: Sequence[Guess]
    is_sure: bool
    poll: PollView | None
    asked_through: str
    is_paused: bool


def parcel_file(store_id: int, order_id: int, shipment_id: int) -> ParcelFile | None:
    """A parcel of an order; None where the order has none of that id."""
    order = orders.order(store_id, order_id)
    parcels = shipments.parcels_of_orders(store_id, [order_id])[order_id] if order else []
    parcel = next((one for one in parcels if one.id == shipment_id), None)
    if order is None or parcel is None:
        return None
    asked_through, is_paused = _asked_through(store_id, parcel.carrier)
    candidates = _candidates(store_id, parcel, order.ship_country)
    return ParcelFile(
        order_id=order_id,
        order_number=order.number,
        parcel=parcel,
        scans=shipments.scans(store_id, [shipment_id])[shipment_id],
        said=shipments.disagreements(store_id, [shipment_id]).get(shipment_id, ()),
        guesses=[
            Guess(
                carrier=one.carrier,
                name=shown_name(one.carrier, one.country),
                reasons="; ".join(told(reason, one) for reason in one.reasons),
            )
            for one in candidates
        ],
        is_sure=is_clear(candidates),
        poll=following.polls(store_id, [shipment_id]).get(shipment_id),
        asked_through=asked_through,
        is_paused=is_paused,
    )


def _candidates(store_id: int, parcel: ParcelView, country: str) -> tuple[Candidate, ...]:
    number = (store_id, parcel.tracking_number)
    before = shipments.precedents([number])[number]
    known = Known(named=parcel.carrier, country=country, learned=before.learned, used=before.used)
    return recognise(parcel.tracking_number, known)


def _asked_through(store_id: int, carrier: str) -> tuple[str, bool]:
    feeds = {feed.connection_id: feed for feed in following.feeds(store_id)}
    order = following.sources_of(store_id, carrier)
    names = [feeds[one.connection_id].name for one in order if one.is_available]
    is_paused = {feeds[one.connection_id].state for one in order} == {"paused"}
    return (names[0] if names else ""), is_paused
