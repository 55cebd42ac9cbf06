"""DHL Paket (`parcel-de`, two letters) and Deutsche Post's letters (`svb`, `post-de`: words)."""

from aftercart.connectors.carriers.tables import table

PARCEL_EVENT = table(
    ("info_received", "", "VA AN"),
    ("picked_up", "", "AE ES"),
    ("in_transit", "", "AA EE NB"),
    ("in_transit", "customs_clearance", "ZO"),
    ("out_for_delivery", "", "PO"),
    # In storage, and handed over to a shop, post office or Packstation.
    ("available_for_pickup", "", "LA ZF"),
    ("attempt_failed", "", "ZN"),
    ("delivered", "", "ZU"),
    ("exception", "", "BV"),
)
# A delivery day that was booked, and money that changed hands.
PARCEL_REMARKS = frozenset({"DD", "GT"})

LETTER_EVENT = table(
    ("info_received", "", "ANNOUNCED"),
    ("picked_up", "", "POSTED POSTED_ARRIVED POSTED_MAIL_TERMINAL"),
    ("in_transit", "", "ARRIVAL_AT_OFFICE_OF_DELIVERY ARRIVED_IN_DESTINATION_COUNTRY"),
    ("in_transit", "", "ARRIVED_TRANSIT BZ BZA BZE DEPARTURE_FROM_INWARD_OE FORWARDED_ABROAD"),
    ("in_transit", "", "MARBURG PASSED_LETTER_CENTER REDIRECTED TO_BE_SENT_ABROAD"),
    ("in_transit", "customs_clearance", "HANDOVER_CUSTOMS IP_CUSTOMS"),
    ("out_for_delivery", "", "IN_DELIVERY"),
    # A card was left: it waits at the post office, in the Packstation, in the PO box.
    ("available_for_pickup", "", "NOTIFIED NOTIFIED_KEY_ACCOUNT NOTIFIED_PACKSTATION"),
    ("available_for_pickup", "", "NOTIFIED_PO_BOX"),
    ("attempt_failed", "", "DELIVERY_ATTEMPTED"),
    ("delivered", "", "DELIVERED DELIVERED_ZU_OK DELIVERED_ZU_NOT_OK CONFIRMED"),
    ("delivered", "", "CONFIRMED_BY_SENDER CONFIRMATION_PENDING PAID_EPOS PAID_MAILMAN"),
    ("delivered", "collected_by_customer", "FETCHED FETCHED_NOTIFIED FETCHED_PACKSTATION"),
    ("delivered", "collected_by_customer", "FETCHED_PENDING_DELIVERY_CONFIRMATION"),
    ("delivered", "collected_by_customer", "FETCHED_PO_BOX_PENDING_DELIVERY_CONFIRMATION"),
    ("delivered", "collected_by_customer", "FETCHED_KEY_ACCOUNT_PENDING_DELIVERY_CONFIRMATION"),
    ("exception", "customs_hold", "HELD_BY_CUSTOMS"),
    ("returning", "", "SENT_BACK SENT_BACK_ABROAD"),
    # Back with the sender: DHL counts it as delivered.
    ("returned", "", "RETURNED_TO_SENDER"),
)
LETTER_REMARKS = frozenset({"AMOUNT_TRANSFERRED", "ISSUE_OF_A_REPLACEMENT_CERTIFICATE_PZA"})
