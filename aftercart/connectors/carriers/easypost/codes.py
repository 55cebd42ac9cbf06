"""EasyPost's words in ours. A word that is not listed stays unknown and is kept raw.

Source: docs.easypost.com/docs/trackers, status and status_detail of a Tracker.
"""

from functools import lru_cache

from aftercart.connectors.carriers.aggregating import Names
from aftercart.connectors.carriers.wording import agreed, meaning
from aftercart.delivery.shipments.facts import Reason, ShipmentStatus

# The carriers as EasyPost calls them when a tracker is made. Others it finds by the number.
CARRIERS = Names(
    {
        "australia_post": "AustraliaPost",
        "canada_post": "CanadaPost",
        "canpar": "Canpar",
        "chronopost": "ChronoPost",
        "deutsche_post": "DeutschePost",
        "dhl_ecommerce": "DHLEcs",
        "dhl_express": "DHLExpress",
        "dhl_parcel_de": "DHLPaket",
        "dpd": "DPD",
        "dpd_uk": "DPDUK",
        "evri": "Evri",
        "fedex": "FedEx",
        "lasership": "LaserShip",
        "ontrac": "OnTrac",
        "parcelforce": "Parcelforce",
        "postnl": "PostNL",
        "purolator": "Purolator",
        "royal_mail": "RoyalMail",
        "sendle": "Sendle",
        "startrack": "StarTrack",
        "tnt": "TNTExpress",
        "uniuni": "UniUni",
        "ups": "UPS",
        "usps": "USPS",
        "veho": "Veho",
    },
    {"FedExDefault": "fedex", "UPSDAP": "ups", "DHLExpressPaket": "dhl_parcel_de"},
)

STATUS: dict[str, ShipmentStatus] = {
    "pre_transit": "info_received",
    "in_transit": "in_transit",
    "out_for_delivery": "out_for_delivery",
    "available_for_pickup": "available_for_pickup",
    "delivered": "delivered",
    "return_to_sender": "returning",
    "failure": "exception",
    "cancelled": "cancelled",
}

REASON: dict[str, Reason] = {
    "address_correction": "address_problem",
    "damaged": "damaged",
    "delayed": "carrier_delay",
    "lost": "lost",
    "missorted": "missorted",
    "refused": "refused",
    "transit_exception": "transport_problem",
    "weather_delay": "weather",
}

# What the detail says more exactly than the status beside it.
FINER: dict[tuple[str, str], ShipmentStatus] = {
    ("in_transit", "received_at_origin_facility"): "picked_up",
    ("in_transit", "arrived_at_pickup_location"): "available_for_pickup",
}


def status_and_reason(status: str, detail: str) -> tuple[ShipmentStatus, Reason]:
    """Our status and reason for `status` and `status_detail`."""
    ours = FINER.get((status, detail)) or STATUS.get(status, "unknown")
    return ours, REASON.get(detail, "")


@lru_cache(8192)
def said(status: str, detail: str, text: str) -> tuple[ShipmentStatus, Reason, bool]:
    """Our status and reason for a scan, and whether its words decided, no word of EasyPost's."""
    ours, reason = status_and_reason(status, detail)
    if ours != "unknown":
        return agreed(ours, reason, text)
    found = meaning(text) if text else None
    return (*found, True) if found else (ours, reason, False)
