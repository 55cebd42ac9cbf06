"""Made-up Events and Trackers in EasyPost's shape."""

import json
from typing import Any

Body = dict[str, Any]
NOWHERE = {"city": None, "state": None, "country": None, "zip": None}
HOUSTON = {"city": "HOUSTON", "state": "TX", "country": None, "zip": "77063"}


def detail(status: str = "in_transit", finer: str = "status_update", **changes: Any) -> Body:
    return {
        "object": "TrackingDetail",
        "message": "Arrived at USPS Regional Facility",
        "description": "",
        "status": status,
        "status_detail": finer,
        "datetime": "2026-11-03T08:25:46Z",
        "source": "USPS",
        "carrier_code": "",
        "tracking_location": {"object": "TrackingLocation", **HOUSTON},
        **changes,
    }


def tracker(**changes: Any) -> Body:
    return {
        "id": "trk_0123456789abcdef",
        "object": "Tracker",
        "mode": "test",
        "tracking_code": "EZ2000000002",
        "status": "in_transit",
        "status_detail": "status_update",
        "created_at": "2026-11-02T19:48:26Z",
        "updated_at": "2026-11-03T09:00:00Z",
        "signed_by": None,
        "weight": 17.6,
        "est_delivery_date": "2026-11-06T20:00:00Z",
        "shipment_id": None,
        "carrier": "USPS",
        "tracking_details": [
            detail("pre_transit", tracking_location=dict(NOWHERE)),
            detail(datetime="2026-11-03T08:59:00Z"),
        ],
        "carrier_detail": {
            "object": "CarrierDetail",
            "service": "Ground Advantage<SUP>&#153;</SUP>",
            "est_delivery_date_local": None,
            "destination_location": "CHARLESTON SC, 29401",
            "destination_tracking_location": None,
        },
        "finalized": True,
        "is_return": False,
        "public_url": "https://track.easypost.com/made-up",
        **changes,
    }


def event(description: str = "tracker.updated", **changes: Any) -> Body:
    return {
        "id": "evt_0123456789abcdef",
        "object": "Event",
        "mode": "test",
        "description": description,
        "previous_attributes": {"status": "unknown"},
        "pending_urls": ["https://track.acme.example/in/x"],
        "completed_urls": [],
        "status": "pending",
        "result": tracker(),
        **changes,
    }


def bodies() -> dict[str, Body]:
    """A body for each topic, and what may be replayed."""
    return {
        "tracker.created": event("tracker.created"),
        "tracker.updated": event(),
        "tracker": tracker(),
        "trackers": {"trackers": [tracker(), tracker(tracking_code="EZ4")], "has_more": False},
    }


def encoded(body: Any) -> bytes:
    return json.dumps(body).encode()
