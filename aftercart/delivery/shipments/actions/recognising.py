"""Whose parcels are, where a shop names no carrier, or only a family of them."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping

from aftercart.core import sql
from aftercart.delivery.shipments import rules
from aftercart.delivery.shipments.actions.details import BY_NUMBER, NAMED, call
from aftercart.delivery.shipments.actions.parcels import TABLE, Key, Parcel
from aftercart.delivery.shipments.carriers import CARRIERS
from aftercart.delivery.shipments.numbers import Known, is_clear, recognise, shape

SHAPE_TABLE = "shipments_numbershape"
NEIGHBOURS = 20
"""So many parcels with the next lower and the next higher numbers say what a store sends with."""


def recognise_carriers(parcels: Mapping[Key, Parcel], countries: Mapping[Key, str]) -> None:
    """Say whose parcels are that nobody tracks yet, as far as their numbers clearly tell.

    Args:
        countries: of the destinations, as far as they are known.
    """
    unclear = {key: parcel for key, parcel in parcels.items() if _is_unclear(parcel)}
    if not unclear:
        return
    learned = corrections({store_id for store_id, _ in unclear})
    used = _neighbours(unclear)
    for key, parcel in unclear.items():
        known = Known(
            named=parcel.after["carrier"],
            country=countries.get(key, ""),
            learned=learned.get(parcel.store_id, {}),
            used=used.get(key, {}),
        )
        found = recognise(parcel.after["tracking_number"], known)
        if is_clear(found) and found[0].carrier in CARRIERS.keys() - {parcel.after["carrier"]}:
            call(parcel.after, found[0].carrier, BY_NUMBER)


def _is_unclear(parcel: Parcel) -> bool:
    """A number whose carrier nobody named, or named only as a family or against the number."""
    if not parcel.after["tracking_number"]:
        return False
    return not parcel.after["carrier"] or (
        parcel.after["carrier_from"] == NAMED and parcel.before["carrier_from"] != NAMED
    )


def corrections(store_ids: Collection[int]) -> dict[int, dict[str, str]]:
    """What merchants corrected: carriers by the shape of their numbers, for each store."""
    known: dict[int, dict[str, str]] = {}
    for row in sql.fetch(
        f"SELECT store_id, shape, carrier FROM {SHAPE_TABLE} WHERE store_id = ANY(%s)",
        [sorted(store_ids)],
    ):
        known.setdefault(row["store_id"], {})[row["shape"]] = row["carrier"]
    return known


def _neighbours(keys: Iterable[Key]) -> dict[Key, dict[str, int]]:
    """How often each carrier brought the parcels of the same shape with the nearest numbers.

    Stores get their numbers in ranges, so the nearest say more than the latest; and they lie beside
    each other in the index.
    """
    wanted = sorted(keys)
    found: dict[Key, Counter[str]] = {key: Counter() for key in wanted}
    for store_id, reference, near, carrier in sql.fetch_rows(
        f"""
        SELECT wanted.store_id, wanted.reference, near.reference, near.carrier
        FROM unnest(%s::bigint[], %s::text[]) AS wanted(store_id, reference)
        CROSS JOIN LATERAL (
          (SELECT reference, carrier FROM {TABLE}
           WHERE store_id = wanted.store_id AND reference < wanted.reference
           ORDER BY reference DESC LIMIT {NEIGHBOURS})
          UNION ALL
          (SELECT reference, carrier FROM {TABLE}
           WHERE store_id = wanted.store_id AND reference > wanted.reference
           ORDER BY reference LIMIT {NEIGHBOURS})
        ) AS near
        WHERE near.carrier <> ''
        """,
        [[store_id for store_id, _ in wanted], [reference for _, reference in wanted]],
    ):
        if _shape(near) == _shape(reference):
            found[store_id, reference][carrier] += 1
    return {key: dict(counted) for key, counted in found.items()}


def _shape(reference: str) -> str:
    number = reference.removeprefix(rules.reference_of_number(""))
    return shape(number.partition(rules.EARLIER)[0])
