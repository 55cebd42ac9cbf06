"""What every figure needs: a database of its own, programs that use it, and a row of JSON."""

import contextlib
import json
import os
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import psycopg
from psycopg.sql import SQL, Identifier

RUNS = 3
LONGEST_START = 180.0

Row = dict[str, Any]


def row(
    figure: str,
    ours: list[float],
    unit: str,
    floors: list[float],
    *,
    lower_is_better: bool = False,
) -> Row:
    value, floor = statistics.median(ours), statistics.median(floors)
    share = floor / value if lower_is_better else value / floor
    return {
        "figure": figure,
        "value": round(value, 2),
        "unit": unit,
        "floor": round(floor, 2),
        "share": round(share, 3),
        "runs": [round(run, 2) for run in ours],
    }


class Arena:
    """A database of its own on the configured server, and programs that use it."""

    def __init__(self, database_url: str, folder: Path) -> None:
        self.database_url = database_url
        self.folder = folder
        self.log = folder / "programs.log"
        self.environment = {
            **os.environ,
            "DATABASE_URL": database_url,
            "AFTERCART_DEMO": "0",
            "LOG_LEVEL": "info",
            "LOG_FORMAT": "json",
            "DJANGO_SETTINGS_MODULE": "aftercart.config.settings",
        }

    def seed(self, what: str) -> Row:
        """Fill the database, and write the requests to be sent into the folder."""
        done = subprocess.run(
            [sys.executable, "-m", "aftercart.bench.seeds", what, str(self.folder)],
            env=self.environment,
            stdout=subprocess.PIPE,
            check=True,
        )
        seed: Row = json.loads(done.stdout)
        return {**seed, "database_url": self.database_url}

    @contextlib.contextmanager
    def app(self) -> Iterator[int]:
        """One serving process; yields its port."""
        port = free_port()
        environment = {**self.environment, "PORT": str(port)}
        environment["PUBLIC_URL"] = f"http://127.0.0.1:{port}"
        words = [sys.executable, "-m", "aftercart", "serve"]
        with running(words, environment, b"", self.log):
            await_ready(f"http://127.0.0.1:{port}/readyz")
            yield port

    @contextlib.contextmanager
    def floor(self, name: str, plan: Row) -> Iterator[int]:
        """The bare application; yields its port."""
        port = free_port()
        words = [sys.executable, "-m", "aftercart.bench.floors", name, str(port)]
        with running(words, self.environment, json.dumps(plan).encode(), self.log):
            _await_port(port)
            yield port

    def execute(self, *statements: str) -> None:
        """Run statements as the database's owner."""
        with psycopg.connect(self.database_url, autocommit=True) as connection:
            for statement in statements:
                connection.execute(SQL(statement))

    def empty_inbox(self) -> None:
        """Every run begins with an empty inbox, and nothing left over from the one before."""
        with psycopg.connect(self.database_url, autocommit=True) as connection:
            connection.execute("TRUNCATE intake_inboxentry")
            connection.execute("CHECKPOINT")


@contextlib.contextmanager
def running(
    words: list[str], environment: dict[str, str], given: bytes, log: Path
) -> Iterator[subprocess.Popen[bytes]]:
    with log.open("ab") as file:
        process = subprocess.Popen(
            words, env=environment, stdin=subprocess.PIPE, stdout=file, stderr=file
        )
    assert process.stdin is not None
    process.stdin.write(given)
    process.stdin.close()
    try:
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(40)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@contextlib.contextmanager
def open_arena() -> Iterator[Arena]:
    with open_arenas("") as (arena,):
        yield arena


@contextlib.contextmanager
def open_arenas(*purposes: str) -> Iterator[list[Arena]]:
    """Arenas beside each other on one server; each purpose is a part of a database's name."""
    from aftercart.config import postgres
    from aftercart.config.environment import environment

    settings = environment()
    if settings.database_embedded:
        postgres.ensure_running(settings.home)
    try:
        with contextlib.ExitStack() as stack:
            yield [
                stack.enter_context(_arena(settings.database_url, purpose)) for purpose in purposes
            ]
    finally:
        if settings.database_embedded:
            postgres.release(settings.home)


@contextlib.contextmanager
def _arena(database_url: str, purpose: str) -> Iterator[Arena]:
    name = f"aftercart_bench_{os.getpid()}{purpose}"
    url = urlsplit(database_url)._replace(path=f"/{name}").geturl()
    try:
        with tempfile.TemporaryDirectory(prefix="aftercart-bench-") as folder:
            _server(database_url, "DROP DATABASE IF EXISTS {} WITH (FORCE)", name)
            _server(database_url, "CREATE DATABASE {}", name)
            arena = Arena(url, Path(folder))
            subprocess.run(
                [sys.executable, "-m", "aftercart", "migrate"],
                env=arena.environment,
                stdout=sys.stderr,
                check=True,
            )
            yield arena
    finally:
        _server(database_url, "DROP DATABASE IF EXISTS {} WITH (FORCE)", name)


def _server(url: str, statement: str, name: str) -> None:
    address = urlsplit(url)._replace(path="/postgres").geturl()
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(SQL(statement).format(Identifier(name)))


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def await_ready(url: str) -> None:
    deadline = time.monotonic() + LONGEST_START
    while time.monotonic() < deadline:
        with contextlib.suppress(httpx.TransportError):
            if httpx.get(url, timeout=5).status_code == httpx.codes.OK:
                return
        time.sleep(0.1)
    raise RuntimeError(f"{url} does not get ready")


def _await_port(port: int) -> None:
    deadline = time.monotonic() + LONGEST_START
    while time.monotonic() < deadline:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.1)
    raise RuntimeError(f"nobody listens on {port}")
