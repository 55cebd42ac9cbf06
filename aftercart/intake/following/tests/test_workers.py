"""Several workers at once: each parcel is asked after once, and no limit is exceeded."""

import threading
import time
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable
from contextvars import copy_context
from datetime import datetime, timedelta

import pytest
from django.db import connection

from aftercart.connectors.base import Limit
from aftercart.core import clock, sql
from aftercart.core.models import Store
from aftercart.delivery.shipments import actions
from aftercart.intake import processing
from aftercart.intake.following import work
from aftercart.intake.following.tests.conftest import START, connect, feed, polls, send
from aftercart.intake.following.tests.stand_in import Tracker, saying
from tests.support.rooms import incoming, new_store, scan, tracking

WORKERS = 3
NUMBERS = [f"1Z{n:016}" for n in range(60)]


@pytest.fixture
def store(transactional_db: None, at_start: None) -> Store:
    return new_store()


def together(*works: Callable[[], object]) -> list[BaseException]:
    """Run at the same time, each in a thread with the clock of this one; what they raised."""
    failures: list[BaseException] = []

    def run(one: Callable[[], object]) -> None:
        try:
            one()
        except BaseException as error:  # noqa: BLE001 - the test tells it
            failures.append(error)
        finally:
            connection.close()

    threads = [
        threading.Thread(target=copy_context().run, args=(run, one), daemon=True) for one in works
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not any(thread.is_alive() for thread in threads)
    return failures


def work_until(is_done: Callable[[], bool]) -> Callable[[], None]:
    """A worker: asks and hears until it is done."""

    def run() -> None:
        deadline = time.monotonic() + 50
        while not is_done() and time.monotonic() < deadline:
            if not work.run_batch() + processing.run_batch():
                time.sleep(0.005)

    return run


def most_in(times: list[datetime], window: timedelta) -> int:
    times = sorted(times)
    return max(n - bisect_right(times, at - window) for n, at in enumerate(times, 1))


def test_three_workers_ask_after_each_parcel_once_and_never_more_than_the_limit(
    store: Store, directly: Tracker
):
    directly.limits, directly.batch = (Limit(4, 20), Limit(30, 600)), 1
    connection_id = connect(store)
    send(store, *NUMBERS)
    directly.say = saying(*(tracking(n, scan(1.5, "in_transit"), carrier="ups") for n in NUMBERS))
    directly.during = lambda: time.sleep(0.002)
    with clock.running(START + timedelta(minutes=5), speed=240) as now:
        done = work_until(lambda: len(directly.asked) >= len(NUMBERS))
        assert together(*[done] * WORKERS) == []
        took = now() - START
    assert Counter(directly.numbers) == Counter(NUMBERS)
    times = [asking.at for asking in directly.asked]
    assert most_in(times, timedelta(seconds=20)) <= 4
    assert most_in(times, timedelta(seconds=600)) <= 30
    assert took < timedelta(hours=1)  # and yet what the limits grant is used
    assert feed(connection_id)["requests"] == len(NUMBERS)


def test_a_source_is_never_asked_by_two_at_once(store: Store, directly: Tracker):
    connect(store)
    send(store, *NUMBERS)
    directly.batch = 1
    busy, most = [0], [0]
    lock = threading.Lock()

    def during() -> None:
        with lock:
            busy[0] += 1
            most[0] = max(most[0], busy[0])
        time.sleep(0.01)
        with lock:
            busy[0] -= 1

    directly.during = during
    with clock.running(START + timedelta(minutes=5), speed=1):
        done = work_until(lambda: len(directly.asked) >= len(NUMBERS))
        assert together(*[done] * WORKERS) == []
    assert most[0] == 1


def test_several_sources_are_asked_at_once_by_one_worker(store: Store, directly: Tracker):
    """So that one that is slow holds up nobody else."""
    others = [store, *(new_store(f"south{n}") for n in range(2))]
    for one in others:
        connect(one)
        send(one, "1Z999AA10123456784")
    meeting = threading.Barrier(3, timeout=20)
    directly.during = meeting.wait
    with clock.moved_to(START + timedelta(minutes=5)):
        assert work.run_batch() == 3
    assert len({asking.secret for asking in directly.asked}) == 3


def test_asking_and_hearing_of_the_same_parcels_do_not_wait_in_a_circle(
    store: Store, directly: Tracker
):
    """Webhooks tell of the parcels that are being asked after, in another order."""
    connect(store)
    send(store, *NUMBERS)
    statuses = ("in_transit", "out_for_delivery", "attempt_failed")
    turn = [0]

    def say(asked):
        turn[0] += 1
        fact = tracking(asked.number, scan(2 + turn[0] / 100, "in_transit"), carrier="ups")
        return saying(fact)(asked)

    directly.say = say
    stop = threading.Event()

    def tell(numbers: list[str]) -> Callable[[], None]:
        def run() -> None:
            for at in range(24):
                facts = [
                    tracking(n, scan(3 + at, statuses[at % 3]), carrier="ups") for n in numbers
                ]
                actions.record(incoming(store, *facts, source="webhooks"))
            stop.set()

        return run

    def ask() -> None:
        while not stop.is_set():
            sql.run(
                "UPDATE intake_poll SET due_at = %s WHERE store_id = %s AND lease IS NULL"
                " AND id IN (SELECT id FROM intake_poll"
                " ORDER BY store_id, shipment_id FOR UPDATE SKIP LOCKED)",
                [START, store.pk],
            )
            sql.run("UPDATE intake_feed SET due_at = %s WHERE lease IS NULL", [START])
            work.run_batch()

    with clock.running(START + timedelta(minutes=5), speed=60):
        assert together(tell(NUMBERS), tell(NUMBERS[::-1]), ask, ask) == []
    assert len(directly.asked) > 5
    assert {row["stopped"] for row in polls(store)} == {""}
