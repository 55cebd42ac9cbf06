"""A small shop for tests: a store, and what happens to its orders, through the real rooms."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import count
from typing import Any

from django.db import transaction

from aftercart.commerce.orders import actions as orders
from aftercart.commerce.orders.facts import (
    AddressFact,
    FulfillmentFact,
    FulfillmentItemFact,
    LineItemFact,
    OrderFact,
    ParcelFact,
)
from aftercart.conversation.journeys import work as journeys
from aftercart.conversation.messages import work as messages
from aftercart.conversation.messages.models import Message
from aftercart.core import clock
from aftercart.core.events import Event, publish
from aftercart.core.facts import Incoming
from aftercart.core.models import Account, Store

SOURCE = "api:tests"
_numbers = count(1)


def new_store(name: str = "Northwind", **fields: Any) -> Store:
    """A store of an account of its own."""
    account = Account.objects.create(name=name)
    slug = f"store-{next(_numbers)}"
    return Store.objects.create(account=account, name=name, slug=slug, **fields)


@dataclass
class Shop:
    """Everything that can happen to a store's orders, and the worker's steps."""

    store: Store = field(default_factory=new_store)

    def fact(self, external_id: str = "1", **fields: Any) -> OrderFact:
        """An order as its shop describes it; `fields` replace what it says by default."""
        now = clock.now()
        told: dict[str, Any] = {
            "external_id": external_id,
            "number": f"#100{external_id}",
            "placed_at": now,
            "updated_at": now,
            "currency": "EUR",
            "total": Decimal("59.00"),
            "subtotal": Decimal("54.00"),
            "shipping_total": Decimal("5.00"),
            "financial_status": "paid",
            "email": "anna@example.com",
            "shipping_address": AddressFact(name="Anna Berg", city="Berlin", country="DE"),
            "lines": (
                LineItemFact(external_id="l1", title="Blue mug", quantity=2, price=Decimal(12)),
                LineItemFact(external_id="l2", title="Tea towel", quantity=3, price=Decimal(10)),
            ),
        }
        return OrderFact(**{**told, **fields})

    def place(self, external_id: str = "1", *, quiet: bool = False, **fields: Any) -> None:
        """Record an order, or its newer state."""
        fact = self.fact(external_id, **fields)
        orders.record([Incoming(self.store.id, SOURCE, fact, quiet)])

    def fulfil(
        self,
        external_id: str = "1",
        name: str = "f1",
        *numbers: str,
        items: dict[str, int] | None = None,
        created_at: datetime | None = None,
        quiet: bool = False,
    ) -> None:
        """The merchant sends items of an order, in parcels with these numbers."""
        fact = FulfillmentFact(
            external_id=f"{external_id}-{name}",
            order_external_id=external_id,
            parcels=tuple(ParcelFact(number=number, carrier="DHL") for number in numbers),
            items=tuple(
                FulfillmentItemFact(line_external_id=line, quantity=quantity)
                for line, quantity in (items or {"l1": 2, "l2": 3}).items()
            ),
            created_at=created_at or clock.now(),
        )
        orders.record_fulfillments([Incoming(self.store.id, SOURCE, fact, quiet)])

    def order_id(self, external_id: str = "1") -> int:
        from aftercart.commerce.orders.models import Order

        return Order.objects.get(store=self.store, external_id=external_id).id

    def publish(self, kind: str, external_id: str = "1", **fields: Any) -> None:
        """An event, as the room it belongs to would publish it."""
        event = Event(
            store_id=self.store.id,
            type=kind,
            occurred_at=fields.pop("occurred_at", clock.now()),
            order_id=self.order_id(external_id),
            **fields,
        )
        with transaction.atomic():
            publish([event])

    def messages(self) -> list[Message]:
        return list(Message.objects.filter(store=self.store).order_by("id"))

    def sent(self) -> list[str]:
        """The templates of what was sent, in its order."""
        return [message.template for message in self.messages() if message.state == "sent"]


def work() -> None:
    """What the worker does until nothing is due."""
    while journeys.run_batch() + messages.run_batch():
        pass


def after(minutes: float) -> None:
    """Move the clock on, and let the worker work."""
    clock.move_by(timedelta(minutes=minutes))
    work()
