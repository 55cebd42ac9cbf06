"""Whom to try with a number that its carrier does not know."""

import msgspec

from aftercart.delivery.shipments.numbers import shape
from aftercart.intake.following.detection import Doubted, redetect

OF_TWO = Doubted(number="87939088724464236439", named="ups", country="", tried=("ups",))
OF_NOBODY = Doubted(number="AB12CD34EF56", named="ups", country="", tried=("ups",))


def test_those_who_have_its_form_are_tried_and_nobody_twice():
    assert redetect(OF_TWO)[0] == "usps"
    assert "ups" not in redetect(OF_TWO)
    assert "usps" not in redetect(msgspec.structs.replace(OF_TWO, tried=("ups", "usps")))


def test_a_number_without_a_form_is_tried_with_whom_a_merchant_corrected_its_like_to():
    assert redetect(OF_NOBODY) == []
    taught = {shape(OF_NOBODY.number): "gls"}
    assert redetect(msgspec.structs.replace(OF_NOBODY, learned=taught)) == ["gls"]
    assert redetect(msgspec.structs.replace(OF_TWO, learned={shape(OF_TWO.number): "gls"}))[0] == (
        "gls"
    )


def test_of_two_with_its_form_the_one_that_the_store_sends_with_comes_first():
    number = msgspec.structs.replace(OF_TWO, number="12345678901234", named="", tried=())
    first, second, *_ = redetect(number)
    assert redetect(msgspec.structs.replace(number, used={second: 20}))[0] == second
    assert redetect(msgspec.structs.replace(number, used={first: 20}))[0] == first
