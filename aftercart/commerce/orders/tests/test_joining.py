"""Orders that a file or an own system told of before, or after, their shop is connected."""

from decimal import Decimal
from itertools import count
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from aftercart.commerce.customers import actions as customers
from aftercart.commerce.customers.facts import CustomerFact, ErasureFact
from aftercart.commerce.orders import actions, queries
from aftercart.commerce.orders.facts import OrderDeletionFact
from aftercart.commerce.orders.models import Order, OrderAlias
from aftercart.core import sql
from aftercart.core.models import Store
from tests.support.rooms import (
    events,
    hours,
    incoming,
    line,
    new_store,
    order,
    refund,
    rows,
    sent,
    types,
)

pytestmark = pytest.mark.django_db
SHOP, FILE, OWN = "shopify:north", "csv", "api"
numbers = count()


@pytest.fixture
def store() -> Store:
    return new_store()


def record(store: Store, source: str, *facts: Any, quiet: bool = False) -> None:
    actions.record(incoming(store, *facts, source=source, quiet=quiet))


def sold(external_id: str = "5001", at: float = 0, **changes: Any) -> Any:
    """The order #1001 as its shop tells it, with lines of the shop's own ids."""
    lines = (line("11", 2, sku="MUG"), line("12", sku="TEE"))
    given = {"number": "#1001", "lines": lines, "fulfillments": (), "refunds": (), **changes}
    return order(external_id, at, **given)


def filed(external_id: str = "1001", **changes: Any) -> Any:
    """The order as a file tells it: later, with lines by their place."""
    lines = (line("1", 2, sku="MUG"), line("2", sku="TEE"))
    given = {"number": "1001", "lines": lines, "email": "Ada@example.com", **changes}
    return order(external_id, 500, **given)


def parcel(number: str, name: str = "", **changes: Any) -> Any:
    return sent(name or f"csv:1001:{number}", number, order_id="1001", at=30, **changes)


def only(store: Store) -> Order:
    return Order.objects.get(store=store)


def placed(store: Store) -> list[tuple[str, str]]:
    return [(source, name) for source, name in rows("orders_order", store, "source", "external_id")]


def test_a_shop_adopts_what_a_file_told_before(store):
    record(store, FILE, filed(total=Decimal(1)), quiet=True)
    before = only(store)
    record(store, SHOP, sold(at=1))
    after = only(store)
    assert (after.pk, after.token) == (before.pk, before.token)
    assert (after.source, after.external_id, after.number) == (SHOP, "5001", "#1001")
    assert after.total == Decimal(50)  # although the file was read later
    assert after.source_updated_at == hours(1)
    assert queries.id_of(store.pk, FILE, "1001") == after.pk
    assert rows("orders_lineitem", store, "external_id", "current_quantity") == [
        ("11", 2),
        ("12", 1),
    ]


def test_nothing_of_it_is_news(store):
    record(store, FILE, filed(), quiet=True)
    told = sold(
        at=1,
        financial_status="paid",
        cancelled_at=hours(1),
        fulfillments=(sent("f1", "N001", order_id="5001"),),
        refunds=(refund(order_external_id="5001"),),
    )
    record(store, SHOP, told)
    published = events(store)
    assert types(published).count("order.placed") == 1
    assert {"order.adopted", "order.cancelled", "refund.created"} <= set(types(published))
    assert all(event["quiet"] for event in published)
    (adopted,) = events(store, "order.adopted")
    assert adopted["data"] == {"source": "csv"}


def test_from_then_on_its_news_are_news(store):
    record(store, FILE, filed(), quiet=True)
    record(store, SHOP, sold())
    record(store, SHOP, sold(at=2, cancelled_at=hours(2)))
    assert [one["quiet"] for one in events(store, "order.cancelled")] == [False]


def test_told_again_and_again_it_stays_one(store):
    for _ in range(2):
        record(store, FILE, filed(), quiet=True)
        record(store, SHOP, sold(), sold(at=1), sold())
    record(store, FILE, filed(), quiet=True)
    assert placed(store) == [(SHOP, "5001")]
    assert OrderAlias.objects.filter(store=store).count() == 1
    assert len(events(store, "order.adopted")) == 1


def test_a_file_about_an_order_that_the_shop_knows_makes_no_second(store):
    record(store, SHOP, sold())
    before = only(store)
    record(store, FILE, filed(total=Decimal(1), email="ada@example.com"), quiet=True)
    assert placed(store) == [(SHOP, "5001")]
    assert (only(store).total, only(store).email) == (before.total, before.email)
    assert types(events(store)) == ["order.placed"]


def test_both_in_one_batch(store):
    actions.record(
        [
            *incoming(store, filed(), source=FILE, quiet=True),
            *incoming(store, sold(), source=SHOP),
            *incoming(store, filed("a-1"), source=OWN),
        ]
    )
    assert placed(store) == [(SHOP, "5001")]
    assert queries.id_of(store.pk, OWN, "a-1") == queries.id_of(store.pk, FILE, "1001")


def test_an_own_system_adopts_from_a_file_and_gives_to_a_shop(store):
    record(store, FILE, filed(), quiet=True)
    record(store, OWN, filed("a-1", email="ada@example.com"))
    assert placed(store) == [(OWN, "a-1")]
    record(store, SHOP, sold())
    order_id = only(store).pk
    assert placed(store) == [(SHOP, "5001")]
    assert queries.id_of(store.pk, OWN, "a-1") == queries.id_of(store.pk, FILE, "1001") == order_id
    assert queries.newest_of_source(store.pk, OWN, 5) == [{"id": order_id, "external_id": "a-1"}]


@pytest.mark.parametrize(
    "changes",
    [
        {"email": "bo@example.com"},
        {"email": "", "placed_at": hours(25)},
        {"number": "1002"},
        {"number": "10010"},
    ],
)
def test_what_is_not_the_same_order_is_another(store, changes):
    record(store, FILE, filed(**changes), quiet=True)
    record(store, SHOP, sold())
    assert len(placed(store)) == 2
    assert not OrderAlias.objects.exists()


def test_two_shops_of_one_store_have_their_own_numbers(store):
    record(store, SHOP, sold())
    record(store, "woocommerce:x", sold("7"))
    assert len(placed(store)) == 2


def test_another_stores_order_is_another(store):
    other = new_store("south")
    record(other, FILE, filed(), quiet=True)
    record(store, SHOP, sold())
    assert placed(other) == [(FILE, "1001")]
    assert placed(store) == [(SHOP, "5001")]


def test_of_two_that_it_could_be_it_is_neither(store):
    record(store, OWN, filed("a-1"), filed("a-2"))
    record(store, SHOP, sold())
    assert len(placed(store)) == 3


def test_two_that_could_be_it_are_both_others(store):
    record(store, FILE, filed(), quiet=True)
    record(store, SHOP, sold("5001"), sold("5002"))
    assert placed(store) == [(FILE, "1001"), (SHOP, "5001"), (SHOP, "5002")]


def test_a_second_order_of_the_number_is_not_taken_for_the_first(store):
    record(store, OWN, filed("a-1"))
    record(store, SHOP, sold())
    record(store, OWN, filed("a-2"))
    assert placed(store) == [(OWN, "a-2"), (SHOP, "5001")]


def test_an_order_that_its_shop_deleted_is_not_meant(store):
    record(store, SHOP, sold())
    actions.record_deletions(
        incoming(store, OrderDeletionFact(external_id="5001", deleted_at=hours(9)), source=SHOP)
    )
    record(store, FILE, filed(), quiet=True)
    assert len(placed(store)) == 2


def test_the_shops_customer_takes_the_files_place(store):
    record(store, FILE, filed(), quiet=True)
    ada = CustomerFact(external_id="77", email="ada@example.com", first_name="Ada")
    record(store, SHOP, sold(customer=ada))
    known = sql.fetch(
        "SELECT source, external_id FROM customers_customer WHERE id = %s",
        [only(store).customer_id],
    )
    assert known == [{"source": SHOP, "external_id": "77"}]
    assert rows("customers_customer", store, "source") == [(SHOP,)]


def test_a_files_customer_with_other_orders_stays(store):
    record(store, FILE, filed(), filed("900", number="900"), quiet=True)
    record(store, SHOP, sold())
    assert rows("customers_customer", store, "source") == [(FILE,), (SHOP,)]


def test_who_was_forgotten_stays_forgotten(store):
    record(store, FILE, filed(), quiet=True)
    customers.erase(incoming(store, ErasureFact(email="ada@example.com"), source=SHOP))
    record(store, SHOP, sold())
    assert placed(store) == [(SHOP, "5001")]
    assert (only(store).email, only(store).customer_name) == ("", "")


def active(store: Store) -> list[tuple[Any, ...]]:
    """What travels: tracking numbers and contents of the fulfillments that stand."""
    found = sql.fetch(
        """
        SELECT sent.parcels::text AS parcels, coalesce((
          SELECT string_agg(line.external_id || '=' || item.quantity, ',' ORDER BY 1)
          FROM orders_fulfillmentitem AS item
          JOIN orders_lineitem AS line
            ON line.id = item.line_item_id AND line.store_id = item.store_id
          WHERE item.store_id = sent.store_id AND item.fulfillment_id = sent.id
        ), '') AS contents
        FROM orders_fulfillment AS sent WHERE store_id = %s AND status NOT IN ('cancelled', 'error')
        """,
        [store.pk],
    )
    return sorted((row["parcels"], row["contents"]) for row in found)


def test_a_files_parcel_that_the_shop_does_not_know_stays(store):
    record(store, FILE, filed(), quiet=True)
    packed = parcel("W001", items={"1": 1})
    actions.record_fulfillments(incoming(store, packed, source=FILE, quiet=True))
    record(store, SHOP, sold())
    assert active(store) == [('[{"number": "W001"}]', "11=1")]
    assert only(store).fulfillment_status == "partial"
    record(store, SHOP, sold(at=1))
    assert active(store) == [('[{"number": "W001"}]', "11=1")]


def test_a_files_parcel_gives_way_to_the_shops_own(store):
    record(store, FILE, filed(), quiet=True)
    actions.record_fulfillments(incoming(store, parcel("w 001"), source=FILE, quiet=True))
    own = sent("f1", "W001", items={"11": 2, "12": 1}, order_id="5001", at=31)
    record(store, SHOP, sold(fulfillments=(own,)))
    assert active(store) == [('[{"number": "W001"}]', "11=2,12=1")]


def test_also_where_the_shop_tells_of_it_later_and_by_itself(store):
    record(store, FILE, filed(), quiet=True)
    actions.record_fulfillments(incoming(store, parcel("W001"), source=FILE, quiet=True))
    record(store, SHOP, sold())
    own = sent("f1", "W001", items={"11": 2, "12": 1}, order_id="5001", at=31)
    actions.record_fulfillments(incoming(store, own, source=SHOP))
    assert active(store) == [('[{"number": "W001"}]', "11=2,12=1")]
    (gone,) = events(store, "fulfillment.cancelled")
    assert gone["quiet"]


def test_that_something_was_sent_is_the_shops_to_say(store):
    record(store, FILE, filed(), quiet=True)
    nameless = sent("csv:1001:sent", order_id="1001")
    actions.record_fulfillments(incoming(store, nameless, source=FILE, quiet=True))
    assert only(store).fulfillment_status == "fulfilled"
    record(store, SHOP, sold())
    assert only(store).fulfillment_status == "unfulfilled"


def test_a_parcel_in_a_file_about_the_shops_order_is_added(store):
    record(store, SHOP, sold())
    record(store, FILE, filed(), quiet=True)
    facts = (parcel("W001", items={"1": 1}), sent("csv:1001:sent", order_id="1001"))
    assert actions.record_fulfillments(incoming(store, *facts, source=FILE, quiet=True)) == []
    assert active(store) == [('[{"number": "W001"}]', "")]
    assert not sql.fetch("SELECT FROM orders_lineitem WHERE title = ''")


def test_a_parcel_that_an_own_system_tells_of_is_added_with_what_is_in_it(store):
    record(store, SHOP, sold())
    packed = sent("1", "W001", items={"2": 1}, order_id="a-1")
    record(store, OWN, filed("a-1", fulfillments=(packed,)))
    assert active(store) == [('[{"number": "W001"}]', "12=1")]
    assert [one["quiet"] for one in events(store, "fulfillment.created")] == [False]
    gone = sent("1", "W001", order_id="a-1", status="cancelled", at=600)
    record(store, OWN, filed("a-1", fulfillments=(gone,)))
    assert active(store) == []


def test_refunds_are_the_shops_to_tell(store):
    told = refund("1001:refunded", "20", order_external_id="1001")
    record(store, FILE, filed(refunds=(told,)), quiet=True)
    own = refund("r1", "20", order_external_id="5001")
    record(store, SHOP, sold(refunds=(own,)))
    assert only(store).refunded_total == Decimal(20)
    record(store, FILE, filed(refunds=(told,)), quiet=True)
    assert only(store).refunded_total == Decimal(20)
    late = refund("late", "5", order_external_id="1001")
    assert actions.record_refunds(incoming(store, late, source=FILE)) == []
    assert only(store).refunded_total == Decimal(20)


def test_hostile_numbers(store):
    for place, number in enumerate(("'; --", "#", "\x00", "%", "x" * 500, "#" * 99)):
        record(store, OWN, filed(f"a{place}", number=number))
        record(store, SHOP, sold(f"s{place}", number=number))
    found = placed(store)
    assert len([one for one in found if one[0] == SHOP]) == 6


def state(store: Store) -> list[Any]:
    columns = ("source", "external_id", "number", "total", "email", "refunded_total")
    more = ("fulfillment_status", "cancelled_at", "source_updated_at", "financial_status")
    return [
        rows("orders_order", store, *columns, *more),
        rows("orders_lineitem", store, "external_id", "current_quantity", "title"),
        rows("orders_refund", store, "external_id", "amount"),
        rows("orders_orderalias", store, "source", "external_id"),
        active(store),
    ]


def tell(store: Store, step: str) -> None:
    """One thing that one of the sources tells."""
    own = sent("f1", "N001", items={"11": 2}, order_id="5001", at=2)
    packed = sent("1", "W002", items={"2": 1}, order_id="a-1")
    refunded = refund("1001:refunded", "20", order_external_id="1001")
    if step == "file":
        record(store, FILE, filed(refunds=(refunded,)), quiet=True)
        facts = (parcel("N001"), parcel("W001"), sent("csv:1001:sent", order_id="1001"))
        actions.record_fulfillments(incoming(store, *facts, source=FILE, quiet=True))
    elif step == "own":
        record(store, OWN, filed("a-1", email="", fulfillments=(packed,)))
    elif step == "placed":
        record(store, SHOP, sold())
    elif step == "sent":
        record(store, SHOP, sold(at=2, fulfillments=(own,)))
    else:
        refunds = (refund("r1", "20", order_external_id="5001"),)
        record(store, SHOP, sold(at=3, cancelled_at=hours(3), fulfillments=(own,), refunds=refunds))


@hypothesis_settings(
    max_examples=60,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
@given(st.permutations(["file", "own", "placed", "sent", "cancelled"] * 2))
def test_in_any_order_and_twice_it_ends_the_same(steps):
    first, second = new_store(f"a{next(numbers)}"), new_store(f"b{next(numbers)}")
    for step in ("file", "own", "placed", "sent", "cancelled"):
        tell(first, step)
    for step in steps:
        tell(second, step)
    assert state(second) == state(first)
    assert len(placed(second)) == 1
