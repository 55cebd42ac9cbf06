"""What all processes remember together."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.core.cache import cache
from django.db import connection

from aftercart.core import clock, sql
from aftercart.core.cache import forget_expired

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


@pytest.mark.django_db
def test_it_remembers_until_the_time_is_over() -> None:
    with clock.moved_to(NOON):
        cache.set("a", [1.5, 2.5], 60)
        cache.set("b", "kept", None)
        assert cache.get("a") == [1.5, 2.5]
    with clock.moved_to(NOON + timedelta(seconds=60)):
        assert cache.get("a", "gone") == "gone"
        assert cache.get("b") == "kept"
        assert not cache.touch("a")
        assert forget_expired() == 1


@pytest.mark.django_db
def test_the_first_who_adds_has_it_until_it_is_over() -> None:
    with clock.moved_to(NOON):
        assert cache.add("code", "y", 30)
        assert not cache.add("code", "z", 30)
        assert cache.get("code") == "y"
        assert cache.touch("code", 90)
    with clock.moved_to(NOON + timedelta(seconds=60)):
        assert not cache.add("code", "z", 30)
        assert cache.delete("code")
        assert not cache.delete("code")
        assert cache.add("code", "z", 30)


@pytest.mark.django_db
def test_what_is_named_is_not_stored() -> None:
    cache.set("rate:kim@example.com:203.0.113.9", [1.0], 60)
    (row,) = sql.fetch("SELECT core_cacheentry::text AS stored FROM core_cacheentry")
    assert "kim" not in row["stored"]
    assert "203.0.113.9" not in row["stored"]
    cache.clear()
    assert cache.get("rate:kim@example.com:203.0.113.9") is None


@pytest.mark.django_db(transaction=True)
def test_of_many_who_add_at_once_one_has_it() -> None:
    answers: list[bool] = []

    def add() -> None:
        answers.append(cache.add("code", "y", 30))
        connection.close()

    threads = [threading.Thread(target=add) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [False] * 7 + [True]
