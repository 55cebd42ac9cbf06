"""UPS's older answers in the shape of its Track API: Online Tools' XML, and dumps in Ruby."""

import json
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element

from defusedxml import ElementTree

from aftercart.connectors.carriers.xml import child, children, descendants, text

Json = dict[str, Any]


def online_tools(path: Path) -> bytes:
    """A `TrackResponse` of the Online Tools."""
    reply = ElementTree.parse(path).getroot()
    errors = [
        {"code": text(one, "ErrorCode"), "message": text(one, "ErrorDescription")}
        for one in descendants(reply, "Error")
    ]
    shipments = [_shipment(one) for one in children(reply, "Shipment")]
    body = (
        {"response": {"errors": errors}} if errors else {"trackResponse": {"shipment": shipments}}
    )
    return json.dumps(body).encode()


def dumped(path: Path) -> bytes:
    """A reply of today's form as a Ruby hash."""
    return path.read_text().replace("=>", ":").encode()


def _shipment(shipment: Element) -> Json:
    packages = [_package(one, shipment) for one in children(shipment, "Package")]
    return {"inquiryNumber": text(shipment, "ShipmentIdentificationNumber"), "package": packages}


def _package(package: Element, shipment: Element) -> Json:
    service, weight = child(shipment, "Service"), child(package, "PackageWeight")
    activities = children(package, "Activity")
    dates = {
        "SDD": text(shipment, "ScheduledDeliveryDate"),
        "RDD": text(package, "RescheduledDeliveryDate"),
    }
    addresses = {"ORIGIN": child(shipment, "Shipper"), "DESTINATION": child(shipment, "ShipTo")}
    return {
        "trackingNumber": text(package, "TrackingNumber"),
        "activity": [_activity(one) for one in activities],
        "deliveryDate": [{"type": kind, "date": day} for kind, day in dates.items() if day],
        "deliveryInformation": _delivery(activities),
        "packageAddress": [
            {"type": kind, "address": _address(child(one, "Address"))}
            for kind, one in addresses.items()
        ],
        "service": {"code": text(service, "Code"), "description": text(service, "Description")},
        "weight": {
            "unitOfMeasurement": text(child(weight, "UnitOfMeasurement"), "Code"),
            "weight": text(weight, "Weight"),
        },
    }


def _activity(activity: Element) -> Json:
    status, place = child(activity, "Status"), child(activity, "ActivityLocation")
    return {
        "location": {"address": _address(child(place, "Address"))},
        "status": {
            "type": text(child(status, "StatusType"), "Code"),
            "code": text(child(status, "StatusCode"), "Code"),
            "description": text(child(status, "StatusType"), "Description"),
        },
        "date": text(activity, "Date"),
        "time": text(activity, "Time"),
    }


def _delivery(activities: list[Element]) -> Json:
    for activity in activities:
        place = child(activity, "ActivityLocation")
        if text(place, "SignedForByName") or text(place, "Description"):
            signed_by = text(place, "SignedForByName")
            return {"location": text(place, "Description"), "receivedBy": signed_by}
    return {}


def _address(address: Element | None) -> Json:
    return {
        "city": text(address, "City"),
        "stateProvince": text(address, "StateProvinceCode"),
        "postalCode": text(address, "PostalCode"),
        "countryCode": text(address, "CountryCode"),
    }
