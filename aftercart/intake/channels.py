"""The names under which processes wake each other through Postgres (`NOTIFY`).

A notification is only a hint: whoever waits for one also looks by itself from time to time.
"""

from aftercart.core import sql

INBOX = "aftercart_inbox"
"""Something is in the inbox."""

CONNECTIONS = "aftercart_connections"
"""A connection changed; the payload is its `public_id`."""


def tell(channel: str, payload: str = "") -> None:
    """Notify when the current transaction commits."""
    sql.run("SELECT pg_notify(%s, %s)", [channel, payload])
