"""The demo's parcels are followed like any others."""

from datetime import UTC, datetime, timedelta

import pytest

from aftercart.commerce.orders.facts import FulfillmentFact, OrderFact
from aftercart.connectors.registry import connector
from aftercart.core import clock, sql
from aftercart.core.facts import Incoming
from aftercart.delivery.shipments.facts import TrackingFact
from aftercart.delivery.shipments.numbers import Known, recognise
from aftercart.demo import offices
from aftercart.demo.script import Moment, story
from aftercart.demo.seeding import Teller
from aftercart.intake.acceptance import accept
from tests.support.rooms import new_store

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 22, 20, 0, tzinfo=UTC)


def news_of_parcels(count: int) -> list[Moment]:
    """All that is told until now of the parcels that were scanned last."""
    told = [(m, m.fact) for m in story(NOW) if isinstance(m.fact, TrackingFact) and m.at <= NOW]
    wanted = {fact.number for _, fact in told[-count:]}
    return [moment for moment, fact in told if fact.number in wanted]


def orders_of(moments: list[Moment]) -> list[Moment]:
    """What the shop told of the orders that travel in parcels."""
    numbers = {m.fact.number for m in moments if isinstance(m.fact, TrackingFact)}
    sent = [
        moment
        for moment in story(NOW)
        if isinstance(moment.fact, FulfillmentFact)
        and numbers & {parcel.number for parcel in moment.fact.parcels}
    ]
    keys = {m.fact.order_external_id for m in sent if isinstance(m.fact, FulfillmentFact)}
    placed = [
        moment
        for moment in story(NOW)
        if isinstance(moment.fact, OrderFact) and moment.fact.external_id in keys
    ]
    return [*placed, *sent]


def test_parcels_under_way_were_asked_after_within_the_last_hour():
    store = new_store("demo")
    source = connector("api").source({})
    moments = news_of_parcels(60)
    with clock.moved_to(NOW - timedelta(hours=30)):
        accept([Incoming(store.id, source, moment.fact, True) for moment in moments])
    Teller(store, source, lambda _: None).ask_after_parcels(moments, NOW)
    rows = sql.fetch("SELECT status, checked_at FROM shipments_shipment")
    under_way = [
        row["checked_at"] for row in rows if row["status"] not in ("delivered", "returned")
    ]
    assert len(under_way) > 10
    assert all(NOW - timedelta(hours=1) < checked <= NOW for checked in under_way)
    assert len(set(under_way)) > 3, "not all at once"
    assert len(under_way) < len(rows), "what is over is left alone"


def test_one_parcel_is_given_up_before_any_worker_has_run():
    store = new_store("demo")
    source = connector("api").source({})
    moments = news_of_parcels(60)
    moments = [*orders_of(moments), *moments]
    with clock.moved_to(NOW):
        accept([Incoming(store.id, source, moment.fact, True) for moment in moments])
        offices.connect(store)
        Teller(store, source, lambda _: None).give_up(moments, NOW)
    rows = sql.fetch("SELECT stopped, count(*) AS parcels FROM intake_poll GROUP BY stopped")
    parcels = {row["stopped"]: row["parcels"] for row in rows}
    assert parcels["by_hand"] == 1
    assert parcels[""] > 10, "the others are followed"


def test_parcels_of_dpd_are_nobody_elses():
    facts = [moment.fact for moment in story(NOW) if isinstance(moment.fact, TrackingFact)]
    numbers = {fact.number for fact in facts if fact.carrier == "dpd"}
    known = [Known(named="dpd", country=country) for country in ("GB", "FR")]
    assert len(numbers) > 50
    assert {recognise(number, one)[0].carrier for number in numbers for one in known} == {"dpd"}
