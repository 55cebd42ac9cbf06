"""DHL Express's older answers in MyDHL's shape: XML-PI, and its website's JSON."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element

from defusedxml import ElementTree

from aftercart.connectors.carriers.xml import child, children, descendants, text

Json = dict[str, Any]


def xml_pi(path: Path) -> bytes:
    """A `TrackingResponse` of the XML services."""
    waybills = descendants(ElementTree.parse(path).getroot(), "AWBInfo")
    return _encoded([_shipment(waybill) for waybill in waybills])


def _shipment(waybill: Element) -> Json:
    info = child(waybill, "ShipmentInfo")
    return {
        "shipmentTrackingNumber": text(waybill, "AWBNumber"),
        "shipmentTimestamp": text(info, "ShipmentDate"),
        "productCode": text(info, "GlobalProductCode"),
        "shipperDetails": _party(info, "Shipper", "OriginServiceArea"),
        "receiverDetails": _party(info, "Consignee", "DestinationServiceArea"),
        "totalWeight": text(info, "Weight"),
        "unitOfMeasurements": "metric" if text(info, "WeightUnit") == "K" else "",
        "estimatedDeliveryDate": text(info, "EstDlvyDate").replace("GMT", ""),
        "events": [_event(event) for event in children(info, "ShipmentEvent")],
    }


def _party(info: Element | None, name: str, area: str) -> Json:
    party, served = child(info, name), child(info, area)
    return {
        "postalAddress": {
            "cityName": text(party, "City"),
            "postalCode": text(party, "PostalCode"),
            "provinceCode": text(party, "DivisionCode"),
            "countryCode": text(party, "CountryCode"),
        },
        "serviceArea": [_area(served)],
    }


def _event(event: Element) -> Json:
    service = child(event, "ServiceEvent")
    return {
        "date": text(event, "Date"),
        "time": text(event, "Time"),
        "typeCode": text(service, "EventCode"),
        "description": text(service, "Description"),
        "serviceArea": [_area(child(event, "ServiceArea"))],
        "signedBy": text(event, "Signatory"),
    }


def _area(area: Element | None) -> Json:
    return {"code": text(area, "ServiceAreaCode"), "description": text(area, "Description")}


def website(path: Path) -> bytes:
    """What DHL's website asked its server for: words without codes."""
    return _encoded([_result(result) for result in json.loads(path.read_text())["results"]])


def _result(result: Json) -> Json:
    return {
        "shipmentTrackingNumber": result["id"],
        "shipperDetails": {"serviceArea": [{"description": result["origin"]["value"]}]},
        "receiverDetails": {"serviceArea": [{"description": result["destination"]["value"]}]},
        "events": [_checkpoint(checkpoint) for checkpoint in result["checkpoints"]],
        "pieces": [{"trackingNumber": piece} for piece in result["pieces"]["pIds"]],
    }


def _checkpoint(checkpoint: Json) -> Json:
    day = datetime.strptime(checkpoint["date"].strip(), "%A, %B %d, %Y")  # noqa: DTZ007 - a day
    return {
        "date": f"{day:%Y-%m-%d}",
        "time": checkpoint["time"],
        "description": checkpoint["description"],
        "serviceArea": [{"description": checkpoint["location"]}],
    }


def _encoded(shipments: list[Json]) -> bytes:
    return json.dumps({"shipments": shipments}).encode()
