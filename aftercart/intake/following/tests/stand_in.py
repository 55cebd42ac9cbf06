"""Sources in memory: what they answer is set by the test, and what they were asked is kept."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec

from aftercart.connectors.base import (
    Answer,
    Asked,
    ConnectionFailed,
    Field,
    Heard,
    Identity,
    Limit,
    ParseError,
)
from aftercart.connectors.carriers.asked import AskedCarrier
from aftercart.core import clock
from aftercart.delivery.shipments.facts import TrackingFact

Say = Callable[[Asked], Heard | None]


def nothing(parcel: Asked) -> Heard | None:
    """The source does not know the number."""
    return Heard(number=parcel.number, problem="No record of this number.")


class Asking(msgspec.Struct, frozen=True):
    """Who was asked, when, and after what."""

    at: datetime
    secret: str
    parcels: tuple[Asked, ...]

    @property
    def numbers(self) -> list[str]:
        return [parcel.number for parcel in self.parcels]


class Tracker:
    """Answers as `say` tells, or fails; `during` runs in the middle of an asking."""

    carriers: frozenset[str] = frozenset({"ups"})
    batch = 10
    cost = 1
    limits: tuple[Limit, ...] = ()

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        self.limits, self.batch, self.cost = (), type(self).batch, type(self).cost
        self.say: Say = nothing
        self.failure: Exception | None = None
        self.during: Callable[[], object] = lambda: None
        self.asked: list[Asking] = []
        self.identified = 0
        self.told: dict[str, Any] = {}

    def identify(self, credentials: Mapping[str, str], settings: Mapping[str, Any]) -> Identity:
        self.identified += 1
        if isinstance(self.failure, ConnectionFailed):
            raise self.failure
        return Identity(name="A carrier")

    def ask(
        self,
        credentials: Mapping[str, str],
        settings: Mapping[str, Any],
        parcels: Sequence[Asked],
        address: str,
    ) -> Answer:
        assert 0 < len(parcels) <= self.batch
        self.asked.append(Asking(clock.now(), credentials["key"], tuple(parcels)))
        self.during()
        if self.failure:
            raise self.failure
        heard = (self.say(parcel) for parcel in parcels)
        return Answer(heard=tuple(one for one in heard if one is not None), **self.told)

    @property
    def numbers(self) -> list[str]:
        """Everything that was asked after, in order."""
        return [number for asking in self.asked for number in asking.numbers]


class Carrier(AskedCarrier):
    """A carrier of its own parcels."""

    system = "directly"
    label = "Directly"
    fields: tuple[Field, ...] = (Field(name="key", label="Key", secret=True),)
    tracker = Tracker()

    def parse(self, topic: str, headers: Mapping[str, str], body: bytes) -> list[Any]:
        try:
            return [msgspec.json.decode(body, type=TrackingFact)]
        except msgspec.DecodeError as error:
            raise ParseError("body", str(error)) from error


class AnyTracker(Tracker):
    carriers: frozenset[str] = frozenset()
    batch = 5


class Aggregator(Carrier):
    """Follows parcels of any carrier."""

    system = "anybody"
    label = "Anybody"
    tracker = AnyTracker()


class OtherTracker(Tracker):
    carriers: frozenset[str] = frozenset({"usps", "dhl"})


class Other(Carrier):
    """Another carrier."""

    system = "otherwise"
    label = "Otherwise"
    tracker = OtherTracker()


def body_of(fact: TrackingFact) -> bytes:
    """A body in the shape that these sources answer in."""
    return msgspec.json.encode(fact)


def saying(*facts: TrackingFact, **changes: Any) -> Say:
    """Answers with these facts, and that other numbers are unknown."""
    by_number = {fact.number: fact for fact in facts}

    def say(parcel: Asked) -> Heard | None:
        fact = by_number.get(parcel.number)
        if fact is None:
            return nothing(parcel)
        return Heard(number=parcel.number, body=body_of(fact), **changes)

    return say
