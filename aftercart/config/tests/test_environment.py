import base64
import json
import re
import stat
from pathlib import Path

import pytest

from aftercart.config import environment, keys
from aftercart.config.checks import installation
from aftercart.config.databases import databases
from aftercart.config.environment import EmailRoute, Environment, parse_email_url, read
from aftercart.config.reading import EnvironmentMistakes

KEY = base64.b64encode(b"k" * 32).decode()


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


def read_in(home: Path, **variables: str) -> Environment:
    return read({"AFTERCART_HOME": str(home), **variables})


def test_nothing_has_to_be_set(home: Path):
    found = read_in(home)
    assert (found.host, found.port, found.public_url) == (
        "127.0.0.1",
        8000,
        "http://127.0.0.1:8000",
    )
    assert found.database_embedded
    assert found.database_url.startswith("postgresql://aftercart@/aftercart?host=")
    assert found.email == EmailRoute("mailbox")
    assert (found.debug, found.demo, found.workers, found.trusted_proxies) == (False, True, 1, 0)


def test_the_port_is_in_the_public_address(home: Path):
    assert read_in(home, PORT="8123").public_url == "http://127.0.0.1:8123"


def test_an_empty_variable_is_as_good_as_none(home: Path):
    found = read_in(home, PORT="", DATABASE_URL=" ", EMAIL_URL="", DEBUG="")
    assert (found.port, found.database_embedded, found.debug) == (8000, True, False)


def test_a_server_of_ones_own_takes_the_place_of_the_embedded_one(home: Path):
    url = "postgresql://me:secret@db.example:5433/shop"
    found = read_in(home, DATABASE_URL=url, DATABASE_EDGE_URL="postgres://edge@db.example/shop")
    assert not found.database_embedded
    assert found.database_url == found.database_face_url == found.database_worker_url == url
    assert found.database_edge_url == "postgres://edge@db.example/shop"


def test_at_the_embedded_server_every_program_logs_in_as_its_role(home: Path):
    found = read_in(home)
    for role in ("face", "worker", "edge"):
        url = getattr(found, f"database_{role}_url")
        assert url == found.database_url.replace("://aftercart@", f"://aftercart_{role}@")
    own = read_in(home, DATABASE_WORKER_URL="postgres://worker@db.example/shop")
    assert own.database_worker_url == "postgres://worker@db.example/shop"


def test_what_an_address_demands_of_the_line_is_passed_on(home: Path):
    url = "postgresql://me@db.example/shop?sslmode=verify-full&sslrootcert=/etc/ca.pem"
    (database,) = databases(read_in(home, DATABASE_URL=url), "face").values()
    assert (database["HOST"], database["NAME"]) == ("db.example", "shop")
    assert database["OPTIONS"] == {
        "connect_timeout": 5,
        "sslmode": "verify-full",
        "sslrootcert": "/etc/ca.pem",
        "assume_role": "aftercart_face",
    }


def test_a_trailing_slash_of_the_public_address_is_dropped(home: Path):
    found = read_in(home, PUBLIC_URL="https://track.example.com/")
    assert found.public_url == "https://track.example.com"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "eighty"),
        ("PORT", "0"),
        ("PORT", "65536"),
        ("PORT", "80.5"),
        ("PUBLIC_URL", "track.example.com"),
        ("PUBLIC_URL", "ftp://track.example.com"),
        ("PUBLIC_URL", "https://track.example.com/shop"),
        ("PUBLIC_URL", "https://user@track.example.com"),
        ("PUBLIC_URL", "https://[::1"),
        ("DEBUG", "maybe"),
        ("AFTERCART_DEMO", "2"),
        ("LOG_FORMAT", "xml"),
        ("LOG_LEVEL", "loud"),
        ("TRUSTED_PROXIES", "-1"),
        ("WORKERS", "0"),
        ("EMAIL_FROM", "nobody"),
        ("EMAIL_FROM", "a@example.com\r\nBcc: b@example.com"),
    ],
)
def test_a_mistake_names_the_variable_its_value_and_what_is_expected(
    home: Path, name: str, value: str
):
    with pytest.raises(EnvironmentMistakes) as caught:
        read_in(home, **{name: value})
    assert len(caught.value.mistakes) == 1
    assert caught.value.mistakes[0].startswith(f'{name} is "{value}": expected ')


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DATABASE_URL", "mysql://root:hunter2@localhost/shop"),
        ("DATABASE_URL", "postgresql://me:hunter2@localhost"),
        ("DATABASE_FACE_URL", "hunter2"),
        ("DATABASE_EDGE_URL", "postgresql://me:hunter2@[::1/shop"),
        ("AFTERCART_KEYS", "hunter2"),
        ("AFTERCART_KEYS", f"k1:{KEY},k2:hunter2"),
        ("AFTERCART_KEYS", f":{KEY}"),
        ("AFTERCART_KEYS", "k1:aHVudGVyMg=="),
        ("SECRET_KEY", "hunter2"),
        ("METRICS_TOKEN", "hunter2"),
        ("EMAIL_URL", "smtp://me:hunter2@"),
        ("EMAIL_URL", "hunter2"),
    ],
)
def test_a_mistake_in_a_secret_does_not_show_it(home: Path, name: str, value: str):
    with pytest.raises(EnvironmentMistakes) as caught:
        read_in(home, **{name: value})
    assert caught.value.mistakes[0].startswith(f"{name} holds a value that cannot be used")
    assert "hunter2" not in str(caught.value)


def test_all_mistakes_are_told_at_once(home: Path):
    with pytest.raises(EnvironmentMistakes) as caught:
        read_in(home, PORT="x", DEBUG="x", EMAIL_URL="x")
    assert [mistake.split()[0] for mistake in caught.value.mistakes] == [
        "PORT",
        "EMAIL_URL",
        "DEBUG",
    ]


@pytest.mark.parametrize(
    ("url", "route"),
    [
        ("mailbox:", EmailRoute("mailbox")),
        ("postmark://Ab-12", EmailRoute("postmark", token="Ab-12")),
        ("ses://eu-central-1", EmailRoute("ses", region="eu-central-1")),
        ("smtp://mx.example", EmailRoute("smtp", "mx.example", 587, tls="starttls")),
        ("smtp://mx.example:465", EmailRoute("smtp", "mx.example", 465, tls="tls")),
        ("smtp://mx.example?tls=none", EmailRoute("smtp", "mx.example", 25, tls="none")),
        (
            "smtp://me%40shop.example:p%40ss@mx.example:2525?tls=starttls",
            EmailRoute("smtp", "mx.example", 2525, "me@shop.example", "p@ss", "starttls"),
        ),
    ],
)
def test_email_urls(url: str, route: EmailRoute):
    assert parse_email_url(url) == route


@pytest.mark.parametrize(
    "url",
    [
        "mailbox://x",
        "postmark:",
        "ses://",
        "smtp:",
        "smtp://mx.example?tls=maybe",
        "smtp://mx.example?tsl=none",
        "smtp://mx.example/path",
        "smtp://mx.example:port",
        "http://mx.example",
    ],
)
def test_email_urls_that_name_no_route(url: str):
    with pytest.raises(ValueError):
        parse_email_url(url)


def test_keys_are_made_once_and_kept_to_their_owner(home: Path):
    first = read_in(home)
    again = read_in(home)
    assert (first.keys, first.secret_key) == (again.keys, again.secret_key)
    path = home / keys.FILE_NAME
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [entry.name for entry in home.iterdir()] == [keys.FILE_NAME]


def test_two_homes_have_different_keys(tmp_path: Path):
    assert read_in(tmp_path / "a").secret_key != read_in(tmp_path / "b").secret_key


def test_keys_from_the_environment_need_no_file(home: Path):
    found = read_in(home, AFTERCART_KEYS=f"k2:{KEY},k1:{KEY}", SECRET_KEY="s" * 40)
    assert (found.keys, found.secret_key) == (f"k2:{KEY},k1:{KEY}", "s" * 40)
    assert not home.exists()


@pytest.mark.parametrize("content", ["", "{", "[]", "{}", json.dumps({"SECRET_KEY": "x"})])
def test_damaged_keys_are_said_and_never_overwritten(home: Path, content: str):
    home.mkdir()
    path = home / keys.FILE_NAME
    path.write_text(content)
    with pytest.raises(keys.KeysUnreadable, match="damaged"):
        read_in(home)
    assert path.read_text() == content


@pytest.fixture
def named() -> set[str]:
    """Every variable that is read anywhere in the module."""
    source = Path(environment.__file__).read_text()
    found = set(re.findall(r'"([A-Z][A-Z_]{3,})"', source))
    assert {"PORT", "EMAIL_URL", "AFTERCART_HOME"} <= found
    return found


def test_the_check_for_typing_mistakes_knows_every_variable(named: set[str]):
    assert {name for name in named if name.startswith("AFTERCART_")} <= installation.KNOWN


def test_every_variable_is_in_the_documentation(named: set[str]):
    documented = (Path(__file__).parents[3] / "docs" / "configuration.md").read_text()
    assert [name for name in sorted(named) if f"`{name}`" not in documented] == []


@pytest.mark.parametrize(
    ("variables", "expected"),
    [
        ({}, {"127.0.0.1"}),
        ({"HOST": "::1", "PUBLIC_URL": "http://localhost:8100"}, {"127.0.0.1"}),
        ({"HOST": "0.0.0.0"}, set()),
        ({"PUBLIC_URL": "https://track.example"}, set()),
        ({"TRUSTED_PROXIES": "1"}, set()),
        ({"AFTERCART_DEMO": "0"}, set()),
        ({"ALLOWED_PRIVATE_HOSTS": "shop.lan"}, {"shop.lan"}),
    ],
)
def test_a_demo_for_this_machine_alone_may_ask_it(home, variables, expected):
    assert read_in(home, **variables).allowed_private_hosts == expected - {"127.0.0.1"}
    (home / "demo.json").touch()
    assert read_in(home, **variables).allowed_private_hosts == expected
