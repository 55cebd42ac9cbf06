"""Shippo: Tracks by carrier and number, webhooks, and its numbers for trying (`SHIPPO_TRANSIT`).

After docs.goshippo.com ("Tracking", "Webhooks", "Rate limits"): a Track is registered once; the
history is oldest first, in UTC; a number that is not registered is a 404; ids change each time.
"""

import secrets
from datetime import UTC, datetime, timedelta
from typing import Any

from aftercart.connectors.base import Limit
from aftercart.delivery.shipments.facts import PlaceFact
from aftercart.demo.standins.base import Move, Request, Response, Script, StandIn, as_json

# How Shippo says what a script says: status, sub-status, and a carrier's words.
SPOKEN: dict[tuple[str, str], tuple[str, str, str]] = {
    ("info_received", ""): ("PRE_TRANSIT", "information_received", "Label information received"),
    ("picked_up", ""): ("TRANSIT", "package_accepted", "Accepted at the counter"),
    ("in_transit", ""): ("TRANSIT", "package_arrived", "Arrived at facility"),
    ("in_transit", "carrier_delay"): ("TRANSIT", "delayed", "Running late"),
    ("in_transit", "rescheduled"): ("TRANSIT", "delivery_rescheduled", "Another day was agreed"),
    ("out_for_delivery", ""): ("TRANSIT", "out_for_delivery", "Out for delivery"),
    ("available_for_pickup", ""): ("TRANSIT", "pickup_available", "Available for pickup"),
    ("attempt_failed", ""): ("TRANSIT", "delivery_attempted", "Delivery attempt failed"),
    ("attempt_failed", "recipient_not_home"): ("TRANSIT", "notice_left", "Notice left"),
    ("exception", "address_problem"): ("TRANSIT", "address_issue", "Address incomplete"),
    ("exception", "damaged"): ("TRANSIT", "package_damaged", "Damaged"),
    ("exception", "lost"): ("FAILURE", "package_lost", "Lost"),
    ("exception", "destroyed"): ("FAILURE", "package_disposed", "Disposed of"),
    ("delivered", ""): ("DELIVERED", "delivered", "Delivered"),
    ("returning", ""): ("RETURNED", "return_to_sender", "Returning to sender"),
    ("returning", "unclaimed"): ("RETURNED", "package_unclaimed", "Nobody claimed it"),
}  # fmt: skip
TRIED: dict[str, tuple[tuple[str, str], ...]] = {
    "SHIPPO_PRE_TRANSIT": (("info_received", ""),),
    "SHIPPO_TRANSIT": (("info_received", ""), ("in_transit", "")),
    "SHIPPO_DELIVERED": (("in_transit", ""), ("delivered", "")),
    "SHIPPO_RETURNED": (("in_transit", ""), ("returning", "")),
    "SHIPPO_FAILURE": (("in_transit", ""), ("exception", "lost")),
    "SHIPPO_UNKNOWN": (),
}


class Shippo(StandIn):
    """It knows one account, by its `api_key`. Numbers that begin with `BAD` are nobody's."""

    system = "shippo"
    limits = (Limit(500, 60),)
    api_key = "shippo_live_key"

    def __init__(self, *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        self.registered: set[tuple[str, str]] = set()
        self.webhooks: list[dict[str, Any]] = []

    def answer(self, request: Request) -> Response:
        """Tracks and webhooks."""
        if request.headers.get("authorization") != f"ShippoToken {self.api_key}":
            return as_json({"detail": "Invalid token"}, 401)
        if request.path == "/webhooks":
            return self._webhooks(request)
        if request.path == "/tracks" and request.method == "POST":
            wanted = request.json()
            return self._registered(str(wanted["carrier"]), str(wanted["tracking_number"]))
        _, _, carrier, number = (*request.path.split("/"), "", "", "")[:4]
        if (carrier, number) not in self.registered:
            return as_json({"detail": "Not found."}, 404)
        return as_json(self.track(carrier, number))

    def _webhooks(self, request: Request) -> Response:
        if request.method != "POST":
            return as_json({"results": self.webhooks})
        self.webhooks.append(request.json())
        return as_json(self.webhooks[-1], 201)

    def _registered(self, carrier: str, number: str) -> Response:
        if number.startswith("BAD"):
            return as_json({"tracking_number": ["No tracking number of that carrier."]}, 400)
        self.registered.add((carrier, number))
        return as_json(self.track(carrier, number), 201)

    def track(self, carrier: str, number: str) -> dict[str, Any]:
        """A Track as Shippo writes it, in answers and in events."""
        script = self.scripts.get(number) or _tried(number, self.clock())
        history = [_status(move) for move in script.so_far(self.clock())]
        unknown = {"status": "UNKNOWN", "status_date": None, "location": None}
        return {
            "messages": [],
            "carrier": carrier,
            "tracking_number": number,
            "address_from": None,
            "address_to": _location(script.destination),
            "eta": f"{script.expected_date}T00:00:00Z" if script.expected_date else None,
            "servicelevel": {"token": None, "name": script.service or None},
            "metadata": None,
            "tracking_status": history[-1] if history else unknown,
            "tracking_history": history,
            "test": False,
        }


def _tried(number: str, now: datetime) -> Script:
    """What Shippo plays for a number for trying; nothing of any other."""
    begins = now.replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=2)
    place = PlaceFact(city="San Francisco", region="CA", postcode="94103", country="US")
    moves = [
        Move(at=begins + timedelta(hours=hour), status=status, reason=reason, place=place)  # type: ignore[arg-type]
        for hour, (status, reason) in enumerate(TRIED.get(number, ()))
    ]
    return Script(number=number, moves=tuple(moves))


def _status(move: Move) -> dict[str, Any]:
    status, code, words = SPOKEN.get((move.status, move.reason)) or SPOKEN[move.status, ""]
    return {
        "object_id": secrets.token_hex(16),
        "object_created": datetime.now(UTC).isoformat(),
        "status": status,
        "status_details": words,
        "status_date": move.at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "substatus": {"code": code, "text": words, "action_required": False},
        "location": _location(move.place),
    }


def _location(place: PlaceFact) -> dict[str, Any]:
    return {
        "city": place.city,
        "state": place.region,
        "zip": place.postcode,
        "country": place.country,
    }
