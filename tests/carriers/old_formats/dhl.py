"""DHL Global Mail's older answers in the unified shape: what is now the service `ecommerce`."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element

from defusedxml import ElementTree

from aftercart.connectors.carriers.xml import children, descendants, text

Json = dict[str, Any]
# Eastern and Central time are also told without the season: the dates recorded are in winter.
OFFSET = {"ET": "-05:00", "EST": "-05:00", "CT": "-06:00", "CST": "-06:00"}


def global_mail(path: Path) -> bytes:
    """A `track` document. Its times name their zone."""
    shipments = descendants(ElementTree.parse(path).getroot(), "shipment")
    return json.dumps({"shipments": [_shipment(shipment) for shipment in shipments]}).encode()


def _shipment(shipment: Element) -> Json:
    return {
        "id": text(shipment, "trackingnumber"),
        "service": "ecommerce",
        "destination": _place(shipment, "zip", "US"),
        "details": {"weight": {"value": text(shipment, "weight"), "unitText": "lb"}},
        "events": [_event(event) for event in children(shipment, "event")],
    }


def _event(event: Element) -> Json:
    clock, _space, zone = text(event, "time").rpartition(" ")
    said = f"{text(event, 'date')} {clock}"
    at = datetime.strptime(said, "%m/%d/%Y %I:%M %p")  # noqa: DTZ007 - its offset comes next
    return {
        "timestamp": at.isoformat() + OFFSET[zone],
        "location": _place(event, "postalcode", text(event, "country")),
        "statusDetailed": text(event, "code"),
        "description": text(event, "description"),
    }


def _place(part: Element, postcode: str, country: str) -> Json:
    address = {
        "addressLocality": text(part, "city"),
        "addressRegion": text(part, "state"),
        "postalCode": text(part, postcode),
        "countryCode": country,
    }
    return {"address": address}
