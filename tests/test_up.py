"""`aftercart up` as a person runs it: started, stopped, killed, misconfigured."""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import psycopg
import pytest

from aftercart.config import postgres
from tests.support.live import free_port, wait_for

pytestmark = [pytest.mark.processes, pytest.mark.timeout(180)]

FOREIGN = ("DATABASE_URL", "PUBLIC_URL", "DJANGO_SETTINGS_MODULE", "PYTEST_CURRENT_TEST")


def program(home: Path, *words: str, **variables: str) -> subprocess.Popen[str]:
    """`aftercart …` in a session of its own, with what it writes in one stream."""
    inherited = {name: value for name, value in os.environ.items() if name not in FOREIGN}
    return subprocess.Popen(
        [sys.executable, "-m", "aftercart", *words],
        env={**inherited, "AFTERCART_HOME": str(home), "AFTERCART_DEMO": "0", **variables},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )


@pytest.fixture(scope="module")
def migrated() -> Iterator[Path]:
    """A home whose database is up to date, to copy from."""
    folder = Path(tempfile.mkdtemp(prefix="aftercart-test-"))
    folder.chmod(0o711)
    made = program(folder / "home", "migrate")
    assert made.wait() == 0, made.stdout and made.stdout.read()
    yield folder / "home"
    shutil.rmtree(folder)


@pytest.fixture
def home(migrated: Path) -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="aftercart-test-"))
    folder.chmod(0o711)
    subprocess.run(["/bin/cp", "-a", migrated, folder / "home"], check=True)
    yield folder / "home"
    postgres.stop(folder / "home")
    shutil.rmtree(folder)


@dataclass
class Up:
    """A running `aftercart up`."""

    process: subprocess.Popen[str]
    port: int
    told: str = ""

    def wait_until_ready(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.told += line
            if line.startswith("  Stop"):
                return
        pytest.fail(f"`aftercart up` ended before it was ready:\n{self.told}")

    def stop(self, how: signal.Signals = signal.SIGINT) -> int:
        """As a Ctrl-C does; returns the exit status."""
        os.killpg(self.process.pid, how)
        self.told += self.process.communicate(timeout=60)[0]
        return self.process.returncode

    def children(self) -> dict[str, int]:
        """The process ids of `serve` and `work`."""
        return {words[3]: pid for pid, words in processes(self.process.pid) if len(words) > 3}

    def answers(self) -> bool:
        try:
            return httpx.get(f"http://127.0.0.1:{self.port}/readyz").status_code == 200
        except httpx.TransportError:
            return False


def processes(parent: int) -> Iterator[tuple[int, list[str]]]:
    """The running `aftercart` programs that the process has started, with their words."""
    for pid in Path(f"/proc/{parent}/task/{parent}/children").read_text().split():
        words = Path(f"/proc/{pid}/cmdline").read_text().rstrip("\0").split("\0")
        if "aftercart" in words:
            yield int(pid), words


def runs(pid: int) -> bool:
    """Whether the process is there and not only waits for its parent to notice its end."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


@pytest.fixture
def start(home: Path) -> Iterator:
    """A function that starts `aftercart up` and waits until it is ready."""
    started: list[Up] = []

    def start_one(**variables: str) -> Up:
        port = free_port()
        up = Up(program(home, "up", **{"PORT": str(port), **variables}), port)
        started.append(up)
        up.wait_until_ready()
        return up

    yield start_one
    for up in started:
        if up.process.poll() is None:
            up.stop()


def test_it_starts_everything_and_ctrl_c_stops_everything(start, home: Path):
    up = start()
    assert f": http://127.0.0.1:{up.port}\n" in up.told
    assert up.answers()
    children = up.children()
    assert set(children) == {"serve", "work"}
    assert up.stop() == 0
    assert up.told.endswith("Stopped.\n")
    assert not any(runs(pid) for pid in children.values())
    assert not postgres.is_running(home)


def test_no_program_is_logged_in_as_somebody_who_may_do_more(start, home: Path):
    """So that there is nothing to go back to for whoever gets a statement of their own in."""
    up = start()
    httpx.get(f"http://127.0.0.1:{up.port}/accounts/login/")
    httpx.get(f"http://127.0.0.1:{up.port}/t/1{'a' * 26}")
    wait_for(lambda: "aftercart_worker" in logged_in(home), 30, "the start of the worker")
    assert logged_in(home) == {"aftercart_face", "aftercart_worker", "aftercart_edge"}


def logged_in(home: Path) -> set[str]:
    """The names under which programs are connected to the database."""
    with psycopg.connect(postgres.url(home)) as owner:
        rows = owner.execute(
            "SELECT DISTINCT usename FROM pg_stat_activity"
            " WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"
        ).fetchall()
    return {row[0] for row in rows}


def test_a_request_to_stop_is_as_good_as_ctrl_c(start, home: Path):
    up = start()
    assert up.stop(signal.SIGTERM) == 0
    assert not postgres.is_running(home)


def test_a_second_start_is_ready_in_less_than_five_seconds(start):
    start().stop()
    started_at = time.monotonic()
    up = start()
    took = time.monotonic() - started_at
    # Where other work takes the processors, what ours took of them has to do.
    busy = os.getloadavg()[0] > (os.cpu_count() or 1)
    work = cpu_seconds(up.process.pid, *up.children().values())
    assert (work if busy else took) < 5
    assert "Bringing the database up to date" not in up.told


def cpu_seconds(*pids: int) -> float:
    """What the processes have taken of the processors so far."""
    ticks = 0
    for pid in pids:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        ticks += sum(int(field) for field in fields[11:15])  # own and ended children's
    return ticks / os.sysconf("SC_CLK_TCK")


def test_when_it_is_killed_its_programs_end_and_the_next_start_recovers(start, home: Path):
    up = start()
    children = up.children()
    up.process.kill()
    up.process.wait()
    for pid in children.values():
        wait_for(lambda pid=pid: not runs(pid), 20, "the end of a program")
    wait_for(lambda: not postgres.is_running(home), 20, "the end of Postgres")
    assert start().answers()


def test_after_a_kill_of_everything_the_next_start_recovers(start, home: Path):
    up = start()
    server = int((home / "postgres" / "postmaster.pid").read_text().split()[0])
    for pid in (up.process.pid, *up.children().values(), server):
        os.kill(pid, signal.SIGKILL)
    up.process.wait()
    assert start(PORT=str(up.port)).port
    assert httpx.get(f"http://127.0.0.1:{up.port}/readyz").status_code == 200


@pytest.mark.parametrize("name", ["serve", "work"])
def test_a_program_that_crashes_is_started_again(start, name: str):
    up = start()
    first = up.children()[name]
    os.kill(first, signal.SIGKILL)
    wait_for(lambda: up.children().get(name, first) != first, 20, "a restart")
    wait_for(up.answers, 20, "an answer")
    up.stop()
    assert "SIGKILL); starting it again in 0.5 s." in up.told


def test_postgres_is_started_again_too(start, home: Path):
    up = start()
    server = int((home / "postgres" / "postmaster.pid").read_text().split()[0])
    os.kill(server, signal.SIGKILL)
    wait_for(lambda: not postgres.is_running(home), 20, "the end of Postgres")
    wait_for(lambda: postgres.is_running(home), 20, "a restart")
    wait_for(up.answers, 20, "an answer")
    up.stop()
    assert "Postgres ended; starting it again" in up.told


def test_a_port_in_use_is_said_with_the_variable_that_changes_it(start, home: Path, migrated: Path):
    up = start()
    second = program(migrated, "up", PORT=str(up.port))
    told, _ = second.communicate(timeout=60)
    assert second.returncode == 1
    assert f"Port {up.port} cannot be used" in told
    assert f"PORT={up.port + 1}" in told


def test_a_second_start_in_the_same_home_is_refused(start, home: Path):
    up = start()
    second = program(home, "up", PORT=str(free_port()))
    told, _ = second.communicate(timeout=60)
    assert second.returncode == 1
    assert f"already runs from {home} (process {up.process.pid}, http://127.0.0.1:{up.port}" in told
    assert up.answers()


def test_a_wrong_variable_is_named(home: Path):
    done = program(home, "up", PORT="eighty", LOG_LEVEL="loud")
    told, _ = done.communicate(timeout=60)
    assert done.returncode == 1
    assert 'PORT is "eighty": expected a whole number from 1 to 65535.' in told
    assert 'LOG_LEVEL is "loud": expected debug or info or warning or error.' in told


def test_a_demo_store_that_was_not_finished_is_begun_anew(home: Path):
    in_database(home, "CREATE TABLE half_a_demo ()")
    (home / "demo.unfinished").touch()
    up = program(home, "up", PORT=str(free_port()), AFTERCART_DEMO="1")
    told = read_until(up, "Filling the demo store")
    os.killpg(up.pid, signal.SIGINT)
    up.communicate(timeout=60)
    assert up.returncode == 0
    assert "The demo store was not finished; starting anew." in told
    assert (home / "demo.unfinished").exists()
    assert in_database(home, "SELECT to_regclass('half_a_demo') IS NULL") == (True,)


def test_a_store_of_somebodys_own_is_never_thrown_away(start, home: Path):
    in_database(
        home,
        """
        WITH account AS (INSERT INTO core_account (name, created_at) VALUES ('Mine', now())
                         RETURNING id)
        INSERT INTO core_store (account_id, name, slug, domain, time_zone, currency, locale,
                                contact_email, contact_url, shop_url, is_demo, created_at)
        SELECT id, 'Mine', 'mine', '', 'UTC', 'USD', 'en', '', '', '', false, now() FROM account
        """,
    )
    (home / "demo.unfinished").touch()
    up = start(AFTERCART_DEMO="1")
    assert "demo" not in up.told
    assert in_database(home, "SELECT slug FROM core_store") == ("mine",)


def in_database(home: Path, statement: str) -> tuple | None:
    """The first row that the statement returns, in a home whose database may be at rest."""
    postgres.ensure_running(home)
    try:
        with psycopg.connect(postgres.url(home)) as connection:
            cursor = connection.execute(statement)
            return cursor.fetchone() if cursor.description else None
    finally:
        postgres.release(home)


def read_until(process: subprocess.Popen[str], text: str) -> str:
    assert process.stdout is not None
    told = ""
    for line in process.stdout:
        told += line
        if text in line:
            return told
    pytest.fail(f"{text!r} was not said:\n{told}")


def test_a_newcomer_is_told_how_to_sign_in(start, home: Path):
    demo = {"email": "demo@example.com", "password": "pass-word", "tracking_path": "/t/abc"}
    (home / "demo.json").write_text(json.dumps(demo))
    up = start()
    assert "  Sign in   demo@example.com  password pass-word\n" in up.told
    assert f"  Shopper   http://127.0.0.1:{up.port}/t/abc\n" in up.told


def test_several_servers_share_the_port(start):
    up = start(WORKERS="2")
    words = [words for _, words in processes(up.process.pid)]
    assert sum("serve" in line for line in words) == 2
    assert up.answers()


def test_a_server_that_is_asked_to_stop_answers_what_it_has_begun_to_read(start):
    import socket

    up = start()
    with socket.create_connection(("127.0.0.1", up.port)) as client:
        head = "POST /track HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 10\r\n\r\n"
        client.sendall(head.encode() + b"order")
        time.sleep(0.5)
        os.kill(up.children()["serve"], signal.SIGTERM)
        time.sleep(0.5)
        client.sendall(b"=1234")
        client.settimeout(10)
        assert client.recv(100).startswith(b"HTTP/1.1 ")
