"""Recording customers, and what the rules say about them."""

import pytest

from aftercart.commerce.customers import actions, queries, rules
from aftercart.commerce.customers.facts import CustomerFact, DisclosureFact, ErasureFact
from aftercart.commerce.customers.models import Customer
from aftercart.core.models import Store
from aftercart.core.tenancy import bound
from tests.support.rooms import SHOP, hours, incoming, new_store

pytestmark = pytest.mark.django_db


@pytest.fixture
def store() -> Store:
    return new_store()


def customer(at: float | None = 0, external_id: str = "7", **changes) -> CustomerFact:
    given = {"email": "Ada@Example.com", "first_name": "Ada", **changes}
    return CustomerFact(
        external_id=external_id, updated_at=None if at is None else hours(at), **given
    )


def record(store, *facts):
    return actions.record(incoming(store, *facts))


def only(store):
    return Customer.objects.get(store=store)


def test_customers_are_known_by_their_id(store):
    ids = record(store, customer(), customer(external_id="8", email=""))
    assert set(ids) == {(store.pk, SHOP, "7"), (store.pk, SHOP, "8")}
    assert record(store, customer(at=1)) == {(store.pk, SHOP, "7"): ids[store.pk, SHOP, "7"]}
    found = queries.customers(store.pk, ids.values())
    assert {view.email for view in found.values()} == {"ada@example.com", ""}


def test_newer_wins_and_what_is_withheld_is_kept(store):
    record(store, customer(at=2, phone="+49 30 1", accepts_marketing=True))
    record(store, customer(at=1, first_name="Old"))
    record(store, customer(at=3, email="", first_name="", last_name="Long"))
    stored = only(store)
    assert (stored.email, stored.first_name, stored.last_name) == ("ada@example.com", "Ada", "Long")
    assert (stored.phone, stored.accepts_marketing) == ("+49 30 1", True)
    record(store, customer(at=4, accepts_marketing=False))
    assert only(store).accepts_marketing is False


def test_the_same_customer_twice_in_a_batch(store):
    record(store, customer(at=2, first_name="Two"), customer(at=1, first_name="One"))
    assert only(store).first_name == "Two"


def test_hostile_values(store):
    record(store, customer(email="a\x00" * 300, phone="9" * 99, locale="x" * 99))
    assert (len(only(store).email), len(only(store).phone), len(only(store).locale)) == (
        254,
        40,
        12,
    )


def test_stores_do_not_mix(store):
    other = new_store("south")
    record(store, customer(first_name="North"))
    record(other, customer(first_name="South"))
    north = only(store).pk
    with bound(other.pk):
        assert [one.first_name for one in Customer.objects.all()] == ["South"]
        assert queries.customers(store.pk, [north]) == {}


def test_guests_are_known_by_their_address_alone():
    guest = rules.guest(" Ada@Example.com ", "Ada King Long")
    assert guest.external_id == "email:ada@example.com"
    assert (guest.first_name, guest.last_name) == ("Ada", "King Long")


KNOWN = {"source": "shop:a", "external_id": "7", "email": "a@example.com", "phone": "+1"}


@pytest.mark.parametrize(
    ("demand", "source", "means"),
    [
        (ErasureFact(customer_external_id="7"), "shop:a", True),
        (ErasureFact(customer_external_id="7"), "shop:b", False),
        (ErasureFact(customer_external_id="8"), "shop:a", False),
        (ErasureFact(email="A@example.com"), "shop:b", True),
        (ErasureFact(customer_external_id="8", email="a@example.com"), "shop:a", True),
        (ErasureFact(phone="+1"), "shop:b", True),
        # A phone is shared in a household: it counts only where nothing better is given.
        (ErasureFact(email="b@example.com", phone="+1"), "shop:b", False),
        (ErasureFact(customer_external_id="8", phone="+1"), "shop:a", False),
        (ErasureFact(order_external_ids=("1",)), "shop:a", False),
        (DisclosureFact(request_id="1", email="a@example.com"), "shop:a", True),
    ],
)
def test_whom_a_demand_means(demand, source, means):
    assert rules.means(demand, source, KNOWN) is means


def test_nobody_without_an_address_is_meant_by_an_empty_one():
    nobody = {**KNOWN, "email": "", "phone": "", "external_id": ""}
    assert rules.means(ErasureFact(), "shop:a", nobody) is False
