"""What a shopper reads about a parcel: a headline, a plain sentence, and what to do next.

Everything is said for a status and, where one is known, its reason. What a carrier does not say is
not said here either: no date, no cause, no promise.
"""

from collections.abc import Mapping

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from aftercart.delivery.shipments.facts import Reason, ShipmentStatus

Texts = Mapping[str, str]
Particular = Mapping[tuple[str, str], str]


def headline(status: ShipmentStatus | str, reason: Reason | str = "") -> str:
    """A few words: where the parcel is, or what stops it."""
    return _said(status, reason, _HEADLINES, _PARTICULAR_HEADLINES, _REASON_HEADLINES)


def sentence(status: ShipmentStatus | str, reason: Reason | str = "") -> str:
    """One or two plain sentences: what has happened, and what happens now."""
    return _said(status, reason, _SENTENCES, _PARTICULAR_SENTENCES, _REASON_SENTENCES)


def next_step(status: ShipmentStatus | str, reason: Reason | str = "") -> str:
    """What the shopper can do; says so where there is nothing to do."""
    return _said(status, reason, _NEXT_STEPS, _PARTICULAR_NEXT_STEPS, _REASON_NEXT_STEPS)


# Where a parcel is stopped, slowed or could not be handed over, its reason speaks for itself.
# Elsewhere a reason is told only where it is named together with the status.
_SPEAKING = ("exception", "attempt_failed", "in_transit")


def _said(
    status: str, reason: str, general: Texts, particular: Particular, of_reason: Texts
) -> str:
    text = particular.get((status, reason), "")
    if not text and status in _SPEAKING:
        text = of_reason.get(reason, "")
    return _(text or general.get(status, general["unknown"]))


_HEADLINES: Texts = {
    "pending": gettext_noop("Being prepared"),
    "info_received": gettext_noop("Ready for the carrier"),
    "picked_up": gettext_noop("Handed to the carrier"),
    "in_transit": gettext_noop("On its way"),
    "out_for_delivery": gettext_noop("Out for delivery"),
    "available_for_pickup": gettext_noop("Ready to collect"),
    "attempt_failed": gettext_noop("Could not be delivered"),
    "delivered": gettext_noop("Delivered"),
    "exception": gettext_noop("Held up"),
    "returning": gettext_noop("On its way back to us"),
    "returned": gettext_noop("Back with us"),
    "cancelled": gettext_noop("Shipment cancelled"),
    "unknown": gettext_noop("Waiting for news from the carrier"),
}
_REASON_HEADLINES: Texts = {
    "address_problem": gettext_noop("A problem with the address"),
    "awaiting_carrier": gettext_noop("Waiting for the carrier"),
    "business_closed": gettext_noop("The business was closed"),
    "carrier_delay": gettext_noop("Delayed by the carrier"),
    "customs_clearance": gettext_noop("In customs"),
    "customs_hold": gettext_noop("Held by customs"),
    "customs_information_needed": gettext_noop("Customs need information"),
    "damaged": gettext_noop("Damaged on the way"),
    "destroyed": gettext_noop("Destroyed on the way"),
    "held_for_payment": gettext_noop("Held until a charge is paid"),
    "lost": gettext_noop("Lost by the carrier"),
    "missorted": gettext_noop("Took a wrong turn"),
    "recipient_not_home": gettext_noop("Nobody was at home"),
    "refused": gettext_noop("Refused at the door"),
    "regulatory": gettext_noop("Held by the authorities"),
    "rescheduled": gettext_noop("Delivery rescheduled"),
    "security": gettext_noop("Held for a security check"),
    "transport_problem": gettext_noop("Delayed on the way"),
    "unclaimed": gettext_noop("Not collected"),
    "weather": gettext_noop("Delayed by weather"),
}
_PARTICULAR_HEADLINES: Particular = {
    ("pending", "awaiting_carrier"): gettext_noop("Waiting for the carrier"),
    ("info_received", "awaiting_carrier"): gettext_noop("Waiting for the carrier"),
    ("out_for_delivery", "rescheduled"): gettext_noop("Delivery rescheduled"),
    ("available_for_pickup", "held_for_payment"): gettext_noop("Ready to collect, a charge is due"),
    ("available_for_pickup", "unclaimed"): gettext_noop("Still waiting to be collected"),
    ("attempt_failed", "damaged"): gettext_noop("Damaged on the way"),
    ("delivered", "collected_by_customer"): gettext_noop("Collected"),
    ("delivered", "damaged"): gettext_noop("Delivered, reported as damaged"),
    ("delivered", "delivered_to_neighbour"): gettext_noop("Left with a neighbour"),
    ("delivered", "delivered_to_safe_place"): gettext_noop("Left in a safe place"),
    ("delivered", "signed_for"): gettext_noop("Delivered and signed for"),
}

_SENTENCES: Texts = {
    "pending": gettext_noop("The parcel is being prepared. The carrier has not scanned it yet."),
    "info_received": gettext_noop(
        "The label is made and the carrier knows about the parcel. It will show movement once the "
        "carrier has scanned it."
    ),
    "picked_up": gettext_noop("The carrier has the parcel."),
    "in_transit": gettext_noop("The parcel is moving through the carrier's network."),
    "out_for_delivery": gettext_noop("The parcel is in the delivery vehicle."),
    "available_for_pickup": gettext_noop("The parcel waits for you at a pickup point."),
    "attempt_failed": gettext_noop(
        "The carrier tried to deliver the parcel and could not hand it over."
    ),
    "delivered": gettext_noop("The carrier reports the parcel as delivered."),
    "exception": gettext_noop("The carrier reports that something holds the parcel up."),
    "returning": gettext_noop("The carrier is bringing the parcel back to us."),
    "returned": gettext_noop("The parcel has come back to us."),
    "cancelled": gettext_noop(
        "This shipment was cancelled. The parcel was not sent under this number."
    ),
    "unknown": gettext_noop(
        "The carrier has sent a message that says neither where the parcel is nor how it is."
    ),
}
_REASON_SENTENCES: Texts = {
    "address_problem": gettext_noop("The carrier could not work with the address on the parcel."),
    "awaiting_carrier": gettext_noop("The parcel waits for the carrier to take it."),
    "business_closed": gettext_noop(
        "The business at the address was closed when the carrier came."
    ),
    "carrier_delay": gettext_noop("The carrier reports a delay. The parcel is still on its way."),
    "customs_clearance": gettext_noop(
        "The parcel is being cleared by customs, as every import is."
    ),
    "customs_hold": gettext_noop(
        "Customs are holding the parcel. How long this takes is up to them."
    ),
    "customs_information_needed": gettext_noop(
        "Customs need information or papers before they let the parcel go."
    ),
    "damaged": gettext_noop("The carrier reports that the parcel was damaged."),
    "destroyed": gettext_noop(
        "The carrier reports that the parcel was destroyed. It will not arrive."
    ),
    "held_for_payment": gettext_noop(
        "A charge, such as duty or tax, must be paid before delivery."
    ),
    "lost": gettext_noop("The carrier cannot find the parcel."),
    "missorted": gettext_noop("The parcel was sent to the wrong place and is being put right."),
    "recipient_not_home": gettext_noop("The carrier came and nobody was there to take the parcel."),
    "refused": gettext_noop("The parcel was refused when the carrier came."),
    "regulatory": gettext_noop("An authority is holding the parcel."),
    "rescheduled": gettext_noop("The delivery was moved to another day."),
    "security": gettext_noop("The parcel is being checked for security."),
    "transport_problem": gettext_noop(
        "Something in the carrier's transport has slowed the parcel down. It is still on its way."
    ),
    "unclaimed": gettext_noop("The parcel was not collected in time."),
    "weather": gettext_noop(
        "The weather is slowing the carrier down. The parcel is still on its way."
    ),
}
_PARTICULAR_SENTENCES: Particular = {
    ("pending", "awaiting_carrier"): gettext_noop("The parcel waits for the carrier to take it."),
    ("info_received", "awaiting_carrier"): gettext_noop(
        "The parcel waits for the carrier to take it."
    ),
    ("out_for_delivery", "rescheduled"): gettext_noop("The delivery was moved to another time."),
    ("available_for_pickup", "business_closed"): gettext_noop(
        "The business at the address was closed, so the parcel waits at a pickup point."
    ),
    ("available_for_pickup", "held_for_payment"): gettext_noop(
        "The parcel waits at a pickup point. A charge must be paid when it is collected."
    ),
    ("available_for_pickup", "recipient_not_home"): gettext_noop(
        "Nobody was at home, so the parcel waits for you at a pickup point."
    ),
    ("available_for_pickup", "unclaimed"): gettext_noop(
        "The parcel still waits at the pickup point. If nobody collects it, it goes back."
    ),
    ("attempt_failed", "damaged"): gettext_noop(
        "The parcel was not delivered, because it was damaged on the way."
    ),
    ("attempt_failed", "refused"): gettext_noop(
        "The parcel was refused when the carrier came with it."
    ),
    ("attempt_failed", "weather"): gettext_noop(
        "The weather kept the carrier from delivering the parcel."
    ),
    ("delivered", "collected_by_customer"): gettext_noop(
        "The parcel was collected at the pickup point."
    ),
    ("delivered", "damaged"): gettext_noop(
        "The carrier delivered the parcel and reports that it was damaged."
    ),
    ("delivered", "delivered_to_neighbour"): gettext_noop(
        "The carrier left the parcel with a neighbour."
    ),
    ("delivered", "delivered_to_safe_place"): gettext_noop(
        "The carrier left the parcel in a place it judged to be safe."
    ),
    ("delivered", "signed_for"): gettext_noop(
        "The parcel was delivered, and somebody signed for it."
    ),
    ("returning", "address_problem"): gettext_noop(
        "The carrier could not work with the address and is bringing the parcel back to us."
    ),
    ("returning", "customs_hold"): gettext_noop(
        "Customs did not let the parcel in. The carrier is bringing it back to us."
    ),
    ("returning", "damaged"): gettext_noop(
        "The parcel was damaged on the way. The carrier is bringing it back to us."
    ),
    ("returning", "recipient_not_home"): gettext_noop(
        "The carrier found nobody at home and is bringing the parcel back to us."
    ),
    ("returning", "refused"): gettext_noop(
        "The parcel was refused. The carrier is bringing it back to us."
    ),
    ("returning", "unclaimed"): gettext_noop(
        "The parcel was not collected in time. The carrier is bringing it back to us."
    ),
}

_NOTHING = gettext_noop("There is nothing you need to do.")
_WAIT_FOR_SCAN = gettext_noop(
    "There is nothing you need to do. The first scan often takes one to two working days."
)
_BE_THERE = gettext_noop("Please make sure that somebody can take the parcel today.")
_COLLECT = gettext_noop(
    "Please bring an identity document and the tracking number when you collect it."
)
_CARRIER_OR_US = gettext_noop(
    "Please look at the carrier's page for the next attempt, or contact us."
)
_CONTACT = gettext_noop("Please contact us, so that we can sort this out with you.")
_CHECK_ADDRESS = gettext_noop(
    "Please check the address of your order and tell us what must be corrected."
)
_LOOK_AROUND = gettext_noop(
    "If you cannot find it, ask the people you live with and your neighbours, then contact us."
)
_WE_ANSWER = gettext_noop("Please contact us. We will send it again or give you your money back.")

_NEXT_STEPS: Texts = {
    "pending": _NOTHING,
    "info_received": _WAIT_FOR_SCAN,
    "picked_up": _NOTHING,
    "in_transit": _NOTHING,
    "out_for_delivery": _BE_THERE,
    "available_for_pickup": _COLLECT,
    "attempt_failed": _CARRIER_OR_US,
    "delivered": _LOOK_AROUND,
    "exception": _CONTACT,
    "returning": _CONTACT,
    "returned": _CONTACT,
    "cancelled": gettext_noop("If you still expect this parcel, please contact us."),
    "unknown": gettext_noop(
        "There is nothing you need to do. We show more as soon as the carrier tells it."
    ),
}
_REASON_NEXT_STEPS: Texts = {
    "address_problem": _CHECK_ADDRESS,
    "awaiting_carrier": _NOTHING,
    "business_closed": gettext_noop("The carrier usually tries again on the next working day."),
    "carrier_delay": gettext_noop(
        "There is nothing you need to do. This page shows when it moves again."
    ),
    "customs_clearance": gettext_noop(
        "There is nothing you need to do unless customs write to you."
    ),
    "customs_hold": gettext_noop(
        "If customs write to you, please answer them. Otherwise contact us."
    ),
    "customs_information_needed": gettext_noop(
        "Please look for a message from customs or the carrier, or contact us for the papers."
    ),
    "damaged": _CONTACT,
    "destroyed": _WE_ANSWER,
    "held_for_payment": gettext_noop(
        "Please pay the charge on the carrier's page. Ask us if it is unclear."
    ),
    "lost": _WE_ANSWER,
    "missorted": gettext_noop(
        "There is nothing you need to do. It may arrive later than expected."
    ),
    "recipient_not_home": gettext_noop(
        "Please look for a card from the carrier. It says when it tries again or where to collect."
    ),
    "refused": gettext_noop("If you did not mean to refuse it, please contact us soon."),
    "regulatory": _CONTACT,
    "rescheduled": gettext_noop(
        "There is nothing you need to do. The carrier comes on the new day."
    ),
    "security": gettext_noop("There is nothing you need to do. It may arrive later than expected."),
    "transport_problem": gettext_noop(
        "There is nothing you need to do. It may arrive later than expected."
    ),
    "unclaimed": _CONTACT,
    "weather": gettext_noop("There is nothing you need to do. It may arrive later than expected."),
}
_PARTICULAR_NEXT_STEPS: Particular = {
    ("out_for_delivery", "rescheduled"): gettext_noop("The carrier comes at the new time."),
    ("available_for_pickup", "held_for_payment"): gettext_noop(
        "Please bring an identity document, the tracking number and the charge that is due."
    ),
    ("available_for_pickup", "unclaimed"): gettext_noop(
        "Please collect it soon, with an identity document and the tracking number."
    ),
    ("delivered", "collected_by_customer"): gettext_noop("If this was not you, please contact us."),
    ("delivered", "damaged"): gettext_noop(
        "Please take pictures of the parcel and its content, and contact us."
    ),
    ("delivered", "delivered_to_neighbour"): gettext_noop(
        "Please ask your neighbours; the carrier's card may say which one. Otherwise contact us."
    ),
    ("delivered", "delivered_to_safe_place"): gettext_noop(
        "Please look around the entrance, the garage and the garden. Otherwise contact us."
    ),
    ("delivered", "signed_for"): gettext_noop("If nobody you know has it, please contact us."),
    ("returning", "address_problem"): gettext_noop(
        "Please tell us the right address, so that we can send it again."
    ),
}
