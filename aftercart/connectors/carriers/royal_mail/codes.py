"""What Royal Mail's events mean: an event has a code (`EVNMI`) and a name ("Forwarded - Mis-sort").

Royal Mail publishes no table of its codes beside the names that its replies bear, so that the name,
by its beginning, is what counts; a name that is not listed is read by its words, and marked so. The
category of a summary ("IN TRANSIT") is coarser and only counts where there is no event.
"""

from functools import lru_cache

from aftercart.connectors.carriers.tables import table
from aftercart.connectors.carriers.wording import agreed, meaning
from aftercart.delivery.shipments.facts import Reason, ShipmentStatus

Said = tuple[ShipmentStatus, Reason, bool]

# The beginning of a name, without case; the first that fits counts.
NAMES: tuple[tuple[str, ShipmentStatus, Reason], ...] = (
    ("sender preparing", "info_received", ""),
    ("sender despatching", "info_received", ""),
    ("item advised", "info_received", ""),
    ("accepted at post office", "picked_up", ""),
    ("item collected", "picked_up", ""),
    ("collected by royal mail", "picked_up", ""),
    ("item received", "in_transit", ""),
    ("item leaving", "in_transit", ""),
    ("leaving the uk", "in_transit", ""),
    ("forwarded - mis-sort", "in_transit", "missorted"),
    ("forwarded", "in_transit", ""),
    ("redirected", "in_transit", "address_problem"),
    ("arrived", "in_transit", ""),
    ("ready for delivery", "in_transit", ""),
    ("due to be delivered", "out_for_delivery", ""),
    ("out for delivery", "out_for_delivery", ""),
    ("item retained", "in_transit", "carrier_delay"),
    ("held at customs", "exception", "customs_hold"),
    ("awaiting customs", "in_transit", "customs_clearance"),
    ("attempted delivery - no answer", "attempt_failed", "recipient_not_home"),
    ("no answer", "attempt_failed", "recipient_not_home"),
    ("attempted delivery", "attempt_failed", ""),
    ("delivery attempted", "attempt_failed", ""),
    ("available for collection", "available_for_pickup", ""),
    ("awaiting collection", "available_for_pickup", ""),
    ("collected by recipient", "delivered", "collected_by_customer"),
    ("delivered to neighbour", "delivered", "delivered_to_neighbour"),
    ("delivered to your safeplace", "delivered", "delivered_to_safe_place"),
    ("delivered to safeplace", "delivered", "delivered_to_safe_place"),
    ("delivered", "delivered", ""),
    ("refused", "attempt_failed", "refused"),
    ("return to sender", "returning", ""),
    ("returned to sender", "returning", ""),
    ("address inaccessible", "attempt_failed", "address_problem"),
    ("insufficient address", "exception", "address_problem"),
    ("damaged", "exception", "damaged"),
)

CATEGORY = table(
    ("info_received", "", "PRE-ADVICE PREADVICE"),
    ("in_transit", "", "INTRANSIT"),
    ("out_for_delivery", "", "OUTFORDELIVERY"),
    ("attempt_failed", "", "ATTEMPTEDDELIVERY"),
    ("available_for_pickup", "", "AVAILABLEFORCOLLECTION"),
    ("delivered", "", "DELIVERED"),
    ("returning", "", "RETURNTOSENDER RETURNINGTOSENDER"),
)


@lru_cache(4096)
def said(name: str) -> Said:
    """Our status and reason for an event, and whether its words were only read."""
    plain = " ".join(name.casefold().split())
    for beginning, status, reason in NAMES:
        if plain.startswith(beginning):
            return agreed(status, reason, name)
    found = meaning(name)
    return (*found, True) if found else ("unknown", "", False)


def of_category(category: str) -> tuple[ShipmentStatus, Reason]:
    """Our status and reason for the category of a summary."""
    return CATEGORY.get("".join(category.upper().split()), ("unknown", ""))
