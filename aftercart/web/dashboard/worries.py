"""What is wrong in a store, in sentences that lead to where it can be mended."""

from collections.abc import Iterator
from datetime import datetime
from urllib.parse import urlencode

import msgspec
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from aftercart.commerce.customers import queries as customers
from aftercart.commerce.orders import queries as orders
from aftercart.conversation.messages.queries import outbox_health
from aftercart.core import clock
from aftercart.web.dashboard import moments
from aftercart.web.dashboard.access import Rights
from aftercart.web.dashboard.queries import connections, home
from aftercart.web.dashboard.queries.orders import NEEDS_LOOK
from aftercart.web.dashboard.statuses import look_of

WATCHED_DAYS = 30


class Worry(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that needs somebody."""

    text: str
    icon: str
    tone: str
    address: str
    detail: str = ""
    since: datetime | None = None


def worries(store_id: int, rights: Rights, first_watched: datetime) -> list[Worry]:
    """Everything that is wrong and that this person can do something about, the worst first."""
    found: list[Worry] = []
    if rights["manage_connections"]:
        found += _of_workers()
        found += _of_connections(store_id)
    if rights["answer_privacy"]:
        found += _of_privacy(store_id)
    found += _of_messages(store_id)
    found += _of_parcels(store_id, first_watched)
    return found


def _of_workers() -> Iterator[Worry]:
    if not home.a_worker_is_alive():
        yield Worry(
            text=_("No worker is running, so nothing that comes in is worked on"),
            detail=_("Whoever runs this installation starts one with: aftercart work"),
            icon="bad",
            tone="bad",
            address=reverse("dashboard:connections"),
        )


def _of_connections(store_id: int) -> Iterator[Worry]:
    for row in connections.trouble(store_id):
        address = reverse("dashboard:connection", args=[row["id"]])
        if row["state"] == "broken" or row["error"]:
            yield Worry(
                text=_("%s does not work") % row["name"],
                detail=row["error"],
                icon="connections",
                tone="bad" if row["state"] == "broken" else "waiting",
                address=address,
                since=row["error_at"],
            )
        if row["run_state"] == "failed":
            yield Worry(
                text=_("The first import of %s stopped") % row["name"],
                detail=row["run_error"],
                icon="imports",
                tone="bad",
                address=address,
            )
        if row["parked"]:
            yield Worry(
                text=ngettext(
                    "%(count)d delivery of %(name)s could not be used",
                    "%(count)d deliveries of %(name)s could not be used",
                    row["parked"],
                )
                % {"count": row["parked"], "name": row["name"]},
                icon="imports",
                tone="waiting",
                address=f"{address}#parked",
            )


def _of_privacy(store_id: int) -> Iterator[Worry]:
    waiting, first = customers.open_disclosures(store_id)
    if first is not None:
        text = ngettext(
            "%d person asks to see their data", "%d people ask to see their data", waiting
        )
        yield Worry(
            text=text % waiting,
            detail=_("Hand it over by %s") % moments.short_date(timezone.localtime(first).date()),
            icon="waiting",
            tone="bad" if first < clock.now() else "waiting",
            address=reverse("dashboard:privacy"),
        )


def _of_messages(store_id: int) -> Iterator[Worry]:
    counts = home.message_counts(store_id)
    texts = {
        "failed": ngettext(
            "%d mail could not be sent", "%d mails could not be sent", counts.get("failed", 0)
        ),
        "bounced": ngettext("%d mail bounced", "%d mails bounced", counts.get("bounced", 0)),
        "complained": ngettext(
            "%d mail was marked as spam",
            "%d mails were marked as spam",
            counts.get("complained", 0),
        ),
        "unknown": ngettext(
            "Of %d mail it is unknown whether it went out",
            "Of %d mails it is unknown whether they went out",
            counts.get("unknown", 0),
        ),
    }
    for state, text in texts.items():
        if counts.get(state):
            yield Worry(
                text=text % counts[state],
                detail=_("in the last 7 days"),
                icon="mailbox",
                tone="bad" if state == "failed" else "waiting",
                address=f"{reverse('dashboard:messages')}?{urlencode({'state': state})}",
            )
    yield from _of_outbox(store_id)


def _of_outbox(store_id: int) -> Iterator[Worry]:
    health = outbox_health(store_id)
    waiting_since = health["waiting_since"]
    if waiting_since and clock.now() - waiting_since > home.WORK_WAITS_FOR:
        yield Worry(
            text=ngettext("%d mail waits to be sent", "%d mails wait to be sent", health["waiting"])
            % health["waiting"],
            detail=health["trouble"] or "",
            icon="waiting",
            tone="waiting",
            address=f"{reverse('dashboard:messages')}?state=planned",
            since=waiting_since,
        )


def _of_parcels(store_id: int, since: datetime) -> Iterator[Worry]:
    """Orders whose parcels are in trouble, as many as the list shows for the same filter."""
    counts = orders.count_by_delivery_status(store_id, since)
    for status in NEEDS_LOOK:
        number, look = counts.get(status, 0), look_of("delivery", status)
        if number:
            first = timezone.localtime(since).date()
            query = urlencode({"delivery": status, "first": f"{first}"})
            yield Worry(
                text=_of_orders(status, number),
                icon=look.icon,
                tone=look.tone,
                address=f"{reverse('dashboard:orders')}?{query}",
            )


def _of_orders(status: str, number: int) -> str:
    texts = {
        "exception": ngettext("%d order is held up", "%d orders are held up", number),
        "attempt_failed": ngettext(
            "%d order could not be handed over at the door",
            "%d orders could not be handed over at the door",
            number,
        ),
        "returning": ngettext(
            "%d order is on its way back to you", "%d orders are on their way back to you", number
        ),
        "returned": ngettext("%d order came back", "%d orders came back", number),
        "unknown": ngettext(
            "Of %d order the carrier's news are not clear",
            "Of %d orders the carrier's news are not clear",
            number,
        ),
    }
    return texts[status] % number
