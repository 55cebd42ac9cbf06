"""Made-up tracking replies in the Postal Service's shape."""

import json
from typing import Any

Body = dict[str, Any]


def event(code: str = "10", words: str = "Arrived at USPS Facility", **changes: Any) -> Body:
    return {
        "eventType": words,
        "eventTimestamp": "2026-11-03T18:31:00",
        "GMTTimestamp": "2026-11-03T00:31:21Z",
        "GMTOffset": "-06:00",
        "eventCountry": None,
        "eventCity": "NEW BERLIN",
        "eventState": "WI",
        "eventZIP": "53151",
        "firm": None,
        "name": None,
        "authorizedAgent": "false",
        "eventCode": code,
        "additionalProp": None,
        **changes,
    }


def tracking(*events: Body, **changes: Any) -> Body:
    label = event("GX", "Shipping Label Created", eventTimestamp="2026-11-02T09:27:00")
    return {
        "destinationCity": "DENVER",
        "destinationState": "CO",
        "destinationZIP": "80202",
        "emailEnabled": "true",
        "kahalaIndicator": "false",
        "mailClass": "USPS Ground Advantage<SUP>&#153;</SUP>",
        "mailType": "DM",
        "originCity": "NEW BERLIN",
        "originState": "WI",
        "originZIP": "53151",
        "proofOfDeliveryEnabled": "false",
        "services": ["USPS Tracking<SUP>&#174;</SUP>", "Return Receipt Electronic"],
        "status": "Arrived at USPS Facility",
        "statusCategory": "Moving Through Network",
        "statusSummary": "Your item arrived.",
        "uniqueMailPieceID": "164744476",
        "mailPieceIntakeDate": "2026-11-02 06:20:13.000000",
        "trackingEvents": list(events) or [event(), label],
        "trackingNumber": "9400100000000000000013",
        **changes,
    }


def error(message: str = "12: A status update is not yet available on your package. - ") -> Body:
    return {
        "apiVersion": "/tracking/v3",
        "error": {
            "code": "400",
            "message": message,
            "errors": [{"title": "A title", "detail": "", "code": "150001"}],
        },
    }


def bodies() -> dict[str, Any]:
    """One of each kind."""
    return {
        "tracking": tracking(
            predictedDeliveryDate="2026-11-05",
            predictedDeliveryWindowStartTime="1:45 pm",
            predictedDeliveryWindowEndTime="17:45",
        ),
        "error": error(),
        "list": {"0": [tracking()]},
    }


def encoded(body: Any) -> bytes:
    return json.dumps(body).encode()
