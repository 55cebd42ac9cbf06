"""The embedded server, as real processes."""

import os
import pwd
import shutil
import signal
import subprocess
import sys
import sysconfig
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from aftercart.config import postgres
from aftercart.config.postgres import passage, system_user

pytestmark = pytest.mark.processes

HOLD = """
import pathlib, sys
from aftercart.config import postgres
home = pathlib.Path(sys.argv[1])
postgres.ensure_running(home)
print("holding", flush=True)
sys.stdin.read()
postgres.release(home)
"""


@pytest.fixture
def home() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="aftercart-test-"))
    folder.chmod(0o711)
    yield folder / "home"
    postgres.release(folder / "home")
    postgres.stop(folder / "home")
    shutil.rmtree(folder)


@pytest.fixture(scope="module")
def prepared() -> Iterator[Path]:
    """A home whose server was started and stopped once, to copy from."""
    folder = Path(tempfile.mkdtemp(prefix="aftercart-test-"))
    folder.chmod(0o711)
    postgres.ensure_running(folder / "home")
    postgres.release(folder / "home")
    yield folder / "home"
    shutil.rmtree(folder)


@pytest.fixture
def made_home(home: Path, prepared: Path) -> Path:
    """A home that has its database already."""
    subprocess.run(["/bin/cp", "-a", prepared, home], check=True)
    return home


def ask(home: Path, query: str) -> object:
    with psycopg.connect(postgres.url(home)) as connection:
        row = connection.execute(query).fetchone()
        return row[0] if row else None


def keep_something(home: Path) -> None:
    with psycopg.connect(postgres.url(home)) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 7 AS x")


def postmaster(home: Path) -> int:
    return int((home / "postgres" / "postmaster.pid").read_text().split()[0])


def holder(home: Path) -> subprocess.Popen[str]:
    """Another process that uses the server; it leaves when its input ends."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(home)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "holding\n"
    return process


def leave(process: subprocess.Popen[str]) -> None:
    assert process.stdin is not None
    process.stdin.close()
    assert process.wait() == 0


def wait_until_gone(pid: int) -> None:
    deadline = time.monotonic() + 10
    while Path(f"/proc/{pid}").exists() and "Z" not in state(pid):
        assert time.monotonic() < deadline
        time.sleep(0.02)


def state(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return "Z"


def test_a_new_home_gets_a_database_that_never_trades_durability_for_speed(home: Path):
    assert not postgres.is_running(home)
    url = postgres.ensure_running(home)
    assert url == postgres.url(home)
    assert postgres.is_running(home)
    with psycopg.connect(url) as connection:
        for name in ("fsync", "synchronous_commit", "full_page_writes", "data_checksums"):
            assert connection.execute(f"SHOW {name}").fetchone() == ("on",)
        assert connection.execute("SHOW listen_addresses").fetchone() == ("",)
    postgres.release(home)
    assert not postgres.is_running(home)


def test_only_its_owner_can_reach_it(made_home: Path):
    postgres.ensure_running(made_home)
    folder = (made_home / "postgres").stat()
    assert folder.st_mode & 0o077 == 0
    assert folder.st_uid != 0


def test_what_was_committed_is_there_after_the_next_start(made_home: Path):
    postgres.ensure_running(made_home)
    keep_something(made_home)
    postgres.release(made_home)
    started = time.monotonic()
    postgres.ensure_running(made_home)
    assert time.monotonic() - started < 3
    assert ask(made_home, "SELECT x FROM kept") == 7


def test_after_a_kill_of_everything_the_next_start_recovers(made_home: Path):
    postgres.ensure_running(made_home)
    keep_something(made_home)
    pid = postmaster(made_home)
    os.kill(pid, signal.SIGKILL)
    wait_until_gone(pid)
    assert not postgres.process_alive(made_home)
    postgres.ensure_running(made_home)
    assert postmaster(made_home) != pid
    assert ask(made_home, "SELECT x FROM kept") == 7


def test_a_process_that_was_given_the_old_number_is_not_taken_for_the_server(made_home: Path):
    postgres.ensure_running(made_home)
    pid = postmaster(made_home)
    names = ("postmaster.pid", ".s.PGSQL.5432.lock")
    left = {path: path.read_text() for path in (made_home / "postgres" / name for name in names)}
    os.kill(pid, signal.SIGKILL)
    wait_until_gone(pid)
    # A process of the database's own user: Postgres by itself would refuse to start.
    user = system_user.User(*(made_home / "postgres").stat()[4:6], switch=os.geteuid() == 0)
    bystander = subprocess.Popen(["/bin/sleep", "60"], cwd="/", **user.arguments())
    try:
        for path, text in left.items():
            path.write_text(text.replace(str(pid), str(bystander.pid), 1))
        assert not postgres.is_running(made_home)
        postgres.stop(made_home)
        postgres.ensure_running(made_home)
        assert ask(made_home, "SELECT 1") == 1
        assert bystander.poll() is None
    finally:
        bystander.kill()
        bystander.wait()


def test_whoever_leaves_last_stops_it(made_home: Path):
    other = holder(made_home)
    postgres.ensure_running(made_home)
    postgres.release(made_home)
    assert postgres.is_running(made_home)
    leave(other)
    assert not postgres.is_running(made_home)


def test_one_that_was_killed_does_not_count(made_home: Path):
    other = holder(made_home)
    postgres.ensure_running(made_home)
    other.kill()
    other.wait()
    postgres.release(made_home)
    assert not postgres.is_running(made_home)


def test_several_that_start_at_once_get_one_server_and_stop_it_together(home: Path):
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", HOLD, str(home)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(4)
    ]
    for process in processes:
        assert process.stdout is not None
        assert process.stdout.readline() == "holding\n"
    log = (home / "postgres.log").read_text()
    assert log.count("ready to accept connections") == 1
    # All leave at once, too: one of them has to notice that it is the last.
    for process in processes:
        assert process.stdin is not None
        process.stdin.close()
    for process in processes:
        assert process.wait() == 0
    assert not postgres.is_running(home)


def test_a_ctrl_c_in_the_terminal_does_not_reach_it(made_home: Path):
    postgres.ensure_running(made_home)
    assert os.getsid(postmaster(made_home)) != os.getsid(0)


def test_a_long_path_gets_a_short_socket(home: Path):
    deep = home / ("a" * 60) / ("b" * 60)
    deep.parent.mkdir(parents=True)
    for folder in (home, deep.parent):
        folder.chmod(0o711)
    try:
        postgres.ensure_running(deep)
        assert ask(deep, "SELECT 1") == 1
    finally:
        postgres.release(deep)
    assert not postgres.is_running(deep)


def test_a_start_that_was_cut_short_is_begun_anew(home: Path):
    draft = home / "postgres.new"
    draft.mkdir(parents=True)
    home.chmod(0o711)
    (draft / "PG_VERSION").write_text("18\n")
    postgres.ensure_running(home)
    assert ask(home, "SELECT 1") == 1
    assert not draft.exists()


def test_data_of_another_version_are_left_alone(made_home: Path):
    postgres.ensure_running(made_home)
    postgres.release(made_home)
    version = made_home / "postgres" / "PG_VERSION"
    version.write_text("17\n")
    with pytest.raises(postgres.PostgresTrouble, match="of Postgres 17, this release brings 18"):
        postgres.ensure_running(made_home)


def test_a_server_that_does_not_start_says_why(made_home: Path):
    postgres.ensure_running(made_home)
    postgres.release(made_home)
    (made_home / "postgres" / "global" / "pg_control").unlink()
    with pytest.raises(postgres.PostgresTrouble, match="pg_control"):
        postgres.ensure_running(made_home)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root runs it as another user")
def test_the_systems_user_may_pass_a_closed_directory_and_nothing_more(home: Path):
    home.mkdir()
    home.chmod(0o700)
    told: list[str] = []
    postgres.ensure_running(home / "inner", told.append)
    assert any(f"pass through {home}." in line for line in told)
    account = pwd.getpwnam(system_user.NAME)
    assert passage.can(account, "x", home)
    assert not passage.can(account, "r", home)
    assert not passage.can(account, "w", home)
    assert home.stat().st_mode & 0o007 == 0
    assert ask(home / "inner", "SELECT 1") == 1
    postgres.release(home / "inner")


@pytest.fixture
def as_nobody() -> Callable[[str, Path], str]:
    """A function that runs a script as the user `nobody`; returns what it printed."""
    python, root = Path("/usr/bin/python3"), Path(__file__).resolve().parents[3]
    packages = sysconfig.get_path("purelib")
    if os.geteuid() != 0:
        pytest.skip("needs a second user")
    nobody = pwd.getpwnam("nobody")
    if not (passage.can(nobody, "x", python) and passage.can(nobody, "r", root / "conftest.py")):
        pytest.skip("another user can run no Python here")

    def run(script: str, home: Path) -> str:
        done = subprocess.run(
            [str(python), "-c", script, str(home)],
            env={"PYTHONPATH": f"{root}:{packages}", "PYTHONDONTWRITEBYTECODE": "1"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            cwd="/",
            user=nobody.pw_uid,
            group=nobody.pw_gid,
            extra_groups=[],
        )
        return done.stdout + done.stderr

    return run


def test_anybody_but_root_runs_it_as_themselves(home: Path, as_nobody: Callable[[str, Path], str]):
    home.mkdir()
    os.chown(home, pwd.getpwnam("nobody").pw_uid, -1)
    assert as_nobody(HOLD, home) == "holding\n"
    assert (home / "postgres").stat().st_uid == pwd.getpwnam("nobody").pw_uid
    postgres.ensure_running(home)  # root goes on as the user whose data they are
    assert Path(f"/proc/{postmaster(home)}").stat().st_uid == pwd.getpwnam("nobody").pw_uid


def test_data_of_another_user_are_refused_with_a_reason(
    made_home: Path, as_nobody: Callable[[str, Path], str]
):
    postgres.ensure_running(made_home)
    postgres.release(made_home)
    made_home.chmod(0o777)
    for lock in made_home.glob("*.lock"):
        lock.chmod(0o666)
    assert "belong to another user" in as_nobody(HOLD, made_home)


def test_its_log_tells_what_is_wrong_and_not_with_which_row(made_home: Path):
    postgres.ensure_running(made_home)
    with psycopg.connect(postgres.url(made_home), autocommit=True) as connection:
        connection.execute("CREATE TABLE shoppers (email text UNIQUE)")
        connection.execute("INSERT INTO shoppers VALUES ('kim@example.com')")
        with pytest.raises(psycopg.errors.UniqueViolation):
            connection.execute("INSERT INTO shoppers VALUES ('kim@example.com')")
    told = (made_home / "postgres.log").read_text()
    assert "duplicate key value violates unique constraint" in told
    assert "kim@example.com" not in told
