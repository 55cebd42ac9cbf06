"""DHL's unified tracking: one number in a request, under a key that may ask little."""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from urllib.parse import parse_qs, urlsplit

import msgspec
from django.utils.translation import gettext as _

from aftercart.connectors import http
from aftercart.connectors.base import Answer, Asked, Heard, Identity, Limit, ParseError
from aftercart.connectors.carriers import moments, reuse
from aftercart.connectors.carriers.asked import entered, server
from aftercart.connectors.carriers.calling import call, failed, read_json
from aftercart.connectors.carriers.dhl import payload
from aftercart.connectors.carriers.dhl.parse import CARRIER, error_words
from aftercart.connectors.reading import decoder

LABEL = "DHL"
ADDRESS = "https://api-eu.dhl.com"
NUMBER = re.compile(r"[A-Za-z0-9]{5,39}")
POSTCODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9 -]{1,10}")
# A number that nobody has, to try the key with.
PROBE = "0000000000"
# The services of carriers that are one service; others DHL finds by itself.
SERVICE = {
    "dhl_express": "express",
    "dhl_parcel_de": "parcel-de",
    "deutsche_post": "post-de",
}
# What DHL's own search is called in a memo: no service is named.
ANY = "any"
# DHL also answers so about a number that it has forgotten.
FORGOTTEN = 500

Shipment = dict[str, Any]

_problem = decoder(payload.Body)


class UnifiedTracker:
    """Asked with an app's key; see the README beside this file."""

    carriers: frozenset[str] = frozenset({"dhl", *CARRIER.values()})
    batch = 1
    cost = 1
    limits: tuple[Limit, ...] = (Limit(1, 5), Limit(250, 86_400))

    def identify(self, credentials: Mapping[str, str], settings: Mapping[str, Any]) -> Identity:
        """Ask for a number that nobody has: DHL names nobody.

        Raises:
            ConnectionFailed: the key is refused, or nobody answers.
        """
        _asked_for(Asked(number=PROBE), ANY, credentials, settings)
        return Identity(name=LABEL)

    def ask(
        self,
        credentials: Mapping[str, str],
        settings: Mapping[str, Any],
        parcels: Sequence[Asked],
        address: str,
    ) -> Answer:
        """Ask after one parcel, in the service that it was found in before.

        Raises:
            ConnectionFailed: the source cannot be used now; nothing was learnt.
        """
        heard, requests = [], 0
        for parcel in parcels[: self.batch]:
            if NUMBER.fullmatch(parcel.number):
                requests += 1
                service = str(parcel.memo.get("service") or SERVICE.get(parcel.carrier, ANY))
                reply = _asked_for(parcel, service, credentials, settings)
                heard.append(_heard(parcel, service, reply))
            else:
                heard.append(_never_ours(parcel.number))
        return Answer(heard=tuple(heard), requests=requests)


def _asked_for(
    parcel: Asked, service: str, credentials: Mapping[str, str], settings: Mapping[str, Any]
) -> http.Reply:
    """The reply, also one of 500 that speaks of the number: DHL may have forgotten it."""
    parameters = [("trackingNumber", parcel.number), ("language", "en"), ("limit", "10")]
    if service != ANY:
        parameters.append(("service", service))
    if POSTCODE.fullmatch(parcel.postcode):
        parameters.append(("recipientPostalCode", parcel.postcode))
    reply = call(
        LABEL,
        "GET",
        f"{server(settings, ADDRESS)}/track/shipments",
        headers={"DHL-API-Key": entered("api_key", credentials, settings)},
        parameters=parameters,
        readable=(FORGOTTEN,),
    )
    failure = failed(LABEL, reply)
    if failure is not None and not _own_words(reply):
        raise failure
    return reply


def _heard(parcel: Asked, service: str, reply: http.Reply) -> Heard:
    """What was said of a number; where nothing, in which service to look for it next."""
    if not reply.ok:
        return Heard(
            number=parcel.number,
            problem=_stated(reply),
            is_refused=_is_wrong(reply),
            memo={} if service == ANY else {"service": ANY},
        )
    answer = read_json(LABEL, reply)
    shipments = _mappings(answer.get("shipments"))
    ours = reuse.ours(_near(parcel, shipments), _shipping_day, parcel.shipped_on)
    if ours:
        found = str(ours[-1].get("service") or ANY)
        body = _body(parcel.number, ours[-1])
        return Heard(number=parcel.number, body=body, memo={"service": found})
    said = _("%(carrier)s knows nothing of this number yet.")
    if shipments:
        said = _("%(carrier)s only knows another parcel with this number.")
    return Heard(
        number=parcel.number,
        problem=said % {"carrier": LABEL},
        memo={"service": _next_service(answer, service)},
    )


def _near(parcel: Asked, shipments: Sequence[Shipment]) -> Sequence[Shipment]:
    """Those of this very number, or else of a piece of this number; then those that go there.

    DHL searches widely: without a service it may answer about another shipment.
    """
    wanted = parcel.number.lstrip("0").upper()
    own = [one for one in shipments if str(one.get("id")).lstrip("0").upper() == wanted]
    near = own or [one for one in shipments if wanted in _pieces(one)] or shipments
    if not parcel.country:
        return near
    return [one for one in near if _country(one) in ("", parcel.country)] or near


def _pieces(shipment: Shipment) -> set[str]:
    given = _mapping(shipment.get("details")).get("pieceIds")
    pieces = given if isinstance(given, list) else []
    return {str(piece).lstrip("0").upper() for piece in pieces}


def _country(shipment: Shipment) -> str:
    address = _mapping(_mapping(shipment.get("destination")).get("address"))
    return str(address.get("countryCode") or "").upper()


def _shipping_day(shipment: Shipment) -> date | None:
    """When it was picked up, else when DHL first told of it."""
    events = _mappings(shipment.get("events"))
    told = (moments.day(str(event.get("timestamp") or "")) for event in events)
    first = min((day for day in told if day), default=None)
    return moments.day(str(shipment.get("pickUpDate") or "")) or first


def _next_service(answer: Mapping[str, Any], service: str) -> str:
    """The service after this one among those where DHL says that there may be more."""
    given = answer.get("possibleAdditionalShipmentsUrl")
    addresses = given if isinstance(given, list) else []
    named = [
        found
        for address in addresses
        for found in parse_qs(urlsplit(str(address)).query).get("service", [])[:1]
    ]
    later = named[named.index(service) + 1 :] if service in named else named
    return later[0] if later else ANY


def _body(number: str, shipment: Shipment) -> bytes:
    """The shipment in one order, with the number that was asked for: DHL's `id` may lack zeros."""
    return msgspec.json.encode({"trackingNumber": number, "shipments": [shipment]}, order="sorted")


def _is_wrong(reply: http.Reply) -> bool:
    """Whether the number itself is what DHL refuses, so that it will always be refused."""
    return reply.status == 400 and "trackingnumber" in _stated(reply).lower()


def _stated(reply: http.Reply) -> str:
    return _own_words(reply) or _("%(carrier)s reports an error.") % {"carrier": LABEL}


def _own_words(reply: http.Reply) -> str:
    """DHL's words in place of news; empty where the reply is not DHL's own."""
    try:
        return error_words(_problem(reply.body))
    except ParseError:
        return ""


def _never_ours(number: str) -> Heard:
    problem = _("This is no tracking number of %(carrier)s.") % {"carrier": LABEL}
    return Heard(number=number, problem=problem, is_refused=True)


def _mappings(given: Any) -> list[Shipment]:
    return [one for one in given if isinstance(one, dict)] if isinstance(given, list) else []


def _mapping(given: Any) -> Shipment:
    return given if isinstance(given, dict) else {}
