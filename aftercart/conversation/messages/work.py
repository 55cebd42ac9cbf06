"""Sending what is due: check, write, say that it is being sent, hand over, record.

Between the committed `sending` and the record stands the hand-over alone. A crash there leaves one
message whose fate nobody knows: it becomes `unknown`, and is looked up where the provider can be
asked, and never sent again by itself.
"""

import random
import time
from collections.abc import Sequence
from uuid import UUID

import structlog
from django.conf import settings
from django.db import InterfaceError, OperationalError, connection, transaction
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from aftercart.conversation.consent import actions as consent
from aftercart.conversation.consent.actions import NewSuppression
from aftercart.conversation.messages import identity, outbox
from aftercart.conversation.messages.outbox import LOOK_UP_AFTER, Change, Claimed
from aftercart.conversation.messages.pausing import pause_of
from aftercart.conversation.messages.ports import (
    Outcome,
    Rejected,
    Taken,
    Transport,
    TryLater,
    Unavailable,
    Unclear,
)
from aftercart.conversation.messages.preparing import Ready, as_row, prepare
from aftercart.conversation.messages.rules import retry_at, without_addresses
from aftercart.core import clock

MOST_LOOK_UPS = 5
LONGEST_BATCH_SECONDS = 10.0
"""A worker that is asked to end waits for the batch in hand, and not for long."""

DATABASE_WAITS = (0.1, 0.5, 1.0, 2.0, 4.0, 8.0)

log = structlog.get_logger(__name__)


def run_batch() -> int:
    """Claim due messages and send them; returns how many were worked on."""
    if settings.MAIL_ROUTE == "mailbox":
        return _run_batch(None)
    if pause_of(_way_out()).is_on():
        return 0
    transport: Transport = import_string(settings.MAIL_TRANSPORT)()
    try:
        return _run_batch(transport)
    finally:
        transport.close()


def _way_out() -> str:
    return f"{settings.MAIL_ROUTE}:{settings.EMAIL_HOST}:{settings.EMAIL_PORT}"


def _run_batch(transport: Transport | None) -> int:
    until = time.monotonic() + LONGEST_BATCH_SECONDS
    lease, claimed = outbox.claim()
    lost = [message for message in claimed if message.state in {"sending", "unknown"}]
    _settle_unknown(lost, lease, transport)
    ready = _prepared([message for message in claimed if message.state == "planned"], lease)
    if transport is None:
        _keep(ready, lease)
    else:
        _hand_over(ready, lease, transport, until)
    return len(claimed)


def _prepared(messages: Sequence[Claimed], lease: UUID) -> list[Ready]:
    with transaction.atomic():
        ready, refused = prepare(messages)
        outbox.record(refused, lease)
        outbox.keep_rendered([as_row(one) for one in ready])
    return ready


@transaction.atomic
def _keep(ready: Sequence[Ready], lease: UUID) -> None:
    """Nothing leaves the machine here, so the whole batch is one transaction."""
    outbox.keep_in_mailbox([one.message for one in ready])
    outbox.record(
        [
            Change(message=one.message, state="sent", event="message.sent", provider_id="")
            for one in ready
        ],
        lease,
    )


def _hand_over(ready: Sequence[Ready], lease: UUID, transport: Transport, until: float) -> None:
    """One after another, over one connection. When the server is away the rest is given back."""
    for number, one in enumerate(ready):
        rest = [later.message for later in ready[number:]]
        if time.monotonic() > until:
            outbox.give_back(rest, lease)
            return
        if not outbox.begin_sending(one.message, lease):
            continue
        outcome = _outcome(one, transport)
        if isinstance(outcome, Unavailable):
            pause_of(_way_out()).begin(outcome.wait_seconds)
            reason = without_addresses(outcome.reason)
            log.warning("mail_server_away", waiting=len(rest), reason=reason)
            outbox.give_back(rest, lease, outcome.reason)
            return
        pause_of(_way_out()).end()
        _record_surely(one, outcome, transport, lease)


def _outcome(one: Ready, transport: Transport) -> Outcome:
    try:
        return transport.hand_over(one.mail)
    except Exception:
        log.exception("hand_over_failed", message_id=one.message.id)
        return Unclear(_("Sending it failed in an unexpected way; the log of the worker says how"))


def _record_surely(one: Ready, outcome: Outcome, transport: Transport, lease: UUID) -> None:
    """What became of it is known here alone, so a database that restarts is waited for."""
    for wait_seconds in DATABASE_WAITS:
        try:
            _record(one, outcome, transport, lease)
        except (OperationalError, InterfaceError):
            log.warning("outcome_not_written_yet", message_id=one.message.id)
            connection.close()
            time.sleep(wait_seconds)
        else:
            return
    _record(one, outcome, transport, lease)


@transaction.atomic
def _record(one: Ready, outcome: Outcome, transport: Transport, lease: UUID) -> None:
    """Write down what became of it; an address that does not exist is not tried again."""
    outbox.record([_change(one.message, outcome, transport)], lease)
    if isinstance(outcome, Rejected) and outcome.bad_address:
        suppression = NewSuppression(
            store_id=one.message.store_id,
            address=one.mail.recipient,
            reason="bounced",
            detail=without_addresses(outcome.reason),
        )
        consent.suppress([suppression])


def _change(message: Claimed, outcome: Outcome, transport: Transport) -> Change:
    match outcome:
        case Taken(provider_id):
            return Change(
                message=message, state="sent", event="message.sent", provider_id=provider_id
            )
        case Rejected(reason, bad_address):
            state = "bounced" if bad_address else "failed"
            return Change(message=message, state=state, reason=reason, event=f"message.{state}")
        case TryLater(reason):
            return _again(message, reason)
        case Unclear(reason):
            return _unknown(message, reason, transport)
        case _:
            raise AssertionError(outcome)


def _again(message: Claimed, reason: str) -> Change:
    chance = random.random()  # noqa: S311
    due_at = retry_at(clock.now(), message.planned_at, message.attempts, chance)
    if due_at is None:
        return Change(message=message, state="failed", reason=reason, event="message.failed")
    return Change(message=message, state="planned", reason=reason, due_at=due_at)


def _unknown(message: Claimed, reason: str, transport: Transport | None) -> Change:
    can_be_asked = transport is not None and transport.can_be_asked
    return Change(
        message=message,
        state="unknown",
        reason=reason,
        event="message.unknown",
        due_at=clock.now() + LOOK_UP_AFTER if can_be_asked else None,
        attempts=0,
    )


def _settle_unknown(messages: Sequence[Claimed], lease: UUID, transport: Transport | None) -> None:
    """A message found in mid-send was lost in a crash. One that is unknown is looked up."""
    reason = _(
        "Nobody knows whether it was sent: the program stopped between handing it over and "
        "writing that down. It is not sent again by itself"
    )
    changes = [
        _unknown(message, reason, transport)
        if message.state == "sending"
        else _looked_up(message, transport)
        for message in messages
    ]
    outbox.record(changes, lease)


def _looked_up(message: Claimed, transport: Transport | None) -> Change:
    found = (
        transport.look_up(identity.reference(message.store_id, message.id)) if transport else None
    )
    if isinstance(found, Taken):
        return _change_found(message, found)
    if isinstance(found, TryLater):
        reason = _("The provider has not got it, so it is sent again")
        return Change(message=message, state="planned", reason=reason, due_at=clock.now())
    again = clock.now() + LOOK_UP_AFTER * message.attempts
    return Change(
        message=message,
        state="unknown",
        reason=_("Nobody knows whether it was sent, and the provider could not say"),
        due_at=again if transport and message.attempts < MOST_LOOK_UPS else None,
    )


def _change_found(message: Claimed, found: Taken) -> Change:
    return Change(
        message=message,
        state="sent",
        reason=_("The provider has it"),
        event="message.sent",
        provider_id=found.provider_id,
    )
