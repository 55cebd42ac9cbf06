"""Whose a number is: by its form, and by what is known beside it."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aftercart.delivery.shipments.numbers import Known, is_ambiguous, recognise, shape
from aftercart.delivery.shipments.rules import normalised
from tests.support.real_data import real_data

COLLIDES = "986578788855"  # twelve digits that FedEx's check digit allows


def carriers(number: str, **known: Any) -> list[str]:
    return [one.carrier for one in recognise(number, Known(**known))]


@pytest.mark.parametrize(
    ("number", "carrier"),
    [
        ("1Z999AA10123456784", "ups"),
        ("1z 999 aa1 0123 456 784", "ups"),
        ("9400109104250532908587", "usps"),
        ("420100019400109104250532908587", "usps"),
        ("RB123456785GB", "royal_mail"),
        ("RB123456785US", "usps"),
        ("3SABCD1234567", "postnl"),
        ("TBA010000000000", "amazon"),
        ("YT2229521272164446", "yunexpress"),
        (COLLIDES, "fedex"),
    ],
)
def test_a_form_with_its_check_digit_names_the_carrier(number, carrier):
    found = recognise(number)
    assert found[0].carrier == carrier
    assert not is_ambiguous(found)


@pytest.mark.parametrize("number", ["1Z999AA10123456785", "RB123456786GB", "RB123456785XX"])
def test_a_wrong_check_digit_or_country_is_no_form(number):
    assert not {"ups", "royal_mail"} & set(carriers(number))


@pytest.mark.parametrize("number", ["", "by hand", "n/a", "ÄÖÜ", "١٢٣٤٥٦٧٨٩٠", "0" * 500])
def test_what_is_no_number_is_nobodys(number):
    assert carriers(number) == []


def test_the_named_carrier_decides_between_forms():
    assert carriers("12345678901234", named="dpd")[0] == "dpd"
    assert carriers("12345678901234", named="hermes_de")[0] == "hermes_de"


def test_a_certain_form_is_believed_against_the_name():
    found = recognise("1Z999AA10123456784", Known(named="fedex"))
    assert [one.carrier for one in found] == ["ups", "fedex"]
    assert found[1].reasons == ("named_only",)


def test_a_family_name_is_narrowed_by_the_form():
    found = recognise("3318810025", Known(named="dhl"))
    assert found[0].carrier == "dhl_express"
    assert "named" in found[0].reasons


def test_the_destination_decides_between_national_carriers():
    number = "JD0002257639032011"
    assert carriers(number, country="GB")[0] == "yodel"
    assert carriers(number, country="DE")[0] == "dhl_parcel_de"
    assert is_ambiguous(recognise(number))


def test_a_parcel_from_abroad_may_be_brought_by_the_post_at_home():
    found = recognise("RB123456785GB", Known(country="US"))
    assert [one.carrier for one in found] == ["royal_mail", "parcelforce", "usps"]
    assert "destination_post" in found[2].reasons


def test_a_correction_counts_most_and_only_for_its_shape():
    learned = {shape("12345678901234"): "gls"}
    found = recognise("99999999999999", Known(learned=learned, named="dpd"))
    assert found[0].carrier == "gls"
    assert "learned" in found[0].reasons
    assert carriers("1234567890123", learned=learned) == []


def test_what_the_store_sends_with_breaks_a_tie():
    assert carriers("12345678901234", used={"hermes_de": 80, "dpd": 20})[0] == "hermes_de"


def test_a_carrier_that_did_not_know_the_number_is_out():
    assert carriers(COLLIDES)[0] == "fedex"
    assert "fedex" not in carriers(COLLIDES, not_these=frozenset({"fedex"}))


@given(st.text(max_size=60), st.text(max_size=3))
def test_anything_may_be_typed(number, country):
    for one in recognise(number, Known(country=country)):
        assert one.reasons


@given(st.text("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", max_size=40))
def test_a_shape_is_as_long_as_its_number(number):
    assert len(shape(number)) == len(number)


OURS = {"dhl": {"dhl_express", "dhl_ecommerce", "dhl_parcel_de"}}


def collected():
    for path in sorted(real_data("tracking_numbers").glob("*.json")):
        courier = json.loads(path.read_text())
        for kind in courier["tracking_numbers"]:
            yield courier["courier_code"], kind


def test_all_collected_numbers_are_recognised():
    missed = []
    for courier, kind in collected():
        expected = OURS.get(courier, {courier})
        for number in kind["test_numbers"]["valid"]:
            found = recognise(number)
            names = [one.carrier for one in found]
            is_first = bool(names) and (courier == "s10" or names[0] in expected)
            if not is_first and not (is_ambiguous(found) and expected & set(names)):
                missed.append((kind["name"], number, names))
    assert not missed


def test_no_collected_number_with_a_wrong_check_digit_passes():
    """Some samples of one kind are good numbers of another kind of the same carrier."""
    passed = []
    for courier, kind in collected():
        expected = OURS.get(courier, {courier})
        for number in kind["test_numbers"]["invalid"]:
            for one in recognise(number):
                is_theirs = courier == "s10" or one.carrier in expected
                if is_theirs and kind["validation"].get("checksum"):
                    passed.append((kind["name"], normalised(number), one.carrier, one.form))
    assert not passed
