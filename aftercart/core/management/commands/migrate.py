"""Django's `migrate`, and after it the months of the event log."""

from typing import Any

from django.core.management.commands import migrate
from django.db import connections, transaction

from aftercart.core import clock
from aftercart.core.database.tables import make_partitions

LOOKING_ONLY = ("plan", "check_unapplied", "prune")


class Command(migrate.Command):
    """The tables' owner runs it, and nobody else may make a table."""

    def handle(self, *args: Any, **options: Any) -> None:
        super().handle(*args, **options)
        if any(options[name] for name in LOOKING_ONLY):
            return
        using = options["database"]
        with transaction.atomic(using), connections[using].cursor() as cursor:
            make_partitions(cursor, clock.now())
