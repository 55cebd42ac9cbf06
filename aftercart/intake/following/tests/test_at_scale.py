"""A hundred thousand parcels: what is due is found in the index, and small stores do not wait."""

import os
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import uuid4

import psycopg
import pytest

from aftercart.connectors.base import Limit
from aftercart.core import clock, sql
from aftercart.core.models import Store
from aftercart.intake.following import queries, work
from aftercart.intake.following.actions import polls
from aftercart.intake.following.rules import plan
from aftercart.intake.following.tests.conftest import START, connect, feed, send
from aftercart.intake.following.tests.stand_in import Tracker
from tests.support.rooms import new_store

MANY = 100_000
CARRIERS = ("", "dhl", "fedex", "ups", "usps")

ANALYZE = "ANALYZE intake_poll, shipments_shipment, shipments_shipmentcontent"

FILL = """
WITH parcel AS (
  INSERT INTO shipments_shipment (store_id, reference, tracking_number, carrier, created_at)
  SELECT %(store)s, 'n:' || n, n::text, (%(carriers)s::text[])[1 + n %% 5], %(now)s
  FROM generate_series(1000000, 1000000 + %(many)s - 1) AS n RETURNING id, tracking_number, carrier
), content AS (
  INSERT INTO shipments_shipmentcontent (store_id, shipment_id, order_id, fulfillment_id)
  SELECT %(store)s, parcel.id, sent.order_id, sent.id FROM parcel
  CROSS JOIN (SELECT * FROM orders_fulfillment WHERE store_id = %(store)s LIMIT 1) AS sent
)
INSERT INTO intake_poll (store_id, shipment_id, number, carrier, due_at, created_at)
SELECT %(store)s, id, tracking_number, carrier,
  %(now)s + (random() - 0.1) * interval '10 hours', %(now)s
FROM parcel
"""


@pytest.fixture
def store(transactional_db: None, at_start: None) -> Store:
    return new_store()


@pytest.fixture
def owner(transactional_db: None) -> Iterator[psycopg.Connection]:
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as connection:
        yield connection


def fill(store: Store, many: int) -> None:
    """Parcels of one order, under way, a tenth of them due."""
    send(store, "1Z999AA10123456784")
    given = {"store": store.pk, "carriers": list(CARRIERS), "many": many, "now": clock.now()}
    sql.run(FILL, given)


def plan_of(statement: str, given: dict[str, Any]) -> dict[str, Any]:
    rows = sql.fetch(f"EXPLAIN (ANALYZE, FORMAT JSON) {statement}", given)
    (told,) = rows[0]["QUERY PLAN"]
    return dict(told["Plan"])


def nodes(node: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield node
    for child in node.get("Plans", ()):
        yield from nodes(child)


def rows_read(node: dict[str, Any]) -> int:
    """The most rows that any step of a plan handled, those it threw away included."""
    return max(
        int(one["Actual Rows"] + one.get("Rows Removed by Filter", 0)) * int(one["Actual Loops"])
        for one in nodes(node)
    )


def scanned_tables(node: dict[str, Any]) -> set[str]:
    return {
        str(one["Relation Name"])
        for one in nodes(node)
        if one["Node Type"] in ("Seq Scan", "Bitmap Heap Scan") and "Relation Name" in one
    }


def test_a_hundred_thousand_parcels_are_planned_without_reading_the_table(
    store: Store, owner: psycopg.Connection
):
    """Whether the database has looked at its tables yet, or when there were other stores only."""
    connect(store)
    before = new_store("before")
    connect(before)
    fill(before, 1000)
    owner.execute("ANALYZE intake_poll, shipments_shipment, shipments_shipmentcontent")
    fill(store, MANY)
    for statement in (
        "SELECT 1",
        "ANALYZE intake_poll, shipments_shipment, shipments_shipmentcontent",
    ):
        owner.execute(statement)
        look_at_plans(store)
        claim_some(store)
        move_some(store)


def look_at_plans(store: Store) -> None:
    given = {
        "store": store.pk,
        "carriers": list(CARRIERS),
        "due_by": clock.now(),
        "limit": 30,
        "until": clock.now() + timedelta(minutes=2),
        "lease": uuid4(),
    }
    for statement, most in (
        (polls.CLAIM, 30),
        (queries.NEXT_DUE, 30),
        (queries.CARRIERS, 30),
        (queries.COUNT_DUE, 2 * queries.COUNTED_AT_MOST),
    ):
        found = plan_of(statement, given)
        assert scanned_tables(found) == set()
        assert rows_read(found) <= len(CARRIERS) * most


def claim_some(store: Store) -> None:
    until = clock.now() + timedelta(minutes=2)
    claimed = polls.claim(
        store.pk, CARRIERS, due_by=clock.now(), limit=30, lease=uuid4(), until=until
    )
    assert len(claimed) == 30
    assert [poll.seen for poll in claimed] == sorted(poll.seen for poll in claimed)
    assert {poll.carrier for poll in claimed} == set(CARRIERS)


def move_some(store: Store) -> None:
    rows = sql.fetch("SELECT shipment_id FROM intake_poll ORDER BY random() LIMIT 20")
    before = read_rows()
    polls.follow([(store.pk, row["shipment_id"]) for row in rows])
    assert read_rows() - before < 2000


def read_rows() -> int:
    """Rows that sequential scans of the two tables have read in this session."""
    sql.run("SELECT pg_stat_force_next_flush()")
    rows = sql.fetch(
        "SELECT sum(seq_tup_read) AS n FROM pg_stat_user_tables"
        " WHERE relname IN ('intake_poll', 'shipments_shipment')"
    )
    return int(rows[0]["n"])


def test_what_ten_thousand_parcels_are_worth_five_do_not_wait_for(store: Store, directly: Tracker):
    """One worker, two stores, and a carrier that takes its time."""
    small = new_store("small")
    big_feed, small_feed = connect(store), connect(small)
    fill(store, 10_000)
    sql.run("UPDATE intake_poll SET carrier = 'ups', due_at = %s", [START - timedelta(hours=1)])
    send(small, *(f"1Z{n:016}" for n in range(5)))
    directly.limits = (Limit(20, 60),)

    def take_time() -> None:
        clock.move_by(timedelta(seconds=1))

    directly.during = take_time
    with clock.moved_to(START + plan.SOON * 2):
        for _ in range(4):
            work.run_batch(together=1)
    served = [asking.secret for asking in directly.asked]
    assert feed(small_feed)["parcels"] == 5
    assert feed(big_feed)["parcels"] >= 100
    # However long the queue of the other, it was served within its first turns.
    assert "small/directly" in [secret for secret, _ in turns(served)][:2]


def turns(served: list[str]) -> list[tuple[str, int]]:
    """Who was served how often in a row."""
    found: list[tuple[str, int]] = []
    for secret in served:
        if found and found[-1][0] == secret:
            found[-1] = (secret, found[-1][1] + 1)
        else:
            found.append((secret, 1))
    return found
