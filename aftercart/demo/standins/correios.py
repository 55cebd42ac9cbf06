"""Correios: tokens of a posting card, and the tracking service with up to fifty objects a request.

Brasília's time without offsets, messages in place of objects that are not known.
"""

import base64
import hmac
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from aftercart.connectors.base import Limit
from aftercart.demo.standins.base import Move, Request, Response, StandIn, as_json

MOST_NUMBERS = 50
BRASILIA = ZoneInfo("America/Sao_Paulo")

SPOKEN: dict[tuple[str, str], tuple[str, str, str]] = {
    ("picked_up", ""): ("PO", "01", "Objeto postado"),
    ("in_transit", ""): ("RO", "01", "Objeto encaminhado"),
    ("exception", "held_for_payment"): ("PAR", "11", "Aguardando pagamento"),
    ("out_for_delivery", ""): ("OEC", "01", "Objeto saiu para entrega ao destinatário"),
    ("available_for_pickup", ""): ("LDI", "01", "Objeto aguardando retirada no endereço indicado"),
    ("attempt_failed", "recipient_not_home"): (
        "BDE", "20", "A entrega não pode ser efetuada - Carteiro não atendido"),
    ("returning", ""): ("OEC", "09", "Objeto saiu para entrega ao remetente"),
    ("returned", ""): ("BDE", "23", "Objeto devolvido ao remetente"),
    ("delivered", ""): ("BDE", "01", "Objeto entregue ao destinatário"),
}  # fmt: skip


class Correios(StandIn):
    """It knows one contract."""

    system = "correios"
    limits = (Limit(10, 1),)
    token_seconds = 86_400
    user, access_code, posting_card = "correios-user", "correios-secret", "0012345678"

    def key_of(self, request: Request) -> str:
        """Limits are the contract's, whichever token it bears."""
        return "" if request.path.startswith("/token/") else self.user

    def limit_reached(self, request: Request, wait: timedelta) -> Response:
        """Messages, as for every error."""
        return as_json({"msgs": ["Limite de requisições excedido"]}, 429)

    def answer(self, request: Request) -> Response:
        """Tokens and tracking."""
        if request.path == "/token/v1/autentica/cartaopostagem":
            return self._token(request)
        if not self.is_token_good(request):
            return as_json({"msgs": ["GTW-006: O token enviado não é válido"]}, 401)
        if request.path != "/srorastro/v1/objetos":
            return as_json({"msgs": ["GTW-004: Recurso não encontrado"]}, 404)
        numbers = [one for one in request.parameter("codigosObjetos").split(",") if one]
        if len(numbers) > MOST_NUMBERS:
            return as_json({"msgs": ["SRO-005: Máximo de 50 objetos"]}, 400)
        return as_json({"versao": "1", "objetos": [self._item(number) for number in numbers]})

    def _token(self, request: Request) -> Response:
        proven = base64.b64encode(f"{self.user}:{self.access_code}".encode()).decode()
        given = request.headers.get("authorization", "")
        card = (request.json() or {}).get("numero")
        if not hmac.compare_digest(given, f"Basic {proven}") or card != self.posting_card:
            return as_json({"msgs": ["GTW-012: Usuário ou código de acesso inválido"]}, 401)
        ends = (self.clock() + timedelta(seconds=self.token_seconds)).astimezone(BRASILIA)
        token = {"token": self.issue_token(), "expiraEm": f"{ends:%Y-%m-%dT%H:%M:%S}"}
        return as_json({"ambiente": "PRODUCAO", **token}, 201)

    def _item(self, number: str) -> dict[str, Any]:
        if len(number) != 13 or not number.isalnum():
            return {"codObjeto": number, "mensagem": "SRO-019: Objeto inválido"}
        script = self.scripts.get(number)
        moves = script.so_far(self.clock()) if script else ()
        if script is None or not moves:
            message = "SRO-020: Objeto não encontrado na base de dados dos Correios."
            return {"codObjeto": number, "mensagem": message}
        return {
            "codObjeto": number,
            "tipoPostal": {"sigla": number[:2], "categoria": script.service or "SEDEX"},
            "dtPrevista": f"{script.expected_date}T23:59:59" if script.expected_date else None,
            "eventos": [_event(move) for move in reversed(moves)],
        }


def _event(move: Move) -> dict[str, Any]:
    code, kind, words = SPOKEN.get((move.status, move.reason)) or SPOKEN[move.status, ""]
    address = {"cidade": move.place.city, "uf": move.place.region}
    return {
        "codigo": code,
        "tipo": kind,
        "dtHrCriado": f"{move.at.astimezone(BRASILIA):%Y-%m-%dT%H:%M:%S}",
        "descricao": words,
        "unidade": {"tipo": "Unidade de Distribuição", "endereco": address},
    }
