"""Codes nobody knows: kept, counted, given a meaning, and history read again."""

import pytest

from aftercart.core.models import Store
from aftercart.delivery.shipments import actions
from aftercart.delivery.shipments.models import CarrierCode, ScanTally, Shipment, TrackingEvent
from tests.support.rooms import TRACKER, events, incoming, new_store, scan, tracking

pytestmark = pytest.mark.django_db

NUMBER = "1Z999AA10123456784"


@pytest.fixture
def store() -> Store:
    return new_store()


def tell(store: Store, *scans, number: str = NUMBER, carrier: str = "UPS", quiet: bool = False):
    fact = tracking(number, *scans, carrier=carrier)
    actions.record(incoming(store, fact, source=TRACKER, quiet=quiet))


def parcel(store: Store, number: str = NUMBER) -> Shipment:
    return Shipment.objects.get(store=store, tracking_number=number)


def unknown(at: float, code: str = "Q9", **changes):
    return scan(at, "unknown", code=code, **changes)


def code(store: Store, name: str = "Q9") -> CarrierCode:
    return CarrierCode.objects.get(store=store, code=name)


def decide(store: Store, status: str, reason: str = "", name: str = "Q9") -> int:
    found = code(store, name)
    actions.decide_code(store.pk, found.pk, status, reason, "ada@example.org")
    return actions.read_again(store.pk, found.pk)


def test_an_unknown_code_is_counted_once_for_each_new_scan(store):
    tell(store, scan(1, "in_transit"), unknown(2, text="Quux"))
    tell(store, unknown(2, text="Quux"), unknown(3, text="Quux again"))
    found = code(store)
    assert (found.carrier, found.scans, found.text, found.status) == ("ups", 2, "Quux", "")
    assert parcel(store).status == "in_transit"


def test_without_a_code_the_words_are_counted(store):
    tell(
        store,
        unknown(1, code="", text="Strange  Things"),
        unknown(2, code="", text="strange things"),
    )
    assert code(store, "words:strange things").scans == 2


def test_a_meaning_is_read_into_history_and_told_to_nobody(store):
    tell(store, scan(1, "in_transit"), unknown(2))
    before = len(events(store, "shipment.delivered"))
    assert decide(store, "delivered", "signed_for") == 1
    known = parcel(store)
    assert (known.status, known.reason) == ("delivered", "signed_for")
    assert len(events(store, "shipment.delivered")) == before
    assert all(event["quiet"] for event in events(store, "shipment.updated")[-1:])
    row = TrackingEvent.objects.get(store=store, code="Q9")
    assert (row.status, row.by_hand) == ("delivered", True)


def test_what_comes_later_is_read_with_the_meaning_and_the_old_told_again_is_one_row(store):
    tell(store, unknown(2))
    decide(store, "out_for_delivery")
    tell(store, unknown(2), unknown(5))
    rows = TrackingEvent.objects.filter(store=store, code="Q9")
    assert [(row.status, row.by_hand) for row in rows] == [("out_for_delivery", True)] * 2
    assert code(store).scans == 1


def test_a_meaning_can_be_changed_and_taken_back(store):
    tell(store, scan(1, "in_transit"), unknown(2))
    decide(store, "delivered")
    assert decide(store, "exception", "lost") == 1
    assert (parcel(store).status, parcel(store).reason) == ("exception", "lost")
    assert decide(store, "") == 1
    assert parcel(store).status == "in_transit"
    assert TrackingEvent.objects.get(store=store, code="Q9").by_hand is False
    assert decide(store, "") == 0


def test_a_meaning_is_its_carriers_and_its_stores(store):
    other = new_store("south")
    tell(store, unknown(2))
    tell(store, unknown(2), number="00340434161094021501", carrier="DHL Paket")
    tell(other, unknown(2))
    found = CarrierCode.objects.get(store=store, carrier="ups")
    actions.decide_code(store.pk, found.pk, "delivered", "", "")
    actions.read_again(store.pk, found.pk)
    assert parcel(store).status == "delivered"
    assert parcel(store, "00340434161094021501").status == "unknown"
    assert parcel(other).status == "unknown"
    with pytest.raises(LookupError):
        actions.decide_code(other.pk, found.pk, "delivered", "", "")


@pytest.mark.parametrize(("status", "reason"), [("eaten", ""), ("delivered", "by_dragons")])
def test_only_known_meanings(store, status, reason):
    tell(store, unknown(2))
    with pytest.raises(ValueError):
        actions.decide_code(store.pk, code(store).pk, status, reason, "")


def test_scans_are_tallied_with_their_lags(store):
    tell(store, scan(1, "in_transit"))
    tell(store, unknown(2), scan(3, "in_transit", zone_known=False, by_text=True))
    total = {"scans": 0, "unknown": 0, "by_text": 0, "without_zone": 0}
    for row in ScanTally.objects.filter(store=store, carrier="ups", source=TRACKER):
        for name in total:
            total[name] += getattr(row, name)
    assert total == {"scans": 3, "unknown": 1, "by_text": 1, "without_zone": 1}
