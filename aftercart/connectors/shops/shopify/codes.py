"""Shopify's words in ours. A word that is not listed stays unknown and is kept raw."""

from aftercart.commerce.orders.facts import FinancialStatus, FulfillmentStatus
from aftercart.delivery.shipments.facts import Reason, ShipmentStatus

FINANCIAL: dict[str, FinancialStatus] = {
    "pending": "pending",
    "authorized": "authorized",
    "partially_paid": "partially_paid",
    "paid": "paid",
    "partially_refunded": "partially_refunded",
    "refunded": "refunded",
    "voided": "voided",
    # An authorisation that ran out holds the shopper's money no longer, just as a voided one.
    "expired": "voided",
}

FULFILLMENT: dict[str, FulfillmentStatus] = {
    "pending": "pending",
    "open": "open",
    "success": "success",
    "cancelled": "cancelled",
    "canceled": "cancelled",
    "error": "error",
    "failure": "error",
}

# FulfillmentEventStatus (GraphQL Admin API 2026-04) and the words that REST used before.
EVENTS: dict[str, tuple[ShipmentStatus, Reason]] = {
    "label_purchased": ("info_received", ""),
    "label_printed": ("info_received", ""),
    "confirmed": ("info_received", ""),
    "submitted": ("info_received", ""),
    "carrier_picked_up": ("picked_up", ""),
    "in_transit": ("in_transit", ""),
    "delayed": ("in_transit", "carrier_delay"),
    "out_for_delivery": ("out_for_delivery", ""),
    "ready_for_pickup": ("available_for_pickup", ""),
    "attempted_delivery": ("attempt_failed", ""),
    "picked_up": ("delivered", "collected_by_customer"),
    "delivered": ("delivered", ""),
    "failure": ("exception", ""),
    "not_delivered": ("exception", ""),
}


def event(word: str) -> tuple[ShipmentStatus, Reason]:
    """Our status and reason for the status of a fulfillment event."""
    return EVENTS.get(word.lower(), ("unknown", ""))
