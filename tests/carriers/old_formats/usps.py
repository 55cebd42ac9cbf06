"""The Postal Service's older answers in the shape of its tracking API v3: Web Tools, and dumps."""

import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element

from defusedxml import ElementTree

from aftercart.connectors.carriers.xml import child, children, descendants, name_of, text

Json = dict[str, Any]
EVENT = {
    "eventType": "Event",
    "eventCity": "EventCity",
    "eventState": "EventState",
    "eventZIP": "EventZIPCode",
    "eventCountry": "EventCountry",
    "firm": "FirmName",
    "name": "Name",
    "authorizedAgent": "AuthorizedAgent",
    "eventCode": "EventCode",
}
PIECE = {
    "mailClass": "Class",
    "destinationCity": "DestinationCity",
    "destinationState": "DestinationState",
    "destinationZIP": "DestinationZip",
    "originCity": "OriginCity",
    "originState": "OriginState",
    "originZIP": "OriginZip",
    "status": "Status",
    "statusCategory": "StatusCategory",
    "statusSummary": "StatusSummary",
    "mailPieceIntakeDate": "MPDATE",
    "uniqueMailPieceID": "MPSUFFIX",
}


def web_tools(path: Path) -> Iterator[tuple[str, bytes]]:
    """A `TrackResponse` of Web Tools (TrackV2, with fields): a body for each of its numbers."""
    reply = ElementTree.parse(path).getroot()
    if name_of(reply) == "Error":
        yield path.name, _encoded(_error(reply))
    for index, piece in enumerate(descendants(reply, "TrackInfo")):
        problem = child(piece, "Error")
        body = _tracking(piece) if problem is None else _error(problem)
        yield f"{path.name}[{index}]", _encoded(body)


def dumped(path: Path) -> bytes:
    """A reply of today's form inside of `JSON.parse(<<~JSON … JSON)`."""
    return path.read_text().partition("<<~JSON")[2].rpartition("JSON")[0].encode()


def _tracking(piece: Element) -> Json:
    days = {
        "expectedDeliveryTimeStamp": _moment(text(piece, "ExpectedDeliveryDate"), ""),
        "predictedDeliveryDate": _moment(text(piece, "PredictedDeliveryDate"), "")[:10],
    }
    events = [*children(piece, "TrackSummary"), *children(piece, "TrackDetail")]
    return {
        "trackingNumber": piece.get("ID"),
        **{name: text(piece, old) for name, old in PIECE.items()},
        **days,
        "services": ["".join(one.itertext()) for one in children(piece, "Service")],
        "trackingEvents": [_event(one) for one in events],
    }


def _event(event: Element) -> Json:
    return {
        **{name: text(event, old) or None for name, old in EVENT.items()},
        "eventTimestamp": _moment(text(event, "EventDate"), text(event, "EventTime")),
    }


def _moment(day: str, time: str) -> str:
    """`April 28, 2015` with `9:01 am`, of which the time may lack."""
    if not day:
        return ""
    said = f"{day} {time or '12:00 am'}"
    return datetime.strptime(said, "%B %d, %Y %I:%M %p").isoformat()  # noqa: DTZ007 - a local time


def _error(problem: Element) -> Json:
    number, said = text(problem, "Number"), text(problem, "Description")
    return {"apiVersion": "/tracking/v3", "error": {"code": number, "message": said}}


def _encoded(body: Json) -> bytes:
    return json.dumps(body).encode()
