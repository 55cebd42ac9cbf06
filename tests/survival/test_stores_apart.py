"""Many requests of two stores over the same few connections, some cut short, some failing."""

import asyncio
import random
from contextlib import suppress
from datetime import UTC, datetime

import httpx
import msgspec
import pytest

from tests.support.apart import run_apart
from tests.support.live import StartLiveApp
from tests.support.shops import Sender, open_store, order

pytestmark = [pytest.mark.processes, pytest.mark.timeout(120)]

ORDERS, REQUESTS, AT_ONCE = 5, 400, 16
SEED = 20261126


class Caller:
    """A program with a store's key, which notes whose orders it is shown."""

    def __init__(self, sender: Sender, slug: str) -> None:
        self.slug = slug
        self.key = {"authorization": f"Bearer {sender.api_key}"}
        self.seen: set[str] = set()
        self.answered = 0

    async def put_orders(self, client: httpx.AsyncClient) -> None:
        for n in range(ORDERS):
            body = order(n, external_id=f"{self.slug}-{n}", placed_at=datetime.now(UTC).isoformat())
            answer = await client.post("/api/v1/orders", json=body, headers=self.key)
            assert answer.status_code == 200

    async def ask(self, client: httpx.AsyncClient, chance: float) -> None:
        """Read, be refused in mid-work, or go away before the answer."""
        if chance < 0.2:
            with suppress(httpx.TimeoutException):
                await client.get("/api/v1/orders", headers=self.key, timeout=0.01)
        elif chance < 0.4:
            body = {**order(0, external_id=f"{self.slug}-0"), "lines": "none"}
            await client.post("/api/v1/orders", json=body, headers=self.key)
        else:
            answer = await client.get("/api/v1/orders", headers=self.key)
            self.note(answer)

    def note(self, answer: httpx.Response) -> None:
        found = msgspec.json.decode(answer.content)
        self.seen |= {one["external_id"].partition("-")[0] for one in found["orders"]}
        self.answered += len(found["orders"]) == ORDERS


async def hammer(url: str, callers: list[Caller]) -> None:
    gate, dice = asyncio.Semaphore(AT_ONCE), random.Random(SEED)
    limits = httpx.Limits(max_connections=AT_ONCE)
    async with httpx.AsyncClient(base_url=url, timeout=60, limits=limits) as client:
        for caller in callers:
            await caller.put_orders(client)

        async def one(n: int, chance: float) -> None:
            async with gate:
                await callers[n % len(callers)].ask(client, chance)

        await asyncio.gather(*(one(n, dice.random()) for n in range(REQUESTS)))


def test_nobody_is_ever_shown_what_is_anothers(live_app_with: StartLiveApp) -> None:
    app = live_app_with("serve")
    callers = [Caller(open_store(slug), slug) for slug in ("acme", "contoso")]
    run_apart(hammer(app.url, callers))
    for caller in callers:
        assert caller.seen == {caller.slug}
        assert caller.answered > REQUESTS / 8
