"""GLS's Track and Trace v1: a token, up to ten numbers in a request, an answer to each of them."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

import msgspec

from aftercart.connectors import http
from aftercart.connectors.base import Answer, Asked, Heard, Identity, Limit
from aftercart.connectors.carriers.asked import entered, server
from aftercart.connectors.carriers.calling import call, form_token, read_json, with_token
from aftercart.connectors.reading import plain

LABEL = "GLS"
ADDRESS = "https://api.gls-group.net"
MOST_NUMBERS = 10
# The number is not one of GLS's; others (not found, no events yet) may change.
NEVER = ("E_400",)


class GlsTracker:
    """Asked with an app's key and secret; see the README beside this file."""

    carriers: frozenset[str] = frozenset({"gls"})
    batch = MOST_NUMBERS
    cost = 1
    limits: tuple[Limit, ...] = (Limit(500, 86_400),)

    def identify(self, credentials: Mapping[str, str], settings: Mapping[str, Any]) -> Identity:
        """A token: GLS names nobody.

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
        """Ask after up to ten parcels in one request.

        Raises:
            ConnectionFailed: the source cannot be used now; nothing was learnt.
        """
        at, keys = server(settings, ADDRESS), _keys(credentials, settings)
        numbers = [one.number for one in parcels]
        reply = with_token(
            LABEL, at, keys, lambda: _token(at, keys), lambda token: _track(at, token, numbers)
        )
        return Answer(heard=tuple(_heard(reply, numbers)))


def _keys(credentials: Mapping[str, str], settings: Mapping[str, Any]) -> list[str]:
    return [entered(name, credentials, settings) for name in ("client_id", "client_secret")]


def _token(address: str, keys: Sequence[str]) -> tuple[str, float]:
    form = {
        "grant_type": "client_credentials",
        "client_id": keys[0],
        "client_secret": keys[1],
    }
    return form_token(LABEL, f"{address}/oauth2/v2/token", form)


def _track(address: str, token: str, numbers: Sequence[str]) -> http.Reply:
    listed = ",".join(quote(number, safe="") for number in numbers)
    return call(
        LABEL,
        "GET",
        f"{address}/track-and-trace-v1/tracking/simple/trackids/{listed}",
        headers={"Authorization": f"Bearer {token}", "Accept-Language": "en"},
        parameters=(("showEvents", "true"),),
    )


def _heard(reply: http.Reply, numbers: Sequence[str]) -> list[Heard]:
    answer = read_json(LABEL, reply)
    waiting = {number.upper(): number for number in numbers}
    parcels = answer.get("parcels")
    heard = []
    for one in parcels if isinstance(parcels, list) else []:
        asked = str(one.get("requested")) if isinstance(one, dict) else ""
        number = waiting.pop(asked.upper(), None)
        if number is not None:
            heard.append(_of_parcel(number, one))
    if not reply.ok:
        said = plain(str(answer.get("errorMessage") or answer.get("message") or "GLS"), 300)
        heard += [Heard(number=number, problem=said) for number in waiting.values()]
    return heard


def _of_parcel(number: str, one: dict[str, Any]) -> Heard:
    code = str(one.get("errorCode") or "")
    if code:
        problem = str(one.get("errorMessage") or code)[:300]
        return Heard(number=number, problem=problem, is_refused=code.startswith(NEVER))
    body = {"parcels": [{**one, "requested": number}]}
    return Heard(number=number, body=msgspec.json.encode(body, order="sorted"))
