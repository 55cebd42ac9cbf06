"""Made-up Track replies and Track Alert messages in UPS's shape."""

import json
from typing import Any

Body = dict[str, Any]


def activity(
    kind: str = "I", code: str = "AR", number: str = "005", words: str = "Arrived at Facility",
    **changes: Any,
) -> Body:  # fmt: skip
    return {
        "location": {
            "address": {"city": "Anytown", "stateProvince": "GA", "countryCode": "US"},
            "slic": "3099",
        },
        "status": {"type": kind, "code": code, "statusCode": number, "description": words},
        "date": "20261103",
        "time": "024700",
        "gmtDate": "20261103",
        "gmtOffset": "-05:00",
        "gmtTime": "74700",
        **changes,
    }


def package(**changes: Any) -> Body:
    return {
        "trackingNumber": "1Z999AA10123456784",
        "activity": [activity(), activity("M", "MP", "003", "Shipper created a label")],
        "deliveryDate": [{"type": "SDD", "date": "20261105"}],
        "deliveryTime": {"type": "EDW", "startTime": "093000", "endTime": "133000"},
        "packageAddress": [
            {"type": "ORIGIN", "address": {"city": "Koeln", "countryCode": "DE"}},
            {
                "type": "DESTINATION",
                "address": {
                    "city": "Denver",
                    "stateProvince": "CO",
                    "postalCode": "80202",
                    "countryCode": "US",
                },
            },
        ],
        "weight": {"unitOfMeasurement": "LBS", "weight": "2.00"},
        "service": {"code": "518", "description": "UPS Ground"},
        "packageCount": 1,
        **changes,
    }


def reply(*packages: Body, **changes: Any) -> Body:
    shipment = {
        "inquiryNumber": "1Z999AA10123456784",
        "package": list(packages) or [package()],
        **changes,
    }
    return {"trackResponse": {"shipment": [shipment]}}


def alert(**changes: Any) -> Body:
    return {
        "trackingNumber": " 1Z999AA10123456784",
        "localActivityDate": "20261103",
        "localActivityTime": "091519",
        "activityLocation": {
            "city": "Charlotte",
            "stateProvince": "NC",
            "postalCode": "",
            "country": "US",
        },
        "activityStatus": {
            "type": "I",
            "code": "OT",
            "description": "Out for Delivery",
            "descriptionCode": "021",
        },
        "scheduledDeliveryDate": "20261103",
        "actualDeliveryDate": "",
        "actualDeliveryTime": "",
        "gmtActivityDate": "20261103",
        "gmtActivityTime": "141519",
        "deliveryStartTime": "",
        "deliveryEndTime": "",
        "deliveryTimeDescription": "end of day",
        **changes,
    }


def error() -> Body:
    return {
        "response": {"errors": [{"code": "TW0001", "message": "Tracking Information Not Found"}]}
    }


def not_found() -> Body:
    warning = {"code": "TW0001", "message": "Tracking Information Not Found"}
    return {"trackResponse": {"shipment": [{"inquiryNumber": "1Z", "warnings": [warning]}]}}


def bodies() -> dict[str, Body]:
    """One of each kind."""
    return {
        "reply": reply(),
        "two packages": reply(package(), package(trackingNumber="1ZCIETST0111111114")),
        "alert": alert(),
        "error": error(),
        "not found": not_found(),
    }


def encoded(body: Any) -> bytes:
    return json.dumps(body).encode()
