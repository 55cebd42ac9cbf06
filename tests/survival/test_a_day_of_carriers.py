"""A day of every carrier on a fast clock: parcels move, servers fail, throttle and forget tokens.

At its end every parcel is where its script says, no limit was ever exceeded, and no parcel was
forgotten. The suite plays a short day; `make day` plays 5,000 parcels, a day in five minutes.
"""

import os
import sys
import threading
import time
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from contextvars import copy_context
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from math import ceil
from typing import Any

import msgspec
import pytest
from django.db import connection

from aftercart.commerce.orders import actions as orders
from aftercart.commerce.orders.facts import OrderFact
from aftercart.connectors.base import Limit
from aftercart.connectors.registry import connector
from aftercart.core import clock, sql
from aftercart.core.models import Store
from aftercart.delivery.shipments.rules import Scan, fold
from aftercart.demo.standins import cast
from aftercart.demo.standins.base import Script, StandIn
from aftercart.demo.standins.cast import Part
from aftercart.intake import processing
from aftercart.intake.actions import connections
from aftercart.intake.following import work
from aftercart.intake.following.actions import wishes
from tests.support.rooms import incoming, new_store, order, sent

IS_FULL = bool(os.environ.get("FULL_DAY"))
PARCELS = 5000 if IS_FULL else 360
SPEED = 288.0 if IS_FULL else 1500.0
SCRIPTED = timedelta(hours=16 if IS_FULL else 4)
"""Until then something happens; what happened last is heard in the hours after."""
PATIENCE = 1500 if IS_FULL else 200
"""Seconds that a busy machine may take."""
WORKERS = 3
START = datetime(2026, 11, 5, 6, tzinfo=UTC)
TOKEN_SECONDS = 1800

pytestmark = pytest.mark.timeout(PATIENCE + 100)

MANY = ceil(PARCELS / (len(cast.parts()) + 1))
"""Parcels of each carrier."""

# Where a carrier grants anyone less than a day of so many parcels takes; USPS must not be asked
# after all of them within its first hour.
ARRANGED: dict[str, list[tuple[int, int]]] = {
    "usps": [(MANY * 9 // 10, 3600)],
    "dhl": [(2, 1), (MANY * 23, 86_400)],
    "dhl_express": [(MANY * 15, 86_400)],
}


@dataclass(frozen=True)
class Trouble:
    """What goes wrong with whom, from one share of the day to another."""

    begins: float
    ends: float
    what: str
    value: Any
    systems: tuple[str, ...]

    def set(self, day: "Day", share: float) -> None:
        is_now = self.begins <= share < self.ends
        for player in day.of(*self.systems):
            usual = {"silence": 0.0, "outage": False, "is_broken": False, "limits": player.limits}
            setattr(player.stand_in, self.what, self.value if is_now else usual[self.what])


# Servers are slow, down, break off, and throttle below what they grant.
TROUBLES = (
    Trouble(0.1, 0.3, "silence", 0.05, ("royal_mail", "correios")),
    Trouble(0.2, 0.4, "outage", True, ("ups", "gls", "shippo")),
    Trouble(0.3, 0.6, "is_broken", True, ("canada_post", "dpd", "ship24")),
    Trouble(0.3, 0.9, "limits", (Limit(1, 600),), ("fedex", "easypost", "postnl", "usps")),
)


@dataclass
class Player:
    """A server, and the parcels that it tells."""

    part: Part
    stand_in: StandIn
    scripts: list[Script]
    limits: tuple[Limit, ...] = ()


@dataclass
class Day:
    """Everything that is played."""

    players: list[Player] = field(default_factory=list)
    stores: list[Store] = field(default_factory=list)

    def of(self, *systems: str) -> list[Player]:
        return [one for one in self.players if one.part.system in systems]


@pytest.fixture
def day(transactional_db: None) -> Iterator[tuple[Day, Callable[[], datetime]]]:
    """Servers of everybody; stores with their connections and parcels."""
    with clock.running(START, SPEED) as now, ExitStack() as stack:
        yield _played(now, stack), now


def _played(now: Callable[[], datetime], stack: ExitStack) -> Day:
    """A store with all carriers, one for each aggregator, and one whose carrier has a stand-by."""
    played = Day()
    direct = new_store("direct")
    played.stores.append(direct)
    for part in cast.parts():
        store = direct
        if part.is_any:
            store = new_store(part.system.replace("17", "seventeen"))
            played.stores.append(store)
        player = _enter(played, part, [_script(part, n) for n in range(1, MANY + 1)], now, stack)
        _open(store, player)
        _send(store, player.scripts)
    _open_backed(played, now, stack)
    return played


def _open_backed(day: Day, now: Callable[[], datetime], stack: ExitStack) -> None:
    store = new_store("backed")
    day.stores.append(store)
    ups, stand_by = (
        next(part for part in cast.parts() if part.system == name) for name in ("ups", "aftership")
    )
    scripts = [_script(ups, n) for n in range(MANY + 1, 2 * MANY + 1)]
    for part in (ups, stand_by):
        _open(store, _enter(day, part, scripts, now, stack))
    _send(store, scripts)


def _script(part: Part, n: int) -> Script:
    """Parcels come to their ends all through the day, at whole seconds as carriers tell them."""
    ends = START + SCRIPTED * (0.4 + 0.6 * (n % MANY) / MANY)
    return part.journey(n, ends.replace(microsecond=0))


def _enter(
    day: Day,
    part: Part,
    scripts: list[Script],
    now: Callable[[], datetime],
    stack: ExitStack,
) -> Player:
    limits = tuple(Limit(*pair) for pair in ARRANGED.get(part.system, ()))
    by_number = {script.number: script for script in scripts}
    given = {"limits": limits} if limits else {}
    stand_in = part.made(scripts=by_number, clock=now, **given)
    stand_in.token_seconds = TOKEN_SECONDS
    stack.enter_context(stand_in.serving())
    player = Player(part, stand_in, scripts, stand_in.limits)
    day.players.append(player)
    return player


def _open(store: Store, player: Player) -> None:
    system = player.part.system
    fields = connector(system).fields
    needed = {one.name: "day" for one in fields if one.required and not one.generated}
    values = {**needed, **cast.entered(player.part, player.stand_in)}
    added = connections.add(store.pk, system, values)
    if system in ARRANGED:
        wishes.set_limits(store.pk, added.connection_id, ARRANGED[system])


def _send(store: Store, scripts: Sequence[Script]) -> None:
    for begins in range(0, len(scripts), 250):
        facts = [_order(script) for script in scripts[begins : begins + 250]]
        orders.record(incoming(store, *facts, quiet=True))


def _order(script: Script) -> OrderFact:
    sent_at = min(script.moves[0].at, START) - timedelta(hours=1)
    box = sent("f", script.number, order_id=script.number).parcels[0]
    fulfillment = msgspec.structs.replace(
        sent("f", order_id=script.number),
        parcels=(msgspec.structs.replace(box, carrier=script.carrier),),
        created_at=sent_at,
    )
    return order(
        script.number,
        placed_at=sent_at - timedelta(hours=5),
        updated_at=sent_at,
        shipping_address=None,
        fulfillments=(fulfillment,),
    )


def test_a_day_of_every_carrier(day: tuple[Day, Callable[[], datetime]]) -> None:
    played, now = day
    done = threading.Event()
    workers = [
        threading.Thread(target=copy_context().run, args=(_work, done), daemon=True)
        for _ in range(WORKERS)
    ]
    for worker in workers:
        worker.start()
    try:
        _let_things_go_wrong(played, now)
        wrong = _wait_for_the_end(played, now)
    finally:
        done.set()
        for worker in workers:
            worker.join(60)
    _tell(played, now())
    _check_that_things_went_wrong(played)
    assert wrong == []
    assert [_exceeded(player) for player in played.players if _exceeded(player)] == []
    assert _forgotten(now()) == []
    assert _troubled() == []


def _work(done: threading.Event) -> None:
    try:
        while not done.is_set():
            if not work.run_batch() + processing.run_batch():
                time.sleep(0.02)
    finally:
        connection.close()


def _let_things_go_wrong(day: Day, now: Callable[[], datetime]) -> None:
    """Until all that was scripted has happened."""
    while (share := (now() - START) / SCRIPTED) < 1:
        for trouble in TROUBLES:
            trouble.set(day, share)
        time.sleep(0.01)


def _tell(day: Day, now: datetime) -> None:
    """For whoever plays a full day and watches."""
    say = sys.stdout.write
    for player in day.players:
        counted = Counter(one.status for one in player.stand_in.seen)
        statuses = ", ".join(f"{counted[status]} x {status}" for status in sorted(counted))
        say(f"{player.part.system:16} {len(player.scripts)} parcels, requests: {statuses}\n")
    say(f"All that happened until {START + SCRIPTED:%H:%M} was known at {now:%H:%M}\n")


def _check_that_things_went_wrong(day: Day) -> None:
    """Else the day would prove nothing."""
    seen = [one for player in day.players for one in player.stand_in.seen]
    assert {200, 429, 503} <= {one.status for one in seen}
    for player in day.of("usps", "fedex", "gls"):
        tokens = [one for one in player.stand_in.seen if "token" in one.path]
        assert len(tokens) >= 3


def _wait_for_the_end(day: Day, now: Callable[[], datetime]) -> list[str]:
    """Until everything that was scripted is known; the parcels of which it is not."""
    deadline = time.monotonic() + PATIENCE
    wrong = ["not looked at"]
    while wrong and time.monotonic() < deadline:
        time.sleep(1.0)
        wrong = _wrong(day) if now() > START + SCRIPTED else wrong
    return wrong


def _wrong(day: Day) -> list[str]:
    rows = sql.fetch(
        "SELECT tracking_number, status, status_at, delivered_at FROM shipments_shipment"
    )
    known = {row.pop("tracking_number"): row for row in rows}
    told = []
    for script in {script.number: script for one in day.players for script in one.scripts}.values():
        meant = fold(Scan(move.at, move.status) for move in script.moves)
        expected = {name: getattr(meant, name) for name in ("status", "status_at", "delivered_at")}
        if known.get(script.number) != expected:
            told.append(f"{script.number}: {known.get(script.number)} is not {expected}")
    return told


def _exceeded(player: Player) -> list[str]:
    """The limits that were exceeded in any window, by when requests arrived."""
    times = sorted(one.at for one in player.stand_in.seen if one.key)
    return [
        f"{player.part.system}: {limit}"
        for limit in player.limits
        if _most_in(times, timedelta(seconds=limit.seconds)) > limit.requests
    ]


def _most_in(times: Sequence[datetime], window: timedelta) -> int:
    counts = (n - bisect_right(times, at - window) for n, at in enumerate(times, 1))
    return max(counts, default=0)


def _forgotten(now: datetime) -> list[Any]:
    """Parcels that nobody asked after, that stopped without an end, or that nothing will wake."""
    return sql.fetch(
        """
        SELECT number, asked_at, due_at, stopped FROM intake_poll
        WHERE asked_at IS NULL OR stopped NOT IN ('', 'final')
          OR (stopped = '' AND (due_at IS NULL OR due_at < %s))
        """,
        [now - timedelta(hours=12)],
    )


def _troubled() -> list[Any]:
    """Connections that somebody would have to mend."""
    return sql.fetch("SELECT system, state, error FROM intake_connection WHERE state <> 'active'")
