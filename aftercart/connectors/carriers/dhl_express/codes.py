"""DHL Express's event codes in our words. A code that is not listed stays unknown and is kept raw.

The same codes come from MyDHL (`typeCode`) and, for the service `express`, from DHL's unified API.

Sources: DHL's list of status codes by service (developer.dhl.com, Shipment Tracking Unified), which
names each code; `PO` and `RW` occur in recorded replies of its older XML-PI alone.
"""

from functools import lru_cache

from aftercart.connectors.carriers.tables import Meaning, table
from aftercart.connectors.carriers.wording import agreed, meaning
from aftercart.delivery.shipments.facts import Reason, ShipmentStatus

EVENT = table(
    ("info_received", "", "SD"),
    ("picked_up", "", "PU SA"),
    # Sorted, arrived, departed, transferred, weighed, planned; forwarded, also to a third party;
    # what was wanted came: a response, a payment, a clearance, a change of the service.
    ("in_transit", "", "PL AF AR DF PO TR RW SM FD TP RR PY CR BR SC"),
    # Part of the pieces is delivered: the parcel as a whole is not.
    ("in_transit", "", "PD"),
    ("in_transit", "carrier_delay", "MD"),
    ("in_transit", "customs_clearance", "IC BN"),
    ("in_transit", "missorted", "MS MC"),
    ("in_transit", "rescheduled", "AD"),
    ("out_for_delivery", "", "WC"),
    ("available_for_pickup", "", "CC"),
    ("attempt_failed", "", "ND"),
    ("attempt_failed", "business_closed", "CA"),
    ("attempt_failed", "recipient_not_home", "NH"),
    ("attempt_failed", "refused", "RD"),
    ("delivered", "", "OK"),
    ("delivered", "damaged", "DD"),
    # On hold, stopped, closed without a delivery.
    ("exception", "", "OH SS CS"),
    ("exception", "address_problem", "BA CM"),
    ("exception", "customs_hold", "CD UD"),
    ("exception", "destroyed", "DS"),
    ("exception", "held_for_payment", "HP"),
    ("returning", "", "RT"),
)


@lru_cache(4096)
def said(code: str, text: str) -> tuple[ShipmentStatus, Reason, bool]:
    """Our status and reason for an event, and whether its words decided, no code."""
    listed: Meaning | None = EVENT.get(code.upper())
    if listed is not None:
        return agreed(*listed, text)
    found = _phrase(text) or (meaning(text) if text else None)
    return (*found, True) if found else ("unknown", "", False)


# DHL's own phrases that our general reading of words does not know, or reads too hastily.
PHRASES: tuple[tuple[str, Meaning], ...] = (
    ("with delivery courier", ("out_for_delivery", "")),
    ("out with courier for delivery", ("out_for_delivery", "")),
    ("clearance processing complete", ("in_transit", "")),
    ("customs status updated", ("in_transit", "customs_clearance")),
    ("transferred through", ("in_transit", "")),
    ("partial", ("in_transit", "")),
)


def _phrase(text: str) -> Meaning | None:
    lower = text.lower()
    return next((found for phrase, found in PHRASES if phrase in lower), None)
