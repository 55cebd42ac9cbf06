"""Replies kept for 24 hours by Idempotency-Key: a request sent again does nothing twice.

After draft-ietf-httpapi-idempotency-key-header.
"""

from collections.abc import Callable

import msgspec
from django.db import connection as database

from aftercart.core import clock
from aftercart.intake.api_keys import Caller
from aftercart.intake.models import ApiReply


class Reply(msgspec.Struct, frozen=True):
    """What was answered; `repeated` says that it was answered before."""

    status: int
    body: bytes
    repeated: bool = False


class KeyBusy(Exception):
    """The first request with this key is still being worked on."""


class KeyTaken(Exception):
    """The key was used for another request."""


def reply_once(caller: Caller, key: str, request_hash: str, answer: Callable[[], Reply]) -> Reply:
    """The answer to a request, made now or repeated. Runs in the caller's transaction.

    Raises:
        KeyBusy, KeyTaken: see there.
    """
    _lock(caller, key)
    mine = {
        "store_id": caller.store_id,
        "connection_id": caller.connection_id,
        "key": key,
    }
    stored = ApiReply.objects.filter(**mine).first()
    if stored is None:
        made = answer()
        ApiReply.objects.create(
            **mine,
            request_hash=request_hash,
            status=made.status,
            body=made.body,
            created_at=clock.now(),
        )
        return made
    if stored.request_hash != request_hash:
        raise KeyTaken(key)
    return Reply(stored.status or 200, bytes(stored.body or b""), repeated=True)


def _lock(caller: Caller, key: str) -> None:
    with database.cursor() as cursor:
        cursor.execute(
            "SELECT pg_try_advisory_xact_lock(hashtextextended(%s, %s))",
            [key, caller.connection_id],
        )
        if not cursor.fetchone()[0]:
            raise KeyBusy(key)
