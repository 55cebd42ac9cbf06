"""What Australia Post's descriptions mean: its events bear no code, so that the phrase is the code.

A phrase that is listed counts as its code. One that is not is read by its words, and marked so.
Source: the phrases of its replies (Shipping and Tracking API).
"""

import re
from functools import lru_cache

from aftercart.connectors.carriers.wording import agreed, meaning
from aftercart.delivery.shipments.facts import Reason, ShipmentStatus

Said = tuple[ShipmentStatus, Reason, bool]

# The beginning of a phrase, without case; the first that fits counts.
PHRASES: tuple[tuple[str, ShipmentStatus, Reason], ...] = (
    ("shipping information approved", "info_received", ""),
    ("shipping information received", "info_received", ""),
    ("manifest received", "info_received", ""),
    ("received by australia post", "picked_up", ""),
    ("received item from sender", "picked_up", ""),
    ("picked up", "picked_up", ""),
    ("lodged", "picked_up", ""),
    ("item is in customs", "in_transit", "customs_clearance"),
    ("arrived awaiting clearance", "in_transit", "customs_clearance"),
    ("item cleared by customs", "in_transit", "customs_clearance"),
    ("cleared", "in_transit", ""),
    ("held by customs", "exception", "customs_hold"),
    ("item processed", "in_transit", ""),
    ("processed", "in_transit", ""),
    ("arrived", "in_transit", ""),
    ("despatch", "in_transit", ""),
    ("departed", "in_transit", ""),
    ("in transit", "in_transit", ""),
    ("item delayed", "in_transit", "carrier_delay"),
    ("possible delay", "in_transit", "carrier_delay"),
    ("redirected", "in_transit", "address_problem"),
    ("missorted", "in_transit", "missorted"),
    ("onboard for delivery", "out_for_delivery", ""),
    ("on board for delivery", "out_for_delivery", ""),
    ("with australia post for delivery", "out_for_delivery", ""),
    ("with driver", "out_for_delivery", ""),
    ("awaiting collection", "available_for_pickup", ""),
    ("ready for collection", "available_for_pickup", ""),
    ("attempted delivery", "attempt_failed", "recipient_not_home"),
    ("unable to deliver", "attempt_failed", ""),
    ("unsuccessful delivery", "attempt_failed", ""),
    ("to be re-delivered", "attempt_failed", ""),
    ("refused", "attempt_failed", "refused"),
    ("delivered - left in a safe place", "delivered", "delivered_to_safe_place"),
    ("delivered - left with neighbour", "delivered", "delivered_to_neighbour"),
    ("delivered - collected", "delivered", "collected_by_customer"),
    ("collected by customer", "delivered", "collected_by_customer"),
    ("delivered", "delivered", ""),
    ("return to sender", "returning", ""),
    ("returning to sender", "returning", ""),
    ("returned to sender", "returned", ""),
    ("article damaged", "exception", "damaged"),
    ("cannot be delivered", "exception", ""),
    ("held by courier", "exception", ""),
    ("cancelled", "cancelled", ""),
)


@lru_cache(4096)
def said(phrase: str) -> Said:
    """Our status and reason for an event, and whether its words were only read."""
    plain = re.sub(r"\s+", " ", phrase.casefold())
    for beginning, status, reason in PHRASES:
        if plain.startswith(beginning):
            return agreed(status, reason, phrase)
    found = meaning(phrase)
    return (*found, True) if found else ("unknown", "", False)
