"""MyDHL's tracking: one waybill in a request, since only there DHL tells each event's offset."""

import base64
import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from urllib.parse import quote

import msgspec
from django.utils.translation import gettext as _

from aftercart.connectors import http
from aftercart.connectors.base import Answer, Asked, Heard, Identity, Limit, ParseError
from aftercart.connectors.carriers import moments, reuse
from aftercart.connectors.carriers.asked import entered, server
from aftercart.connectors.carriers.calling import call, read_json
from aftercart.connectors.carriers.dhl_express import payload
from aftercart.connectors.carriers.dhl_express.parse import error_words
from aftercart.connectors.reading import decoder

LABEL = "DHL Express"
ADDRESS = "https://express.api.dhl.com/mydhlapi"
WAYBILL = re.compile(r"\d{10}")
# A piece's own number: ISO 15459's J, and what DHL prints without it.
PIECE = re.compile(r"J{0,2}D\d{16,20}", re.IGNORECASE)
# A waybill that nobody has, to try the credentials with.
PROBE = "0000000000"
WHOLE = (
    ("trackingView", "all-checkpoints"),
    ("levelOfDetail", "all"),
    ("requestGMTOffsetPerEvent", "true"),
)

Shipment = dict[str, Any]

_problem = decoder(payload.Body)


class MyDhlTracker:
    """Asked with a user name and password by HTTP Basic; see the README beside this file."""

    carriers: frozenset[str] = frozenset({"dhl_express"})
    batch = 1
    cost = 1
    limits: tuple[Limit, ...] = (Limit(500, 86_400),)

    def identify(self, credentials: Mapping[str, str], settings: Mapping[str, Any]) -> Identity:
        """Ask for a waybill that nobody has: DHL names nobody.

        Raises:
            ConnectionFailed: the credentials are refused, or nobody answers.
        """
        _asked_for(PROBE, credentials, settings)
        return Identity(name=LABEL)

    def ask(
        self,
        credentials: Mapping[str, str],
        settings: Mapping[str, Any],
        parcels: Sequence[Asked],
        address: str,
    ) -> Answer:
        """Ask after one parcel.

        Raises:
            ConnectionFailed: the source cannot be used now; nothing was learnt.
        """
        heard, requests = [], 0
        for parcel in parcels[: self.batch]:
            if WAYBILL.fullmatch(parcel.number) or PIECE.fullmatch(parcel.number):
                requests += 1
                heard.append(_heard(parcel, _asked_for(parcel.number, credentials, settings)))
            else:
                heard.append(_never_ours(parcel.number))
        return Answer(heard=tuple(heard), requests=requests)


def _asked_for(
    number: str, credentials: Mapping[str, str], settings: Mapping[str, Any]
) -> http.Reply:
    names = ("username", "password")
    user, password = (entered(name, credentials, settings) for name in names)
    basic = base64.b64encode(f"{user}:{password}".encode()).decode()
    at = server(settings, ADDRESS)
    is_piece = PIECE.fullmatch(number)
    return call(
        LABEL,
        "GET",
        f"{at}/tracking" if is_piece else f"{at}/shipments/{quote(number)}/tracking",
        headers={"Authorization": f"Basic {basic}", "Accept-Language": "eng"},
        parameters=[("pieceTrackingNumber", number), *WHOLE] if is_piece else WHOLE,
    )


def _heard(parcel: Asked, reply: http.Reply) -> Heard:
    if not reply.ok:
        return Heard(number=parcel.number, problem=_stated(reply), is_refused=_is_wrong(reply))
    given = read_json(LABEL, reply).get("shipments")
    shipments = [one for one in given if isinstance(one, dict)] if isinstance(given, list) else []
    ours = reuse.ours(shipments, _shipping_day, parcel.shipped_on)
    if ours:
        return Heard(number=parcel.number, body=_body(parcel.number, ours[-1]))
    said = _("%(carrier)s knows nothing of this number yet.")
    if shipments:
        said = _("%(carrier)s only knows another parcel with this number.")
    return Heard(number=parcel.number, problem=said % {"carrier": LABEL})


def _is_wrong(reply: http.Reply) -> bool:
    """Whether the number itself is what DHL refuses, so that it will always be refused."""
    return reply.status == 400 and "trackingnumber" in _stated(reply).replace(" ", "").lower()


def _stated(reply: http.Reply) -> str:
    try:
        said = error_words(_problem(reply.body))
    except ParseError:
        said = ""
    return said or _("%(carrier)s reports an error.") % {"carrier": LABEL}


def _shipping_day(shipment: Shipment) -> date | None:
    return moments.day(str(shipment.get("shipmentTimestamp") or ""))


def _body(number: str, shipment: Shipment) -> bytes:
    """The reply in one order, under the number that was asked for."""
    known_as = {**shipment, "shipmentTrackingNumber": number}
    return msgspec.json.encode({"shipments": [known_as]}, order="sorted")


def _never_ours(number: str) -> Heard:
    problem = _("This is no tracking number of %(carrier)s.") % {"carrier": LABEL}
    return Heard(number=number, problem=problem, is_refused=True)
