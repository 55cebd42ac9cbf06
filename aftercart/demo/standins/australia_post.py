"""Australia Post: Basic authentication with an account number, and the tracking API.

Ten requests a minute, ten numbers each; errors of single numbers inside a 200; events without
codes, the newest first, in the offset of eastern Australia; some of them told twice.
"""

import base64
import hmac
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from aftercart.connectors.base import Limit
from aftercart.demo.standins.base import Move, Request, Response, StandIn, as_json

MOST_NUMBERS = 10
EAST = ZoneInfo("Australia/Melbourne")

# How Australia Post says what a script says: the phrase, and the status of the article.
SPOKEN: dict[tuple[str, str], tuple[str, str]] = {
    ("info_received", ""): ("Shipping information received by Australia Post", "Initiated"),
    ("picked_up", ""): ("Received by Australia Post", "In transit"),
    ("in_transit", ""): ("Item processed at facility", "In transit"),
    ("in_transit", "customs_clearance"): ("Item is in Customs", "In transit"),
    ("in_transit", "carrier_delay"): ("Item delayed", "Possible delay"),
    ("out_for_delivery", ""): ("Onboard for delivery", "On Board for Delivery"),
    ("available_for_pickup", ""): ("Awaiting collection", "Awaiting collection"),
    ("attempt_failed", ""): ("Unable to deliver", "Unsuccessful Delivery"),
    ("attempt_failed", "recipient_not_home"): (
        "Attempted delivery - Carded for collection", "Unsuccessful Delivery"),
    ("exception", "customs_hold"): ("Held by customs", "In transit"),
    ("exception", "damaged"): ("Article damaged", "Article damaged"),
    ("returning", ""): ("Return to sender", "In transit"),
    ("returned", ""): ("Returned to sender", "Cannot be delivered"),
    ("delivered", ""): ("Delivered", "Delivered"),
    ("delivered", "delivered_to_safe_place"): ("Delivered - Left in a safe place", "Delivered"),
    ("cancelled", ""): ("Cancelled", "Cancelled"),
}  # fmt: skip


class AustraliaPost(StandIn):
    """It knows one account with one key and password."""

    system = "australia_post"
    limits = (Limit(10, 60),)
    api_key, password, account_number = "auspost-key", "auspost-secret", "0001000000"

    def limit_reached(self, request: Request, wait: timedelta) -> Response:
        """Without a word about when to come again."""
        return as_json({"errors": [{"code": "429", "name": "Rate limit exceeded"}]}, 429)

    def answer(self, request: Request) -> Response:
        """Tracking."""
        if not self._is_known(request):
            error = {"code": "API_002", "name": "Unauthorised", "message": "Invalid credentials"}
            return as_json({"errors": [error]}, 401)
        if request.path != "/shipping/v1/track":
            return as_json({"errors": [{"code": "404", "name": "NOT_FOUND"}]}, 404)
        numbers = [one for one in request.parameter("tracking_ids").split(",") if one]
        if len(numbers) > MOST_NUMBERS:
            words = "The request must contain 10 or less AP article ids."
            error = {"code": "51101", "name": "TOO_MANY_AP_TRACKING_IDS", "message": words}
            return as_json({"errors": [error]}, 400)
        return as_json({"tracking_results": [self._result(number) for number in numbers]})

    def _is_known(self, request: Request) -> bool:
        proven = base64.b64encode(f"{self.api_key}:{self.password}".encode()).decode()
        given = request.headers.get("authorization", "")
        is_account = request.headers.get("account-number") == self.account_number
        return is_account and hmac.compare_digest(given, f"Basic {proven}")

    def _result(self, number: str) -> dict[str, Any]:
        script = self.scripts.get(number)
        moves = script.so_far(self.clock()) if script else ()
        if script is None or not moves:
            is_possible = len(number) > 9 and number.isalnum()
            code = "ESB-10002" if is_possible else "ESB-10001"
            name = "Product not found" if is_possible else "Invalid tracking ID"
            return {"tracking_id": number, "errors": [{"code": code, "name": name}]}
        article = {
            "article_id": number,
            "product_type": script.service or "Parcel Post",
            "events": _events(moves),
            "status": _spoken(moves[-1])[1],
        }
        head = {"tracking_id": number, "status": article["status"]}
        return {**head, "trackable_items": [article]}


def _events(moves: tuple[Move, ...]) -> list[dict[str, str]]:
    """The newest first, and twice where it has just come in."""
    told = [_event(move) for move in reversed(moves)]
    return [told[0], *told]


def _event(move: Move) -> dict[str, str]:
    event = {"description": _spoken(move)[0], "date": move.at.astimezone(EAST).isoformat()}
    place = move.place
    if place.country == "AU":
        return {"location": f"{place.city} {place.region}".upper(), **event}
    return {"location": place.country, **event} if place.country else event


def _spoken(move: Move) -> tuple[str, str]:
    return SPOKEN.get((move.status, move.reason)) or SPOKEN[move.status, ""]
