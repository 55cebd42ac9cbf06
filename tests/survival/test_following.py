"""Asking carriers with the real programs: workers share a source, and workers are killed."""

import time
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from aftercart.commerce.orders import actions as orders
from aftercart.connectors.base import Limit
from aftercart.core import clock, sql
from aftercart.core.models import Store
from aftercart.demo.standins.base import Move, Script
from aftercart.demo.standins.usps import Usps
from aftercart.intake.actions import connections
from aftercart.intake.following import queries, work
from aftercart.intake.following.actions import wishes
from tests.support.live import StartLiveApp, wait_for
from tests.support.rooms import incoming, new_store, order, sent

pytestmark = [pytest.mark.processes, pytest.mark.timeout(240)]

WORKERS = 3
PARCELS = 20
LIMIT = Limit(7, 2)


def number(n: int) -> str:
    return f"9400{n:018}"


@pytest.fixture
def usps() -> Iterator[Usps]:
    now = datetime.now(UTC)
    scripts = {}
    for n in range(PARCELS):
        moves = [
            Move(at=now - timedelta(hours=9), status="picked_up"),
            Move(at=now - timedelta(hours=2), status="in_transit"),
        ]
        scripts[number(n)] = Script(number=number(n), moves=tuple(moves), carrier="usps")
    made = Usps(scripts, limits=(LIMIT,))
    with made.serving():
        yield made


def open_store(usps: Usps) -> Store:
    """A store whose parcels are all due now."""
    store, now = new_store(), datetime.now(UTC)
    values = {"client_id": usps.client_id, "client_secret": usps.client_secret, "server": usps.url}
    connection_id = connections.add(store.pk, "usps", values).connection_id
    wishes.set_limits(store.pk, connection_id, [(LIMIT.requests, LIMIT.seconds)])
    facts = []
    for n in range(PARCELS):
        box = sent("f", number(n), order_id=f"{n}").parcels[0]
        fulfillment = msgspec.structs.replace(
            sent("f", order_id=f"{n}"),
            parcels=(msgspec.structs.replace(box, carrier="usps"),),
            created_at=now - timedelta(hours=10),
        )
        facts.append(
            order(
                f"{n}",
                placed_at=now - timedelta(hours=11),
                updated_at=now,
                fulfillments=(fulfillment,),
            )
        )
    orders.record(incoming(store, *facts))
    sql.run("UPDATE intake_poll SET due_at = %s", [now])
    return store


def asked(usps: Usps) -> list[str]:
    return [one.path.rpartition("/")[2] for one in usps.seen if "/tracking/" in one.path]


def unanswered() -> int:
    rows = sql.fetch("SELECT count(*) AS n FROM intake_poll WHERE asked_at IS NULL")
    return int(rows[0]["n"])


def statuses() -> Counter[str]:
    return Counter(row["status"] for row in sql.fetch("SELECT status FROM shipments_shipment"))


def most_at_once(usps: Usps) -> int:
    """The most requests in any window of the limit, as they arrived."""
    times = sorted(one.at for one in usps.seen if one.key)
    window = timedelta(seconds=LIMIT.seconds)
    return max(n - bisect_right(times, at - window) for n, at in enumerate(times, 1))


def test_three_workers_share_a_source_and_its_limit_holds(
    live_app_with: StartLiveApp, usps: Usps, transactional_db: None
):
    open_store(usps)
    usps.silence = 0.05
    apps = [live_app_with("work") for _ in range(WORKERS)]
    wait_for(lambda: statuses() == {"in_transit": PARCELS}, seconds=90, what="every parcel's news")
    assert Counter(asked(usps)) == Counter(number(n) for n in range(PARCELS))
    assert usps.refused_by_limit == 0
    assert most_at_once(usps) <= LIMIT.requests
    for app in apps:
        assert "following.failed" not in app.log("work")


def test_workers_that_are_killed_while_they_ask_lose_nothing_and_exceed_nothing(
    live_app_with: StartLiveApp, usps: Usps, transactional_db: None
):
    store = open_store(usps)
    usps.silence = 2.0
    app = live_app_with("work")
    wait_for(lambda: len(asked(usps)) >= 1, seconds=30, what="the first asking")
    time.sleep(0.5)  # in the middle of the second
    app.kill("work")
    usps.silence = 0.0
    held = sql.fetch("SELECT due_at, lease, uses FROM intake_feed")[0]
    assert held["lease"] is not None
    assert sql.fetch("SELECT id FROM intake_poll WHERE lease IS NOT NULL") != []
    assert work.run_batch() == 0  # nobody asks while the dead worker may still do

    # What it had asked for stays counted until a whole window after its lease.
    with clock.moved_to(held["due_at"]):
        (view,) = queries.feeds(store.pk)
        assert view.left is not None
        assert view.left < LIMIT.requests
    begins = held["due_at"] + timedelta(seconds=1)
    with clock.running(begins, speed=10):
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline and unanswered():
            if not work.run_batch():
                time.sleep(0.02)
    assert set(asked(usps)) == {number(n) for n in range(PARCELS)}
    assert unanswered() == 0
    assert sql.fetch("SELECT id FROM intake_poll WHERE lease IS NOT NULL") == []
    bodies = sql.fetch("SELECT count(*) AS n FROM intake_inboxentry")[0]["n"]
    assert bodies == PARCELS
