"""Made-up events in AfterShip's shape, of its older and its newer versions."""

import json
from typing import Any

Body = dict[str, Any]


def checkpoint(tag: str = "InTransit", subtag: str = "InTransit_003", **changes: Any) -> Body:
    return {
        "slug": "usps",
        "tag": tag,
        "subtag": subtag,
        "subtag_message": "Arrival scan",
        "message": "Arrived at Post Office",
        "raw_tag": "07",
        "checkpoint_time": "2026-11-03T08:25:00-05:00",
        "created_at": "2026-11-03T14:00:00+00:00",
        "location": "HOLLY RIDGE, NC, 28445, USA",
        "city": "HOLLY RIDGE",
        "state": "NC",
        "postal_code": "28445",
        "country_region": "USA",
        **changes,
    }


def tracking(**changes: Any) -> Body:
    return {
        "id": "0123456789abcdef0123456789abcdef",
        "tracking_number": "9400100000000000000000",
        "slug": "usps",
        "tag": "InTransit",
        "subtag": "InTransit_003",
        "signed_by": None,
        "shipment_type": "Priority Mail",
        "shipment_weight": {"value": 1.5, "unit": "kg"},
        "courier_estimated_delivery_date": {"estimated_delivery_date": "2026-11-06"},
        "aftership_estimated_delivery_date": {"estimated_delivery_date": "2026-11-05"},
        "courier_tracking_link": "https://usps.example/9400100000000000000000",
        "return_to_sender": False,
        "shipment_direction": "forward",
        "destination_city": "Portland",
        "destination_state": "ME",
        "destination_postal_code": "04101",
        "destination_country_region": "USA",
        "updated_at": "2026-11-03T14:00:05+00:00",
        "checkpoints": [
            checkpoint("InfoReceived", "InfoReceived_001", checkpoint_time="2026-11-02T10:00:00"),
            checkpoint(),
        ],
        **changes,
    }


def older_tracking() -> Body:
    """As AfterShip wrote it before 2024."""
    return {
        "tracking_number": "9400100000000000000000",
        "slug": "usps",
        "tag": "InTransit",
        "expected_delivery": "2026-11-06",
        "shipment_weight": 2,
        "shipment_weight_unit": "lb",
        "destination_country_iso3": "CAN",
        "updated_at": "2026-11-03T14:00:05+00:00",
        "checkpoints": [
            {
                "slug": "usps",
                "location": "WEST PALM BEACH FL DISTRIBUTION CENTER",
                "country_iso3": "USA",
                "state": None,
                "city": None,
                "zip": "33416",
                "message": "Arrived at USPS Regional Origin Facility",
                "tag": "InTransit",
                "subtag": "InTransit_003",
                "checkpoint_time": "2026-11-03T19:25:00",
            }
        ],
    }


def event(name: str = "tracking_update", **changes: Any) -> Body:
    return {
        "ts": 1793700000,
        "event": name,
        "event_id": "94dadd60-ed26-46d0-aa52-3ced925a50ff",
        "is_tracking_first_tag": True,
        "msg": tracking(),
        **changes,
    }


def bodies() -> dict[str, Body]:
    """A body for each event."""
    return {
        "tracking_update": event(),
        "edd_revise": event("edd_revise", msg=older_tracking()),
    }


def encoded(body: Any) -> bytes:
    return json.dumps(body).encode()
