"""What WooCommerce's order statuses mean here. Plugins add their own, so none is an error."""

UNPLACED = {"pending", "failed", "checkout-draft", "auto-draft", "draft", "new"}
"""Nothing is bought yet: the shopper is at the checkout, or the payment did not go through."""

GONE = {"trash"}

CANCELLED = {"cancelled"}

SENT = {"completed", "shipped", "delivered"}
"""The merchant says that the goods have left, with or without a tracking number. `shipped` and
`delivered` are common plugins' (Advanced Shipment Tracking and others)."""

LOCAL_PICKUP = {"local_pickup", "pickup_location", "legacy_local_pickup", "local_pickup_plus"}
"""Shipping methods by which nothing is sent."""


def plain(status: str | None) -> str:
    """The status without the `wc-` that the database, and some plugins, put before it."""
    return (status or "").strip().lower().removeprefix("wc-")
