"""Canada Post's tracking service: Basic authentication, one parcel a request, XML."""

import base64
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

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
from aftercart.connectors.carriers.calling import call
from aftercart.connectors.reading import plain

LABEL = "Canada Post"
ADDRESS = "https://soa-gw.canadapost.ca"
KIND = "application/vnd.cpc.track-v2+xml"
PROBE = "0000000000000000"
# 004: no history (yet); 002 and 003: the number is none.
NEVER = ("002", "003")


class CanadaPostTracker:
    """Asked with a merchant's own API key; see the README beside this file."""

    carriers: frozenset[str] = frozenset({"canada_post"})
    batch = 1
    cost = 1
    limits: tuple[Limit, ...] = (Limit(60, 60),)

    def identify(self, credentials: Mapping[str, str], settings: Mapping[str, Any]) -> Identity:
        """Ask after a number that nobody has: whoever may not ask is refused before that.

        Raises:
            ConnectionFailed: the credentials are refused, or nobody answers.
        """
        _detail(credentials, settings, PROBE)
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
        heard = [
            _heard(one.number, _detail(credentials, settings, one.number))
            for one in parcels[: self.batch]
        ]
        return Answer(heard=tuple(heard), requests=len(heard))


def _detail(credentials: Mapping[str, str], settings: Mapping[str, Any], number: str) -> http.Reply:
    user, password = (entered(name, credentials, settings) for name in ("username", "password"))
    proven = base64.b64encode(f"{user}:{password}".encode()).decode()
    return call(
        LABEL,
        "GET",
        f"{server(settings, ADDRESS)}/vis/track/pin/{quote(number, safe='')}/detail",
        headers={
            "Authorization": f"Basic {proven}",
            "Accept": KIND,
            "Accept-language": "en-CA",
        },
    )


def _heard(number: str, reply: http.Reply) -> Heard:
    """News, or the message in their place.

    Raises:
        ConnectionFailed: the reply cannot be read.
    """
    try:
        root = xml.read(reply.body)
    except ParseError as error:
        message = _("The answer of %(carrier)s cannot be read.") % {"carrier": LABEL}
        raise ConnectionFailed(message) from error
    if reply.ok and next(xml.descendants(root, "tracking-detail"), None) is not None:
        return Heard(number=number, body=reply.body)
    stated = next(xml.descendants(root, "message"), None)
    code, words = xml.text(stated, "code"), plain(xml.text(stated, "description"), 300)
    return Heard(number=number, problem=words or code or LABEL, is_refused=code in NEVER)
