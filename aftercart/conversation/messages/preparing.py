"""The last look before a message goes out: may it, is it still true, and what does it say."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

import msgspec
import structlog
from django.utils.translation import gettext as _

from aftercart.conversation.consent import queries as consent
from aftercart.conversation.consent.queries import Suppressed
from aftercart.conversation.consent.rules import is_deliverable
from aftercart.conversation.messages import identity
from aftercart.conversation.messages.outbox import Change, Claimed
from aftercart.conversation.messages.ports import OutgoingMail
from aftercart.conversation.messages.rendering import RenderContext, render
from aftercart.conversation.messages.rendering.examples import example
from aftercart.conversation.messages.rules import GIVE_UP_AFTER, still_true
from aftercart.conversation.pages import snapshots
from aftercart.conversation.pages.facts import OrderSnapshot
from aftercart.conversation.pages.queries import brand_row
from aftercart.conversation.pages.snapshots import brand_of
from aftercart.core import clock

log = structlog.get_logger(__name__)


class Ready(msgspec.Struct, frozen=True):
    """A message that may go, as it will be sent."""

    message: Claimed
    mail: OutgoingMail


class Refusal(Exception):
    """The message must not go; the reason is one sentence for the record."""

    state = "skipped"


class GaveUp(Refusal):
    """The message should have gone, and could not."""

    state = "failed"


def prepare(messages: Sequence[Claimed]) -> tuple[list[Ready], list[Change]]:
    """Those that may go, rendered; and what becomes of the others, each with its one reason."""
    taken = _snapshots(messages)
    addresses = [(m.store_id, _recipient(m, _snapshot(m, taken))) for m in messages]
    suppressed = consent.among(pair for pair in addresses if pair[1])
    ready, refused = [], []
    for message, pair in zip(messages, addresses, strict=True):
        try:
            snapshot = _snapshot(message, taken)
            _check_address(pair[1], snapshot, suppressed.get(pair))
            ready.append(Ready(message, _mail(message, snapshot, pair[1])))
        except Refusal as refusal:
            refused.append(_change(message, refusal.state, str(refusal)))
        except Exception:
            log.exception("message_cannot_be_rendered", message_id=message.id)
            reason = _("It could not be written; the log of the worker says why")
            refused.append(_change(message, "failed", reason))
    return ready, refused


def _snapshots(messages: Sequence[Claimed]) -> dict[tuple[int, int], OrderSnapshot]:
    by_store: dict[int, set[int]] = defaultdict(set)
    for message in messages:
        if message.order_id is not None:
            by_store[message.store_id].add(message.order_id)
    return {
        (store_id, order_id): snapshot
        for store_id, order_ids in by_store.items()
        for order_id, snapshot in snapshots.take(store_id, sorted(order_ids)).items()
    }


def _snapshot(
    message: Claimed, taken: dict[tuple[int, int], OrderSnapshot]
) -> OrderSnapshot | None:
    """The order as it is now; None where there is none, or no longer."""
    if message.order_id is None:
        return None
    snapshot = taken.get((message.store_id, message.order_id))
    return None if snapshot is None or snapshot.is_deleted else snapshot


def _recipient(message: Claimed, snapshot: OrderSnapshot | None) -> str:
    """The buyer's address may have been mended since the message was planned, or erased."""
    if snapshot is None or message.context.example:
        return message.recipient
    if message.context.audience == "gift_recipient":
        return snapshot.gift_recipient_email
    return snapshot.email


def _check_address(
    address: str, snapshot: OrderSnapshot | None, suppressed: Suppressed | None
) -> None:
    if not address:
        raise Refusal(_("There is no e-mail address"))
    if not is_deliverable(address):
        raise Refusal(_("The e-mail address cannot be one"))
    if suppressed is not None and not _is_lifted(suppressed, snapshot):
        raise Refusal(_why(suppressed))


def _is_lifted(suppressed: Suppressed, snapshot: OrderSnapshot | None) -> bool:
    """Who was forgotten and orders again is a customer again, for the new order."""
    is_new = snapshot is not None and snapshot.placed_at > suppressed.since
    return suppressed.reason == "erased" and is_new


def _why(suppressed: Suppressed) -> str:
    return {
        "bounced": _("The address is suppressed: an earlier mail to it came back"),
        "complained": _("The address is suppressed: an earlier mail was reported as spam"),
        "erased": _("The address is suppressed: its owner asked to be forgotten"),
        "manual": _("The address is suppressed: a member of the team blocked it"),
    }[suppressed.reason]


def _mail(message: Claimed, snapshot: OrderSnapshot | None, address: str) -> OutgoingMail:
    if message.channel != "email":
        raise Refusal(_("There is no way out on this channel"))
    if clock.now() - message.planned_at >= GIVE_UP_AFTER:
        raise GaveUp(
            _("It could not be handed over for 48 hours. %(last)s") % {"last": message.reason}
        )
    if message.context.example:
        snapshot, render_context = example(
            message.template, brand_of(brand_row(message.store_id)), message.store_id
        )
    elif snapshot is None:
        raise Refusal(_("The order is no longer there"))
    else:
        render_context = _render_context(message, snapshot)
    rendered = render(message.template, snapshot, render_context)
    return OutgoingMail(
        sender=identity.sender(snapshot.brand.sender_name or snapshot.brand.store_name),
        recipient=address,
        subject=_subject(message, rendered.subject),
        html=rendered.html,
        text=rendered.text,
        message_id=message.message_id,
        reference=identity.reference(message.store_id, message.id),
        reply_to=_reply_to(snapshot),
        headers=_headers(message, snapshot),
    )


def _render_context(message: Claimed, snapshot: OrderSnapshot) -> RenderContext:
    """What the mail is about, as far as it is still true."""
    context = message.context
    things, reason = still_true(snapshot, context.things, context.unless)
    if reason:
        raise Refusal(reason)
    return RenderContext(
        audience=message.context.audience,
        things=things,
        news={name: message.context.news.get(name, {}) for name in things},
    )


def _subject(message: Claimed, subject: str) -> str:
    return _("Test: %(subject)s") % {"subject": subject} if message.context.example else subject


def _reply_to(snapshot: OrderSnapshot) -> str:
    address = snapshot.brand.reply_to or snapshot.brand.contact_email
    return address if is_deliverable(address) else ""


def _headers(message: Claimed, snapshot: OrderSnapshot) -> dict[str, str]:
    """`Auto-Submitted` is RFC 3834; the X- header is what Exchange understands instead; Gmail's
    feedback loop counts complaints by the parts of `Feedback-ID`, the last of which names us."""
    thread = identity.thread_id(snapshot.store_id, snapshot.order_id)
    in_thread = {"In-Reply-To": thread, "References": thread} if message.order_id else {}
    return {
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "OOF, AutoReply",
        **in_thread,
        "Feedback-ID": f"{message.template}:{message.store_id}:order:aftercart",
    }


def _change(message: Claimed, state: str, reason: str) -> Change:
    return Change(message=message, state=state, reason=reason, event=f"message.{state}")


def as_row(ready: Ready) -> dict[str, Any]:
    """What is kept of a mail, to be seen as it was."""
    mail = ready.mail
    return {
        "store_id": ready.message.store_id,
        "id": ready.message.id,
        "recipient": mail.recipient,
        "subject": mail.subject,
        "html": mail.html,
        "text": mail.text,
        "sender": mail.sender,
        "message_id": mail.message_id,
    }
