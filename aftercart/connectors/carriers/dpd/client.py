"""DPD's SOAP services: a token of the login service, and the life cycle of one parcel a request."""

from collections.abc import Mapping, Sequence
from typing import Any
from xml.etree.ElementTree import Element, tostring
from xml.sax.saxutils import escape

from django.utils.translation import gettext as _

from aftercart.connectors import http
from aftercart.connectors.base import (
    Answer,
    Asked,
    ConnectionFailed,
    Heard,
    Identity,
    Limit,
    ParseError,
)
from aftercart.connectors.carriers import xml
from aftercart.connectors.carriers.asked import entered, server
from aftercart.connectors.carriers.calling import call, with_token
from aftercart.connectors.reading import plain

LABEL = "DPD"
ADDRESS = "https://public-ws.dpd.com"
LOGIN, LIFE_CYCLE = "/services/LoginService/V2_0/", "/services/ParcelLifeCycleService/V2_0/"
TOKEN_SECONDS = 23 * 3600.0
"""A token is good until three in the morning; asking once too often costs nothing."""
ENVELOPE = (
    '<?xml version="1.0" encoding="UTF-8"?>'
    '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/">'
    "<s:Header>{header}</s:Header><s:Body>{body}</s:Body></s:Envelope>"
)
LOGIN_SPACE = "http://dpd.com/common/service/types/LoginService/2.0"
TRACK_SPACE = "http://dpd.com/common/service/types/ParcelLifeCycleService/2.0"
AUTH_SPACE = "http://dpd.com/common/service/types/Authentication/2.0"


class DpdTracker:
    """Asked with a customer's DELIS user; see the README beside this file."""

    carriers: frozenset[str] = frozenset({"dpd", "dpd_de", "dpd_uk"})
    batch = 1
    cost = 1
    limits: tuple[Limit, ...] = (Limit(30, 60),)

    def identify(self, credentials: Mapping[str, str], settings: Mapping[str, Any]) -> Identity:
        """A token of the login service.

        Raises:
            ConnectionFailed: it is refused, or nobody answers.
        """
        _token(server(settings, ADDRESS), _keys(credentials, settings))
        return Identity(name=LABEL)

    def ask(
        self,
        credentials: Mapping[str, str],
        settings: Mapping[str, Any],
        parcels: Sequence[Asked],
        address: str,
    ) -> Answer:
        """The one parcel; what it says of itself, or why it does not.

        Raises:
            ConnectionFailed: the source cannot be used now; nothing was learnt.
        """
        at, keys = server(settings, ADDRESS), _keys(credentials, settings)
        heard = []
        for one in parcels[: self.batch]:
            reply = _asked(at, keys, one.number)
            heard.append(_heard(one.number, reply))
        return Answer(heard=tuple(heard), requests=len(heard))


def _asked(at: str, keys: Sequence[str], number: str) -> http.Reply:
    return with_token(
        LABEL, at, keys, lambda: _token(at, keys), lambda token: _track(at, token, keys, number)
    )


def _keys(credentials: Mapping[str, str], settings: Mapping[str, Any]) -> list[str]:
    return [entered(name, credentials, settings) for name in ("delis_id", "password")]


def _token(address: str, keys: Sequence[str]) -> tuple[str, float]:
    body = (
        f'<a:getAuth xmlns:a="{LOGIN_SPACE}"><delisId>{escape(keys[0])}</delisId>'
        f"<password>{escape(keys[1])}</password><messageLanguage>en_US</messageLanguage></a:getAuth>"
    )
    root = _read(_posted(f"{address}{LOGIN}getAuth", "", body))
    token = next(xml.descendants(root, "authToken"), None)
    if token is None or not token.text:
        message = _("%(carrier)s does not accept the credentials. Enter them again.")
        raise ConnectionFailed(message % {"carrier": LABEL}, permanent=True)
    return token.text.strip(), TOKEN_SECONDS


def _track(address: str, token: str, keys: Sequence[str], number: str) -> http.Reply:
    header = (
        f'<a:authentication xmlns:a="{AUTH_SPACE}"><delisId>{escape(keys[0])}</delisId>'
        f"<authToken>{escape(token)}</authToken><messageLanguage>en_US</messageLanguage>"
        "</a:authentication>"
    )
    body = (
        f'<t:getTrackingData xmlns:t="{TRACK_SPACE}">'
        f"<parcelLabelNumber>{escape(number)}</parcelLabelNumber></t:getTrackingData>"
    )
    reply = _posted(f"{address}{LIFE_CYCLE}getTrackingData", header, body)
    # A fault comes as a 500; one about the token is what `with_token` waits for.
    if "LOGIN" in _fault(_read(reply))[0]:
        message = _("%(carrier)s does not accept the credentials. Enter them again.")
        raise ConnectionFailed(message % {"carrier": LABEL}, permanent=True)
    return reply


def _posted(url: str, header: str, body: str) -> http.Reply:
    return call(
        LABEL,
        "POST",
        url,
        headers={"Content-Type": "text/xml; charset=utf-8", "Accept": "text/xml"},
        content=ENVELOPE.format(header=header, body=body).encode(),
        readable=(500,),
    )


def _read(reply: http.Reply) -> Element:
    """The envelope.

    Raises:
        ConnectionFailed: the reply is broken, or something else.
    """
    try:
        return xml.read(reply.body)
    except ParseError as error:
        message = _("The answer of %(carrier)s cannot be read.") % {"carrier": LABEL}
        raise ConnectionFailed(message) from error


def _fault(root: Element) -> tuple[str, str]:
    """The code and the words of a fault; empty where there is none."""
    code = next(xml.descendants(root, "errorCode"), None)
    words = next(xml.descendants(root, "errorMessage"), None)
    if words is None:
        words = next(xml.descendants(root, "faultstring"), None)
    return (
        plain(code.text if code is not None else "", 60),
        plain(words.text if words is not None else "", 300),
    )


def _heard(number: str, reply: http.Reply) -> Heard:
    """News, with the number that DPD leaves out beside them; or the fault in their place."""
    root = _read(reply)
    result = next(xml.descendants(root, "trackingresult"), None)
    if result is None or not xml.children(result, "statusInfo"):
        code, words = _fault(root)
        return Heard(number=number, problem=words or code or _("It is not known yet."))
    alone = Element("reply", {"parcelLabelNumber": number})
    alone.append(result)
    return Heard(number=number, body=tostring(alone))
