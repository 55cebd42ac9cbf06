"""Who must not be written to, and who may be again."""

from collections.abc import Iterable
from datetime import datetime

import msgspec
from django.db import transaction

from aftercart.conversation.consent.hashes import hash_of
from aftercart.conversation.consent.models import Suppression
from aftercart.core import clock, sql
from aftercart.core.events import Event, publish

COLUMNS = {
    "store_id": "bigint",
    "channel": "text",
    "address_hash": "text",
    "reason": "text",
    "detail": "text",
    "suppressed_at": "timestamptz",
}
LONGEST_DETAIL = 300

# A stronger reason replaces a weaker one: a bounce may pass, a complaint is a person's word.
STRENGTH = {"erased": 0, "bounced": 1, "manual": 2, "complained": 3}


class NewSuppression(msgspec.Struct, frozen=True, kw_only=True):
    """An address that a store must not write to. `reason` is one of `Suppression.Reason`."""

    store_id: int
    address: str
    reason: str
    detail: str = ""
    since: datetime | None = None


def suppress(batch: Iterable[NewSuppression], actor: str = "") -> int:
    """Never write to these addresses again; returns how many were new, or have a new reason."""
    rows = _strongest(_row(new) for new in batch)
    with transaction.atomic():
        changed = sql.insert(
            "consent_suppression",
            COLUMNS,
            rows,
            conflict=("store_id", "channel", "address_hash"),
            update=("reason", "detail", "suppressed_at"),
            update_when=f"{_strength('excluded.reason')} > {_strength('stored.reason')}",
            returning=("store_id", "reason"),
        )
        publish(_event(row, "address.suppressed", actor) for row in changed)
    return len(changed)


def unsuppress(store_id: int, address: str, actor: str) -> bool:
    """Allow an address again, by a person's explicit wish; whether it was suppressed."""
    with transaction.atomic():
        removed, _ = Suppression.objects.filter(
            store_id=store_id, channel="email", address_hash=hash_of(store_id, address)
        ).delete()
        if removed:
            publish([_event({"store_id": store_id, "reason": ""}, "address.allowed", actor)])
    return removed > 0


def _row(new: NewSuppression) -> dict[str, object]:
    return {
        "store_id": new.store_id,
        "channel": "email",
        "address_hash": hash_of(new.store_id, new.address),
        "reason": Suppression.Reason(new.reason).value,
        "detail": new.detail[:LONGEST_DETAIL],
        "suppressed_at": new.since or clock.now(),
    }


def _strongest(rows: Iterable[dict[str, object]]) -> list[dict[str, object]]:
    kept: dict[tuple[object, object], dict[str, object]] = {}
    for row in sorted(rows, key=lambda row: STRENGTH[str(row["reason"])]):
        kept[row["store_id"], row["address_hash"]] = row
    return list(kept.values())


def _strength(column: str) -> str:
    cases = " ".join(f"WHEN '{reason}' THEN {rank}" for reason, rank in STRENGTH.items())
    return f"CASE {column} {cases} END"


def _event(row: dict[str, object], kind: str, actor: str) -> Event:
    return Event(
        store_id=int(str(row["store_id"])),
        type=kind,
        occurred_at=clock.now(),
        actor=actor,
        data={"reason": row["reason"]},
    )
