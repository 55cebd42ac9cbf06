"""Events are appended with their handlers in one transaction, or not at all."""

from collections.abc import Sequence

import pytest
from django.db import connection, transaction

from aftercart.core import clock, events, queries, sql
from aftercart.core.events import Event
from aftercart.core.models import Account, Store

seen: list[list[str]] = []


def notice(batch: Sequence[Event]) -> None:
    seen.append([event.type for event in batch])


def fail(batch: Sequence[Event]) -> None:
    raise ValueError("a handler failed")


def answer_with_another(batch: Sequence[Event]) -> None:
    events.publish([event_of(event.store_id, "test.echoed") for event in batch])


@pytest.fixture(autouse=True)
def clean() -> None:
    seen.clear()


@pytest.fixture
def store() -> Store:
    account = Account.objects.create(name="Acme")
    return Store.objects.create(account=account, name="Acme", slug="acme")


def event_of(store_id: int, kind: str, order_id: int | None = None) -> Event:
    return Event(store_id=store_id, type=kind, occurred_at=clock.now(), order_id=order_id)


def register(settings: object, *pairs: tuple[str, list[str]]) -> None:
    settings.EVENT_HANDLERS = [(f"{__name__}.{name}", types) for name, types in pairs]  # type: ignore[attr-defined]


@pytest.mark.django_db
def test_handlers_get_the_whole_list_of_their_types_in_order(
    store: Store, settings: object
) -> None:
    register(settings, ("notice", ["test.b", "test.a"]), ("notice", ["test.c"]))
    with transaction.atomic():
        events.publish([event_of(store.pk, f"test.{letter}") for letter in "abcd"])
    assert seen == [["test.a", "test.b"], ["test.c"]]


@pytest.mark.django_db(transaction=True)
def test_a_failing_handler_takes_the_events_with_it(store: Store, settings: object) -> None:
    register(settings, ("fail", ["test.a"]))
    with pytest.raises(ValueError, match="a handler failed"), transaction.atomic():
        events.publish([event_of(store.pk, "test.a")])
    assert sql.fetch("SELECT * FROM core_event WHERE type = 'test.a'") == []


@pytest.mark.django_db(transaction=True)
def test_publishing_outside_a_transaction_is_refused(store: Store) -> None:
    assert not connection.in_atomic_block
    with pytest.raises(RuntimeError, match="inside the transaction"):
        events.publish([event_of(store.pk, "test.a")])


@pytest.mark.django_db
def test_a_handler_may_publish_in_turn(store: Store, settings: object) -> None:
    register(settings, ("answer_with_another", ["test.a"]), ("notice", ["test.echoed"]))
    with transaction.atomic():
        events.publish([event_of(store.pk, "test.a")])
    assert seen == [["test.echoed"]]


@pytest.mark.django_db
def test_the_timeline_is_the_newest_first_and_of_one_store(store: Store) -> None:
    other = Store.objects.create(account=store.account, name="Other", slug="other")
    with transaction.atomic():
        events.publish([event_of(store.pk, "test.first", 7), event_of(other.pk, "test.alien", 7)])
        events.publish([event_of(store.pk, "test.second", 7), event_of(store.pk, "test.else", 8)])
    types = [row["type"] for row in queries.timeline(store.pk, 7)]
    assert types == ["test.second", "test.first"]
