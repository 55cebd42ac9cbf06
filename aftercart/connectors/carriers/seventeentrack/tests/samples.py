"""Made-up answers and notifications in 17TRACK's shape."""

import json
from typing import Any

Body = dict[str, Any]
NUMBER = "RB123456785GB"


def event(sub_status: str | None = "InTransit_Arrival", **changes: Any) -> Body:
    return {
        "time_iso": "2026-11-03T10:46:14+01:00",
        "time_utc": "2026-11-03T09:46:14Z",
        "time_raw": {"date": "2026-11-03", "time": "10:46:14", "timezone": "+01:00"},
        "description": "Arrived",
        "location": "Bremen, DE",
        "stage": None,
        "sub_status": sub_status,
        "address": {"country": "DE", "state": None, "city": "Bremen", "postal_code": "28195"},
        **changes,
    }


def number(*events: Body, **changes: Any) -> Body:
    return {
        "number": NUMBER,
        "carrier": 11031,
        "tag": "",
        "track_info": {
            "shipping_info": {
                "shipper_address": {"country": "GB", "city": "London"},
                "recipient_address": {"country": "DE", "city": "Bremen"},
            },
            "latest_status": {"status": "InTransit", "sub_status": "InTransit_Arrival"},
            "latest_event": event(),
            "time_metrics": {
                "estimated_delivery_date": {
                    "source": "Official",
                    "from": "2026-11-05T00:00:00+01:00",
                    "to": "2026-11-06T00:00:00+01:00",
                }
            },
            "misc_info": {
                "service_type": "Tracked",
                "weight_kg": 0.4,
                "local_number": "00340000000000000001",
                "local_provider": "DHL Paket",
                "local_key": 7041,
            },
            "tracking": {
                "providers": [
                    {
                        "provider": {"key": 11031, "name": "Royal Mail"},
                        "events": list(events or (event(),)),
                    }
                ]
            },
        },
        **changes,
    }


def answer(*numbers: Body) -> Body:
    return {"code": 0, "data": {"accepted": list(numbers or (number(),)), "rejected": []}}


def notification(event: str = "TRACKING_UPDATED", **changes: Any) -> Body:
    return {"event": event, "data": number(**changes)}


def rejected(code: int = -18019902, message: str = "is not registered") -> Body:
    error = {"code": code, "message": message}
    return {"code": 0, "data": {"accepted": [], "rejected": [{"number": NUMBER, "error": error}]}}


def bodies() -> dict[str, Body]:
    """One of each kind, for what goes wrong with them."""
    return {
        "answer": answer(number(event(), event("InfoReceived", time_raw=None))),
        "notification": notification(),
        "stopped": notification("TRACKING_STOPPED", track_info=None),
        "rejected": rejected(),
        "without events": answer(number(track_info={"latest_event": event()})),
    }


def encoded(body: Any) -> bytes:
    return json.dumps(body).encode()
