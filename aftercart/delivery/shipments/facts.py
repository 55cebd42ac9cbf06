"""What carriers and aggregators say about parcels, in our closed vocabulary."""

from datetime import date, datetime
from typing import Literal, get_args

import msgspec

ShipmentStatus = Literal[
    "pending",
    "info_received",
    "picked_up",
    "in_transit",
    "out_for_delivery",
    "available_for_pickup",
    "attempt_failed",
    "delivered",
    "exception",
    "returning",
    "returned",
    "cancelled",
    "unknown",
]

Reason = Literal[
    "",
    "address_problem",
    "awaiting_carrier",
    "business_closed",
    "carrier_delay",
    "collected_by_customer",
    "customs_clearance",
    "customs_hold",
    "customs_information_needed",
    "damaged",
    "delivered_to_neighbour",
    "delivered_to_safe_place",
    "destroyed",
    "held_for_payment",
    "lost",
    "missorted",
    "recipient_not_home",
    "refused",
    "regulatory",
    "rescheduled",
    "security",
    "signed_for",
    "transport_problem",
    "unclaimed",
    "weather",
]

STATUSES: tuple[ShipmentStatus, ...] = get_args(ShipmentStatus)
REASONS: tuple[Reason, ...] = get_args(Reason)


class PlaceFact(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Where a scan took place; `country` is ISO 3166-1 alpha-2 where known."""

    city: str = ""
    region: str = ""
    postcode: str = ""
    country: str = ""


class ScanFact(msgspec.Struct, frozen=True, kw_only=True):
    """One scan.

    Attributes:
        occurred_at: aware; where the carrier gave no offset and the zone is a guess, `zone_known`
            is false and the time was read as UTC.
        utc_offset_minutes: the local offset at the place, None where unknown.
        code: the carrier's own code, untouched; `text` the carrier's own words, plain.
        by_text: the status was read from the text, since the code says none; `by_hand`: the
            store's team gave the code its meaning.
        external_id: what its source calls it, where the source may take it back.
    """

    occurred_at: datetime
    status: ShipmentStatus
    reason: Reason = ""
    zone_known: bool = True
    utc_offset_minutes: int | None = None
    code: str = ""
    text: str = ""
    by_text: bool = False
    by_hand: bool = False
    place: PlaceFact = PlaceFact()
    external_id: str = ""


class TrackingFact(msgspec.Struct, frozen=True, kw_only=True):
    """What one source says about one parcel: some or all of its scans, and what it knows beside.

    `expected_from` and `expected_until` are the carrier's own estimate; a date without time of day
    goes into `expected_date`. `piece_id` is what the carrier knows this very parcel by, where it
    uses its numbers again; `handed_over_to` and `handed_over_number` name the next carrier and its
    number; `delivered_to` is where the parcel was left, in the carrier's words.
    """

    number: str
    carrier: str = ""
    scans: tuple[ScanFact, ...] = ()
    expected_from: datetime | None = None
    expected_until: datetime | None = None
    expected_date: date | None = None
    signed_by: str = ""
    service: str = ""
    weight_grams: int | None = None
    public_url: str = ""
    is_return: bool = False
    origin: PlaceFact = PlaceFact()
    destination: PlaceFact = PlaceFact()
    shipped_on: date | None = None
    delivered_to: str = ""
    proof_url: str = ""
    piece_id: str = ""
    handed_over_to: str = ""
    handed_over_number: str = ""
    updated_at: datetime | None = None
    fulfillment_external_id: str = ""


class ScanRetractionFact(msgspec.Struct, frozen=True, kw_only=True):
    """A source takes back what it told as a scan. It may arrive before the scan, and again."""

    external_id: str
    fulfillment_external_id: str = ""
