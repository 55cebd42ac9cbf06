"""What the edge must know of a connection to verify its webhooks, kept in memory for seconds.

A change (rotation, pause, removal) is heard over `LISTEN` and forgotten at once; where the ear
was deaf, what is known expires by itself.
"""

import time
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

import msgspec
import structlog

from aftercart.connectors.base import Connector
from aftercart.connectors.registry import connector
from aftercart.core import links
from aftercart.core.sealing import UnsealError
from aftercart.edge.database import Line, Statement, Unavailable
from aftercart.edge.gather import Full, Gatherer
from aftercart.edge.values import (
    INT8_ARRAY,
    TEXT_ARRAY,
    bigints,
    nullable,
    read_bigint,
    read_bytes,
    read_text,
    texts,
)
from aftercart.intake.credentials import Secrets, unseal

FRESH_SECONDS = 5.0
KEPT, KEPT_UNKNOWN = 4096, 1024
"""Connections, and addresses that are none of ours: guessing must not push the others out."""
BATCH, ROOM = 200, 2000

FIND = Statement(
    "find_connections",
    """
SELECT wanted.public_id, connection.store_id, connection.id, connection.system, connection.state,
  connection.settings::text, connection.credentials
FROM unnest($1, $2) AS wanted(store_id, public_id)
JOIN intake_connection AS connection USING (store_id, public_id)
WHERE connection.removed_at IS NULL
""",
    takes=(INT8_ARRAY, TEXT_ARRAY),
    gives=(
        read_text,
        read_bigint,
        read_bigint,
        read_text,
        read_text,
        msgspec.json.decode,
        nullable(read_bytes),
    ),
)

Value = TypeVar("Value")

log = structlog.get_logger(__name__)


class Known(msgspec.Struct, frozen=True):
    """A live connection.

    `connector` is None where this release has none for the system, or it cannot be loaded;
    `secrets` where they cannot be opened with our keys.
    """

    store_id: int
    connection_id: int
    system: str
    state: str
    connector: Connector | None
    settings: Mapping[str, Any]
    secrets: Secrets | None

    def accepted_secrets(self) -> tuple[Mapping[str, str], ...]:
        """The sets of secrets that may have signed what arrives now."""
        return self.secrets.accepted(self.settings) if self.secrets is not None else ()


class ConnectionCache:
    """Finds connections by their public id, asking for each at most every few seconds."""

    def __init__(self, line: Line) -> None:
        self._line = line
        self._known: OrderedDict[str, tuple[float, Known]] = OrderedDict()
        self._unknown: OrderedDict[str, float] = OrderedDict()
        self._changes = 0
        self._gatherer: Gatherer[str, Known | None] = Gatherer(
            self._look_up, lanes=1, batch=BATCH, room=ROOM, hopeless=Unavailable
        )

    def get(self, public_id: str) -> Known | None:
        """The connection, if it is at hand and fresh."""
        held = self._known.get(public_id)
        return held[1] if held is not None and held[0] > time.monotonic() else None

    async def find(self, public_id: str) -> Known | None:
        """The live connection with this public id; None where there is none.

        Raises:
            Unavailable: the database cannot be asked.
        """
        known_until = self._unknown.get(public_id, 0.0)
        if known_until > time.monotonic() or not links.store_of(public_id):
            return None
        try:
            return await self._gatherer.put(public_id)
        except Full as error:
            raise Unavailable("too much waits") from error

    def forget(self, public_id: str) -> None:
        """It changed; an empty id stands for all of them."""
        self._changes += 1
        for held in (self._known, self._unknown):
            if public_id:
                held.pop(public_id, None)
            else:
                held.clear()

    async def _look_up(self, lane: int, wanted: Sequence[str]) -> Sequence[Known | None]:
        changes, fresh_until = self._changes, time.monotonic() + FRESH_SECONDS
        ids = list(dict.fromkeys(wanted))
        stores = bigints([links.store_of(public_id) or 0 for public_id in ids])
        rows = await self._line.fetch(FIND, [stores, texts(ids)])
        found = {row[0]: _known(*row) for row in rows}
        if changes == self._changes:  # else what was read may be what has just been replaced
            for public_id in ids:
                self._keep(public_id, found.get(public_id), fresh_until)
        return [found.get(public_id) for public_id in wanted]

    def _keep(self, public_id: str, known: Known | None, fresh_until: float) -> None:
        if known is None:
            _put(self._unknown, KEPT_UNKNOWN, public_id, fresh_until)
        else:
            _put(self._known, KEPT, public_id, (fresh_until, known))


def _put(held: OrderedDict[str, Value], most: int, key: str, value: Value) -> None:
    held[key] = value
    held.move_to_end(key)
    while len(held) > most:
        held.popitem(last=False)


def _known(
    public_id: str,
    store_id: int,
    connection_id: int,
    system: str,
    state: str,
    settings: Mapping[str, Any],
    sealed: bytes | None,
) -> Known:
    try:
        speaks = connector(system)
    except (LookupError, ImportError) as error:
        log.error("connection.no_connector", system=system, error=type(error).__name__)
        speaks = None
    try:
        secrets = unseal(public_id, sealed)
    except UnsealError:
        log.error("connection.keys_lost", connection=connection_id)
        secrets = None
    return Known(store_id, connection_id, system, state, speaks, settings, secrets)
