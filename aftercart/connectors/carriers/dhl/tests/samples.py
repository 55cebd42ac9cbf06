"""Replies in the shape of DHL's unified shipment tracking, made up."""

import json
from typing import Any

Body = dict[str, Any]

BONN = {"address": {"countryCode": "DE", "postalCode": "53113", "addressLocality": "Bonn"}}
GERMANY = {"address": {"addressLocality": "Germany"}}


def event(
    code: str, status_code: str, description: str, at: str, place: Any = GERMANY, **changes: Any
) -> Body:
    return {
        "timestamp": at,
        "location": place,
        "statusCode": status_code,
        "status": description,
        "statusDetailed": code,
        "description": description,
        **changes,
    }


def events() -> list[Body]:
    return [
        event(
            "ZU", "delivered", "The shipment has been successfully delivered", "2026-11-06T11:02:00"
        ),
        event(
            "PO",
            "transit",
            "The shipment has been loaded onto the delivery vehicle",
            "2026-11-06T08:11:00",
        ),
        event(
            "ZN",
            "transit",
            "The shipment could not be delivered, and the recipient has been notified",
            "2026-11-05T14:20:00",
        ),
        event(
            "PO",
            "transit",
            "The shipment has been loaded onto the delivery vehicle",
            "2026-11-05T08:02:00",
        ),
        event(
            "EE",
            "transit",
            "The shipment has been processed in the destination parcel center",
            "2026-11-05T03:40:00",
            BONN,
        ),
        event("ES", "transit", "The shipment has been picked up", "2026-11-04T17:30:00"),
        event(
            "VA",
            "pre-transit",
            "The instruction data have been provided electronically",
            "2026-11-03T19:30:00",
            None,
        ),
    ]


def shipment(**changes: Any) -> Body:
    return {
        "id": "00340434999900001234",
        "service": "parcel-de",
        "origin": {"address": {"countryCode": "DE"}},
        "destination": {"address": {"countryCode": "DE", "postalCode": "53113"}},
        "status": events()[0],
        "serviceUrl": "https://www.dhl.de/?piececode=00340434999900001234",
        "estimatedDeliveryTimeFrame": {
            "estimatedFrom": "2026-11-06T10:00:00",
            "estimatedThrough": "2026-11-06T13:00:00",
        },
        "details": {
            "product": {"productName": "DHL PAKET (parcel)"},
            "proofOfDelivery": {
                "timestamp": "2026-11-06T11:02:00",
                "documentUrl": "https://webpod.dhl.com/made-up",
                "signed": {"@type": "Person", "givenName": "Petra", "familyName": "Porter"},
            },
            "pieceIds": ["00340434999900001234"],
            "weight": {"value": 2.5, "unitText": "kg"},
            "references": {"number": "R-1", "type": "customer-reference"},
        },
        "events": events(),
        **changes,
    }


def express(**changes: Any) -> Body:
    """As the service `express` tells: an id that is a number, offsets, places with countries."""
    oslo = {"address": {"addressLocality": "OSLO - NORWAY"}}
    told = [
        event("OK", "delivered", "Delivered - Signed for by", "2026-11-06T12:49:00+01:00", oslo),
        event("WC", "transit", "Out with courier for delivery", "2026-11-06T09:42:00+01:00", oslo),
        event("PU", "transit", "Shipment picked up", "2026-11-05T16:00:00Z", oslo),
    ]
    return shipment(
        id=440011223,
        service="express",
        events=told,
        status=told[0],
        destination={"address": {"countryCode": "NO"}},
        **changes,
    )


def reply(*shipments: Body, **changes: Any) -> Body:
    return {
        "url": "/track/shipments?trackingNumber=00340434999900001234",
        "shipments": list(shipments) or [shipment(**changes)],
        "possibleAdditionalShipmentsUrl": [
            "/track/shipments?trackingNumber=00340434999900001234&service=freight"
        ],
    }


def problem(**changes: Any) -> Body:
    return {"title": "No result found", "detail": "No shipment found.", "status": 404, **changes}


def bodies() -> dict[str, Body]:
    return {
        "parcel-de": reply(),
        "express": {"trackingNumber": "0440011223", **reply(express())},
        "status alone": reply(events=None),
        "returned": reply(returnFlag=True),
        "handed over": reply(
            details={
                "provider": {"destinationProvider": "chronopost"},
                "references": [{"number": "XY123", "type": "local-tracking-number"}],
            }
        ),
        "problem": problem(),
    }


def encoded(body: Any) -> bytes:
    return json.dumps(body).encode()
