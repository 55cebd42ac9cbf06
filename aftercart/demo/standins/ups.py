"""UPS: OAuth, the Track API, and Track Alert.

After UPS's own descriptions of its APIs: a token lasts 14,399 seconds and its life is sent as text;
Track wants `transId` and `transactionSrc`, tells one number a request, newest activity first, local
times with Greenwich's beside them in digits without padding; a number that it does not know yet is
a warning inside a 200. Track Alert takes up to 100 numbers for 14 days and tells no history.
"""

import base64
import hashlib
import json
import re
import urllib.error
import urllib.request
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from aftercart.connectors.base import Limit
from aftercart.delivery.shipments.facts import PlaceFact
from aftercart.demo.standins.base import Move, Request, Response, Script, StandIn, as_json

ONE_ALERT = 100
ALERTED_FOR = timedelta(days=14)
NUMBER = re.compile(r"1Z[0-9A-Z]{16}|1R[0-9A-Z]{14,16}")

# How UPS says what a script says: type, code, number, words.
SPOKEN: dict[tuple[str, str], tuple[str, str, str, str]] = {
    ("info_received", ""): ("M", "MP", "003", "Shipper created a label, UPS has not received it."),
    ("picked_up", ""): ("P", "PU", "038", "Pickup Scan "),
    ("in_transit", ""): ("I", "AR", "005", "Arrived at Facility"),
    ("in_transit", "customs_clearance"): (
        "X", "RZ", "012", "Your package is pending release from a Government Agency."),
    ("in_transit", "rescheduled"): ("X", "O6", "055", "We've rescheduled this delivery."),
    ("out_for_delivery", ""): ("I", "OT", "021", "Out For Delivery Today"),
    ("available_for_pickup", ""): ("D", "2Q", "161", "Delivered to UPS Access Point™"),
    ("attempt_failed", ""): ("X", "GB", "060", "Delivery Attempted"),
    ("attempt_failed", "recipient_not_home"): (
        "X", "48", "022", "The receiver was not available for delivery."),
    ("attempt_failed", "business_closed"): ("X", "55", "022", "The receiving business was closed."),
    ("attempt_failed", "held_for_payment"): (
        "X", "51", "062", "We were unable to receive payment."),
    ("exception", ""): ("X", "99", "013", "Please contact UPS for additional information."),
    ("exception", "address_problem"): ("X", "AG", "050", "The address is incomplete."),
    ("exception", "carrier_delay"): (
        "X", "8", "048", "Due to operating conditions, your package may be delayed."),
    ("exception", "customs_hold"): (
        "X", "CT", "013", "Your shipment is held under the General Order regulations."),
    ("exception", "customs_information_needed"): (
        "X", "BB", "058", "UPS contacted the sender to obtain clearance information."),
    ("exception", "damaged"): ("X", "45", "059", "Your package was damaged in transit."),
    ("exception", "destroyed"): ("X", "BZ", "013", "The package is being disposed of."),
    ("exception", "held_for_payment"): ("X", "EY", "085", "Charges are due for this shipment."),
    ("exception", "lost"): ("X", "S9", "068", "We've sent the package to UPS lost and found."),
    ("exception", "missorted"): ("X", "6", "048", "We've misrouted the package."),
    ("exception", "refused"): ("X", "KT", "064", "The receiver refused the delivery."),
    ("exception", "regulatory"): ("X", "73", "013", "It contains prohibited articles."),
    ("exception", "security"): ("X", "G6", "013", "A required security check has delayed it."),
    ("exception", "transport_problem"): (
        "X", "CM", "048", "A flight cancelation has delayed delivery."),
    ("exception", "weather"): ("X", "DJ", "052", "Severe weather conditions have delayed it."),
    ("returning", ""): ("X", "UF", "035", "We're in the process of returning this package."),
    ("returning", "refused"): ("X", "8H", "035", "It was refused and goes back."),
    ("returning", "unclaimed"): ("X", "6C", "035", "The package will be returned."),
    ("returned", ""): ("X", "UA", "034", "UPS has returned your package to the sender."),
    ("cancelled", ""): ("M", "VP", "007", "Shipment Information Voided"),
    ("delivered", ""): ("D", "FS", "011", "Delivered "),
    ("delivered", "collected_by_customer"): ("D", "2W", "011", "Picked Up at UPS Access Point"),
    ("delivered", "delivered_to_neighbour"): ("D", "3H", "011", "Delivered "),
    ("delivered", "delivered_to_safe_place"): ("D", "MQ", "011", "Delivered "),
}  # fmt: skip


class Subscription(msgspec.Struct):
    """A number that Track Alert tells of, to where, and how much of it was told."""

    url: str
    credential: str
    ends_at: datetime
    told: int


class Ups(StandIn):
    """`CLIENT_ID` with `CLIENT_SECRET` is the one app it knows; `has_alerts` whether that app may
    use Track Alert."""

    system = "ups"
    limits = (Limit(300, 60),)
    token_seconds = 14_399
    client_id, client_secret = "ups-client", "ups-secret"

    def __init__(self, *arguments: Any, has_alerts: bool = True, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.has_alerts = has_alerts
        self.subscriptions: dict[str, Subscription] = {}

    def key_of(self, request: Request) -> str:
        """Limits are the app's, whichever token it bears."""
        return "" if request.path == "/security/v1/oauth/token" else self.client_id

    def answer(self, request: Request) -> Response:
        """Tokens, Track and Track Alert."""
        if request.path == "/security/v1/oauth/token":
            return self._token(request)
        if not self.is_token_good(request):
            return _error(401, "250002", "Invalid Authentication Information.")
        if not request.headers.get("transid") or not request.headers.get("transactionsrc"):
            return _error(400, "VSS002", "Missing transId or transactionSrc.")
        if request.path.startswith("/api/track/v1/details/"):
            return self._details(request.path.rpartition("/")[2])
        if request.path == "/api/track/v1/subscription/standard/package":
            return self._subscribe(request.json())
        return _error(404, "404", "The requested resource was not found.")

    def limit_reached(self, request: Request, wait: timedelta) -> Response:
        """UPS names no moment, only that there were too many."""
        return _error(429, "10429", "Too Many Requests")

    def news(self) -> list[int]:
        """Post what happened since the last time to all who subscribed; what was answered."""
        return [
            self._post(number, one, move)
            for number, one in list(self.subscriptions.items())
            if self.clock() < one.ends_at
            for move in self._untold(number, one)
        ]

    def _token(self, request: Request) -> Response:
        pair = f"{self.client_id}:{self.client_secret}".encode()
        expected = f"Basic {base64.b64encode(pair).decode()}"
        if request.headers.get("authorization") != expected:
            return _error(401, "10401", "ClientId is Invalid")
        if request.body != b"grant_type=client_credentials":
            return _error(400, "10400", "Invalid/Missing Grant Type")
        content = {
            "token_type": "Bearer",
            "issued_at": str(int(self.clock().timestamp() * 1000)),
            "client_id": self.client_id,
            "access_token": self.issue_token(),
            "expires_in": str(self.token_seconds),
            "status": "approved",
        }
        return as_json(content)

    def _details(self, number: str) -> Response:
        if not 7 <= len(number) <= 34:
            return _error(400, "TV1002", "Invalid inquiry number")
        script = self.scripts.get(number)
        if script is None:
            return _error(404, "TW0001", "Tracking Information Not Found")
        moves = script.so_far(self.clock())
        shipment = {"inquiryNumber": number, **_shipment(script, moves)}
        return as_json({"trackResponse": {"shipment": [shipment]}})

    def _subscribe(self, wanted: Any) -> Response:
        if not self.has_alerts:
            return _error(403, "250003", "Invalid Access License number")
        numbers = wanted.get("trackingNumberList") or []
        destination = wanted.get("destination") or {}
        if not 0 < len(numbers) <= ONE_ALERT:
            return _error(400, "VSS220", "You have submitted over 100 1Z numbers.")
        if not destination.get("url") or not destination.get("credential"):
            return _error(400, "VSS600", "URL is empty or not present.")
        valid = [number for number in numbers if NUMBER.fullmatch(number)]
        for number in valid:
            script = self.scripts.get(number)
            self.subscriptions[number] = Subscription(
                url=destination["url"],
                credential=destination["credential"],
                ends_at=self.clock() + ALERTED_FOR,
                told=len(script.so_far(self.clock())) if script else 0,
            )
        invalid = [number for number in numbers if number not in valid]
        return as_json({"validTrackingNumbers": valid, "invalidTrackingNumbers": invalid})

    def _untold(self, number: str, one: Subscription) -> tuple[Move, ...]:
        script = self.scripts.get(number)
        moves = script.so_far(self.clock()) if script else ()
        untold, one.told = moves[one.told :], max(len(moves), one.told)
        return untold

    def _post(self, number: str, one: Subscription, move: Move) -> int:
        request = urllib.request.Request(  # noqa: S310 - the address that was subscribed
            one.url,
            data=json.dumps(alert(number, move)).encode(),
            headers={
                "Content-Type": "application/json",
                "User-Agent": "UPSPubSubTrackingService",
                "credential": one.credential,
            },
        )
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310
                return int(answer.status)
        except urllib.error.HTTPError as error:
            return error.code
        except OSError:
            return 0


def alert(number: str, move: Move) -> dict[str, Any]:
    """A move as Track Alert posts it. Some numbers come with a blank before them."""
    kind, code, digits, _ = _spoken(move)
    gmt = move.at.astimezone(UTC)
    return {
        "trackingNumber": f" {number}" if kind == "M" else number,
        "localActivityDate": f"{move.at:%Y%m%d}",
        "localActivityTime": f"{move.at:%H%M%S}",
        "activityLocation": {
            "city": move.place.city,
            "stateProvince": move.place.region,
            "postalCode": move.place.postcode,
            "country": move.place.country,
        },
        "activityStatus": {
            "type": kind,
            "code": code,
            "description": "On the Way" if digits == "005" else _spoken(move)[3].strip(),
            "descriptionCode": digits,
        },
        "scheduledDeliveryDate": "",
        "actualDeliveryDate": f"{move.at:%Y%m%d}" if move.status == "delivered" else "",
        "actualDeliveryTime": f"{move.at:%H%M%S}" if move.status == "delivered" else "",
        "gmtActivityDate": f"{gmt:%Y%m%d}",
        "gmtActivityTime": f"{gmt:%H%M%S}",
        "deliveryStartTime": "",
        "deliveryEndTime": "",
        "deliveryTimeDescription": "",
    }


def _shipment(script: Script, moves: tuple[Move, ...]) -> dict[str, Any]:
    if not moves:
        return {"warnings": [{"code": "TW0001", "message": "Tracking Information Not Found"}]}
    delivered = [move for move in moves if move.status == "delivered"]
    day = script.expected_date.replace("-", "")
    package: dict[str, Any] = {
        "trackingNumber": script.number,
        "deliveryDate": [{"type": "SDD", "date": day}] if day and not delivered else [],
        "activity": [_activity(move) for move in reversed(moves)],
        "packageAddress": [
            {"type": "DESTINATION", "address": _address(script.destination)},
        ],
        "weight": {"unitOfMeasurement": "LBS", "weight": "2.00"},
        "service": {"code": "518", "description": script.service or "UPS Ground"},
        "packageCount": 1,
    }
    if delivered:
        package["deliveryDate"] = [{"type": "DEL", "date": f"{delivered[-1].at:%Y%m%d}"}]
        package["deliveryInformation"] = {
            "location": "Front Door",
            "receivedBy": script.signed_by,
        }
    return {"package": [package]}


def _activity(move: Move) -> dict[str, Any]:
    kind, code, digits, words = _spoken(move)
    gmt = move.at.astimezone(UTC)
    return {
        "location": {
            "address": _address(move.place),
            "slic": str(int(hashlib.sha256(move.place.city.encode()).hexdigest()[:3], 16)),
        },
        "status": {"type": kind, "description": words, "code": code, "statusCode": digits},
        "date": f"{move.at:%Y%m%d}",
        "time": f"{move.at:%H%M%S}",
        "gmtDate": f"{gmt:%Y%m%d}",
        "gmtOffset": f"{move.at:%z}"[:3] + ":" + f"{move.at:%z}"[3:5],
        "gmtTime": str(int(f"{gmt:%H%M%S}")),
    }


def _address(place: PlaceFact) -> dict[str, str]:
    given = {
        "city": place.city,
        "stateProvince": place.region,
        "postalCode": place.postcode,
        "countryCode": place.country,
        "country": place.country,
    }
    return {name: value for name, value in given.items() if value}


def _spoken(move: Move) -> tuple[str, str, str, str]:
    """The nearest that UPS can say: without the reason, where it has no word for both."""
    return (
        SPOKEN.get((move.status, move.reason))
        or SPOKEN.get((move.status, ""))
        or ("X", "KB", "", "UPS INTERNAL ACTIVITY CODE")
    )


def _error(status: int, code: str, message: str) -> Response:
    return as_json({"response": {"errors": [{"code": code, "message": message}]}}, status)
