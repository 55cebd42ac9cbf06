"""How a parcel of the demo travels: a plausible list of scans, each at its own moment."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from random import Random
from typing import Literal
from zoneinfo import ZoneInfo

import msgspec

from aftercart.delivery.shipments.facts import PlaceFact, Reason, ScanFact, ShipmentStatus
from aftercart.demo.people import Town

Fate = Literal[
    "delivered",
    "neighbour",
    "attempt",
    "pickup",
    "weather",
    "address",
    "lost",
    "returned",
    "damaged",
]
FATES: tuple[tuple[Fate, int], ...] = (
    ("delivered", 800), ("neighbour", 60), ("attempt", 40), ("pickup", 40), ("address", 14),
    ("lost", 10), ("returned", 10), ("damaged", 6),
)  # fmt: skip

WORKING_HOURS: dict[str, tuple[float, float]] = {
    "out_for_delivery": (6.8, 8.9),
    "attempt_failed": (10, 17),
    "available_for_pickup": (13, 18),
    "delivered": (9.5, 18.5),
    "exception": (8, 16),
}
ORIGIN = PlaceFact(city="Columbus", region="OH", country="US")
ORIGIN_ZONE = "America/New_York"
TRANSIT_DAYS = {"US": (2, 5), "CA": (4, 8), "GB": (4, 8), "DE": (4, 9), "FR": (4, 9), "NL": (4, 8)}


MakeStep = Callable[..., "Step"]


class Step(msgspec.Struct, frozen=True):
    """One scan to come."""

    after: timedelta
    status: ShipmentStatus
    reason: Reason
    text: str
    place: PlaceFact
    zone: str
    hour: float | None = None  # local, where people are at work


def numbers(random: Random, carrier: str) -> str:
    """A made-up number in the carrier's usual shape."""

    def digits(count: int) -> str:
        return "".join(str(random.randrange(10)) for _ in range(count))

    shapes = {
        "usps": lambda: "9400" + digits(18),
        "ups": lambda: "1Z" + digits(16),
        "fedex": lambda: digits(12),
        "dhl": lambda: "0034" + digits(16),
        "gls": lambda: digits(11),
        "dpd": lambda: "2" + digits(14)[1:],  # a 0 is DPD Germany's, a 1 DPD UK's
        "royal_mail": lambda: "QQ" + digits(9) + "GB",
        "canada_post": lambda: digits(16),
        "australia_post": lambda: "33X" + digits(9),
        "postnl": lambda: "3S" + digits(13),
    }
    return shapes[carrier]()


def fate(random: Random, town: Town, storm: bool) -> Fate:
    """What becomes of a parcel; a storm in the north-east holds most of what goes there."""
    if storm and town.north_east and random.random() < 0.8:
        return "weather"
    kinds, weights = zip(*FATES, strict=True)
    return random.choices(kinds, weights)[0]  # type: ignore[no-any-return]


def expected_days(random: Random, town: Town) -> int:
    """How many days the carrier names."""
    low, high = TRANSIT_DAYS.get(town.country, (6, 11))
    return random.randint(low, high)


def scans(random: Random, town: Town, shipped_at: datetime, days: int, end: Fate) -> list[ScanFact]:
    """Every scan the parcel will ever have, in order, each aware and with its local offset."""
    found: list[ScanFact] = []
    for step in _steps(random, town, days, end):
        moment = _moment(shipped_at, step)
        if found and moment <= found[-1].occurred_at:
            moment = found[-1].occurred_at.astimezone(moment.tzinfo) + timedelta(minutes=40)
        offset = moment.utcoffset() or timedelta(0)
        found.append(
            ScanFact(
                occurred_at=moment,
                status=step.status,
                reason=step.reason,
                utc_offset_minutes=int(offset.total_seconds() // 60),
                text=step.text,
                place=step.place,
            )
        )
    return found


def _moment(shipped_at: datetime, step: Step) -> datetime:
    moment = (shipped_at + step.after).astimezone(ZoneInfo(step.zone))
    if step.hour is None:
        return moment
    hour, minute = divmod(int(step.hour * 60), 60)
    return moment.replace(hour=hour, minute=minute)


def _steps(random: Random, town: Town, days: int, end: Fate) -> Iterator[Step]:
    home = PlaceFact(city=town.city, region=town.region, country=town.country)

    def at(day: float, hour_spread: float = 2) -> timedelta:
        return timedelta(
            days=day, hours=random.uniform(0, hour_spread), minutes=random.randrange(60)
        )

    def scan(
        day: float, status: ShipmentStatus, text: str, place: PlaceFact, reason: Reason = ""
    ) -> Step:
        zone = town.zone if place is home else ORIGIN_ZONE
        hour = WORKING_HOURS.get(status)
        return Step(at(day), status, reason, text, place, zone, hour and random.uniform(*hour))

    yield scan(0, "info_received", "Shipping label created", ORIGIN)
    yield scan(0.3, "picked_up", "Accepted at origin", ORIGIN)
    yield scan(0.6, "in_transit", "Departed origin facility", ORIGIN)
    if end == "lost":
        yield scan(days * 0.5, "in_transit", "Arrived at sorting centre", _hub(random, town))
        return
    for part in (0.35, 0.6):
        yield scan(days * part + 0.4, "in_transit", "Processed at hub", _hub(random, town))
    if town.country != "US":
        yield scan(days * 0.7, "in_transit", "In customs", home, "customs_clearance")
    yield from _ending(scan, home, days, end)


def _hub(random: Random, town: Town) -> PlaceFact:
    city, _, rest = random.choice(town.hubs).partition(", ")
    is_country = town.country not in ("US", "CA")
    return PlaceFact(
        city=city, region="" if is_country else rest, country=rest if is_country else town.country
    )


def _ending(make: MakeStep, home: PlaceFact, days: int, end: Fate) -> Iterator[Step]:
    last = days - 0.45
    if end == "weather":
        yield make(
            days * 0.8, "exception", "Delayed by severe weather in the area", home, "weather"
        )
        last += 3
    if end == "address":
        yield make(
            last, "exception", "Address incomplete, flat number missing", home, "address_problem"
        )
        return
    if end == "damaged":
        yield make(last, "exception", "Parcel damaged, under inspection", home, "damaged")
        return
    yield make(last, "in_transit", "Arrived at delivery depot", home)
    yield make(last + 0.25, "out_for_delivery", "Out for delivery", home)
    if end in ("attempt", "returned"):
        yield make(
            last + 0.5, "attempt_failed", "Nobody at home, notice left", home, "recipient_not_home"
        )
        last += 1
    if end == "returned":
        yield make(last + 7, "returning", "Not collected, return to sender", home, "unclaimed")
        yield make(last + 12, "returned", "Returned to sender", ORIGIN)
        return
    if end == "pickup":
        yield make(
            last + 0.4, "available_for_pickup", "Ready for collection at the parcel shop", home
        )
        yield make(last + 2, "delivered", "Collected by customer", home, "collected_by_customer")
        return
    if end == "attempt":
        yield make(last + 0.25, "out_for_delivery", "Out for delivery", home)
    reason: Reason = "delivered_to_neighbour" if end == "neighbour" else ""
    text = "Delivered to a neighbour" if reason else "Delivered, front door"
    yield make(last + 0.5, "delivered", text, home, reason)
