"""Each check digit accepts a number that was worked out by hand, and no other last digit."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aftercart.delivery.shipments.numbers import check_digits

RIGHT = [
    (check_digits.s10, "RB123456785GB"),
    # A rest of 10 is written 0, one of 11 is written 5.
    (check_digits.s10, "RR100000140DE"),
    (check_digits.s10, "RR100000025DE"),
    (check_digits.mod10_threes, "4006381333931"),
    (check_digits.ups_1z, "1Z999AA10123456784"),
    (check_digits.ups_waybill, "K1506235620"),
    (check_digits.fedex_12, "986578788855"),
    (check_digits.mod7, "3318810025"),
    (check_digits.luhn, "79927398713"),
]


@pytest.mark.parametrize(
    ("check", "number"), RIGHT, ids=lambda value: getattr(value, "__name__", "")
)
def test_only_one_check_digit_is_right(check, number):
    place = 10 if check is check_digits.s10 else len(number) - 1
    right = [digit for digit in "0123456789" if check(number[:place] + digit + number[place + 1 :])]
    assert right == [number[place]]


@given(st.text("0123456789", min_size=9, max_size=21), st.data())
def test_a_wrong_digit_is_noticed(body, data):
    """GS1's and Luhn's notice every single wrong digit."""
    for check in (check_digits.mod10_threes, check_digits.luhn):
        number = next(body + digit for digit in "0123456789" if check(body + digit))
        place = data.draw(st.integers(0, len(number) - 1))
        other = data.draw(st.sampled_from([sign for sign in "0123456789" if sign != number[place]]))
        assert not check(number[:place] + other + number[place + 1 :])


@given(st.text(check_digits.ALPHANUMERIC, min_size=14, max_size=27))
def test_every_dpd_number_has_exactly_one_check_sign(body):
    right = [sign for sign in check_digits.ALPHANUMERIC if check_digits.mod37_36(body + sign)]
    assert len(right) == 1
