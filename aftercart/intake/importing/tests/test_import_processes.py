"""Imports by the real programs, which are killed, and by two at once."""

import csv
import io
import os
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest
from django.db import connection

from aftercart.core import sql
from aftercart.core.tenancy import bound
from aftercart.intake import importing
from aftercart.intake.importing.tests.conftest import make_store
from aftercart.intake.models import ImportPiece, ImportRun
from tests.support.live import wait_for

pytestmark = [pytest.mark.processes, pytest.mark.django_db(transaction=True)]

PROGRAM = [sys.executable, "-m", "aftercart", "import"]
HEADER = "order_number,placed_at,total,email,item_title,item_sku,item_quantity,item_price\n"


@pytest.fixture
def store(transactional_db):
    return make_store("northwind")


def many_orders(path: Path, count: int, first: int = 1) -> Path:
    rows = (
        f"{n},2026-01-01 10:00,9,p{n}@example.com,Mug,M,1,9\n" for n in range(first, first + count)
    )
    path.write_text(HEADER + "".join(rows))
    return path


def import_command(*words: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*PROGRAM, *map(str, words)], capture_output=True, text=True, timeout=60, check=False
    )


def newest() -> ImportRun | None:
    return ImportRun.objects.order_by("-pk").first()


def orders_in(store) -> list[str]:
    query = "SELECT number FROM orders_order WHERE store_id = %s ORDER BY number::int"
    return [row["number"] for row in sql.fetch(query, [store.pk])]


def test_an_import_that_was_killed_is_finished_by_a_worker(store, tmp_path, live_app_with):
    path = many_orders(tmp_path / "orders.csv", 3000)
    with (tmp_path / "import.log").open("wb") as log:
        process = subprocess.Popen(
            [*PROGRAM, str(path), "--store", store.slug],
            stdout=log, stderr=subprocess.STDOUT, start_new_session=True,
        )  # fmt: skip
        wait_for(lambda: (run := newest()) and run.done >= 300, 60, "the first piece")
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    cut = newest()
    assert cut is not None
    assert cut.state == "running", (tmp_path / "import.log").read_text()
    assert 300 <= cut.done < 3000
    assert len(orders_in(store)) == cut.done
    live_app_with("work")
    wait_for(lambda: (run := newest()) and run.state == "done", 60, "the end of the import")
    done = newest()
    assert done is not None
    assert (done.done, done.failed) == (3000, 0)
    outcome = importing.report_of(done).outcome
    assert (outcome.imported, outcome.updated, outcome.unchanged) == (3000, 0, 0)
    assert orders_in(store) == [str(n) for n in range(1, 3001)]
    [placed] = sql.fetch("SELECT count(*) AS n FROM core_event WHERE type = 'order.placed'")
    assert placed["n"] == 3000
    assert not ImportPiece.objects.exists()


def test_two_workers_at_once_import_no_row_twice(store, tmp_path):
    path = many_orders(tmp_path / "orders.csv", 1500)
    with path.open("rb") as file, bound(store.pk):
        made = importing.preview(store.pk, path.name, file)
        importing.start(store.pk, made.pk)

    together = Barrier(3)

    def work() -> None:
        try:
            connection.ensure_connection()
            together.wait(30)
            importing.import_file(store.pk, made.pk)
        finally:
            connection.close()

    with ThreadPoolExecutor(3) as threads:
        for ended in [threads.submit(work) for _ in range(3)]:
            ended.result(60)
    done = newest()
    assert done is not None
    assert (done.state, done.done) == ("done", 1500)
    assert importing.report_of(done).outcome.imported == 1500
    assert len(orders_in(store)) == 1500


def test_the_command_tells_what_it_does(store, tmp_path):
    path = many_orders(tmp_path / "orders.csv", 3)
    ended = import_command(path, "--store", store.slug)
    assert ended.returncode == 0, ended.stderr
    assert "orders.csv: orders, 3 rows" in ended.stdout
    assert "3 of 3 rows" in ended.stdout
    assert "New: 3. Updated: 0. Unchanged: 0. Failed rows: 0." in ended.stdout
    assert orders_in(store) == ["1", "2", "3"]


def test_the_command_writes_the_rows_that_failed(store, tmp_path):
    path = many_orders(tmp_path / "orders.csv", 2)
    path.write_text(path.read_text() + "3,never,9,,Mug,M,1,9\n")
    failed = tmp_path / "failed.csv"
    ended = import_command(path, "--store", store.slug, "--failed", failed)
    assert ended.returncode == 1
    assert "4: placed_at: This is no date" in ended.stdout
    rows = list(csv.reader(io.StringIO(failed.read_text("utf-8-sig"), newline="")))
    assert [row[0] for row in rows] == ["order_number", "3"]
    assert orders_in(store) == ["1", "2"]


def test_a_dry_run_imports_nothing(store, tmp_path):
    path = many_orders(tmp_path / "orders.csv", 2)
    ended = import_command(path, "--store", store.slug, "--dry-run")
    assert ended.returncode == 0
    assert "2 rows" in ended.stdout
    assert orders_in(store) == []
    assert not ImportPiece.objects.exists()


def test_what_the_command_refuses(store, tmp_path):
    path = tmp_path / "notes.csv"
    path.write_text("foo,bar\n1,2\n")
    assert import_command(path, "--store", "nobody").returncode == 2
    ended = import_command(path, "--store", store.slug)
    assert ended.returncode == 1
    assert "None of the columns is known" in ended.stdout
    missing = import_command(tmp_path / "missing.csv", "--store", store.slug)
    assert missing.returncode == 1
    assert "missing.csv" in missing.stdout
    assert "Traceback" not in missing.stderr + ended.stderr
