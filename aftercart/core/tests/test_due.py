"""Due work is claimed once, given back, and comes back when its worker dies."""

import threading
from contextlib import nullcontext
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from aftercart.core import clock, due, sql
from aftercart.core.models import Account, Store

TABLE = "intake_connection"


@pytest.fixture
def store(db: Any) -> Store:
    account = Account.objects.create(name="Acme")
    return Store.objects.create(account=account, name="Acme", slug="acme")


def add_work(store: Store, count: int, due_in: timedelta = timedelta(0)) -> None:
    sql.run(
        "INSERT INTO intake_connection (store_id, public_id, system, source, name, settings,"
        " cursor, state, error, created_at, due_at, attempts)"
        " SELECT %s, 'p' || n, 'api', 's' || n, 'n', '{}', '{}', 'active', '', %s, %s, 0"
        " FROM generate_series(1, %s) n",
        [store.pk, clock.now(), clock.now() + due_in, count],
    )


def keys(rows: list[dict[str, Any]]) -> list[tuple[int, int]]:
    return [(row["store_id"], row["id"]) for row in rows]


def test_a_claimed_row_is_not_claimed_again(store: Store) -> None:
    add_work(store, 3)
    _, first = due.claim(TABLE, ["attempts"], limit=10)
    _, second = due.claim(TABLE, ["attempts"], limit=10)
    assert [row["attempts"] for row in first] == [1, 1, 1]
    assert second == []


def test_what_is_not_due_yet_stays(store: Store) -> None:
    add_work(store, 1, timedelta(minutes=1))
    assert due.claim(TABLE, [], limit=10)[1] == []


def test_a_row_whose_worker_died_is_due_again_after_the_lease(store: Store) -> None:
    add_work(store, 1)
    due.claim(TABLE, [], limit=10, lease_for=timedelta(seconds=30))
    with clock.moved_to(clock.now() + timedelta(seconds=31)):
        assert len(due.claim(TABLE, [], limit=10)[1]) == 1


def test_settled_work_is_gone_and_work_put_off_comes_back(store: Store) -> None:
    add_work(store, 2)
    lease, rows = due.claim(TABLE, [], limit=10)
    later = clock.now() + timedelta(hours=1)
    due.settle(TABLE, lease, keys(rows[:1]))
    due.settle(TABLE, lease, keys(rows[1:]), later)
    with clock.moved_to(later + timedelta(days=1)):
        assert keys(due.claim(TABLE, [], limit=10)[1]) == keys(rows[1:])


def test_a_worker_that_lost_its_lease_is_told(store: Store) -> None:
    add_work(store, 1)
    lease, rows = due.claim(TABLE, [], limit=10, lease_for=timedelta(seconds=1))
    with clock.moved_to(clock.now() + timedelta(seconds=2)):
        due.claim(TABLE, [], limit=10)
    with pytest.raises(due.LeaseLost):
        due.settle(TABLE, lease, keys(rows))


def test_attempts_are_counted_only_so_far(store: Store) -> None:
    add_work(store, 1)
    sql.run("UPDATE intake_connection SET attempts = 1000")
    assert due.claim(TABLE, ["attempts"], limit=10)[1][0]["attempts"] == 1000


def without_skipping(execute: Any, statement: str, *rest: Any) -> Any:
    """As on many Postgres at once, where rows that another has locked cannot be passed over."""
    assert "FOR UPDATE SKIP LOCKED" in statement
    return execute(statement.replace("FOR UPDATE SKIP LOCKED", ""), *rest)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("skips", [True, False])
def test_many_workers_share_the_work_without_overlap(skips: bool) -> None:
    account = Account.objects.create(name="Acme")
    add_work(Store.objects.create(account=account, name="Acme", slug="acme"), 200)
    claimed: list[tuple[int, int]] = []

    def work() -> None:
        with nullcontext() if skips else connection.execute_wrapper(without_skipping):
            idle = 0
            while idle < 5:  # without skipping, what one saw may have gone to another
                rows = due.claim(TABLE, [], limit=7)[1]
                claimed.extend(keys(rows))
                idle = 0 if rows else idle + 1
        connection.close()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(claimed) == 200
    assert len(set(claimed)) == 200


def test_a_claim_finds_its_rows_by_the_partial_index(store: Store) -> None:
    add_work(store, 2000, timedelta(days=1))
    plan = sql.fetch(
        "EXPLAIN SELECT id FROM intake_connection WHERE due_at <= %s ORDER BY due_at LIMIT 10",
        [clock.now()],
    )
    assert any("connection_due" in row["QUERY PLAN"] for row in plan)


def test_a_claim_does_not_grow_with_what_is_due_at_the_same_moment(store: Store) -> None:
    add_work(store, 3000)
    sql.run("UPDATE intake_connection SET due_at = %s", [clock.now()])
    with connection.execute_wrapper(_explained):
        due.claim(TABLE, [], limit=500)
    [plan] = _plans
    assert "Merge Cond: (claimed.due_at" not in plan
    assert "intake_connection_pkey" in plan or "Hash Cond" in plan


_plans: list[str] = []


def _explained(execute: Any, statement: str, parameters: Any, many: bool, context: Any) -> Any:
    with context["connection"].connection.cursor() as cursor:
        cursor.execute("EXPLAIN " + statement, parameters)
        _plans.append("\n".join(row[0] for row in cursor.fetchall()))
    return execute(statement, parameters, many, context)
