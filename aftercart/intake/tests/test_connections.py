"""Connecting, changing, pausing and ending: what is stored, what is told, what is refused."""

from datetime import timedelta
from importlib import import_module

import pytest
from django.apps import apps

from aftercart.connectors.base import ConfirmationFact, DisconnectedFact
from aftercart.core import clock, links, sql
from aftercart.core.facts import Incoming
from aftercart.core.models import Account, Store
from aftercart.core.sealing import UnsealError
from aftercart.intake.acceptance import accept
from aftercart.intake.actions import connections, parked
from aftercart.intake.actions.connections import AlreadyConnected, UnknownConnection
from aftercart.intake.actions.endings import is_confirmation_address
from aftercart.intake.actions.values import InvalidValues
from aftercart.intake.api_keys import caller_of, hash_of
from aftercart.intake.credentials import Secrets, seal, unseal
from aftercart.intake.tests.conftest import entries, put
from tests.support.shops import Sender

pytestmark = pytest.mark.django_db

SHOPIFY = {"shop": "acme.myshopify.com", "client_id": "id", "secret": "hush"}


def make_store(slug: str = "acme") -> Store:
    account, _ = Account.objects.get_or_create(name="Acme")
    return Store.objects.create(account=account, name=slug, slug=slug)


@pytest.fixture
def store() -> Store:
    return make_store()


def row(connection_id: int) -> dict:
    return sql.fetch("SELECT * FROM intake_connection WHERE id = %s", [connection_id])[0]


def events(store: Store) -> list[str]:
    rows = sql.fetch("SELECT type FROM core_event WHERE store_id = %s ORDER BY id", [store.pk])
    return [one["type"] for one in rows]


def jobs_waiting() -> list[str]:
    return [one["entrypoint"] for one in sql.fetch("SELECT entrypoint FROM pgqueuer")]


def test_a_connection_gets_an_address_that_names_its_store_and_secrets_shown_once(store: Store):
    added = connections.add(store.pk, "api", {}, name="Warehouse", actor="member:1")
    assert links.store_of(added.public_id) == store.pk
    assert added.address.endswith(f"/in/{added.public_id}")
    assert added.secrets["secret"].startswith("whsec_")
    assert added.secrets["api_key"].startswith(f"ak_{added.public_id}_")
    stored = row(added.connection_id)
    assert (stored["name"], stored["state"], stored["source"]) == ("Warehouse", "active", "api")
    for secret in added.secrets.values():
        assert secret.encode() not in bytes(stored["credentials"])
    held = unseal(added.public_id, stored["credentials"])
    assert held.current["secret"] == added.secrets["secret"]
    assert events(store) == ["connection.added"]


def test_sealed_secrets_open_for_their_own_connection_only(store: Store):
    added = connections.add(store.pk, "easypost", {})
    with pytest.raises(UnsealError):
        unseal("another", row(added.connection_id)["credentials"])


def test_a_shop_that_can_be_asked_is_connected_by_a_job(store: Store):
    added = connections.add(store.pk, "shopify", SHOPIFY)
    stored = row(added.connection_id)
    assert stored["source"] == "shopify:acme.myshopify.com"
    assert stored["settings"] == '{"shop": "acme.myshopify.com", "client_id": "id"}'
    assert jobs_waiting() == ["connect_shop"]
    assert added.secrets == {}


def test_what_is_missing_wrong_or_unknown_is_named_all_at_once(store: Store):
    with pytest.raises(InvalidValues) as raised:
        connections.add(store.pk, "shopify", {"shop": "acme.example.com", "colour": "red"})
    assert set(raised.value.problems) == {"shop", "client_id", "secret", "colour"}
    with pytest.raises(LookupError):
        connections.add(store.pk, "no-such-system", {})


def test_one_source_is_connected_once_until_it_is_removed(store: Store):
    first = connections.add(store.pk, "shopify", SHOPIFY)
    with pytest.raises(AlreadyConnected):
        connections.add(store.pk, "shopify", SHOPIFY)
    connections.add(make_store("other").pk, "shopify", SHOPIFY)
    connections.remove(store.pk, first.connection_id)
    again = connections.add(store.pk, "shopify", SHOPIFY)
    assert again.public_id != first.public_id


def test_removing_forgets_the_secrets(store: Store):
    added = connections.add(store.pk, "easypost", {})
    connections.remove(store.pk, added.connection_id, actor="member:1")
    stored = row(added.connection_id)
    assert (stored["state"], stored["credentials"], stored["due_at"]) == ("removed", None, None)
    assert stored["removed_at"]
    with pytest.raises(UnknownConnection):
        connections.pause(store.pk, added.connection_id)


@pytest.mark.parametrize("name", ["pause", "resume", "remove", "rotate", "mend"])
def test_another_stores_connection_does_not_exist(store: Store, name: str):
    added = connections.add(store.pk, "easypost", {})
    with pytest.raises(UnknownConnection):
        getattr(connections, name)(make_store("other").pk, added.connection_id)
    assert row(added.connection_id)["state"] == "active"


def test_a_rotated_secret_is_accepted_until_its_grace_is_over(store: Store):
    added = connections.add(store.pk, "easypost", {})
    old = added.secrets["secret"]
    new = connections.rotate(store.pk, added.connection_id)["secret"]
    held = unseal(added.public_id, row(added.connection_id)["credentials"])
    assert [one["secret"] for one in held.accepted()] == [new, old]
    with clock.moved_to(clock.now() + timedelta(hours=25)):
        assert [one["secret"] for one in held.accepted()] == [new]


def test_a_secret_that_leaked_is_refused_at_once(store: Store):
    added = connections.add(store.pk, "easypost", {})
    connections.rotate(store.pk, added.connection_id, grace=timedelta(0))
    held = unseal(added.public_id, row(added.connection_id)["credentials"])
    assert len(held.accepted()) == 1


def test_rotating_one_after_the_other_keeps_both_old_ones(store: Store):
    added = connections.add(store.pk, "api", {})
    connections.rotate(store.pk, added.connection_id, ("secret",))
    connections.rotate(store.pk, added.connection_id, ("api_key",))
    held = unseal(added.public_id, row(added.connection_id)["credentials"])
    assert held.before["secret"] == added.secrets["secret"]
    assert held.before["api_key"] == hash_of(added.secrets["api_key"].rpartition("_")[2])


def test_after_a_new_key_the_old_one_can_be_retired(store: Store, settings):
    new = "new:" + "bmV3LWtleS1uZXcta2V5LW5ldy1rZXktbmV3LWtleTE="
    added = connections.add(store.pk, "easypost", {})
    connections.rotate(store.pk, added.connection_id)
    before = unseal(added.public_id, row(added.connection_id)["credentials"])
    settings.AFTERCART_KEYS = f"{new},{settings.AFTERCART_KEYS}"
    assert connections.reseal() == 1
    assert connections.reseal() == 0
    settings.AFTERCART_KEYS = new
    assert unseal(added.public_id, row(added.connection_id)["credentials"]) == before


def test_of_an_api_key_only_the_hash_is_kept(store: Store):
    added = connections.add(store.pk, "api", {})
    key = added.secrets["api_key"]
    kept = unseal(added.public_id, row(added.connection_id)["credentials"]).current
    assert kept["api_key"] == hash_of(key.rpartition("_")[2])
    assert kept["secret"] == added.secrets["secret"]  # webhooks are signed with this one
    assert caller_of(key) is not None
    assert caller_of(key.rpartition("_")[0] + "_" + kept["api_key"]) is None


def test_a_new_key_replaces_the_old_one_after_a_day_or_at_once(store: Store):
    added = connections.add(store.pk, "api", {})
    keys = [added.secrets["api_key"]]
    keys += [connections.rotate(store.pk, added.connection_id)["api_key"]]
    assert all(caller_of(key) for key in keys)
    with clock.moved_to(clock.now() + connections.GRACE):
        assert [caller_of(key) is None for key in keys] == [True, False]
    keys += [connections.rotate(store.pk, added.connection_id, grace=timedelta(0))["api_key"]]
    assert [caller_of(key) is None for key in keys] == [True, True, False]


def test_keys_that_were_sealed_as_they_are_become_hashes(store: Store):
    added = connections.add(store.pk, "api", {})
    plain = Secrets(
        {"api_key": "current", "secret": "s"}, {"api_key": "before"}, clock.now() + timedelta(1)
    )
    sql.run(
        "UPDATE intake_connection SET credentials = %s WHERE id = %s",
        [seal(added.public_id, plain), added.connection_id],
    )
    import_module("aftercart.intake.migrations.0007_hashed_keys").hash_keys(apps, None)
    for key in ("current", "before"):
        assert caller_of(f"ak_{added.public_id}_{key}") is not None
    kept = unseal(added.public_id, row(added.connection_id)["credentials"])
    assert (kept.current["api_key"], kept.current["secret"]) == (hash_of("current"), "s")


@pytest.mark.parametrize("chosen", ["orders:write everything", "all", "orders:write,orders:read"])
def test_what_it_may_do_is_chosen_from_a_list(store: Store, chosen: str):
    with pytest.raises(InvalidValues, match="Choose from: orders:write, orders:read"):
        connections.add(store.pk, "api", {"scopes": chosen})
    added = connections.add(store.pk, "api", {"scopes": "orders:read tracking:write"})
    caller = caller_of(added.secrets["api_key"])
    assert caller is not None
    assert caller.scopes == "orders:read tracking:write"


def test_changing_values_keeps_what_is_left_empty(store: Store):
    added = connections.add(store.pk, "shopify", SHOPIFY)
    connections.update_credentials(
        store.pk, added.connection_id, {"client_id": "new", "secret": ""}
    )
    stored = row(added.connection_id)
    assert '"client_id": "new"' in stored["settings"]
    assert unseal(added.public_id, stored["credentials"]).current["secret"] == "hush"


def test_a_connection_cannot_become_another_shops(store: Store):
    added = connections.add(store.pk, "shopify", SHOPIFY)
    with pytest.raises(InvalidValues):
        connections.update_credentials(
            store.pk, added.connection_id, {"shop": "other.myshopify.com"}
        )


def test_a_lasting_failure_breaks_it_and_new_values_mend_it(store: Store):
    added = connections.add(store.pk, "shopify", SHOPIFY)
    connections.note_error(store.pk, added.connection_id, "Wrong secret.", permanent=True)
    stored = row(added.connection_id)
    assert (stored["state"], stored["error"]) == ("broken", "Wrong secret.")
    connections.update_credentials(store.pk, added.connection_id, {"secret": "right"})
    stored = row(added.connection_id)
    assert (stored["state"], stored["error"]) == ("active", "")
    assert events(store)[-3:] == ["connection.broken", "connection.changed", "connection.mended"]


def test_a_passing_failure_is_shown_and_breaks_nothing(store: Store):
    added = connections.add(store.pk, "shopify", SHOPIFY)
    connections.note_error(store.pk, added.connection_id, "It is slow. " * 90, permanent=False)
    stored = row(added.connection_id)
    assert stored["state"] == "active"
    assert len(stored["error"]) == 500
    connections.mend(store.pk, added.connection_id)
    assert row(added.connection_id)["error"] == ""


def test_an_uninstalled_app_breaks_its_connection_and_says_why(store: Store):
    added = connections.add(store.pk, "shopify", SHOPIFY)
    other = connections.add(make_store("other").pk, "shopify", SHOPIFY)
    fact = DisconnectedFact(reason="The app was uninstalled.")
    accept([Incoming(store.pk, "shopify:acme.myshopify.com", fact)] * 2)
    stored = row(added.connection_id)
    assert (stored["state"], stored["error"]) == ("broken", "The app was uninstalled.")
    assert events(store).count("connection.broken") == 1
    assert row(other.connection_id)["state"] == "active"


@pytest.mark.parametrize(
    ("url", "genuine"),
    [
        ("https://sns.eu-west-1.amazonaws.com/?Action=ConfirmSubscription&Token=x", True),
        ("https://sns.eu-west-1.amazonaws.com:443/", True),
        ("http://sns.eu-west-1.amazonaws.com/", False),
        ("https://sns.eu-west-1.amazonaws.com.evil.example/", False),
        ("https://evil.example/sns.eu-west-1.amazonaws.com", False),
        ("https://sns.eu-west-1.amazonaws.com@evil.example/", False),
        ("https://sns.eu-west-1.amazonaws.com:8443/", False),
        ("https://sns..amazonaws.com/", False),
        ("https://sns.EU.amazonaws.com/\n", True),
        ("https://[::1", False),
        ("", False),
    ],
)
def test_only_amazons_own_confirmations_are_fetched(store: Store, url: str, genuine: bool):
    assert is_confirmation_address(url) is genuine
    accept([Incoming(store.pk, "ses", ConfirmationFact(url=url))])
    assert jobs_waiting() == (["confirm_subscription"] if genuine else [])


def test_parked_deliveries_are_tried_again_by_their_own_store_only(sender: Sender):
    put(sender, b"{}", b"{}")
    sql.run("UPDATE intake_inboxentry SET state = 'parked', due_at = NULL, error = 'bad'")
    ids = [entry["id"] for entry in entries(sender)]
    stranger = make_store("stranger")
    assert parked.retry(stranger.pk, ids) == 0
    assert parked.dismiss(stranger.pk, ids) == 0
    assert parked.retry(sender.store.pk, ids[:1]) == 1
    assert [entry["state"] for entry in entries(sender)] == ["pending", "parked"]
    assert parked.dismiss(sender.store.pk, ids) == 1
    assert entries(sender)[1]["state"] == "ignored"
    assert entries(sender)[1]["error"].endswith("bad")


def test_everything_of_a_connection_is_tried_again(sender: Sender):
    put(sender, b"{}", b"{}", b"{}")
    sql.run("UPDATE intake_inboxentry SET state = 'parked', due_at = NULL, attempts = 9")
    connection_id = sql.fetch("SELECT id FROM intake_connection")[0]["id"]
    assert parked.retry_all(sender.store.pk, connection_id) == 3
    assert {entry["attempts"] for entry in entries(sender)} == {0}


def test_facts_of_no_room_are_refused(store: Store):
    with pytest.raises(TypeError, match="str"):
        accept([Incoming(store.pk, "api", "not a fact")])
