"""Replies in Royal Mail's form, made up by us."""

import json
from typing import Any

NUMBER = "AB123456785GB"


def event(name: str = "Item received", **changes: Any) -> dict[str, Any]:
    given = {
        "eventCode": "EVNRS",
        "eventName": name,
        "eventDateTime": "2026-07-03T10:46:14+01:00",
        "locationName": "Stafford DO",
    }
    return {**given, **changes}


def piece(*events: dict[str, Any], **changes: Any) -> dict[str, Any]:
    summary = {"statusCategory": "IN TRANSIT", "productName": "Tracked 48"}
    given = {"mailPieceId": NUMBER, "summary": summary, "events": list(events or (event(),))}
    return {**given, **changes}


def reply(**changes: Any) -> bytes:
    return json.dumps({"mailPieces": piece(**changes)}).encode()


def bodies() -> dict[str, Any]:
    """One of each kind, for what goes wrong with them."""
    problem = {"errorCode": "E1142", "errorDescription": "Not found"}
    window = {"startOfEstimatedWindow": "2026-07-04T10:00:00+01:00", "date": "2026-07-04"}
    return {
        "events": {"mailPieces": piece(event(), event("Delivered"), estimatedDelivery=window)},
        "summaries": {"mailPieces": [piece(events=None), {"mailPieceId": "1", "error": problem}]},
        "errors": {"errors": [problem]},
    }
