"""Money, tokens, sealed values, signed links and the clock."""

import string
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aftercart.core import clock, links, money, sealing
from aftercart.core.money import Money

OLD = "old:" + "A" * 43 + "="
NEW = "new:" + "B" * 43 + "="


@pytest.mark.parametrize(
    ("currency", "amount", "rounded"),
    [
        ("EUR", "1.005", "1.00"),
        ("EUR", "1.015", "1.02"),
        ("JPY", "10.5", "10"),
        ("KWD", "1.0005", "1.000"),
    ],
)
def test_money_rounds_half_even_to_the_currencys_unit(
    currency: str, amount: str, rounded: str
) -> None:
    assert Money(Decimal(amount), currency).rounded().amount == Decimal(rounded)


def test_money_of_two_currencies_is_never_added() -> None:
    with pytest.raises(ValueError, match="EUR with USD"):
        Money(Decimal(1), "EUR") + Money(Decimal(1), "USD")


@pytest.mark.parametrize("text", ["abc", "NaN", "Infinity", "1,5", "--1"])
def test_an_amount_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not an amount"):
        money.parse_amount(text)


def test_nothing_is_zero() -> None:
    assert money.parse_amount(None) == money.parse_amount("") == 0


@given(st.integers(min_value=1, max_value=2**40))
def test_a_token_names_its_store(store_id: int) -> None:
    token = links.new_token(store_id)
    assert links.store_of(token) == store_id
    assert set(token) <= set(string.ascii_lowercase + string.digits)


def test_tokens_do_not_repeat() -> None:
    assert len({links.new_token(1) for _ in range(1000)}) == 1000


@given(st.text(max_size=60))
def test_any_other_text_is_at_most_a_store_that_does_not_exist(text: str) -> None:
    store_id = links.store_of(text)
    assert store_id is None or store_id >= 0


def test_a_signed_link_opens_only_for_its_purpose_and_time() -> None:
    text = links.sign("invite", {"member": 7})
    assert links.unsign("invite", text, timedelta(hours=1)) == {"member": 7}
    assert links.unsign("reset", text, timedelta(hours=1)) is None
    assert links.unsign("invite", text + "x", timedelta(hours=1)) is None
    assert links.unsign("invite", "", timedelta(hours=1)) is None
    with clock.moved_to(clock.now() + timedelta(minutes=59)):
        assert links.unsign("invite", text, timedelta(hours=1))
    with clock.moved_to(clock.now() + timedelta(minutes=61)):
        assert links.unsign("invite", text, timedelta(hours=1)) is None


def test_a_sealed_value_opens_in_its_own_context_only(settings: object) -> None:
    settings.AFTERCART_KEYS = OLD  # type: ignore[attr-defined]
    sealed = sealing.seal({"secret": "s"}, "connection:1")
    assert b"secret" not in sealed
    assert sealing.unseal(sealed, "connection:1") == {"secret": "s"}
    with pytest.raises(sealing.UnsealError):
        sealing.unseal(sealed, "connection:2")
    with pytest.raises(sealing.UnsealError):
        sealing.unseal(sealed[:-1] + bytes([sealed[-1] ^ 1]), "connection:1")


def test_a_rotated_key_still_opens_what_the_old_one_sealed(settings: object) -> None:
    settings.AFTERCART_KEYS = OLD  # type: ignore[attr-defined]
    sealed = sealing.seal({"a": "b"}, "x")
    settings.AFTERCART_KEYS = f"{NEW},{OLD}"  # type: ignore[attr-defined]
    assert sealing.unseal(sealed, "x") == {"a": "b"}
    assert not sealing.is_sealed_with_current_key(sealed)
    assert sealing.is_sealed_with_current_key(sealing.seal({"a": "b"}, "x"))
    settings.AFTERCART_KEYS = NEW  # type: ignore[attr-defined]
    with pytest.raises(sealing.UnsealError, match="old"):
        sealing.unseal(sealed, "x")


def test_the_clock_stands_where_it_is_moved_to() -> None:
    moment = datetime(2026, 11, 26, 9, 0, tzinfo=UTC)
    with clock.moved_to(moment):
        assert clock.now() == moment
        clock.move_by(timedelta(minutes=5))
        assert clock.now() == moment + timedelta(minutes=5)
    assert clock.now() != moment


def test_the_clock_refuses_a_moment_without_a_zone() -> None:
    with pytest.raises(ValueError, match="aware"), clock.moved_to(datetime(2026, 1, 1)):  # noqa: DTZ001
        pass
