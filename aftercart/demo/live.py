"""The demo in motion: orders come in and parcels move, at the pace of somebody who watches.

What the story holds after the moment it was written for happens now, one piece of news after the
other. The demo shop posts its news to the running app. Of a parcel its carrier's stand-in knows,
which listens on this machine while the demo is live, and the app's worker asks it.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from datetime import datetime
from typing import Any
from uuid import uuid4

import httpx
import msgspec

from aftercart.commerce.orders.facts import FulfillmentFact, OrderFact, RefundFact
from aftercart.connectors.registry import connector
from aftercart.core import clock
from aftercart.core.models import Store
from aftercart.delivery.shipments.facts import TrackingFact
from aftercart.demo import guard, offices, state
from aftercart.demo.offices import Offices
from aftercart.demo.script import Moment, story
from aftercart.demo.scripts import move, scripts
from aftercart.intake import queries
from aftercart.intake.credentials import unseal

NOT_ALLOWED = (
    "The carriers' stand-ins are left out: the app may not ask 127.0.0.1. The demo shop tells of "
    "parcels itself. To have carriers asked, set ALLOWED_PRIVATE_HOSTS=127.0.0.1 for the app."
)
NO_STORE = (
    "There is no demo store here, or its API connection was removed. While `make run` still fills "
    "it, wait until that names the address."
)
NO_LONGER = "The app does not take news any more ({}). Start both again: the story goes on there."


def run(pace: float, news: int) -> int:
    """Post a piece of news every `pace` seconds until `news` are told (0: to the end)."""
    return in_words(lambda: _alone(pace, news))


def in_words(tell: Callable[[], int]) -> int:
    """What telling returns; 1 and a sentence where it cannot be done or goes on no longer."""
    try:
        return tell()
    except guard.CannotTell as error:
        print(error, flush=True)
    except httpx.HTTPError as error:
        print(NO_LONGER.format(error), flush=True)
    return 1


def _alone(pace: float, news: int) -> int:
    with guard.alone(), httpx.Client(timeout=guard.TIMEOUT_SECONDS) as client:
        return _run(client, pace, news)


def _run(client: httpx.Client, pace: float, news: int) -> int:
    known = state.recall()
    shops = [
        one for one in queries.every_connection(known.store if known else "") if one.system == "api"
    ]
    if known is None or not shops:
        print(NO_STORE)
        return 1
    address = guard.app_address()
    guard.see_app(client, address)
    moments = story(known.written_at)
    store = queries.store_for(known.store)
    assert store is not None
    with _offices(store, known, moments) as open_:
        narrator = _Narrator(client, address, shops[0].public_id, moments, open_)
        _tell(narrator, known, moments, pace, news)
    return 0


def _offices(
    store: Store, known: state.DemoState, moments: list[Moment]
) -> AbstractContextManager[Offices]:
    """The carriers' stand-ins, or none where the app may not ask them."""
    if not offices.can_be_asked():
        print(NOT_ALLOWED, flush=True)
        return nullcontext(Offices(store, {}))
    told = scripts(moments, known.written_at, known.told_at, known.told_live)
    asked = frozenset(known.asked)
    return offices.opened(store, [one for one in told if one.number in asked])


def _tell(
    narrator: "_Narrator", known: state.DemoState, moments: list[Moment], pace: float, news: int
) -> None:
    coming = [moment for moment in moments if moment.at > known.written_at][known.told_live :]
    for told, moment in enumerate(coming, start=1):
        now = clock.now()
        print(narrator.tell(moment, now), flush=True)
        known.told_live += 1
        known.told_at.append(now)
        state.remember(known)
        if told == news:
            return
        narrator.offices.wait(pace)
    print("The story is told to its end.")


class _Narrator:
    """Posts news, signed, to the demo shop's own connection, and tells carriers of moves."""

    def __init__(
        self,
        client: httpx.Client,
        app: str,
        public_id: str,
        told: list[Moment],
        open_: Offices,
    ) -> None:
        self.client, self.address = client, f"{app}/in/{public_id}"
        self.offices = open_
        connection = queries.named(public_id)[0]
        self.credentials = unseal(public_id, connection.credentials).current
        self.orders: dict[str, dict[str, Any]] = {}
        for moment in told:
            if isinstance(moment.fact, OrderFact):
                self.orders.setdefault(moment.fact.external_id, _order_body(moment.fact))

    def tell(self, moment: Moment, now: datetime) -> str:
        """Let one piece of news happen now; returns a line for whoever watches."""
        fact = moment.fact
        if isinstance(fact, TrackingFact):
            scan = fact.scans[-1]
            if not self.offices.move(fact.carrier, fact.number, move(scan, now)):
                self._post("tracking-events", _tracking_body(fact, now))
            return f"{now:%H:%M:%S}  {fact.number}: {scan.text}, {scan.place.city}"
        return self._tell_of_order(fact, now)

    def _tell_of_order(self, fact: Any, now: datetime) -> str:
        key = fact.external_id if isinstance(fact, OrderFact) else fact.order_external_id
        order = self.orders[key]
        order["updated_at"] = now.isoformat()
        if isinstance(fact, FulfillmentFact):
            order.setdefault("fulfillments", []).append(_part(fact, created_at=now))
            line = "is sent"
        elif isinstance(fact, RefundFact):
            order.setdefault("refunds", []).append(_part(fact, refunded_at=now))
            line = f"gets {fact.amount} {fact.currency} back"
        else:
            line = "is cancelled" if fact.cancelled_at else "is placed"
            order["cancelled_at" if fact.cancelled_at else "placed_at"] = now.isoformat()
        self._post("orders", order)
        return f"{now:%H:%M:%S}  Order {order['number']} {line}"

    def _post(self, topic: str, body: dict[str, Any]) -> None:
        raw = msgspec.json.encode(body)
        headers = connector("api").sign(topic, raw, self.credentials, uuid4().hex)
        self.client.post(self.address, content=raw, headers=headers).raise_for_status()


def _order_body(fact: OrderFact) -> dict[str, Any]:
    body: dict[str, Any] = msgspec.to_builtins(fact)
    for name in ("closed_at", "status_url", "tags", "test"):
        body.pop(name)
    for name in ("locale", "accepts_marketing", "created_at", "updated_at"):
        body["customer"].pop(name)
    return {name: value for name, value in body.items() if value not in (None, "")}


def _part(fact: FulfillmentFact | RefundFact, **moments: datetime) -> dict[str, Any]:
    body: dict[str, Any] = msgspec.to_builtins(fact)
    for name in ("order_external_id", "location", "updated_at"):
        body.pop(name, None)
    return body | {name: moment.isoformat() for name, moment in moments.items()}


def _tracking_body(fact: TrackingFact, now: datetime) -> dict[str, Any]:
    scan = fact.scans[-1]
    return {
        "events": [
            {
                "tracking_number": fact.number,
                "carrier": fact.carrier,
                "occurred_at": now.astimezone(scan.occurred_at.tzinfo).isoformat(),
                "status": scan.status,
                "reason": scan.reason,
                "text": scan.text,
                "city": scan.place.city,
                "region": scan.place.region,
                "country": scan.place.country,
                "expected_date": fact.expected_date and fact.expected_date.isoformat(),
            }
        ]
    }
