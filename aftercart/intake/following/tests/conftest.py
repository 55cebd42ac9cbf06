"""A store with parcels, and sources that can be asked after them."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

import msgspec
import pytest

from aftercart.commerce.orders import actions as orders
from aftercart.connectors import registry
from aftercart.core import clock, sql
from aftercart.core.models import Store
from aftercart.delivery.shipments.facts import ScanFact, TrackingFact
from aftercart.intake import processing, stopping
from aftercart.intake.actions import connections
from aftercart.intake.following import work
from aftercart.intake.following.tests.stand_in import Aggregator, Carrier, Other, Tracker
from tests.support.rooms import MOMENT, incoming, new_store, order, sent, tracking

FOLDER = "aftercart.intake.following.tests.stand_in"
NUMBER = "1Z999AA10123456784"
START = MOMENT + timedelta(hours=2)
"""When the tests' asking begins: an hour after the parcels were sent."""


@pytest.fixture(autouse=True)
def sources(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The systems `directly` (UPS), `otherwise` (USPS and DHL) and `anybody` (all carriers)."""
    for made in (Carrier, Aggregator, Other):
        monkeypatch.setitem(registry.CONNECTORS, made.system, f"{FOLDER}.{made.__name__}")
        made.tracker.reset()
    yield
    stopping.forget()
    registry.connector.cache_clear()


@pytest.fixture
def directly() -> Tracker:
    return Carrier.tracker


@pytest.fixture
def anybody() -> Tracker:
    return Aggregator.tracker


@pytest.fixture
def otherwise() -> Tracker:
    return Other.tracker


@pytest.fixture
def at_start() -> Iterator[None]:
    """The clock stands an hour after the parcels were sent."""
    with clock.moved_to(START):
        yield


@pytest.fixture
def store(db: None, at_start: None) -> Store:
    return new_store()


def connect(store: Store, system: str = "directly") -> int:
    """A connection whose credentials were tried already."""
    added = connections.add(store.pk, system, {"key": f"{store.slug}/{system}"})
    sql.run(
        "UPDATE intake_feed SET identified_at = %s WHERE connection_id = %s",
        [clock.now(), added.connection_id],
    )
    return added.connection_id


def send(store: Store, *numbers: str, carrier: str = "ups", order_id: str = "") -> None:
    """An order for each number, sent an hour after it was placed."""
    orders.record(
        incoming(
            store,
            *(
                order(
                    order_id or number,
                    fulfillments=(_sent(number, carrier, order_id or number),),
                )
                for number in numbers
            ),
        )
    )


def _sent(number: str, carrier: str, order_id: str) -> Any:
    fact = sent(f"f-{number}", number, order_id=order_id)
    parcels = tuple(msgspec.structs.replace(one, carrier=carrier) for one in fact.parcels)
    return msgspec.structs.replace(fact, parcels=parcels)


def moving(*scans: ScanFact, **changes: Any) -> TrackingFact:
    """What a source tells of the parcel with that number."""
    return tracking(NUMBER, *scans, carrier="ups", **changes)


def poll(store: Store, number: str) -> dict[str, Any]:
    """The row of a parcel, with its JSON read."""
    (row,) = sql.fetch(
        "SELECT * FROM intake_poll WHERE store_id = %s AND number = %s ORDER BY id DESC LIMIT 1",
        [store.pk, number],
    )
    row.update(memo=msgspec.json.decode(row["memo"]), tried=msgspec.json.decode(row["tried"]))
    return row


def polls(store: Store) -> list[dict[str, Any]]:
    return sql.fetch("SELECT * FROM intake_poll WHERE store_id = %s ORDER BY id", [store.pk])


def feed(connection_id: int) -> dict[str, Any]:
    (row,) = sql.fetch("SELECT * FROM intake_feed WHERE connection_id = %s", [connection_id])
    return row


def inbox(store: Store) -> list[dict[str, Any]]:
    return sql.fetch(
        "SELECT connection_id, topic, body, quiet, state FROM intake_inboxentry"
        " WHERE store_id = %s ORDER BY id",
        [store.pk],
    )


def parcel(store: Store, number: str) -> dict[str, Any]:
    (row,) = sql.fetch(
        "SELECT * FROM shipments_shipment WHERE store_id = %s AND reference = %s",
        [store.pk, f"n:{number}"],
    )
    return row


def ask_all() -> int:
    """Let whoever is due ask until nobody is; returns how often somebody was."""
    times = 0
    while work.run_batch(together=1):
        times += 1
        assert times < 1000
    return times


def process() -> None:
    """Let the rooms hear what is in the inbox."""
    while processing.run_batch():
        pass


def go_on(until: datetime, step: timedelta = timedelta(minutes=10)) -> None:
    """Let time go by, asking and hearing, from the moment where the clock stands."""
    while clock.now() < until:
        clock.move_by(step)
        ask_all()
        process()


def asked_at(tracker: Tracker, number: str) -> Sequence[datetime]:
    return [asking.at for asking in tracker.asked if number in asking.numbers]
