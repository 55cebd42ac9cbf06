"""DHL's unified tracking as far as we use it, telling scripts in three of its services' words.

A script of carrier `dhl_express` is told as Express tells (offsets, a number for an id), one of
`dhl_parcel_de` as DHL Paket does (times by the local clock), any other as eCommerce in Europe.
"""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from aftercart.connectors.base import Limit
from aftercart.delivery.shipments.facts import PlaceFact
from aftercart.demo.standins.base import Move, Request, Response, Script, StandIn, as_json

Json = dict[str, Any]
Words = Mapping[tuple[str, str], str]

# Per status and reason: DHL's word, the service's own code, what is said.
EXPRESS: Words = {
    ("info_received", ""): "pre-transit|SD|Shipment information received",
    ("picked_up", ""): "transit|PU|Shipment picked up",
    ("in_transit", ""): "transit|AF|Arrived at DHL Sort Facility",
    ("in_transit", "customs_clearance"): "transit|IC|Processed for clearance",
    ("out_for_delivery", ""): "transit|WC|Shipment is out with courier for delivery",
    ("available_for_pickup", ""): "transit|CC|Awaiting collection by recipient",
    ("attempt_failed", ""): "failure|ND|Delivery not accepted",
    ("attempt_failed", "recipient_not_home"): "failure|NH|Delivery attempted; recipient not home",
    ("attempt_failed", "refused"): "failure|RD|Recipient refused delivery",
    ("exception", ""): "transit|OH|Shipment on hold",
    ("exception", "address_problem"): "failure|BA|Address information needed",
    ("exception", "customs_hold"): "transit|CD|Clearance event",
    ("exception", "held_for_payment"): "transit|HP|Held, payment of duties needed",
    ("returning", ""): "failure|RT|Returned to shipper",
    ("returned", ""): "delivered|OK|Delivered",
    ("delivered", ""): "delivered|OK|Delivered",
    ("delivered", "damaged"): "delivered|DD|Delivered damaged",
    ("unknown", ""): "unknown||Shipment event",
}
PARCEL_DE: Words = {
    ("info_received", ""): "pre-transit|VA|The instruction data for this shipment have been "
    "provided by the sender to DHL electronically",
    ("picked_up", ""): "transit|ES|The shipment has been posted by the sender at the retail outlet",
    ("in_transit", ""): "transit|AA|The shipment has been processed in the parcel center of origin",
    ("out_for_delivery", ""): "transit|PO|The shipment has been loaded onto the delivery vehicle",
    ("available_for_pickup", ""): "transit|ZF|The shipment is ready for pick-up at the Packstation",
    ("attempt_failed", ""): "transit|ZN|The shipment could not be delivered, and the recipient has "
    "been notified",
    ("exception", ""): "failure|BV|There is an exception",
    ("returning", ""): "transit||The shipment is being returned to the sender",
    ("returned", ""): "delivered|ZU|The shipment has been successfully delivered",
    ("delivered", ""): "delivered|ZU|The shipment has been successfully delivered",
    ("unknown", ""): "unknown||There is no information",
}
EUROPE: Words = {
    ("info_received", ""): "pre-transit|1|Electronical shipment data has been provided to DHL",
    ("picked_up", ""): "transit|2|The shipment has been collected",
    ("in_transit", ""): "transit|25|The shipment has been processed at sorting center",
    ("in_transit", "rescheduled"): "transit|142|The shipment has been held because recipient "
    "requested later delivery",
    ("out_for_delivery", ""): "transit|42|The shipment has been loaded to the van",
    ("available_for_pickup", ""): "delivered|44|The shipment has been handed over to the "
    "Parcelshop",
    ("attempt_failed", ""): "failure|72|The shipment could not be delivered to the recipient",
    ("attempt_failed", "recipient_not_home"): "failure|73|The shipment could not be delivered to "
    "the recipient, because the recipient was not available",
    ("attempt_failed", "refused"): "failure|76|The shipment could not be delivered to the "
    "recipient, because the recipient has refused the shipment",
    ("exception", ""): "failure||There is an exception",
    ("exception", "address_problem"): "failure|79|The shipment could not be delivered to the "
    "recipient, because of an incorrect delivery address",
    ("exception", "carrier_delay"): "failure|267|The shipment has been held for capacity issues",
    ("exception", "damaged"): "failure|83|During the delivery, the shipment was damaged",
    ("exception", "held_for_payment"): "failure|268|The shipment is awaiting payment of charges",
    ("exception", "weather"): "failure|266|The shipment has been held for bad weather conditions",
    ("returning", ""): "failure|160|The shipment will be returned to the sender",
    ("returned", ""): "delivered|366|The shipment has been delivered back to the business sender",
    ("delivered", ""): "delivered|63|The shipment has been successfully delivered",
    ("delivered", "collected_by_customer"): "delivered|66|The shipment has been picked up by the "
    "recipient from Parcelshop",
    ("delivered", "damaged"): "delivered|306|Parcel has been successfully delivered",
    ("unknown", ""): "unknown||There is no information",
}
SERVICE = {"dhl_express": "express", "dhl_parcel_de": "parcel-de"}
SAID = {"express": EXPRESS, "parcel-de": PARCEL_DE, "ecommerce-europe": EUROPE}
SERVICES = ("freight", "dgf", "ecommerce", "parcel-nl", "parcel-pl", "post-de", *SAID)


class Dhl(StandIn):
    """DHL's server. `api_key` is that of its one merchant's app.

    `is_terse` leaves the services' own codes out, as older replies do; `forgotten` are numbers that
    DHL has forgotten and answers with 500; `reused` holds, for a number, earlier shipments.
    """

    system = "dhl"
    limits = (Limit(1, 5), Limit(250, 86_400))

    def __init__(self, scripts: Mapping[str, Script] | None = None, **options: Any) -> None:
        super().__init__(scripts, **options)
        self.api_key = "a-key-of-an-app"
        self.is_terse = False
        self.forgotten: set[str] = set()
        self.reused: dict[str, tuple[Script, ...]] = {}

    def key_of(self, request: Request) -> str:
        """Calls count for the app."""
        return request.headers.get("dhl-api-key", "nobody")

    def limit_reached(self, request: Request, wait: timedelta) -> Response:
        """DHL does not say how long to wait."""
        said = "Too many requests within defined time period, please try again later."
        return _problem(429, "Too many requests", said)

    def answer(self, request: Request) -> Response:
        """What is known of a number, in one service or in whichever has it."""
        if request.headers.get("dhl-api-key") != self.api_key:
            return _problem(401, "Unauthorized", "Unauthorized for given resource.")
        if request.path != "/track/shipments" or request.method != "GET":
            return _problem(404, "Not Found", "No such resource.")
        number = request.parameter("trackingNumber")
        if not number.isalnum() or len(number) < 5:
            said = "Invalid input: missing mandatory parameter 'trackingNumber'"
            return _problem(400, "Invalid input", said)
        if number in self.forgotten:
            return _problem(500, "Internal Server Error", f"No shipment {number} in the archive.")
        return self._told(number, request)

    def _told(self, number: str, request: Request) -> Response:
        now, wanted = self.clock(), request.parameter("service")
        script = self.scripts.get(number)
        told = [
            _shipment(one, one.so_far(now), self.is_terse, request.parameter("recipientPostalCode"))
            for one in (*([script] if script else []), *self.reused.get(number, ()))
            if one.so_far(now) and wanted in ("", _service(one))
        ]
        if not told:
            said = "No shipment with given tracking number found."
            return _problem(404, "No result found", said)
        query = f"/track/shipments?trackingNumber={number}&language=en"
        others = [f"{query}&service={one}" for one in SERVICES if one != _service_of(told)]
        return as_json(
            {
                "url": f"{query}&offset=0&limit=10",
                "shipments": told,
                "possibleAdditionalShipmentsUrl": [] if wanted else others,
            }
        )


def _service(script: Script) -> str:
    return SERVICE.get(script.carrier, "ecommerce-europe")


def _service_of(told: Sequence[Json]) -> str:
    return str(told[0]["service"])


def _problem(status: int, title: str, detail: str) -> Response:
    return as_json({"status": status, "title": title, "detail": detail}, status)


def _shipment(script: Script, moves: Sequence[Move], is_terse: bool, postcode: str) -> Json:
    """A shipment as far as it has come; events the newest first. Who signed is told to those alone
    who know where it went."""
    service = _service(script)
    events = [_event(move, service, is_terse) for move in moves if move.status != "pending"][::-1]
    number = script.number
    shipment: Json = {
        "id": int(number) if service == "express" and number.isdigit() else number,
        "service": service,
        "origin": _place(moves[0].place),
        "destination": _place(script.destination),
        "status": events[0] if events else {},
        "serviceUrl": f"https://dhl.example/?piececode={number}",
        "details": {
            "product": {"productName": script.service or "UNKNOWN - Product unknown"},
            "weight": {"value": 2.5, "unitText": "kg"},
            "pieceIds": [f"JD0{number}"],
        },
        "events": events,
    }
    if moves[-1].status == "returned":
        shipment["returnFlag"] = True
    if moves[-1].status == "delivered" and script.signed_by and postcode:
        signed = {"@type": "Person", "name": script.signed_by}
        shipment["details"]["proofOfDelivery"] = {"signed": signed}
    if script.expected_date:
        shipment["estimatedTimeOfDelivery"] = f"{script.expected_date}T00:00:00Z"
    return shipment


def _event(move: Move, service: str, is_terse: bool) -> Json:
    said = SAID[service]
    plain = said.get((move.status, ""), said["unknown", ""])
    status_code, code, words = said.get((move.status, move.reason), plain).split("|")
    has_offset = service == "express"
    event = {
        "timestamp": move.at.isoformat() if has_offset else f"{move.at:%Y-%m-%dT%H:%M:%S}",
        "location": _place(move.place),
        "statusCode": status_code,
        "status": words,
        "description": words,
    }
    return event if is_terse or not code else {**event, "statusDetailed": code}


def _place(place: PlaceFact) -> Json:
    given = {
        "countryCode": place.country,
        "postalCode": place.postcode,
        "addressRegion": place.region,
        "addressLocality": place.city,
    }
    return {"address": {name: value for name, value in given.items() if value}}
