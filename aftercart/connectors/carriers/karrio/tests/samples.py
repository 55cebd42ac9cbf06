"""Made-up Trackers and webhooks in Karrio's shape."""

import json
from typing import Any

Body = dict[str, Any]
NUMBER = "329012345671"


def event(status: str | None = "in_transit", **changes: Any) -> Body:
    return {
        "date": "2026-11-03",
        "time": "10:46",
        "timestamp": "2026-11-03T10:46:14.000Z",
        "code": "X",
        "description": "",
        "location": "Bremen, Germany",
        "status": status,
        "reason": None,
        **changes,
    }


def tracker(*events: Body, **changes: Any) -> Body:
    return {
        "id": "trk_0123",
        "carrier_name": "purolator",
        "tracking_number": NUMBER,
        "status": "in_transit",
        "delivered": False,
        "estimated_delivery": "2026-11-06",
        "events": list(events or (event(),)),
        "info": {
            "carrier_tracking_link": "https://purolator.example/1",
            "shipment_service": "Express",
            "package_weight": 2.0,
            "package_weight_unit": "LB",
            "signed_by": "M. Muster",
            "shipment_destination_country": "DE",
            "shipment_destination_postal_code": "28195",
        },
        "messages": [],
        **changes,
    }


def webhook(event: str = "tracker_updated", **changes: Any) -> Body:
    return {"event": event, "data": tracker(**changes)}


def bodies() -> dict[str, Body]:
    """One of each kind, for what goes wrong with them."""
    return {
        "tracker": tracker(event(), event("delivered", time="08:31 PM", timestamp=None)),
        "webhook": webhook(),
        "other": webhook("shipment_purchased"),
        "error": {"errors": [{"code": "x", "message": "No"}]},
    }


def encoded(body: Any) -> bytes:
    return json.dumps(body).encode()
