"""GLS's Track and Trace v1: a token, up to ten numbers in a request, an answer to each of them."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

import msgspec

from aftercart.connectors import http
from aftercart.connectors.base import Heard, Limit
from aftercart.connectors.carriers.calling import call, form_token, read_json, stated
from aftercart.connectors.carriers.trackers import TokenTracker, answered

LABEL = "GLS"
# The number is not one of GLS's; others (not found, no events yet) may change.
NEVER = ("E_400",)


class GlsTracker(TokenTracker):
    """Asked with an app's key and secret; see the README beside this file."""

    label = LABEL
    usual = "https://api.gls-group.net"
    keys = ("client_id", "client_secret")
    carriers: frozenset[str] = frozenset({"gls"})
    batch = 10
    limits: tuple[Limit, ...] = (Limit(500, 86_400),)

    def token(self, address: str, keys: Sequence[str]) -> tuple[str, float]:
        """By OAuth client credentials."""
        form = {
            "grant_type": "client_credentials",
            "client_id": keys[0],
            "client_secret": keys[1],
        }
        return form_token(LABEL, f"{address}/oauth2/v2/token", form)

    def request(
        self, address: str, keys: Sequence[str], token: str, numbers: Sequence[str]
    ) -> http.Reply:
        """Up to ten parcels with their events."""
        listed = ",".join(quote(number, safe="") for number in numbers)
        return call(
            LABEL,
            "GET",
            f"{address}/track-and-trace-v1/tracking/simple/trackids/{listed}",
            headers={"Authorization": f"Bearer {token}", "Accept-Language": "en"},
            parameters=(("showEvents", "true"),),
        )

    def heard(self, reply: http.Reply, numbers: Sequence[str]) -> list[Heard]:
        """News or an error for each number; a refused request says one error for the others."""
        answer = read_json(LABEL, reply)
        found = dict(answered(numbers, answer.get("parcels"), "requested"))
        heard = [_of_parcel(number, one) for number, one in found.items()]
        if not reply.ok:
            said = stated(LABEL, answer.get("errorMessage"), answer.get("message"))
            others = (number for number in numbers if number not in found)
            heard += [Heard(number=number, problem=said) for number in others]
        return heard


def _of_parcel(number: str, one: dict[str, Any]) -> Heard:
    code = str(one.get("errorCode") or "")
    if code:
        said = stated(LABEL, one.get("errorMessage"), code)
        return Heard(number=number, problem=said, is_refused=code.startswith(NEVER))
    body = {"parcels": [{**one, "requested": number}]}
    return Heard(number=number, body=msgspec.json.encode(body, order="sorted"))
