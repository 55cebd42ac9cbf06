"""Making, changing and ending a store's links to outside systems.

Each action is one transaction, bound to its store. A change is told to every edge process at once.
"""

from collections.abc import Mapping
from contextlib import suppress
from datetime import timedelta
from typing import Any

import msgspec
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from aftercart.commerce.customers.facts import ShopErasureFact
from aftercart.connectors.registry import connector
from aftercart.core import clock, jobs, links
from aftercart.core.events import Event, publish
from aftercart.core.facts import Incoming
from aftercart.core.sealing import UnsealError, is_sealed_with_current_key
from aftercart.core.tenancy import bound
from aftercart.intake import addresses, channels
from aftercart.intake.actions import erasing
from aftercart.intake.actions.values import Values, generated, kept, read_values, shown
from aftercart.intake.credentials import Secrets, seal, unseal
from aftercart.intake.models import Connection

GRACE = timedelta(hours=24)
"""How long a replaced secret may still sign: Shopify needs an hour, a person longer."""

LONGEST_ERROR = 500
State = Connection.State


class UnknownConnection(LookupError):
    """The store has no such connection, or it was removed."""


class AlreadyConnected(Exception):
    """The store has a live connection to the same source."""

    def __init__(self, source: str) -> None:
        super().__init__(_("This store is already connected to %(source)s.") % {"source": source})
        self.source = source


class Added(msgspec.Struct, frozen=True, kw_only=True):
    """A new connection. `secrets` are those we made; they are shown once and never again."""

    connection_id: int
    public_id: str
    address: str
    secrets: dict[str, str]


def add(
    store_id: int, system: str, values: Mapping[str, str], *, name: str = "", actor: str = ""
) -> Added:
    """Connect a store to a system.

    Args:
        values: what the merchant entered, by the connector's field names.
        name: what the team calls it; the system's own name if left out.
        actor: who did it, such as `member:7`.

    Raises:
        LookupError: there is no such system.
        InvalidValues: a value is missing or wrong; it names each.
        AlreadyConnected: the store has a live connection to the same source.
    """
    system_connector = connector(system)
    given = read_values(system_connector.fields, values)
    made = generated(system_connector.fields, given)
    public_id = links.new_token(store_id)
    source = system_connector.source(given.settings)
    with bound(store_id):
        added = _insert(
            store_id=store_id,
            public_id=public_id,
            system=system,
            source=source,
            name=(name or system_connector.label)[:120],
            settings=given.settings,
            credentials=seal(
                public_id, Secrets(kept(system_connector.fields, {**given.secrets, **made}))
            ),
            created_at=clock.now(),
        )
        _record(added, "connection.added", actor)
        if system_connector.puller is not None:
            _defer_connect(added)
    return Added(
        connection_id=added.pk,
        public_id=public_id,
        address=addresses.intake_address(public_id),
        secrets=shown(system_connector.fields, public_id, made),
    )


def rotate(
    store_id: int,
    connection_id: int,
    names: tuple[str, ...] = (),
    *,
    grace: timedelta = GRACE,
    actor: str = "",
) -> dict[str, str]:
    """Make the secrets that are ours to make anew; the old ones may still sign for `grace`.

    Args:
        names: which of the generated fields; all of them if empty.

    Returns:
        the new secrets, to be shown once.

    Raises:
        UnknownConnection: the store has no such connection.
    """
    with bound(store_id):
        found = _locked(store_id, connection_id)
        fields = tuple(
            field
            for field in connector(found.system).fields
            if field.generated and (not names or field.name in names)
        )
        made = generated(fields, Values({}, {}))
        _replace_secrets(found, kept(fields, made), grace)
        found.save(update_fields=["credentials"])
        _record(found, "connection.rotated", actor)
    return shown(fields, found.public_id, made)


def update_credentials(
    store_id: int, connection_id: int, values: Mapping[str, str], *, actor: str = ""
) -> None:
    """Change what the merchant entered; a secret that is left empty stays as it is.

    A broken connection is tried again.

    Raises:
        UnknownConnection: the store has no such connection.
        InvalidValues: a value is wrong, or it would make this another shop's connection.
    """
    with bound(store_id):
        found = _locked(store_id, connection_id)
        system_connector = connector(found.system)
        given = read_values(
            system_connector.fields, values, partly=True, source=(system_connector, found)
        )
        found.settings = {**found.settings, **given.settings}
        _replace_secrets(found, kept(system_connector.fields, given.secrets), GRACE)
        found.save(update_fields=["credentials", "settings"])
        _record(found, "connection.changed", actor)
        if found.state == State.BROKEN:
            _make_active(found, "connection.mended", actor)
        elif system_connector.puller is not None:
            _defer_connect(found)


def rename(store_id: int, connection_id: int, name: str) -> None:
    """Call it something else.

    Raises:
        UnknownConnection: the store has no such connection.
    """
    with bound(store_id):
        found = _locked(store_id, connection_id)
        found.name = name.strip()[:120] or connector(found.system).label
        found.save(update_fields=["name"])


def pause(store_id: int, connection_id: int, *, actor: str = "") -> None:
    """Take nothing in and ask for nothing until `resume`.

    Raises:
        UnknownConnection: the store has no such connection.
    """
    with bound(store_id):
        found = _locked(store_id, connection_id)
        found.state, found.due_at, found.lease = State.PAUSED, None, None
        found.save(update_fields=["state", "due_at", "lease"])
        _record(found, "connection.paused", actor)


def resume(store_id: int, connection_id: int, *, actor: str = "") -> None:
    """Go on after a pause, or try again after a failure.

    Raises:
        UnknownConnection: the store has no such connection.
    """
    with bound(store_id):
        _make_active(_locked(store_id, connection_id), "connection.resumed", actor)


def remove(store_id: int, connection_id: int, *, forget: bool = False, actor: str = "") -> None:
    """End it: its address answers 404 and its secrets are forgotten. What came in stays.

    Args:
        forget: have the personal data of everybody it told of erased.

    Raises:
        UnknownConnection: the store has no such connection.
    """
    with bound(store_id):
        found = _locked(store_id, connection_id)
        found.state, found.removed_at = State.REMOVED, clock.now()
        found.credentials, found.due_at, found.lease = None, None, None
        found.save(update_fields=["state", "removed_at", "credentials", "due_at", "lease"])
        _record(found, "connection.removed", actor)
        if forget:
            erasing.redact([Incoming(store_id, found.source, ShopErasureFact())])


def note_error(store_id: int, connection_id: int, message: str, *, permanent: bool) -> None:
    """Show a failure at the connection; a permanent one breaks it until a person has mended it.

    Raises:
        UnknownConnection: the store has no such connection.
    """
    with bound(store_id):
        found = _locked(store_id, connection_id)
        found.error, found.error_at = message[:LONGEST_ERROR], clock.now()
        found.save(update_fields=["error", "error_at"])
        if permanent and found.state == State.ACTIVE:
            found.state, found.due_at, found.lease = State.BROKEN, None, None
            found.save(update_fields=["state", "due_at", "lease"])
            _record(found, "connection.broken", "", reason=found.error)


def mend(store_id: int, connection_id: int) -> None:
    """It works again: forget the failure.

    Raises:
        UnknownConnection: the store has no such connection.
    """
    with bound(store_id):
        found = _locked(store_id, connection_id)
        if found.state == State.BROKEN:
            _make_active(found, "connection.mended", "")
        elif found.error:
            _clear_error(found)


def remember_settings(store_id: int, connection_id: int, changes: Mapping[str, Any]) -> None:
    """Keep what a connector wants to find again; nothing secret.

    Raises:
        UnknownConnection: the store has no such connection.
    """
    with bound(store_id):
        found = _locked(store_id, connection_id)
        found.settings = {**found.settings, **changes}
        found.save(update_fields=["settings"])


def reseal() -> int:
    """Seal secrets anew that an older key has sealed, so that it can be retired; returns how many.

    Those that no key at hand opens are left as they are: their connections say so when asked.
    """
    count = 0
    for store_id, connection_id in Connection.objects.exclude(credentials=None).values_list(
        "store_id", "pk"
    ):
        with bound(store_id), suppress(UnknownConnection, UnsealError):
            found = _locked(store_id, connection_id)
            if not found.credentials or is_sealed_with_current_key(bytes(found.credentials)):
                continue
            found.credentials = seal(found.public_id, unseal(found.public_id, found.credentials))
            found.save(update_fields=["credentials"])
            channels.tell(channels.CONNECTIONS, found.public_id)
            count += 1
    return count


def _insert(**columns: Any) -> Connection:
    try:
        # A savepoint, so that the caller's transaction survives the refusal.
        with transaction.atomic():
            return Connection.objects.create(**columns)
    except IntegrityError as error:
        raise AlreadyConnected(columns["source"]) from error


def _locked(store_id: int, connection_id: int) -> Connection:
    found = (
        Connection.objects.select_for_update()
        .filter(store_id=store_id, pk=connection_id, removed_at=None)
        .first()
    )
    if found is None:
        raise UnknownConnection(connection_id)
    return found


def _replace_secrets(found: Connection, changes: Mapping[str, str], grace: timedelta) -> None:
    held = unseal(found.public_id, found.credentials)
    before = {name: held.current[name] for name in changes if name in held.current}
    if not changes:
        return
    still_good = held.before_until is not None and clock.now() < held.before_until
    secrets = Secrets(
        {**held.current, **changes},
        {**held.before, **before} if still_good else before,
        clock.now() + grace if before and grace else None,
    )
    found.credentials = seal(found.public_id, secrets)


def _make_active(found: Connection, event: str, actor: str) -> None:
    found.state, found.error, found.error_at = State.ACTIVE, "", None
    found.redacted_at = None
    found.save(update_fields=["state", "error", "error_at", "redacted_at"])
    _record(found, event, actor)
    if connector(found.system).puller is not None:
        _defer_connect(found)


def _clear_error(found: Connection) -> None:
    found.error, found.error_at = "", None
    found.save(update_fields=["error", "error_at"])


def _defer_connect(found: Connection) -> None:
    jobs.defer(
        "connect_shop",
        once=f"connect_shop:{found.pk}",
        again=True,
        store_id=found.store_id,
        connection_id=found.pk,
    )


def _record(found: Connection, event: str, actor: str, **data: Any) -> None:
    """The event, and the word to the edge; `bound` has opened the transaction."""
    about = {"connection_id": found.pk, "system": found.system, "name": found.name, **data}
    publish(
        [
            Event(
                store_id=found.store_id,
                type=event,
                occurred_at=clock.now(),
                actor=actor,
                data=about,
            )
        ]
    )
    channels.tell(channels.CONNECTIONS, found.public_id)
