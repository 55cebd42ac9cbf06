"""A merchant says whose a parcel is, and numbers of its shape are known from then on."""

from django.db import transaction

from aftercart.commerce.orders import actions as orders
from aftercart.core import clock, events, sql
from aftercart.core.events import Event
from aftercart.delivery.shipments import queries, rules
from aftercart.delivery.shipments.actions import telling
from aftercart.delivery.shipments.actions.details import BY_NUMBER, CORRECTED, TRACKED, call
from aftercart.delivery.shipments.actions.parcels import (
    TABLE,
    Parcel,
    hold_known,
    load_orders,
    write,
)
from aftercart.delivery.shipments.carriers import CARRIERS
from aftercart.delivery.shipments.numbers import shape

MOST_AT_ONCE = 5000


def correct_carrier(store_id: int, shipment_id: int, carrier: str, actor: str) -> int:
    """Give a parcel to a carrier, and with it the unscanned parcels whose numbers look alike.

    Publishes `shipment.carrier_corrected` for the parcel, and `shipment.updated` for each that
    changed.

    Args:
        carrier: our slug.
        actor: who says so.

    Returns:
        how many parcels changed.

    Raises:
        LookupError: there is no such parcel in the store, or no such carrier.
    """
    if carrier not in CARRIERS:
        raise LookupError(f"no carrier is called {carrier!r}")
    with transaction.atomic():
        alike = _alike(store_id, shipment_id)
        travelling = queries.orders_in_parcels(store_id, alike.values())
        orders.hold(sorted({(store_id, one) for of in travelling.values() for one in of}))
        parcels = hold_known([(store_id, reference) for reference in alike])
        load_orders(parcels.values())
        changed = [parcel for parcel in parcels.values() if _give(parcel, carrier, shipment_id)]
        write(changed)
        _learn(store_id, parcels, shipment_id, carrier)
        events.publish(_told(parcels, changed, shipment_id, carrier, actor))
    return len(changed)


def _alike(store_id: int, shipment_id: int) -> dict[str, int]:
    """The parcel, and those like it that nobody has scanned or corrected: ids by reference."""
    found = sql.fetch_rows(
        f"SELECT reference, tracking_number FROM {TABLE} WHERE store_id = %s AND id = %s",
        [store_id, shipment_id],
    )
    if not found:
        raise LookupError("there is no such parcel")
    reference, number = found[0]
    others = sql.fetch_rows(
        f"""
        SELECT reference, id, tracking_number FROM {TABLE}
        WHERE store_id = %s AND last_scan_at IS NULL AND length(tracking_number) = %s
          AND carrier_from NOT IN (%s, %s)
        ORDER BY id DESC LIMIT {MOST_AT_ONCE}
        """,
        [store_id, len(number), CORRECTED, TRACKED],
    )
    alike = {other: id_ for other, id_, text in others if number and shape(text) == shape(number)}
    return {**alike, reference: shipment_id}


def _give(parcel: Parcel, carrier: str, corrected_id: int) -> bool:
    """Whether the parcel changed: the corrected one for good, the others until somebody tracks."""
    known_from = CORRECTED if parcel.id == corrected_id else parcel.after["carrier_from"]
    call(parcel.after, carrier, known_from or BY_NUMBER)
    parcel.after["tracking_url"] = "" if parcel.id == corrected_id else parcel.after["tracking_url"]
    return parcel.before != parcel.after


def _learn(store_id: int, parcels: dict[tuple[int, str], Parcel], id_: int, carrier: str) -> None:
    number = next(one.after["tracking_number"] for one in parcels.values() if one.id == id_)
    if not rules.is_number(number):
        return
    sql.run(
        "INSERT INTO shipments_numbershape (store_id, shape, carrier, corrected_at) "
        "VALUES (%s, %s, %s, %s) ON CONFLICT (store_id, shape) DO UPDATE "
        "SET carrier = excluded.carrier, corrected_at = excluded.corrected_at",
        [store_id, shape(number), carrier, clock.now()],
    )


def _told(
    parcels: dict[tuple[int, str], Parcel],
    changed: list[Parcel],
    corrected_id: int,
    carrier: str,
    actor: str,
) -> list[Event]:
    told: list[Event] = []
    for parcel in parcels.values():
        if parcel.id == corrected_id:
            data = {"carrier": carrier, "before": parcel.before["carrier"], "actor": actor}
            told += parcel.events("shipment.carrier_corrected", clock.now(), True, data)
    for parcel in changed:
        told += telling.changes(parcel, quiet=True)
    return told
