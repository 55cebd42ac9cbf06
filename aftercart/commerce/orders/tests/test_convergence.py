"""However news arrive, shuffled, doubled, in whatever batches: the same state in the end."""

from collections.abc import Callable
from decimal import Decimal
from itertools import count, pairwise
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from aftercart.commerce.orders import actions
from aftercart.commerce.orders.facts import FulfillmentFact, OrderFact, RefundFact
from aftercart.core import sql
from tests.support.rooms import hours, incoming, line, new_store, order, refund, rows, sent

pytestmark = pytest.mark.django_db
numbers = count()

RECORD: list[tuple[type, Callable[[Any], list[int] | None]]] = [
    (OrderFact, actions.record),
    (FulfillmentFact, actions.record_fulfillments),
    (RefundFact, actions.record_refunds),
]


class Shop:
    """A shop whose order changes step by step, and which tells of it more or less completely."""

    def __init__(self) -> None:
        self.at = 0
        self.lines = {"a": 2, "b": 1}
        self.sent: dict[str, FulfillmentFact] = {}
        self.refunds: dict[str, RefundFact] = {}
        self.fields: dict[str, Any] = {}
        self.news: list[Any] = [self.tell(complete=True)]

    def tell(self, *, complete: bool) -> OrderFact:
        return order(
            at=self.at,
            lines=tuple(line(name, 5, current_quantity=left) for name, left in self.lines.items()),
            fulfillments=tuple(self.sent.values()) if complete else None,
            refunds=tuple(self.refunds.values()) if complete else None,
            **self.fields,
        )

    def step(self, what: str, name: str, number: int, complete: bool, by_itself: bool) -> None:
        self.at += 1
        told = getattr(self, what)(name, number)
        if told is not None and by_itself:
            self.news.append(told)
        if told is None or not by_itself or complete:
            self.news.append(self.tell(complete=complete or told is not None))

    def edit(self, name: str, number: int) -> None:
        self.lines[name] = number

    def remove(self, name: str, number: int) -> None:
        self.lines.pop(name, None)

    def note(self, name: str, number: int) -> None:
        self.fields["note"] = f"{name}{number}"

    def pay(self, name: str, number: int) -> None:
        self.fields["financial_status"] = "paid"

    def cancel(self, name: str, number: int) -> None:
        self.fields["cancelled_at"] = hours(self.at)

    def send(self, name: str, number: int) -> FulfillmentFact:
        items = {name: number} if number else None
        known = self.sent.get(name)
        created = known.created_at if known else hours(self.at)
        self.sent[name] = sent(
            name, f"N{self.at}000", items=items, created_at=created, updated_at=hours(self.at)
        )
        return self.sent[name]

    def cancel_sending(self, name: str, number: int) -> FulfillmentFact | None:
        if name in self.sent:
            changed = replace(self.sent[name], status="cancelled", updated_at=hours(self.at))
            self.sent[name] = changed
        return self.sent.get(name)

    def drop_sending(self, name: str, number: int) -> None:
        self.sent.pop(name, None)

    def give_back(self, name: str, number: int) -> RefundFact:
        return self.refunds.setdefault(name, refund(name, str(number + 1)))


CHANGES = ["edit", "remove", "note", "pay", "cancel", "give_back"]
SENDINGS = ["send", "send", "cancel_sending", "drop_sending"]
steps = st.tuples(
    st.sampled_from(CHANGES + SENDINGS),
    st.sampled_from("abc"),
    st.integers(0, 3),
    st.booleans(),
    st.booleans(),
)


@st.composite
def stories(draw: st.DrawFn) -> tuple[list[Any], list[list[Any]]]:
    """The news in their order, and the same shuffled, doubled and cut into batches."""
    shop = Shop()
    for step in draw(st.lists(steps, max_size=8)):
        shop.step(*step)
    doubled = shop.news + draw(st.lists(st.sampled_from(shop.news), max_size=4))
    shuffled = draw(st.permutations(doubled))
    cuts = sorted(draw(st.lists(st.integers(0, len(shuffled)), max_size=4)))
    edges = [0, *cuts, len(shuffled)]
    return shop.news, [shuffled[first:last] for first, last in pairwise(edges)]


def accept(store: Any, facts: list[Any]) -> list[Any]:
    """Record a batch; returns what could not be placed yet."""
    waiting = []
    for kind, record in RECORD:
        batch = [fact for fact in facts if isinstance(fact, kind)]
        waiting += [batch[index] for index in record(incoming(store, *batch)) or ()]
    return waiting


def state(store: Any) -> dict[str, Any]:
    """Everything that is stored of a store's orders, but for our own keys and clocks."""
    items = sql.fetch_rows(
        """
        SELECT sent.external_id, line.external_id, line.title, item.quantity
        FROM orders_fulfillmentitem AS item
        JOIN orders_fulfillment AS sent ON sent.id = item.fulfillment_id
        JOIN orders_lineitem AS line ON line.id = item.line_item_id
        WHERE item.store_id = %s ORDER BY 1, 2
        """,
        [store.pk],
    )
    return {
        "order": rows(
            "orders_order",
            store,
            *("note", "financial_status", "fulfillment_status", "cancelled_at"),
            *("source_updated_at", "refunded_total", "fulfillments_listed_at"),
        ),
        "lines": rows("orders_lineitem", store, "external_id", "title", "current_quantity"),
        "sent": rows("orders_fulfillment", store, "external_id", "status", "parcels::text"),
        "items": items,
        "refunds": rows("orders_refund", store, "external_id", "amount"),
    }


@settings(
    max_examples=60, deadline=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck)
)
@given(stories())
def test_the_same_state_however_it_is_told(story):
    told, batches = story
    in_order, shuffled = new_store(f"a{next(numbers)}"), new_store(f"b{next(numbers)}")
    waiting: list[Any] = []
    for fact in told:
        assert accept(in_order, [fact]) == []
    for batch in batches:
        waiting = accept(shuffled, [*waiting, *batch])
    assert waiting == []
    assert state(shuffled) == state(in_order)
    assert rows("core_event", shuffled, "type").count(("order.placed",)) == 1


def test_the_story_is_told_as_it_was():
    """What the shop says last is what is stored, when everything comes in order."""
    shop, store = Shop(), new_store("truth")
    shop.step("send", "a", 2, True, True)
    shop.step("edit", "b", 0, True, False)
    shop.step("give_back", "b", 4, True, True)
    for fact in shop.news:
        accept(store, [fact])
    [(note, _, fulfillment_status, _, _, refunded, _)] = state(store)["order"]
    assert (note, fulfillment_status, refunded) == ("", "fulfilled", Decimal(5))
