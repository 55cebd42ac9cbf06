"""What providers say became of messages: merged by rank, so that their order does not matter."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from aftercart.conversation.consent import actions as consent
from aftercart.conversation.consent.actions import NewSuppression
from aftercart.conversation.messages import identity
from aftercart.conversation.messages.facts import ReceiptFact
from aftercart.conversation.messages.rules import after_receipt, without_addresses
from aftercart.core import sql
from aftercart.core.events import Event, publish
from aftercart.core.facts import Incoming

Receipt = Incoming[ReceiptFact]
Key = tuple[int, int]
"""A store and a message."""

TOLD = {"delivered", "bounced", "complained", "failed"}
CHANGE_COLUMNS = {
    "store_id": "bigint",
    "id": "bigint",
    "state": "text",
    "reason": "text",
    "provider_id": "text",
    "settled_at": "timestamptz",
    "opened_at": "timestamptz",
}


@transaction.atomic
def record_receipts(batch: Sequence[Receipt]) -> None:
    """Write down what receipts say, and never write again to who bounced for good or complained.

    A receipt is known by our own id, which the provider carries back, or by the provider's. What is
    not about a message of the same store is none of our business and changes nothing.
    """
    known = _messages_of(batch)
    stored = _locked(set(known.values()))
    by_message: dict[Key, list[ReceiptFact]] = defaultdict(list)
    for index, key in known.items():
        by_message[key].append(batch[index].fact)
    changes = [_change(stored[key], facts) for key, facts in sorted(by_message.items())]
    _write(changes)
    consent.suppress(
        suppression
        for key, facts in by_message.items()
        for suppression in _suppressions(stored[key], facts)
    )
    publish(_event(change) for change in changes if change["is_told"])


def _messages_of(batch: Sequence[Receipt]) -> dict[int, Key]:
    """Which message each receipt is about, by its place in the batch; the others are left out."""
    rows = sql.fetch(
        """
        SELECT asked.place, message.store_id, message.id
        FROM unnest(%s::integer[], %s::bigint[], %s::bigint[]) AS asked(place, store_id, id)
        JOIN messages_message AS message
          ON message.store_id = asked.store_id AND message.id = asked.id
        UNION ALL
        SELECT asked.place, message.store_id, message.id
        FROM unnest(%s::integer[], %s::bigint[], %s::text[]) AS asked(place, store_id, provider_id)
        JOIN messages_message AS message
          ON message.store_id = asked.store_id AND message.provider_id = asked.provider_id
        WHERE message.provider_id <> ''
        """,
        _asked(batch),
    )
    return {row["place"]: (row["store_id"], row["id"]) for row in rows}


def _asked(batch: Sequence[Receipt]) -> list[list[Any]]:
    """By our own id where the receipt carries it back, else by the provider's."""
    own = {
        place: message
        for place, one in enumerate(batch)
        if (message := identity.message_of(one.store_id, one.fact.reference)) is not None
    }
    others = [place for place in range(len(batch)) if place not in own]
    return [
        list(own),
        [batch[place].store_id for place in own],
        list(own.values()),
        others,
        [batch[place].store_id for place in others],
        [batch[place].fact.provider_id for place in others],
    ]


def _locked(keys: set[Key]) -> dict[Key, dict[str, Any]]:
    pairs = sorted(keys)
    rows = sql.fetch(
        """
        SELECT message.id, message.store_id, message.order_id, message.template, message.state,
               message.reason, message.recipient, message.provider_id, message.opened_at,
               message.settled_at
        FROM messages_message AS message
        JOIN unnest(%s::bigint[], %s::bigint[]) AS asked(store_id, id)
          ON message.store_id = asked.store_id AND message.id = asked.id
        ORDER BY message.store_id, message.id FOR UPDATE OF message
        """,
        [[store_id for store_id, _ in pairs], [message_id for _, message_id in pairs]],
    )
    return {(row["store_id"], row["id"]): row for row in rows}


def _change(row: dict[str, Any], facts: Sequence[ReceiptFact]) -> dict[str, Any]:
    """The message after all of its receipts, whatever their order."""
    state, decided = row["state"], None
    for fact in sorted(facts, key=_moment):
        after = after_receipt(state, fact.kind)
        if after != state:
            state, decided = after, fact
    opened = [f.occurred_at for f in facts if f.kind in {"opened", "clicked"} and not f.machine]
    earliest = min([*opened, *([row["opened_at"]] if row["opened_at"] else [])], default=None)
    return {
        **row,
        "state": state,
        "reason": without_addresses(decided.detail)[:300] if decided else row["reason"],
        "provider_id": row["provider_id"] or facts[0].provider_id,
        "settled_at": decided.occurred_at if decided else row["settled_at"],
        "opened_at": earliest,
        "is_told": decided is not None and state in TOLD,
    }


def _moment(fact: ReceiptFact) -> tuple[datetime, str]:
    return fact.occurred_at, fact.kind


def _write(changes: Sequence[dict[str, Any]]) -> None:
    """A settled message waits for nothing; the lease stays, since its sender may be about to write
    down that it was taken."""
    if not changes:
        return
    rows = [{name: change[name] for name in CHANGE_COLUMNS} for change in changes]
    source, encoded = sql.recordset(CHANGE_COLUMNS, rows)
    sql.run(
        f"""
        UPDATE messages_message AS stored
        SET state = given.state, reason = given.reason, provider_id = given.provider_id,
            settled_at = given.settled_at, opened_at = given.opened_at,
            due_at = CASE WHEN given.state IN ('planned', 'sending') THEN stored.due_at END
        FROM {source}
        WHERE stored.store_id = given.store_id AND stored.id = given.id
        """,
        [encoded],
    )


def _suppressions(row: dict[str, Any], facts: Iterable[ReceiptFact]) -> Iterable[NewSuppression]:
    for fact in facts:
        final = fact.kind == "complained" or (fact.kind == "bounced" and fact.permanent)
        address = row["recipient"] or fact.recipient
        if final and address:
            yield NewSuppression(
                store_id=row["store_id"],
                address=address,
                reason=fact.kind,
                detail=without_addresses(fact.detail),
                since=fact.occurred_at,
            )


def _event(change: dict[str, Any]) -> Event:
    return Event(
        store_id=change["store_id"],
        type=f"message.{change['state']}",
        occurred_at=change["settled_at"],
        order_id=change["order_id"],
        data={
            "message_id": change["id"],
            "template": change["template"],
            "reason": change["reason"],
        },
    )
