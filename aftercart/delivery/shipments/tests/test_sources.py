"""Sources that contradict each other, and those that are merely late."""

from datetime import timedelta
from typing import Any

import pytest

from aftercart.delivery.shipments import actions, queries
from aftercart.delivery.shipments.models import Shipment
from aftercart.delivery.shipments.rules import Scan
from aftercart.delivery.shipments.sources import disagreement
from tests.support.rooms import MOMENT, incoming, new_store, scan, tracking


def at(hours: float, status: Any) -> Scan:
    return Scan(MOMENT + timedelta(hours=hours), status)


@pytest.mark.parametrize(
    ("ups", "easypost", "said"),
    [
        ([at(1, "in_transit")], [at(1, "in_transit")], []),
        ([at(5, "delivered")], [at(4, "in_transit")], ["ups", "easypost"]),
        ([at(20, "delivered")], [at(4, "in_transit")], []),
        ([at(5, "unknown")], [at(4, "in_transit")], []),
        ([at(5, "delivered")], [at(8, "attempt_failed")], ["easypost", "ups"]),
        ([at(5, "delivered")], [], []),
    ],
)
def test_what_counts_as_a_contradiction(ups, easypost, said):
    found = disagreement({"ups": ups, "easypost": easypost})
    assert [one.source for one in found] == said


@pytest.mark.django_db
def test_contradictions_are_read_for_one_store():
    store, other = new_store(), new_store("south")
    for where in (store, other):
        said = tracking("1Z999AA10123456784", scan(5, "delivered"))
        actions.record(incoming(where, said, source="ups"))
    also = tracking("1Z999AA10123456784", scan(4, "exception", "lost"))
    actions.record(incoming(store, also, source="easypost"))
    ids = {one.store_id: one.pk for one in Shipment.objects.all()}
    found = queries.disagreements(store.pk, ids.values())
    assert [(one.source, one.status) for one in found[ids[store.pk]]] == [
        ("ups", "delivered"),
        ("easypost", "exception"),
    ]
    assert list(found) == [ids[store.pk]]
    assert queries.disagreements(other.pk, ids.values()) == {}
