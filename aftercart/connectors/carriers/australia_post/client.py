"""Australia Post's tracking API: a key and a password, up to ten numbers in a request."""

import base64
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from aftercart.connectors import http
from aftercart.connectors.base import Answer, Asked, Heard, Identity, Limit
from aftercart.connectors.carriers.asked import entered, server
from aftercart.connectors.carriers.calling import call, read_json
from aftercart.connectors.reading import plain

LABEL = "Australia Post"
ADDRESS = "https://digitalapi.auspost.com.au"
MOST_NUMBERS = 10
PROBE = "7XX1000"
# "Invalid tracking ID": it never was one. "Product not trackable" stays so too.
NEVER = ("ESB-10001", "51101", "ESB-20010")


class AustraliaPostTracker:
    """Asked with an account's API key and password; see the README beside this file."""

    carriers: frozenset[str] = frozenset({"australia_post", "startrack"})
    batch = MOST_NUMBERS
    cost = 1
    limits: tuple[Limit, ...] = (Limit(10, 60),)

    def identify(self, credentials: Mapping[str, str], settings: Mapping[str, Any]) -> Identity:
        """Ask after a number that never is one: whoever may not ask is refused before that.

        Raises:
            ConnectionFailed: the credentials are refused, or nobody answers.
        """
        _track(credentials, settings, [PROBE])
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
        numbers = [one.number for one in parcels]
        reply = _track(credentials, settings, numbers)
        return Answer(heard=tuple(_heard(reply, numbers)))


def _track(
    credentials: Mapping[str, str], settings: Mapping[str, Any], numbers: Sequence[str]
) -> http.Reply:
    names = ("api_key", "password", "account_number")
    key, password, account = (entered(name, credentials, settings) for name in names)
    proven = base64.b64encode(f"{key}:{password}".encode()).decode()
    return call(
        LABEL,
        "GET",
        f"{server(settings, ADDRESS)}/shipping/v1/track",
        headers={"Authorization": f"Basic {proven}", "Account-Number": account},
        parameters=(("tracking_ids", ",".join(numbers)),),
    )


def _heard(reply: http.Reply, numbers: Sequence[str]) -> list[Heard]:
    answer = read_json(LABEL, reply)
    if not reply.ok:
        return [Heard(number=number, problem=_stated(answer)) for number in numbers]
    waiting = {number.upper(): number for number in numbers}
    heard = []
    results = answer.get("tracking_results")
    for one in results if isinstance(results, list) else []:
        asked = str(one.get("tracking_id")) if isinstance(one, dict) else ""
        number = waiting.pop(asked.upper(), None)
        if number is not None:
            heard.append(_of_number(number, one))
    return heard


def _of_number(number: str, one: dict[str, Any]) -> Heard:
    if one.get("errors"):
        return Heard(number=number, problem=_stated(one), is_refused=_code(one) in NEVER)
    body = {"tracking_results": [{**one, "tracking_id": number}]}
    return Heard(number=number, body=msgspec.json.encode(body, order="sorted"))


def _first(answer: dict[str, Any]) -> dict[str, Any]:
    errors = answer.get("errors")
    first = errors[0] if isinstance(errors, list) and errors else {}
    return first if isinstance(first, dict) else {}


def _code(answer: dict[str, Any]) -> str:
    return str(_first(answer).get("code") or "")


def _stated(answer: dict[str, Any]) -> str:
    first = _first(answer)
    return plain(str(first.get("message") or first.get("name") or _code(answer) or LABEL), 300)
