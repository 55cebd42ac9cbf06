"""An inbox with entries in it."""

import os
from collections.abc import Iterator

import msgspec
import psycopg
import pytest

from aftercart.connectors.base import Pulled
from aftercart.core import sql
from aftercart.intake.actions import inbox
from tests.support.shops import Sender, open_store


@pytest.fixture
def sender(transactional_db: None) -> Sender:
    """A store's API connection."""
    return open_store("acme")


@pytest.fixture
def owner(transactional_db: None) -> Iterator[psycopg.Connection]:
    """A connection that may change tables."""
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as connection:
        yield connection


def connection_id(sender: Sender) -> int:
    rows = sql.fetch("SELECT id FROM intake_connection WHERE public_id = %s", [sender.public_id])
    return int(rows[0]["id"])


def put(sender: Sender, *bodies: object, topic: str = "orders", quiet: bool = False) -> None:
    """Put bodies into the inbox as if they had just come."""
    start = sql.fetch("SELECT count(*) AS n FROM intake_inboxentry")[0]["n"]
    objects = [
        Pulled(
            topic=topic,
            dedupe_key=b"%d" % (start + number),
            body=body if isinstance(body, bytes) else msgspec.json.encode(body),
        )
        for number, body in enumerate(bodies)
    ]
    inbox.add(sender.store.pk, connection_id(sender), objects, quiet=quiet)


def entries(sender: Sender) -> list[dict]:
    return sql.fetch(
        "SELECT id, state, error, attempts, due_at, lease, settled_at, received_at"
        " FROM intake_inboxentry WHERE store_id = %s ORDER BY id",
        [sender.store.pk],
    )


def states(sender: Sender) -> list[str]:
    return [entry["state"] for entry in entries(sender)]


def numbers(sender: Sender) -> list[str]:
    rows = sql.fetch(
        "SELECT number FROM orders_order WHERE store_id = %s ORDER BY number", [sender.store.pk]
    )
    return [row["number"] for row in rows]
