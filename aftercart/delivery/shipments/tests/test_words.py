"""What a shopper reads about a parcel."""

from typing import get_args

import pytest
from django.utils import translation

from aftercart.delivery.shipments import words
from aftercart.delivery.shipments.facts import Reason, ShipmentStatus

STATUSES = get_args(ShipmentStatus)
REASONS = get_args(Reason)
SPEAKERS = (words.headline, words.sentence, words.next_step)


@pytest.mark.parametrize("status", STATUSES)
@pytest.mark.parametrize("reason", REASONS)
def test_everything_is_said_calmly(status, reason):
    for speak in SPEAKERS:
        text = speak(status, reason)
        assert text
        assert text == text.strip()
        assert text[0].isupper()
        assert "!" not in text
        assert not any(word in text.lower() for word in ("oops", "sorry", "unfortunately", "%"))
    assert not words.headline(status, reason).endswith(".")
    assert len(words.headline(status, reason)) <= 40
    assert words.sentence(status, reason).endswith(".")
    assert words.next_step(status, reason).endswith(".")


@pytest.mark.parametrize("status", ["exception", "attempt_failed"])
def test_a_reason_that_stops_a_parcel_is_named(status):
    general = words.headline(status)
    silent = {"", "collected_by_customer", "delivered_to_neighbour"}
    silent |= {"delivered_to_safe_place", "signed_for"}
    for reason in set(REASONS) - silent:
        assert words.headline(status, reason) != general, reason


@pytest.mark.parametrize(
    ("status", "reason", "headline"),
    [
        ("in_transit", "", "On its way"),
        ("in_transit", "weather", "Delayed by weather"),
        ("in_transit", "customs_clearance", "In customs"),
        ("info_received", "weather", "Ready for the carrier"),
        ("out_for_delivery", "", "Out for delivery"),
        ("delivered", "delivered_to_neighbour", "Left with a neighbour"),
        ("delivered", "weather", "Delivered"),
        ("exception", "lost", "Lost by the carrier"),
        ("attempt_failed", "recipient_not_home", "Nobody was at home"),
        ("available_for_pickup", "recipient_not_home", "Ready to collect"),
        ("no such status", "", "Waiting for news from the carrier"),
        ("exception", "no such reason", "Held up"),
    ],
)
def test_headlines(status, reason, headline):
    assert words.headline(status, reason) == headline


def test_bad_news_say_what_to_do():
    for status, reason in [("exception", "lost"), ("returning", "refused"), ("returned", "")]:
        assert "contact us" in words.next_step(status, reason)
    assert "identity document" in words.next_step("available_for_pickup")


def test_another_language_falls_back_to_english():
    with translation.override("xx"):
        assert words.headline("delivered") == "Delivered"


@pytest.mark.parametrize("language", ["en", "de", "fr", "es", "pt"])
def test_only_a_delivery_begins_with_the_word_for_it(language):
    """Whoever reads one word reads "Entregado al transportista" as delivered."""
    with translation.override(language):
        delivered = words.headline("delivered")
        others = {words.headline(status) for status in STATUSES if status != "delivered"}
    assert not any(one.startswith(delivered) for one in others)
