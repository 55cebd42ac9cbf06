"""What the pages read about the asking, and that no other store sees it."""

from datetime import timedelta

import pytest
from django.db import ProgrammingError, transaction

from aftercart.connectors.base import Limit
from aftercart.core import clock, sql
from aftercart.core.models import Store
from aftercart.core.tenancy import bound
from aftercart.intake.following import jobs, queries
from aftercart.intake.following.actions import endings, wishes
from aftercart.intake.following.tests.conftest import (
    START,
    connect,
    feed,
    go_on,
    poll,
    polls,
    send,
)
from aftercart.intake.following.tests.stand_in import Tracker
from tests.support.rooms import new_store

NUMBER = "1Z999AA10123456784"
DAY = timedelta(days=1)


def test_a_source_is_shown_with_what_is_left_of_its_quota(store: Store, directly: Tracker):
    directly.limits = (Limit(60, 3600),)
    connection_id = connect(store)
    send(store, *(f"1Z{n:016}" for n in range(25)))
    go_on(START + timedelta(minutes=10))
    (view,) = queries.feeds(store.pk)
    assert (view.connection_id, view.system, view.name) == (connection_id, "directly", "Directly")
    assert (view.state, view.breaker, view.failures) == ("active", "closed", 0)
    assert (view.limits, view.left) == ((Limit(60, 3600),), 57)
    assert (view.requests, view.parcels, view.behind) == (3, 25, 0)
    assert view.answered_at == START + timedelta(minutes=10)
    wishes.set_limits(store.pk, connection_id, [(600, 3600)])
    (view,) = queries.feeds(store.pk)
    assert (view.limits, view.left) == ((Limit(600, 3600),), 597)


def test_what_is_followed_and_due_is_counted_by_carrier(store: Store, directly: Tracker):
    connection_id = connect(store)
    send(store, *(f"1Z{n:016}" for n in range(5)))
    views = queries.carriers(store.pk)
    assert [(view.carrier, view.followed, view.due) for view in views] == [("ups", 5, 0)]
    with clock.moved_to(START + timedelta(hours=1)):
        (view,) = queries.carriers(store.pk)
        assert (view.due, view.asked_by, view.sources) == (5, connection_id, (connection_id,))
        assert view.oldest_due_at is not None
        assert view.oldest_due_at < clock.now()


def test_what_stopped_is_listed_with_its_reason_the_latest_first(store: Store):
    connect(store)
    numbers = [f"1Z{n:016}" for n in range(4)]
    send(store, *numbers)
    for number in numbers:
        with clock.moved_to(START + timedelta(minutes=int(number[-2:]))):
            endings.stop(store.pk, [poll(store, number)["shipment_id"]])
    assert queries.stopped_by_reason(store.pk) == {"by_hand": 4}
    page = queries.stopped(store.pk, "by_hand", limit=3)
    assert [view.number for view in page] == numbers[:0:-1]
    rest = queries.stopped(store.pk, "by_hand", before=page[-1].stopped_at)
    assert [view.number for view in rest] == numbers[:1]
    assert endings.restart(store.pk, [view.shipment_id for view in page]) == 3
    assert queries.stopped_by_reason(store.pk) == {"by_hand": 1}


def test_a_parcels_page_says_how_it_is_asked_after(store: Store, directly: Tracker):
    connect(store)
    send(store, NUMBER)
    go_on(START + timedelta(minutes=10))
    shipment_id = poll(store, NUMBER)["shipment_id"]
    view = queries.polls(store.pk, [shipment_id, shipment_id + 1])[shipment_id]
    assert (view.carrier, view.stopped, view.problem) == ("ups", "", "No record of this number.")
    assert view.asked_at == START + timedelta(minutes=10)


def test_a_second_store_sees_and_moves_nothing_of_it(store: Store, directly: Tracker):
    connect(store)
    send(store, NUMBER)
    shipment_id = poll(store, NUMBER)["shipment_id"]
    other = new_store("south")
    with bound(other.pk):
        assert sql.fetch("SELECT id FROM intake_poll UNION SELECT id FROM intake_feed") == []
        assert sql.run("UPDATE intake_poll SET due_at = NULL") == 0
        assert queries.feeds(store.pk) == []
        assert queries.carriers(store.pk) == []
        assert queries.polls(store.pk, [shipment_id]) == {}
    assert endings.stop(other.pk, [shipment_id]) == 0
    assert endings.restart(other.pk, [shipment_id]) == 0
    endings.ask_now(other.pk, [shipment_id])
    assert poll(store, NUMBER)["due_at"] > clock.now()
    refused = pytest.raises(ProgrammingError, match="row-level security")
    with refused, transaction.atomic(), bound(other.pk):
        sql.run(
            "INSERT INTO intake_poll (store_id, shipment_id, number, created_at)"
            " VALUES (%s, %s, 'x', now())",
            [store.pk, shipment_id],
        )


def test_what_stopped_long_ago_is_forgotten_and_what_somebody_stopped_is_not(store: Store):
    connect(store)
    reasons = ("final", "final", "silent", "silent", "by_hand")
    ages = (31 * DAY, 29 * DAY, 181 * DAY, 179 * DAY, 400 * DAY)
    send(store, *(f"1Z{n:016}" for n in range(5)))
    for row, reason, age in zip(polls(store), reasons, ages, strict=True):
        sql.run(
            "UPDATE intake_poll SET stopped = %s, stopped_at = %s, due_at = NULL WHERE id = %s",
            [reason, START - age, row["id"]],
        )
    jobs.keep_house(START)
    assert [row["stopped"] for row in polls(store)] == ["final", "silent", "by_hand"]


def test_connections_from_before_are_found_and_their_parcels_followed(
    store: Store, directly: Tracker
):
    """As after an upgrade that lets a system be asked that was only listened to."""
    connection_id = connect(store)
    sql.run("DELETE FROM intake_feed")
    send(store, NUMBER)
    assert polls(store) == []
    sql.run("DELETE FROM pgqueuer")
    jobs.keep_house(START)
    assert feed(connection_id)["due_at"] == START
    (job,) = sql.fetch("SELECT entrypoint FROM pgqueuer")
    assert job["entrypoint"] == "follow_store"
    jobs.follow_store(store.pk)
    assert poll(store, NUMBER)["due_at"] > START


def test_going_over_a_store_that_is_cut_short_goes_on_where_it_was(store: Store):
    from aftercart.intake import stopping

    connect(store)
    sql.run("DELETE FROM intake_feed")
    send(store, *(f"1Z{n:016}" for n in range(jobs.BITE + 5)))
    jobs.keep_house(START)
    sql.run("DELETE FROM pgqueuer")
    stopping.ask()
    jobs.follow_store(store.pk)
    assert len(polls(store)) == jobs.BITE
    (job,) = sql.fetch("SELECT convert_from(payload, 'utf8') AS payload FROM pgqueuer")
    assert '"past":"n:1Z' in job["payload"]
    stopping.forget()
    jobs.follow_store(store.pk, past=f"n:1Z{jobs.BITE - 1:016}")
    assert len(polls(store)) == jobs.BITE + 5


def test_only_parcels_with_a_number_that_have_not_ended_are_followed_from_before(store: Store):
    connect(store)
    sql.run("DELETE FROM intake_feed")
    send(store, NUMBER, "1Z999AA10123456785", "n/a")
    sql.run(
        "UPDATE shipments_shipment SET status = 'delivered' WHERE tracking_number = %s", [NUMBER]
    )
    jobs.keep_house(START)
    jobs.follow_store(store.pk)
    assert [row["number"] for row in polls(store)] == ["1Z999AA10123456785"]
