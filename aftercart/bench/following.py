"""Figures of following parcels: claiming what is due among many, and news of every carrier.

`poll_claim_ms_100k` and `poll_claim_ms_1m` are the claim of 30 due parcels of ten carriers while so
many are followed in one store; their floor is the same change of 30 rows whose keys are known.

`carrier_events` are scans a second from the inbox to folded state, by one worker: answers of every
carrier and aggregator that has a stand-in, as their clients heard them over real sockets, each
parcel half way and at its end. Its floor is the same scans by COPY into a bare table.
"""

import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import psycopg

from aftercart.bench.arena import RUNS, Row, open_arena, open_arenas, row
from aftercart.bench.pipeline import BARE_TABLE

NUMBERS = {"100k": 100_000, "1m": 1_000_000}
ROUNDS, CLAIMS, BATCH = 8, 12, 30
CARRIERS = [f"carrier{number}" for number in range(10)]
PARCELS = 40
"""Of each system, in a turn."""

FILL = """
INSERT INTO intake_poll (store_id, shipment_id, number, carrier, due_at, created_at)
SELECT %(store)s, n, 'N' || n, (%(carriers)s::text[])[1 + n %% 10],
  %(now)s + (random() - 0.1) * interval '10 hours', %(now)s
FROM generate_series(1, %(number)s) AS n
"""
BARE_UPDATE = """
UPDATE intake_poll AS claimed SET due_at = %(until)s, lease = %(lease)s, attempts = attempts + 1
FROM unnest(%(ids)s::bigint[]) AS wanted(id)
WHERE claimed.id = wanted.id AND claimed.store_id = %(store)s RETURNING claimed.number
"""


def claims() -> list[Row]:
    """Milliseconds to claim due parcels among a hundred thousand and among a million.

    Both are measured in turns, so that what else the machine does falls on both.
    """
    with open_arenas(*(f"_{name}" for name in NUMBERS)) as places:
        for place, number in zip(places, NUMBERS.values(), strict=True):
            # Only the asking is measured; parcels with their orders would tell no more.
            place.execute(f"ALTER TABLE intake_poll DROP CONSTRAINT {_foreign_key(place)}")
            _measured(place.environment, f"fill {number}")
            place.execute("VACUUM (ANALYZE) intake_poll", "CHECKPOINT")
        names = " ".join(urlsplit(place.database_url).path.lstrip("/") for place in places)
        measured = _measured(places[0].environment, f"claims {names}")
    return [
        row(f"poll_claim_ms_{name}", told["ours"], "ms", told["floors"], lower_is_better=True)
        for name, told in zip(NUMBERS, measured.values(), strict=True)
    ]


def events() -> list[Row]:
    """Scans a second of all carriers, one worker."""
    with open_arena() as place:
        place.execute("CREATE SCHEMA bench", "GRANT ALL ON SCHEMA bench TO aftercart_worker")
        measured = _measured(place.environment, "events")
    return [row("carrier_events", measured["ours"], "events/s", measured["floors"])]


FIGURES: dict[str, Callable[[], list[Row]]] = {"poll_claim_ms": claims, "carrier_events": events}


def _foreign_key(place: Any) -> str:
    with psycopg.connect(place.database_url) as owner:
        found = owner.execute(
            "SELECT conname FROM pg_constraint WHERE conrelid = 'intake_poll'::regclass"
            " AND contype = 'f' AND confrelid = 'shipments_shipment'::regclass"
        ).fetchone()
    assert found is not None
    return str(found[0])


def _measured(environment: dict[str, str], what: str) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-m", "aftercart.bench.following", *what.split()],
        env={
            **environment,
            "AFTERCART_ROLE": "worker",
            "LOG_LEVEL": "warning",
            "ALLOWED_PRIVATE_HOSTS": "127.0.0.1",
        },
        stdout=subprocess.PIPE,
        check=True,
    )
    measured: dict[str, Any] = json.loads(done.stdout)
    return measured


def main(what: str, *more: str) -> dict[str, Any]:
    """Measure in this process, over the database that the environment names."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "aftercart.config.settings")
    import django

    django.setup()
    from aftercart.core.models import Account, Store

    account, _ = Account.objects.get_or_create(name="Bench")
    store, _ = Store.objects.get_or_create(account=account, name="Bench", slug="bench")
    measures: dict[str, Callable[..., dict[str, Any]]] = {
        "fill": _fill,
        "claims": _claims,
        "events": _events,
    }
    return measures[what](store.pk, *more)


def _fill(store_id: int, number: str) -> dict[str, Any]:
    from aftercart.core import clock, sql

    given = {"store": store_id, "carriers": CARRIERS, "now": clock.now(), "number": int(number)}
    return {"filled": sql.run(FILL, given)}


def _owner(*statements: str) -> None:
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as owner:
        for statement in statements:
            owner.execute(statement)


def _claims(store_id: int, *databases: str) -> dict[str, Any]:
    """The median of many claims in each database, and that of the bare change."""
    told: dict[str, Any] = {name: {"ours": [], "floors": []} for name in databases}
    for turn in range(-1, RUNS):  # the first turn warms up and does not count
        mine: dict[str, list[float]] = {name: [] for name in databases}
        bare: dict[str, list[float]] = {name: [] for name in databases}
        for _ in range(ROUNDS):
            for name in databases:
                _turn_to(name)
                for _ in range(CLAIMS):
                    _time_claim(store_id, mine[name], bare[name])
        if turn >= 0:
            for name in databases:
                told[name]["ours"].append(statistics.median(mine[name]) * 1000)
                told[name]["floors"].append(statistics.median(bare[name]) * 1000)
    return told


def _turn_to(database: str) -> None:
    from django.db import connection

    connection.close()
    connection.settings_dict["NAME"] = database
    connection.ensure_connection()


def _time_claim(store_id: int, mine: list[float], bare: list[float]) -> None:
    """One claim and one bare change of the same rows, each given back before the next."""
    from aftercart.core import clock, sql
    from aftercart.intake.following.actions import polls

    lease, now = uuid4(), clock.now()
    until = now + timedelta(minutes=2)
    begun = time.perf_counter()
    claimed = polls.claim(store_id, CARRIERS, due_by=now, limit=BATCH, lease=lease, until=until)
    mine.append(time.perf_counter() - begun)
    assert len(claimed) == BATCH
    ids = [poll.id for poll in claimed]
    polls.give_back(lease, claimed)
    begun = time.perf_counter()
    sql.fetch(BARE_UPDATE, {"until": until, "lease": lease, "ids": ids, "store": store_id})
    bare.append(time.perf_counter() - begun)
    polls.give_back(lease, claimed)


def _events(store_id: int) -> dict[str, Any]:
    from aftercart.conversation.journeys.actions import ensure_builtin
    from aftercart.core.collecting import settle_down

    ensure_builtin(store_id)
    links = _connect(store_id)
    settle_down()  # as the worker does
    ours, floors = [], []
    for turn in range(-1, RUNS):
        scripts = _scripts(turn)
        _place_orders(store_id, turn, scripts)
        heard = list(_heard(scripts, links))
        scans = [(script, move) for _, told in scripts for script in told for move in script.moves]
        floor = _timed(lambda scans=scans: _copy(store_id, scans))  # type: ignore[misc]
        _store_deliveries(store_id, turn, heard)
        before = _stored_scans()
        mine = _timed(_work)
        stored = _stored_scans() - before
        assert stored == len(scans), f"{stored} of {len(scans)} scans were stored"
        if turn < 0:
            _owner("ANALYZE")
        else:
            floors.append(len(scans) / floor)
            ours.append(stored / mine)
    return {"ours": ours, "floors": floors}


def _connect(store_id: int) -> dict[str, int]:
    """A connection to everybody; what is entered does not matter here."""
    from aftercart.connectors.registry import connector
    from aftercart.demo.standins import cast
    from aftercart.intake.actions import connections

    links = {}
    for part in cast.parts():
        fields = connector(part.system).fields
        needed = {field.name: "bench" for field in fields if field.required and not field.generated}
        entered = cast.entered(part, part.made())
        if "server" in entered:
            entered["server"] = "https://carriers.example"
        given = {**needed, **entered}
        links[part.system] = connections.add(store_id, part.system, given).connection_id
    return links


def _scripts(turn: int) -> list[tuple[Any, list[Any]]]:
    from aftercart.core import clock
    from aftercart.demo.standins import cast

    ends = clock.now()
    first = (turn + 1) * PARCELS
    return [
        (part, [part.journey(n, ends) for n in range(first, first + PARCELS)])
        for part in cast.parts()
    ]


def _heard(scripts: list[tuple[Any, list[Any]]], links: dict[str, int]) -> Iterator[Row]:
    """What the clients hear: of all parcels half way first, and then at their ends."""
    from aftercart.core import clock

    now = clock.now()
    with ExitStack() as stack:
        servers = []
        for part, told in scripts:
            moment = [now]
            stand_in = part.made(
                scripts={script.number: script for script in told},
                clock=lambda moment=moment: moment[0],
                limits=(),
            )
            stack.enter_context(stand_in.serving())
            servers.append((part, told, stand_in, moment))
        for is_whole in (False, True):
            for part, told, stand_in, moment in servers:
                for script in told:
                    half = script.moves[(len(script.moves) - 1) // 2].at
                    moment[0] = now if is_whole else half
                    body = _ask(part, stand_in, script, moment[0])
                    yield {"connection_id": links[part.system], "body": body}


def _ask(part: Any, stand_in: Any, script: Any, moment: datetime) -> bytes:
    """The body about a parcel; an aggregator is told of it first."""
    from aftercart.connectors.base import Asked
    from aftercart.connectors.registry import connector
    from aftercart.core import clock
    from aftercart.demo.standins import cast

    link = connector(part.system)
    assert link.tracker is not None
    given = cast.entered(part, stand_in)
    memo: Any = {}
    for later in range(3):
        asked = Asked(number=script.number, carrier=part.carrier, memo=memo)
        with clock.moved_to(moment + timedelta(minutes=later)):
            (heard,) = link.tracker.ask(given, given, [asked], "").heard
        if heard.body is not None:
            return heard.body
        memo = heard.memo
    raise RuntimeError(f"{part.system} does not know {script.number}: {heard.problem}")


def _place_orders(store_id: int, turn: int, scripts: list[tuple[Any, list[Any]]]) -> None:
    from decimal import Decimal

    from aftercart.commerce.orders.facts import FulfillmentFact, OrderFact, ParcelFact
    from aftercart.core import clock
    from aftercart.core.facts import Incoming
    from aftercart.intake.acceptance import accept

    at = clock.now() - timedelta(days=3)
    accept(
        [
            Incoming(
                store_id,
                "api",
                OrderFact(
                    external_id=f"{turn}-{script.number}",
                    number=f"#{turn}-{script.number}",
                    placed_at=at,
                    updated_at=at,
                    currency="EUR",
                    total=Decimal("20.00"),
                    email=f"{script.number}@example.com",
                    lines=(),
                    fulfillments=(
                        FulfillmentFact(
                            external_id="f",
                            order_external_id=f"{turn}-{script.number}",
                            parcels=(ParcelFact(number=script.number, carrier=script.carrier),),
                            created_at=at,
                        ),
                    ),
                ),
                quiet=True,
            )
            for _, told in scripts
            for script in told
        ]
    )


def _store_deliveries(store_id: int, turn: int, heard: list[Row]) -> None:
    from aftercart.connectors.base import Pulled
    from aftercart.intake.actions import inbox

    for position, one in enumerate(heard):
        key = f"{turn}/{position}".encode()
        delivery = Pulled(topic=inbox.ASKED, dedupe_key=key, body=one["body"])
        inbox.add(store_id, one["connection_id"], [delivery])


def _work() -> None:
    from aftercart.intake.processing import run_batch

    while run_batch():
        pass


def _stored_scans() -> int:
    from aftercart.core import sql

    return int(sql.fetch("SELECT count(*) AS n FROM shipments_trackingevent")[0]["n"])


def _copy(store_id: int, scans: list[tuple[Any, Any]]) -> None:
    """The same scans, as bare rows, committed."""
    from django.db import connection, transaction

    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(BARE_TABLE)
        columns = "store_id, source, occurred_at, status, text, city, country"
        with cursor.copy(f"COPY bench.bare ({columns}) FROM STDIN") as copy:
            for script, move in scans:
                place = move.place
                copy.write_row(
                    (
                        store_id,
                        script.carrier,
                        move.at,
                        move.status,
                        "A scan",
                        place.city,
                        place.country,
                    )
                )


def _timed(work: Callable[[], None]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


if __name__ == "__main__":
    print(json.dumps(main(*sys.argv[1:])))
