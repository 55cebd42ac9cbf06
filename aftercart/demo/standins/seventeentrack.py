"""17TRACK's Tracking API v2.2: registration, answers about up to 40 numbers, and the quota.

After public clients of it: errors of a whole request and of single numbers stand in a 200; a number
must be registered first; three requests a second.
"""

from datetime import UTC
from typing import Any

from aftercart.connectors.base import Limit
from aftercart.delivery.shipments.facts import PlaceFact
from aftercart.demo.standins.base import Move, Request, Response, Script, StandIn, as_json

MOST_NUMBERS = 40
# How 17TRACK says what a script says: the sub-status, and a carrier's words.
SPOKEN: dict[tuple[str, str], tuple[str, str]] = {
    ("info_received", ""): ("InfoReceived", "Shipment information received"),
    ("picked_up", ""): ("InTransit_PickedUp", "Picked up"),
    ("in_transit", ""): ("InTransit_Arrival", "Arrived at facility"),
    ("in_transit", "customs_clearance"): ("InTransit_CustomsProcessing", "Customs clearance"),
    ("exception", "customs_information_needed"): (
        "InTransit_CustomsRequiringInformation", "Customs need documents"),
    ("available_for_pickup", ""): ("AvailableForPickup_Other", "Available for pickup"),
    ("out_for_delivery", ""): ("OutForDelivery_Other", "Out for delivery"),
    ("attempt_failed", ""): ("DeliveryFailure_Other", "Delivery attempt failed"),
    ("attempt_failed", "recipient_not_home"): ("DeliveryFailure_NoBody", "Nobody home"),
    ("attempt_failed", "refused"): ("DeliveryFailure_Rejected", "Refused by the recipient"),
    ("attempt_failed", "address_problem"): ("DeliveryFailure_InvalidAddress", "Wrong address"),
    ("delivered", ""): ("Delivered_Other", "Delivered"),
    ("returning", ""): ("Exception_Returning", "Returning to sender"),
    ("returned", ""): ("Exception_Returned", "Returned to sender"),
    ("exception", "damaged"): ("Exception_Damage", "Damaged"),
    ("exception", "carrier_delay"): ("Exception_Delayed", "Delayed"),
    ("exception", "lost"): ("Exception_Lost", "Lost"),
    ("cancelled", ""): ("Exception_Cancel", "Cancelled"),
}  # fmt: skip


class SeventeenTrack(StandIn):
    """It knows one account, by its `api_key`, with room for `quota` numbers.

    Numbers that begin with `BAD` are invalid, those that begin with `NONE` are of no carrier.
    """

    system = "17track"
    limits = (Limit(3, 1),)
    api_key = "17track-key"

    def __init__(self, *given: Any, quota: int = 1000, **more: Any) -> None:
        super().__init__(*given, **more)
        self.registered: dict[str, int] = {}
        self.quota = quota

    def key_of(self, request: Request) -> str:
        """Limits are the account's."""
        return self.api_key

    def answer(self, request: Request) -> Response:
        """Every endpoint takes a list of numbers."""
        if request.headers.get("17token") != self.api_key:
            return _failed(401, -18010002, "Invalid security key.")
        if request.path == "/getquota":
            left = self.quota - len(self.registered)
            return _ok({"quota_total": self.quota, "quota_remain": left})
        wanted = request.json()
        if not isinstance(wanted, list) or len(wanted) > MOST_NUMBERS:
            return _failed(200, -18010014, "The submitted tracking numbers exceed 40.")
        if request.path == "/register":
            return self._all(wanted, self._register)
        if request.path == "/gettrackinfo":
            return self._all(wanted, self._found)
        return _failed(404, -18010003, "Internal service error.")

    def _all(self, wanted: list[Any], each: Any) -> Response:
        accepted: list[Any] = []
        rejected: list[Any] = []
        for one in wanted:
            told = each(str(one["number"]), one)
            (rejected if "error" in told else accepted).append(told)
        return _ok({"accepted": accepted, "rejected": rejected})

    def _register(self, number: str, wanted: dict[str, Any]) -> dict[str, Any]:
        if number.startswith("BAD"):
            return _rejected(number, -18010012, f"The format of '{number}' is invalid.")
        if number.startswith("NONE"):
            return _rejected(number, -18019903, "Carrier cannot be detected.")
        if number in self.registered:
            return _rejected(number, -18019901, f"'{number}' has been registered.")
        if len(self.registered) >= self.quota:
            return _rejected(number, -18019908, "The quota is used up.")
        self.registered[number] = int(wanted.get("carrier") or 21051)
        return {"number": number, "carrier": self.registered[number], "origin": 1}

    def _found(self, number: str, wanted: dict[str, Any]) -> dict[str, Any]:
        if number not in self.registered:
            return _rejected(number, -18019902, f"'{number}' is not registered.")
        return self.number(number)

    def number(self, number: str) -> dict[str, Any]:
        """A number as 17TRACK writes it, in answers and in notifications."""
        script = self.scripts.get(number) or Script(number=number, moves=())
        events = [_event(move) for move in reversed(script.so_far(self.clock()))]
        carrier = self.registered.get(number, 21051)
        provider = {
            "provider": {"key": carrier, "name": "A carrier"},
            "latest_sync_status": "Success",
            "latest_sync_time": self.clock().isoformat(),
            "events": events,
        }
        estimate = {"source": "Official", "from": None, "to": script.expected_date or None}
        info = {
            "shipping_info": {"recipient_address": _address(script.destination)},
            "latest_status": {"status": "NotFound"} if not events else {},
            "latest_event": events[0] if events else None,
            "time_metrics": {
                "days_after_last_update": self.clock().day,
                "estimated_delivery_date": estimate if script.expected_date else {},
            },
            "misc_info": {"service_type": script.service or None},
            "tracking": {"providers": [provider]},
        }
        return {"number": number, "carrier": carrier, "tag": "", "track_info": info}


def _event(move: Move) -> dict[str, Any]:
    sub_status, words = SPOKEN.get((move.status, move.reason)) or SPOKEN[move.status, ""]
    return {
        "time_iso": move.at.isoformat(timespec="seconds"),
        "time_utc": move.at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "time_raw": {
            "date": move.at.strftime("%Y-%m-%d"),
            "time": move.at.strftime("%H:%M:%S"),
            "timezone": move.at.strftime("%:z") if move.at.tzinfo else None,
        },
        "description": words,
        "location": move.place.city or None,
        "stage": None,
        "sub_status": sub_status,
        "address": _address(move.place),
    }


def _address(place: PlaceFact) -> dict[str, Any]:
    return {
        "country": place.country or None,
        "state": place.region or None,
        "city": place.city or None,
        "postal_code": place.postcode or None,
    }


def _ok(data: Any) -> Response:
    return as_json({"code": 0, "data": data})


def _rejected(number: str, code: int, message: str) -> dict[str, Any]:
    return {"number": number, "error": {"code": code, "message": message}}


def _failed(status: int, code: int, message: str) -> Response:
    return as_json({"code": code, "data": {"errors": [{"code": code, "message": message}]}}, status)
