"""Sources are woken by what is due earlier, and by nothing else; parcels begin anew when asked."""

from datetime import timedelta
from uuid import uuid4

from aftercart.core import clock, sql
from aftercart.core.models import Store
from aftercart.intake.following.actions import endings, feeds, polls
from aftercart.intake.following.tests.conftest import START, connect, feed, go_on, poll, send
from aftercart.intake.following.tests.stand_in import Tracker

NUMBER = "1Z999AA10123456784"
HOUR = timedelta(hours=1)


def set_feed(connection_id: int, **columns: object) -> None:
    names = ", ".join(f"{name} = %s" for name in columns)
    sql.run(
        f"UPDATE intake_feed SET {names} WHERE connection_id = %s",
        [*columns.values(), connection_id],
    )


def test_a_source_that_sleeps_is_woken_and_never_put_off(store: Store, directly: Tracker):
    connection_id = connect(store)
    set_feed(connection_id, due_at=START + 3 * HOUR)
    polls.wake({store.pk: START + HOUR})
    assert feed(connection_id)["due_at"] == START + HOUR
    polls.wake({store.pk: START + 2 * HOUR})
    assert feed(connection_id)["due_at"] == START + HOUR


def test_a_source_that_somebody_holds_is_left_to_them(store: Store, directly: Tracker):
    connection_id = connect(store)
    set_feed(connection_id, due_at=START + 3 * HOUR, lease=uuid4())
    polls.wake({store.pk: START})
    assert feed(connection_id)["due_at"] == START + 3 * HOUR


def test_a_source_that_failed_is_not_woken_before_its_trial(store: Store, directly: Tracker):
    connection_id = connect(store)
    set_feed(connection_id, due_at=START + 3 * HOUR, trial_at=START + 2 * HOUR)
    polls.wake({store.pk: START})
    assert feed(connection_id)["due_at"] == START + 2 * HOUR


def test_what_a_source_stumbles_on_is_asked_after_at_growing_distances(
    store: Store, directly: Tracker
):
    connect(store)
    send(store, NUMBER)
    gaps = []
    for attempts in range(4):
        sql.run("UPDATE intake_poll SET due_at = %s, attempts = %s", [clock.now(), attempts])
        lease, until = uuid4(), clock.now() + HOUR
        claimed = polls.claim(
            store.pk, ["ups"], due_by=clock.now(), limit=1, lease=lease, until=until
        )
        polls.put_off(lease, claimed, timedelta(minutes=5))
        gaps.append(poll(store, NUMBER)["due_at"] - clock.now())
    assert gaps == [timedelta(minutes=minutes) for minutes in (5, 10, 20, 40)]


def test_that_a_source_posts_is_noted_hourly(store: Store, directly: Tracker):
    connection_id = connect(store)
    for minutes, noted in ((0, 0), (59, 0), (60, 60)):
        feeds.note_posted({(store.pk, connection_id): START + timedelta(minutes=minutes)})
        assert feed(connection_id)["posted_at"] == START + timedelta(minutes=noted)


def test_a_parcel_that_begins_anew_is_tried_with_everybody_again(store: Store, directly: Tracker):
    connect(store)
    send(store, NUMBER)
    go_on(START + HOUR)
    sql.run("UPDATE intake_poll SET stopped = 'refused', due_at = NULL, tried = '[\"ups\"]'")
    assert endings.restart(store.pk, [poll(store, NUMBER)["shipment_id"]]) == 1
    row = poll(store, NUMBER)
    assert (row["tried"], row["stopped"], row["problem"]) == ([], "", "")
