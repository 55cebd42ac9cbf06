"""The floors: bare ASGI applications on the same server, which do only what cannot be left out.

`webhooks` reads the body and stores it with the edge's own insert, grouped in the same way; it
verifies, recognises, counts and logs nothing. `pages` answers with the same bytes, which it has
in memory.
"""

import argparse
import asyncio
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg
import uvloop
from granian.constants import HTTPModes, Interfaces
from granian.server.embed import Server

from aftercart.edge.database import Statement, Wire, edge_address
from aftercart.edge.values import (
    BYTEA_ARRAY,
    INT8_ARRAY,
    TEXT_ARRAY,
    bigints,
    byteas,
    texts,
)

STORE = Statement(
    "store",
    """
INSERT INTO intake_inboxentry
  (store_id, connection_id, dedupe_key, topic, headers, body, received_at, due_at)
SELECT store_id, connection_id, dedupe_key, topic, headers::jsonb, body, now(), now()
FROM unnest($1, $2, $3, $4, $5, $6)
  AS given(store_id, connection_id, dedupe_key, topic, headers, body)
ON CONFLICT (store_id, connection_id, dedupe_key) DO NOTHING
""",
    takes=(INT8_ARRAY, INT8_ARRAY, BYTEA_ARRAY, TEXT_ARRAY, TEXT_ARRAY, BYTEA_ARRAY),
)
HEADERS = [(b"content-type", b"text/plain"), (b"content-length", b"0")]
HEADER_OF_ID = b"x-shopify-webhook-id"


class StoreBodies:
    """Stores every body; answers after the commit."""

    def __init__(self, plan: dict[str, Any]) -> None:
        self.plan = plan
        self.wire: Wire | None = None
        self.waiting: list[tuple[bytes, bytes, asyncio.Future[None]]] = []
        self.is_storing = False

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            return
        body = b""
        while True:
            message = await receive()
            body += message["body"]
            if not message.get("more_body"):
                break
        key = dict(scope["headers"])[HEADER_OF_ID]
        loop = asyncio.get_running_loop()
        stored = loop.create_future()
        self.waiting.append((key, body, stored))
        if not self.is_storing:
            self.is_storing = True
            self.task = loop.create_task(self.store())
        await stored
        await send({"type": "http.response.start", "status": 200, "headers": HEADERS})
        await send({"type": "http.response.body", "body": b""})

    async def store(self) -> None:
        if self.wire is None:
            address = edge_address(self.plan["database_url"])
            made = await psycopg.AsyncConnection.connect(address, autocommit=True)
            self.wire = Wire(made)
        while self.waiting:
            batch, self.waiting = self.waiting, []
            size = len(batch)
            columns = [
                bigints([self.plan["store_id"]] * size),
                bigints([self.plan["connection_id"]] * size),
                byteas([key for key, _, _ in batch]),
                texts(["orders/updated"] * size),
                texts(["{}"] * size),
                byteas([body for _, body, _ in batch]),
            ]
            await self.wire.run(STORE, columns)
            for _, _, stored in batch:
                stored.set_result(None)
        self.is_storing = False


class SameBytes:
    """Answers every path with the page that is in memory for it."""

    def __init__(self, plan: dict[str, Any]) -> None:
        pages = json.loads(Path(plan["pages"]).read_text())
        self.pages = {path: bytes.fromhex(body) for path, body in pages.items()}
        self.headers = [
            (name.encode(), value.encode())
            for name, value in plan["headers"].items()
            if name not in ("content-length", "date", "server")
        ]

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            return
        body = self.pages[scope["path"]]
        headers = [*self.headers, (b"content-length", b"%d" % len(body))]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": body})


FLOORS: dict[str, Callable[[dict[str, Any]], Any]] = {"webhooks": StoreBodies, "pages": SameBytes}


async def serve(application: Any, port: int) -> None:
    """Serve as `aftercart serve` does."""
    server = Server(
        application,
        address="127.0.0.1",
        port=port,
        interface=Interfaces.ASGINL,
        http=HTTPModes.http1,
        websockets=False,
        backlog=1024,
        backpressure=512,
        log_enabled=False,
    )
    await server.serve()


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("floor", choices=FLOORS)
    parser.add_argument("port", type=int)
    arguments = parser.parse_args()
    uvloop.run(serve(FLOORS[arguments.floor](json.load(sys.stdin)), arguments.port))


if __name__ == "__main__":
    main()
