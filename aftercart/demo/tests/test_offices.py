"""The live demo's stand-ins are asked by the real worker, over real sockets."""

from datetime import timedelta

from aftercart.commerce.orders.facts import ParcelFact
from aftercart.connectors.registry import connector
from aftercart.core import clock
from aftercart.core.facts import Incoming
from aftercart.core.models import Store
from aftercart.delivery.shipments import queries as shipments
from aftercart.delivery.shipments.facts import PlaceFact
from aftercart.demo import offices
from aftercart.demo.standins.base import Move, Script
from aftercart.intake import queries
from aftercart.intake.acceptance import accept
from tests.support.live import StartLiveApp
from tests.support.rooms import new_store, order, sent

NUMBERS = {"ups": "1Z9999999999999999", "gls": "51234567890"}
HUB = PlaceFact(city="Memphis", region="TN", country="US")


def send(store: Store) -> None:
    source = connector("api").source({})
    facts = [
        fact
        for key, (carrier, number) in enumerate(NUMBERS.items())
        for fact in (
            order(f"o{key}", placed_at=clock.now()),
            sent(
                f"f{key}",
                order_id=f"o{key}",
                parcels=(ParcelFact(number=number, carrier=carrier),),
                created_at=clock.now(),
            ),
        )
    ]
    accept([Incoming(store.id, source, fact) for fact in facts])


def states(store: Store) -> dict[str, str]:
    return {one.system: one.state for one in queries.every_connection(store.slug)}


def status(store: Store, number: str) -> str:
    found = shipments.parcel_by_number(store.id, number)
    return found.status if found else ""


def test_a_move_is_heard_of_within_seconds_and_again_after_a_pause(live_app_with: StartLiveApp):
    store = new_store("demo")
    send(store)
    live_app_with("work")
    scripts = [
        Script(number=number, carrier=carrier, moves=()) for carrier, number in NUMBERS.items()
    ]
    at = clock.now() - timedelta(minutes=1)
    with offices.opened(store, scripts) as ours:
        assert set(states(store).values()) == {"active"}
        for carrier, number in NUMBERS.items():
            move = Move(at=at, status="in_transit", place=HUB)
            assert ours.move(carrier, number, move)
        assert not ours.move("ups", "1Z0000000000000000", move), "nobody's parcel"
        ours.wait(10, until_told=True)
        assert not ours.untold
    assert set(states(store).values()) == {"paused"}
    with offices.opened(store, scripts) as ours:
        assert len(states(store)) == len(offices.STAND_INS), "connected once"
        for carrier, number in NUMBERS.items():
            ours.move(carrier, number, Move(at=at, status="out_for_delivery", place=HUB))
    heard = {number: status(store, number) for number in NUMBERS.values()}
    assert set(heard.values()) == {"out_for_delivery"}, heard
