"""The demo's story is believable, and the same at every run."""

from collections import Counter, defaultdict
from datetime import UTC, datetime

import pytest

from aftercart.commerce.orders.facts import FulfillmentFact, OrderFact
from aftercart.delivery.shipments.facts import TrackingFact
from aftercart.demo.script import DAYS, ORDERS, Moment, story

NOW = datetime(2026, 11, 22, 20, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def told() -> list[Moment]:
    """The story; telling it takes a second or two."""
    return story(NOW)


def test_the_story_is_the_same_at_every_run_and_relative_to_today(told: list[Moment]) -> None:
    assert story(NOW) == told
    later = story(NOW.replace(month=12))
    assert len(later) == len(told)
    assert max(moment.at for moment in later) > max(moment.at for moment in told)


def test_orders_come_over_all_of_the_days(told: list[Moment]) -> None:
    placed = [
        moment.at
        for moment in told
        if isinstance(moment.fact, OrderFact) and moment.fact.cancelled_at is None
    ]
    assert len(placed) == ORDERS
    assert (NOW - min(placed)).days >= DAYS - 2
    assert max(placed) <= NOW


def test_there_are_splits_delays_failures_and_several_carriers(told: list[Moment]) -> None:
    parcels = Counter(
        moment.fact.order_external_id for moment in told if isinstance(moment.fact, FulfillmentFact)
    )
    scans = [moment.fact for moment in told if isinstance(moment.fact, TrackingFact)]
    statuses = Counter(fact.scans[-1].status for fact in scans)
    reasons = Counter(fact.scans[-1].reason for fact in scans)
    assert sum(count > 1 for count in parcels.values()) > 100
    assert len({fact.carrier for fact in scans}) >= 8
    assert {"delivered", "exception", "attempt_failed", "available_for_pickup"} <= statuses.keys()
    assert {"weather", "address_problem", "damaged", "delivered_to_neighbour"} <= reasons.keys()
    assert statuses["delivered"] > 20 * statuses["exception"]


def test_scans_follow_one_another_and_people_work_by_day(told: list[Moment]) -> None:
    whole: dict[str, TrackingFact] = defaultdict(lambda: None)  # type: ignore[arg-type, return-value]
    for moment in told:
        if isinstance(moment.fact, TrackingFact):
            whole[moment.fact.number] = moment.fact
    for fact in whole.values():
        times = [scan.occurred_at for scan in fact.scans]
        assert times == sorted(times)
        for scan in fact.scans:
            if scan.status == "delivered":
                assert 8 <= scan.occurred_at.hour <= 22
