"""Royal Mail's Tracking API v2: an app's id and secret, the events of one piece a request."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

from aftercart.connectors import http
from aftercart.connectors.base import Heard, Limit
from aftercart.connectors.carriers.asked import entered, server
from aftercart.connectors.carriers.calling import call, read_json, stated
from aftercart.connectors.carriers.trackers import KeyTracker

LABEL = "Royal Mail"
ADDRESS = "https://api.royalmail.net"
# E1142 is merely not found; the number itself is wrong in these.
NEVER = ("E1144", "E1145", "E0007")


class RoyalMailTracker(KeyTracker):
    """Asked with an app's id and secret; see the README beside this file."""

    label = LABEL
    probe = "000000000GB"
    carriers: frozenset[str] = frozenset({"royal_mail", "parcelforce"})
    limits: tuple[Limit, ...] = (Limit(1, 1), Limit(10_000, 86_400))

    def request(
        self, credentials: Mapping[str, str], settings: Mapping[str, Any], numbers: Sequence[str]
    ) -> http.Reply:
        """The events of one piece."""
        piece = quote(numbers[0], safe="")
        return call(
            LABEL,
            "GET",
            f"{server(settings, ADDRESS)}/mailpieces/v2/{piece}/events",
            headers={
                "X-IBM-Client-Id": entered("client_id", credentials, settings),
                "X-IBM-Client-Secret": entered("client_secret", credentials, settings),
                "X-Accept-RMG-Terms": "yes",
            },
        )

    def heard(self, reply: http.Reply, numbers: Sequence[str]) -> list[Heard]:
        """News, or the error in their place."""
        answer = read_json(LABEL, reply)
        if reply.ok and isinstance(answer.get("mailPieces"), dict):
            return [Heard(number=numbers[0], body=reply.body)]
        errors = answer.get("errors")
        first = errors[0] if isinstance(errors, list) and errors else {}
        error = first if isinstance(first, dict) else {}
        code = str(error.get("errorCode") or "")
        said = stated(LABEL, error.get("errorDescription"), answer.get("httpMessage"), code)
        return [Heard(number=numbers[0], problem=said, is_refused=code in NEVER)]
