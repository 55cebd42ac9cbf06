"""What shoppers type, put into one form; who counts as one visitor."""

from datetime import timedelta

import pytest

from aftercart.conversation.pages.rules.lookup import (
    WINDOW,
    network_of,
    order_number,
    phone_readings,
    postcode_readings,
    proofs_of,
    readings,
    window_at,
)
from aftercart.conversation.pages.tests.made import NOW


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("#1001", "1001"),
        (" 1001 ", "1001"),
        ("ac-1001", "AC-1001"),
        ("AC 1001", "AC1001"),
        ("１００１", "1001"),
        ("\u200b1001\x00", "1001"),
        ("#", ""),
        ("9" * 500, "9" * 60),
    ],
)
def test_order_numbers(typed, number):
    assert order_number(typed) == number


SAME = [
    ("anna@example.com", "ANNA@Example.com "),
    ("sw1a 1aa", "SW1A1AA"),
    ("90210-1234", "90210"),
    ("01310-100", "01310100"),
    ("+49 (0)30 5550123", "030 5550123"),
    ("0049 30 5550123", "+49305550123"),
    ("555-0123 456", "5550123456"),
]


@pytest.mark.parametrize(("typed", "on_file"), SAME)
def test_what_means_the_same_meets(typed, on_file):
    assert readings(typed) & readings(on_file)


@pytest.mark.parametrize(
    ("typed", "other"),
    [
        ("anna@example.com", "bert@example.com"),
        ("10115", "10117"),
        ("030 5550123", "030 5550124"),
        ("10115", "1 555 101 15"),
    ],
)
def test_what_does_not_mean_the_same_does_not_meet(typed, other):
    assert not readings(typed) & readings(other)


@pytest.mark.parametrize("nothing", ["", "  ", "!!", "ab", "x" * 50, "\x00"])
def test_what_proves_nothing_has_no_reading(nothing):
    assert readings(nothing) == frozenset()


def test_blanks_on_file_prove_nothing():
    assert proofs_of([""], ["", "  "], [""]) == frozenset()
    assert not readings("") & proofs_of([""], [""], [""])
    assert postcode_readings("12") == phone_readings("123456") == frozenset()


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("", "unknown"),
        ("not an address", "unknown"),
    ],
)
def test_visitors(address, network):
    assert network_of(address) == network


def test_windows_follow_each_other():
    window = window_at(NOW + timedelta(seconds=61))
    assert window.starts_at <= NOW + timedelta(seconds=61) < window.ends_at
    assert window_at(window.ends_at).starts_at == window.ends_at
    assert window.ends_at - window.starts_at == WINDOW
