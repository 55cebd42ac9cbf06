"""What a merchant enters to connect, checked by the connector's fields; the secrets we make."""

import base64
import re
import secrets
from collections.abc import Iterable, Mapping
from typing import Any

import msgspec
from django.utils.translation import gettext as _

from aftercart.connectors.base import Connector, Field
from aftercart.intake.api_keys import API_KEY, format_key, hash_of
from aftercart.intake.models import Connection

LONGEST_VALUE = 4000
SECRET_BYTES = 32


class InvalidValues(ValueError):
    """Values that cannot be used; `problems` has a sentence for each field."""

    def __init__(self, problems: dict[str, str]) -> None:
        super().__init__("; ".join(f"{name}: {problem}" for name, problem in problems.items()))
        self.problems = problems


class Values(msgspec.Struct, frozen=True):
    """Checked values: `settings` may be shown, `secrets` never."""

    settings: dict[str, Any]
    secrets: dict[str, str]


def read_values(
    fields: Iterable[Field],
    given: Mapping[str, str],
    *,
    partly: bool = False,
    source: tuple[Connector, Connection] | None = None,
) -> Values:
    """Sort and check what was entered.

    Args:
        partly: a change: what is not given, or a secret that is empty, stays as it is.
        source: with a change, the connection, which must stay that of the same source.

    Raises:
        InvalidValues: a value is missing, unknown or wrong.
    """
    known = {field.name: field for field in fields}
    problems = {name: _("There is no such field.") for name in given if name not in known}
    values = Values({}, {})
    for field in known.values():
        value = given.get(field.name, "").strip()
        problem = _problem(field, value, partly and field.name not in given)
        if problem and not (partly and field.secret and not value):
            problems[field.name] = problem
        elif value or (field.name in given and not field.secret):
            (values.secrets if field.secret else values.settings)[field.name] = value
    if source and not problems:
        problems = _moved(*source, values)
    if problems:
        raise InvalidValues(problems)
    return values


def _problem(field: Field, value: str, left_out: bool) -> str:
    if not value:
        needed = field.required and not field.generated and not left_out
        return _("Enter a value.") if needed else ""
    if len(value) > LONGEST_VALUE or "\0" in value:
        return _("This is too long.")
    if field.choices and set(value.split()) - {name for name, _label in field.choices}:
        known = ", ".join(name for name, _label in field.choices)
        return _("Choose from: %(known)s.") % {"known": known}
    if field.pattern and not re.fullmatch(field.pattern, value):
        said = _("This does not look right. %(help)s") % {"help": _(field.help)}
        return f"{said} {_('It looks like %s.') % field.placeholder}" if field.placeholder else said
    return ""


def _moved(system_connector: Connector, found: Connection, values: Values) -> dict[str, str]:
    settings = {**found.settings, **values.settings}
    if system_connector.source(settings) == found.source:
        return {}
    changed = next(iter(values.settings), "")
    return {changed: _("This is another shop. Add it as a connection of its own.")}


def generated(fields: Iterable[Field], given: Values) -> dict[str, str]:
    """New secrets for the fields that are ours to make and were not given."""
    return {
        field.name: _new_secret(field.kind)
        for field in fields
        if field.generated and field.name not in given.secrets
    }


def _new_secret(kind: str) -> str:
    random = secrets.token_bytes(SECRET_BYTES)
    if kind == "whsec":  # Standard Webhooks
        return "whsec_" + base64.b64encode(random).decode()
    # Without characters that a shop might encode as HTML entities before it signs (WooCommerce).
    return random.hex()


def kept(fields: Iterable[Field], secrets: Mapping[str, str]) -> dict[str, str]:
    """The secrets as they are sealed: of an API key, which only comes in, its hash is enough."""
    kinds = {field.name: field.kind for field in fields}
    return {
        name: hash_of(value) if kinds[name] == API_KEY else value for name, value in secrets.items()
    }


def shown(fields: Iterable[Field], public_id: str, made: Mapping[str, str]) -> dict[str, str]:
    """The secrets as the other side is to be given them."""
    kinds = {field.name: field.kind for field in fields}
    return {
        name: format_key(public_id, value) if kinds[name] == API_KEY else value
        for name, value in made.items()
    }
