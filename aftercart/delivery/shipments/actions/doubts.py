"""What sources tell of a number but not of our parcel: another carrier's, or an earlier piece."""

from collections.abc import Iterable, Mapping, Sequence

import structlog

from aftercart.commerce.orders import queries as order_queries
from aftercart.commerce.orders.queries import Bound
from aftercart.core.facts import Incoming
from aftercart.core.text import clip
from aftercart.delivery.shipments.actions.parcels import Key, Parcel
from aftercart.delivery.shipments.carriers import recognise_name
from aftercart.delivery.shipments.facts import TrackingFact
from aftercart.delivery.shipments.numbers.plausible import is_plausible
from aftercart.delivery.shipments.numbers.recognition import FAMILIES

Told = Incoming[TrackingFact]

log = structlog.get_logger(__name__)


def only_ours(
    parcels: Mapping[Key, Parcel], told: Mapping[Key, Sequence[Told]]
) -> dict[Key, list[Told]]:
    """The facts that can be about our parcels; every parcel keeps its place in the result."""
    doubtful = [parcels[key] for key, facts in told.items() if _is_doubtful(parcels[key], facts)]
    orders = _orders(doubtful)
    return {
        key: [one for one in facts if _is_ours(parcels[key], one.fact, orders)]
        for key, facts in told.items()
    }


def _is_ours(parcel: Parcel, fact: TrackingFact, orders: Mapping[tuple[int, int], Bound]) -> bool:
    if _is_another_piece(parcel, fact):
        log.info("shipments.number_reused", shipment=parcel.id)
        return False
    if not _names_another(parcel, fact):
        return True
    known = [orders[parcel.store_id, one] for one in parcel.order_ids]
    if not known:
        return True
    countries = {one.country for one in known if one.country}
    if is_plausible(fact, min(one.placed_at for one in known), countries):
        return True
    log.info("shipments.not_ours", shipment=parcel.id, carrier=clip(fact.carrier, 40))
    return False


def _is_doubtful(parcel: Parcel, facts: Sequence[Told]) -> bool:
    return any(_names_another(parcel, one.fact) for one in facts)


def _names_another(parcel: Parcel, fact: TrackingFact) -> bool:
    """Whether a source names a carrier that nobody named, or another one than is known."""
    told, known = recognise_name(fact.carrier), parcel.before["carrier"]
    if not fact.carrier or (known and told == known):
        return False
    return not (known in FAMILIES.get(told, ()) or told in FAMILIES.get(known, ()))


def _is_another_piece(parcel: Parcel, fact: TrackingFact) -> bool:
    """The carrier uses the number again for another piece, and this one is known by scans."""
    known = parcel.before["piece_id"]
    if not known or not fact.piece_id or clip(fact.piece_id, 120) == known:
        return False
    counts_from, last_scan_at = parcel.before["counts_from"], parcel.before["last_scan_at"]
    is_of_before = counts_from is not None and (last_scan_at is None or last_scan_at < counts_from)
    return not is_of_before


def _orders(parcels: Iterable[Parcel]) -> dict[tuple[int, int], Bound]:
    """When the orders in parcels were placed, and where they go."""
    wanted = {(parcel.store_id, order_id) for parcel in parcels for order_id in parcel.order_ids}
    return order_queries.placed_where(sorted(wanted)) if wanted else {}
