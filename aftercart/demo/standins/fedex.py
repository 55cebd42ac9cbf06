"""FedEx's token and Track API v1 as far as we use them, telling scripts in FedEx's own words."""

import gzip
import itertools
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import parse_qs

from aftercart.connectors.base import Limit
from aftercart.delivery.shipments.facts import PlaceFact
from aftercart.demo.standins.base import Move, Request, Response, Script, StandIn, as_json

MOST_NUMBERS = 30
Json = dict[str, Any]

# Per status and reason: type, its words, exception code, its words, kind of delay.
SAID = {
    ("info_received", ""): "OC|Shipment information sent to FedEx|||",
    ("info_received", "carrier_delay"): "PD|Pickup delay|||",
    ("picked_up", ""): "PU|Picked up|||",
    ("in_transit", ""): "AR|Arrived at FedEx location|||",
    ("in_transit", "customs_clearance"): "CP|Clearance in progress|||",
    ("in_transit", "carrier_delay"): "DE|Delivery exception|31|"
    "Package at station, arrived after courier dispatch|",
    ("in_transit", "rescheduled"): "DE|Delivery exception|17|Future delivery requested|",
    ("in_transit", "weather"): "IT|On the way|||WEATHER",
    ("out_for_delivery", ""): "OD|On FedEx vehicle for delivery|||",
    ("available_for_pickup", ""): "HP|Ready for recipient pickup|||",
    ("attempt_failed", ""): "DE|Delivery exception||Delivery attempted|",
    ("attempt_failed", "recipient_not_home"): "DE|Delivery exception|08|"
    "Customer not available or business closed|",
    ("attempt_failed", "refused"): "DE|Delivery exception|07|Refused by recipient|",
    ("exception", ""): "SE|Shipment exception|||",
    ("exception", "address_problem"): "DE|Delivery exception|03|Incorrect address|",
    ("exception", "carrier_delay"): "DY|Delay|A52|Package delayed|",
    ("exception", "customs_hold"): "CD|Clearance delay|||",
    ("exception", "damaged"): "SE|Shipment exception||Package damaged|",
    ("exception", "held_for_payment"): "DE|Delivery exception|93|Held, unable to collect payment|",
    ("exception", "lost"): "SE|Shipment exception||Package cannot be located|",
    ("exception", "weather"): "SE|Shipment exception|||WEATHER",
    ("returning", ""): "RS|Returning package to shipper|||",
    ("returned", ""): "DL|Delivered||Package delivered to shipper|",
    ("delivered", ""): "DL|Delivered|||",
    ("delivered", "delivered_to_neighbour"): "DL|Delivered||Left with neighbor|",
    ("delivered", "delivered_to_safe_place"): "DL|Delivered|014|Left at front door.|",
    ("cancelled", ""): "CA|Shipment cancelled by sender|||",
    ("unknown", ""): "ZZ|FedEx status update|||",
}
DERIVED = {
    "OC": "IN",
    "PU": "PU",
    "DL": "DL",
    "DE": "DE",
    "SE": "SE",
    "DY": "DY",
    "CD": "CD",
    "ZZ": "",
}


class FedEx(StandIn):
    """FedEx's servers. `reused` holds, for a number, the parcels that carried it before.

    `client_id` and `client_secret` are those of its one merchant; `may_track` says whether its
    project holds the Track API; `refuses_tokens_with_400` whether it refuses them in that way;
    `problems` what is said of single numbers, as code and words.
    """

    system = "fedex"
    limits = (Limit(500, 10), Limit(100_000, 86_400))

    def __init__(self, scripts: Mapping[str, Script] | None = None, **options: Any) -> None:
        super().__init__(scripts, **options)
        self.client_id, self.client_secret = "l7-key", "l7-secret"
        self.may_track = True
        self.refuses_tokens_with_400 = False
        self.reused: dict[str, tuple[Script, ...]] = {}
        self.problems: dict[str, tuple[str, str]] = {}
        self._counted = itertools.count(1)

    def key_of(self, request: Request) -> str:
        """All tokens of a project count together; asking for one does not count."""
        return "" if request.path == "/oauth/token" else self.client_id

    def limit_reached(self, request: Request, wait: Any) -> Response:
        """FedEx throttles for a few seconds and names them."""
        refused = self._errors(429, "RATE.LIMIT.EXCEEDED", "Too many requests.")
        seconds = str(max(1, int(wait.total_seconds() + 0.999)))
        return Response(
            status=429, body=refused.body, headers={**refused.headers, "Retry-After": seconds}
        )

    def answer(self, request: Request) -> Response:
        """A token, or what is known of the numbers; packed, where the client takes that."""
        if request.path == "/oauth/token":
            return self._token(request)
        if request.path != "/track/v1/trackingnumbers" or request.method != "POST":
            return self._errors(404, "NOT.FOUND.ERROR", "The resource is no longer available.")
        return self._packed(request, self._track(request))

    def _token(self, request: Request) -> Response:
        form = {name: values[0] for name, values in parse_qs(request.body.decode()).items()}
        given = (form.get("grant_type"), form.get("client_id"), form.get("client_secret"))
        if given != ("client_credentials", self.client_id, self.client_secret):
            said = "The given client credentials were not valid."
            return self._errors(401, "NOT.AUTHORIZED.ERROR", said)
        token = {"token_type": "bearer", "expires_in": self.token_seconds, "scope": "CXS"}
        return as_json({"access_token": self.issue_token(), **token})

    def _track(self, request: Request) -> Response:
        if not self.is_token_good(request):
            return self._token_refused()
        if not self.may_track:
            said = "We could not authorize your credentials. Please check your permissions."
            return self._errors(403, "FORBIDDEN.ERROR", said)
        wanted = _numbers(request.json())
        if not wanted:
            said = "Please provide tracking number."
            return self._errors(400, "TRACKING.TRACKINGNUMBER.EMPTY", said)
        if len(wanted) > MOST_NUMBERS:
            said = "Please limit your inquiry to 30 tracking numbers."
            return self._errors(400, "TRACKING.TRACKINGNUMBER.LIMITEXCEEDED", said)
        output = {"completeTrackResults": [self._complete(one) for one in wanted]}
        return as_json({"transactionId": f"made-up-{next(self._counted)}", "output": output})

    def _token_refused(self) -> Response:
        if self.refuses_tokens_with_400:
            said = "The given JWT is invalid. Please modify your request and try again."
            return self._errors(400, "BAD.REQUEST.ERROR", said)
        said = "Access token expired. Please modify your request and try again."
        return self._errors(401, "NOT.AUTHORIZED.ERROR", said)

    def _complete(self, number: str) -> Json:
        now = self.clock()
        told = [
            {**_result(one, one.so_far(now)), **self._restless()}
            for one in (*self._of(number), *self.reused.get(number, ()))
            if one.so_far(now)
        ]
        return {"trackingNumber": number, "trackResults": told or [self._problem(number)]}

    def _restless(self) -> Json:
        """What differs from reply to reply although nothing happens."""
        options = [{"option": "REROUTE", "eligibility": f"POSSIBLY-{next(self._counted)}"}]
        return {
            "distanceToDestination": {"units": "KM", "value": next(self._counted) / 10},
            "customDeliveryOptions": options,
        }

    def _of(self, number: str) -> tuple[Script, ...]:
        script = self.scripts.get(number)
        return (script,) if script and number not in self.problems else ()

    def _problem(self, number: str) -> Json:
        said = "Tracking number cannot be found. Please correct the tracking number and try again."
        code, words = self.problems.get(number, ("TRACKING.TRACKINGNUMBER.NOTFOUND", said))
        info = {"trackingNumber": number, "trackingNumberUniqueId": "", "carrierCode": ""}
        return {"trackingNumberInfo": info, "error": {"code": code, "message": words}}

    def _errors(self, status: int, code: str, message: str) -> Response:
        errors = [{"code": code, "message": message}]
        return as_json(
            {"transactionId": f"made-up-{next(self._counted)}", "errors": errors}, status
        )

    def _packed(self, request: Request, response: Response) -> Response:
        if "gzip" not in request.headers.get("accept-encoding", ""):
            return response
        headers = {**response.headers, "Content-Encoding": "gzip"}
        return Response(
            status=response.status, body=gzip.compress(response.body, mtime=0), headers=headers
        )


def _numbers(asked: Any) -> list[str]:
    given = asked.get("trackingInfo") if isinstance(asked, dict) else None
    infos = [one.get("trackingNumberInfo") or {} for one in given or []]
    return [str(one["trackingNumber"]) for one in infos if one.get("trackingNumber")]


def _result(script: Script, moves: Sequence[Move]) -> Json:
    """A parcel as far as it has come; scans the newest first."""
    scans = [_scan(move) for move in moves if move.status != "pending"]
    latest, first = scans[-1] if scans else {}, moves[0]
    destination = {"address": _address(script.destination)}
    result = {
        "trackingNumberInfo": {
            "trackingNumber": script.number,
            "trackingNumberUniqueId": f"{first.at:%Y%j}000~{script.number}~FX",
            "carrierCode": "FDXE",
        },
        "latestStatusDetail": {
            "code": latest.get("eventType", ""),
            "derivedCode": latest.get("derivedStatusCode", ""),
            "description": latest.get("eventDescription", ""),
        },
        "scanEvents": scans[::-1],
        "dateAndTimes": [{"type": "SHIP", "dateTime": f"{first.at:%Y-%m-%d}T00:00:00-06:00"}],
        "serviceDetail": {"description": script.service or "FedEx Ground"},
        "recipientInformation": destination,
        "deliveryDetails": {"deliveryAttempts": "0"},
        "estimatedDeliveryTimeWindow": {"window": {}},
    }
    if moves[-1].status == "delivered" and script.signed_by:
        result["deliveryDetails"] = {"signedByName": script.signed_by, "deliveryAttempts": "0"}
    if script.expected_date:
        window = {"ends": f"{script.expected_date}T00:00:00-06:00"}
        result["estimatedDeliveryTimeWindow"] = {"window": window}
    return result


def _scan(move: Move) -> Json:
    plain = SAID.get((move.status, ""), SAID["unknown", ""])
    kind, words, exception, more, late = SAID.get((move.status, move.reason), plain).split("|")
    scan = {
        "date": move.at.isoformat(timespec="seconds"),
        "eventType": kind,
        "eventDescription": words,
        "exceptionCode": exception,
        "exceptionDescription": more,
        "scanLocation": _address(move.place),
        "derivedStatusCode": DERIVED.get(kind, "IT"),
    }
    return {**scan, "delayDetail": {"type": late, "status": "DELAYED"}} if late else scan


def _address(place: PlaceFact) -> Json:
    given = {
        "city": place.city,
        "stateOrProvinceCode": place.region,
        "postalCode": place.postcode,
        "countryCode": place.country,
    }
    return {name: value for name, value in given.items() if value}
