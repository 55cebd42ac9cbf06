"""AfterShip's Tracking API 2026-07: trackings made, and listed by number.

After aftership.com/docs/tracking: an error stands in `meta`, also that a tracking exists (4003);
each endpoint has its own limit, told in `X-RateLimit-*`.
"""

import hashlib
from datetime import datetime, timedelta
from typing import Any

from aftercart.connectors.base import Limit
from aftercart.demo.standins.base import Move, Request, Response, Script, StandIn, as_json

# How AfterShip says what a script says: tag, subtag, and a carrier's words.
SPOKEN: dict[tuple[str, str], tuple[str, str, str]] = {
    ("info_received", ""): ("InfoReceived", "InfoReceived_001", "Order information received"),
    ("picked_up", ""): ("InTransit", "InTransit_002", "Accepted at the counter"),
    ("in_transit", ""): ("InTransit", "InTransit_003", "Arrived at facility"),
    ("in_transit", "customs_clearance"): ("InTransit", "InTransit_006", "Customs clearance"),
    ("out_for_delivery", ""): ("OutForDelivery", "OutForDelivery_001", "Out for delivery"),
    ("available_for_pickup", ""): (
        "AvailableForPickup", "AvailableForPickup_001", "Available for pickup"),
    ("attempt_failed", ""): ("AttemptFail", "AttemptFail_001", "Delivery attempt failed"),
    ("attempt_failed", "recipient_not_home"): ("AttemptFail", "AttemptFail_002", "Nobody home"),
    ("attempt_failed", "business_closed"): ("AttemptFail", "AttemptFail_003", "Premises closed"),
    ("delivered", ""): ("Delivered", "Delivered_001", "Delivered"),
    ("delivered", "signed_for"): ("Delivered", "Delivered_003", "Delivered and signed for"),
    ("delivered", "delivered_to_neighbour"): ("Delivered", "Delivered_005", "With a neighbour"),
    ("exception", "customs_hold"): ("Exception", "Exception_004", "Delayed in customs"),
    ("exception", "refused"): ("Exception", "Exception_003", "The receiver refused it"),
    ("exception", "damaged"): ("Exception", "Exception_012", "Damaged"),
    ("exception", "lost"): ("Exception", "Exception_013", "Lost"),
    ("returning", ""): ("Exception", "Exception_010", "Returning to sender"),
    ("returned", ""): ("Exception", "Exception_011", "Returned to sender"),
}  # fmt: skip
LISTED = Limit(6, 1)


class AfterShip(StandIn):
    """It knows one organization, by its `api_key`. Numbers that begin with `BAD` are invalid."""

    system = "aftership"
    limits = (LISTED,)
    api_key = "aftership-key"

    def __init__(self, *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        self.known: dict[str, str] = {}

    def key_of(self, request: Request) -> str:
        """Limits are the organization's."""
        return self.api_key

    def limit_reached(self, request: Request, wait: timedelta) -> Response:
        """Whole seconds until the limit begins anew."""
        seconds = str(max(1, round(wait.total_seconds() + 0.5)))
        response = _error(429, 42900, "You have exceeded the API call rate limit.")
        headers = {**response.headers, "Retry-After": seconds, "X-RateLimit-Remaining": "0"}
        return Response(status=429, body=response.body, headers=headers)

    def answer(self, request: Request) -> Response:
        """The list, and new trackings."""
        if request.headers.get("as-api-key") != self.api_key:
            return _error(401, 40101, "The API key is invalid.")
        if request.path != "/trackings":
            return _error(404, 40400, "The URL does not exist.")
        return self._made(request) if request.method == "POST" else self._listed(request)

    def _listed(self, request: Request) -> Response:
        asked = request.parameter("tracking_numbers").upper().split(",")
        found = [self.tracking(number) for number in asked if number in self.known]
        return _ok({"pagination": {"total": len(found)}, "trackings": found})

    def _made(self, request: Request) -> Response:
        wanted = request.json()
        number = str(wanted["tracking_number"])
        if number.startswith("BAD"):
            return _error(400, 4005, "The value of `tracking_number` is invalid.")
        if number in self.known:
            found = {"id": _id_of(number), "tracking_number": number}
            return _error(400, 4003, "Tracking already exists.", found)
        self.known[number] = str(wanted.get("slug") or "usps")
        return _ok({**self.tracking(number), "tag": "Pending", "checkpoints": []}, 201)

    def tracking(self, number: str) -> dict[str, Any]:
        """A tracking as AfterShip writes it."""
        now = self.clock()
        script = self.scripts.get(number) or Script(number=number, moves=())
        moves = script.so_far(now)
        latest = _spoken(moves[-1]) if moves else ("Pending", "Pending_001", "")
        return {
            "id": _id_of(number),
            "tracking_number": number,
            "slug": self.known.get(number, "usps"),
            "tag": latest[0],
            "subtag": latest[1],
            "signed_by": script.signed_by or None,
            "shipment_type": script.service or None,
            "courier_estimated_delivery_date": (
                {"estimated_delivery_date": script.expected_date} if script.expected_date else None
            ),
            "updated_at": now.isoformat(),
            "checkpoints": [_checkpoint(move) for move in moves],
        }


def _checkpoint(move: Move) -> dict[str, Any]:
    tag, subtag, words = _spoken(move)
    return {
        "tag": tag,
        "subtag": subtag,
        "message": words,
        "raw_tag": None,
        "checkpoint_time": _at(move.at),
        "city": move.place.city or None,
        "state": move.place.region or None,
        "postal_code": move.place.postcode or None,
        "country_region": move.place.country or None,
    }


def _spoken(move: Move) -> tuple[str, str, str]:
    return SPOKEN.get((move.status, move.reason)) or SPOKEN[move.status, ""]


def _at(at: datetime) -> str:
    return at.isoformat(timespec="seconds")


def _id_of(number: str) -> str:
    return hashlib.sha256(number.encode()).hexdigest()[:32]


def _ok(data: Any, status: int = 200) -> Response:
    return as_json({"meta": {"code": status}, "data": data}, status)


def _error(status: int, code: int, message: str, data: Any = None) -> Response:
    meta = {"code": code, "message": message, "type": "BadRequest"}
    return as_json({"meta": meta, "data": data or {}}, status)
