"""Replies in the shape of FedEx's Track API v1, made up."""

import json
from typing import Any

Body = dict[str, Any]

TOLEDO = {
    "streetLines": ["7 Invented Lane"],
    "city": "TOLEDO",
    "stateOrProvinceCode": "OH",
    "postalCode": "43604",
    "countryCode": "US",
    "countryName": "United States",
    "residential": False,
}
BOISE = {**TOLEDO, "city": "Boise", "stateOrProvinceCode": "ID", "postalCode": "83702"}


def scan(event: str, description: str, at: str, **changes: Any) -> Body:
    return {
        "date": at,
        "eventType": event,
        "eventDescription": description,
        "exceptionCode": "",
        "exceptionDescription": "",
        "scanLocation": TOLEDO,
        "locationType": "FEDEX_FACILITY",
        "derivedStatusCode": "IT",
        "derivedStatus": "In transit",
        **changes,
    }


def scans() -> list[Body]:
    """The newest first, as FedEx lists them."""
    return [
        scan("DL", "Delivered", "2026-11-06T11:02:00-07:00", scanLocation=BOISE),
        scan("OD", "On FedEx vehicle for delivery", "2026-11-06T07:40:00-07:00"),
        scan(
            "DE",
            "Delivery exception",
            "2026-11-05T15:21:00-07:00",
            exceptionCode="08",
            exceptionDescription="Customer not available or business closed",
            scanLocation=BOISE,
        ),
        scan("OD", "On FedEx vehicle for delivery", "2026-11-05T08:11:00-07:00"),
        scan("AR", "At local FedEx facility", "2026-11-05T06:02:00-07:00", scanLocation=BOISE),
        scan("DP", "Departed FedEx location", "2026-11-03T22:15:00-05:00"),
        scan(
            "AO",
            "Shipment arriving On-Time",
            "2026-11-03T18:30:00-05:00",
            locationType="PICKUP_LOCATION",
        ),
        scan("PU", "Picked up", "2026-11-03T17:05:00-05:00", locationType="PICKUP_LOCATION"),
        scan(
            "OC",
            "Shipment information sent to FedEx",
            "2026-11-02T09:10:12-06:00",
            scanLocation={"residential": False},
            locationType="CUSTOMER",
        ),
    ]


def result(**changes: Any) -> Body:
    return {
        "trackingNumberInfo": {
            "trackingNumber": "449900112233",
            "trackingNumberUniqueId": "2461348000~449900112233~FX",
            "carrierCode": "FDXE",
        },
        "additionalTrackingInfo": {"nickname": "", "packageIdentifiers": []},
        "latestStatusDetail": {
            "code": "DL",
            "derivedCode": "DL",
            "statusByLocale": "Delivered",
            "description": "Delivered",
            "scanLocation": BOISE,
        },
        "dateAndTimes": [
            {"type": "ACTUAL_DELIVERY", "dateTime": "2026-11-06T11:02:00-07:00"},
            {"type": "SHIP", "dateTime": "2026-11-03T00:00:00-06:00"},
        ],
        "packageDetails": {
            "weightAndDimensions": {
                "weight": [{"value": "2.0", "unit": "LB"}, {"value": "0.91", "unit": "KG"}]
            }
        },
        "deliveryDetails": {
            "deliveryAttempts": "1",
            "signedByName": "P.PORTER",
            "locationDescription": "Receptionist/Front Desk",
            "deliveryOptionEligibilityDetails": [{"option": "REROUTE", "eligibility": "POSSIBLY"}],
        },
        "serviceDetail": {"type": "FEDEX_2_DAY", "description": "FedEx 2Day<SUP>&reg;</SUP>"},
        "originLocation": {"locationContactAndAddress": {"address": TOLEDO}},
        "recipientInformation": {"address": BOISE},
        "standardTransitTimeWindow": {"window": {"ends": "2026-11-05T16:30:00-07:00"}},
        "estimatedDeliveryTimeWindow": {"window": {}},
        "returnDetail": {},
        "scanEvents": scans(),
        **changes,
    }


def not_found(number: str = "449900112244") -> Body:
    return {
        "trackingNumberInfo": {"trackingNumber": number},
        "error": {
            "code": "TRACKING.TRACKINGNUMBER.NOTFOUND",
            "message": "Tracking number cannot be found.",
        },
    }


def complete(number: str, *results: Body) -> Body:
    return {"trackingNumber": number, "trackResults": list(results)}


def reply(*results: Body, **changes: Any) -> Body:
    given = results or (result(**changes),)
    return {
        "transactionId": "00000000-made-up",
        "output": {"completeTrackResults": [complete("449900112233", *given)]},
    }


def bodies() -> dict[str, Body]:
    moving = result(
        scanEvents=scans()[5:],
        latestStatusDetail={"code": "DP", "delayDetail": {"type": "WEATHER", "status": "DELAYED"}},
        estimatedDeliveryTimeWindow={
            "window": {"begins": "2026-11-06T10:00:00", "ends": "2026-11-06T14:00:00"}
        },
    )
    several = [complete("449900112233", result()), complete("449900112244", not_found())]
    return {
        "delivered": reply(),
        "moving": reply(moving),
        "status only": reply(scanEvents=None),
        "returned": reply(returnDetail={"authorizationName": "Returns Desk"}),
        "several": {"output": {"completeTrackResults": several}},
        "refused": {"errors": [{"code": "NOT.AUTHORIZED.ERROR", "message": "Token expired."}]},
    }


def encoded(body: Any) -> bytes:
    return json.dumps(body).encode()
