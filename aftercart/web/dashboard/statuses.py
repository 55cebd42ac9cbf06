"""What the team reads for a status: a word, an icon, a tone, and how far along it is.

The shopper's words are `aftercart.delivery.shipments.words`; these are short, and say "it".
"""

from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Look(NamedTuple):
    """How a status looks. `stops` is how many of the four stops (ordered, shipped, under way,
    delivered) are behind it; `tone` names the colour, which never stands alone."""

    word: str | Promise
    icon: str
    tone: str
    stops: int


DELIVERY: dict[str, Look] = {
    "": Look(_("Not shipped"), "not-shipped", "quiet", 1),
    "pending": Look(_("Waiting for the carrier"), "waiting", "quiet", 2),
    "info_received": Look(_("Label made"), "label", "quiet", 2),
    "picked_up": Look(_("With the carrier"), "picked-up", "moving", 3),
    "in_transit": Look(_("On its way"), "truck", "moving", 3),
    "out_for_delivery": Look(_("Out for delivery"), "out", "moving", 3),
    "available_for_pickup": Look(_("Ready to collect"), "pickup", "waiting", 3),
    "attempt_failed": Look(_("Delivery attempted"), "attempt", "waiting", 3),
    "delivered": Look(_("Delivered"), "good", "good", 4),
    "exception": Look(_("Held up"), "bad", "bad", 3),
    "returning": Look(_("On its way back"), "returning", "bad", 3),
    "returned": Look(_("Returned"), "returned", "bad", 3),
    "cancelled": Look(_("Parcel cancelled"), "cancelled", "quiet", 1),
    "unknown": Look(_("No clear news"), "unknown", "waiting", 2),
}

FULFILLMENT: dict[str, str | Promise] = {
    "unfulfilled": _("Not fulfilled"),
    "partial": _("Partly fulfilled"),
    "fulfilled": _("Fulfilled"),
}

FINANCIAL: dict[str, str | Promise] = {
    "pending": _("Payment pending"),
    "authorized": _("Authorized"),
    "partially_paid": _("Partly paid"),
    "paid": _("Paid"),
    "partially_refunded": _("Partly refunded"),
    "refunded": _("Refunded"),
    "voided": _("Voided"),
    "unknown": _("Payment unknown"),
}

MESSAGES: dict[str, Look] = {
    "planned": Look(_("Planned"), "waiting", "quiet", 0),
    "sending": Look(_("Being sent"), "send", "moving", 0),
    "sent": Look(_("Sent"), "check", "moving", 0),
    "delivered": Look(_("Delivered"), "good", "good", 0),
    "deferred": Look(_("Delayed by the provider"), "waiting", "waiting", 0),
    "bounced": Look(_("Bounced"), "bad", "bad", 0),
    "complained": Look(_("Marked as spam"), "bad", "bad", 0),
    "failed": Look(_("Failed"), "bad", "bad", 0),
    "skipped": Look(_("Not sent"), "cancelled", "quiet", 0),
    "unknown": Look(_("Unknown whether sent"), "unknown", "waiting", 0),
}

CONNECTIONS: dict[str, Look] = {
    "active": Look(_("Working"), "good", "good", 0),
    "new": Look(_("Waits for its first delivery"), "waiting", "quiet", 0),
    "troubled": Look(_("Has trouble"), "waiting", "waiting", 0),
    "paused": Look(_("Paused"), "pause", "quiet", 0),
    "broken": Look(_("Broken"), "bad", "bad", 0),
    "removed": Look(_("Removed"), "cancelled", "quiet", 0),
}

BREAKERS: dict[str, Look] = {
    "closed": Look(_("Answers"), "good", "good", 0),
    "new": Look(_("Not asked yet"), "waiting", "quiet", 0),
    "half_open": Look(_("Being tried again"), "refresh", "waiting", 0),
    "open": Look(_("Left in peace after failures"), "bad", "bad", 0),
    "paused": Look(_("Paused"), "pause", "quiet", 0),
    "broken": Look(_("Broken"), "bad", "bad", 0),
}

IMPORTS: dict[str, Look] = {
    "preview": Look(_("Waiting for you to start it"), "eye", "waiting", 0),
    "waiting": Look(_("In the queue"), "waiting", "quiet", 0),
    "running": Look(_("Running"), "refresh", "moving", 0),
    "done": Look(_("Done"), "good", "good", 0),
    "failed": Look(_("Failed"), "bad", "bad", 0),
    "cancelled": Look(_("Cancelled"), "cancelled", "quiet", 0),
}

KINDS = {
    "delivery": DELIVERY,
    "message": MESSAGES,
    "connection": CONNECTIONS,
    "breaker": BREAKERS,
    "import": IMPORTS,
}


def look_of(kind: str, status: str) -> Look:
    """How a status of a kind looks; a word nobody knows is shown as it is."""
    return KINDS[kind].get(status) or Look(status.replace("_", " "), "unknown", "quiet", 0)
