"""What the schema editor makes of a model that belongs to a store, however Django puts it."""

from typing import Any

import pytest
from django.apps import apps
from django.db import connection, migrations, models
from django.db.migrations.state import ProjectState

from aftercart.core import sql

pytestmark = pytest.mark.django_db

ID = ("id", models.BigAutoField(primary_key=True))
WORD = ("word", models.CharField(max_length=20))


def store() -> Any:
    return models.ForeignKey("core.Store", models.PROTECT, related_name="+")


AT_ONCE = [migrations.CreateModel("Thing", [ID, WORD, ("store", store())])]
STORE_LAST = [
    migrations.CreateModel("Thing", [ID, WORD]),
    migrations.AddField("thing", "store", store()),
]


@pytest.fixture(params=[AT_ONCE, STORE_LAST], ids=["at once", "the store last"])
def table(request: pytest.FixtureRequest) -> str:
    """A new table of a store, made as a migration makes it."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL ROLE NONE")
    state = ProjectState.from_apps(apps)
    with connection.schema_editor() as editor:
        for operation in request.param:
            before, state = state, state.clone()
            operation.state_forwards("intake", state)
            operation.database_forwards("intake", editor, before, state)
    return "intake_thing"


def test_its_key_names_the_store(table: str) -> None:
    rows = sql.fetch(
        "SELECT pg_get_constraintdef(oid) AS rule FROM pg_constraint"
        " WHERE conrelid = %s::regclass AND contype = 'p'",
        [table],
    )
    assert rows == [{"rule": "PRIMARY KEY (id, store_id)"}]


def test_its_rows_are_kept_apart(table: str) -> None:
    found = sql.fetch("SELECT relrowsecurity FROM pg_class WHERE oid = %s::regclass", [table])
    assert found == [{"relrowsecurity": True}]
    rows = sql.fetch("SELECT policyname FROM pg_policies WHERE tablename = %s", [table])
    assert {row["policyname"] for row in rows} == {"one_store", "all_stores", "verified_only"}


def test_it_has_no_index_of_the_store_alone(table: str) -> None:
    rows = sql.fetch("SELECT indexdef FROM pg_indexes WHERE tablename = %s", [table])
    assert len(rows) == 1
