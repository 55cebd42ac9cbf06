"""Sources that fail: what is shown, when they are asked again, and that no number blocks others."""

from datetime import timedelta

import pytest

from aftercart.connectors.base import ConnectionFailed, Limit
from aftercart.core import clock, sql
from aftercart.core.models import Store
from aftercart.intake.actions import connections
from aftercart.intake.following import queries, work
from aftercart.intake.following.actions import wishes
from aftercart.intake.following.tests.conftest import (
    START,
    ask_all,
    asked_at,
    connect,
    feed,
    go_on,
    inbox,
    poll,
    polls,
    send,
)
from aftercart.intake.following.tests.stand_in import Tracker, nothing, saying
from tests.support.rooms import scan, tracking

NUMBER = "1Z999AA10123456784"
MINUTE = timedelta(minutes=1)


def connection(connection_id: int) -> dict:
    (row,) = sql.fetch(
        "SELECT state, error, due_at FROM intake_connection WHERE id = %s", [connection_id]
    )
    return row


def test_a_source_that_fails_is_left_in_peace_and_tried_again(store: Store, directly: Tracker):
    connection_id = connect(store)
    send(store, NUMBER)
    directly.failure = ConnectionFailed("Directly does not answer at the moment.")
    go_on(START + 5 * MINUTE, timedelta(seconds=20))
    row = feed(connection_id)
    assert row["breaker"] == "open"
    assert row["failures"] >= 3
    assert connection(connection_id)["error"] == "Directly does not answer at the moment."
    go_on(START + timedelta(hours=5), MINUTE)
    gaps = [b.at - a.at for a, b in zip(directly.asked[-4:], directly.asked[-3:], strict=False)]
    assert all(timedelta(minutes=29) < gap <= timedelta(minutes=32) for gap in gaps)
    (view,) = queries.feeds(store.pk)
    assert (view.breaker, view.trial_at) == ("open", feed(connection_id)["trial_at"])

    directly.failure = None
    go_on(START + timedelta(hours=6), MINUTE)
    row = feed(connection_id)
    assert (row["breaker"], row["failures"], row["error"]) == ("closed", 0, "")
    assert connection(connection_id)["error"] == ""
    assert poll(store, NUMBER)["asked_at"] is not None


def test_one_that_failed_is_tried_with_one_parcel_then_asked_after_all(
    store: Store, directly: Tracker
):
    connection_id = connect(store)
    send(store, *(f"1Z{n:016}" for n in range(40)))
    directly.failure = ConnectionFailed("Directly does not answer at the moment.")
    go_on(START + timedelta(hours=2), MINUTE)
    opened_at = feed(connection_id)["opened_at"]
    trials = [asking for asking in directly.asked if asking.at > opened_at]
    assert len(trials) > 3
    assert {len(asking.parcels) for asking in trials} == {1}
    directly.failure, before = None, len(directly.asked)
    go_on(START + timedelta(hours=3), MINUTE)
    first, *others = directly.asked[before:]
    assert len(first.parcels) == 1
    assert sum(len(asking.parcels) for asking in others) >= 39


def test_one_failure_is_not_shown_at_the_connection(store: Store, directly: Tracker):
    connection_id = connect(store)
    send(store, NUMBER)
    directly.failure = ConnectionFailed("It broke off.")
    with clock.moved_to(START + 5 * MINUTE):
        ask_all()
        assert poll(store, NUMBER)["due_at"] == clock.now()
    assert len(directly.asked) == 1
    assert connection(connection_id)["error"] == ""
    assert feed(connection_id)["error"] == "It broke off."


def test_one_that_asks_us_to_wait_has_not_failed_and_is_not_asked_until_then(
    store: Store, directly: Tracker
):
    connection_id = connect(store)
    send(store, NUMBER)
    directly.failure = ConnectionFailed("Wait.", retry_after=1800, is_throttled=True)
    with clock.moved_to(START + 5 * MINUTE):
        ask_all()
        first = clock.now()
        directly.failure = None
        for _ in range(12):
            clock.move_by(5 * MINUTE)
            ask_all()
    row = feed(connection_id)
    assert (row["breaker"], row["failures"], row["failed"]) == ("closed", 0, 0)
    assert directly.asked[1].at == first + 30 * MINUTE
    assert poll(store, NUMBER)["attempts"] == 0


def test_parcels_of_one_that_often_asks_us_to_wait_are_not_under_suspicion(
    store: Store, directly: Tracker
):
    connect(store)
    send(store, NUMBER, "1Z999AA10123456795")
    directly.failure = ConnectionFailed("Wait.", retry_after=60, is_throttled=True)
    go_on(START + 20 * MINUTE, MINUTE)
    assert len(directly.asked) > 10
    directly.failure, before = None, len(directly.asked)
    go_on(START + 25 * MINUTE, MINUTE)
    assert [len(asking.parcels) for asking in directly.asked[before:]] == [2]


def test_wrong_credentials_break_the_connection_until_somebody_enters_them_again(
    store: Store, directly: Tracker
):
    connection_id = connect(store)
    send(store, NUMBER)
    directly.failure = ConnectionFailed("The key is wrong. Enter it again.", permanent=True)
    with clock.moved_to(START + 5 * MINUTE):
        ask_all()
        assert connection(connection_id)["state"] == "broken"
        assert connection(connection_id)["error"] == "The key is wrong. Enter it again."
        assert feed(connection_id)["due_at"] is None
        clock.move_by(timedelta(days=1))
        ask_all()
        assert len(directly.asked) == 1
        directly.failure = None
        connections.update_credentials(store.pk, connection_id, {"key": "better"})
        ask_all()
    assert directly.identified == 1
    assert directly.asked[-1].secret == "better"
    assert connection(connection_id)["state"] == "active"
    assert connection(connection_id)["error"] == ""


def test_credentials_are_tried_as_soon_as_they_are_entered(store: Store, directly: Tracker):
    directly.failure = ConnectionFailed("The key is wrong. Enter it again.", permanent=True)
    connection_id = connections.add(store.pk, "directly", {"key": "x"}).connection_id
    ask_all()
    assert directly.identified == 1
    assert connection(connection_id)["state"] == "broken"
    directly.failure = None
    connections.update_credentials(store.pk, connection_id, {"key": "y"})
    ask_all()
    assert feed(connection_id)["identified_at"] == clock.now()
    assert connection(connection_id)["state"] == "active"


def test_credentials_that_cannot_be_opened_are_said_at_the_connection(
    store: Store, directly: Tracker
):
    connection_id = connect(store)
    sql.run("UPDATE intake_connection SET credentials = 'gone.' || credentials")
    ask_all()
    assert connection(connection_id)["state"] == "broken"
    assert "AFTERCART_KEYS" in connection(connection_id)["error"]


@pytest.mark.parametrize("change", ["pause", "remove"])
def test_nobody_is_asked_who_is_not_to_be(store: Store, directly: Tracker, change: str):
    connection_id = connect(store)
    send(store, NUMBER)
    getattr(connections, change)(store.pk, connection_id)
    go_on(START + timedelta(hours=1))
    assert directly.asked == []
    if change == "pause":
        connections.resume(store.pk, connection_id)
        go_on(START + timedelta(hours=2))
        assert len(directly.asked) == 1


def test_one_that_is_paused_in_mid_asking_is_not_asked_on(store: Store, directly: Tracker):
    connection_id = connect(store)
    send(store, *(f"1Z{n:016}" for n in range(25)))
    directly.during = lambda: connections.pause(store.pk, connection_id)
    go_on(START + timedelta(hours=1))
    assert len(directly.asked) == 1
    assert sum(row["asked_at"] is not None for row in polls(store)) == 10
    assert {row["lease"] for row in polls(store)} == {None}


def test_a_number_that_the_source_stumbles_on_does_not_keep_others_from_being_asked(
    store: Store, directly: Tracker
):
    connect(store)
    poison, *others = [f"1Z{n:016}" for n in range(25)]
    send(store, poison, *others)

    def stumble() -> None:
        if poison in directly.asked[-1].numbers:
            raise ConnectionFailed("Internal error.")

    directly.during = stumble
    go_on(START + timedelta(hours=6), MINUTE)
    assert {row["number"] for row in polls(store) if row["asked_at"]} == set(others)
    alone = [asking for asking in directly.asked if poison in asking.numbers][-1]
    assert alone.numbers == [poison]
    directly.during = lambda: None
    go_on(START + timedelta(hours=9), MINUTE)
    assert poll(store, poison)["asked_at"] is not None


def test_a_number_that_breaks_the_client_is_given_up_in_the_end_and_said(
    store: Store, directly: Tracker
):
    connect(store)
    poison, *others = [f"1Z{n:016}" for n in range(12)]
    send(store, poison, *others)

    def stumble() -> None:
        if poison in directly.asked[-1].numbers:
            raise KeyError("trackResults")

    directly.during = stumble
    go_on(START + timedelta(hours=14), timedelta(minutes=5))
    row = poll(store, poison)
    assert (row["stopped"], row["problem"]) == (
        "unreadable",
        "The answer could not be read: KeyError",
    )
    assert {row["number"] for row in polls(store) if row["asked_at"]} == set(others)
    assert queries.stopped_by_reason(store.pk) == {"unreadable": 1}


def test_a_limit_below_what_one_asking_takes_is_explained(store: Store, directly: Tracker):
    connection_id = connect(store)
    send(store, NUMBER)
    directly.cost = 3
    wishes.set_limits(store.pk, connection_id, [(2, 60)])
    go_on(START + timedelta(hours=2))
    assert directly.asked == []
    assert "lower than what one request" in connection(connection_id)["error"]
    wishes.set_limits(store.pk, connection_id, [])
    go_on(START + timedelta(hours=4))
    assert len(directly.asked) >= 1
    assert connection(connection_id)["error"] == ""


def test_a_worker_that_dies_in_mid_asking_leaves_all_to_the_next(store: Store, directly: Tracker):
    """Whatever is not an answer and no failure ends the worker, as a kill does."""
    directly.limits = (Limit(1, 3600),)
    connection_id = connect(store)
    send(store, NUMBER)

    def die() -> None:
        raise SystemExit

    directly.during = die
    with clock.moved_to(START + 5 * MINUTE):
        with pytest.raises(SystemExit):
            ask_all()
        directly.during = lambda: None
        assert feed(connection_id)["lease"] is not None
        ask_all()
        assert len(directly.asked) == 1  # it is held until the lease ends
        clock.move_by(5 * MINUTE)
        ask_all()
        assert len(directly.asked) == 1  # what it had asked for is counted
        (view,) = queries.feeds(store.pk)
        assert view.left == 0
        clock.move_by(timedelta(hours=1, minutes=5))
        ask_all()
    assert asked_at(directly, NUMBER)[-1] - asked_at(directly, NUMBER)[0] > timedelta(hours=1)
    assert poll(store, NUMBER)["asked_at"] is not None


def test_the_news_of_a_parcel_that_somebody_else_has_by_now_are_left_to_them(
    store: Store, directly: Tracker
):
    connect(store)
    send(store, NUMBER)
    directly.say = saying(tracking(NUMBER, scan(1.5, "in_transit"), carrier="ups"))
    directly.during = lambda: sql.run("UPDATE intake_poll SET lease = gen_random_uuid()")
    with clock.moved_to(START + 5 * MINUTE):
        ask_all()
    assert len(directly.asked) == 1
    assert inbox(store) == []
    assert poll(store, NUMBER)["asked_at"] is None


def test_a_number_that_is_left_out_of_an_answer_is_asked_again_a_minute_later(
    store: Store, directly: Tracker
):
    connect(store)
    send(store, NUMBER)
    directly.say = lambda _asked: None
    with clock.moved_to(START + 5 * MINUTE):
        ask_all()
        row = poll(store, NUMBER)
        assert (row["lease"], row["due_at"], row["stopped"]) == (None, clock.now() + MINUTE, "")


def test_the_limits_hold_when_a_connection_is_removed_and_made_anew(
    store: Store, directly: Tracker
):
    directly.limits = (Limit(1, 3600),)
    directly.batch = 1
    first = connect(store)
    send(store, NUMBER, "1Z999AA10123456785")
    go_on(START + 5 * MINUTE)
    assert len(directly.asked) == 1
    connections.remove(store.pk, first)
    connect(store)
    go_on(START + 50 * MINUTE)
    assert len(directly.asked) == 1
    go_on(START + 90 * MINUTE)
    assert len(directly.asked) == 2


def test_what_the_source_says_is_left_is_believed(store: Store, directly: Tracker):
    connect(store)
    send(store, *(f"1Z{n:016}" for n in range(25)))
    directly.told = {"remaining": 0, "resets_at": START + timedelta(hours=3)}
    go_on(START + timedelta(hours=2, minutes=50))
    assert len(directly.asked) == 1
    directly.told = {"remaining": 0}
    go_on(START + timedelta(hours=3, minutes=10), MINUTE)
    assert len(directly.asked) >= 3
    gaps = [b.at - a.at for a, b in zip(directly.asked[1:], directly.asked[2:], strict=False)]
    assert min(gaps) >= MINUTE


def test_where_the_quota_does_not_suffice_it_is_known_how_late_it_is(
    store: Store, directly: Tracker
):
    directly.limits, directly.batch = (Limit(3, 3600),), 1
    directly.say = nothing
    connect(store)
    send(store, *(f"1Z{n:016}" for n in range(20)))
    go_on(START + timedelta(hours=4))
    (view,) = queries.feeds(store.pk)
    assert view.behind > 3 * 3600
    assert len(directly.asked) in (8, 9, 10)


def test_a_delay_that_is_soon_made_up_for_puts_nothing_off(store: Store, directly: Tracker):
    """For hours a source says "wait", then it lets us ask as ever."""
    directly.limits, directly.batch = (Limit(60, 60),), 1
    connect(store)
    numbers = [f"1Z{n:016}" for n in range(25)]
    send(store, *numbers)
    directly.told = {"remaining": 0, "resets_at": START + timedelta(hours=8)}
    go_on(START + timedelta(hours=7, minutes=50))
    (view,) = queries.feeds(store.pk)
    assert 0 < view.behind <= 60
    directly.told = {}
    go_on(START + timedelta(hours=8, minutes=5), MINUTE)
    gaps = [poll(store, one)["due_at"] - poll(store, one)["asked_at"] for one in numbers]
    assert max(gaps) < timedelta(hours=4)


def test_the_worker_ends_between_two_askings(store: Store, directly: Tracker):
    from aftercart.intake import stopping

    connection_id = connect(store)
    send(store, *(f"1Z{n:016}" for n in range(25)))
    directly.during = stopping.ask
    with clock.moved_to(START + 5 * MINUTE):
        assert work.run_batch(together=1) == 1
        assert len(directly.asked) == 1
        assert feed(connection_id)["due_at"] == clock.now()
