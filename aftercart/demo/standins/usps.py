"""The Postal Service: OAuth and the tracking API (v3).

After its own description of the API: 60 requests an hour, one number each; truth values as text,
HTML in the names of services, at most 99 events with the newest first, local times without a zone
whose Greenwich time beside them bears the local day; numbers not known yet are errors in a 400.
"""

import hashlib
import re
from datetime import UTC, timedelta
from typing import Any
from urllib.parse import parse_qs

from aftercart.connectors.base import Limit
from aftercart.demo.standins.base import Move, Request, Response, Script, StandIn, as_json

MOST_EVENTS = 99
NUMBER = re.compile(r"9[1-5]\d{20,24}|[A-Z]{2}\d{9}US|\d{20}")
AWAITING = "Shipping Label Created, USPS Awaiting Item"
NOT_YET = (
    "12: A status update is not yet available on your package. It will be available when the "
    "shipper provides an update. Check back soon. Sign up for Informed Delivery<SUP>reg;</SUP> - "
)

# How the Postal Service says what a script says: code, event, category.
SPOKEN: dict[tuple[str, str], tuple[str, str, str]] = {
    ("info_received", ""): ("GX", AWAITING, "Pre-Shipment"),
    ("info_received", "awaiting_carrier"): (
        "TM", "Shipment Received, Package Acceptance Pending", "Accepted"),
    ("picked_up", ""): ("03", "USPS in possession of item", "Accepted"),
    ("in_transit", ""): ("10", "Arrived at USPS Regional Facility", "Moving Through Network"),
    ("in_transit", "carrier_delay"): ("NT", "In Transit, Arriving Late", "Alert"),
    ("in_transit", "customs_clearance"): ("CC", "Customs Clearance", "In-Transit"),
    ("in_transit", "rescheduled"): ("71", "Rescheduled to Next Delivery Day", "In-Transit"),
    ("out_for_delivery", ""): ("OF", "Out for Delivery", "Out for Delivery"),
    ("available_for_pickup", ""): ("14", "Available for Pickup", "Available for Pickup"),
    ("attempt_failed", ""): ("52", "Notice Left", "Delivery Attempt"),
    ("attempt_failed", "recipient_not_home"): (
        "56", "Notice Left (No Authorized Recipient Available)", "Delivery Attempt"),
    ("attempt_failed", "business_closed"): ("51", "Business Closed", "Delivery Attempt"),
    ("exception", ""): ("EX", "Delivery Exception, Animal Interference", "Alert"),
    ("exception", "address_problem"): ("22", "Insufficient Address", "Alert"),
    ("exception", "customs_hold"): ("CH", "Held in Customs", "Alert"),
    ("exception", "damaged"): ("DM", "Item Damaged", "Alert"),
    ("exception", "destroyed"): ("DD", "Dead Mail/Disposed by Post Office", "Alert"),
    ("exception", "missorted"): ("08", "Missent", "Alert"),
    ("exception", "refused"): ("04", "Refused", "Alert"),
    ("exception", "rescheduled"): ("AH", "Held at Post Office, At Customer Request", "Alert"),
    ("exception", "unclaimed"): ("27", "Unclaimed", "Alert"),
    ("exception", "weather"): ("WX", "Delivery Exception, Local Weather Delay", "Alert"),
    ("returning", ""): ("29", "Return to Sender", "Alert"),
    ("returning", "unclaimed"): ("31", "Unclaimed/Being Returned to Sender", "Alert"),
    ("returned", ""): ("01", "Delivered, To Original Sender", "Delivered"),
    ("cancelled", ""): ("LC", "Label Cancelled", "Pre-Shipment"),
    ("delivered", ""): ("01", "Delivered, In/At Mailbox", "Delivered"),
    ("delivered", "collected_by_customer"): (
        "43", "Delivered, Individual Picked Up at Post Office", "Delivered"),
    ("delivered", "delivered_to_neighbour"): (
        "01", "Delivered, Neighbor as Requested", "Delivered"),
    ("delivered", "delivered_to_safe_place"): ("01", "Delivered, Front Door/Porch", "Delivered"),
}  # fmt: skip


class Usps(StandIn):
    """It knows one app, whose consumer key and secret are `client_id` and `client_secret`."""

    system = "usps"
    limits = (Limit(60, 3600),)
    token_seconds = 28_799
    client_id, client_secret = "usps-key", "usps-secret"

    def key_of(self, request: Request) -> str:
        """Limits are the app's, whichever token it bears."""
        return "" if request.path == "/oauth2/v3/token" else self.client_id

    def answer(self, request: Request) -> Response:
        """Tokens and tracking."""
        if request.path == "/oauth2/v3/token":
            return self._token(request)
        if not self.is_token_good(request):
            return _error(401, "Invalid or expired access token.", "401")
        if request.path.startswith("/tracking/v3/tracking/"):
            is_detailed = request.parameter("expand", "SUMMARY") == "DETAIL"
            return self._tracking(request.path.rpartition("/")[2], is_detailed)
        return _error(404, "Resource not found.", "404")

    def limit_reached(self, request: Request, wait: timedelta) -> Response:
        """The moment to come again is in the header."""
        seconds = str(max(1, round(wait.total_seconds() + 0.5)))
        response = _error(429, "Too many requests have been received from client.", "429")
        return Response(
            status=response.status,
            body=response.body,
            headers={**response.headers, "Retry-After": seconds},
        )

    def _token(self, request: Request) -> Response:
        form = {name: values[0] for name, values in parse_qs(request.body.decode()).items()}
        if form.get("grant_type") != "client_credentials" or form.get("scope") != "tracking":
            return as_json({"error": "invalid_request"}, 400)
        if (form.get("client_id"), form.get("client_secret")) != (
            self.client_id,
            self.client_secret,
        ):
            return as_json({"error": "invalid_client", "error_description": "invalid"}, 401)
        content = {
            "access_token": self.issue_token(),
            "token_type": "Bearer",
            "issued_at": int(self.clock().timestamp() * 1000),
            "expires_in": self.token_seconds,
            "status": "approved",
            "scope": "tracking",
        }
        return as_json(content)

    def _tracking(self, number: str, is_detailed: bool) -> Response:
        if not NUMBER.fullmatch(number):
            return _error(400, "The tracking number is not valid.", "-2147219283")
        script = self.scripts.get(number)
        moves = script.so_far(self.clock()) if script else ()
        if script is None or not moves:
            return _error(400, NOT_YET, "150001")
        if is_detailed:
            return as_json(_detail(script, moves))
        told = [_spoken(move)[1] for move in reversed(moves)]
        return as_json({"trackingNumber": number, "eventSummaries": told[:MOST_EVENTS]})


def _detail(script: Script, moves: tuple[Move, ...]) -> dict[str, Any]:
    events = [_event(move) for move in reversed(moves)][:MOST_EVENTS]
    known_as = int(hashlib.sha256(script.number.encode()).hexdigest()[:7], 16)
    _, status, category = _spoken(moves[-1])
    content = {
        "destinationCity": script.destination.city.upper(),
        "destinationState": script.destination.region,
        "destinationZIP": script.destination.postcode[:5],
        "emailEnabled": "true",
        "kahalaIndicator": "false",
        "mailClass": f"{script.service or 'USPS Ground Advantage'}<SUP>&#153;</SUP>",
        "mailType": "DM",
        "proofOfDeliveryEnabled": "false",
        "restoreEnabled": "false",
        "RRAMEnabled": "false",
        "services": ["USPS Tracking<SUP>&#174;</SUP>", "Up to $100 insurance included"],
        "serviceTypeCode": "001",
        "status": status,
        "statusCategory": category,
        "statusSummary": f"Your item: {status}.",
        "tableCode": "T",
        "uniqueMailPieceID": str(known_as),
        "mailPieceIntakeDate": f"{moves[0].at:%Y-%m-%d %H:%M:%S}.000000",
        "trackingEvents": events,
        "trackingNumber": script.number,
    }
    if script.expected_date and moves[-1].status not in ("delivered", "returned"):
        content["expectedDeliveryTimeStamp"] = f"{script.expected_date}T00:00:00"
    if script.signed_by and moves[-1].status == "delivered":
        events[0]["name"] = script.signed_by
    return content


def _event(move: Move) -> dict[str, Any]:
    """Greenwich's time bears the day of the place, which in an American evening is a day early."""
    code, words, _ = _spoken(move)
    event: dict[str, Any] = {
        "eventType": words,
        "eventTimestamp": f"{move.at:%Y-%m-%dT%H:%M}:00",
        "eventCountry": None if move.place.country in ("", "US") else move.place.country,
        "eventCity": move.place.city.upper() or None,
        "eventState": move.place.region or None,
        "eventZIP": move.place.postcode or None,
        "firm": None,
        "name": None,
        "authorizedAgent": "false",
        "eventCode": code,
        "additionalProp": None,
    }
    if move.place.city or move.place.region or move.place.postcode:
        event["GMTTimestamp"] = f"{move.at:%Y-%m-%d}T{move.at.astimezone(UTC):%H:%M:%S}Z"
        event["GMTOffset"] = f"{move.at:%z}"[:3] + ":" + f"{move.at:%z}"[3:5]
    return event


def _spoken(move: Move) -> tuple[str, str, str]:
    """The nearest that it can say: without the reason, where it has no word for both."""
    return (
        SPOKEN.get((move.status, move.reason))
        or SPOKEN.get((move.status, ""))
        or ("ZZ", "No Information", "")
    )


def _error(status: int, message: str, code: str) -> Response:
    content = {
        "apiVersion": "/tracking/v3",
        "error": {
            "code": str(status),
            "message": message,
            "errors": [{"title": message, "detail": "", "code": code}],
        },
    }
    return as_json(content, status)
