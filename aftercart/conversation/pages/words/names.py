"""What answers, stations and scans are called."""

from collections.abc import Callable

from django.utils.translation import gettext as _

from aftercart.conversation.pages.rules.views import AnswerKind, StepKey
from aftercart.delivery.shipments.facts import ShipmentStatus

NAMES_ITS_DAY: frozenset[AnswerKind] = frozenset(
    {
        "arriving",
        "arriving_between",
        "arriving_by",
        "cancelled",
        "collected",
        "delivered",
        "never_scanned",
        "out_since",
        "refunded",
        "silent",
        "untracked",
    }
)

HEADLINES: dict[AnswerKind, Callable[[], str]] = {
    "arriving": lambda: _("Arriving {day}"),
    "arriving_between": lambda: _("Arriving {day}"),
    "arriving_by": lambda: _("Arriving by {day}"),
    "cancelled": lambda: _("Cancelled {day}"),
    "collect": lambda: _("Ready to collect"),
    "collected": lambda: _("Collected {day}"),
    "confirmed": lambda: _("Your order is confirmed"),
    "delivered": lambda: _("Delivered {day}"),
    "late": lambda: _("On its way, later than expected"),
    "never_scanned": lambda: _("Waiting for the carrier since {day}"),
    "no_day": lambda: _("On its way"),
    "not_scanned": lambda: _("Packed and waiting for the carrier"),
    "nothing_left": lambda: _("There is nothing left on this order"),
    "nothing_to_send": lambda: _("Your order is confirmed"),
    "out_since": lambda: _("Out for delivery since {day}"),
    "out_today": lambda: _("Out for delivery: {day}"),
    "packing": lambda: _("We are packing your order"),
    "part_arrived": lambda: _("Part of your order has arrived"),
    "refunded": lambda: _("Refunded {day}"),
    "silent": lambda: _("On its way, not scanned since {day}"),
    "untracked": lambda: _("Sent {day}"),
}

# What is said where the day is not known.
DAYLESS: dict[AnswerKind, Callable[[], str]] = {
    "collected": lambda: _("Collected"),
    "delivered": lambda: _("Delivered"),
    "refunded": lambda: _("Refunded"),
    "untracked": lambda: _("Sent"),
}

STEPS: dict[StepKey, Callable[[], str]] = {
    "attempted": lambda: _("Delivery attempted"),
    "cancelled": lambda: _("Cancelled"),
    "collect": lambda: _("Ready to collect"),
    "collected": lambda: _("Collected"),
    "delivered": lambda: _("Delivered"),
    "moving": lambda: _("On its way"),
    "ordered": lambda: _("Ordered"),
    "out": lambda: _("Out for delivery"),
    "packed": lambda: _("Packed"),
    "packing": lambda: _("Packing"),
    "problem": lambda: _("Held up"),
    "returned": lambda: _("Returned"),
    "returning": lambda: _("Going back"),
    "shipped": lambda: _("Sent"),
}

SCANS: dict[ShipmentStatus, Callable[[], str]] = {
    "attempt_failed": lambda: _("Delivery attempted"),
    "available_for_pickup": lambda: _("Ready to collect"),
    "cancelled": lambda: _("Cancelled"),
    "delivered": lambda: _("Delivered"),
    "exception": lambda: _("Held up"),
    "in_transit": lambda: _("On its way"),
    "info_received": lambda: _("Announced to the carrier"),
    "out_for_delivery": lambda: _("Out for delivery"),
    "pending": lambda: _("Announced to the carrier"),
    "picked_up": lambda: _("Picked up by the carrier"),
    "returned": lambda: _("Returned to the sender"),
    "returning": lambda: _("On its way back to the sender"),
    "unknown": lambda: _("Update from the carrier"),
}
