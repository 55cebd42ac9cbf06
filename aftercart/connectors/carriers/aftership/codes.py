"""AfterShip's tags and subtags in our words.

A subtag that is not listed takes its tag's status, a tag that is not listed stays unknown; both are
kept raw.

Source: aftership.com/docs/tracking/2026-07/enum/delivery-statuses and …/delivery-sub-statuses.
"""

from functools import lru_cache

from aftercart.connectors.carriers.aggregating import Names
from aftercart.connectors.carriers.wording import agreed, meaning
from aftercart.delivery.shipments.facts import Reason, ShipmentStatus

# AfterShip's slugs (aftership.com/docs/tracking, "Supported couriers").
CARRIERS = Names(
    {
        "an_post": "an-post",
        "aramex": "aramex",
        "asendia": "asendia",
        "australia_post": "australia-post",
        "austrian_post": "austrian-post",
        "bpost": "bpost",
        "bring": "bring",
        "brt": "brt-it",
        "canada_post": "canada-post",
        "canpar": "canpar",
        "china_post": "china-post",
        "chronopost": "chronopost-france",
        "colissimo": "la-poste-colissimo",
        "correios": "brazil-correios",
        "correos": "spain-correos-es",
        "deutsche_post": "deutsch-post",
        "dhl_ecommerce": "dhl-global-mail",
        "dhl_express": "dhl",
        "dhl_parcel_de": "dhl-germany",
        "dpd": "dpd",
        "dpd_de": "dpd-de",
        "dpd_uk": "dpd-uk",
        "evri": "hermes-uk",
        "fedex": "fedex",
        "gls": "gls",
        "hermes_de": "hermes-de",
        "inpost": "inpost-paczkomaty",
        "japan_post": "japan-post",
        "lasership": "lasership",
        "mondial_relay": "mondialrelay",
        "new_zealand_post": "new-zealand-post",
        "nova_post": "nova-poshta",
        "ontrac": "ontrac",
        "parcelforce": "parcel-force",
        "poste_italiane": "poste-italiane",
        "postnl": "postnl",
        "postnord": "postnord",
        "purolator": "purolator",
        "royal_mail": "royal-mail",
        "sagawa": "sagawa",
        "sendle": "sendle",
        "singapore_post": "singapore-post",
        "startrack": "star-track",
        "swiss_post": "swiss-post",
        "tnt": "tnt",
        "ups": "ups",
        "usps": "usps",
        "yamato": "taqbin-jp",
        "yodel": "yodel",
        "yunexpress": "yunexpress",
    },
    {
        "china-ems": "china_post",
        "fedex-api": "fedex",
        "postnl-3s": "postnl",
        "postnl-international": "postnl",
        "usps-api": "usps",
    },
)

TAG: dict[str, ShipmentStatus] = {
    "InfoReceived": "info_received",
    "InTransit": "in_transit",
    "OutForDelivery": "out_for_delivery",
    "AttemptFail": "attempt_failed",
    "Delivered": "delivered",
    "AvailableForPickup": "available_for_pickup",
    "Exception": "exception",
    # No carrier's word: AfterShip knows nothing yet, or has heard nothing for 30 days.
    "Pending": "unknown",
    "Expired": "unknown",
}

# Nothing that happened to the parcel: the words beside them are AfterShip's own.
SILENCE = {"Pending", "Expired"}

SUBTAG: dict[str, tuple[ShipmentStatus, Reason]] = {
    "Delivered_002": ("delivered", "collected_by_customer"),
    "Delivered_003": ("delivered", "signed_for"),
    "Delivered_005": ("delivered", "delivered_to_neighbour"),
    "AttemptFail_002": ("attempt_failed", "recipient_not_home"),
    "AttemptFail_003": ("attempt_failed", "business_closed"),
    "InTransit_002": ("picked_up", ""),
    "InTransit_006": ("in_transit", "customs_clearance"),
    "OutForDelivery_004": ("out_for_delivery", "rescheduled"),
    "Exception_002": ("exception", "address_problem"),
    "Exception_003": ("exception", "refused"),
    "Exception_004": ("exception", "customs_hold"),
    "Exception_005": ("exception", "carrier_delay"),
    "Exception_006": ("exception", "held_for_payment"),
    "Exception_007": ("exception", "address_problem"),
    "Exception_008": ("exception", "unclaimed"),
    "Exception_009": ("exception", "regulatory"),
    "Exception_010": ("returning", ""),
    "Exception_011": ("returned", ""),
    "Exception_012": ("exception", "damaged"),
    "Exception_013": ("exception", "lost"),
    "Exception_016": ("exception", "carrier_delay"),
    "Exception_017": ("exception", "weather"),
    "Exception_018": ("exception", "customs_information_needed"),
    "Exception_019": ("exception", "transport_problem"),
    "Exception_020": ("cancelled", ""),
    "Exception_021": ("exception", "destroyed"),
}


def status_and_reason(tag: str, subtag: str) -> tuple[ShipmentStatus, Reason]:
    """Our status and reason for a checkpoint's `tag` and `subtag`."""
    return SUBTAG.get(subtag) or (TAG.get(tag, "unknown"), "")


@lru_cache(8192)
def said(tag: str, subtag: str, text: str) -> tuple[ShipmentStatus, Reason, bool]:
    """Our status and reason for a checkpoint, and whether its words decided, no tag."""
    status, reason = status_and_reason(tag, subtag)
    if status != "unknown":
        return agreed(status, reason, text)
    found = meaning(text) if text and tag not in SILENCE else None
    return (*found, True) if found else (status, reason, False)
