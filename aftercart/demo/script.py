"""The demo's story: some 2,000 orders over 120 days, the same at every run, relative to today.

Pure: it writes down what will be said, when, and by whom; `seeding` and `live` let it happen.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random

import msgspec

from aftercart.commerce.catalog.facts import ProductFact
from aftercart.commerce.customers.facts import CustomerFact
from aftercart.commerce.orders.facts import (
    AddressFact,
    FulfillmentFact,
    FulfillmentItemFact,
    LineItemFact,
    OrderFact,
    ParcelFact,
    RefundFact,
)
from aftercart.delivery.shipments.facts import TrackingFact
from aftercart.demo import travel
from aftercart.demo.goods import GOODS, Good
from aftercart.demo.people import FIRST_NAMES, LAST_NAMES, STREETS, TOWNS, WEIGHTS, Town

SEED = 20_261
PICTURES = "/static/demo"  # our own, so that they are found whatever the address
DAYS = 120
ORDERS = 2000
STORM = (timedelta(days=6), timedelta(days=3))  # it began so long ago, and ended so long ago
SHOWN_CURRENCIES = {"CA": ("CAD", Decimal("1.37")), "GB": ("GBP", Decimal("0.78"))}
EURO, DOLLAR = ("EUR", Decimal("0.92")), ("USD", Decimal(1))
CENT = Decimal("0.01")

Said = OrderFact | FulfillmentFact | TrackingFact | RefundFact | ProductFact


class Moment(msgspec.Struct, frozen=True):
    """Something that is said at a moment: by a carrier (tracking), else by the shop."""

    at: datetime
    fact: Said


def products(until: datetime) -> list[ProductFact]:
    """The catalogue, as the shop describes it before the story begins."""
    return [
        ProductFact(
            external_id=good.key,
            title=good.title,
            handle=good.picture,
            image_url=f"{PICTURES}/{good.picture}.png",
            vendor="Alder & Oat",
            updated_at=until - timedelta(days=DAYS + 1),
        )
        for good in GOODS
    ]


def story(until: datetime) -> list[Moment]:
    """Everything that is said about every order, also after `until` (aware), in order of time."""
    random = Random(SEED)
    moments = [
        moment
        for index, placed_at in enumerate(_placing(random, until))
        for moment in _Order(random, until, index, placed_at).moments()
    ]
    return sorted(moments, key=lambda moment: moment.at)


def _placing(random: Random, until: datetime) -> list[datetime]:
    start = until - timedelta(days=DAYS)
    span = (until - start).total_seconds()
    # More orders towards today, as a growing shop has.
    return sorted(start + timedelta(seconds=span * random.random() ** 0.8) for _ in range(ORDERS))


class _Order:
    """One order from its placing to its last scan."""

    def __init__(self, random: Random, until: datetime, index: int, placed_at: datetime) -> None:
        self.random, self.until, self.placed_at = random, until, placed_at
        self.key, self.number = str(500_000 + index), f"#{1000 + index}"
        self.town: Town = random.choices(TOWNS, WEIGHTS)[0]
        self.first, self.last = random.choice(FIRST_NAMES), random.choice(LAST_NAMES)
        self.lines = [self._line(n, good) for n, good in enumerate(self._goods())]
        self.gift = random.random() < 0.05
        self.no_email = random.random() < 0.015
        self.phone = "" if random.random() < 0.4 else f"{self.town.phone}{self.key[-4:]}"
        self.recipient = f"{random.choice(FIRST_NAMES)} {self.last}" if self.gift else ""
        self.cancelled = random.random() < 0.03
        self.refunded = random.random() < 0.04

    def _goods(self) -> list[Good]:
        return self.random.sample(GOODS, self.random.choices((1, 2, 3, 4), (50, 30, 14, 6))[0])

    def _line(self, position: int, good: Good) -> LineItemFact:
        return LineItemFact(
            external_id=f"{self.key}-{position}",
            title=good.title,
            variant_title=self.random.choice(good.variants),
            quantity=self.random.choices((1, 2, 4), (80, 16, 4))[0],
            sku=f"AO-{good.key}",
            product_external_id=good.key,
            price=good.price,
        )

    def moments(self) -> Iterator[Moment]:
        """The order, then its cancellation, or its parcels, and perhaps a refund."""
        yield Moment(self.placed_at, self.fact(self.placed_at))
        if self.cancelled:
            at = self.placed_at + timedelta(hours=self.random.uniform(1, 20))
            yield Moment(at, self.fact(at, cancelled_at=at))
            yield self._refund(at, self.total, "Cancelled")
            return
        yield from self._parcels()
        if self.refunded:
            at = self.placed_at + timedelta(days=self.random.uniform(9, 16))
            yield self._refund(at, self.lines[0].price, "Item arrived chipped", self.lines[0])

    def fact(self, at: datetime, cancelled_at: datetime | None = None) -> OrderFact:
        """The order as its shop describes it at a moment."""
        currency, rate = self.paid_in
        abroad = currency != "USD"
        return OrderFact(
            external_id=self.key,
            number=self.number,
            placed_at=self.placed_at,
            updated_at=at,
            currency="USD",
            total=self.total,
            subtotal=self.total - self.shipping,
            shipping_total=self.shipping,
            shown_currency=currency if abroad else "",
            shown_total=(self.total * rate).quantize(CENT) if abroad else None,
            financial_status="refunded" if cancelled_at else "paid",
            cancelled_at=cancelled_at,
            cancel_reason="customer" if cancelled_at else "",
            email=self.email,
            phone=self.phone,
            customer=self._customer(),
            shipping_address=self._address(),
            shipping_method="Standard",
            lines=tuple(self.lines),
            gift_recipient_name=self.recipient,
            gift_recipient_email=self.recipient_email,
            gift_message="With love, and a warm winter." if self.gift else "",
        )

    @property
    def shipping(self) -> Decimal:
        return Decimal(0) if self.subtotal >= 75 else Decimal("6.90")

    @property
    def subtotal(self) -> Decimal:
        return sum((line.price * line.quantity for line in self.lines), Decimal(0))

    @property
    def total(self) -> Decimal:
        return self.subtotal + self.shipping

    @property
    def paid_in(self) -> tuple[str, Decimal]:
        """The shopper's currency, and how much of it a dollar is."""
        at_home = self.town.country in ("US", "AU")
        return DOLLAR if at_home else SHOWN_CURRENCIES.get(self.town.country, EURO)

    @property
    def neighbour(self) -> str:
        return LAST_NAMES[LAST_NAMES.index(self.last) - 7]

    @property
    def email(self) -> str:
        return "" if self.no_email else f"{self.first}.{self.last}@example.com".lower()

    @property
    def recipient_email(self) -> str:
        """Every second gift is announced to whom it is for."""
        is_announced = self.gift and int(self.key) % 2 == 0
        return f"{self.recipient.replace(' ', '.')}@example.com".lower() if is_announced else ""

    def _customer(self) -> CustomerFact:
        return CustomerFact(
            external_id=f"{self.first}-{self.last}".lower(),
            email=self.email,
            first_name=self.first,
            last_name=self.last,
            locale="en",
            created_at=self.placed_at,
            updated_at=self.placed_at,
        )

    def _address(self) -> AddressFact:
        return AddressFact(
            name=f"{self.first} {self.last}",
            line1=f"{int(self.key[-3:]) % 180 + 1} {STREETS[int(self.key[-2:]) % len(STREETS)]}",
            city=self.town.city,
            region=self.town.region,
            postcode=self.town.postcode,
            country=self.town.country,
        )

    def _parcels(self) -> Iterator[Moment]:
        packed_at = (self.placed_at + timedelta(hours=self.random.uniform(5, 50))).replace(
            hour=self.random.randint(14, 21)  # the warehouse's working day, in UTC
        )
        packed_at = max(packed_at, self.placed_at + timedelta(minutes=50))
        split = len(self.lines) > 1 and self.random.random() < 0.35
        groups = [[line] for line in self.lines] if split else [self.lines]
        for n, group in enumerate(groups):
            late = timedelta(days=n * self.random.choice((0, 0, 1, 3)))
            yield from self._parcel(n, group, packed_at + late)

    def _parcel(self, n: int, lines: list[LineItemFact], sent_at: datetime) -> Iterator[Moment]:
        carrier = self.random.choice(self.town.carriers)
        untracked = self.random.random() < 0.01
        number = "" if untracked else travel.numbers(self.random, carrier)
        yield Moment(sent_at, self._fulfillment(n, lines, carrier, number, sent_at))
        if untracked:
            return
        days = travel.expected_days(self.random, self.town)
        began, ended = (self.until - ago for ago in STORM)
        storm = began - timedelta(days=days) < sent_at < ended
        end = travel.fate(self.random, self.town, storm)
        scans = travel.scans(self.random, self.town, sent_at, days, end)
        for position, scan in enumerate(scans):
            lag = timedelta(minutes=self.random.uniform(1, 25))
            yield Moment(
                scan.occurred_at + lag,
                TrackingFact(
                    number=number,
                    carrier=carrier,
                    scans=tuple(scans[: position + 1]),
                    expected_date=(sent_at + timedelta(days=days)).date(),
                    signed_by=self.neighbour if scan.reason == "delivered_to_neighbour" else "",
                    updated_at=scan.occurred_at + lag,
                ),
            )

    def _fulfillment(
        self, n: int, lines: list[LineItemFact], carrier: str, number: str, at: datetime
    ) -> FulfillmentFact:
        return FulfillmentFact(
            external_id=f"{self.key}-f{n}",
            order_external_id=self.key,
            parcels=(ParcelFact(number=number, carrier=carrier),) if number else (),
            items=tuple(
                FulfillmentItemFact(line_external_id=line.external_id, quantity=line.quantity)
                for line in lines
            ),
            created_at=at,
            updated_at=at,
        )

    def _refund(
        self, at: datetime, dollars: Decimal, reason: str, line: LineItemFact | None = None
    ) -> Moment:
        """Money back, in the currency that the shopper paid in."""
        currency, rate = self.paid_in
        items = (
            (FulfillmentItemFact(line_external_id=line.external_id, quantity=1),) if line else ()
        )
        return Moment(
            at,
            RefundFact(
                external_id=f"{self.key}-r0",
                order_external_id=self.key,
                amount=(dollars * rate).quantize(CENT),
                currency=currency,
                reason=reason,
                items=items,
                refunded_at=at,
            ),
        )
