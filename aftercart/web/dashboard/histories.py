"""The event log in plain words: what happened to an order, when, by whom and why."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

import msgspec
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from aftercart.delivery.shipments import words
from aftercart.intake.following import words as following
from aftercart.web.dashboard import moments
from aftercart.web.dashboard.statuses import DELIVERY

Words = str | Promise
Row = Mapping[str, Any]

TEMPLATES: dict[str, Words] = {
    "order_confirmation": gettext_lazy("order confirmation"),
    "shipped": gettext_lazy("shipped"),
    "in_transit": gettext_lazy("on its way"),
    "out_for_delivery": gettext_lazy("out for delivery"),
    "available_for_pickup": gettext_lazy("ready for pickup"),
    "attempt_failed": gettext_lazy("delivery attempt failed"),
    "exception": gettext_lazy("a problem on the way"),
    "delivered": gettext_lazy("delivered"),
    "cancelled": gettext_lazy("order cancelled"),
    "refunded": gettext_lazy("refunded"),
}
"""What a message is about, by its template."""

CHANGES: dict[str, Words] = {
    "number": gettext_lazy("number"),
    "email": gettext_lazy("e-mail address"),
    "phone": gettext_lazy("phone number"),
    "customer_name": gettext_lazy("name"),
    "total": gettext_lazy("total"),
    "financial_status": gettext_lazy("payment"),
    "fulfillment_status": gettext_lazy("fulfillment"),
    "cancelled_at": gettext_lazy("cancellation"),
    "shipping_address": gettext_lazy("shipping address"),
    "shipping_method": gettext_lazy("shipping method"),
    "lines": gettext_lazy("items"),
    "note": gettext_lazy("note"),
}
"""What an order's change is called; a name that is not here is nothing the team looks for."""

UNSAID = {"shipment.checked"}
"""Events that would only fill the timeline."""


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One line of a history. `learned_at` is there only where we learned of it much later."""

    happened_at: datetime
    title: str
    icon: str
    tone: str
    detail: str = ""
    actor: str = ""
    learned_at: datetime | None = None
    is_old_news: bool = False
    message_id: int | None = None


class Teller:
    """Knows what a history refers to: parcels by id, members by actor."""

    def __init__(self, parcels: Mapping[int, str], members: Mapping[str, str]) -> None:
        self.parcels = parcels
        self.members = members

    def history(self, rows: Iterable[Row]) -> list[Entry]:
        """The events, in the order given, without those that say nothing new."""
        events = [_readable(row) for row in rows]
        milestones = {
            (event["shipment_id"], event["type"].removeprefix("shipment."))
            for event in events
            if event["type"].startswith("shipment.")
        }
        return [
            self._entry(event)
            for event in events
            if event["type"] not in UNSAID and not _says_milestone_again(event, milestones)
        ]

    def _entry(self, event: Row) -> Entry:
        told = TOLD.get(event["type"], _other)(self, event)
        late = event["recorded_at"] - event["happened_at"] >= moments.HOUR
        return Entry(
            happened_at=event["happened_at"],
            title=told.get("title", ""),
            detail=told.get("detail", ""),
            icon=told.get("icon", "info"),
            tone=told.get("tone", "quiet"),
            actor=self.members.get(event["actor"], ""),
            learned_at=event["recorded_at"] if late else None,
            is_old_news=event["quiet"],
            message_id=event["data"].get("message_id"),
        )

    def parcel(self, event: Row) -> str:
        """The parcel's number, where it is not the order's only one."""
        name = self.parcels.get(event["shipment_id"] or 0, "")
        return _("Parcel %s") % name if name and len(self.parcels) > 1 else ""


Told = dict[str, str]
Tell = Callable[[Teller, Row], Told]


def _readable(row: Row) -> dict[str, Any]:
    data = row["data"]
    decoded = msgspec.json.decode(data) if isinstance(data, str | bytes) else data
    return {**row, "happened_at": row["occurred_at"], "data": decoded or {}}


def _says_milestone_again(event: Row, milestones: set[tuple[int | None, str]]) -> bool:
    status = event["data"].get("status", "")
    return event["type"] == "shipment.updated" and (event["shipment_id"], status) in milestones


def _fixed(title: Words, icon: str, tone: str = "quiet") -> Tell:
    def tell(teller: Teller, event: Row) -> Told:
        return {"title": str(title), "icon": icon, "tone": tone, "detail": teller.parcel(event)}

    return tell


def _milestone(status: str) -> Tell:
    look = DELIVERY[status]

    def tell(teller: Teller, event: Row) -> Told:
        title = words.headline(status, event["data"].get("reason", ""))
        detail = teller.parcel(event)
        return {"title": title, "icon": look.icon, "tone": look.tone, "detail": detail}

    return tell


def _updated(teller: Teller, event: Row) -> Told:
    status = event["data"].get("status", "unknown")
    return _milestone(status if status in DELIVERY else "unknown")(teller, event)


def _parcel_known(teller: Teller, event: Row) -> Told:
    name = teller.parcels.get(event["shipment_id"] or 0, "")
    title = _("Parcel %s is followed") % name if name else _("A parcel is followed")
    return {"title": title, "icon": "orders"}


def _no_longer_asked(_teller: Teller, event: Row) -> Told:
    reason = event["data"].get("reason", "")
    why = following.told(reason) if reason in following.WORDS else ""
    return {"title": _("No longer asked after: %s") % why, "icon": "unknown", "tone": "waiting"}


def _changed(_teller: Teller, event: Row) -> Told:
    names = [str(CHANGES[name]) for name in event["data"].get("changed", []) if name in CHANGES]
    return {"title": _("Order changed in the shop"), "detail": ", ".join(names), "icon": "refresh"}


def _adopted(_teller: Teller, event: Row) -> Told:
    source = str(event["data"].get("source", ""))
    known = _("It was known from a file") if source == "csv" else _("It was known from the API")
    return {"title": _("The shop tells of this order now"), "detail": known, "icon": "connections"}


def _cancelled(_teller: Teller, event: Row) -> Told:
    reason = str(event["data"].get("reason", ""))
    return {"title": _("Order cancelled"), "detail": reason, "icon": "cancelled", "tone": "bad"}


def _refunded(_teller: Teller, event: Row) -> Told:
    data = event["data"]
    try:
        amount = moments.money(Decimal(str(data["amount"])), data["currency"])
    except (KeyError, InvalidOperation):
        amount = ""
    return {"title": _("Refunded %s") % amount if amount else _("Refunded"), "icon": "money"}


def _message(title: Words, icon: str, tone: str) -> Tell:
    def tell(_teller: Teller, event: Row) -> Told:
        name = template_name(event["data"].get("template", ""))
        given = event["data"].get("reason", "")
        reason = _(given) if given else ""
        shown = str(title) % {"what": name}
        return {"title": shown, "detail": reason, "icon": icon, "tone": tone}

    return tell


def _other(_teller: Teller, event: Row) -> Told:
    subject, _dot, happened = event["type"].partition(".")
    return {"title": f"{subject} {happened}".replace("_", " ").capitalize()}


def template_name(template: str) -> str:
    """What a message is about, in a few words."""
    return str(TEMPLATES.get(template, template.replace("_", " ")))


TOLD: dict[str, Tell] = {
    "order.placed": _fixed(gettext_lazy("Order placed"), "orders"),
    "order.adopted": _adopted,
    "order.updated": _changed,
    "order.paid": _fixed(gettext_lazy("Paid"), "money", "good"),
    "order.cancelled": _cancelled,
    "order.deleted": _fixed(gettext_lazy("Deleted in the shop; it is kept here"), "bin", "bad"),
    "fulfillment.created": _fixed(gettext_lazy("The shop marked items as sent"), "label"),
    "fulfillment.updated": _fixed(gettext_lazy("The shop changed what it sent"), "label"),
    "fulfillment.cancelled": _fixed(gettext_lazy("The shop took a sending back"), "cancelled"),
    "refund.created": _refunded,
    "shipment.created": _parcel_known,
    "shipment.updated": _updated,
    "shipment.detached": _fixed(gettext_lazy("A parcel left the order"), "cancelled"),
    **{
        f"shipment.{status}": _milestone(status)
        for status in DELIVERY
        if status not in ("", "pending", "info_received", "cancelled", "unknown")
    },
    "message.sent": _message(gettext_lazy("E-mail sent: %(what)s"), "mailbox", "moving"),
    "message.delivered": _message(gettext_lazy("E-mail arrived: %(what)s"), "mailbox", "good"),
    "message.bounced": _message(gettext_lazy("E-mail bounced: %(what)s"), "mailbox", "bad"),
    "message.complained": _message(gettext_lazy("Marked as spam: %(what)s"), "mailbox", "bad"),
    "message.skipped": _message(gettext_lazy("E-mail not sent: %(what)s"), "cancelled", "quiet"),
    "message.failed": _message(gettext_lazy("E-mail failed: %(what)s"), "mailbox", "bad"),
    "message.unknown": _message(
        gettext_lazy("Unknown whether the e-mail went out: %(what)s"), "unknown", "waiting"
    ),
    "following.stopped": _no_longer_asked,
    "following.restarted": _fixed(gettext_lazy("Asked after again"), "refresh"),
    "customer.erased": _fixed(gettext_lazy("Personal data erased on request"), "bin"),
}
