"""What 17TRACK's website answered its own pages in 2018, in the form of its API."""

import json
from pathlib import Path
from typing import Any


def website(path: Path) -> bytes:
    """A list of numbers, each with its latest event alone, in the carrier's words and time."""
    listed = json.loads(path.read_text())["Json"]
    return json.dumps({"code": 0, "data": {"accepted": [_number(one) for one in listed]}}).encode()


def _number(one: dict[str, Any]) -> dict[str, Any]:
    event = json.loads(one["FLastEvent"]) if one["FLastEvent"] else None
    return {
        "number": one["FTrackNo"],
        "carrier": one["FFirstCarrier"],
        "track_info": {"latest_event": _event(event) if event else None},
    }


def _event(event: dict[str, Any]) -> dict[str, Any]:
    day, _, time = event["a"].partition(" ")
    return {
        "time_iso": day,
        "time_raw": {"date": day, "time": time or None, "timezone": None},
        "description": event["z"],
        "location": event["c"] or event["d"] or None,
    }
