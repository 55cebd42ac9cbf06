"""The grouping writer: webhooks of a moment become one insert and one commit."""

from collections.abc import Callable, Sequence

import msgspec
import psycopg
import structlog

from aftercart.core import clock
from aftercart.edge.database import Line, Statement, Unavailable
from aftercart.edge.gather import Full, Gatherer
from aftercart.edge.values import (
    BYTEA_ARRAY,
    INT8_ARRAY,
    TEXT_ARRAY,
    TIMESTAMPTZ,
    bigints,
    byteas,
    moment,
    read_bigint,
    texts,
)
from aftercart.intake.channels import INBOX

BATCH = 256
BATCH_BYTES = 8 * 1024 * 1024
ROOM = 2048
"""Deliveries that may wait; the memory they take is bounded elsewhere (`aftercart.edge.bodies`)."""
LARGE = 256 * 1024
"""Bytes from which a body takes a line of its own, so that small ones need not wait for it."""

STORE = Statement(
    "store",
    f"""
WITH stored AS (
  INSERT INTO intake_inboxentry
    (store_id, connection_id, dedupe_key, topic, headers, body, received_at, due_at)
  SELECT store_id, connection_id, dedupe_key, topic, headers::jsonb, body, $1, $1
  FROM unnest($2, $3, $4, $5, $6, $7)
    AS given(store_id, connection_id, dedupe_key, topic, headers, body)
  ON CONFLICT (store_id, connection_id, dedupe_key) DO NOTHING
  RETURNING 1
)
SELECT count(*), pg_notify('{INBOX}', '') FROM stored
""",
    takes=(TIMESTAMPTZ, INT8_ARRAY, INT8_ARRAY, BYTEA_ARRAY, TEXT_ARRAY, TEXT_ARRAY, BYTEA_ARRAY),
    gives=(read_bigint,),
)

log = structlog.get_logger(__name__)


class Delivery(msgspec.Struct, frozen=True, gc=False):
    """A verified delivery, ready to be stored. `headers` is JSON."""

    store_id: int
    connection_id: int
    dedupe_key: bytes
    topic: str
    headers: str
    body: bytes


class Unstorable(Exception):
    """The database refuses this one delivery, whatever it is stored with."""


class InboxWriter:
    """Stores deliveries, each once; whoever waits is answered after the commit."""

    def __init__(
        self, small: Sequence[Line], large: Sequence[Line], on_batch: Callable[[int, int], None]
    ) -> None:
        """
        Args:
            small, large: the lines for small and for large bodies.
            on_batch: told of every commit: how many deliveries, and how many of them were new.
        """
        self._on_batch = on_batch
        self._small = self._gatherer(small)
        self._large = self._gatherer(large)

    def _gatherer(self, lines: Sequence[Line]) -> Gatherer[Delivery, Unstorable | None]:
        async def work(lane: int, batch: Sequence[Delivery]) -> Sequence[Unstorable | None]:
            return await self._store(lines[lane], batch)

        return Gatherer(
            work,
            lanes=len(lines),
            batch=BATCH,
            room=ROOM,
            weigh=lambda delivery: len(delivery.body),
            batch_weight=BATCH_BYTES,
            hopeless=Unavailable,
        )

    @property
    def waiting(self) -> int:
        """How many deliveries wait for their commit."""
        return self._small.waiting + self._large.waiting

    async def store(self, delivery: Delivery) -> None:
        """Return when the delivery is committed, or was before.

        Raises:
            Unavailable: the database is away, or too much waits; the sender is to try again.
            Unstorable: the database refuses it.
        """
        gatherer = self._large if len(delivery.body) >= LARGE else self._small
        try:
            promise = gatherer.put(delivery)
        except Full as error:
            raise Unavailable("too much waits") from error
        refusal = await promise
        if refusal is not None:
            raise refusal

    async def finish(self) -> None:
        """Wait until everything is stored or refused."""
        await self._small.finish()
        await self._large.finish()

    async def _store(self, line: Line, batch: Sequence[Delivery]) -> Sequence[Unstorable | None]:
        try:
            rows = await line.fetch(STORE, _columns(batch))
        except psycopg.Error as error:
            if len(batch) == 1:
                log.error("inbox.unstorable", error=type(error).__name__)
                return [Unstorable(type(error).__name__)]
            # One of them is at fault; alone, it takes nobody with it.
            return [result for one in batch for result in await self._store(line, [one])]
        self._on_batch(len(batch), rows[0][0])
        return [None] * len(batch)


def _columns(batch: Sequence[Delivery]) -> list[bytes]:
    return [
        moment(clock.now()),
        bigints([delivery.store_id for delivery in batch]),
        bigints([delivery.connection_id for delivery in batch]),
        byteas([delivery.dedupe_key for delivery in batch]),
        texts([delivery.topic for delivery in batch]),
        texts([delivery.headers for delivery in batch]),
        byteas([delivery.body for delivery in batch]),
    ]
