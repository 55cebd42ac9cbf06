"""DHL asked over a real socket: keys, services, limits, errors, and scripts told."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from aftercart.connectors.base import Answer, Asked, ConnectionFailed, Heard, Limit
from aftercart.connectors.carriers.dhl.client import UnifiedTracker
from aftercart.connectors.carriers.dhl.tests import samples
from aftercart.connectors.registry import connector
from aftercart.connectors.tests import scripting
from aftercart.connectors.tests.folding import state_of
from aftercart.core import clock
from aftercart.delivery.shipments.facts import PlaceFact
from aftercart.demo.standins.base import Request, Response, Script, as_json
from aftercart.demo.standins.dhl import SAID, SERVICE, Dhl

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
BEGINS = datetime(2026, 11, 17, 9, tzinfo=ZoneInfo("Europe/Berlin"))
BONN = PlaceFact(city="Bonn", postcode="53113", country="DE")
NUMBER, WAYBILL = "00340434999900001234", "0440011223"
CONNECTOR, KEYS = connector("dhl"), {"api_key": "a-key-of-an-app"}


def script(number: str, *statuses: str, **more: Any) -> Script:
    return scripting.script(number, *statuses, begins=BEGINS, place=BONN, **more)


@pytest.fixture
def dhl() -> Iterator[Dhl]:
    parcel = script(NUMBER, "picked_up", "in_transit", carrier="dhl_parcel_de")
    waybill = script(WAYBILL, "picked_up", "out_for_delivery", carrier="dhl_express")
    stand_in = Dhl({NUMBER: parcel, WAYBILL: waybill}, clock=lambda: NOW, limits=())
    with stand_in.serving(), clock.moved_to(NOW):
        yield stand_in


def ask(dhl: Dhl, *parcels: Asked | str) -> Answer:
    return scripting.ask(CONNECTOR, dhl, KEYS, *parcels)


def facts(answer: Answer) -> list[Any]:
    return scripting.facts(CONNECTOR, answer.heard)


def test_an_answer(dhl):
    answer = ask(dhl, NUMBER)
    (fact,) = facts(answer)
    assert (fact.number, fact.carrier, answer.requests) == (NUMBER, "dhl_parcel_de", 1)
    assert fact.scans[0].status == "in_transit"


def test_an_id_that_lost_its_zeros_is_still_our_number(dhl):
    (fact,) = facts(ask(dhl, WAYBILL))
    assert (fact.number, fact.carrier) == (WAYBILL, "dhl_express")


def test_the_service_that_knew_a_number_is_asked_again(dhl):
    (first,) = ask(dhl, NUMBER).heard
    assert first.memo == {"service": "parcel-de"}
    (again,) = ask(dhl, Asked(number=NUMBER, memo=first.memo)).heard
    assert again.body == first.body


def test_a_carrier_that_is_one_service_is_asked_there_first(dhl):
    (nothing,) = ask(dhl, Asked(number=NUMBER, carrier="dhl_express")).heard
    assert (nothing.body, nothing.memo) == (None, {"service": "any"})
    (found,) = ask(dhl, Asked(number=NUMBER, carrier="dhl_express", memo=nothing.memo)).heard
    assert found.body
    assert ask(dhl, Asked(number=NUMBER, carrier="dhl_parcel_de")).heard[0].body


def test_equal_news_are_equal_bytes(dhl):
    first, again = ask(dhl, NUMBER).heard[0], ask(dhl, NUMBER).heard[0]
    assert first.body
    assert first.body == again.body
    assert b"possibleAdditionalShipmentsUrl" not in first.body
    dhl.scripts[NUMBER] = script(NUMBER, "picked_up", "delivered", carrier="dhl_parcel_de")
    assert ask(dhl, NUMBER).heard[0].body != first.body


def test_the_postcode_unlocks_who_signed(dhl):
    dhl.scripts[NUMBER] = script(NUMBER, "picked_up", "delivered", signed_by="K KURZ")
    assert facts(ask(dhl, NUMBER))[0].signed_by == ""
    assert facts(ask(dhl, Asked(number=NUMBER, postcode="53113")))[0].signed_by == "K KURZ"
    assert facts(ask(dhl, Asked(number=NUMBER, postcode="<53113>")))[0].signed_by == ""


def test_a_number_that_is_not_known_yet(dhl):
    (heard,) = ask(dhl, "00340434999900009999").heard
    assert (heard.body, heard.is_refused) == (None, False)
    assert heard.problem == "No shipment with given tracking number found."


def test_a_number_that_dhl_has_forgotten_is_no_outage(dhl):
    dhl.forgotten = {NUMBER}
    (heard,) = ask(dhl, NUMBER).heard
    assert (heard.body, heard.is_refused) == (None, False)
    assert "archive" in heard.problem


@pytest.mark.parametrize("number", ["", "n/a", "123", "x" * 40])
def test_what_cannot_be_a_number_is_not_asked(dhl, number):
    answer = ask(dhl, number)
    assert (answer.heard[0].is_refused, answer.requests, dhl.seen) == (True, 0, [])


def test_a_number_used_again(dhl):
    earlier = BEGINS - timedelta(days=400)
    old = scripting.script(NUMBER, "picked_up", "delivered", begins=earlier, place=BONN)
    dhl.reused = {NUMBER: (old,)}
    assert facts(ask(dhl, NUMBER))[0].scans[0].status == "in_transit"
    (then,) = facts(ask(dhl, Asked(number=NUMBER, shipped_on=date(2025, 10, 14))))
    assert then.scans[0].status == "delivered"
    (neither,) = ask(dhl, Asked(number=NUMBER, shipped_on=date(2024, 5, 1))).heard
    assert neither.body is None
    assert "another parcel" in neither.problem
    assert neither.memo == {"service": "freight"}


def test_of_several_shipments_the_one_of_this_number(dhl):
    """DHL searches widely; the other one is the later."""
    later = BEGINS + timedelta(days=1)
    other = scripting.script("77001", "picked_up", "delivered", begins=later, place=BONN)
    dhl.reused = {NUMBER: (other,)}
    assert facts(ask(dhl, NUMBER))[0].scans[0].status == "in_transit"


def test_of_several_shipments_the_one_that_has_this_piece(dhl):
    later, piece = BEGINS + timedelta(days=1), "JD077002"
    dhl.scripts[piece] = script("77002", "picked_up", "in_transit")
    other = scripting.script("77001", "picked_up", "delivered", begins=later, place=BONN)
    dhl.reused = {piece: (other,)}
    (fact,) = facts(ask(dhl, piece))
    assert (fact.number, fact.scans[0].status) == (piece, "in_transit")


def test_of_several_shipments_the_one_that_goes_there(dhl):
    paris = PlaceFact(city="Paris", country="FR")
    other = scripting.script(NUMBER, "picked_up", "delivered", begins=BEGINS, place=paris)
    dhl.reused = {NUMBER: (other,)}
    (ours,) = facts(ask(dhl, Asked(number=NUMBER, country="DE")))
    assert ours.destination.country == "DE"
    (theirs,) = facts(ask(dhl, Asked(number=NUMBER, country="FR")))
    assert theirs.destination.country == "FR"


def test_who_is_connected(dhl):
    assert scripting.identify(CONNECTOR, dhl, KEYS).name == "DHL"
    with pytest.raises(ConnectionFailed) as wrong:
        scripting.identify(CONNECTOR, dhl, {"api_key": "other"})
    assert wrong.value.permanent


def test_one_call_in_five_seconds_and_250_a_day():
    """What DHL grants at first is what we keep to, and what the stand-in insists on."""
    assert UnifiedTracker.limits == (Limit(1, 5), Limit(250, 86_400)) == Dhl.limits
    stand_in = Dhl({NUMBER: script(NUMBER, "picked_up")}, clock=lambda: NOW)
    with stand_in.serving(), clock.moved_to(NOW):
        ask(stand_in, NUMBER)
        with pytest.raises(ConnectionFailed) as limited:
            ask(stand_in, NUMBER)
        assert limited.value.retry_after
        stand_in.clock = lambda: NOW + timedelta(seconds=5)
        assert ask(stand_in, NUMBER).heard[0].body


@pytest.mark.parametrize("fault", ["outage", "is_broken"])
def test_trouble_passes(dhl, fault):
    setattr(dhl, fault, True)
    with pytest.raises(ConnectionFailed) as failed:
        ask(dhl, NUMBER)
    assert not failed.value.permanent
    setattr(dhl, fault, False)
    assert ask(dhl, NUMBER).heard[0].body


class Scripted(Dhl):
    """Answers what it was told to, whatever it is asked."""

    told: Response

    def answer(self, request: Request) -> Response:
        return self.told


def heard_when(told: Response) -> Heard:
    stand_in = Scripted({}, clock=lambda: NOW, limits=())
    stand_in.told = told
    with stand_in.serving():
        return ask(stand_in, NUMBER).heard[0]


def test_a_500_without_words_is_an_outage():
    with pytest.raises(ConnectionFailed) as failed:
        heard_when(Response(status=500, body=b"<html>oops</html>"))
    assert not failed.value.permanent


def test_a_number_that_dhl_finds_wrong_is_never_asked_again():
    wrong = {"title": "Invalid input", "detail": "The parameter 'trackingNumber' is invalid."}
    heard = heard_when(as_json(wrong, 400))
    assert (heard.is_refused, heard.problem) == (True, wrong["detail"])
    other = heard_when(as_json({"title": "Invalid input", "detail": "Invalid language."}, 400))
    assert (other.is_refused, other.problem) == (False, "Invalid language.")


def test_the_order_of_the_fields_makes_no_news():
    shipment = samples.shipment()
    turned = dict(reversed(shipment.items()))
    bodies = [heard_when(as_json(samples.reply(one))).body for one in (shipment, turned)]
    assert list(turned) != list(shipment)
    assert bodies[0] == bodies[1]


CARRIERS = {service: carrier for carrier, service in SERVICE.items()}
WORDS = [(service, *said) for service, words in SAID.items() for said in words]
# Words that do not tell what the code tells.
VAGUE = {("express", "exception", "customs_hold"): "in_transit"}


@pytest.mark.parametrize("is_terse", [False, True])
@pytest.mark.parametrize(("service", "status", "reason"), WORDS)
def test_every_word_of_ours_comes_back_as_it_was(dhl, service, status, reason, is_terse):
    """Without the services' own codes the reason may be lost, and hardly ever the status."""
    carrier = CARRIERS.get(service, "dhl")
    dhl.scripts = {NUMBER: script(NUMBER, f"{status}/{reason}", carrier=carrier)}
    dhl.is_terse = is_terse
    (fact,) = facts(ask(dhl, NUMBER))
    (scan,) = fact.scans
    expected = VAGUE.get((service, status, reason), status) if is_terse else status
    assert scan.status == expected
    assert is_terse or scan.reason == reason
    assert (scan.occurred_at, scan.place) == (BEGINS, BONN)


@pytest.mark.parametrize("carrier", ["dhl_express", "dhl_parcel_de", "dhl"])
@pytest.mark.parametrize(
    "statuses",
    [
        ("info_received", "picked_up", "in_transit", "exception"),
        ("picked_up", "out_for_delivery", "attempt_failed", "delivered"),
        ("picked_up", "in_transit", "attempt_failed", "returning", "returned"),
        ("picked_up", "available_for_pickup", "delivered"),
    ],
)
def test_a_script_is_told_to_its_state(dhl, carrier, statuses):
    parcel = script(NUMBER, *statuses, carrier=carrier, expected_date="2026-11-21")
    dhl.scripts = {NUMBER: parcel}
    found = facts(ask(dhl, NUMBER))
    state = state_of(found)
    assert (state.status, state.status_at) == (parcel.moves[-1].status, parcel.moves[-1].at)
    assert found[0].expected_date == date(2026, 11, 21)
