"""The figure of the pipeline: tracking events from the inbox to folded state, events and reactions.

One worker takes deliveries of one scan each, as the edge stored them, through parsing, folding, the
event log and every handler. The floor is the same scans by COPY into a bare table.
"""

import json
import os
import random
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import psycopg

from aftercart.bench.arena import RUNS, Row, open_arena, row

PARCELS = 1500
STATUSES = (
    "info_received",
    "picked_up",
    "in_transit",
    "in_transit",
    "out_for_delivery",
    "delivered",
)
PLACES = ("Lyon", "Dijon", "Metz", "Köln", "Bremen", "Hamburg")


BARE_TABLE = """
CREATE TABLE IF NOT EXISTS bench.bare (store_id bigint, source text, occurred_at timestamptz,
  status text, text text, city text, country text)
"""


def events() -> list[Row]:
    """Tracking events a second, one worker."""
    with open_arena() as place:
        place.execute("CREATE SCHEMA bench", "GRANT ALL ON SCHEMA bench TO aftercart_worker")
        done = subprocess.run(
            [sys.executable, "-m", "aftercart.bench.pipeline"],
            env={**place.environment, "AFTERCART_ROLE": "worker", "LOG_LEVEL": "warning"},
            stdout=subprocess.PIPE,
            check=True,
        )
    measured = json.loads(done.stdout)
    return [row("pipeline_events", measured["ours"], "events/s", measured["floors"])]


FIGURES: dict[str, Callable[[], list[Row]]] = {"pipeline_events": events}


def main() -> None:
    """Measure in this process, over the database that the environment names."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "aftercart.config.settings")
    import django

    django.setup()
    from aftercart.core.collecting import settle_down

    store_id, connection_id = _open_store()
    settle_down()  # as the worker does
    ours, floors = [], []
    for turn in range(-1, RUNS):  # the first turn warms up and does not count
        scans = _scans(turn)
        _place_orders(store_id, turn)
        floor = _timed(lambda scans=scans: _copy(store_id, scans))  # type: ignore[misc]
        _store_deliveries(store_id, connection_id, turn, scans)
        mine = _timed(_work)
        if turn < 0:
            _analyze()
        else:
            floors.append(len(scans) / floor)
            ours.append(len(scans) / mine)
    print(json.dumps({"ours": ours, "floors": floors}))


def _open_store() -> tuple[int, int]:
    from aftercart.conversation.journeys.actions import ensure_builtin
    from aftercart.core.models import Account, Store
    from aftercart.intake.actions import connections

    account = Account.objects.create(name="Bench")
    store = Store.objects.create(account=account, name="Bench", slug="bench")
    ensure_builtin(store.pk)
    return store.pk, connections.add(store.pk, "api", {}).connection_id


def _analyze() -> None:
    """As autovacuum does within a minute of a shop's first orders."""
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as owner:
        owner.execute("ANALYZE")


def _number(turn: int, parcel: int) -> str:
    return f"1ZB{turn + 1}{parcel:08d}"


def _scans(turn: int) -> list[dict[str, Any]]:
    """The scans as a day brings them: every parcel's first, in no order, then every second, …"""
    from aftercart.core import clock

    start = clock.now() - timedelta(hours=12)
    chance = random.Random(turn)
    return [
        {
            "tracking_number": _number(turn, parcel),
            "carrier": "ups",
            "occurred_at": (start + timedelta(hours=step, seconds=parcel)).isoformat(),
            "status": status,
            "text": f"Scan {step} of the parcel",
            "city": PLACES[step],
            "country": "FR",
        }
        for step, status in enumerate(STATUSES)
        for parcel in chance.sample(range(PARCELS), PARCELS)
    ]


def _place_orders(store_id: int, turn: int) -> None:
    from decimal import Decimal

    from aftercart.commerce.orders.facts import (
        FulfillmentFact,
        LineItemFact,
        OrderFact,
        ParcelFact,
    )
    from aftercart.core import clock
    from aftercart.core.facts import Incoming
    from aftercart.intake.acceptance import accept

    at = clock.now() - timedelta(days=1)
    accept(
        [
            Incoming(
                store_id,
                "api",
                OrderFact(
                    external_id=f"{turn}-{n}",
                    number=f"#{turn}-{n}",
                    placed_at=at,
                    updated_at=at,
                    currency="EUR",
                    total=Decimal("20.00"),
                    email=f"shopper{n}@example.com",
                    lines=(LineItemFact(external_id="1", title="Stoneware mug", quantity=1),),
                    fulfillments=(
                        FulfillmentFact(
                            external_id="f",
                            order_external_id=f"{turn}-{n}",
                            parcels=(ParcelFact(number=_number(turn, n), carrier="ups"),),
                            created_at=at,
                        ),
                    ),
                ),
                quiet=True,
            )
            for n in range(PARCELS)
        ]
    )


def _store_deliveries(
    store_id: int, connection_id: int, turn: int, scans: list[dict[str, Any]]
) -> None:
    from aftercart.core import clock, sql

    now = clock.now().isoformat()
    sql.insert(
        "intake_inboxentry",
        {
            "store_id": "bigint",
            "connection_id": "bigint",
            "dedupe_key": "bytea",
            "topic": "text",
            "headers": "jsonb",
            "body": "bytea",
            "received_at": "timestamptz",
            "due_at": "timestamptz",
        },
        [
            {
                "store_id": store_id,
                "connection_id": connection_id,
                "dedupe_key": sql.bytea(f"{turn}/{position}".encode()),
                "topic": "tracking-events",
                "headers": {},
                "body": sql.bytea(json.dumps({"events": [scan]}).encode()),
                "received_at": now,
                "due_at": now,
            }
            for position, scan in enumerate(scans)
        ],
    )


def _work() -> None:
    from aftercart.intake.processing import run_batch

    while run_batch():
        pass


def _copy(store_id: int, scans: list[dict[str, Any]]) -> None:
    """The same scans, as bare rows, committed."""
    from django.db import connection, transaction

    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(BARE_TABLE)
        columns = "store_id, source, occurred_at, status, text, city, country"
        with cursor.copy(f"COPY bench.bare ({columns}) FROM STDIN") as copy:
            for scan in scans:
                copy.write_row(
                    (
                        store_id,
                        "api",
                        scan["occurred_at"],
                        scan["status"],
                        scan["text"],
                        scan["city"],
                        scan["country"],
                    )
                )


def _timed(work: Callable[[], None]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


if __name__ == "__main__":
    main()
