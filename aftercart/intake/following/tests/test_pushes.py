"""Sources that tell news by themselves: believed while they do, and asked as a safety net."""

from datetime import timedelta

from aftercart.connectors.base import Pulled
from aftercart.core import clock
from aftercart.core.models import Store
from aftercart.intake.actions import inbox as inbox_actions
from aftercart.intake.following.tests.conftest import (
    NUMBER,
    START,
    connect,
    feed,
    go_on,
    moving,
    process,
    send,
)
from aftercart.intake.following.tests.stand_in import Tracker, body_of, saying
from tests.support.rooms import (
    scan,
    tracking,
)

DAY = timedelta(days=1)


def test_where_the_source_pushes_it_is_asked_rarely_and_before_it_stops(
    store: Store, directly: Tracker
):
    connection_id = connect(store)
    send(store, NUMBER)
    pushed_until = START + 3 * DAY
    directly.say = saying(moving(scan(1.5, "in_transit")), pushed_until=pushed_until)
    posted(store, connection_id)
    go_on(pushed_until, timedelta(hours=1))
    assert 3 <= len(directly.asked) <= 5
    assert pushed_until - directly.asked[-1].at <= timedelta(hours=6)


def test_a_source_that_says_it_pushes_and_never_does_is_asked_as_if_it_did_not(
    store: Store, directly: Tracker
):
    """Nobody has entered our address there."""
    connection_id = connect(store)
    send(store, NUMBER)
    pushed_until = START + 30 * DAY
    directly.say = saying(moving(scan(1.5, "out_for_delivery")), pushed_until=pushed_until)
    go_on(START + timedelta(hours=6))
    assert len(directly.asked) > 8
    posted(store, connection_id)
    assert feed(connection_id)["posted_at"] == clock.now()
    before = len(directly.asked)
    go_on(START + timedelta(hours=12))
    assert len(directly.asked) - before <= 2


def posted(store: Store, connection_id: int) -> None:
    """Something came by itself, as a webhook does."""
    fact = tracking("1Z999AA10123456795", scan(1, "in_transit"), carrier="ups")
    delivery = Pulled(topic="", dedupe_key=b"posted", body=body_of(fact))
    inbox_actions.add(store.pk, connection_id, [delivery])
    process()
