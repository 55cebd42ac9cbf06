"""FedEx's codes in our words. A code that is not listed stays unknown and is kept raw.

A scan has a type (`eventType`), sometimes an exception code, and the status that FedEx derives from
the type (`derivedStatusCode`), which is coarser: a parcel on the vehicle is only `IT`, in transit.
So the type counts first.

Sources: FedEx's "Tracking status codes" (developer.fedex.com, Basic Integrated Visibility) for the
types; its recorded replies for the exception codes, which FedEx does not publish. These are keyed
exactly as written: `07` is refused at FedEx Express, `007` is nobody at home at FedEx Ground.
"""

import re
from functools import lru_cache

from aftercart.connectors.carriers.tables import Meaning, table
from aftercart.connectors.carriers.wording import agreed, meaning
from aftercart.delivery.shipments.facts import Reason, ShipmentStatus

Said = tuple[ShipmentStatus, Reason, bool]

EVENT = table(
    ("info_received", "", "OC IN MD OX"),
    # The vehicle is on its way to the sender, stands there, came in vain, or is late.
    ("info_received", "", "EP AP DR"),
    ("info_received", "carrier_delay", "PD"),
    ("picked_up", "", "PU PX IP OF"),
    ("in_transit", "", "AA AC AF AR AS AX DP DS EA EO FD IT IX LO OW PF PL PM SF TR CC AO AE"),
    ("in_transit", "customs_clearance", "CP"),
    ("exception", "customs_hold", "CD"),
    ("out_for_delivery", "", "OD ED AD"),
    ("available_for_pickup", "", "HL HP"),
    ("delivered", "", "DL"),
    ("exception", "", "DE SE"),
    ("exception", "carrier_delay", "DY DD"),
    ("returning", "", "RS"),
    ("cancelled", "", "CA"),
)

# Remarks beside the parcel's way: a customer's wish, a return label's life, a split. They are no
# scans: nothing happened to the parcel.
REMARKS = ("CH", "RR", "RM", "RC", "RP", "LP", "RG", "RD", "SP")
# "Arriving on time" and "arriving early" are remarks too. Made where parcels lie between their
# journeys they also tell that this one is on its way; elsewhere it may be further than that.
PUNCTUAL = ("AO", "AE")
ON_THE_WAY = ("PICKUP_LOCATION", "ORIGIN_FEDEX_FACILITY", "FEDEX_FACILITY")

# With these types the exception code says what happened.
EXCEPTIONAL = ("DE", "SE", "DY", "DD", "CD")
EXCEPTION = table(
    ("exception", "address_problem", "03 03C"),
    ("attempt_failed", "refused", "07"),
    ("attempt_failed", "recipient_not_home", "007 08"),
    ("returning", "", "14"),
    ("in_transit", "rescheduled", "17"),
    ("in_transit", "carrier_delay", "31"),
    ("in_transit", "", "41 A47"),
    ("exception", "carrier_delay", "84 A52"),
    ("exception", "held_for_payment", "93"),
    ("exception", "", "099"),
)
# FedEx's own phrases that our general reading of words does not know.
PHRASES: tuple[tuple[str, Meaning], ...] = (
    ("delivery not attempted", ("exception", "carrier_delay")),
    ("future delivery requested", ("in_transit", "rescheduled")),
    ("reroute requested", ("in_transit", "rescheduled")),
    ("arrived after courier dispatch", ("in_transit", "carrier_delay")),
    ("not due for delivery", ("in_transit", "")),
    ("unable to collect payment", ("exception", "held_for_payment")),
    ("return tracking number", ("returning", "")),
    ("returned to shipper", ("returning", "")),
    # Said in a depot, not at a door.
    ("unable to deliver", ("exception", "")),
)
# Of these a text under an exceptional type tells no more than the cause.
ONLY_A_CAUSE = ("info_received", "picked_up", "in_transit", "delivered", "cancelled")

DELAY: dict[str, Reason] = {
    "WEATHER": "weather",
    "CLEARANCE": "customs_hold",
    "OPERATIONAL": "carrier_delay",
    "LOCAL": "carrier_delay",
    "GENERAL": "carrier_delay",
}
NO_DELAY = ("ON_TIME", "EARLY")
MAY_BE_DELAYED = ("info_received", "picked_up", "in_transit", "out_for_delivery", "exception")

_LEFT = re.compile(r"\bleft (at|in|on) ", re.IGNORECASE)
_NEIGHBOUR = re.compile(r"\bneighbou?r\b", re.IGNORECASE)
_BACK = re.compile(r"\b(returned to|delivered to( the| original)?) (sender|shipper)", re.IGNORECASE)


@lru_cache(4096)
def said(event: str, exception: str, derived: str, text: str) -> Said:
    """Our status and reason for a scan, and whether its words decided, no code.

    Args:
        event: the type, as `exception` and `derived` as FedEx writes it.
        text: FedEx's words for both codes.
    """
    code = event.upper()
    if code in EXCEPTIONAL:
        return _exceptional(code, exception, text)
    listed = _listed(code, text) or _listed(derived.upper(), text)
    if listed is None:
        found = meaning(text) if text else None
        return (*found, True) if found else ("unknown", "", False)
    if listed[0] == "delivered":
        return _delivered(text)
    return agreed(*listed, text)


def is_remark(event: str, location: str) -> bool:
    """Whether a scan, by its type and the kind of place, tells nothing that happened."""
    code = event.upper()
    return code in REMARKS or (code in PUNCTUAL and location.upper() not in ON_THE_WAY)


def delay(kind: str, status: str) -> Reason:
    """The reason in `delayDetail`; empty where there is no delay."""
    if status.upper() in NO_DELAY or not (status or kind):
        return ""
    return DELAY.get(kind.upper(), "carrier_delay" if status.upper() == "DELAYED" else "")


def _listed(code: str, text: str) -> Meaning | None:
    """`CA` is also the carrier in FedEx's list of who has the parcel: only its words tell."""
    if code == "CA" and text and "cancel" not in text.lower():
        return None
    return EVENT.get(code)


def _exceptional(code: str, exception: str, text: str) -> Said:
    base = EVENT[code]
    listed = EXCEPTION.get(exception)
    if listed is not None:
        return *(listed if listed[1] or listed[0] != base[0] else base), False
    phrase = _phrase(text)
    found = phrase or meaning(text)
    if found is None:
        return *base, False
    if phrase is None and found[0] in ONLY_A_CAUSE:
        return base[0], base[1] or found[1], False
    return *found, True


def _phrase(text: str) -> Meaning | None:
    lower = text.lower()
    return next((found for phrase, found in PHRASES if phrase in lower), None)


def _delivered(text: str) -> Said:
    """A delivery, as its words tell it more exactly."""
    if _BACK.search(text):
        return "returned", "", True
    if _NEIGHBOUR.search(text):
        return "delivered", "delivered_to_neighbour", False
    reason: Reason = "delivered_to_safe_place" if _LEFT.search(text) else ""
    return agreed("delivered", reason, text)
