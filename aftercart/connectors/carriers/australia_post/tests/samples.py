"""Replies in Australia Post's form, made up by us."""

import json
from typing import Any

NUMBER = "00993300000000000017"


def event(description: str = "Item processed at facility", **changes: Any) -> dict[str, Any]:
    given = {
        "location": "HOBART TAS",
        "description": description,
        "date": "2026-11-03T10:46:14+11:00",
    }
    return {**given, **changes}


def article(*events: dict[str, Any], **changes: Any) -> dict[str, Any]:
    given = {
        "article_id": NUMBER,
        "product_type": "Parcel Post",
        "status": "In transit",
        "events": list(events or (event(),)),
    }
    return {**given, **changes}


def result(*items: dict[str, Any], **changes: Any) -> dict[str, Any]:
    given = {"tracking_id": NUMBER, "trackable_items": list(items or (article(),))}
    return {**given, **changes}


def reply(*results: dict[str, Any]) -> bytes:
    return json.dumps({"tracking_results": list(results or (result(),))}).encode()


def bodies() -> dict[str, Any]:
    """One of each kind, for what goes wrong with them."""
    unknown = {"tracking_id": "1", "errors": [{"code": "ESB-10001", "name": "Invalid"}]}
    consignment = {"consignment_id": NUMBER, "items": [article(), article(event("Delivered"))]}
    return {
        "article": {"tracking_results": [result()]},
        "consignment": {"tracking_results": [result(consignment)]},
        "error beside": {"tracking_results": [result(), unknown]},
        "errors": {"errors": [{"code": "51101", "message": "Too many"}]},
    }
