"""Replies in the shape of DHL Express's MyDHL API, made up."""

import json
from typing import Any

Body = dict[str, Any]

BASEL = [{"code": "BSL", "description": "Basel-CH"}]
DENVER = [{"code": "DEN", "description": "DENVER,CO-USA"}]


def event(code: str, description: str, at: str, **changes: Any) -> Body:
    """`at` is written as `2026-11-03 17:05:00 +01:00`."""
    day, time, offset = at.split()
    return {
        "date": day,
        "time": time,
        "GMTOffset": offset,
        "typeCode": code,
        "description": description,
        "serviceArea": DENVER,
        **changes,
    }


def events() -> list[Body]:
    return [
        event("OK", "Delivered", "2026-11-06 11:02:10 -07:00", signedBy="P PORTER"),
        event("WC", "Shipment is out with courier for delivery", "2026-11-06 08:40:00 -07:00"),
        event("NH", "Delivery attempted; recipient not home", "2026-11-05 14:21:00 -07:00"),
        event("WC", "Shipment is out with courier for delivery", "2026-11-05 08:11:00 -07:00"),
        event("CR", "Clearance processing complete", "2026-11-04 23:15:00 -07:00"),
        event("CD", "Clearance event", "2026-11-04 20:15:00 -07:00"),
        event(
            "DF",
            "Shipment has departed from a DHL facility",
            "2026-11-04 01:15:00 +01:00",
            serviceArea=BASEL,
        ),
        event(
            "PU",
            "Shipment picked up",
            "2026-11-03 17:05:00 +01:00",
            serviceArea=BASEL,
            signedBy="BSL 12",
        ),
    ]


def shipment(**changes: Any) -> Body:
    return {
        "shipmentTrackingNumber": "4400112233",
        "status": "Success",
        "shipmentTimestamp": "2026-11-03T15:00:00",
        "productCode": "P",
        "description": "Two secret presents",
        "shipperDetails": {
            "name": "Invented & Sons",
            "postalAddress": {"cityName": "Basel", "postalCode": "4001", "countryCode": "CH"},
            "serviceArea": BASEL,
        },
        "receiverDetails": {
            "name": "Petra Porter",
            "postalAddress": {
                "cityName": "Denver",
                "postalCode": "80202",
                "provinceCode": "CO",
                "countryCode": "US",
            },
            "serviceArea": DENVER,
        },
        "totalWeight": 1.2,
        "unitOfMeasurements": "metric",
        "estimatedDeliveryDate": "2026-11-05T18:00:00",
        "numberOfPieces": 1,
        "events": events(),
        "pieces": [{"number": 1, "trackingNumber": "JD014600001234500000", "events": []}],
        **changes,
    }


def reply(**changes: Any) -> Body:
    return {"shipments": [shipment(**changes)]}


def problem(**changes: Any) -> Body:
    return {"status": 404, "title": "Not Found", "detail": "No shipments found", **changes}


def bodies() -> dict[str, Body]:
    moving = events()[3:]
    for one in moving:
        del one["GMTOffset"]
    return {
        "delivered": reply(),
        "moving": reply(events=moving, pieces=None, estimatedTimeOfDelivery="2026-11-05T18:00:00"),
        "empty": {"shipments": []},
        "problem": problem(),
    }


def encoded(body: Any) -> bytes:
    return json.dumps(body).encode()
