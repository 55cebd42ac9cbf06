"""Addresses that must not be written to: recognised however they are typed, never kept in clear."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aftercart.conversation.consent import queries
from aftercart.conversation.consent.actions import NewSuppression, suppress, unsuppress
from aftercart.conversation.consent.hashes import hash_of
from aftercart.conversation.consent.models import Suppression
from aftercart.conversation.consent.rules import is_deliverable, normalised
from aftercart.conversation.messages.tests.shop import new_store
from aftercart.core import clock
from aftercart.core.models import Event
from aftercart.core.tenancy import bound

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    "typed", ["anna@example.com", " Anna@Example.COM ", "ANNA@EXAMPLE.COM\n", "ａnna@example.com"]
)
def test_one_mailbox_has_one_form(typed):
    assert normalised(typed) == "anna@example.com"


def test_a_domain_of_other_letters_is_the_same_as_its_ascii_form():
    assert normalised("a@Bücher.example") == normalised("a@xn--bcher-kva.example")


@pytest.mark.parametrize(
    "good",
    ["a@b.co", "first.last+tag@sub.example.com", "o'hara@example.ie", "j@bücher.example"],
)
def test_a_real_address_is_deliverable(good):
    assert is_deliverable(good)


@pytest.mark.parametrize(
    "bad",
    [
        "",
        "anna",
        "anna@",
        "@example.com",
        "anna@localhost",
        "anna@example..com",
        "an na@example.com",
        "a@b.co, c@d.co",
        "anna@example.com\nBcc: x@y.zz",
        "anna@[127.0.0.1]",
        "<anna@example.com>",
        ".anna@example.com",
        "anna@-example.com",
        "a" * 65 + "@example.com",
        "a@" + "b" * 250 + ".com",
        "anna@exam\x00ple.com",
        "jürgen@example.de",
    ],
)
def test_what_is_no_address_is_not(bad):
    assert not is_deliverable(bad)


@given(st.text(max_size=300))
def test_nothing_that_is_typed_breaks_it(typed):
    if is_deliverable(typed):
        assert normalised(normalised(typed)) == normalised(typed)
        assert not set(normalised(typed)) & set("\r\n\x00 ,;<>")


@pytest.mark.django_db
def test_a_suppressed_address_is_found_however_typed_and_kept_as_a_hash_only():
    store = new_store()
    suppress([NewSuppression(store_id=store.id, address="Anna@example.com", reason="bounced")])
    found = queries.suppressed(store.id, ["anna@EXAMPLE.com", "ben@example.com"])
    assert list(found) == ["anna@EXAMPLE.com"]
    assert found["anna@EXAMPLE.com"].reason == "bounced"
    row = Suppression.objects.get()
    assert len(row.address_hash) == 64
    assert "anna" not in str(vars(row)).lower()
    assert "anna" not in str(Event.objects.get(type="address.suppressed").data).lower()


@pytest.mark.django_db
def test_the_hash_hangs_on_the_key_and_the_store(settings):
    before = hash_of(1, "anna@example.com")
    assert before != hash_of(2, "anna@example.com")
    settings.SECRET_KEY = "another-key-of-enough-characters-to-be-one"
    assert before != hash_of(1, "anna@example.com")


@pytest.mark.django_db
def test_one_store_suppresses_for_itself_alone():
    ours, other = new_store(), new_store()
    suppress([NewSuppression(store_id=ours.id, address="anna@example.com", reason="manual")])
    assert not queries.suppressed(other.id, ["anna@example.com"])
    assert list(queries.among([(ours.id, "anna@example.com"), (other.id, "anna@example.com")])) == [
        (ours.id, "anna@example.com")
    ]
    with bound(other.id):
        assert Suppression.objects.count() == 0


@pytest.mark.django_db
def test_a_stronger_reason_replaces_a_weaker_one_and_not_the_other_way():
    store = new_store()
    with clock.moved_to(NOW):
        for reason in ("bounced", "complained", "bounced", "erased"):
            new = NewSuppression(store_id=store.id, address="anna@example.com", reason=reason)
            suppress([new, new])
            clock.move_by(timedelta(hours=1))
    row = Suppression.objects.get()
    assert (row.reason, row.suppressed_at) == ("complained", NOW + timedelta(hours=1))
    assert Event.objects.filter(type="address.suppressed").count() == 2


@pytest.mark.django_db
def test_a_person_can_allow_it_again():
    store = new_store()
    suppress([NewSuppression(store_id=store.id, address="anna@example.com", reason="bounced")])
    assert unsuppress(store.id, "ANNA@example.com", "member:1")
    assert not queries.suppressed(store.id, ["anna@example.com"])
    assert not unsuppress(store.id, "anna@example.com", "member:1")
    assert Event.objects.get(type="address.allowed").actor == "member:1"
