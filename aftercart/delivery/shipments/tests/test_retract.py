"""Sources take events back: before they told them, afterwards, twice, and in any order."""

from collections.abc import Sequence
from itertools import count, groupby, pairwise
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from aftercart.commerce.orders import actions as orders
from aftercart.commerce.orders.models import Order
from aftercart.core import sql
from aftercart.core.models import Store
from aftercart.delivery.shipments import actions
from aftercart.delivery.shipments.facts import ScanFact, ScanRetractionFact, TrackingFact
from aftercart.delivery.shipments.models import ScanTelling, Shipment, TrackingEvent
from tests.support.rooms import (
    SHOP,
    TRACKER,
    events,
    hours,
    incoming,
    new_store,
    order,
    rows,
    scan,
    sent,
    tracking,
    types,
)

pytestmark = pytest.mark.django_db
numbers = count()


@pytest.fixture
def store() -> Store:
    return new_store()


def send(store: Store, *numbers: str) -> None:
    orders.record(incoming(store, order("1")))
    orders.record_fulfillments(incoming(store, sent("f1", *numbers)))


def event(external_id: str, at: float, status: str, **changes: Any) -> TrackingFact:
    """An event of the fulfillment `f1`, as a shop tells it."""
    told = scan(at, status, code=status, external_id=external_id, text="")
    given = {"updated_at": hours(at), **changes}
    return TrackingFact(number="", fulfillment_external_id="f1", scans=(told,), **given)


def gone(external_id: str, fulfillment: str = "f1") -> ScanRetractionFact:
    return ScanRetractionFact(external_id=external_id, fulfillment_external_id=fulfillment)


def tell(store: Store, *facts: Any, source: str = SHOP, quiet: bool = False) -> list[int]:
    """Hand facts over in their order, those of a kind that follow each other at once."""
    unplaced: list[int] = []
    for kind, group in groupby(facts, key=type):
        record = actions.retract if kind is ScanRetractionFact else actions.record
        unplaced += record(incoming(store, *group, source=source, quiet=quiet))
    return unplaced


def state(store: Store) -> list[tuple[Any, ...]]:
    """Everything that a page shows of the parcels and the order."""
    columns = "reference, status, reason, status_at, delivered_at, last_scan_at, first_attempt_at"
    parcels = sql.fetch_rows(
        f"SELECT {columns}, expected_date, expected_until, in_transit_at FROM shipments_shipment "
        "WHERE store_id = %s ORDER BY reference",
        [store.pk],
    )
    scans = rows("shipments_trackingevent", store, "occurred_at", "status")
    return [*parcels, *scans, *rows("orders_order", store, "delivery_status")]


def parcel(store: Store) -> Shipment:
    return Shipment.objects.get(store=store)


def test_the_parcel_is_folded_without_the_event(store: Store):
    send(store, "N001")
    tell(store, event("1", 2, "in_transit"), event("2", 5, "delivered"))
    assert parcel(store).status == "delivered"
    before = len(events(store))
    assert tell(store, gone("2")) == []
    assert (parcel(store).status, parcel(store).delivered_at) == ("in_transit", None)
    assert parcel(store).last_scan_at == hours(2)
    assert Order.objects.get(store=store).delivery_status == "in_transit"
    (told,) = events(store)[before:]
    assert told["type"] == "shipment.updated"
    assert told["data"]["before"] == "delivered"
    assert "delivered_at" in told["data"]["changed"]


def test_taken_back_twice_is_taken_back_once(store: Store):
    send(store, "N001")
    tell(store, event("1", 2, "in_transit"), event("2", 5, "delivered"), gone("2"))
    after, told = state(store), len(events(store))
    tell(store, gone("2"), gone("2"))
    assert state(store) == after
    assert len(events(store)) == told


def test_taken_back_before_it_is_told(store: Store):
    send(store, "N001")
    tell(store, gone("2"), event("1", 2, "in_transit"), event("2", 5, "delivered"))
    assert parcel(store).status == "in_transit"
    assert TrackingEvent.objects.filter(store=store).count() == 1
    assert "shipment.delivered" not in types(events(store))


def test_what_is_told_again_after_it_was_taken_back_stays_away(store: Store):
    """A pull that was under way may still show it."""
    send(store, "N001")
    tell(store, event("2", 5, "delivered"), gone("2"), event("2", 5, "delivered"))
    assert parcel(store).status == "pending"
    assert types(events(store)).count("shipment.delivered") == 1


def test_a_delivery_that_was_a_mistake_is_told_once(store: Store):
    """The shopper had that mail; the real delivery is in the parcel's state."""
    send(store, "N001")
    tell(store, event("1", 2, "in_transit"), event("2", 5, "delivered"), gone("2"))
    tell(store, event("3", 9, "delivered"))
    assert parcel(store).delivered_at == hours(9)


def test_what_a_second_event_tells_as_well_stays(store: Store):
    """An app posted it twice, and took the copy back."""
    send(store, "N001")
    tell(store, event("1", 5, "delivered"), event("2", 5, "delivered"))
    assert TrackingEvent.objects.filter(store=store).count() == 1
    tell(store, gone("1"))
    assert parcel(store).status == "delivered"
    tell(store, gone("2"))
    assert parcel(store).status == "pending"


def test_what_a_tracker_told_first_stays(store: Store):
    send(store, "N001")
    tell(store, tracking("N001", scan(5, "delivered", code="delivered", text="")), source=TRACKER)
    tell(store, event("1", 5, "delivered"), gone("1"))
    assert parcel(store).status == "delivered"


def test_another_sources_event_of_the_same_id_stays(store: Store):
    send(store, "N001")
    tell(store, event("1", 5, "delivered"))
    tell(store, gone("1"), source="shop:south")
    assert parcel(store).status == "delivered"


def test_another_stores_event_of_the_same_id_stays(store: Store):
    other = new_store("south")
    for one in (store, other):
        send(one, "N001")
        tell(one, event("1", 5, "delivered"))
    tell(other, gone("1"))
    assert (parcel(store).status, parcel(other).status) == ("delivered", "pending")


def test_of_a_fulfillment_that_is_not_known_yet_it_waits(store: Store):
    assert tell(store, gone("1")) == [0]
    assert tell(store, gone("1", "")) == [0]
    assert not ScanTelling.objects.filter(store=store).exists()


def test_the_id_alone_is_enough_once_it_was_told(store: Store):
    send(store, "N001")
    tell(store, event("1", 5, "delivered"))
    assert tell(store, gone("1", "")) == []
    assert parcel(store).status == "pending"


def test_the_estimate_goes_with_the_event_that_brought_it(store: Store):
    send(store, "N001")
    monday, friday = hours(72), hours(168)
    tell(
        store,
        event("1", 2, "in_transit", expected_until=monday),
        event("2", 5, "in_transit", expected_until=friday),
    )
    assert parcel(store).expected_until == friday
    tell(store, gone("2"))
    assert (parcel(store).expected_until, parcel(store).estimate_at) == (monday, hours(2))
    tell(store, gone("1"))
    assert (parcel(store).expected_until, parcel(store).expected_date) == (None, None)
    tell(store, event("3", 1, "in_transit", expected_until=friday))
    assert parcel(store).expected_until == friday


def test_an_estimate_of_a_trackers_stays(store: Store):
    send(store, "N001")
    tell(store, event("1", 2, "in_transit", expected_until=hours(72)))
    friday = hours(168).date()
    tell(store, tracking("N001", expected_date=friday, updated_at=hours(6)), source=TRACKER)
    tell(store, gone("1"))
    assert parcel(store).expected_date == friday


def test_a_number_that_comes_later_inherits_events_and_what_was_taken_back(store: Store):
    send(store)
    until = hours(72)
    tell(store, event("1", 2, "in_transit", expected_until=until), event("2", 3, "delivered"))
    tell(store, gone("9"))
    told = sent("f1", "N001", updated_at=hours(4))
    orders.record_fulfillments(incoming(store, told))
    heir = Shipment.objects.get(store=store, reference="n:N001")
    assert (heir.status, heir.expected_until) == ("delivered", until)
    tell(store, gone("2"), event("9", 6, "delivered"))
    heir.refresh_from_db()
    assert heir.status == "in_transit"
    assert Order.objects.get(store=store).delivery_status == "in_transit"


def test_a_parcel_of_two_orders_tells_both(store: Store):
    send(store, "N001")
    orders.record(incoming(store, order("2")))
    orders.record_fulfillments(incoming(store, sent("f2", "N001", order_id="2")))
    tell(store, event("1", 5, "delivered"), gone("1"))
    updated = [one for one in events(store, "shipment.updated") if one["data"]["before"]]
    assert len({one["order_id"] for one in updated}) == 2
    assert set(Order.objects.filter(store=store).values_list("delivery_status", flat=True)) == {
        "pending"
    }


def test_old_news_that_is_taken_back_is_old_news(store: Store):
    send(store, "N001")
    tell(store, event("1", 5, "delivered"), quiet=True)
    tell(store, gone("1"), quiet=True)
    assert events(store)[-1]["quiet"]


def test_an_unknown_id_changes_nothing(store: Store):
    send(store, "N001")
    tell(store, event("1", 5, "delivered"))
    before, told = state(store), len(events(store))
    tell(store, gone("nobody told this"))
    assert state(store) == before
    assert len(events(store)) == told


def test_hostile_ids(store: Store):
    send(store, "N001")
    for external_id in ("x\x00y" * 100, "\ud800", "'; --", "ß" * 500):
        tell(store, event(external_id, 5, "delivered"), gone(external_id))
        assert parcel(store).status == "pending"


STATUSES = ("info_received", "in_transit", "out_for_delivery", "attempt_failed", "delivered")


@st.composite
def stories(draw: st.DrawFn) -> tuple[list[Any], list[list[Any]]]:
    """Events, some of them deleted, in their order; and the same shuffled, doubled, in batches."""
    told: list[Any] = []
    for number in range(draw(st.integers(1, 6))):
        at, status = draw(st.integers(2, 6)), draw(st.sampled_from(STATUSES))
        expects = draw(st.sampled_from((None, hours(48), hours(96))))
        told.append(
            event(str(number), at, status, expected_until=expects, updated_at=hours(20 + number))
        )
    taken = draw(st.lists(st.integers(0, 6), max_size=4))
    story = [*told, *(gone(str(number)) for number in taken)]
    shuffled = draw(st.permutations(story * 2))
    cuts = sorted(draw(st.lists(st.integers(0, len(shuffled)), max_size=4)))
    edges = [0, *cuts, len(shuffled)]
    return story, [shuffled[a:b] for a, b in pairwise(edges) if a < b]


@hypothesis_settings(
    max_examples=60,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
@given(stories())
def test_in_any_order_it_ends_the_same(story: tuple[list[Any], list[list[Any]]]):
    in_order, batches = story
    first, second = new_store(f"a{next(numbers)}"), new_store(f"b{next(numbers)}")
    for one in (first, second):
        send(one, "N001")
    tell(first, *in_order)
    for batch in batches:
        retractions = [fact for fact in batch if isinstance(fact, ScanRetractionFact)]
        tell(second, *retractions, *(fact for fact in batch if fact not in retractions))
    assert state(second) == state(first)
    assert only_standing(first, in_order)


def only_standing(store: Store, story: Sequence[Any]) -> bool:
    """What stands is what was never taken back."""
    taken = {fact.external_id for fact in story if isinstance(fact, ScanRetractionFact)}
    scans: list[ScanFact] = [
        fact.scans[0]
        for fact in story
        if isinstance(fact, TrackingFact) and fact.scans[0].external_id not in taken
    ]
    expected = {(one.occurred_at, one.status) for one in scans}
    stored = set(rows("shipments_trackingevent", store, "occurred_at", "status"))
    return stored == expected
