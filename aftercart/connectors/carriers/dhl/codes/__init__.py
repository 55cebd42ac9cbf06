"""DHL's codes in our words, service by service. A code that is not listed stays unknown.

DHL's unified API gives every event one of five words (`statusCode`), which are coarse, and which
call a parcel delivered that waits in a shop or has come back to its sender. Beside it stands the
service's own code (`statusDetailed`), where the service has one: that counts first. Where there is
none, the words of the event tell more than the five; they are given in English.

Source: DHL's list of status codes by service (developer.dhl.com, Shipment Tracking Unified).
"""

import re
from collections.abc import Mapping
from functools import lru_cache

from aftercart.connectors.carriers.dhl.codes import (
    ecommerce,
    europe,
    freight,
    germany,
    netherlands,
    poland,
)
from aftercart.connectors.carriers.dhl_express.codes import EVENT as EXPRESS_EVENT
from aftercart.connectors.carriers.tables import Meaning
from aftercart.connectors.carriers.wording import agreed, meaning
from aftercart.delivery.shipments.facts import Reason, ShipmentStatus

Said = tuple[ShipmentStatus, Reason, bool]

EVENT: Mapping[str, Mapping[str, Meaning]] = {
    "express": EXPRESS_EVENT,
    "parcel-de": germany.PARCEL_EVENT,
    "post-de": germany.LETTER_EVENT,
    "svb": germany.LETTER_EVENT,
    "ecommerce": ecommerce.EVENT,
    "ecommerce-apac": ecommerce.EVENT,
    "ecommerce-europe": europe.EVENT,
    "ecommerce-ppl": europe.PPL_EVENT,
    "parcel-nl": netherlands.EVENT,
    "parcel-pl": poland.EVENT,
    "freight": freight.FREIGHT_EVENT,
    "dgf": freight.FORWARDING_EVENT,
}
# Events of which nothing happened to the parcel: they are no scans.
REMARKS: Mapping[str, frozenset[str]] = {
    "parcel-de": germany.PARCEL_REMARKS,
    "post-de": germany.LETTER_REMARKS,
    "svb": germany.LETTER_REMARKS,
    "ecommerce": ecommerce.REMARKS,
    "ecommerce-apac": ecommerce.REMARKS,
    "parcel-nl": netherlands.REMARKS,
    "freight": freight.FREIGHT_REMARKS,
}
# `unknown` means what it says, and no delay.
STATUS_CODE: Mapping[str, Meaning] = {
    "pre-transit": ("info_received", ""),
    "transit": ("in_transit", ""),
    "delivered": ("delivered", ""),
    "failure": ("exception", ""),
}

# DHL's own phrases, in the order in which they are tried.
_RULES: tuple[tuple[str, ShipmentStatus, Reason], ...] = (
    ((r"(picked up|collected) (by|from .{0,40} by) the recipient|picked up the shipment"
     r"|recipient has (picked up|collected)"), "delivered", "collected_by_customer"),
    (r"has been collected", "picked_up", ""),
    (r"(brought|forwarded|transported) to .{0,60}for pick-?up", "in_transit", ""),
    (r"not ready for (pick-?up|collection)", "in_transit", ""),
    ((r"(ready|available|waiting) for pick-?up|can be picked up|awaiting (customer )?collection"
     r"|(delivered|handed over) (to|at) .{0,40}(retail outlet|packstation|parcel ?shop"
     r"|parcel ?station|service ?point|post ?office|access point|locker"
     r"|pick-?up (location|point))"), "available_for_pickup", ""),
    (r"handed over for final delivery", "in_transit", ""),
    ((r"loaded (on|in)?to the (delivery vehicle|van)|out with courier|with (the )?delivery courier"
     r"|handed out to courier for delivery|courier on (the|its) way"), "out_for_delivery", ""),
    ((r"(returned|delivered back|on (the|its) way back) to (the )?(business )?(sender|shipper)"
     r"|(will be|is being) (returned|sent back)"), "returning", ""),
    ((r"(incorrect|incomplete|insufficient|wrong) (delivery )?address|address information needed"),
     "exception", "address_problem"),
    (r"payment of .{0,30}needed|awaiting payment", "exception", "held_for_payment"),
    (r"\bon hold\b", "exception", ""),
    (r"delivery not accepted", "attempt_failed", ""),
    (r"\bdelivered,? (but )?damaged\b", "delivered", "damaged"),
    (r"delivered .{0,30}\bneighbou?rs?\b", "delivered", "delivered_to_neighbour"),
    (r"delivered .{0,40}(preferred location|safe ?place|garage|terrace|drop-off)", "delivered",
     "delivered_to_safe_place"),
)  # fmt: skip
_COMPILED = tuple((re.compile(pattern), status, reason) for pattern, status, reason in _RULES)

# What words may make of a parcel that is in transit, or whose delivery failed.
IN_TRANSIT_MAY_BE = (
    "picked_up",
    "out_for_delivery",
    "available_for_pickup",
    "attempt_failed",
    "exception",
    "returning",
)
FAILURE_MAY_BE = ("attempt_failed", "available_for_pickup", "exception", "returning", "cancelled")


def own_code(service: str, *given: str) -> str:
    """The first of the codes given that the service's table, or its list of remarks, holds."""
    known, remarks = EVENT.get(service, {}), REMARKS.get(service, frozenset())
    return next((code for code in given if code in known or code in remarks), "")


def is_remark(service: str, code: str) -> bool:
    """Whether nothing happened to the parcel."""
    return code in REMARKS.get(service, ())


@lru_cache(8192)
def said(service: str, code: str, status_code: str, text: str) -> Said:
    """Our status and reason for an event, and whether its words decided, no code.

    Args:
        code: the service's own, empty where it gives none that is listed.
        status_code: one of DHL's five.
        text: DHL's words for the event.
    """
    rough = STATUS_CODE.get(status_code.lower())
    listed = EVENT.get(service, {}).get(code)
    if listed is not None and (listed[0] != "delivered" or rough in (None, ("delivered", ""))):
        is_under_way = listed[0] == "available_for_pickup" and _phrase(text) == ("in_transit", "")
        return ("in_transit", "", True) if is_under_way else agreed(*listed, text)
    if rough is None:
        found = _words(text)
        return (*found, True) if found else ("unknown", "", False)
    return _REFINED[rough[0]](text)


def _words(text: str) -> Meaning | None:
    return (_phrase(text) or meaning(text)) if text else None


def _phrase(text: str) -> Meaning | None:
    lower = text.casefold()
    return next(((status, why) for rule, status, why in _COMPILED if rule.search(lower)), None)


def _announced(text: str) -> Said:
    return agreed("info_received", "", text)


def _moving(text: str) -> Said:
    found = _words(text)
    if found is not None and found[0] in IN_TRANSIT_MAY_BE:
        return *found, True
    if found is not None and found[0] == "returned":
        return "returning", "", True
    reason: Reason = found[1] if found is not None and found[0] == "in_transit" else ""
    return agreed("in_transit", reason, text)


def _delivered(text: str) -> Said:
    """DHL also calls a parcel delivered that waits to be collected, or is back with its sender."""
    found = _words(text)
    if found is None or found[0] in ("picked_up", "in_transit", "info_received"):
        return agreed("delivered", "", text)
    if found[0] == "returning":
        return "returned", "", True
    if found[0] == "delivered":
        return agreed("delivered", found[1], text)
    return *found, True


def _failed(text: str) -> Said:
    found = _words(text)
    if found is not None and found[0] in FAILURE_MAY_BE:
        return *found, found[0] != "exception"
    reason: Reason = found[1] if found is not None and found[0] == "in_transit" else ""
    return "exception", reason, False


_REFINED = {
    "info_received": _announced,
    "in_transit": _moving,
    "delivered": _delivered,
    "exception": _failed,
}
