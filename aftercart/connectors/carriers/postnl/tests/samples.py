"""Replies in PostNL's form, made up by us."""

import json
from typing import Any

NUMBER = "3SABCD1234567"


def status(code: str = "5", words: str = "", at: str = "03-11-2026 10:46:14") -> dict[str, Any]:
    return {"TimeStamp": at, "StatusCode": code, "StatusDescription": words}


def shipment(*statuses: dict[str, Any], **changes: Any) -> dict[str, Any]:
    history = list(statuses or (status("1", at="02-11-2026 09:00:00"), status()))
    given = {
        "Barcode": NUMBER,
        "ProductDescription": "Standard shipment",
        "Status": history[-1],
        "OldStatus": history,
    }
    return {**given, **changes}


def reply(*statuses: dict[str, Any], **changes: Any) -> bytes:
    complete = {"CompleteStatus": {"Shipment": shipment(*statuses, **changes)}}
    return json.dumps(complete).encode()


def bodies() -> dict[str, Any]:
    """One of each kind, for what goes wrong with them."""
    event = {"Code": "J01", "Description": "Sorted", "TimeStamp": "03-11-2026 10:46:14"}
    address = {"AddressType": "01", "City": "Utrecht", "CountryISO": "NL"}
    only_events = shipment(Status=None, OldStatus=None, Event=event)
    return {
        "complete": {"CompleteStatus": {"Shipment": shipment(Address=[address])}},
        "one": {"CurrentStatus": {"Shipment": shipment(OldStatus=status(), Address=address)}},
        "events": {"CompleteStatus": {"Shipment": only_events}},
        "warnings": {"Warnings": [{"Code": "2", "Message": "No shipment found"}]},
        "fault": {"fault": {"faultstring": "Invalid ApiKey"}},
    }
