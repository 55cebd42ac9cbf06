"""Imports by the real programs, which are killed, and by two at once."""

import os
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from aftercart.core import sql
from aftercart.core.tenancy import bound
from aftercart.intake import importing
from aftercart.intake.importing.tests.conftest import make_store
from aftercart.intake.importing.tests.files import many_orders, orders_in
from aftercart.intake.models import ImportPiece, ImportRun
from tests.support.live import wait_for

pytestmark = [pytest.mark.processes, pytest.mark.django_db(transaction=True)]

PROGRAM = [sys.executable, "-m", "aftercart", "import"]


@pytest.fixture
def store(transactional_db):
    return make_store("northwind")


def import_command(*words: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*PROGRAM, *map(str, words)], capture_output=True, text=True, timeout=60, check=False
    )


def newest() -> ImportRun | None:
    return ImportRun.objects.order_by("-pk").first()


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
