"""What Correios' replies say."""

import random
from datetime import UTC, date, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aftercart.connectors.base import ParseError
from aftercart.connectors.carriers.correios import codes, parse
from aftercart.connectors.carriers.correios.tests.samples import bodies, event, item, reply
from aftercart.connectors.tests.fuzzing import facts_or_error, mutated, torn
from aftercart.delivery.shipments.facts import PlaceFact
from aftercart.delivery.shipments.rules import Scan, fold


def tracking(*events, **changes):
    (fact,) = parse.parse(reply(item(*events, **changes)))
    return fact


def test_a_scan_in_brasilias_time_wherever_it_was():
    (scan,) = tracking(event(descricao="Objeto encaminhado", detalhe="Para Belém")).scans
    assert scan.occurred_at == datetime(2026, 11, 3, 13, 46, 14, tzinfo=UTC)
    assert (scan.zone_known, scan.utc_offset_minutes) == (True, -180)
    assert scan.place == PlaceFact(city="MANAUS", region="AM", country="BR")
    assert (scan.code, scan.text) == ("RO:01", "Objeto encaminhado. Para Belém")


def test_abroad_the_unit_is_a_country():
    (scan,) = tracking(event(unidade={"nome": "CHINA", "endereco": {}})).scans
    assert scan.place == PlaceFact(country="CN")


def test_beside_the_scans():
    fact = tracking(dtPrevista="2026-11-09T23:59:59", tipoPostal={"categoria": "SEDEX"})
    assert (fact.expected_date, fact.service) == (date(2026, 11, 9), "SEDEX")


@pytest.mark.parametrize(
    ("code", "kind", "words", "expected"),
    [
        ("BDE", "01", "Objeto entregue ao destinatário", ("delivered", "", False)),
        ("BDI", "1", "", ("delivered", "", False)),
        ("BDR", "20", "", ("attempt_failed", "recipient_not_home", False)),
        ("OEC", "01", "", ("out_for_delivery", "", False)),
        ("OEC", "09", "Objeto saiu para entrega ao remetente", ("returning", "", False)),
        ("BDE", "23", "", ("returned", "", False)),
        ("LDI", "01", "", ("available_for_pickup", "", False)),
        (
            "BDE",
            "02",
            "A entrega não pode ser efetuada",
            ("attempt_failed", "recipient_not_home", False),
        ),
        (
            "BDE",
            "67",
            "Objeto entregue ao destinatário",
            ("delivered", "delivered_to_neighbour", False),
        ),
        # Back, and not fetched by the sender; damaged is 28.
        ("BDE", "12", "Remetente não retirou objeto", ("returning", "unclaimed", False)),
        ("BDI", "28", "Objeto e/ou conteúdo avariado", ("exception", "damaged", False)),
        ("BDR", "50", "Objeto roubado", ("exception", "lost", False)),
        # Released by customs, or to be paid: what it means only its words tell.
        ("PAR", "17", "Objeto liberado pela alfândega", ("in_transit", "", True)),
        ("PAR", "17", "Aguardando pagamento", ("exception", "held_for_payment", True)),
        ("PAR", "17", "", ("unknown", "", False)),
        ("PAR", "11", "Aguardando pagamento", ("exception", "held_for_payment", False)),
        ("PAR", "30", "", ("exception", "held_for_payment", False)),
        ("LDE", "09", "Objeto saiu para entrega ao remetente", ("returning", "", False)),
        ("XX", "09", "Objeto saiu para entrega ao remetente", ("returning", "", True)),
        # A collection that was handed over is no delivery.
        ("CO", "08", "Entregue", ("picked_up", "", False)),
        ("LDI", "99", "Objeto aguardando retirada", ("available_for_pickup", "", True)),
        ("XX", "01", "Objeto entregue ao destinatário", ("delivered", "", True)),
        ("BDE", "99", "Nada disso", ("unknown", "", False)),
    ],
)
def test_the_code_and_its_type_then_the_words(code, kind, words, expected):
    assert codes.said(code, kind, words) == expected


@pytest.mark.parametrize(
    ("body", "field"),
    [
        (b'{"objetos": [{"codObjeto": "1", "mensagem": "SRO-020"}]}', "error"),
        (b'{"msgs": ["GTW-006"]}', "error"),
        (b"{}", "objetos"),
        (b"[]", "body"),
        (reply(item(event(dtHrCriado="ontem"))), "objetos[0].eventos[0].dtHrCriado"),
        (reply(item(event(dtHrCriado=None))), "objetos[0].eventos[0].dtHrCriado"),
        (reply(item(codObjeto=None)), "objetos[0].codObjeto"),
    ],
)
def test_what_cannot_be_read_names_its_field(body, field):
    with pytest.raises(ParseError) as caught:
        parse.parse(body)
    assert caught.value.field == field


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(st.one_of(mutated(bodies), torn(bodies)))
def test_anything_may_come(case):
    facts_or_error(lambda: parse.parse(case[1]))


KINDS = (("PO", "01"), ("RO", "01"), ("OEC", "01"), ("BDE", "20"), ("BDE", "01"))


@given(st.lists(st.sampled_from(KINDS), min_size=1, max_size=8), st.randoms())
def test_doubled_and_shuffled_events_fold_to_the_same(kinds, chance: random.Random):
    events = [
        event(*kind, dtHrCriado=f"2026-11-03T{hour:02}:00:00") for hour, kind in enumerate(kinds)
    ]
    mixed = events * 2
    chance.shuffle(mixed)
    assert folded(events) == folded(mixed)


def folded(events):
    return fold(
        Scan(one.occurred_at, one.status, one.reason, one.code, one.zone_known)
        for one in tracking(*events).scans
    )
