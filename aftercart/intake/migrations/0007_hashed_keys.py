"""Of an API key its hash is enough: what was sealed as it is becomes the hash, sealed."""

from typing import Any

from django.db import migrations

from aftercart.core.sealing import UnsealError
from aftercart.intake.api_keys import API_KEY, hash_of
from aftercart.intake.credentials import Secrets, seal, unseal


def hash_keys(apps: Any, editor: Any) -> None:
    """One that no key at hand opens stays as it is, and opens nothing."""
    connections = apps.get_model("intake", "Connection").objects
    for connection in connections.filter(system="api").exclude(credentials=None):
        try:
            held = unseal(connection.public_id, connection.credentials)
        except UnsealError:
            continue
        hashed = Secrets(_hashed(held.current), _hashed(held.before), held.before_until)
        connection.credentials = seal(connection.public_id, hashed)
        connection.save(update_fields=["credentials"])


def _hashed(secrets: dict[str, str]) -> dict[str, str]:
    return {name: hash_of(value) if name == API_KEY else value for name, value in secrets.items()}


class Migration(migrations.Migration):
    dependencies = [("intake", "0006_following")]

    operations = [migrations.RunPython(hash_keys, migrations.RunPython.noop)]
