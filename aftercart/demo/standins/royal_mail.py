"""Royal Mail: an app's id and secret in headers, and the events of one piece a request."""

from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from aftercart.connectors.base import Limit
from aftercart.demo.standins.base import Move, Request, Response, Script, StandIn, as_json

LONDON = ZoneInfo("Europe/London")
PATH, END = "/mailpieces/v2/", "/events"

SPOKEN: dict[tuple[str, str], tuple[str, str, str]] = {
    ("info_received", ""): ("EVAIE", "Sender preparing item", "PRE-ADVICE"),
    ("picked_up", ""): ("EVPPA", "Accepted at Post Office", "IN TRANSIT"),
    ("in_transit", ""): ("EVNRS", "Item received", "IN TRANSIT"),
    ("in_transit", "missorted"): ("EVNMI", "Forwarded - Mis-sort", "IN TRANSIT"),
    ("out_for_delivery", ""): ("EVGPD", "Out for delivery", "OUT FOR DELIVERY"),
    ("attempt_failed", "recipient_not_home"): (
        "EVKNA", "Attempted delivery - No answer", "ATTEMPTED DELIVERY"),
    ("available_for_pickup", ""): (
        "EVKLC", "Available for collection", "AVAILABLE FOR COLLECTION"),
    ("delivered", "delivered_to_neighbour"): ("EVKDN", "Delivered to neighbour", "DELIVERED"),
    ("returning", ""): ("EVKRT", "Return to sender", "RETURN TO SENDER"),
    ("delivered", ""): ("EVKSP", "Delivered", "DELIVERED"),
}  # fmt: skip


class RoyalMail(StandIn):
    """It knows one app."""

    system = "royal_mail"
    limits: tuple[Limit, ...] = (Limit(1, 1), Limit(10_000, 86_400))
    client_id, client_secret = "royal-id", "royal-secret"

    def key_of(self, request: Request) -> str:
        """Limits are the app's."""
        return request.headers.get("x-ibm-client-id", "nobody")

    def limit_reached(self, request: Request, wait: timedelta) -> Response:
        """As the gateway in front of the API says it."""
        body = {"httpCode": "429", "httpMessage": "Too Many Requests"}
        return as_json(body, 429)

    def answer(self, request: Request) -> Response:
        """Events."""
        given = tuple(
            request.headers.get(name) for name in ("x-ibm-client-id", "x-ibm-client-secret")
        )
        if given != (self.client_id, self.client_secret):
            return as_json({"httpCode": "401", "httpMessage": "Unauthorized"}, 401)
        if request.headers.get("x-accept-rmg-terms") != "yes":
            return _error(400, "E0004", "Failed header validation for X-Accept-RMG-Terms")
        if not (request.path.startswith(PATH) and request.path.endswith(END)):
            return _error(404, "E0001", "No such resource")
        return self._piece(request.path.removeprefix(PATH).removesuffix(END))

    def _piece(self, number: str) -> Response:
        if not number.isalnum() or not 9 <= len(number) <= 27:
            return _error(400, "E1144", "Mail item reference is not in the right format")
        script = self.scripts.get(number)
        moves = script.so_far(self.clock()) if script else ()
        if script is None or not moves:
            return _error(404, "E1142", "Mail item reference not found")
        return as_json({"mailPieces": _piece(script, moves)})


def _error(status: int, code: str, words: str) -> Response:
    errors = [{"errorCode": code, "errorDescription": words}]
    return as_json({"httpCode": str(status), "errors": errors}, status)


def _piece(script: Script, moves: tuple[Move, ...]) -> dict[str, Any]:
    code, name, category = _spoken(moves[-1])
    piece: dict[str, Any] = {
        "mailPieceId": script.number,
        "carrierShortName": "RM",
        "summary": {
            "lastEventCode": code,
            "lastEventName": name,
            "statusCategory": category,
            "productName": script.service or "Royal Mail Tracked 48",
            "destinationCountryCode": "GBR",
        },
        "events": [_event(move) for move in reversed(moves)],
    }
    if script.expected_date:
        piece["estimatedDelivery"] = {"date": script.expected_date}
    if script.signed_by and moves[-1].status == "delivered":
        piece["signature"] = {"recipientName": script.signed_by}
    return piece


def _event(move: Move) -> dict[str, str]:
    code, name, _category = _spoken(move)
    return {
        "eventCode": code,
        "eventName": name,
        "eventDateTime": move.at.astimezone(LONDON).isoformat(),
        "locationName": f"{move.place.city} DO" if move.place.city else "",
    }


def _spoken(move: Move) -> tuple[str, str, str]:
    return SPOKEN.get((move.status, move.reason)) or SPOKEN[move.status, ""]
