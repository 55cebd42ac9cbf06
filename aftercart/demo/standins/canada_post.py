"""Canada Post: Basic authentication and tracking details in XML, one parcel a request.

Identifiers with and without their zeros, standard time's label all year, signatures as events,
messages in place of a parcel that is not known.
"""

import base64
import hmac
from datetime import timedelta
from xml.sax.saxutils import escape
from zoneinfo import ZoneInfo

from aftercart.connectors.base import Limit
from aftercart.core.time_zones import certain_time_zone
from aftercart.demo.standins.base import Move, Request, Response, Script, StandIn, as_xml

PATH, END = "/vis/track/pin/", "/detail"
HEADQUARTERS = "America/Toronto"  # by its clock it tells of what happens abroad
LABELS = {
    "America/St_Johns": "NST", "America/Halifax": "AST", "America/Toronto": "EST",
    "America/Winnipeg": "CST", "America/Edmonton": "MST", "America/Vancouver": "PST",
}  # fmt: skip

SPOKEN: dict[tuple[str, str], tuple[str, str]] = {
    ("info_received", ""): ("3000", "Electronic information submitted by shipper"),
    ("picked_up", ""): ("2300", "Item picked up by Canada Post"),
    ("in_transit", ""): ("0100", "Item processed"),
    ("exception", "address_problem"): (
        "0173", "Customer addressing error found; attempting to correct. Possible delay"),
    ("out_for_delivery", ""): ("174", "Item out for delivery"),
    ("attempt_failed", "recipient_not_home"): (
        "1479", "Attempted delivery. Notice card left indicating where item can be picked up."),
    ("available_for_pickup", ""): ("1701", "Item available for pickup at Post Office"),
    ("available_for_pickup", "unclaimed"): (
        "0156", "Final Notice; Item will be returned to sender if not collected within 10 days"),
    ("returning", ""): ("9901", "Item is being returned to sender"),
    ("delivered", ""): ("1496", "Item successfully delivered"),
}  # fmt: skip


class CanadaPost(StandIn):
    """It knows one API key."""

    system = "canada_post"
    limits = (Limit(60, 60),)
    username, password = "canada-user", "canada-secret"

    def limit_reached(self, request: Request, wait: timedelta) -> Response:
        """A message, as for every error."""
        return _message(429, "Server", "Rejected by SLM Monitor")

    def answer(self, request: Request) -> Response:
        """Tracking details."""
        proven = base64.b64encode(f"{self.username}:{self.password}".encode()).decode()
        given = request.headers.get("authorization", "")
        if not hmac.compare_digest(given, f"Basic {proven}"):
            return _message(401, "E002", "AAA Authentication Failure")
        if not (request.path.startswith(PATH) and request.path.endswith(END)):
            return _message(404, "8534", "No such resource")
        return self._detail(request.path.removeprefix(PATH).removesuffix(END))

    def _detail(self, number: str) -> Response:
        if not number.isalnum() or len(number) not in (13, 16):
            return _message(400, "002", "Invalid PIN")
        script = self.scripts.get(number)
        moves = script.so_far(self.clock()) if script else ()
        if script is None or not moves:
            return _message(404, "004", "No PIN History")
        return as_xml(_xml(script, moves))


def _message(status: int, code: str, words: str) -> Response:
    return as_xml(
        '<messages xmlns="http://www.canadapost.ca/ws/messages"><message>'
        f"<code>{code}</code><description>{escape(words)}</description></message></messages>",
        status,
    )


def _xml(script: Script, moves: tuple[Move, ...]) -> str:
    events = "".join(_event(move, script.signed_by) for move in reversed(moves))
    return (
        '<?xml version="1.0" encoding="UTF-8"?>'
        '<tracking-detail xmlns="http://www.canadapost.ca/ws/track-v2">'
        f"<pin>{script.number}</pin><active-exists>1</active-exists><changed-expected-date/>"
        f"<destination-postal-id>{script.destination.postcode}</destination-postal-id>"
        f"<expected-delivery-date>{script.expected_date}</expected-delivery-date>"
        f"<service-name>{escape(script.service or 'Expedited Parcels')}</service-name>"
        f"<significant-events>{events}</significant-events></tracking-detail>"
    )


def _event(move: Move, signed_by: str) -> str:
    code, words = SPOKEN.get((move.status, move.reason)) or SPOKEN[move.status, ""]
    zone = certain_time_zone("CA", move.place.region) or HEADQUARTERS
    here = move.at.astimezone(ZoneInfo(zone))
    name = signed_by if move.status == "delivered" else ""
    return (
        f"<occurrence><event-identifier>{code}</event-identifier>"
        f"<event-date>{here:%Y-%m-%d}</event-date><event-time>{here:%H:%M:%S}</event-time>"
        f"<event-time-zone>{LABELS.get(zone, '')}</event-time-zone>"
        f"<event-description>{escape(words)}</event-description>"
        f"<signatory-name>{escape(name)}</signatory-name>"
        f"<event-site>{escape(move.place.city)}</event-site>"
        f"<event-province>{move.place.region}</event-province></occurrence>"
    )
