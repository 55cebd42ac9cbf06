"""Whether what a source tells of a number can be about our parcel. Pure."""

from collections.abc import Collection
from datetime import datetime, timedelta

from aftercart.delivery.shipments.facts import TrackingFact

EARLY = timedelta(days=2)
"""Labels are made, and clocks differ, a little before an order reaches us."""


def is_plausible(fact: TrackingFact, ordered_at: datetime, countries: Collection[str]) -> bool:
    """Whether a carrier that nobody named can have this parcel.

    Only if its first scan is not before the order, and it goes to a country that an order in the
    parcel goes to, as far as both are known.
    """
    if fact.destination.country and countries and fact.destination.country not in countries:
        return False
    moments = [scan.occurred_at for scan in fact.scans]
    return not moments or min(moments) >= ordered_at - EARLY
