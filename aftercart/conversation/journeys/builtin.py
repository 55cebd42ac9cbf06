"""The journeys that every store begins with: what a shopper is told about an order, and when not.

They are data like any other journey. Each waits a few minutes, for two reasons: what belongs
together becomes one message, and what was a slip is never told. `told.<template>` says whether a
message about the same thing was planned after we learned the news (`since`) or is about to be
(`waiting`).
"""

from django.utils.translation import gettext_noop

from aftercart.conversation.journeys.rules import (
    About,
    Definition,
    ExitIf,
    Send,
    Step,
    Trigger,
    Wait,
)
from aftercart.conversation.messages.facts import Audience, Condition

TOLD = ("since", "waiting")
ON_ITS_WAY = ("picked_up", "in_transit")
AT_THE_DOOR = ("out_for_delivery", "available_for_pickup", "attempt_failed")
GOING_BACK = ("returning", "returned")
OVER = ("delivered", "cancelled", "missing")

BUYER: tuple[Audience, ...] = ("buyer",)
BOTH: tuple[Audience, ...] = ("buyer", "gift_recipient")


def _unless(fact: str, among: tuple[str, ...], reason: str) -> ExitIf:
    return ExitIf(condition=Condition(fact=fact, among=among, reason=reason))


ORDER_CANCELLED = _unless("order.state", ("cancelled",), gettext_noop("The order was cancelled"))
PARCEL_GONE = _unless(
    "parcel.status", ("missing", "cancelled"), gettext_noop("There is no parcel to tell of")
)
ARRIVED = _unless("parcel.status", ("delivered",), gettext_noop("It has been delivered since"))
RETURNED = _unless("parcel.status", GOING_BACK, gettext_noop("It is on its way back since"))
FARTHER = _unless(
    "parcel.status",
    AT_THE_DOOR,
    gettext_noop("It has come farther since, and that has its own mail"),
)


def _journey(
    event: str,
    about: About,
    minutes: int,
    *steps: Step,
    template: str,
    to: tuple[Audience, ...] = BUYER,
    survives_cancelling: bool = False,
) -> Definition:
    return Definition(
        trigger=Trigger(events=(event,), about=about),
        steps=(Wait(minutes=minutes), *steps, Send(template=template, to=to)),
        gather_minutes=minutes,
        ended_by=() if survives_cancelling else ("order.cancelled",),
    )


BUILT_IN: dict[str, Definition] = {
    "order_confirmation": _journey(
        "order.placed", "order", 1, ORDER_CANCELLED, template="order_confirmation"
    ),
    "shipped": _journey(
        "fulfillment.created",
        "fulfillment",
        10,
        ORDER_CANCELLED,
        PARCEL_GONE,
        ARRIVED,
        RETURNED,
        FARTHER,
        template="shipped",
        to=BOTH,
    ),
    "in_transit": _journey(
        "shipment.in_transit",
        "shipment",
        15,
        ORDER_CANCELLED,
        PARCEL_GONE,
        ARRIVED,
        RETURNED,
        FARTHER,
        _unless("told.shipped", TOLD, gettext_noop("The shipping mail says so already")),
        _unless(
            "parcel.status",
            ("exception",),
            gettext_noop("A problem came up, which has its own mail"),
        ),
        template="in_transit",
        to=BOTH,
    ),
    "out_for_delivery": _journey(
        "shipment.out_for_delivery",
        "shipment",
        3,
        ORDER_CANCELLED,
        PARCEL_GONE,
        ARRIVED,
        RETURNED,
        _unless(
            "parcel.status",
            ("available_for_pickup", "attempt_failed", "exception"),
            gettext_noop("It is no longer out for delivery"),
        ),
        template="out_for_delivery",
        to=BOTH,
    ),
    "available_for_pickup": _journey(
        "shipment.available_for_pickup",
        "shipment",
        3,
        ORDER_CANCELLED,
        PARCEL_GONE,
        _unless("parcel.status", ("delivered",), gettext_noop("It has been collected since")),
        RETURNED,
        template="available_for_pickup",
        to=BOTH,
    ),
    "attempt_failed": _journey(
        "shipment.attempt_failed",
        "shipment",
        3,
        ORDER_CANCELLED,
        PARCEL_GONE,
        ARRIVED,
        RETURNED,
        _unless(
            "parcel.status",
            ("available_for_pickup", "out_for_delivery"),
            gettext_noop("It has come farther since, and that has its own mail"),
        ),
        template="attempt_failed",
        to=BOTH,
    ),
    "exception": _journey(
        "shipment.exception",
        "shipment",
        30,
        ORDER_CANCELLED,
        PARCEL_GONE,
        _unless(
            "parcel.status",
            ("delivered", *ON_ITS_WAY, *AT_THE_DOOR),
            gettext_noop("The problem was solved before anyone had to be told"),
        ),
        template="exception",
    ),
    "delivered": _journey(
        "shipment.delivered",
        "shipment",
        5,
        ORDER_CANCELLED,
        PARCEL_GONE,
        RETURNED,
        template="delivered",
        to=BOTH,
    ),
    "cancelled": _journey(
        "order.cancelled",
        "order",
        5,
        _unless("order.state", ("open",), gettext_noop("The order was reopened")),
        template="cancelled",
        survives_cancelling=True,
    ),
    "refunded": _journey(
        "refund.created",
        "refund",
        5,
        _unless("told.cancelled", TOLD, gettext_noop("The cancellation mail says so already")),
        template="refunded",
        survives_cancelling=True,
    ),
}
