"""Replies in GLS's form, made up by us."""

import json
from typing import Any

NUMBER = "40404040408"


def event(code: str = "INBOUD.NORMAL", **changes: Any) -> dict[str, Any]:
    given = {
        "code": code,
        "city": "Bremen",
        "postalCode": "28195",
        "country": "DE",
        "description": "",
        "eventDateTime": "2026-11-03T10:46:14+0100",
    }
    return {**given, **changes}


def parcel(*events: dict[str, Any], **changes: Any) -> dict[str, Any]:
    given = {
        "requested": NUMBER,
        "unitno": NUMBER,
        "status": "INTRANSIT",
        "statusDateTime": "2026-11-03T11:00:00+0100",
        "events": list(events or (event(),)),
    }
    return {**given, **changes}


def reply(*parcels: dict[str, Any]) -> bytes:
    return json.dumps({"parcels": list(parcels or (parcel(),))}).encode()


def bodies() -> dict[str, Any]:
    """One of each kind, for what goes wrong with them."""
    failed = {"requested": NUMBER, "errorCode": "E_404_01", "errorMessage": "Not found"}
    return {
        "known": {"parcels": [parcel(event(), event("INTIAL.PREADVICE", city=""))]},
        "without events": {"parcels": [parcel(events=[])]},
        "error beside": {"parcels": [parcel(), failed]},
        "errors": {"errors": [{"code": "X", "message": "No"}]},
    }
