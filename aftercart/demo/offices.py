"""The demo's carriers: their stand-ins on this machine, and the demo store's connections to them.

The stand-ins run inside `aftercart demo --live`. While it does not run, the connections are paused,
so that nobody is asked in vain, and lead nowhere: made-up keys are never shown to a real carrier.
"""

import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from datetime import datetime
from importlib import import_module

import msgspec

from aftercart.connectors import http
from aftercart.connectors.base import Limit
from aftercart.connectors.registry import connector
from aftercart.core import clock
from aftercart.core.models import Store
from aftercart.delivery.shipments import queries as shipments
from aftercart.delivery.shipments.facts import ScanFact
from aftercart.demo.standins.australia_post import AustraliaPost
from aftercart.demo.standins.base import Move, Script, StandIn
from aftercart.demo.standins.canada_post import CanadaPost
from aftercart.demo.standins.dhl import Dhl
from aftercart.demo.standins.dpd import Dpd
from aftercart.demo.standins.fedex import FedEx
from aftercart.demo.standins.gls import Gls
from aftercart.demo.standins.postnl import PostNl
from aftercart.demo.standins.royal_mail import RoyalMail
from aftercart.demo.standins.ups import Ups
from aftercart.demo.standins.usps import Usps
from aftercart.intake import queries
from aftercart.intake.actions import connections
from aftercart.intake.following import queries as following
from aftercart.intake.following.actions import endings, wishes

HOST = "127.0.0.1"
NOWHERE = f"http://{HOST}:1"
LIMIT = Limit(600, 60)
"""Wider than carriers grant at first: one watches hours pass within minutes."""
LOOKS_EVERY, LAST_WORDS = 0.5, 10.0
"""Seconds: between two looks at what was heard, and to wait for the last news at the end."""
ACTOR = "demo"

STAND_INS: dict[str, tuple[type[StandIn], tuple[str, ...]]] = {
    "ups": (Ups, ("client_id", "client_secret")),
    "usps": (Usps, ("client_id", "client_secret")),
    "fedex": (FedEx, ("client_id", "client_secret")),
    "dhl": (Dhl, ("api_key",)),
    "gls": (Gls, ("client_id", "client_secret")),
    "dpd": (Dpd, ("delis_id", "password")),
    "canada_post": (CanadaPost, ("username", "password")),
    "royal_mail": (RoyalMail, ("client_id", "client_secret")),
    "postnl": (PostNl, ("api_key",)),
    "australia_post": (AustraliaPost, ("account_number", "api_key", "password")),
}
"""By carrier: who stands in for it, and what it wants to be shown. The system bears its name."""

ALSO_ENTERED = {"ups": {"push": "no"}}


def stand_ins(
    scripts: Iterable[Script] = (), limits: tuple[Limit, ...] = (LIMIT,)
) -> dict[str, StandIn]:
    """A stand-in for each of the carriers, with its own parcels."""
    found = {carrier: made(limits=limits) for carrier, (made, _) in STAND_INS.items()}
    for script in scripts:
        if script.carrier in found:
            found[script.carrier].scripts[script.number] = script
    return found


def can_say(carrier: str, scan: ScanFact) -> bool:
    """Whether the carrier's stand-in has a word for what happens to a parcel."""
    if carrier not in STAND_INS:
        return False
    spoken = getattr(import_module(STAND_INS[carrier][0].__module__), "SPOKEN", None)
    return spoken is None or any((scan.status, why) in spoken for why in (scan.reason, ""))


def entered(carrier: str, stand_in: StandIn) -> dict[str, str]:
    """What the demo store enters to connect to a stand-in, its address left out."""
    names = STAND_INS[carrier][1]
    return {name: getattr(stand_in, name) for name in names} | ALSO_ENTERED.get(carrier, {})


@contextmanager
def serving(found: Mapping[str, StandIn]) -> Iterator[None]:
    """Let stand-ins listen, each on a free port of this machine."""
    with ExitStack() as stack:
        for stand_in in found.values():
            stack.enter_context(stand_in.serving())
        yield


def connect(store: Store) -> None:
    """Make the connections that the demo store lacks. They are paused and lead nowhere."""
    known = {one.system for one in queries.every_connection(store.slug)}
    for carrier, stand_in in stand_ins().items():
        if carrier not in known:
            values = {**entered(carrier, stand_in), "server": NOWHERE}
            name = f"{connector(carrier).label} (stand-in)"
            added = connections.add(store.id, carrier, values, name=name, actor=ACTOR)
            limits = [(LIMIT.requests, LIMIT.seconds)]
            wishes.set_limits(store.id, added.connection_id, limits)
            connections.pause(store.id, added.connection_id, actor=ACTOR)


def can_be_asked() -> bool:
    """Whether this installation's workers may ask stand-ins on this machine."""
    return http.is_private_host_allowed(HOST)


class Offices:
    """The stand-ins while they listen: they hear of moves, and tell when they are asked."""

    def __init__(self, store: Store, found: Mapping[str, StandIn]) -> None:
        self.store, self.stand_ins = store, found
        self.untold: dict[str, datetime] = {}

    def move(self, carrier: str, number: str, move: Move) -> bool:
        """Let something happen to a parcel; False where nobody here knows it."""
        stand_in = self.stand_ins.get(carrier)
        script = stand_in.scripts.get(number) if stand_in else None
        if stand_in is None or script is None:
            return False
        stand_in.scripts[number] = msgspec.structs.replace(script, moves=(*script.moves, move))
        self.untold[number] = clock.now()
        return True

    def wait(self, seconds: float, *, until_told: bool = False) -> None:
        """Let time pass, and have the parcels asked after that moved."""
        ends = time.monotonic() + seconds
        while True:
            self._have_asked()
            left = ends - time.monotonic()
            if left <= 0 or (until_told and not self.untold):
                return
            time.sleep(min(left, LOOKS_EVERY))

    def _have_asked(self) -> None:
        """A parcel that was sent just now is not followed before the worker has heard of it."""
        if not self.untold:
            return
        store_id = self.store.id
        views = {number: shipments.parcel_by_number(store_id, number) for number in self.untold}
        found = {view.id: number for number, view in views.items() if view is not None}
        for shipment_id, poll in following.polls(store_id, list(found)).items():
            number = found[shipment_id]
            if poll.asked_at is not None and poll.asked_at >= self.untold[number]:
                del self.untold[number], found[shipment_id]
        if found:
            endings.ask_now(store_id, list(found))


@contextmanager
def opened(store: Store, scripts: Iterable[Script]) -> Iterator[Offices]:
    """The stand-ins, listening, and the demo store's connections to them, going; then paused."""
    connect(store)
    found = stand_ins(scripts)
    with serving(found):
        ours = [one for one in queries.every_connection(store.slug) if one.system in found]
        try:
            for one in ours:
                server = {"server": found[one.system].url}
                connections.update_credentials(store.id, one.id, server, actor=ACTOR)
                if one.state == "paused":
                    connections.resume(store.id, one.id, actor=ACTOR)
            offices = Offices(store, found)
            yield offices
            offices.wait(LAST_WORDS, until_told=True)
        finally:
            for one in ours:
                connections.pause(store.id, one.id, actor=ACTOR)
