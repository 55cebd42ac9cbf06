"""What the team reads for a delivery status: a word, an icon, a tone, and how far along it is."""

from typing import NamedTuple

from django.utils.functional import Promise, lazy
from django.utils.translation import gettext_lazy as _

from aftercart.delivery.shipments import words


class Look(NamedTuple):
    """How a status looks. `stops` is how many of the four stops (ordered, shipped, under way,
    delivered) are behind it; `tone` names the colour, which never stands alone."""

    word: str | Promise
    icon: str
    tone: str
    stops: int


_headline = lazy(words.headline, str)

DELIVERY: dict[str, Look] = {
    "": Look(_("Not shipped"), "not-shipped", "quiet", 1),
    "pending": Look(_headline("pending"), "waiting", "quiet", 2),
    "info_received": Look(_headline("info_received"), "label", "quiet", 2),
    "picked_up": Look(_headline("picked_up"), "picked-up", "moving", 3),
    "in_transit": Look(_headline("in_transit"), "truck", "moving", 3),
    "out_for_delivery": Look(_headline("out_for_delivery"), "out", "moving", 3),
    "available_for_pickup": Look(_headline("available_for_pickup"), "pickup", "waiting", 3),
    "attempt_failed": Look(_headline("attempt_failed"), "attempt", "waiting", 3),
    "delivered": Look(_headline("delivered"), "good", "good", 4),
    "exception": Look(_headline("exception"), "bad", "bad", 3),
    "returning": Look(_headline("returning"), "returning", "bad", 3),
    "returned": Look(_headline("returned"), "returned", "bad", 3),
    "cancelled": Look(_headline("cancelled"), "cancelled", "quiet", 1),
    "unknown": Look(_headline("unknown"), "unknown", "waiting", 2),
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
    "paused": Look(_("Paused"), "pause", "quiet", 0),
    "broken": Look(_("Broken"), "bad", "bad", 0),
    "removed": Look(_("Removed"), "cancelled", "quiet", 0),
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
    "import": IMPORTS,
}


def look_of(kind: str, status: str) -> Look:
    """How a status of a kind looks; a word nobody knows is shown as it is."""
    return KINDS[kind].get(status) or Look(status.replace("_", " "), "unknown", "quiet", 0)
