"""Correios' former SOAP service, `buscaEventosLista`, told in the form of today's reply."""

import json
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element

from aftercart.connectors.carriers.xml import child, children, descendants, read, text


def soap(path: Path) -> bytes:
    """The body of today's reply."""
    root = read(path.read_bytes())
    return json.dumps({"objetos": [_item(one) for one in descendants(root, "objeto")]}).encode()


def _item(raw: Element) -> dict[str, Any]:
    return {
        "codObjeto": text(raw, "numero"),
        "mensagem": text(raw, "erro") or None,
        "tipoPostal": {"categoria": text(raw, "categoria"), "descricao": text(raw, "nome")},
        "eventos": [_event(one) for one in children(raw, "evento")],
    }


def _event(raw: Element) -> dict[str, Any]:
    day, month, year = text(raw, "data").split("/")
    address = child(raw, "endereco")
    return {
        "codigo": text(raw, "tipo"),
        "tipo": text(raw, "status"),
        "dtHrCriado": f"{year}-{month}-{day}T{text(raw, 'hora')}:00",
        "descricao": text(raw, "descricao"),
        "detalhe": text(raw, "detalhe"),
        "unidade": {
            "nome": text(raw, "local"),
            "endereco": {
                "cidade": text(raw, "cidade"),
                "uf": text(raw, "uf"),
                "cep": text(address, "cep"),
            },
        },
    }
