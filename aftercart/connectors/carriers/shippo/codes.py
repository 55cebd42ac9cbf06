"""Shippo's words in ours: a status, and the sub-status that says more.

Source: docs.goshippo.com, "Tracking statuses". A sub-status that is not listed takes its status; a
status that is not listed stays unknown.
"""

from functools import lru_cache

from aftercart.connectors.carriers.aggregating import Names
from aftercart.connectors.carriers.tables import table
from aftercart.connectors.carriers.wording import agreed, meaning
from aftercart.delivery.shipments.facts import Reason, ShipmentStatus

Said = tuple[ShipmentStatus, Reason, bool]

STATUS = table(
    ("info_received", "", "PRE_TRANSIT"),
    ("in_transit", "", "TRANSIT"),
    ("delivered", "", "DELIVERED"),
    # On its way back, or back already: only the former is certain.
    ("returning", "", "RETURNED"),
    ("exception", "", "FAILURE"),
)
SUB_STATUS = table(
    ("info_received", "", "information_received"),
    ("picked_up", "", "package_accepted"),
    ("in_transit", "carrier_delay", "delayed"),
    ("in_transit", "rescheduled", "delivery_rescheduled"),
    ("out_for_delivery", "", "out_for_delivery"),
    ("available_for_pickup", "", "pickup_available"),
    ("attempt_failed", "", "delivery_attempted location_inaccessible"),
    ("attempt_failed", "recipient_not_home", "notice_left"),
    ("exception", "", "contact_carrier package_held reschedule_delivery package_undeliverable"),
    ("exception", "address_problem", "address_issue"),
    ("exception", "damaged", "package_damaged"),
    ("exception", "destroyed", "package_disposed"),
    ("exception", "lost", "package_lost"),
    ("delivered", "", "delivered"),
    ("returning", "", "return_to_sender"),
    ("returning", "unclaimed", "package_unclaimed"),
)

# The carriers as Shippo calls them; without one it does not follow a parcel.
CARRIERS = Names(
    {
        "aramex": "aramex",
        "asendia": "asendia_us",
        "australia_post": "australia_post",
        "bring": "bring",
        "canada_post": "canada_post",
        "canpar": "canpar",
        "chronopost": "chronopost",
        "colissimo": "colissimo",
        "correios": "correios_br",
        "correos": "correos_espana",
        "deutsche_post": "deutsche_post",
        "dhl_ecommerce": "dhl_ecommerce",
        "dhl_express": "dhl_express",
        "dhl_parcel_de": "dhl_germany",
        "dpd_de": "dpd_germany",
        "dpd_uk": "dpd_uk",
        "evri": "hermes_uk",
        "fedex": "fedex",
        "gls_us": "gls_us",
        "lasership": "lasership",
        "mondial_relay": "mondial_relay",
        "new_zealand_post": "new_zealand_post",
        "ontrac": "ontrac",
        "parcelforce": "parcelforce",
        "passport": "passport",
        "poste_italiane": "poste_italiane",
        "purolator": "purolator",
        "royal_mail": "royal_mail",
        "sendle": "sendle",
        "uniuni": "uniuni",
        "ups": "ups",
        "usps": "usps",
        "veho": "veho",
    },
    {"dpd_de": "dpd_de", "evri_uk": "evri"},
)
TRIED = "shippo"
"""The carrier of the numbers that Shippo has for trying: `SHIPPO_TRANSIT` and others."""


def carrier_of(number: str, slug: str) -> str:
    """Shippo's name of a parcel's carrier; empty where we know none."""
    return TRIED if number.startswith("SHIPPO_") else CARRIERS.theirs(slug)


@lru_cache(8192)
def said(status: str, sub_status: str, text: str) -> Said:
    """Our status and reason for a scan, and whether its words decided, no code.

    A sub-status never makes a delivery of a status that is none.
    """
    listed, general = SUB_STATUS.get(sub_status), STATUS.get(status)
    if listed and listed[0] == "delivered" and status != "DELIVERED":
        listed = None
    decided = listed or general
    if decided is not None:
        return agreed(*decided, text)
    found = meaning(text) if text else None
    return (*found, True) if found else ("unknown", "", False)
