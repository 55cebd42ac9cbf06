"""Replies of Correios' tracking service (SRO) to facts. Pure."""

from collections.abc import Iterator
from typing import Any

from aftercart.connectors.base import ParseError
from aftercart.connectors.carriers import moments
from aftercart.connectors.carriers.correios import codes, payload
from aftercart.connectors.carriers.places import country_code
from aftercart.connectors.reading import decoder, plain, required, text
from aftercart.delivery.shipments.facts import PlaceFact, ScanFact, TrackingFact

BRASILIA = "America/Sao_Paulo"
"""Correios writes Brasília's time everywhere, also in Manaus and Acre, and no offset."""

_body = decoder(payload.Body)


def parse(body: bytes) -> list[Any]:
    """A fact for each parcel that Correios knows.

    Raises:
        ParseError: the reply is an error and nothing else, or cannot be read; it names the field.
    """
    raw = _body(body)
    if raw.objetos is None and (raw.msgs or raw.mensagem):
        raise ParseError("error", _words(raw.msgs[0] if raw.msgs else raw.mensagem))
    items = required(raw.objetos, "objetos")
    known = [(index, one) for index, one in enumerate(items) if one.eventos or not one.mensagem]
    if items and not known:
        raise ParseError("error", _words(items[0].mensagem))
    return [_tracking(one, f"objetos[{index}].") for index, one in known]


def _words(said: str | None) -> str:
    return plain(said, 300) or "Correios reports an error"


def _tracking(raw: payload.Item, field: str) -> TrackingFact:
    kind = raw.tipo_postal or payload.PostalKind()
    return TrackingFact(
        number=required(text(raw.cod_objeto, 100), f"{field}codObjeto"),
        carrier="correios",
        scans=tuple(_scans(raw, field)),
        expected_date=moments.day(raw.dt_prevista),
        service=plain(kind.categoria, 120) or plain(kind.descricao, 120),
    )


def _scans(raw: payload.Item, field: str) -> Iterator[ScanFact]:
    for index, event in enumerate(raw.eventos or []):
        yield _scan(event, f"{field}eventos[{index}].")


def _scan(raw: payload.Event, field: str) -> ScanFact:
    code, kind = text(raw.codigo, 20).upper(), text(raw.tipo, 10)
    told, detail = plain(raw.descricao, 500), plain(raw.detalhe, 500)
    status, reason, by_text = codes.said(code, kind, told)
    place = _place(raw.unidade)
    at = required(text(raw.dt_hr_criado, 40), f"{field}dtHrCriado")
    when = moments.read(at, f"{field}dtHrCriado", place, BRASILIA)
    return ScanFact(
        occurred_at=when.occurred_at,
        status=status,
        reason=reason,
        zone_known=when.zone_known,
        utc_offset_minutes=when.utc_offset_minutes,
        code=f"{code}:{kind.zfill(2)}" if code else "",
        text=f"{told}. {detail}" if detail and told else told or detail,
        by_text=by_text,
        place=place,
    )


def _place(unit: payload.Unit | None) -> PlaceFact:
    """A unit in a state is in Brazil; one abroad is called by its country."""
    raw = (unit.endereco if unit else None) or payload.Address()
    region = plain(raw.uf, 120)
    abroad = country_code(raw.sigla_pais) or (country_code(unit.nome) if unit else "")
    return PlaceFact(
        city=plain(raw.cidade, 120),
        region=region,
        postcode=plain(raw.cep, 20),
        country="BR" if len(region) == 2 else abroad,
    )
