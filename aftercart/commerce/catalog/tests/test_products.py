"""Recording products."""

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aftercart.commerce.catalog import actions, queries, rules
from aftercart.commerce.catalog.facts import ProductFact
from aftercart.commerce.catalog.models import Product
from aftercart.core import clock
from aftercart.core.models import Store
from aftercart.core.tenancy import bound
from tests.support.rooms import SHOP, events, hours, incoming, new_store

pytestmark = pytest.mark.django_db


@pytest.fixture
def store() -> Store:
    return new_store()


def product(at: float | None = 0, external_id: str = "7", **changes) -> ProductFact:
    updated_at: datetime | None = None if at is None else hours(at)
    return ProductFact(
        external_id=external_id,
        **{"title": "Mug", "image_url": "https://cdn.example/m.png", **changes},
        updated_at=updated_at,
    )


def record(store, *facts, **how):
    actions.record(incoming(store, *facts, **how))


def only(store):
    return Product.objects.get(store=store)


def test_news_only_where_something_shown_changes(store):
    record(store, product(0))
    record(store, product(1, vendor="Kiln"))
    assert only(store).vendor == "Kiln"
    assert len(events(store, "product.updated")) == 1
    record(store, product(2, vendor="Kiln", title="Cup"))
    told = events(store, "product.updated")
    assert [event["data"] for event in told] == [{"product_id": only(store).pk}] * 2
    assert told[1]["occurred_at"] == hours(2)


def test_an_older_state_changes_nothing(store):
    record(store, product(2, title="New"))
    record(store, product(1, title="Old"))
    assert only(store).title == "New"
    assert len(events(store)) == 1


def test_a_deleted_product_stays_readable(store):
    record(store, product(1))
    with clock.moved_to(hours(5)):
        record(store, ProductFact(external_id="7", deleted=True))
    assert (only(store).title, only(store).deleted_at) == ("Mug", hours(5))
    record(store, product(4, title="Late"))
    assert (only(store).title, only(store).deleted_at) == ("Mug", hours(5))
    record(store, product(6, title="Back"))
    assert (only(store).title, only(store).deleted_at) == ("Back", None)


def test_deleted_and_changed_in_one_batch(store):
    with clock.moved_to(hours(5)):
        record(store, ProductFact(external_id="7", deleted=True), product(1))
    assert only(store).deleted_at == hours(5)


def test_hostile_values(store):
    record(store, product(title="\x00" + "x" * 900, image_url="javascript:x", url="//s.example/p"))
    stored = only(store)
    assert stored.title == "x" * 500
    assert (stored.image_url, stored.url) == ("", "https://s.example/p")


def test_stores_do_not_mix(store):
    other = new_store("south")
    record(store, product(title="North"))
    record(other, product(title="South"))
    assert queries.products(store.pk, SHOP, ["7", "8", ""])["7"].title == "North"
    with bound(other.pk):
        assert queries.products(store.pk, SHOP, ["7"]) == {}
        assert queries.products(other.pk, SHOP, ["7"])["7"].title == "South"
    assert queries.products(store.pk, SHOP, []) == {}


def test_an_import_is_quiet(store):
    record(store, product(), quiet=True)
    assert events(store)[0]["quiet"] is True


facts = st.builds(
    ProductFact,
    external_id=st.just("7"),
    updated_at=st.none() | st.integers(0, 5).map(hours),
)


@given(facts, facts)
def test_the_later_of_two_is_one_of_them_and_not_older(left, right):
    newer = rules.newer(left, right)
    assert newer is left or newer is right
    if left.updated_at and right.updated_at:
        assert newer.updated_at == max(left.updated_at, right.updated_at)
