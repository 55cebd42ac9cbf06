"""From understood rows to facts at their source: which order a file means by a number.

Parcels and their items are added to whichever order has the number. Of a whole order that a shop
has told of itself, the rooms take the parcels alone.
"""

from collections.abc import Sequence
from typing import Any

import msgspec
from django.utils.translation import gettext as _
from msgspec.structs import replace

from aftercart.commerce.orders import queries as orders
from aftercart.commerce.orders.facts import FulfillmentFact, FulfillmentItemFact, OrderFact
from aftercart.commerce.orders.queries import LineView
from aftercart.commerce.orders.queries.numbers import NumberedOrder, by_numbers
from aftercart.commerce.orders.rules.same import plain_number
from aftercart.connectors.shops.csv.orders import fulfillment_id, sent_id
from aftercart.connectors.shops.csv.shipments import Sending
from aftercart.connectors.shops.csv.understanding import Understood
from aftercart.core.facts import Incoming
from aftercart.intake.importing.report import Reading

SOURCE = "csv"


class Unit(msgspec.Struct, frozen=True):
    """What one group of rows comes to: facts to accept, or a problem; neither where it is known
    better already. `column` is the meaning of the cell at fault."""

    lines: tuple[int, ...]
    facts: tuple[Incoming[Any], ...] = ()
    problem: str = ""
    column: str = ""


def placed(store_id: int, found: Sequence[Understood], reading: Reading) -> list[Unit]:
    """The groups with their facts at the right source, in their order."""
    kind = reading.layout.kind
    if kind == "orders":
        return _orders(store_id, found)
    if kind == "shipments":
        return _Parcels(store_id, found, reading).units()
    return _scans(store_id, found)


def _unit(store_id: int, source: str, one: Understood, facts: Sequence[Any]) -> Unit:
    return Unit(one.lines, tuple(Incoming(store_id, source, fact, quiet=True) for fact in facts))


def _scans(store_id: int, found: Sequence[Understood]) -> list[Unit]:
    """The scans of a parcel in one fact, wherever its rows stand: files go by the time of day."""
    of_parcel: dict[tuple[str, str], list[Understood]] = {}
    for one in found:
        fact = one.facts[0]
        of_parcel.setdefault((fact.number, fact.carrier), []).append(one)
    units = []
    for parts in of_parcel.values():
        scans = tuple(scan for part in parts for scan in part.facts[0].scans)
        lines = tuple(line for part in parts for line in part.lines)
        whole = Understood(lines=lines, facts=(replace(parts[-1].facts[0], scans=scans),))
        units.append(_unit(store_id, SOURCE, whole, whole.facts))
    return units


def _orders(store_id: int, found: Sequence[Understood]) -> list[Unit]:
    numbers = [_order_of(one).number for one in found]
    known = by_numbers(store_id, numbers, SOURCE)
    units = []
    for one, number in zip(found, numbers, strict=True):
        called = [order.called for order in known.get(plain_number(number), []) if order.called]
        facts = [_renamed(fact, called[0] if called else number) for fact in one.facts]
        units.append(_unit(store_id, SOURCE, one, facts))
    return units


def _renamed(fact: Any, external_id: str) -> Any:
    """The fact for the order that is known so: one file writes #1001 and another 1001."""
    if isinstance(fact, FulfillmentFact):
        return replace(fact, order_external_id=external_id)
    assert isinstance(fact, OrderFact)
    refunds = [replace(refund, order_external_id=external_id) for refund in fact.refunds or ()]
    return replace(fact, external_id=external_id, refunds=tuple(refunds) or None)


def _order_of(one: Understood) -> OrderFact:
    fact = one.facts[0]
    assert isinstance(fact, OrderFact)
    return fact


class _Parcels:
    """Parcels, with what they need to know of their orders, asked once for all."""

    def __init__(self, store_id: int, found: Sequence[Understood], reading: Reading) -> None:
        self.store_id = store_id
        self.reading = reading
        self.found = found
        self.sendings: list[Sending] = [one.facts[0] for one in found]
        wanted = [sending.order_number for sending in self.sendings]
        numbers = by_numbers(store_id, wanted, SOURCE)
        self.known = numbers
        ids = [order.id for same in numbers.values() for order in same]
        self.lines = orders.lines(store_id, ids)
        sent = orders.fulfillments(store_id, ids)
        self.sent = {
            order_id: [one for one in every if one.is_active] for order_id, every in sent.items()
        }

    def units(self) -> list[Unit]:
        pairs = zip(self.found, self.sendings, strict=True)
        return [self._unit(one, sending) for one, sending in pairs]

    def _unit(self, one: Understood, sending: Sending) -> Unit:
        same = self.known.get(plain_number(sending.order_number), [])
        if len(same) != 1:
            problem = (
                _("More than one order has this number.")
                if same
                else _("There is no order with this number. Import the orders first.")
            )
            return Unit(one.lines, (), problem, "number")
        order = same[0]
        items, unknown = _items(sending, self.lines[order.id])
        if unknown:
            problem = _("The order has no item with the SKU %(sku)s.") % {"sku": unknown}
            return Unit(one.lines, (), problem, "item_sku")
        if self._is_known(order, sending):
            return Unit(one.lines)
        facts = (self._fulfillment(order, sending, items), *self._replaced(order, sending))
        return _unit(self.store_id, order.source, one, facts)

    def _is_known(self, order: NumberedOrder, sending: Sending) -> bool:
        """Whether the shop itself told of this parcel."""
        number = sending.parcel.number.upper()
        return bool(number) and any(
            parcel.get("number", "").upper() == number
            for sent in self.sent[order.id]
            if not sent.external_id.startswith(f"{SOURCE}:")
            for parcel in sent.parcels
        )

    def _fulfillment(
        self, order: NumberedOrder, sending: Sending, items: tuple[FulfillmentItemFact, ...] | None
    ) -> FulfillmentFact:
        parcel = sending.parcel
        return FulfillmentFact(
            external_id=fulfillment_id(sending.order_number, parcel.number or parcel.url[-80:]),
            order_external_id=order.external_id,
            parcels=(parcel,),
            items=items,
            service=sending.service,
            location=sending.location,
            created_at=max(sending.sent_at or order.placed_at, order.placed_at),
            updated_at=self.reading.read_at,
        )

    def _replaced(self, order: NumberedOrder, sending: Sending) -> tuple[FulfillmentFact, ...]:
        """The nameless fulfillment that an order file left for an order that was sent gives way."""
        nameless = sent_id(sending.order_number)
        if not any(sent.external_id == nameless for sent in self.sent[order.id]):
            return ()
        fact = FulfillmentFact(
            external_id=nameless,
            order_external_id=order.external_id,
            status="cancelled",
            created_at=order.placed_at,
            updated_at=self.reading.read_at,
        )
        return (fact,)


def _items(
    sending: Sending, lines: Sequence[LineView]
) -> tuple[tuple[FulfillmentItemFact, ...] | None, str]:
    """The items by the order's lines, or the SKU that none of them has."""
    if sending.items is None:
        return None, ""
    facts: list[FulfillmentItemFact] = []
    for sku, quantity in sending.items.items():
        matching = [line for line in lines if line.sku.casefold() == sku.casefold()]
        if not matching:
            return None, sku
        left = quantity
        for line in matching:
            here = left if line is matching[-1] else min(left, line.quantity)
            left -= here
            if here:
                facts.append(FulfillmentItemFact(line_external_id=line.external_id, quantity=here))
    return tuple(facts) or None, ""
