"""Made-up answers and webhooks in Ship24's shape."""

import json
from typing import Any

Body = dict[str, Any]
NUMBER = "9400100000000000000003"


def event(code: str | None = "destination_arrival", **changes: Any) -> Body:
    return {
        "eventId": "0f0f0f0f",
        "status": "Arrived",
        "occurrenceDatetime": "2026-11-03T10:46:14",
        "datetime": "2026-11-03T10:46:14",
        "utcOffset": None,
        "location": "Bremen, Germany",
        "courierCode": "us-post",
        "statusCode": code,
        "statusCategory": "destination",
        "statusMilestone": "in_transit",
        **changes,
    }


def tracking(*events: Body, **changes: Any) -> Body:
    return {
        "metadata": {"messageId": "message-1", "generatedAt": "2026-11-03T11:00:00Z"},
        "tracker": {"trackerId": "0123", "trackingNumber": NUMBER},
        "shipment": {
            "originCountryCode": "US",
            "destinationCountryCode": "DE",
            "delivery": {
                "estimatedDeliveryDate": "2026-11-06T00:00:00Z",
                "service": "Priority",
                "signedBy": "M. Muster",
            },
            "recipient": {"city": "Bremen", "subdivision": None, "postCode": "28195"},
        },
        "events": list(events or (event(),)),
        "statistics": {},
        **changes,
    }


def answer(*trackings: Body) -> Body:
    return {"data": {"trackings": list(trackings or (tracking(),))}}


def webhook(*trackings: Body) -> Body:
    return {"trackings": list(trackings or (tracking(),))}


def bodies() -> dict[str, Body]:
    """One of each kind, for what goes wrong with them."""
    return {
        "answer": answer(tracking(event(), event("delivery_delivered", utcOffset="-05:00"))),
        "webhook": webhook(tracking(), tracking()),
        "error": {"errors": [{"code": "x", "message": "No"}], "data": None},
    }


def encoded(body: Any) -> bytes:
    return json.dumps(body).encode()
