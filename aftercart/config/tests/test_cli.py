"""The console command as a process."""

import importlib
import os
import subprocess
import sys
from pathlib import Path

import pytest

from aftercart.config.cli import COMMANDS

pytestmark = pytest.mark.processes

HEAVY = ("django", "psycopg", "granian", "starlette", "httpx")


def aftercart(*words: str, home: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "aftercart", *words],
        env={**os.environ, "AFTERCART_HOME": str(home)},
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


@pytest.mark.parametrize("command", [known for known in COMMANDS if known.name != "manage"])
def test_every_command_has_help_of_its_own(command, tmp_path: Path):
    done = aftercart(command.name, "--help", home=tmp_path)
    assert done.returncode == 0, done.stderr
    assert f"usage: aftercart {command.name}" in done.stdout


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_is_there(command):
    module = importlib.import_module(command.module)
    names = ("run_words",) if command.name == "manage" else ("configure", "run")
    assert all(callable(getattr(module, name)) for name in names)


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
