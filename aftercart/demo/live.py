"""The demo in motion: orders come in and parcels move, posted to the running app as a shop would.

What the story holds after the moment it was written for happens now, one piece of news after the
other, at the pace of somebody who watches.
"""

import time
from datetime import datetime
from typing import Any
from uuid import uuid4

import httpx
import msgspec

from aftercart.commerce.orders.facts import FulfillmentFact, OrderFact, RefundFact
from aftercart.connectors.registry import connector
from aftercart.core import clock
from aftercart.delivery.shipments.facts import TrackingFact
from aftercart.demo import state
from aftercart.demo.script import Moment, story
from aftercart.intake import queries
from aftercart.intake.addresses import intake_address
from aftercart.intake.credentials import unseal

TIMEOUT_SECONDS = 10


def run(pace: float, news: int) -> int:
    """Post a piece of news every `pace` seconds until `news` are told (0: to the end)."""
    known = state.recall()
    shops = [
        one for one in queries.every_connection(known.store if known else "") if one.system == "api"
    ]
    if known is None or not shops:
        print("There is no demo store here, or its API connection was removed.")
        return 1
    moments = story(known.written_at)
    with httpx.Client(timeout=TIMEOUT_SECONDS) as client:
        narrator = _Narrator(client, shops[0].public_id, moments)
        return _tell(narrator, known, moments, pace, news)


def _tell(
    narrator: "_Narrator", known: state.DemoState, moments: list[Moment], pace: float, news: int
) -> int:
    coming = [moment for moment in moments if moment.at > known.written_at][known.told_live :]
    for told, moment in enumerate(coming, start=1):
        print(narrator.tell(moment), flush=True)
        known.told_live += 1
        state.remember(known)
        if told == news:
            return 0
        time.sleep(pace)
    print("The story is told to its end.")
    return 0


class _Narrator:
    """Posts news, signed, to the demo's own connection."""

    def __init__(self, client: httpx.Client, public_id: str, told: list[Moment]) -> None:
        self.client, self.address = client, intake_address(public_id)
        connection = queries.named(public_id)[0]
        self.credentials = unseal(public_id, connection.credentials).current
        self.orders: dict[str, dict[str, Any]] = {}
        for moment in told:
            if isinstance(moment.fact, OrderFact):
                self.orders.setdefault(moment.fact.external_id, _order_body(moment.fact))

    def tell(self, moment: Moment) -> str:
        """Let one piece of news happen now; returns a line for whoever watches."""
        fact, now = moment.fact, clock.now()
        if isinstance(fact, TrackingFact):
            body = _tracking_body(fact, now)
            self._post("tracking-events", body)
            scan = fact.scans[-1]
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
