"""An order of the caller's that its shop tells of now: known by the caller's id all the same."""

import pytest
from msgspec.structs import replace

from aftercart.commerce.orders import actions as orders
from aftercart.web.api.tests.calling import ORDER, Caller
from tests.support.rooms import incoming, order

pytestmark = pytest.mark.django_db
SHOP = "shopify:acme"


@pytest.fixture
def caller() -> Caller:
    return Caller("acme")


@pytest.mark.parametrize("shop_first", [True, False])
def test_an_order_that_the_shop_tells_of_too(caller: Caller, shop_first: bool) -> None:
    told = order("5001", number="1001", email="ada@example.com")
    told = replace(told, placed_at=told.placed_at.replace(year=2030))
    steps = [
        lambda: orders.record(incoming(caller.store, told, source=SHOP)),
        lambda: caller.post("orders", ORDER),
    ]
    for step in steps if shop_first else reversed(steps):
        step()
    answer = caller.post("orders", {**ORDER, "total": "1.00"})
    assert answer.status_code == 200
    assert (answer.json()["external_id"], answer.json()["total"]) == ("A-1", "50")
    assert [one["tracking_number"] for one in answer.json()["parcels"]] == ["1Z999AA10123456784"]
    assert caller.get("orders/A-1").json() == answer.json()
    assert caller.get("orders").json()["orders"] == [answer.json()]
