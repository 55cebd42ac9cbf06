"""The console command as a process."""

import importlib
import os
import subprocess
import sys
from pathlib import Path

import pytest

from aftercart.config.cli import COMMANDS, Command, parser_of
from tests.support.live import free_port

pytestmark = pytest.mark.processes

HEAVY = ("django", "psycopg", "granian", "starlette", "httpx")


def aftercart(*words: str, home: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "aftercart", *words],
        env={**os.environ, "AFTERCART_HOME": str(home), **variables},
        capture_output=True,
        text=True,
        check=False,
    )


def test_help_names_every_command_and_touches_nothing(tmp_path: Path):
    done = aftercart("--help", home=tmp_path / "home")
    assert done.returncode == 0
    for command in COMMANDS:
        assert f"\n    {command.name}" in done.stdout
    assert not (tmp_path / "home").exists()


def test_without_a_command_it_says_what_there_is(tmp_path: Path):
    done = aftercart(home=tmp_path)
    assert done.returncode == 2
    assert "commands:" in done.stdout


def test_an_unknown_command_is_refused(tmp_path: Path):
    done = aftercart("dance", home=tmp_path)
    assert done.returncode == 2
    assert "invalid choice: 'dance'" in done.stderr


@pytest.mark.parametrize("name", ["up", "import"])
def test_a_command_tells_of_itself_without_a_database(name: str, tmp_path: Path):
    done = aftercart(name, "--help", home=tmp_path)
    assert done.returncode == 0, done.stderr
    assert f"usage: aftercart {name}" in done.stdout
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("command", COMMANDS, ids=[command.name for command in COMMANDS])
def test_every_command_is_there_and_tells_of_itself(command: Command):
    module = importlib.import_module(command.module)
    if command.name == "manage":
        assert callable(module.run_words)
        return
    assert callable(module.run)
    told = parser_of(command, module).format_help()
    assert f"usage: aftercart {command.name}" in told
    assert len(told.splitlines()) > 4


def test_a_database_that_cannot_be_used_is_said_without_a_traceback(tmp_path: Path):
    away = f"postgresql://nobody@127.0.0.1:{free_port()}/nothing"
    done = aftercart("connections", "list", home=tmp_path, DATABASE_URL=away)
    assert done.returncode == 1
    assert done.stderr.startswith("The database cannot be used: ")
    assert "`aftercart check` says more." in done.stderr
    assert "Traceback" not in done.stderr


def test_djangos_commands_get_their_words(tmp_path: Path):
    done = aftercart("manage", "diffsettings", "--all", home=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "ROOT_URLCONF = 'aftercart.config.urls'" in done.stdout


def test_the_supervisor_stays_light():
    script = (
        "import sys; import aftercart.config.cli.up; "
        f"print([name for name in {HEAVY!r} if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert done.stdout == "[]\n"
