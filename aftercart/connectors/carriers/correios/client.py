"""Correios' tracking service (SRO): a posting card's token, up to fifty objects in a request."""

import base64
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
from django.utils.translation import gettext as _

from aftercart.connectors import http
from aftercart.connectors.base import Answer, Asked, ConnectionFailed, Heard, Identity, Limit
from aftercart.connectors.carriers.asked import entered, server
from aftercart.connectors.carriers.calling import call, read_json, with_token
from aftercart.connectors.carriers.correios.parse import BRASILIA
from aftercart.connectors.reading import plain
from aftercart.core import clock

LABEL = "Correios"
ADDRESS = "https://api.correios.com.br"
MOST_NUMBERS = 50
USUAL_LIFE = 3600.0
# "SRO-019: Objeto inválido": it never was one. "SRO-020" is merely not found (yet).
NEVER = "SRO-019"


class CorreiosTracker:
    """Asked with a contract's user, code and posting card; see the README beside this file."""

    carriers: frozenset[str] = frozenset({"correios"})
    batch = MOST_NUMBERS
    cost = 1
    limits: tuple[Limit, ...] = (Limit(10, 1),)

    def identify(self, credentials: Mapping[str, str], settings: Mapping[str, Any]) -> Identity:
        """A token of the posting card.

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
        """Ask after up to fifty parcels in one request.

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
    names = ("user", "access_code", "posting_card")
    return [entered(name, credentials, settings) for name in names]


def _token(address: str, keys: Sequence[str]) -> tuple[str, float]:
    """The token, and its life in seconds: `expiraEm` is Brasília's time without an offset."""
    proven = base64.b64encode(f"{keys[0]}:{keys[1]}".encode()).decode()
    reply = call(
        LABEL,
        "POST",
        f"{address}/token/v1/autentica/cartaopostagem",
        headers={"Authorization": f"Basic {proven}"},
        json={"numero": keys[2]},
    )
    answer = read_json(LABEL, reply)
    if not reply.ok or not answer.get("token"):
        message = _("%(carrier)s does not accept the credentials. Enter them again.")
        raise ConnectionFailed(message % {"carrier": LABEL}, permanent=True)
    return str(answer["token"]), _life(str(answer.get("expiraEm") or ""))


def _life(ends: str) -> float:
    try:
        at = datetime.fromisoformat(ends)
    except ValueError:
        return USUAL_LIFE
    aware = at if at.tzinfo else at.replace(tzinfo=ZoneInfo(BRASILIA))
    return (aware - clock.now()).total_seconds()


def _track(address: str, token: str, numbers: Sequence[str]) -> http.Reply:
    return call(
        LABEL,
        "GET",
        f"{address}/srorastro/v1/objetos",
        headers={"Authorization": f"Bearer {token}", "Accept-Language": "pt-BR"},
        parameters=(("codigosObjetos", ",".join(numbers)), ("resultado", "T")),
    )


def _heard(reply: http.Reply, numbers: Sequence[str]) -> list[Heard]:
    answer = read_json(LABEL, reply)
    if not reply.ok:
        return [Heard(number=number, problem=_stated(answer)) for number in numbers]
    waiting = {number.upper(): number for number in numbers}
    heard, items = [], answer.get("objetos")
    for one in items if isinstance(items, list) else []:
        asked = str(one.get("codObjeto")) if isinstance(one, dict) else ""
        number = waiting.pop(asked.upper(), None)
        if number is not None:
            heard.append(_of_number(number, one))
    return heard


def _of_number(number: str, one: dict[str, Any]) -> Heard:
    if not one.get("eventos"):
        problem = plain(str(one.get("mensagem") or LABEL), 300)
        return Heard(number=number, problem=problem, is_refused=problem.startswith(NEVER))
    body = {"objetos": [{**one, "codObjeto": number}]}
    return Heard(number=number, body=msgspec.json.encode(body, order="sorted"))


def _stated(answer: dict[str, Any]) -> str:
    messages = answer.get("msgs")
    first = messages[0] if isinstance(messages, list) and messages else answer.get("mensagem")
    return plain(str(first or LABEL), 300)
