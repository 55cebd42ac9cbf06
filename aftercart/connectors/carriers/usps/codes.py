"""From a scan of the Postal Service to our status and reason.

A scan has a code and the words of its event (`eventType`), which are a fixed list as well. Some
codes stand for several events (14, NT, PC, 29 …), and one event may bear several codes, so that
both are read: see `meaning`.

Source: Publication 199, appendix G-4 (domestic scan events) and G-5 (international mail), as far as
its codes are seen in replies; the category names are those of the tracking API (v3).
"""

import re
from functools import lru_cache

import msgspec

from aftercart.connectors.carriers import wording
from aftercart.connectors.carriers.tables import Meaning, table
from aftercart.delivery.shipments.facts import Reason, ShipmentStatus

CODES = table(
    # The label is made, or the shipper's list is here; TM: a container came in, not yet this piece.
    ("info_received", "", "GA GC GX MA NP"),
    ("info_received", "awaiting_carrier", "TM"),
    # 80 to 82: a shipping partner has it.
    ("picked_up", "", "03 80 AD OA PA UA VF"),
    ("in_transit", "", "06 07 10 14 17 19 81 82 A1 EF L1 NT PC SF T1 TL UF"),
    # At an opening unit, at a partner, and handed to an agent "for final delivery".
    ("in_transit", "", "41 42 60"),
    # No scan of the delivery although it went out: nobody knows, so that nothing is delivered.
    ("in_transit", "carrier_delay", "DX"),
    ("in_transit", "rescheduled", "71"),
    ("out_for_delivery", "", "59 OF"),
    ("available_for_pickup", "", "16"),
    ("attempt_failed", "", "02 30 52 53 54 55"),
    ("attempt_failed", "business_closed", "51"),
    ("attempt_failed", "recipient_not_home", "56"),
    ("exception", "", "11 28 29 44"),
    # Why a piece would go back; whether it does is another scan, and at times the carrier finds it.
    ("exception", "address_problem", "05 21 22 23 24 25 26"),
    ("exception", "missorted", "08 15"),
    ("exception", "refused", "04"),
    ("exception", "unclaimed", "27"),
    ("returning", "", "09"),
    ("returning", "unclaimed", "31"),
    ("delivered", "", "01"),
    ("delivered", "collected_by_customer", "43"),
)
# Codes that stand for more than one event: the words, or the category, say which.
SEVERAL = frozenset({"03", "14", "16", "17", "27", "28", "29", "31", "NT", "PC"})

# In the order in which they are tried.
_EVENTS: tuple[tuple[str, ShipmentStatus, Reason], ...] = (
    (r"original sender|delivered to (the )?(sender|shipper)", "returned", ""),
    (r"tendered to returns agent", "returned", ""),
    (r"unclaimed.*return|not picked up.*return|return.*(unclaimed|not picked up)", "returning",
     "unclaimed"),
    (r"return(ed|ing)? to sender|being returned|returns agent", "returning", ""),
    (r"agent for final delivery", "in_transit", ""),
    (r"available for (pick ?up|redelivery)|(collect|ready) for pick ?up|reminder to pick ?up",
     "available_for_pickup", ""),
    (r"held at post office", "exception", "rescheduled"),
    (r"no authorized recipient", "attempt_failed", "recipient_not_home"),
    (r"business closed", "attempt_failed", "business_closed"),
    (r"redelivery scheduled|rescheduled", "in_transit", "rescheduled"),
    ((r"notice left|notice generated|(delivery attempt|attempted (delivery|abroad))|no access|"
      r"receptacle|secure location|schedule redelivery"), "attempt_failed", ""),
    (r"weather|natural disaster", "exception", "weather"),
    (r"animal interference|(delivery|processing) exception", "exception", ""),
    (r"awaiting delivery scan|status not updated|arriving late|delay", "in_transit",
     "carrier_delay"),
    ((r"forward(ing)? expired|insufficient address|no such number|addressee (unknown|not known)|"
      r"left no address|vacant|undeliverable as addressed"), "exception", "address_problem"),
    (r"unclaimed", "exception", "unclaimed"),
    (r"deceased", "exception", ""),
    (r"refused", "exception", "refused"),
    (r"mis-?sent|mis-?ship|mis-?sort|mis-?direct", "exception", "missorted"),
    (r"disposed", "exception", "destroyed"),
    (r"dead (mail|letter)|recovery center", "exception", ""),
    (r"damage", "exception", "damaged"),
    (r"seized|prohibited", "exception", "regulatory"),
    (r"held (in|by) customs|retained", "exception", "customs_hold"),
    (r"out of customs|processing complete|released from|cleared customs", "in_transit", ""),
    (r"customs", "in_transit", "customs_clearance"),
    (r"out for delivery|out to deliver", "out_for_delivery", ""),
    (r"delivered.*(picked up|pick ?up)", "delivered", "collected_by_customer"),
    (r"delivered.*neighbor", "delivered", "delivered_to_neighbour"),
    (r"delivered.*(porch|front door|garage|side door|other (door|location))", "delivered",
     "delivered_to_safe_place"),
    (r"\bdelivered\b", "delivered", ""),
    (r"label cancell?ed", "cancelled", ""),
    (r"picked up by shipping partner", "picked_up", ""),
    (r"(arrived|departed) shipping partner", "in_transit", ""),
    (r"acceptance pending", "info_received", "awaiting_carrier"),
    ((r"awaiting item|pre-?shipment|label created|info(rmation)? (received|sent)|"
      r"preparing shipment|expects item|order receipt"), "info_received", ""),
    (r"accept(ed|ance)|in possession|picked up|posting", "picked_up", ""),
    ((r"in transit|arriv(ed|al)|depart|process|sort|dispatch|en ?route|inbound|export|forwarded|"
      r"tendered|hand ?off|intercept"), "in_transit", ""),
)  # fmt: skip
_COMPILED = tuple((re.compile(pattern), (status, reason)) for pattern, status, reason in _EVENTS)

CATEGORIES: dict[str, Meaning] = {
    "pre-shipment": ("info_received", ""),
    "accepted": ("picked_up", ""),
    "in-transit": ("in_transit", ""),
    "in transit": ("in_transit", ""),
    "moving through network": ("in_transit", ""),
    "out for delivery": ("out_for_delivery", ""),
    "available for pickup": ("available_for_pickup", ""),
    "delivery attempt": ("attempt_failed", ""),
    "delivery attempt, action needed": ("attempt_failed", ""),
    "delivered": ("delivered", ""),
    "delivered to agent": ("in_transit", ""),
    "return to sender": ("returning", ""),
    "alert": ("exception", ""),
}
# Too broad to choose between the events of one code.
BROAD = frozenset({"in-transit", "in transit", "moving through network", "alert"})


class Said(msgspec.Struct, frozen=True):
    """What a scan says; `by_text` where it was read from its words."""

    status: ShipmentStatus
    reason: Reason = ""
    by_text: bool = False


@lru_cache(8192)
def meaning(code: str, text: str, category: str = "") -> Said:
    """The status and reason of a scan.

    The code counts, and its event's words add the reason. Where the code stands for several
    events, the category (where it is of this scan) or the words choose; where the words speak
    against the code, they count; where the code is not listed, they are all there is.

    >>> meaning("14", "Arrival at Pickup Point").status
    'in_transit'
    >>> meaning("14", "Arrival at Pickup Point", "Available for Pickup").status
    'available_for_pickup'
    """
    code = code.strip().upper()
    worded = _by_words(text)
    if code in SEVERAL and (named := _named(category, text, worded)):
        return named
    coded = CODES.get(code)
    if coded is None:
        return _uncoded(text, worded, category)
    if worded is None:
        is_against = wording.contradicts(coded[0], text)
        return _uncoded(text, None, "") if is_against else Said(*coded)
    return _both(code, coded, worded, text)


def _named(category: str, text: str, worded: Meaning | None) -> Said | None:
    """What the category chooses among the events of one code."""
    name = category.strip().casefold()
    found = CATEGORIES.get(name) if name not in BROAD else None
    if found is None or wording.contradicts(found[0], text):
        return None
    return Said(*worded) if worded and worded[0] == found[0] else Said(*found)


def _both(code: str, coded: Meaning, worded: Meaning, text: str) -> Said:
    if worded[0] == coded[0]:
        return Said(coded[0], worded[1] or coded[1])
    if (coded[0], worded[0]) == ("delivered", "picked_up"):
        return Said(*coded)  # 43: by the receiver, at the counter
    if code in SEVERAL:
        return Said(*worded)
    if worded[0] == "delivered":
        return Said("unknown")  # words alone make no delivery of a code that says none
    speaks_against = coded[0] == "delivered" or wording.contradicts(coded[0], text)
    return Said(*worded, by_text=True) if speaks_against else Said(*coded)


def _by_words(text: str) -> Meaning | None:
    said = text.casefold()
    for pattern, found in _COMPILED:
        if pattern.search(said):
            return found
    return None


def _uncoded(text: str, worded: Meaning | None, category: str) -> Said:
    found = worded or wording.meaning(text) or CATEGORIES.get(category.strip().casefold())
    if found is None or wording.contradicts(found[0], text):
        return Said("unknown")
    return Said(*found, by_text=True)
