"""Asking for jobs: once where once is enough, once more where a running one may have missed it."""

import msgspec
import pytest

from aftercart.core import jobs, sql

pytestmark = pytest.mark.django_db


def queued() -> list[dict]:
    rows = sql.fetch("SELECT entrypoint, payload, dedupe_key FROM pgqueuer ORDER BY id")
    return [{**row, "payload": msgspec.json.decode(bytes(row["payload"]))} for row in rows]


def run_one(key: str) -> None:
    sql.run("UPDATE pgqueuer SET status = 'picked' WHERE dedupe_key = %s", [key])


def test_a_job_is_there_with_its_arguments():
    jobs.defer("keep_house", number=7)
    assert [job["payload"] for job in queued()] == [{"number": 7}]


def test_a_job_nobody_knows_is_refused():
    with pytest.raises(LookupError):
        jobs.defer("make_coffee")


def test_once_while_it_waits_or_runs():
    jobs.defer("keep_house", once="house")
    jobs.defer("keep_house", once="house")
    run_one("house")
    jobs.defer("keep_house", once="house")
    assert len(queued()) == 1


def test_once_more_behind_the_one_that_runs():
    jobs.defer("keep_house", once="house", again=True)
    run_one("house")
    for _ in range(3):
        jobs.defer("keep_house", once="house", again=True)
    assert [job["dedupe_key"] for job in queued()] == ["house", "house:again"]
