"""Figures of carriers, their codes and their parcels: for one store."""

from datetime import timedelta

import pytest

from aftercart.core import clock
from aftercart.core.models import Store
from aftercart.delivery.shipments import actions, queries
from aftercart.delivery.shipments.facts import ScanFact
from tests.support.rooms import TRACKER, incoming, new_store, scan, tracking

pytestmark = pytest.mark.django_db

UPS, DHL = "1Z999AA10123456784", "00340434161094021501"


@pytest.fixture
def store() -> Store:
    return new_store()


def tell(store: Store, number: str, carrier: str, *scans, quiet: bool = False) -> None:
    fact = tracking(number, *scans, carrier=carrier)
    actions.record(incoming(store, fact, source=TRACKER, quiet=quiet))


def test_figures_by_source_and_carrier_with_lags(store):
    tell(store, UPS, "UPS", scan(1, "in_transit"), scan(2, "unknown", code="Q9"))
    with clock.moved_to(clock.now() + timedelta(hours=2)):
        late = ScanFact(occurred_at=clock.now() - timedelta(minutes=20), status="in_transit")
        tell(store, UPS, "UPS", late)
        imported = ScanFact(occurred_at=clock.now() - timedelta(hours=1), status="in_transit")
        tell(store, UPS, "UPS", imported, quiet=True)
    tell(store, DHL, "DHL Paket", scan(1, "in_transit"))
    tell(new_store("south"), UPS, "UPS", scan(1, "in_transit"))
    ups, dhl = queries.carrier_figures(store.pk, clock.now().date() - timedelta(days=1))
    assert (ups.carrier_name, ups.scans, ups.unknown) == ("UPS", 4, 1)
    assert ups.median_lag is not None
    assert timedelta(minutes=15) < ups.median_lag <= timedelta(minutes=30)
    assert queries.carrier_totals(store.pk, clock.now().date())["ups"].scans == 4
    assert (dhl.carrier, dhl.scans, dhl.median_lag) == ("dhl_parcel_de", 1, None)


def test_codes_and_the_parcels_that_bear_them(store):
    other = new_store("south")
    tell(store, UPS, "UPS", scan(2, "unknown", code="Q9", text="Quux"))
    tell(store, DHL, "DHL Paket", scan(2, "unknown", code="", text="Unbekannt"))
    tell(other, UPS, "UPS", scan(2, "unknown", code="Q9"))
    found = {one.carrier: one for one in queries.codes(store.pk)}
    assert (found["ups"].raw, found["ups"].text, found["dhl_parcel_de"].raw) == ("Q9", "Quux", "")
    with_code = queries.parcels_with_code(store.pk, found["ups"].id)
    assert [one.tracking_number for one in with_code] == [UPS]
    assert [
        one.tracking_number
        for one in queries.parcels_with_code(store.pk, found["dhl_parcel_de"].id)
    ] == [DHL]
    assert queries.parcels_with_code(other.pk, found["ups"].id) == []
    assert queries.codes(store.pk, "ups") == [found["ups"]]


def test_parcels_of_a_carrier(store):
    tell(store, UPS, "UPS", scan(2, "delivered"))
    tell(store, "1Z5R89390357567127", "UPS", scan(2, "in_transit"))
    moving = queries.parcels_of_carrier(store.pk, "ups", is_moving=True)
    every = queries.parcels_of_carrier(store.pk, "ups", is_moving=False)
    assert [one.status for one in moving] == ["in_transit"]
    assert len(every) == 2
    assert queries.parcels_of_carrier(store.pk, "fedex", is_moving=False) == []
