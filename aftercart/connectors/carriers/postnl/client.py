"""PostNL's Shipping Status API v2: a key in a header, one barcode a request."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

from aftercart.connectors import http
from aftercart.connectors.base import Answer, Asked, Heard, Identity, Limit
from aftercart.connectors.carriers.asked import entered, server
from aftercart.connectors.carriers.calling import call, read_json
from aftercart.connectors.reading import plain

LABEL = "PostNL"
ADDRESS = "https://api.postnl.nl"
PROBE = "3SDEVC000000000"


class PostNlTracker:
    """Asked with a customer's API key; see the README beside this file."""

    carriers: frozenset[str] = frozenset({"postnl"})
    batch = 1
    cost = 1
    limits: tuple[Limit, ...] = (Limit(10, 1), Limit(2_500, 3600))

    def identify(self, credentials: Mapping[str, str], settings: Mapping[str, Any]) -> Identity:
        """Ask after a barcode that nobody has: whoever may not ask is refused before that.

        Raises:
            ConnectionFailed: the key is refused, or nobody answers.
        """
        _status(credentials, settings, PROBE)
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
            _heard(one.number, _status(credentials, settings, one.number))
            for one in parcels[: self.batch]
        ]
        return Answer(heard=tuple(heard), requests=len(heard))


def _status(credentials: Mapping[str, str], settings: Mapping[str, Any], number: str) -> http.Reply:
    return call(
        LABEL,
        "GET",
        f"{server(settings, ADDRESS)}/shipment/v2/status/barcode/{quote(number, safe='')}",
        headers={"apikey": entered("api_key", credentials, settings)},
        parameters=(("detail", "true"), ("language", "EN")),
    )


def _heard(number: str, reply: http.Reply) -> Heard:
    answer = read_json(LABEL, reply)
    complete = answer.get("CompleteStatus") or answer.get("CurrentStatus")
    if reply.ok and isinstance(complete, dict) and complete.get("Shipment"):
        return Heard(number=number, body=reply.body)
    return Heard(number=number, problem=_stated(answer))


def _stated(answer: dict[str, Any]) -> str:
    """PostNL has four shapes of an error: warnings, errors, a fault, the gateway's own."""
    for name in ("Warnings", "Errors", "errors"):
        given = answer.get(name)
        first = given[0] if isinstance(given, list) and given else given
        if isinstance(first, dict):
            words = first.get("Message") or first.get("Description") or first.get("ErrorMsg")
            return plain(str(words or LABEL), 300)
    fault = answer.get("fault")
    words = fault.get("faultstring") if isinstance(fault, dict) else answer.get("httpMessage")
    return plain(str(words or LABEL), 300)
