"""PostNL's Shipping Status API v2: a key in a header, one barcode a request."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

from aftercart.connectors import http
from aftercart.connectors.base import Heard, Limit
from aftercart.connectors.carriers.asked import entered, server
from aftercart.connectors.carriers.calling import call, read_json, stated
from aftercart.connectors.carriers.trackers import KeyTracker

LABEL = "PostNL"
ADDRESS = "https://api.postnl.nl"


class PostNlTracker(KeyTracker):
    """Asked with a customer's API key; see the README beside this file."""

    label = LABEL
    probe = "3SDEVC000000000"
    carriers: frozenset[str] = frozenset({"postnl"})
    limits: tuple[Limit, ...] = (Limit(10, 1), Limit(2_500, 3600))

    def request(
        self, credentials: Mapping[str, str], settings: Mapping[str, Any], numbers: Sequence[str]
    ) -> http.Reply:
        """The status of one barcode, with all that happened to it."""
        barcode = quote(numbers[0], safe="")
        return call(
            LABEL,
            "GET",
            f"{server(settings, ADDRESS)}/shipment/v2/status/barcode/{barcode}",
            headers={"apikey": entered("api_key", credentials, settings)},
            parameters=(("detail", "true"), ("language", "EN")),
        )

    def heard(self, reply: http.Reply, numbers: Sequence[str]) -> list[Heard]:
        """News, or the error in their place."""
        answer = read_json(LABEL, reply)
        complete = answer.get("CompleteStatus") or answer.get("CurrentStatus")
        if reply.ok and isinstance(complete, dict) and complete.get("Shipment"):
            return [Heard(number=numbers[0], body=reply.body)]
        return [Heard(number=numbers[0], problem=_stated(answer))]


def _stated(answer: dict[str, Any]) -> str:
    """PostNL has four shapes of an error: warnings, errors, a fault, the gateway's own."""
    for name in ("Warnings", "Errors", "errors"):
        given = answer.get(name)
        first = given[0] if isinstance(given, list) and given else given
        if isinstance(first, dict):
            return stated(
                LABEL, *(first.get(one) for one in ("Message", "Description", "ErrorMsg"))
            )
    fault = answer.get("fault")
    return stated(
        LABEL,
        fault.get("faultstring") if isinstance(fault, dict) else None,
        answer.get("httpMessage"),
    )
