"""Each status and reason in plain words for the shopper: what happened, and what to do next.

`headline` names the state, `sentence` says what it means, `next_step` what the shopper can do
(empty where there is nothing to do but wait). A pair without words of its own uses its status's.
"""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as noop

Words = tuple[str, str, str]

BY_STATUS: dict[str, Words] = {
    "pending": (
        noop("Waiting for the carrier"),
        noop("The parcel is announced; the carrier has not said anything about it yet."),
        "",
    ),
    "info_received": (
        noop("Label made"),
        noop("The carrier knows about the parcel but does not have it yet."),
        "",
    ),
    "picked_up": (noop("With the carrier"), noop("The carrier has taken over the parcel."), ""),
    "in_transit": (noop("On its way"), noop("The parcel is travelling to you."), ""),
    "out_for_delivery": (
        noop("Out for delivery"),
        noop("The parcel is on the vehicle that brings it to you."),
        noop("Somebody should be able to receive it today."),
    ),
    "available_for_pickup": (
        noop("Ready to collect"),
        noop("The parcel waits for you at the carrier's collection point."),
        noop("Bring the tracking number and an identity document."),
    ),
    "attempt_failed": (
        noop("Delivery attempted"),
        noop("The carrier could not hand over the parcel."),
        noop("The carrier usually tries again or leaves a note with a place to collect it."),
    ),
    "delivered": (noop("Delivered"), noop("The carrier says that the parcel was delivered."), ""),
    "exception": (
        noop("Held up"),
        noop("Something keeps the parcel from moving on."),
        noop("We are watching it. Write to us if it does not move within two days."),
    ),
    "returning": (
        noop("On its way back"),
        noop("The carrier is returning the parcel to the sender."),
        noop("Write to us, and we will find out what to do about your order."),
    ),
    "returned": (
        noop("Returned to the sender"),
        noop("The parcel came back to the sender."),
        noop("Write to us, and we will send it again or give you your money back."),
    ),
    "cancelled": (
        noop("Shipment cancelled"),
        noop("This parcel is not going to be sent."),
        "",
    ),
    "unknown": (
        noop("No clear news"),
        noop("The carrier sent news that we cannot put into words."),
        noop("The carrier's own page may say more."),
    ),
}

BY_REASON: dict[tuple[str, str], Words] = {
    ("exception", "address_problem"): (
        noop("Address needs a look"),
        noop("The carrier cannot deliver because something in the address is missing or wrong."),
        noop("Write to us with the full address, with flat and floor, so that it can go on."),
    ),
    ("exception", "customs_hold"): (
        noop("Held by customs"),
        noop("Customs is checking the parcel."),
        noop("There is nothing to do unless customs or the carrier writes to you."),
    ),
    ("exception", "customs_information_needed"): (
        noop("Customs needs information"),
        noop("Customs needs a document or an answer before the parcel may go on."),
        noop("Answer the carrier's message, or write to us if you did not get one."),
    ),
    ("exception", "held_for_payment"): (
        noop("Payment due"),
        noop("The carrier holds the parcel until a charge, usually customs duty, is paid."),
        noop("Pay on the carrier's own page, or write to us if you think it is wrong."),
    ),
    ("exception", "damaged"): (
        noop("Damaged on the way"),
        noop("The carrier reports that the parcel was damaged."),
        noop("Write to us. You do not have to wait for the carrier."),
    ),
    ("exception", "destroyed"): (
        noop("Destroyed on the way"),
        noop("The carrier reports that the parcel cannot be delivered any more."),
        noop("Write to us, and we will send it again or give you your money back."),
    ),
    ("exception", "lost"): (
        noop("The carrier cannot find it"),
        noop("The carrier reports that the parcel is lost."),
        noop("Write to us, and we will send it again or give you your money back."),
    ),
    ("exception", "refused"): (
        noop("Refused"),
        noop("The carrier says that the parcel was refused at the door."),
        noop("Write to us if that was not you."),
    ),
    ("exception", "weather"): (
        noop("Delayed by weather"),
        noop("Bad weather keeps the parcel from moving on."),
        noop("It goes on by itself as soon as the roads and airports are open."),
    ),
    ("exception", "carrier_delay"): (
        noop("Delayed"),
        noop("The carrier is running late with this parcel."),
        "",
    ),
    ("exception", "transport_problem"): (
        noop("Delayed on the way"),
        noop("A vehicle or flight that carries the parcel is late."),
        "",
    ),
    ("exception", "missorted"): (
        noop("Took a wrong turn"),
        noop("The parcel was sorted to the wrong place and is being sent on."),
        "",
    ),
    ("exception", "unclaimed"): (
        noop("Not collected"),
        noop("The parcel was not collected in time and may be sent back."),
        noop("Write to us today if you still want it."),
    ),
    ("exception", "security"): (
        noop("Security check"),
        noop("The parcel is held for a security check."),
        "",
    ),
    ("exception", "regulatory"): (
        noop("Held by the authorities"),
        noop("An authority holds the parcel."),
        noop("Write to us if you hear nothing within two days."),
    ),
    ("exception", "rescheduled"): (
        noop("Delivery moved"),
        noop("The delivery was moved to another day."),
        "",
    ),
    ("in_transit", "customs_clearance"): (
        noop("Through customs"),
        noop("The parcel is passing through customs."),
        "",
    ),
    ("in_transit", "weather"): (
        noop("On its way, slowed by weather"),
        noop("The parcel is travelling, but bad weather slows it down."),
        "",
    ),
    ("in_transit", "carrier_delay"): (
        noop("On its way, later than planned"),
        noop("The parcel is travelling, later than the carrier planned."),
        "",
    ),
    ("attempt_failed", "recipient_not_home"): (
        noop("Nobody was in"),
        noop("The carrier was at the door and found nobody."),
        noop("Look for a note: it says when they come again or where you can collect it."),
    ),
    ("attempt_failed", "business_closed"): (
        noop("Closed at delivery"),
        noop("The carrier found the business closed."),
        noop("The carrier usually tries again on the next working day."),
    ),
    ("attempt_failed", "address_problem"): (
        noop("Address needs a look"),
        noop("The carrier could not find the address."),
        noop("Write to us with the full address, with flat and floor, so that it can go on."),
    ),
    ("attempt_failed", "refused"): (
        noop("Refused"),
        noop("The carrier says that the parcel was refused at the door."),
        noop("Write to us if that was not you."),
    ),
    ("attempt_failed", "rescheduled"): (
        noop("Delivery moved"),
        noop("The delivery was moved to another day."),
        "",
    ),
    ("delivered", "collected_by_customer"): (
        noop("Collected"),
        noop("The parcel was collected."),
        "",
    ),
    ("delivered", "delivered_to_neighbour"): (
        noop("Delivered to a neighbour"),
        noop("The carrier handed the parcel to a neighbour or somebody nearby."),
        noop("The carrier's note or page may say who has it."),
    ),
    ("delivered", "delivered_to_safe_place"): (
        noop("Left in a safe place"),
        noop("The carrier left the parcel in a safe place."),
        noop("Look around the door, the porch and the post box."),
    ),
    ("delivered", "signed_for"): (
        noop("Delivered and signed for"),
        noop("The parcel was handed over against a signature."),
        "",
    ),
}


def headline(status: str, reason: str = "") -> str:
    """The state in a few words, such as "Out for delivery"."""
    return _words(status, reason)[0]


def sentence(status: str, reason: str = "") -> str:
    """What the state means, in a sentence."""
    return _words(status, reason)[1]


def next_step(status: str, reason: str = "") -> str:
    """What the shopper can do; empty where there is nothing to do but wait."""
    return _words(status, reason)[2]


def _words(status: str, reason: str) -> Words:
    words = BY_REASON.get((status, reason)) or BY_STATUS.get(status) or BY_STATUS["unknown"]
    head, body, step = words
    return _(head), _(body), _(step) if step else ""
