"""Ship24: trackers made one by one or together, and what is known under each.

After docs.ship24.com: a bulk request is answered with 207 where some parts failed; making a tracker
twice gives the one that there is; ten requests a second, told in `RateLimit-*`.
"""

import hashlib
import secrets
from typing import Any

from babel import Locale

from aftercart.connectors.base import Limit
from aftercart.delivery.shipments.facts import PlaceFact
from aftercart.demo.standins.base import Move, Request, Response, Script, StandIn, as_json

# How Ship24 says what a script says: code, milestone, and a carrier's words.
SPOKEN: dict[tuple[str, str], tuple[str, str, str]] = {
    ("info_received", ""): ("data_order_created", "info_received", "Order information received"),
    ("cancelled", ""): ("data_order_cancelled", "exception", "Order cancelled"),
    ("picked_up", ""): ("transit_handover", "in_transit", "Picked up"),
    ("in_transit", ""): ("destination_arrival", "in_transit", "Arrived in the country"),
    ("in_transit", "customs_clearance"): ("customs_received", "in_transit", "With customs"),
    ("exception", "customs_hold"): ("customs_exception", "exception", "Held by customs"),
    ("available_for_pickup", ""): (
        "delivery_available_for_pickup", "available_for_pickup", "Available for pickup"),
    ("out_for_delivery", ""): (
        "delivery_out_for_delivery", "out_for_delivery", "Out for delivery"),
    ("attempt_failed", ""): ("delivery_attempted", "failed_attempt", "Delivery attempt failed"),
    ("attempt_failed", "refused"): ("delivery_refused", "exception", "Refused"),
    ("delivered", ""): ("delivery_delivered", "delivered", "Delivered"),
    ("returning", ""): ("exception_return", "exception", "Returning to sender"),
    ("exception", "lost"): ("exception_lost", "exception", "Lost"),
    ("exception", "destroyed"): ("exception_discarded", "exception", "Destroyed"),
}  # fmt: skip


class Ship24(StandIn):
    """It knows one account, by its `api_key`. Numbers that begin with `BAD` are invalid."""

    system = "ship24"
    limits = (Limit(10, 1),)
    api_key = "ship24-key"

    def __init__(self, *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        self.trackers: dict[str, str] = {}
        self.wanted: list[dict[str, Any]] = []

    def answer(self, request: Request) -> Response:
        """Trackers and what is known under them."""
        if request.headers.get("authorization") != f"Bearer {self.api_key}":
            return _error(401, "authentication_error", "Invalid API key")
        if request.path == "/trackers/bulk":
            return self._bulk(request)
        if request.path == "/trackers":
            return as_json({"data": {"trackers": []}})
        known_as = request.path.removeprefix("/trackers/").removesuffix("/results")
        if known_as not in self.trackers:
            return _error(404, "tracker_not_found", "Tracker not found")
        return as_json({"data": {"trackings": [self.tracking(self.trackers[known_as])]}})

    def _bulk(self, request: Request) -> Response:
        self.wanted = request.json()
        parts = [self._part(str(one["trackingNumber"])) for one in self.wanted]
        has_failed = any("errors" in part for part in parts)
        status = "partial" if has_failed else "success"
        return as_json({"status": status, "data": parts}, 207 if has_failed else 201)

    def _part(self, number: str) -> dict[str, Any]:
        if number.startswith("BAD"):
            error = {"code": "validation_error", "message": "trackingNumber is invalid"}
            return {"itemStatus": "error", "errors": [error], "tracker": None}
        is_known = _id_of(number) in self.trackers
        self.trackers[_id_of(number)] = number
        tracker = {"trackerId": _id_of(number), "trackingNumber": number}
        return {"itemStatus": "ignored" if is_known else "created", "tracker": tracker}

    def tracking(self, number: str) -> dict[str, Any]:
        """A tracking as Ship24 writes it, in answers and in webhooks."""
        script = self.scripts.get(number) or Script(number=number, moves=())
        moves = script.so_far(self.clock())
        return {
            "metadata": {"messageId": secrets.token_hex(8), "generatedAt": str(self.clock())},
            "tracker": {"trackerId": _id_of(number), "trackingNumber": number},
            "shipment": {
                "destinationCountryCode": script.destination.country or None,
                "delivery": {
                    "estimatedDeliveryDate": script.expected_date or None,
                    "service": script.service or None,
                    "signedBy": script.signed_by or None,
                },
            },
            "events": [_event(move) for move in reversed(moves)],
            "statistics": {"timestamps": {"checkedDatetime": str(self.clock())}},
        }


def _event(move: Move) -> dict[str, Any]:
    code, milestone, words = SPOKEN.get((move.status, move.reason)) or SPOKEN[move.status, ""]
    return {
        "eventId": secrets.token_hex(8),
        "status": words,
        "occurrenceDatetime": move.at.strftime("%Y-%m-%dT%H:%M:%S"),
        "utcOffset": move.at.strftime("%z")[:3] + ":" + move.at.strftime("%z")[3:],
        "location": _location(move.place),
        "courierCode": "us-post",
        "statusCode": code,
        "statusMilestone": milestone,
    }


def _location(place: PlaceFact) -> str | None:
    """In one line; a country by its name where its code may be a state's."""
    if place.region:
        return f"{place.city}, {place.region}, {place.country}"
    country = Locale.parse("en").territories.get(place.country, place.country)
    return ", ".join(part for part in (place.city, country) if part) or None


def _id_of(number: str) -> str:
    return hashlib.sha256(number.encode()).hexdigest()[:32]


def _error(status: int, code: str, message: str) -> Response:
    return as_json({"errors": [{"code": code, "message": message}], "data": None}, status)
