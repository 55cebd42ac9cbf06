"""Correios' tracking service (SRO): a posting card's token, up to fifty objects in a request."""

import base64
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from aftercart.connectors import http
from aftercart.connectors.base import Heard, Limit
from aftercart.connectors.carriers.calling import call, read_json, refused, stated
from aftercart.connectors.carriers.correios.parse import BRASILIA
from aftercart.connectors.carriers.trackers import TokenTracker, answered
from aftercart.core import clock

LABEL = "Correios"
USUAL_LIFE = 3600.0
# "SRO-019: Objeto inválido": it never was one. "SRO-020" is merely not found (yet).
NEVER = "SRO-019"


class CorreiosTracker(TokenTracker):
    """Asked with a contract's user, code and posting card; see the README beside this file."""

    label = LABEL
    usual = "https://api.correios.com.br"
    keys = ("user", "access_code", "posting_card")
    carriers: frozenset[str] = frozenset({"correios"})
    batch = 50
    limits: tuple[Limit, ...] = (Limit(10, 1),)

    def token(self, address: str, keys: Sequence[str]) -> tuple[str, float]:
        """Of the posting card; its end, `expiraEm`, is Brasília's time without an offset."""
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
            raise refused(LABEL)
        return str(answer["token"]), _life(str(answer.get("expiraEm") or ""))

    def request(
        self, address: str, keys: Sequence[str], token: str, numbers: Sequence[str]
    ) -> http.Reply:
        """Up to fifty objects with all their events."""
        return call(
            LABEL,
            "GET",
            f"{address}/srorastro/v1/objetos",
            headers={"Authorization": f"Bearer {token}", "Accept-Language": "pt-BR"},
            parameters=(("codigosObjetos", ",".join(numbers)), ("resultado", "T")),
        )

    def heard(self, reply: http.Reply, numbers: Sequence[str]) -> list[Heard]:
        """News or a message for each object; one message for all where the request was refused."""
        answer = read_json(LABEL, reply)
        if not reply.ok:
            return [Heard(number=number, problem=_stated(answer)) for number in numbers]
        objects = answered(numbers, answer.get("objetos"), "codObjeto")
        return [_of_number(number, one) for number, one in objects]


def _life(ends: str) -> float:
    try:
        at = datetime.fromisoformat(ends)
    except ValueError:
        return USUAL_LIFE
    aware = at if at.tzinfo else at.replace(tzinfo=ZoneInfo(BRASILIA))
    return (aware - clock.now()).total_seconds()


def _of_number(number: str, one: dict[str, Any]) -> Heard:
    if not one.get("eventos"):
        said = stated(LABEL, one.get("mensagem"))
        return Heard(number=number, problem=said, is_refused=said.startswith(NEVER))
    body = {"objetos": [{**one, "codObjeto": number}]}
    return Heard(number=number, body=msgspec.json.encode(body, order="sorted"))


def _stated(answer: dict[str, Any]) -> str:
    messages = answer.get("msgs")
    first = messages[0] if isinstance(messages, list) and messages else None
    return stated(LABEL, first, answer.get("mensagem"))
