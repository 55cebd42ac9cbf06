"""DHL Express's MyDHL tracking as far as we use it, telling scripts in DHL's own words."""

import base64
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from aftercart.connectors.base import Limit
from aftercart.delivery.shipments.facts import PlaceFact
from aftercart.demo.standins.base import Move, Request, Response, Script, StandIn, as_json

Json = dict[str, Any]

# Per status and reason: the code and its words.
SAID = {
    ("info_received", ""): ("SD", "Shipment information received"),
    ("picked_up", ""): ("PU", "Shipment picked up"),
    ("in_transit", ""): ("AF", "Arrived at DHL Sort Facility"),
    ("in_transit", "carrier_delay"): ("MD", "Missed delivery cycle"),
    ("in_transit", "customs_clearance"): ("IC", "Processed for clearance"),
    ("in_transit", "missorted"): ("MS", "Shipment mis-sorted, being rerouted"),
    ("in_transit", "rescheduled"): ("AD", "Delivery arranged with recipient"),
    ("out_for_delivery", ""): ("WC", "Shipment is out with courier for delivery"),
    ("available_for_pickup", ""): ("CC", "Awaiting collection by recipient"),
    ("attempt_failed", ""): ("ND", "Delivery not accepted"),
    ("attempt_failed", "business_closed"): ("CA", "Delivery attempted; premises closed"),
    ("attempt_failed", "recipient_not_home"): ("NH", "Delivery attempted; recipient not home"),
    ("attempt_failed", "refused"): ("RD", "Recipient refused delivery"),
    ("exception", ""): ("OH", "Shipment on hold"),
    ("exception", "address_problem"): ("BA", "Address information needed"),
    ("exception", "customs_hold"): ("CD", "Clearance event"),
    ("exception", "destroyed"): ("DS", "Shipment destroyed"),
    ("exception", "held_for_payment"): ("HP", "Held, payment of duties needed"),
    ("returning", ""): ("RT", "Returned to shipper"),
    ("delivered", ""): ("OK", "Delivered"),
    ("delivered", "damaged"): ("DD", "Delivered damaged"),
    ("unknown", ""): ("ZZ", "Shipment event"),
}
# A parcel that has come back is delivered again, to whoever sent it.
SAID_OF_RETURNED = ("OK", "Delivered")


class DhlExpress(StandIn):
    """DHL Express's server. `username` and `password` are those of its one merchant.

    `reused` holds, for a waybill, the shipments that carried it before.
    """

    system = "dhl_express"
    limits = (Limit(500, 86_400),)

    def __init__(self, scripts: Mapping[str, Script] | None = None, **options: Any) -> None:
        super().__init__(scripts, **options)
        self.username, self.password = "apK0key", "secret"
        self.reused: dict[str, tuple[Script, ...]] = {}

    def limit_reached(self, request: Request, wait: timedelta) -> Response:
        """DHL's gateway says no more than that."""
        return _problem(429, "Too many requests", "Rate limit is exceeded.", request.path)

    def answer(self, request: Request) -> Response:
        """What is known of one waybill, or of some waybills or pieces."""
        given = base64.b64encode(f"{self.username}:{self.password}".encode()).decode()
        if request.headers.get("authorization") != f"Basic {given}":
            return as_json({"reasons": [{"msg": "Invalid Credentials"}]}, 401)
        numbers = _numbers(request)
        if not numbers or request.method != "GET":
            return _problem(404, "Not Found", "No such resource", request.path)
        wrong = [number for number in numbers if not number.isalnum() or len(number) < 10]
        if wrong:
            said = f"Parameters not having correct format: shipmentTrackingNumber ({wrong[0]})"
            return _problem(400, "Bad request", said, request.path)
        return self._told(numbers, request)

    def _told(self, numbers: Sequence[str], request: Request) -> Response:
        now = self.clock()
        with_offset = (
            request.parameter("requestGMTOffsetPerEvent") == "true" and request.path != "/tracking"
        )
        shipments = [
            _shipment(script, script.so_far(now), with_offset)
            for number in numbers
            for script in (*self._of(number), *self.reused.get(number, ()))
            if script.so_far(now)
        ]
        if shipments:
            return as_json({"shipments": shipments})
        said = "No shipments found for the given tracking number"
        return _problem(404, "Not Found", said, request.path)

    def _of(self, number: str) -> tuple[Script, ...]:
        script = self.scripts.get(number)
        return (script,) if script else ()


def _numbers(request: Request) -> list[str]:
    steps = request.path.strip("/").split("/")
    if len(steps) == 3 and steps[0] == "shipments" and steps[2] == "tracking":
        return [steps[1]]
    if steps == ["tracking"]:
        names = ("shipmentTrackingNumber", "pieceTrackingNumber")
        return [number for name in names for number in request.query.get(name, [])]
    return []


def _problem(status: int, title: str, detail: str, instance: str) -> Response:
    return as_json(
        {"status": status, "title": title, "detail": detail, "instance": instance}, status
    )


def _shipment(script: Script, moves: Sequence[Move], with_offset: bool) -> Json:
    """A shipment as far as it has come; events the newest first. `status` is the envelope's."""
    events = [
        _event(move, script.signed_by, with_offset) for move in moves if move.status != "pending"
    ]
    shipment = {
        "shipmentTrackingNumber": script.number,
        "status": "Success",
        "shipmentTimestamp": f"{moves[0].at:%Y-%m-%dT%H:%M:%S}",
        "productCode": "P",
        "description": "Invented goods",
        "receiverDetails": {"postalAddress": _address(script.destination)},
        "totalWeight": 1.5,
        "unitOfMeasurements": "metric",
        "numberOfPieces": 1,
        "events": events[::-1],
        "pieces": [{"number": 1, "trackingNumber": f"JD{int(script.number[-10:]):018d}"}],
    }
    if script.expected_date:
        shipment["estimatedDeliveryDate"] = f"{script.expected_date}T23:59:00"
    return shipment


def _event(move: Move, signed_by: str, with_offset: bool) -> Json:
    plain = SAID.get((move.status, ""), SAID["unknown", ""])
    code, words = SAID.get((move.status, move.reason), plain)
    if move.status == "returned":
        code, words = SAID_OF_RETURNED
    event = {
        "date": f"{move.at:%Y-%m-%d}",
        "time": f"{move.at:%H:%M:%S}",
        "typeCode": code,
        "description": words,
        "serviceArea": [{"code": "ZZZ", "description": _area(move.place)}],
    }
    if with_offset:
        event["GMTOffset"] = _offset(move.at)
    if move.status == "delivered" and signed_by:
        event["signedBy"] = signed_by
    return event


def _offset(at: datetime) -> str:
    minutes = round((at.utcoffset() or timedelta()).total_seconds() / 60)
    return f"{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02d}:{abs(minutes) % 60:02d}"


def _area(place: PlaceFact) -> str:
    region = f",{place.region}" if place.region else ""
    return f"{place.city}{region}-{place.country}" if place.country else place.city


def _address(place: PlaceFact) -> Json:
    given = {
        "cityName": place.city,
        "provinceCode": place.region,
        "postalCode": place.postcode,
        "countryCode": place.country,
    }
    return {name: value for name, value in given.items() if value}
