"""Everybody who has a stand-in: how their numbers look, where their parcels travel, and how.

For whoever plays several carriers at once: the demo, the benchmark, and a day of tests.
"""

import random
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import msgspec
from django.utils.module_loading import import_string

from aftercart.connectors.registry import connector
from aftercart.delivery.shipments.facts import PlaceFact, ShipmentStatus
from aftercart.delivery.shipments.numbers import Known, recognise
from aftercart.demo.standins.base import Move, Script, StandIn

FOLDER = "aftercart.demo.standins"


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """A system with a stand-in.

    Attributes:
        stand_in: its class, under `aftercart.demo.standins`.
        carrier: the slug of whose parcels it tells.
        form: of its numbers, with `{n}` for a running number and `{d}` for a digit to be found.
        place, zone: where its parcels travel.
        is_any: it is an aggregator.
        silent: statuses that it has no word for.
    """

    system: str
    stand_in: str
    carrier: str
    form: str
    place: PlaceFact
    zone: str
    is_any: bool = False
    silent: frozenset[ShipmentStatus] = frozenset()

    def made(self, **options: object) -> StandIn:
        """Its stand-in, which serves nothing yet."""
        kind: type[StandIn] = import_string(f"{FOLDER}.{self.stand_in}")
        return kind(**options)  # type: ignore[arg-type]

    def number(self, n: int) -> str:
        """The number of its `n`th parcel, with the digit that makes it one of its carrier's."""
        found = [self.form.format(n=n, d=digit) for digit in range(10)]
        known = Known(named=self.carrier)
        return next((one for one in found if _is_of(self.carrier, one, known)), found[0])

    def journey(self, n: int, ends: datetime) -> Script:
        """What happens to its `n`th parcel until then; the same whenever it is asked for."""
        chance = random.Random(f"{self.system}/{n}")
        ways = [way for way in WAYS if not self.silent & set(way)]
        way = chance.choice(ways)
        at = ends - timedelta(minutes=chance.randrange(5, 180))
        moments = []
        for _ in way:
            moments.append(at)
            at -= timedelta(minutes=chance.randrange(40, 400))
        moves = [
            Move(at=moment.astimezone(ZoneInfo(self.zone)), status=status, place=self.place)
            for moment, status in zip(reversed(moments), way, strict=True)
        ]
        return Script(
            number=self.number(n),
            moves=tuple(moves),
            carrier=self.carrier,
            destination=self.place,
        )


def _is_of(carrier: str, number: str, known: Known) -> bool:
    found = recognise(number, known)
    return bool(found) and found[0].carrier == carrier and found[0].form != ""


WAYS: tuple[Sequence[ShipmentStatus], ...] = (
    ("picked_up", "in_transit", "in_transit", "out_for_delivery", "delivered"),
    ("picked_up", "in_transit", "out_for_delivery", "delivered"),
    ("info_received", "picked_up", "in_transit", "out_for_delivery", "delivered"),
    ("picked_up", "in_transit", "available_for_pickup"),
    ("picked_up", "in_transit", "available_for_pickup", "delivered"),
    ("picked_up", "in_transit", "out_for_delivery", "attempt_failed", "out_for_delivery"),
    ("picked_up", "out_for_delivery", "attempt_failed", "out_for_delivery", "delivered"),
    ("picked_up", "in_transit", "out_for_delivery", "returning"),
    ("picked_up", "in_transit", "in_transit", "in_transit"),
)

CHICAGO = PlaceFact(city="Chicago", region="IL", postcode="60607", country="US")
BERLIN = PlaceFact(city="Berlin", postcode="10115", country="DE")
LYON = PlaceFact(city="Lyon", postcode="69002", country="FR")
OTTAWA = PlaceFact(city="Ottawa", region="ON", postcode="K1A0B1", country="CA")
LEEDS = PlaceFact(city="Leeds", postcode="LS12AB", country="GB")
SYDNEY = PlaceFact(city="Sydney", region="NSW", postcode="2000", country="AU")
UTRECHT = PlaceFact(city="Utrecht", postcode="3511AB", country="NL")
PLACE_OF_BRAZIL = PlaceFact(city="Curitiba", region="PR", postcode="80010000", country="BR")


@cache
def parts() -> tuple[Part, ...]:
    """Everybody who plays."""
    return tuple(part for part in _PARTS if connector(part.system).tracker is not None)


_PARTS = (
    Part(system="usps", stand_in="usps.Usps", carrier="usps", form="94001{n:016}{d}",
         place=CHICAGO, zone="America/Chicago"),
    Part(system="ups", stand_in="ups.Ups", carrier="ups", form="1ZA1B2C3{n:09}{d}",
         place=CHICAGO, zone="America/Chicago"),
    Part(system="fedex", stand_in="fedex.FedEx", carrier="fedex", form="7{n:010}{d}",
         place=CHICAGO, zone="America/Chicago"),
    Part(system="dhl_express", stand_in="dhl_express.DhlExpress", carrier="dhl_express",
         form="{n:09}{d}", place=BERLIN, zone="Europe/Berlin"),
    Part(system="canada_post", stand_in="canada_post.CanadaPost", carrier="canada_post",
         form="7{n:014}{d}", place=OTTAWA, zone="America/Toronto",
         silent=frozenset({"attempt_failed"})),
    Part(system="royal_mail", stand_in="royal_mail.RoyalMail", carrier="royal_mail",
         form="QQ{n:08}{d}GB", place=LEEDS, zone="Europe/London",
         silent=frozenset({"attempt_failed"})),
    Part(system="australia_post", stand_in="australia_post.AustraliaPost",
         carrier="australia_post", form="33XYZ{n:011}{d}", place=SYDNEY, zone="Australia/Sydney"),
    Part(system="dpd", stand_in="dpd.Dpd", carrier="dpd", form="0150{n:09}{d}", place=LYON,
         zone="Europe/Paris",
         silent=frozenset({"info_received"})),
    Part(system="gls", stand_in="gls.Gls", carrier="gls", form="5{n:09}{d}", place=BERLIN,
         zone="Europe/Berlin"),
    Part(system="postnl", stand_in="postnl.PostNl", carrier="postnl", form="3SABCD{n:08}{d}",
         place=UTRECHT, zone="Europe/Amsterdam"),
    Part(system="correios", stand_in="correios.Correios", carrier="correios",
         form="OQ{n:08}{d}BR", place=PLACE_OF_BRAZIL, zone="America/Sao_Paulo",
         silent=frozenset({"attempt_failed", "info_received"})),
    Part(system="easypost", stand_in="easypost.EasyPost", carrier="usps",
         form="94002{n:016}{d}", place=CHICAGO, zone="America/Chicago", is_any=True,
         silent=frozenset({"attempt_failed"})),
    Part(system="aftership", stand_in="aftership.AfterShip", carrier="usps",
         form="94003{n:016}{d}", place=CHICAGO, zone="America/Chicago", is_any=True),
    Part(system="17track", stand_in="seventeentrack.SeventeenTrack", carrier="usps",
         form="94005{n:016}{d}", place=CHICAGO, zone="America/Chicago", is_any=True),
    Part(system="dhl", stand_in="dhl.Dhl", carrier="dhl_parcel_de", form="003404341{n:010}{d}",
         place=BERLIN, zone="Europe/Berlin"),
    Part(system="shippo", stand_in="shippo.Shippo", carrier="usps", form="94006{n:016}{d}",
         place=CHICAGO, zone="America/Chicago", is_any=True),
    Part(system="ship24", stand_in="ship24.Ship24", carrier="usps", form="94007{n:016}{d}",
         place=CHICAGO, zone="America/Chicago", is_any=True),
    Part(system="karrio", stand_in="karrio.Karrio", carrier="usps", form="94008{n:016}{d}",
         place=CHICAGO, zone="America/Chicago", is_any=True, silent=frozenset({"info_received"})),
)  # fmt: skip


def entered(part: Part, stand_in: StandIn) -> dict[str, str]:
    """What a merchant would enter to connect to a stand-in that serves."""
    names = [field.name for field in connector(part.system).fields]
    given = {name: str(getattr(stand_in, name)) for name in names if hasattr(stand_in, name)}
    return {**given, "server": stand_in.url} if "server" in names else given
