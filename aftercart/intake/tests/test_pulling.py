"""Asking shops: the first import, the pulls after it, and shops that cannot be asked."""

from datetime import timedelta

import pytest

from aftercart.connectors import registry
from aftercart.connectors.base import ConnectionFailed
from aftercart.core import clock, sql
from aftercart.core.models import Account, Store
from aftercart.intake import jobs, pulling, stopping
from aftercart.intake.actions import connections
from aftercart.intake.actions.connections import Added
from aftercart.intake.tests.stand_in import Puller, page

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def stand_in(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(registry.CONNECTORS, "standin", "aftercart.intake.tests.stand_in.Shop")
    Puller.reset()
    yield
    stopping.forget()
    registry.connector.cache_clear()


@pytest.fixture
def store() -> Store:
    account = Account.objects.create(name="Acme")
    return Store.objects.create(account=account, name="Acme", slug="acme")


@pytest.fixture
def added(store: Store) -> Added:
    return connections.add(store.pk, "standin", {"secret": "x"})


def row() -> dict:
    return sql.fetch("SELECT * FROM intake_connection")[0]


def run() -> dict:
    return sql.fetch("SELECT * FROM intake_importrun ORDER BY id DESC")[0]


def inbox() -> list[dict]:
    return sql.fetch("SELECT body, quiet FROM intake_inboxentry ORDER BY id")


def import_all(store: Store, added: Added) -> None:
    jobs.connect_shop(store.pk, added.connection_id)
    jobs.import_shop(store.pk, run()["id"])


def test_connecting_tries_the_credentials_subscribes_and_queues_the_first_import(
    store: Store, added: Added
):
    jobs.connect_shop(store.pk, added.connection_id)
    assert Puller.subscribed == [added.address]
    assert '"shop_name": "Stand-in shop"' in row()["settings"]
    assert '"webhook": 7' in row()["settings"]
    assert (run()["kind"], run()["state"]) == ("shop", "waiting")
    jobs.connect_shop(store.pk, added.connection_id)
    assert len(sql.fetch("SELECT 1 FROM intake_importrun")) == 1


def test_the_first_import_is_quiet_and_shows_how_far_it_is(store: Store, added: Added):
    Puller.pages = [page(1, b"a", b"b", total=3), page(2, b"c", total=3)]
    import_all(store, added)
    assert [entry["quiet"] for entry in inbox()] == [True] * 3
    assert (run()["state"], run()["done"], run()["total"]) == ("done", 3, 3)
    since, _ = Puller.asked[0]
    assert since == run()["created_at"] - timedelta(days=60)
    assert row()["last_pull_at"] == run()["created_at"]
    wait = row()["due_at"] - clock.now()
    assert timedelta(seconds=200) < wait < timedelta(seconds=400)


def test_an_import_that_is_cut_short_goes_on_where_it_was(store: Store, added: Added):
    Puller.pages = [page(1, b"a"), page(2, b"b"), page(3, b"c")]
    jobs.connect_shop(store.pk, added.connection_id)
    stopping.ask()
    with pytest.raises(stopping.Stopped):
        jobs.import_shop(store.pk, run()["id"])
    assert (run()["state"], run()["done"]) == ("running", 1)
    stopping.forget()
    jobs.import_shop(store.pk, run()["id"])
    assert Puller.asked[-1][1] == {"page": 1}
    assert (run()["state"], run()["done"]) == ("done", 3)
    assert [bytes(entry["body"]) for entry in inbox()] == [b"a", b"b", b"c"]


def test_wrong_credentials_break_the_connection_and_say_what_to_do(store: Store, added: Added):
    Puller.failure = ConnectionFailed("The secret is wrong. Enter it again.", permanent=True)
    jobs.connect_shop(store.pk, added.connection_id)
    assert (row()["state"], row()["error"]) == ("broken", "The secret is wrong. Enter it again.")
    assert sql.fetch("SELECT 1 FROM intake_importrun") == []


def test_a_shop_that_is_down_is_tried_again_later(store: Store, added: Added):
    sql.run("DELETE FROM pgqueuer")
    Puller.failure = ConnectionFailed("The shop is down.", retry_after=900)
    jobs.connect_shop(store.pk, added.connection_id)
    assert (row()["state"], row()["error"]) == ("active", "The shop is down.")
    (again,) = sql.fetch("SELECT entrypoint, execute_after - created AS wait FROM pgqueuer")
    assert again["entrypoint"] == "connect_shop"
    assert again["wait"] >= timedelta(seconds=890)


def test_a_pull_asks_for_what_changed_since_the_last_and_is_not_quiet(store: Store, added: Added):
    import_all(store, added)
    Puller.pages = [page(1, b"new")]
    last = row()["last_pull_at"]
    with clock.moved_to(row()["due_at"]):
        assert pulling.run_batch() == 1
        assert pulling.run_batch() == 0
        assert row()["last_pull_at"] == clock.now()
    assert Puller.asked[-1] == (last - pulling.OVERLAP, {})
    assert [entry["quiet"] for entry in inbox()] == [False]
    assert row()["due_at"] > row()["last_pull_at"]


def test_what_was_seen_before_is_not_taken_in_again(store: Store, added: Added):
    Puller.pages = [page(1, b"same")]
    import_all(store, added)
    with clock.moved_to(row()["due_at"]):
        pulling.run_batch()
    assert len(inbox()) == 1


def test_webhooks_are_looked_after_every_night(store: Store, added: Added):
    import_all(store, added)
    Puller.subscribed.clear()
    began = row()["last_pull_at"]
    for hours in (1, 2, 3, 26, 27):
        with clock.moved_to(began + timedelta(hours=hours)):
            sql.run("UPDATE intake_connection SET due_at = %s", [clock.now()])
            pulling.run_batch()
    assert len(Puller.subscribed) == 2


def test_a_pull_that_fails_is_shown_and_put_off_longer_each_time(store: Store, added: Added):
    import_all(store, added)
    Puller.pages, Puller.failure = [page(1, b"x")], ConnectionFailed("The shop is down.")
    waits = []
    for _ in range(3):
        with clock.moved_to(row()["due_at"]):
            pulling.run_batch()
            waits.append(row()["due_at"] - clock.now())
    assert row()["error"] == "The shop is down."
    assert timedelta(seconds=29) < waits[0] < waits[1] < waits[2]
    Puller.failure = None
    with clock.moved_to(row()["due_at"]):
        pulling.run_batch()
    assert (row()["error"], row()["attempts"]) == ("", 0)
    assert len(inbox()) == 1


def test_a_pull_that_is_refused_for_good_breaks_the_connection(store: Store, added: Added):
    import_all(store, added)
    Puller.pages = [page(1, b"x")]
    Puller.failure = ConnectionFailed("The app was uninstalled.", permanent=True)
    with clock.moved_to(row()["due_at"]):
        pulling.run_batch()
    assert (row()["state"], row()["due_at"]) == ("broken", None)


def test_a_pull_that_is_cut_short_goes_on_where_it_was(store: Store, added: Added):
    import_all(store, added)
    Puller.pages = [page(1, b"a"), page(2, b"b")]
    before = row()["last_pull_at"]
    with clock.moved_to(row()["due_at"]):
        began = clock.now()
        stopping.ask()
        with pytest.raises(stopping.Stopped):
            pulling.run_batch()
        stopping.forget()
        assert row()["last_pull_at"] == before
    with clock.moved_to(began + timedelta(minutes=1)):
        assert pulling.run_batch() == 1
    assert Puller.asked[-1] == (before - pulling.OVERLAP, {"page": 1})
    assert row()["last_pull_at"] == began
    assert len(inbox()) == 2


def test_a_pull_whose_lease_was_lost_changes_nothing(store: Store, added: Added):
    import_all(store, added)

    class Thief(list):
        def __getitem__(self, which):
            sql.run("UPDATE intake_connection SET lease = gen_random_uuid()")
            return super().__getitem__(which)

    Puller.pages = Thief([page(1, b"stolen")])
    with clock.moved_to(row()["due_at"]):
        assert pulling.run_batch() == 1
    assert inbox() == []


@pytest.mark.parametrize("state", ["paused", "broken"])
def test_nobody_is_asked_who_is_not_to_be(store: Store, added: Added, state: str):
    import_all(store, added)
    Puller.asked.clear()
    sql.run("UPDATE intake_connection SET state = %s", [state])
    with clock.moved_to(row()["due_at"]):
        pulling.run_batch()
    assert Puller.asked == []
    assert row()["due_at"] is None


def test_lost_keys_are_said_at_the_connection(store: Store, added: Added):
    sql.run("UPDATE intake_connection SET credentials = 'gone.' || credentials")
    jobs.connect_shop(store.pk, added.connection_id)
    assert row()["state"] == "broken"
    assert "AFTERCART_KEYS" in row()["error"]
