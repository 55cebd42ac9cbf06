"""Forgetting people and handing their data over, through all rooms that hold them."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import msgspec
import pytest

from aftercart.commerce.customers import actions as customers
from aftercart.commerce.customers import queries as customer_queries
from aftercart.commerce.customers.facts import CustomerFact, DisclosureFact, ErasureFact
from aftercart.commerce.customers.models import Customer, PrivacyRequest
from aftercart.commerce.orders import actions
from aftercart.commerce.orders.models import Order
from aftercart.core import clock
from aftercart.core.models import Store
from tests.support.rooms import MOMENT, events, hours, incoming, new_store, order

pytestmark = pytest.mark.django_db

ADA = CustomerFact(external_id="77", email="ada@example.com", first_name="Ada", last_name="Long")


@pytest.fixture
def store() -> Store:
    return new_store()


def record(store, *facts):
    actions.record(incoming(store, *facts))


def erase(store, **keys):
    with clock.moved_to(MOMENT + timedelta(days=30)):
        customers.erase(incoming(store, ErasureFact(**keys)))


def personal(store, external_id="1"):
    stored = Order.objects.get(store=store, external_id=external_id)
    return (stored.email, stored.customer_name, stored.shipping_address, stored.ship_postcode)


def test_a_person_is_forgotten_and_the_sale_is_not(store):
    record(
        store,
        order(customer=ADA, note="Back door", gift_message="Love"),
        order("2", email="bo@example.com"),
    )
    erase(store, customer_external_id="77", email="ada@example.com")
    assert personal(store) == ("", "", None, "")
    stored = Order.objects.get(store=store, external_id="1")
    assert (stored.note, stored.gift_message, stored.total) == ("", "", Decimal(50))
    assert personal(store, "2")[0] == "bo@example.com"
    customer = Customer.objects.get(store=store, external_id="77")
    assert (customer.email, customer.first_name) == ("", "")
    assert customer.erased_at is not None


def test_events_name_orders_and_nobody(store):
    record(store, order(customer=ADA))
    erase(store, customer_external_id="77")
    told = events(store, "customer.erased")
    order_id = Order.objects.get(store=store).pk
    customer_id = Customer.objects.get(store=store).pk
    assert [(one["order_id"], one["customer_id"]) for one in told] == [
        (order_id, None),
        (None, customer_id),
    ]
    assert [one["data"] for one in told] == [{}, {}]


def test_by_address_and_by_order_alone(store):
    record(store, order("1"), order("2", email="BO@example.com"), order("3", email=""))
    erase(store, email="bo@example.com")
    erase(store, order_external_ids=("3",))
    assert personal(store, "2") == personal(store, "3") == ("", "", None, "")
    assert personal(store, "1")[0] == "ada@example.com"
    assert not Customer.objects.filter(external_id__contains="bo@").exists()


def test_what_is_told_again_does_not_bring_them_back(store):
    record(store, order(customer=ADA))
    erase(store, customer_external_id="77")
    record(store, order(at=1, customer=ADA, number="#1b"))
    assert personal(store) == ("", "", None, "")
    assert Order.objects.get(store=store).number == "#1b"
    assert Customer.objects.get(store=store).email == ""
    # Who buys again after that is a customer again, with that order.
    again = hours(24 * 60)
    back = msgspec.structs.replace(ADA, updated_at=again)
    record(store, order("2", customer=back, placed_at=again, updated_at=again))
    assert personal(store, "2")[0] == "ada@example.com"
    assert Customer.objects.get(store=store).first_name == "Ada"


def test_the_demand_is_kept_under_a_hash(store):
    record(store, order(customer=ADA))
    erase(store, email="ada@example.com")
    erase(store, email="Ada@example.com")
    request = PrivacyRequest.objects.get(store=store)
    assert request.kind == "erasure"
    assert request.completed_at == MOMENT + timedelta(days=30)
    assert "ada" not in f"{request.external_id}{request.subject_hash}"
    assert len(events(store, "customer.erased")) == 2


def test_another_stores_shopper_is_left_alone(store):
    other = new_store("south")
    record(store, order(customer=ADA))
    record(other, order(customer=ADA))
    erase(other, customer_external_id="77", email="ada@example.com")
    assert personal(store)[0] == "ada@example.com"
    assert personal(other)[0] == ""


def test_a_disclosure_holds_everything_and_ends_when_handed_over(store):
    record(store, order(customer=ADA), order("2", email="bo@example.com"))
    demand = DisclosureFact(request_id="d1", customer_external_id="77", email="ada@example.com")
    with clock.moved_to(MOMENT):
        customers.disclose(incoming(store, demand, demand))
    [request] = customer_queries.privacy_requests(store.pk)
    assert request.complete_by == MOMENT + timedelta(days=30)
    assert request.completed_at is None
    export = msgspec.json.decode(customer_queries.disclosure_export(store.pk, request.id) or "")
    assert [one["email"] for one in export["customers"]] == ["ada@example.com"]
    [found] = export["orders"]
    assert found["order"]["shipping_address"]["city"] == "Berlin"
    assert [line["external_id"] for line in found["lines"]] == ["a", "b"]
    assert customers.complete_disclosure(store.pk, request.id)
    assert not customers.complete_disclosure(store.pk, request.id)
    assert customer_queries.disclosure_export(store.pk, request.id) is None
    customers.disclose(incoming(store, demand))
    assert customer_queries.disclosure_export(store.pk, request.id) is None


def test_a_disclosure_about_nobody_is_still_answered(store):
    customers.disclose(incoming(store, DisclosureFact(request_id="d2", email="no@example.com")))
    request = PrivacyRequest.objects.get(store=store)
    assert request.export == {"customers": [], "orders": [], "messages": []}


def test_an_order_that_is_told_only_after_the_demand_names_nobody(store):
    """The demand overtook it: whether by account or as a guest, they are not brought back."""
    guest: dict[str, Any] = {"customer": None, "email": "Bo@example.com"}
    erase(store, customer_external_id="77", email="ada@example.com")
    erase(store, customer_external_id="78", email="")
    erase(store, email="bo@example.com")
    by_account = msgspec.structs.replace(ADA, external_id="78", email="")
    record(store, order("1", customer=ADA), order("2", **guest))
    record(store, order("3", customer=by_account, email=""))
    for external_id in ("1", "2", "3"):
        assert personal(store, external_id) == ("", "", None, "")
        stored = Order.objects.get(store=store, external_id=external_id)
        assert stored.erased_at == MOMENT + timedelta(days=30)
        assert stored.total == Decimal(50)
    assert not Customer.objects.exclude(email="").exists()
    record(store, order("4", email="cy@example.com"))
    assert personal(store, "4")[0] == "cy@example.com"


def test_a_demand_that_comes_again_counts_for_what_was_bought_in_between(store):
    erase(store, email="ada@example.com")
    late = hours(24 * 40)
    with clock.moved_to(hours(24 * 50)):
        customers.erase(incoming(store, ErasureFact(email="ada@example.com")))
    record(store, order("1", placed_at=late, updated_at=late))
    assert personal(store) == ("", "", None, "")


def test_an_order_whose_address_becomes_that_of_a_forgotten_person_is_wiped(store):
    record(store, order("1", email="new@example.com"))
    erase(store, email="ada@example.com")
    record(store, order("1", at=1, email="ada@example.com"))
    assert personal(store) == ("", "", None, "")
    assert [one["order_id"] for one in events(store, "customer.erased")] == [
        Order.objects.get(store=store).pk
    ]


def test_who_was_forgotten_does_not_live_on_in_what_was_gathered(store):
    record(store, order(customer=ADA), order("2", email="bo@example.com"))
    demands: dict[str, dict[str, Any]] = {
        "d1": {"customer_external_id": "77", "email": "ada@example.com"},
        "d2": {"customer_external_id": "77"},
        "d3": {"email": "bo@example.com"},
    }
    for request_id, keys in demands.items():
        customers.disclose(incoming(store, DisclosureFact(request_id=request_id, **keys)))
    erase(store, customer_external_id="77", email="ada@example.com")
    exports = {
        one.external_id: one.export is not None
        for one in PrivacyRequest.objects.filter(store=store, kind="disclosure")
    }
    assert exports == {"d1": False, "d2": False, "d3": True}


def test_the_shops_own_page_about_the_order_is_forgotten_too(store):
    record(store, order(customer=ADA, status_url="https://shop.example/orders/1?key=open"))
    erase(store, customer_external_id="77")
    assert Order.objects.get(store=store).status_url == ""
