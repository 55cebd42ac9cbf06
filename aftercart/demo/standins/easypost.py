"""EasyPost: trackers, webhooks, and its test codes `EZ1000000001` to `EZ7000000007`.

After docs.easypost.com ("Trackers", "Webhooks"): the key is the user of Basic authentication; a
number that is known gets the tracker that there is; times are in UTC; an error stands in `error`.
"""

import base64
import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from aftercart.connectors.base import Limit
from aftercart.delivery.shipments.facts import PlaceFact
from aftercart.demo.standins.base import Move, Request, Response, Script, StandIn, as_json

# How EasyPost says what a script says: status, detail, and a carrier's words.
SPOKEN: dict[tuple[str, str], tuple[str, str, str]] = {
    ("info_received", ""): ("pre_transit", "label_created", "Shipping Label Created"),
    ("picked_up", ""): ("in_transit", "received_at_origin_facility", "Package accepted"),
    ("in_transit", ""): ("in_transit", "arrived_at_facility", "Arrived at Facility"),
    ("in_transit", "carrier_delay"): ("in_transit", "delayed", "In transit, running late"),
    ("out_for_delivery", ""): ("out_for_delivery", "out_for_delivery", "Out for Delivery"),
    ("available_for_pickup", ""): (
        "available_for_pickup", "arrived_at_pickup_location", "Available for Pickup"),
    ("delivered", ""): ("delivered", "arrived_at_destination", "Delivered, Front Door"),
    ("returning", ""): ("return_to_sender", "return", "Return to sender"),
    ("returning", "refused"): ("return_to_sender", "refused", "Refused, on its way back"),
    ("exception", "damaged"): ("failure", "damaged", "The parcel is damaged"),
    ("exception", "lost"): ("failure", "lost", "The parcel is lost"),
    ("cancelled", ""): ("cancelled", "cancelled", "Label cancelled"),
}  # fmt: skip
TESTED: dict[str, tuple[tuple[str, str], ...]] = {
    "EZ1000000001": (("info_received", ""),),
    "EZ2000000002": (("info_received", ""), ("in_transit", "")),
    "EZ3000000003": (("in_transit", ""), ("out_for_delivery", "")),
    "EZ4000000004": (("out_for_delivery", ""), ("delivered", "")),
    "EZ5000000005": (("in_transit", ""), ("returning", "")),
    "EZ6000000006": (("in_transit", ""), ("exception", "lost")),
    "EZ7000000007": (),
}
SIGNED_BY = {"EZ4000000004": "John Tester"}


class EasyPost(StandIn):
    """It knows one account, by its `api_key`. Numbers that begin with `BAD` are nobody's."""

    system = "easypost"
    limits = (Limit(300, 60),)
    api_key = "easypost-key"

    def __init__(self, *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        self.trackers: dict[str, str] = {}
        self.webhooks: list[dict[str, Any]] = []

    def limit_reached(self, request: Request, wait: timedelta) -> Response:
        """EasyPost names no time to wait."""
        return _error(429, "RATE_LIMITED", "Too many requests, please slow down")

    def answer(self, request: Request) -> Response:
        """Trackers and webhooks."""
        expected = base64.b64encode(f"{self.api_key}:".encode()).decode()
        if request.headers.get("authorization") != f"Basic {expected}":
            return _error(401, "APIKEY.INVALID", "This api key is no longer active.")
        if request.path == "/webhooks":
            return self._webhooks(request)
        if request.path == "/trackers":
            return self._made(request) if request.method == "POST" else as_json({"trackers": []})
        number = self.trackers.get(request.path.removeprefix("/trackers/"))
        if number is None:
            return _error(404, "NOT_FOUND", "The requested resource could not be found.")
        return as_json(self.tracker(number))

    def _webhooks(self, request: Request) -> Response:
        if request.method != "POST":
            return as_json({"webhooks": self.webhooks})
        given = request.json()["webhook"]
        self.webhooks.append({"id": "hook_1", "url": given["url"], "disabled_at": None})
        return as_json(self.webhooks[-1], 201)

    def _made(self, request: Request) -> Response:
        number = str(request.json()["tracker"]["tracking_code"])
        if number.startswith("BAD"):
            message = "The tracking number does not belong to the carrier"
            return _error(422, "TRACKER.CREATE.ERROR", message)
        self.trackers[_id_of(number)] = number
        return as_json(self.tracker(number))

    def tracker(self, number: str) -> dict[str, Any]:
        """A Tracker as EasyPost writes it."""
        script = self.scripts.get(number) or _tested(number, self.clock())
        moves = script.so_far(self.clock())
        latest = _spoken(moves[-1]) if moves else ("unknown", "unknown", "")
        return {
            "id": _id_of(number),
            "object": "Tracker",
            "mode": "test" if number in TESTED else "production",
            "tracking_code": number,
            "status": latest[0],
            "status_detail": latest[1],
            "updated_at": _utc(self.clock()),
            "signed_by": script.signed_by or None,
            "est_delivery_date": None,
            "carrier": "USPS",
            "tracking_details": [_detail(move) for move in moves],
            "carrier_detail": {
                "service": script.service or None,
                "est_delivery_date_local": script.expected_date or None,
                "destination_tracking_location": _location(script.destination),
            },
            "fees": [{"object": "Fee", "amount": "0.02000"}],
        }


def _tested(number: str, now: datetime) -> Script:
    """What EasyPost plays for a test code; nothing of any other number."""
    begins = now.replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=2)
    place = PlaceFact(city="HOUSTON", region="TX", postcode="77063", country="US")
    moves = [
        Move(at=begins + timedelta(hours=hour), status=status, reason=reason, place=place)  # type: ignore[arg-type]
        for hour, (status, reason) in enumerate(TESTED.get(number, ()))
    ]
    return Script(number=number, moves=tuple(moves), signed_by=SIGNED_BY.get(number, ""))


def _detail(move: Move) -> dict[str, Any]:
    status, finer, words = _spoken(move)
    return {
        "object": "TrackingDetail",
        "message": words,
        "description": None,
        "status": status,
        "status_detail": finer,
        "datetime": _utc(move.at),
        "source": "USPS",
        "carrier_code": None,
        "tracking_location": _location(move.place),
    }


def _spoken(move: Move) -> tuple[str, str, str]:
    return SPOKEN.get((move.status, move.reason)) or SPOKEN[move.status, ""]


def _location(place: PlaceFact) -> Mapping[str, Any]:
    return {
        "city": place.city or None,
        "state": place.region or None,
        "country": place.country or None,
        "zip": place.postcode or None,
    }


def _utc(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _id_of(number: str) -> str:
    return f"trk_{hashlib.sha256(number.encode()).hexdigest()[:32]}"


def _error(status: int, code: str, message: str) -> Response:
    return as_json({"error": {"code": code, "message": message, "errors": []}}, status)
