"""Connections that only post: without a key they are no source, and with one they become it."""

from datetime import timedelta

from aftercart.core import clock, sql
from aftercart.core.models import Store
from aftercart.intake.actions import connections
from aftercart.intake.following import jobs, sources
from aftercart.intake.following.tests.conftest import ask_all, connect, poll, send
from aftercart.intake.following.tests.stand_in import Tracker

NUMBER = "1Z999AA10123456784"


def feeds_of(store: Store) -> list[int]:
    rows = sql.fetch("SELECT connection_id FROM intake_feed WHERE store_id = %s", [store.pk])
    return [row["connection_id"] for row in rows]


def listening(store: Store) -> int:
    return connections.add(store.pk, "aftership", {"secret": "s3cret"}).connection_id


def test_without_a_key_it_is_no_source(store: Store):
    listening(store)
    jobs.keep_house(clock.now())
    assert feeds_of(store) == []
    assert sources.of_stores({store.pk}) == {}


def test_it_takes_no_parcels_from_whoever_can_be_asked(store: Store, anybody: Tracker):
    listening(store)
    connect(store, "anybody")
    send(store, NUMBER)
    clock.move_by(timedelta(hours=1))
    ask_all()
    assert anybody.numbers == [NUMBER]
    assert poll(store, NUMBER)["asked_at"] is not None


def test_with_a_key_it_becomes_one(store: Store):
    connection_id = listening(store)
    connections.update_credentials(store.pk, connection_id, {"api_key": "key"})
    assert feeds_of(store) == [connection_id]
    assert [one.connection_id for one in sources.of_stores({store.pk})[store.pk]] == [connection_id]
