"""Made-up Tracks and events in Shippo's shape."""

import json
from typing import Any

Body = dict[str, Any]
NUMBER = "9400100000000000000003"
AUSTIN = {"city": "Austin", "state": "TX", "zip": "78701", "country": "US"}


def status(word: str | None = "TRANSIT", code: str | None = "package_arrived", **more: Any) -> Body:
    return {
        "object_id": "0123456789abcdef",
        "status": word,
        "status_details": "Arrived",
        "status_date": "2026-11-03T15:00:00Z",
        "substatus": {"code": code, "text": "Arrived.", "action_required": False},
        "location": dict(AUSTIN),
        **more,
    }


def track(*history: Body, **changes: Any) -> Body:
    told = list(history or (status(),))
    return {
        "carrier": "usps",
        "tracking_number": NUMBER,
        "address_from": {"city": "Portland", "state": "ME", "zip": "04101", "country": "US"},
        "address_to": dict(AUSTIN),
        "eta": "2026-11-06T00:00:00Z",
        "servicelevel": {"token": "usps_priority", "name": "Priority Mail"},
        "tracking_status": told[-1],
        "tracking_history": told,
        "messages": [],
        **changes,
    }


def event(name: str = "track_updated", **changes: Any) -> Body:
    return {"event": name, "test": False, "data": track(), **changes}


def bodies() -> dict[str, Body]:
    """One of each kind, for what goes wrong with them."""
    return {
        "track": track(status("PRE_TRANSIT", "information_received"), status()),
        "event": event(),
        "other": event("transaction_created", data={"object_id": "1"}),
        "without history": track(tracking_history=[]),
        "error": {"detail": "Not found."},
    }


def encoded(body: Any) -> bytes:
    return json.dumps(body).encode()
