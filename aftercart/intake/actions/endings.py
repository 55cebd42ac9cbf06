"""What the other side tells us about the connection itself."""

import re
from collections.abc import Sequence
from urllib.parse import urlsplit

from django.utils.translation import gettext as _

from aftercart.connectors.base import ConfirmationFact, DisconnectedFact
from aftercart.core import clock, jobs, sql
from aftercart.core.events import Event, publish
from aftercart.core.facts import Incoming
from aftercart.intake import channels

SNS_HOST = re.compile(r"sns\.[a-z0-9-]+\.amazonaws\.com")


def disconnect(batch: Sequence[Incoming[DisconnectedFact]]) -> None:
    """The other side ended these connections; privacy requests that follow are still taken in."""
    ended = sql.fetch(
        """
        UPDATE intake_connection AS connection
        SET state = 'broken', error = given.reason, error_at = given.at, due_at = NULL, lease = NULL
        FROM jsonb_to_recordset(%s::jsonb)
          AS given(store_id bigint, source text, reason text, at timestamptz)
        WHERE connection.store_id = given.store_id AND connection.source = given.source
          AND connection.removed_at IS NULL AND connection.state IN ('active', 'paused')
        RETURNING connection.id, connection.store_id, connection.public_id, connection.system,
          connection.name, connection.error
        """,
        [_as_json(batch)],
    )
    publish(
        Event(
            store_id=row["store_id"],
            type="connection.broken",
            occurred_at=clock.now(),
            data={
                "connection_id": row["id"],
                "system": row["system"],
                "name": row["name"],
                "reason": row["error"],
            },
        )
        for row in ended
    )
    for row in ended:
        channels.tell(channels.CONNECTIONS, row["public_id"])


def _as_json(batch: Sequence[Incoming[DisconnectedFact]]) -> str:
    now = clock.now()
    reasons = {
        (incoming.store_id, incoming.source): incoming.fact.reason or _("The other side ended it.")
        for incoming in batch
    }
    _source, encoded = sql.recordset(
        {},
        [
            {"store_id": store_id, "source": source, "reason": reason[:500], "at": now}
            for (store_id, source), reason in reasons.items()
        ],
    )
    return encoded


def confirm(batch: Sequence[Incoming[ConfirmationFact]]) -> None:
    """Fetch the confirmation addresses later, outside of any transaction; foreign ones never."""
    for incoming in batch:
        if is_confirmation_address(incoming.fact.url):
            jobs.defer(
                "confirm_subscription",
                store_id=incoming.store_id,
                source=incoming.source,
                url=incoming.fact.url,
            )


def is_confirmation_address(url: str) -> bool:
    """Whether the address is one of Amazon SNS; anybody may send us any other."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return False
    host = parts.hostname or ""
    return parts.scheme == "https" and port in (None, 443) and bool(SNS_HOST.fullmatch(host))
