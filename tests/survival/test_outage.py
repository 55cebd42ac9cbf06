"""The database goes away under load and comes back: nothing that was accepted is lost."""

import asyncio
import json
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import httpx
import msgspec
import psycopg
import pytest

from aftercart.config import postgres
from aftercart.connectors.registry import connector
from tests.support.apart import run_apart
from tests.support.live import PROGRAM, LiveApp, wait_for
from tests.support.shops import order

pytestmark = [pytest.mark.processes, pytest.mark.timeout(300)]

SENDERS = 12
BEFORE, AWAY, AFTER = 2.0, 4.0, 3.0
SLOWEST_REFUSAL = 4.0
"""Seconds; a sender such as Shopify gives up after five."""


@dataclass
class Outcomes:
    """What was answered: ids of accepted deliveries, and how the others were refused."""

    accepted: set[str] = field(default_factory=set)
    refused: Counter[int] = field(default_factory=Counter)
    slowest: float = 0.0
    accepted_at: list[float] = field(default_factory=list)


@pytest.fixture
def home() -> Iterator[Path]:
    """A home with a database of its own, which can be killed without harm to other tests."""
    folder = Path(tempfile.mkdtemp(prefix="aftercart-test-"))
    folder.chmod(0o711)
    yield folder / "home"
    postgres.stop(folder / "home")
    shutil.rmtree(folder)


@pytest.fixture
def app(home: Path, tmp_path: Path) -> Iterator[LiveApp]:
    url = postgres.ensure_running(home)
    running = LiveApp(tmp_path, {"AFTERCART_HOME": str(home), "DATABASE_URL": url})
    aftercart(running, "migrate")
    running.start("serve")
    yield running
    running.close()


def aftercart(app: LiveApp, *words: str) -> str:
    done = subprocess.run(
        [*PROGRAM, *words],
        env={**os.environ, "PORT": str(app.port), "PUBLIC_URL": app.url, **app.variables},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def open_store(home: Path) -> None:
    with psycopg.connect(postgres.url(home), autocommit=True) as owner:
        owner.execute("INSERT INTO core_account (name, created_at) VALUES ('Acme', now())")
        owner.execute(
            "INSERT INTO core_store (account_id, name, slug, domain, time_zone, currency, locale,"
            " contact_email, contact_url, shop_url, is_demo, created_at)"
            " SELECT id, 'Acme', 'acme', '', 'UTC', 'EUR', 'en', '', '', '', false, now()"
            " FROM core_account"
        )


def scalar(home: Path, statement: str) -> int:
    with psycopg.connect(postgres.url(home), autocommit=True) as owner:
        row = owner.execute(statement).fetchone()
    assert row is not None
    return int(row[0])


async def send_until(end: float, added: dict, outcomes: Outcomes) -> None:
    """Many senders, one delivery after the other, until the time is over."""
    numbers = iter(range(1_000_000))
    async with httpx.AsyncClient(timeout=30) as client:

        async def send() -> None:
            while time.monotonic() < end:
                await post(client, added, next(numbers), outcomes)

        await asyncio.gather(*(send() for _ in range(SENDERS)))


async def post(client: httpx.AsyncClient, added: dict, number: int, outcomes: Outcomes) -> None:
    body = msgspec.json.encode(order(number, placed_at=datetime.now(UTC).isoformat()))
    headers = connector("api").sign("orders", body, added["secrets"], f"d{number}")
    started = time.monotonic()
    answer = await client.post(added["address"], content=body, headers=headers)
    if answer.status_code == 200:
        outcomes.accepted.add(f"o-{number}")
        outcomes.accepted_at.append(time.monotonic())
        return
    outcomes.refused[answer.status_code] += 1
    outcomes.slowest = max(outcomes.slowest, time.monotonic() - started)
    assert answer.headers["retry-after"]
    await asyncio.sleep(0.05)


async def interrupt(home: Path) -> None:
    """Kill the database without a farewell, and start it again a while later."""
    await asyncio.sleep(BEFORE)
    pid = int((home / "postgres" / "postmaster.pid").read_text().split()[0])
    os.kill(pid, signal.SIGKILL)
    await asyncio.sleep(AWAY)
    await asyncio.to_thread(postgres.ensure_running, home)


def test_a_database_that_dies_under_load_and_comes_back(app: LiveApp, home: Path) -> None:
    open_store(home)
    added = json.loads(aftercart(app, "connections", "add", "api", "--json"))
    app.start("work")
    outcomes = Outcomes()

    async def scenario() -> float:
        end = time.monotonic() + BEFORE + AWAY + AFTER
        interruption = asyncio.create_task(interrupt(home))
        sending = asyncio.create_task(send_until(end, added, outcomes))
        await interruption
        back = time.monotonic()
        await sending
        # However slow the machine: it must come back by itself.
        await asyncio.sleep(1)
        await send_until(time.monotonic() + 1, added, Outcomes())
        return back

    back = run_apart(scenario())
    assert set(outcomes.refused) == {503}, app.log("serve")
    assert outcomes.slowest < SLOWEST_REFUSAL
    assert any(at < back - AWAY for at in outcomes.accepted_at)
    assert httpx.get(f"{app.url}/readyz").status_code == 200
    accepted_later = Outcomes()
    run_apart(send_until(time.monotonic() + 1, added, accepted_later))
    assert accepted_later.accepted

    unfinished = "SELECT count(*) FROM intake_inboxentry WHERE state <> 'done'"
    wait_for(lambda: scalar(home, unfinished) == 0, 60, "the work")
    with psycopg.connect(postgres.url(home)) as owner:
        there = {row[0] for row in owner.execute("SELECT external_id FROM orders_order")}
    assert outcomes.accepted <= there
    assert app.is_alive("serve")
    assert app.is_alive("work")
