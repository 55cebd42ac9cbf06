"""Replies in Correios' form, made up by us."""

import json
from typing import Any

NUMBER = "AA123456785BR"


def event(code: str = "RO", kind: str = "01", **changes: Any) -> dict[str, Any]:
    given = {
        "codigo": code,
        "tipo": kind,
        "dtHrCriado": "2026-11-03T10:46:14",
        "descricao": "",
        "unidade": {"endereco": {"cidade": "MANAUS", "uf": "AM"}},
    }
    return {**given, **changes}


def item(*events: dict[str, Any], **changes: Any) -> dict[str, Any]:
    given = {"codObjeto": NUMBER, "eventos": list(events or (event(),))}
    return {**given, **changes}


def reply(*items: dict[str, Any]) -> bytes:
    return json.dumps({"objetos": list(items or (item(),))}).encode()


def bodies() -> dict[str, Any]:
    """One of each kind, for what goes wrong with them."""
    unknown = {"codObjeto": NUMBER, "mensagem": "SRO-020: Objeto não encontrado"}
    return {
        "known": {"objetos": [item(event(), event("BDE", "01", detalhe="Porteiro"))]},
        "beside": {"objetos": [item(tipoPostal={"categoria": "SEDEX"}), unknown]},
        "messages": {"msgs": ["GTW-006"]},
    }
