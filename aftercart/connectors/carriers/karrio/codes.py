"""What an event of a Karrio server means: the carrier's own code, its words, then Karrio's status.

Karrio's statuses come from tables that its connectors keep by hand. Some of their words stand for
anything (`on_hold` for an attempted delivery, a label, or nothing known; `delivery_delayed` for a
card that was left): these say nothing here by themselves.

Source: karrio/core/units.py (TrackingStatus, TrackingIncidentReason) and its connectors' units.
"""

from collections.abc import Callable
from functools import lru_cache

from aftercart.connectors.carriers.aggregating import Names
from aftercart.connectors.carriers.australia_post import codes as australia_post
from aftercart.connectors.carriers.canada_post import codes as canada_post
from aftercart.connectors.carriers.dhl_express import codes as dhl_express
from aftercart.connectors.carriers.fedex import codes as fedex
from aftercart.connectors.carriers.tables import table
from aftercart.connectors.carriers.usps import codes as usps
from aftercart.connectors.carriers.wording import agreed, meaning
from aftercart.delivery.shipments.facts import Reason, ShipmentStatus

Said = tuple[ShipmentStatus, Reason, bool]

STATUS = table(
    ("picked_up", "", "picked_up"),
    ("in_transit", "", "in_transit"),
    ("out_for_delivery", "", "out_for_delivery"),
    ("available_for_pickup", "", "ready_for_pickup"),
    ("attempt_failed", "", "delivery_failed"),
    ("delivered", "", "delivered"),
    ("returning", "", "return_to_sender"),
    ("cancelled", "", "cancelled"),
)
# Said of an attempt that failed, or of an exception; a delivery needs none of them.
REASON: dict[str, Reason] = {
    "carrier_damaged_parcel": "damaged",
    "carrier_sorting_error": "missorted",
    "carrier_address_not_found": "address_problem",
    "carrier_parcel_lost": "lost",
    "carrier_vehicle_issue": "transport_problem",
    "carrier_delay": "carrier_delay",
    "consignee_refused": "refused",
    "consignee_business_closed": "business_closed",
    "consignee_not_available": "recipient_not_home",
    "consignee_not_home": "recipient_not_home",
    "consignee_incorrect_address": "address_problem",
    "customs_delay": "customs_hold",
    "customs_documentation": "customs_information_needed",
    "customs_duties_unpaid": "held_for_payment",
    "weather_delay": "weather",
}
# Their tables give one status to codes with opposite meanings: the carrier's words come first.
DOUBTED = {"ups", "ups_freight", "easypost", "dhl_universal"}

CARRIERS = Names(
    {
        "aramex": "aramex",
        "asendia": "asendia_us",
        "australia_post": "australiapost",
        "bpost": "bpost",
        "canada_post": "canadapost",
        "canpar": "canpar",
        "chronopost": "chronopost",
        "colissimo": "colissimo",
        "dhl": "dhl_universal",
        "dhl_express": "dhl_express",
        "dhl_parcel_de": "dhl_parcel_de",
        "dpd": "dpd",
        "fedex": "fedex",
        "gls": "gls",
        "hermes_de": "hermes",
        "la_poste": "laposte",
        "purolator": "purolator",
        "royal_mail": "royalmail",
        "sendle": "sendle",
        "tnt": "tnt",
        "ups": "ups",
        "usps": "usps",
    },
    {
        "fedex_ws": "fedex",
        "usps_international": "usps",
        "usps_wt": "usps",
        "usps_wt_international": "usps",
        "dhl_poland": "dhl",
        "postnl": "postnl",
    },
)


def _usps(code: str, text: str) -> Said:
    found = usps.meaning(code, text)
    return found.status, found.reason, found.by_text


# Carriers whose codes we know ourselves, as Karrio hands them on.
OWN: dict[str, Callable[[str, str], Said]] = {
    "australia_post": lambda _code, text: australia_post.said(text),
    "canada_post": canada_post.said,
    "dhl_express": dhl_express.said,
    "fedex": lambda code, text: fedex.said(code, "", "", text),
    "usps": _usps,
}


@lru_cache(8192)
def said(carrier: str, code: str, text: str, status: str, incident: str) -> Said:
    """Our status and reason for an event, and whether its words decided, no code.

    Args:
        carrier: as Karrio calls it.
        status: Karrio's own of the event; `incident` its reason.
    """
    by_code = OWN.get(CARRIERS.ours(carrier))
    if by_code is not None:
        found = by_code(code, text)
        if found[0] != "unknown":
            return found
    worded = meaning(text) if text else None
    if worded is not None and (carrier in DOUBTED or status not in STATUS):
        return *worded, True
    if status not in STATUS:
        return "unknown", "", False
    ours, _reason = STATUS[status]
    reason = REASON.get(incident, "") if ours == "attempt_failed" else ""
    return agreed(ours, reason, text)
