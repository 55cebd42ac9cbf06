"""One number, several results: another parcel under an old number, or one handed in anew. Pure.

Carriers use a number again after many months. But some also open a new result when a parcel that
could not be delivered is handed in again the next day: that is the same parcel, and its delivery is
told in the new result alone. So results count as one parcel while little time lies between their
shipping days.
"""

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import TypeVar

APART = timedelta(days=30)
# How long after the shop's word a label may lie before the parcel is handed in.
LATEST = timedelta(days=90)

Result = TypeVar("Result")


def parcels(
    results: Sequence[Result], day_of: Callable[[Result], date | None]
) -> list[list[Result]]:
    """The results that are about one parcel together, the oldest parcel first; undated ones stand
    alone."""
    found: list[list[Result]] = []
    before: date | None = None
    for result in sorted(results, key=lambda one: day_of(one) or date.min):
        day = day_of(result)
        if day is not None and before is not None and day - before <= APART:
            found[-1].append(result)
        else:
            found.append([result])
        before = day
    return found


def ours(
    results: Sequence[Result], day_of: Callable[[Result], date | None], shipped_on: date | None
) -> list[Result]:
    """Of all results of a number those about a parcel that we shipped then, else the latest one.

    Empty where the carrier only knows another parcel of that number.
    """
    known = parcels(results, day_of)
    if shipped_on is not None:
        known = [one for one in known if _is_of_then(one, day_of, shipped_on)][:1]
    return known[-1] if known else []


def _is_of_then(
    parcel: Sequence[Result], day_of: Callable[[Result], date | None], shipped_on: date
) -> bool:
    days = [day for one in parcel if (day := day_of(one))]
    if not days:
        return True
    return max(days) >= shipped_on - APART and min(days) <= shipped_on + LATEST
