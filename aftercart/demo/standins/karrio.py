"""A Karrio server: trackers by carrier and number, and its webhooks.

After Karrio's own API (`/v1/trackers`, `/v1/webhooks`) and what its connectors are known to do: a
day and a time without a zone, and a timestamp that is the local time called UTC.
"""

import hashlib
from typing import Any

from babel import Locale

from aftercart.connectors.base import Limit
from aftercart.delivery.shipments.facts import PlaceFact
from aftercart.demo.standins.base import Move, Request, Response, Script, StandIn, as_json

# How Karrio says what a script says: status, reason, and a carrier's words.
SPOKEN: dict[tuple[str, str], tuple[str, str, str]] = {
    ("picked_up", ""): ("picked_up", "", "Picked up by courier"),
    ("in_transit", ""): ("in_transit", "", "Arrived at facility"),
    ("out_for_delivery", ""): ("out_for_delivery", "", "On vehicle for delivery"),
    ("available_for_pickup", ""): ("ready_for_pickup", "", "Available for pickup"),
    ("attempt_failed", ""): ("delivery_failed", "unknown", "Delivery attempt failed"),
    ("attempt_failed", "recipient_not_home"): (
        "delivery_failed", "consignee_not_home", "Nobody home"),
    ("attempt_failed", "refused"): ("delivery_failed", "consignee_refused", "Refused"),
    ("delivered", ""): ("delivered", "", "Shipment delivered"),
    ("returning", ""): ("return_to_sender", "", "Returning to sender"),
    ("cancelled", ""): ("cancelled", "", "Cancelled"),
}  # fmt: skip


class Karrio(StandIn):
    """It knows one organization, by its `token`. Numbers that begin with `BAD` are nobody's."""

    system = "karrio"
    limits = (Limit(300, 60),)
    token = "karrio-token"  # noqa: S105 - that of a stand-in

    def __init__(self, *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        self.trackers: dict[str, tuple[str, str]] = {}
        self.webhooks: list[dict[str, Any]] = []
        self.is_strict = False

    def answer(self, request: Request) -> Response:
        """Trackers and webhooks; `is_strict` answers 409 where a tracker exists."""
        if request.headers.get("authorization") != f"Token {self.token}":
            return _error(401, "authentication_failed", "Invalid token.")
        if request.path == "/v1/webhooks":
            return as_json({"results": self.webhooks})
        if request.path == "/v1/trackers":
            return self._made(request) if request.method == "POST" else self._listed(request)
        known_as = request.path.removeprefix("/v1/trackers/")
        if known_as not in self.trackers:
            return _error(404, "not_found", "No Tracker matches the given query.")
        return as_json(self.tracker(known_as))

    def _listed(self, request: Request) -> Response:
        number = request.parameter("tracking_number")
        found = [
            self.tracker(one)
            for one, (_carrier, known) in self.trackers.items()
            if known == number or not number
        ]
        return as_json({"count": len(found), "next": None, "results": found})

    def _made(self, request: Request) -> Response:
        wanted = request.json()
        carrier, number = str(wanted["carrier_name"]), str(wanted["tracking_number"])
        if number.startswith("BAD"):
            message = {"code": "404", "message": "Number not found", "carrier_name": carrier}
            return as_json({"messages": [message]}, 424)
        known_as = _id_of(carrier, number)
        if self.is_strict and known_as in self.trackers:
            return _error(409, "conflict", "Tracker already exists.")
        self.trackers[known_as] = carrier, number
        return as_json(self.tracker(known_as), 201)

    def tracker(self, known_as: str) -> dict[str, Any]:
        """A Tracker as Karrio writes it, in answers and in webhooks."""
        carrier, number = self.trackers[known_as]
        script = self.scripts.get(number) or Script(number=number, moves=())
        moves = script.so_far(self.clock())
        return {
            "id": known_as,
            "object_type": "tracker",
            "carrier_name": carrier,
            "tracking_number": number,
            "status": _spoken(moves[-1])[0] if moves else "unknown",
            "delivered": bool(moves) and moves[-1].status == "delivered",
            "estimated_delivery": script.expected_date or None,
            "events": [_event(move) for move in reversed(moves)],
            "info": {"shipment_service": script.service or None},
            "messages": [],
            "updated_at": self.clock().isoformat(),
        }


def _event(move: Move) -> dict[str, Any]:
    status, reason, words = _spoken(move)
    return {
        "date": move.at.strftime("%Y-%m-%d"),
        "time": move.at.strftime("%H:%M"),
        "timestamp": move.at.strftime("%Y-%m-%dT%H:%M:%S.000Z"),
        "code": status.upper()[:4],
        "description": words,
        "location": _location(move.place),
        "status": status,
        "reason": reason or None,
    }


def _spoken(move: Move) -> tuple[str, str, str]:
    return SPOKEN.get((move.status, move.reason)) or SPOKEN[move.status, ""]


def _location(place: PlaceFact) -> str | None:
    if place.region:
        return f"{place.city}, {place.region}, {place.country}"
    country = Locale.parse("en").territories.get(place.country, place.country)
    return ", ".join(part for part in (place.city, country) if part) or None


def _id_of(carrier: str, number: str) -> str:
    return f"trk_{hashlib.sha256(f'{carrier}/{number}'.encode()).hexdigest()[:24]}"


def _error(status: int, code: str, message: str) -> Response:
    return as_json({"errors": [{"code": code, "message": message}]}, status)
