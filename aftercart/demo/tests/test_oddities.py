"""The demo shows what goes wrong with carriers."""

from datetime import UTC, datetime

import pytest

from aftercart.connectors.registry import connector
from aftercart.core import clock
from aftercart.core.facts import Incoming
from aftercart.delivery.shipments import queries as shipments
from aftercart.delivery.shipments.facts import TrackingFact
from aftercart.demo import oddities
from aftercart.demo.own_words import in_own_words
from aftercart.demo.script import story
from aftercart.demo.scripts import under_way
from aftercart.demo.seeding import Teller
from aftercart.intake.acceptance import accept
from tests.support.rooms import new_store

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 22, 20, 0, tzinfo=UTC)


def test_codes_nobody_knows_and_two_sources_that_disagree():
    store, written = new_store("demo"), story(NOW)
    asked, moments = in_own_words(written, NOW)
    known = {
        moment.fact.number: moment.fact
        for moment in moments
        if isinstance(moment.fact, TrackingFact) and moment.at <= NOW
    }
    with clock.moved_to(NOW):
        facts = [known[number] for number in under_way(written, NOW) & known.keys()]
        accept([Incoming(store.id, connector(one.carrier).source({}), one, True) for one in facts])
        Teller(store, connector("api").source({}), lambda _: None, asked).tell_of_oddities(
            moments, NOW
        )
    codes = {code.carrier: (code.code, code.scans) for code in shipments.codes(store.id)}
    assert codes == {
        carrier: (code, count) for carrier, (code, _, count) in oddities.UNKNOWN.items()
    }
    parcels = [shipments.parcel_by_number(store.id, number) for number in known.keys() & asked]
    ids = [parcel.id for parcel in parcels if parcel is not None]
    (said,) = shipments.disagreements(store.id, ids).values()
    assert [one.status for one in said] == ["available_for_pickup", "in_transit"]
