"""GLS: OAuth and Track and Trace v1, with its test parcels `QAS_0000001` to `QAS_0000012`.

After GLS's description of the API: 500 requests a day, up to ten numbers each, an error beside the
parcels that are known, offsets without a colon.
"""

from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, unquote

from aftercart.connectors.base import Limit
from aftercart.demo.standins.base import Move, Request, Response, Script, StandIn, as_json

PATH = "/track-and-trace-v1/tracking/simple/trackids/"
MOST_NUMBERS = 10

# How GLS says what a script says: the event's code, its words, the status of the parcel.
SPOKEN: dict[tuple[str, str], tuple[str, str, str]] = {
    ("info_received", ""): (
        "INTIAL.PREADVICE", "The parcel data was entered into the GLS IT system.", "PREADVICE"),
    ("picked_up", ""): ("INTIAL.NORMAL", "The parcel was handed over to GLS.", "INTRANSIT"),
    ("in_transit", ""): (
        "INBOUD.NORMAL", "The parcel has reached the parcel center.", "INTRANSIT"),
    ("out_for_delivery", ""): (
        "OUTDEL.NORMAL", "The parcel is expected to be delivered during the day.", "INDELIVERY"),
    ("available_for_pickup", ""): (
        "DELIVD.PARCELSHOP", "The parcel has reached the GLS ParcelShop.", "DELIVEREDPS"),
    ("attempt_failed", ""): (
        "NOTDEL.NORMAL", "The parcel could not be delivered.", "NOTDELIVERED"),
    ("attempt_failed", "recipient_not_home"): (
        "NOTDEL.ABSENT", "The consignee was not available.", "NOTDELIVERED"),
    ("attempt_failed", "refused"): (
        "NOTDEL.REFUSED", "The consignee refused the parcel.", "NOTDELIVERED"),
    ("returning", ""): (
        "RETURN.NORMAL", "The parcel is being returned to the sender.", "INTRANSIT"),
    ("delivered", ""): ("DELIVD.NORMAL", "The parcel has been delivered.", "DELIVERED"),
    ("delivered", "delivered_to_neighbour"): (
        "DELIVD.NEIGHBOUR", "The parcel was delivered to a neighbour.", "DELIVERED"),
    ("cancelled", ""): ("CANCEL.NORMAL", "The parcel was cancelled.", "CANCELED"),
}  # fmt: skip
TEST_STATUSES = (
    "PREADVICE", "PLANNEDPICKUP", "INPICKUP", "NOTPICKEDUP", "INTRANSIT", "INWAREHOUSE",
    "INDELIVERY", "DELIVEREDPS", "DELIVERED", "NOTDELIVERED", "CANCELED", "FINAL",
)  # fmt: skip


class Gls(StandIn):
    """It knows one app, whose key and secret are `client_id` and `client_secret`."""

    system = "gls"
    limits = (Limit(500, 86_400),)
    client_id, client_secret = "gls-key", "gls-secret"

    def key_of(self, request: Request) -> str:
        """Limits are the app's, whichever token it bears."""
        return self.client_id if request.path.startswith(PATH) else ""

    def limit_reached(self, request: Request, wait: timedelta) -> Response:
        """The day's quota is used up."""
        seconds = str(max(1, round(wait.total_seconds() + 0.5)))
        return as_json({"message": "Rate limit quota violation"}, 429, Retry_After=seconds)

    def answer(self, request: Request) -> Response:
        """Tokens and tracking."""
        if request.path == "/oauth2/v2/token":
            return self._token(request)
        if not self.is_token_good(request):
            return as_json({"errorCode": "E_401_01", "errorMessage": "Unauthorized"}, 401)
        if not request.path.startswith(PATH):
            return as_json({"errorCode": "E_404_02", "errorMessage": "Not found"}, 404)
        numbers = unquote(request.path.removeprefix(PATH)).split(",")
        if len(numbers) > MOST_NUMBERS:
            return as_json({"errorCode": "E_400_02", "errorMessage": "Too many track ids"}, 400)
        has_events = request.parameter("showEvents") in ("true", "")
        return as_json({"parcels": [self._parcel(number, has_events) for number in numbers]})

    def _token(self, request: Request) -> Response:
        form = {name: values[0] for name, values in parse_qs(request.body.decode()).items()}
        given = form.get("client_id"), form.get("client_secret")
        if form.get("grant_type") != "client_credentials" or given != (
            self.client_id,
            self.client_secret,
        ):
            return as_json({"error": "invalid_client"}, 401)
        token = {"access_token": self.issue_token(), "expires_in": str(self.token_seconds)}
        return as_json({**token, "token_type": "Bearer"})

    def _parcel(self, number: str, has_events: bool) -> dict[str, Any]:
        if number.startswith("QAS_"):
            return self._test_parcel(number)
        if not number.isalnum():
            return _error(number, "E_400_01", "The track id is not valid.")
        script = self.scripts.get(number)
        moves = script.so_far(self.clock()) if script else ()
        if script is None or not moves:
            return _error(number, "E_404_01", "The parcel was not found.")
        told = {**_head(script, moves[-1]), "events": []}
        if has_events:
            told["events"] = [_event(move) for move in reversed(moves)]
        return told

    def _test_parcel(self, number: str) -> dict[str, Any]:
        place = int(number[4:] or 0) if number[4:].isdigit() else 0
        if not 1 <= place <= len(TEST_STATUSES):
            return _error(number, "E_404_01", "The parcel was not found.")
        at = self.clock().strftime("%Y-%m-%dT%H:%M:%S+0000")
        head = {"requested": number, "unitno": number, "statusDateTime": at, "events": []}
        return {**head, "status": TEST_STATUSES[place - 1]}


def _error(number: str, code: str, message: str) -> dict[str, Any]:
    return {"requested": number, "errorCode": code, "errorMessage": message}


def _head(script: Script, latest: Move) -> dict[str, Any]:
    return {
        "requested": script.number,
        "unitno": script.number,
        "status": _spoken(latest)[2],
        "statusDateTime": _at(latest),
    }


def _event(move: Move) -> dict[str, Any]:
    code, words, _status = _spoken(move)
    return {
        "code": code,
        "city": move.place.city,
        "postalCode": move.place.postcode,
        "country": move.place.country,
        "description": words,
        "eventDateTime": _at(move),
    }


def _spoken(move: Move) -> tuple[str, str, str]:
    return SPOKEN.get((move.status, move.reason)) or SPOKEN[move.status, ""]


def _at(move: Move) -> str:
    return move.at.strftime("%Y-%m-%dT%H:%M:%S%z")
