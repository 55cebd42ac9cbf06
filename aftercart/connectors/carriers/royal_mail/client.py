"""Royal Mail's Tracking API v2: an app's id and secret, the events of one piece a request."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

from aftercart.connectors import http
from aftercart.connectors.base import Answer, Asked, Heard, Identity, Limit
from aftercart.connectors.carriers.asked import entered, server
from aftercart.connectors.carriers.calling import call, read_json
from aftercart.connectors.reading import plain

LABEL = "Royal Mail"
ADDRESS = "https://api.royalmail.net"
PROBE = "000000000GB"
# E1142 is merely not found; the number itself is wrong in these.
NEVER = ("E1144", "E1145", "E0007")


class RoyalMailTracker:
    """Asked with an app's id and secret; see the README beside this file."""

    carriers: frozenset[str] = frozenset({"royal_mail", "parcelforce"})
    batch = 1
    cost = 1
    limits: tuple[Limit, ...] = (Limit(1, 1), Limit(10_000, 86_400))

    def identify(self, credentials: Mapping[str, str], settings: Mapping[str, Any]) -> Identity:
        """Ask after a number that nobody has: whoever may not ask is refused before that.

        Raises:
            ConnectionFailed: the credentials are refused, or nobody answers.
        """
        _events(credentials, settings, PROBE)
        return Identity(name=LABEL)

    def ask(
        self,
        credentials: Mapping[str, str],
        settings: Mapping[str, Any],
        parcels: Sequence[Asked],
        address: str,
    ) -> Answer:
        """The one piece; what it says of itself, or why it does not.

        Raises:
            ConnectionFailed: the source cannot be used now; nothing was learnt.
        """
        heard = [
            _heard(one.number, _events(credentials, settings, one.number))
            for one in parcels[: self.batch]
        ]
        return Answer(heard=tuple(heard), requests=len(heard))


def _events(credentials: Mapping[str, str], settings: Mapping[str, Any], number: str) -> http.Reply:
    return call(
        LABEL,
        "GET",
        f"{server(settings, ADDRESS)}/mailpieces/v2/{quote(number, safe='')}/events",
        headers={
            "X-IBM-Client-Id": entered("client_id", credentials, settings),
            "X-IBM-Client-Secret": entered("client_secret", credentials, settings),
            "X-Accept-RMG-Terms": "yes",
        },
    )


def _heard(number: str, reply: http.Reply) -> Heard:
    answer = read_json(LABEL, reply)
    if reply.ok and isinstance(answer.get("mailPieces"), dict):
        return Heard(number=number, body=reply.body)
    errors = answer.get("errors")
    first = errors[0] if isinstance(errors, list) and errors else {}
    stated = first if isinstance(first, dict) else {}
    code = str(stated.get("errorCode") or "")
    words = stated.get("errorDescription") or answer.get("httpMessage") or code or LABEL
    return Heard(number=number, problem=plain(str(words), 300), is_refused=code in NEVER)
