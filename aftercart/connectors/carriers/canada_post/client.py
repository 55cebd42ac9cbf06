"""Canada Post's tracking service: Basic authentication, one parcel a request, XML."""

import base64
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

from aftercart.connectors import http
from aftercart.connectors.base import Heard, Limit
from aftercart.connectors.carriers import xml
from aftercart.connectors.carriers.asked import entered, server
from aftercart.connectors.carriers.calling import call, read_xml, stated
from aftercart.connectors.carriers.trackers import KeyTracker

LABEL = "Canada Post"
ADDRESS = "https://soa-gw.canadapost.ca"
KIND = "application/vnd.cpc.track-v2+xml"
# 004: no history (yet); 002 and 003: the number is none.
NEVER = ("002", "003")


class CanadaPostTracker(KeyTracker):
    """Asked with a merchant's own API key; see the README beside this file."""

    label = LABEL
    probe = "0000000000000000"
    carriers: frozenset[str] = frozenset({"canada_post"})
    limits: tuple[Limit, ...] = (Limit(60, 60),)

    def request(
        self, credentials: Mapping[str, str], settings: Mapping[str, Any], numbers: Sequence[str]
    ) -> http.Reply:
        """The details of one parcel."""
        user, password = (entered(name, credentials, settings) for name in ("username", "password"))
        proven = base64.b64encode(f"{user}:{password}".encode()).decode()
        return call(
            LABEL,
            "GET",
            f"{server(settings, ADDRESS)}/vis/track/pin/{quote(numbers[0], safe='')}/detail",
            headers={
                "Authorization": f"Basic {proven}",
                "Accept": KIND,
                "Accept-language": "en-CA",
            },
        )

    def heard(self, reply: http.Reply, numbers: Sequence[str]) -> list[Heard]:
        """News, or the message in their place."""
        root = read_xml(LABEL, reply)
        if reply.ok and next(xml.descendants(root, "tracking-detail"), None) is not None:
            return [Heard(number=numbers[0], body=reply.body)]
        message = next(xml.descendants(root, "message"), None)
        code = xml.text(message, "code")
        said = stated(LABEL, xml.text(message, "description"), code)
        return [Heard(number=numbers[0], problem=said, is_refused=code in NEVER)]
