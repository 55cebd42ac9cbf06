"""FedEx's older answers in the shape of its Track API v1: SOAP, its website's, and object dumps."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element

from defusedxml import ElementTree

from aftercart.connectors.carriers.xml import child, children, descendants, name_of, text

Json = dict[str, Any]
INDIA = timezone(timedelta(hours=5, minutes=30))
BAD = ("ERROR", "FAILURE")


def soap(path: Path) -> bytes:
    """A `TrackReply` of FedEx's web services, versions 5 to 14."""
    reply = next(one for one in ElementTree.parse(path).iter() if name_of(one) == "TrackReply")
    refused = _refused(reply, "Notifications")
    details = list(descendants(reply, "TrackDetails"))
    of_number = next((bad for one in descendants(reply, "CompletedTrackDetails")
                      if (bad := _refused(one, "Notifications"))), None)  # fmt: skip
    if not details:
        return _encoded({"errors": [refused or of_number]})
    return _reply([_result(one) for one in details])


def _result(details: Element) -> Json:
    status = child(details, "StatusDetail")
    problem = _refused(details, "Notification")
    dates = _dates(
        SHIP=text(details, "ShipTimestamp"),
        ACTUAL_DELIVERY=text(details, "ActualDeliveryTimestamp"),
        ESTIMATED_DELIVERY=text(details, "EstimatedDeliveryTimestamp"),
    )
    return {
        "trackingNumberInfo": {
            "trackingNumber": text(details, "TrackingNumber") or "unknown",
            "trackingNumberUniqueId": text(details, "TrackingNumberUniqueIdentifier"),
            "carrierCode": text(details, "CarrierCode"),
        },
        "latestStatusDetail": {
            "code": text(status, "Code") or text(details, "StatusCode"),
            "description": text(status, "Description") or text(details, "StatusDescription"),
        },
        "scanEvents": [_scan(event) for event in children(details, "Events")],
        "dateAndTimes": dates,
        "deliveryDetails": {"signedByName": text(details, "DeliverySignatureName")},
        "serviceDetail": {
            "description": text(child(details, "Service"), "Description")
            or text(details, "ServiceInfo")
        },
        "recipientInformation": {"address": _address(child(details, "DestinationAddress"))},
        "originLocation": {"address": _address(child(details, "OriginLocationAddress"))},
        **({"error": problem} if problem else {}),
    }


def _scan(event: Element) -> Json:
    return {
        "date": text(event, "Timestamp"),
        "eventType": text(event, "EventType"),
        "eventDescription": text(event, "EventDescription"),
        "exceptionCode": text(event, "StatusExceptionCode"),
        "exceptionDescription": text(event, "StatusExceptionDescription"),
        "scanLocation": _address(child(event, "Address")),
        "locationType": text(event, "ArrivalLocation"),
    }


def _address(address: Element | None) -> Json:
    names = ("City", "StateOrProvinceCode", "PostalCode", "CountryCode")
    return {name[0].lower() + name[1:]: text(address, name) for name in names}


def _refused(holder: Element, name: str) -> Json | None:
    for one in children(holder, name):
        if text(one, "Severity") in BAD:
            return {"code": text(one, "Code"), "message": text(one, "Message")}
    return None


def histories(dumped: list[Json]) -> Iterator[tuple[str, bytes]]:
    """Objects of the web services, dumped with their times in UTC; the parcels are all Indian."""
    for history in dumped:
        results = [_dumped(details) for details in history["trackDetails"]]
        yield results[0]["trackingNumberInfo"]["trackingNumber"], _reply(results)


def _dumped(details: Json) -> Json:
    return {
        "trackingNumberInfo": {
            "trackingNumber": details["trackingNumber"],
            "trackingNumberUniqueId": details["trackingNumberUniqueIdentifier"],
        },
        "latestStatusDetail": {"code": details["statusDetail"]["code"]},
        "scanEvents": [_dumped_scan(event) for event in details["events"]],
        "dateAndTimes": [
            {"type": one["type"], "dateTime": one["dateOrTimestamp"]}
            for one in details["datesOrTimes"]
        ],
        "recipientInformation": {"address": details["destinationAddress"]},
        "serviceDetail": details["service"],
    }


def _dumped_scan(event: Json) -> Json:
    at = datetime.fromtimestamp(int(event["timestamp"]["$numberLong"]) / 1000, UTC)
    return {
        "date": at.astimezone(INDIA).isoformat(),
        "eventType": event["eventType"],
        "eventDescription": event["eventDescription"],
        "exceptionCode": event.get("statusExceptionCode"),
        "exceptionDescription": event.get("statusExceptionDescription"),
        "scanLocation": event["address"],
        "locationType": event["arrivalLocation"],
    }


def website(path: Path) -> bytes:
    """What FedEx's website asked its server for: `TrackPackagesResponse`."""
    packages = json.loads(path.read_text())["TrackPackagesResponse"]["packageList"]
    return _reply([_package(package) for package in packages])


def _package(package: Json) -> Json:
    return {
        "trackingNumberInfo": {
            "trackingNumber": package["trackingNbr"],
            "trackingNumberUniqueId": package["trackingQualifier"],
        },
        "latestStatusDetail": {"code": package["keyStatusCD"]},
        "scanEvents": [
            {
                "date": f"{scan['date']}T{scan['time'] or '00:00:00'}{scan['gmtOffset']}",
                "eventType": scan["statusCD"],
                "eventDescription": scan["status"],
                "exceptionDescription": scan["scanDetails"],
                "scanLocation": _city(scan["scanLocation"]),
            }
            for scan in package["scanEventList"]
        ],
        "dateAndTimes": _dates(SHIP=package["shipDt"], ACTUAL_DELIVERY=package["actDeliveryDt"]),
    }


def _city(written: str) -> Json:
    city, _, state = written.rpartition(", ")
    return {"city": city, "stateOrProvinceCode": state, "countryCode": "US" if state else ""}


def _dates(**given: str) -> list[Json]:
    return [{"type": kind, "dateTime": at} for kind, at in given.items() if at]


def _reply(results: list[Json]) -> bytes:
    number = results[0]["trackingNumberInfo"]["trackingNumber"]
    complete = {"trackingNumber": number, "trackResults": results}
    return _encoded({"output": {"completeTrackResults": [complete]}})


def _encoded(body: Any) -> bytes:
    return json.dumps(body).encode()
