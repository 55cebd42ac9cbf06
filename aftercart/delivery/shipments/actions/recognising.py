"""Whose parcels are, where a shop names no carrier, or only a family of them."""

from collections.abc import Mapping

from aftercart.delivery.shipments import queries
from aftercart.delivery.shipments.actions.details import BY_NUMBER, NAMED, call
from aftercart.delivery.shipments.actions.parcels import Key, Parcel
from aftercart.delivery.shipments.carriers import CARRIERS
from aftercart.delivery.shipments.numbers import Known, is_clear, recognise


def recognise_carriers(parcels: Mapping[Key, Parcel], countries: Mapping[Key, str]) -> None:
    """Say whose parcels are that nobody tracks yet, as far as their numbers clearly tell.

    Args:
        countries: of the destinations, as far as they are known.
    """
    unclear = {key: parcel for key, parcel in parcels.items() if _is_unclear(parcel)}
    if not unclear:
        return
    known = queries.precedents([_number(parcel) for parcel in unclear.values()])
    for key, parcel in unclear.items():
        before = known[_number(parcel)]
        told = Known(
            named=parcel.after["carrier"],
            country=countries.get(key, ""),
            learned=before.learned,
            used=before.used,
        )
        found = recognise(parcel.after["tracking_number"], told)
        if is_clear(found) and found[0].carrier in CARRIERS.keys() - {parcel.after["carrier"]}:
            call(parcel.after, found[0].carrier, BY_NUMBER)


def _number(parcel: Parcel) -> tuple[int, str]:
    return parcel.store_id, parcel.after["tracking_number"]


def _is_unclear(parcel: Parcel) -> bool:
    """A number whose carrier nobody named, or named only as a family or against the number."""
    if not parcel.after["tracking_number"]:
        return False
    return not parcel.after["carrier"] or (
        parcel.after["carrier_from"] == NAMED and parcel.before["carrier_from"] != NAMED
    )
