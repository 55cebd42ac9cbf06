"""When a parcel of FedEx was shipped. Pure."""

from collections.abc import Iterable
from datetime import date

from aftercart.connectors.carriers import moments

SHIPPED = ("SHIP", "ACTUAL_PICKUP", "ACTUAL_TENDER")


def shipping_day(times: Iterable[tuple[str, str]], scans: Iterable[str]) -> date | None:
    """When a parcel was shipped: as FedEx says, else the day of its first scan.

    Args:
        times: type and moment of each of `dateAndTimes`; `scans`: the moment of each scan.
    """
    given = dict(times)
    said = (moments.day(given.get(kind)) for kind in SHIPPED)
    scanned = (day for scan in scans if (day := moments.day(scan)))
    return next((day for day in said if day), None) or min(scanned, default=None)
