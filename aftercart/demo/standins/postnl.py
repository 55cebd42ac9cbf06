"""PostNL: a key in a header, and the complete status of one barcode a request.

A single entry of history comes as an object, unknown barcodes as warnings inside a 200.
"""

import hmac
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from aftercart.connectors.base import Limit
from aftercart.demo.standins.base import Move, Request, Response, Script, StandIn, as_json

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
PATH = "/shipment/v2/status/barcode/"

SPOKEN: dict[tuple[str, str], tuple[str, str]] = {
    ("info_received", ""): ("1", "Shipment pre-alerted"),
    ("info_received", "awaiting_carrier"): ("13", "Shipment announced, not yet received"),
    ("picked_up", ""): ("3", "Shipment collected"),
    ("in_transit", ""): ("5", "Shipment sorted"),
    ("in_transit", "customs_clearance"): ("9", "Shipment at customs"),
    ("out_for_delivery", ""): ("7", "Shipment in distribution"),
    ("attempt_failed", ""): ("8", "Shipment not delivered"),
    ("available_for_pickup", ""): ("12", "Shipment available at PostNL location"),
    ("returning", ""): ("17", "Shipment on its way back to the sender"),
    ("delivered", "collected_by_customer"): ("19", "Shipment collected at PostNL location"),
    ("delivered", ""): ("11", "Shipment delivered"),
}


class PostNl(StandIn):
    """It knows one key."""

    system = "postnl"
    limits: tuple[Limit, ...] = (Limit(10, 1), Limit(2_500, 3600))
    api_key = "postnl-secret"

    def key_of(self, request: Request) -> str:
        """Limits are the key's."""
        return request.headers.get("apikey", "nobody")

    def limit_reached(self, request: Request, wait: timedelta) -> Response:
        """As the gateway in front of the API says it."""
        fault = {"faultstring": "Rate limit quota violation", "detail": {"errorcode": "quota"}}
        return as_json({"fault": fault}, 429)

    def answer(self, request: Request) -> Response:
        """Statuses."""
        if not hmac.compare_digest(request.headers.get("apikey", ""), self.api_key):
            return as_json({"fault": {"faultstring": "Invalid ApiKey"}}, 401)
        if not request.path.startswith(PATH):
            return as_json({"httpMessage": "Not Found"}, 404)
        number = request.path.removeprefix(PATH)
        script = self.scripts.get(number)
        moves = script.so_far(self.clock()) if script else ()
        if script is None or not moves:
            warning = {"Code": "2", "Message": "No shipment found"}
            return as_json({"Warnings": [warning]})
        return as_json({"CompleteStatus": {"Shipment": _shipment(script, moves)}})


def _shipment(script: Script, moves: tuple[Move, ...]) -> dict[str, Any]:
    statuses = [_status(move) for move in moves]
    shipment: dict[str, Any] = {
        "MainBarcode": script.number,
        "Barcode": script.number,
        "ProductDescription": script.service or "Standard shipment",
        "Status": statuses[-1],
        "OldStatus": statuses if len(statuses) > 1 else statuses[0],
        "Address": [
            {
                "AddressType": "01",
                "City": script.destination.city,
                "Zipcode": script.destination.postcode,
                "CountryISO": script.destination.country,
            }
        ],
        "Dimension": {"Weight": "1200"},
    }
    if script.expected_date:
        shipment["DeliveryDate"] = "-".join(reversed(script.expected_date.split("-")))
    if script.signed_by and moves[-1].status == "delivered":
        shipment["Signature"] = {"SignatureName": script.signed_by}
    return shipment


def _status(move: Move) -> dict[str, str]:
    code, words = SPOKEN.get((move.status, move.reason)) or SPOKEN[move.status, ""]
    at = move.at.astimezone(AMSTERDAM)
    return {
        "TimeStamp": f"{at:%d-%m-%Y %H:%M:%S}",
        "StatusCode": code,
        "StatusDescription": words,
    }
