"""What is forgotten, and what is not."""

from datetime import datetime, timedelta

import pytest

from aftercart.core import clock, sql
from aftercart.intake import housekeeping, stopping
from aftercart.intake.actions import beats
from aftercart.intake.tests.conftest import entries, put
from tests.support.shops import Sender


def age(state: str, days: float, entry: int) -> None:
    at = clock.now() - timedelta(days=days)
    sql.run(
        "UPDATE intake_inboxentry SET state = %s, received_at = %s, due_at = NULL WHERE id = %s",
        [state, at, entry],
    )


def left(sender: Sender) -> list[str]:
    return [entry["state"] for entry in entries(sender)]


def test_old_deliveries_go_and_what_waits_for_somebody_stays(sender: Sender):
    put(sender, *(b"%d" % n for n in range(6)))
    ids = [entry["id"] for entry in entries(sender)]
    for (state, days), entry in zip(
        [
            ("done", 31),
            ("done", 29),
            ("ignored", 31),
            ("parked", 31),
            ("parked", 91),
            ("waiting", 99),
        ],
        ids,
        strict=True,
    ):
        age(state, days, entry)
    housekeeping.run(clock.now())
    assert left(sender) == ["done", "parked", "waiting"]


def test_it_goes_on_until_everything_old_is_gone(sender: Sender, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(housekeeping, "BITE", 2)
    put(sender, *(b"%d" % n for n in range(7)))
    for entry in entries(sender):
        age("done", 40, entry["id"])
    housekeeping.run(clock.now())
    assert left(sender) == []


def test_it_ends_with_the_worker(sender: Sender):
    stopping.ask()
    try:
        with pytest.raises(stopping.Stopped):
            housekeeping.run(clock.now())
    finally:
        stopping.forget()


def test_a_worker_that_was_not_heard_of_for_a_day_is_forgotten(sender: Sender):
    def names() -> list[str]:
        return [row["name"] for row in sql.fetch("SELECT name FROM intake_workerbeat ORDER BY 1")]

    now: datetime = clock.now()
    beats.beat("new", now, {"jobs": {"handled": 1}})
    with clock.moved_to(now - timedelta(days=2)):
        beats.beat("old", now, {})
    assert names() == ["new", "old"]
    housekeeping.run(now)
    assert names() == ["new"]
    beats.leave("new")
    assert names() == []


def test_what_became_of_old_jobs_is_forgotten(sender: Sender):
    for days in (29, 31):
        sql.run(
            "INSERT INTO pgqueuer_log (created, job_id, status, entrypoint, priority)"
            " VALUES (%s, %s, 'successful', 'keep_house', 0)",
            [clock.now() - timedelta(days=days), days],
        )
    housekeeping.run(clock.now())
    assert [row["job_id"] for row in sql.fetch("SELECT job_id FROM pgqueuer_log")] == [29]
