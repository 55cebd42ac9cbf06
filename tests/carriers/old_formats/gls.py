"""What GLS's website answered its own pages in 2016 and 2018, in the form of its API."""

import json
from pathlib import Path
from typing import Any


def website(path: Path) -> bytes:
    """A parcel with its events, in German, without codes, and in the time of their place."""
    return json.dumps(
        {"parcels": [_parcel(one) for one in json.loads(path.read_text())["tuStatus"]]}
    ).encode()


def _parcel(raw: dict[str, Any]) -> dict[str, Any]:
    return {"requested": raw["tuNo"], "events": [_event(one) for one in raw["history"]]}


def _event(raw: dict[str, Any]) -> dict[str, Any]:
    return {
        "eventDateTime": f"{raw['date']}T{raw['time']}",
        "city": raw["address"].get("city"),
        "country": raw["address"].get("countryCode"),
        "description": raw["evtDscr"],
    }
