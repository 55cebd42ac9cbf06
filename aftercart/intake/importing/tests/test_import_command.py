"""What `aftercart import` says and refuses."""

import csv
import io

import pytest

from aftercart.intake.importing.tests.conftest import make_store
from aftercart.intake.importing.tests.files import many_orders, orders_in
from aftercart.intake.models import ImportPiece
from tests.support.commands import run_command

pytestmark = pytest.mark.django_db


def test_the_command_writes_the_rows_that_failed(store, tmp_path):
    path = many_orders(tmp_path / "orders.csv", 2)
    path.write_text(path.read_text() + "3,never,9,,Mug,M,1,9\n")
    failed = tmp_path / "failed.csv"
    ended = run_command("import", path, "--store", store.slug, "--failed", failed)
    assert ended.status == 1
    assert "4: placed_at: This is no date" in ended.out
    rows = list(csv.reader(io.StringIO(failed.read_text("utf-8-sig"), newline="")))
    assert [row[0] for row in rows] == ["order_number", "3"]
    assert orders_in(store) == ["1", "2"]


def test_a_dry_run_imports_nothing(store, tmp_path):
    path = many_orders(tmp_path / "orders.csv", 2)
    ended = run_command("import", path, "--store", store.slug, "--dry-run")
    assert ended.status == 0
    assert "2 rows" in ended.out
    assert orders_in(store) == []
    assert not ImportPiece.objects.exists()


def test_what_the_command_refuses(store, tmp_path):
    path = tmp_path / "notes.csv"
    path.write_text("foo,bar\n1,2\n")
    assert run_command("import", path, "--store", "nobody").status == 2
    ended = run_command("import", path, "--store", store.slug)
    assert ended.status == 1
    assert "None of the columns is known" in ended.out
    missing = run_command("import", tmp_path / "missing.csv", "--store", store.slug)
    assert missing.status == 1
    assert "missing.csv" in missing.out
    assert missing.err == ended.err == ""


def test_the_only_store_need_not_be_named(store, tmp_path):
    path = many_orders(tmp_path / "orders.csv", 2)
    assert run_command("import", path, "--dry-run").status == 0
    make_store("southwind")
    ended = run_command("import", path, "--dry-run")
    assert ended.status == 2
    assert "northwind, southwind" in ended.out
