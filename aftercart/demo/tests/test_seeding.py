"""The demo's parcels are followed like any others."""

from datetime import UTC, datetime, timedelta

import pytest

from aftercart.connectors.registry import connector
from aftercart.core import clock, sql
from aftercart.core.facts import Incoming
from aftercart.delivery.shipments.facts import TrackingFact
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
