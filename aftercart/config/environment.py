"""Settings from the environment, checked once at start.

A mistake names the variable, what it holds and what is expected; all mistakes are told at once.
Nothing heavy is imported here, since the supervisor reads this too.
"""

import base64
import binascii
import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from aftercart.config import keys, postgres
from aftercart.config.reading import EnvironmentMistakes, Reader

KEY_BYTES = 32
"""AES-256, see `aftercart.core.sealing`."""

DEMO_FILE = "demo.json"
"""Written by `aftercart demo` when the demo store is full."""

STAND_INS_HOST = "127.0.0.1"
LOOPBACK = {STAND_INS_HOST, "localhost", "::1"}

DATABASE_SCHEMES = {"postgres", "postgresql"}
EMAIL_PORTS = {"starttls": 587, "tls": 465, "none": 25}
SECRET_KEY_CHARACTERS = 32
METRICS_TOKEN_CHARACTERS = 16


@dataclass(frozen=True, slots=True)
class EmailRoute:
    """Where mail leaves, from `EMAIL_URL`.

    `kind` is `mailbox` (kept in the app, shown on a page), `smtp`, `postmark` or `ses`.
    `tls` is `starttls`, `tls` (from the first byte) or `none`. `region` is the provider's, for SES.
    """

    kind: str
    host: str = ""
    port: int = 0
    user: str = ""
    password: str = ""
    tls: str = "none"
    token: str = ""
    region: str = ""


@dataclass(frozen=True, slots=True)
class Environment:
    """Everything the environment decides. `database_url` is the owner's: the given one, or the
    embedded server's when `database_embedded`. Every kind of process has a login beside it."""

    home: Path
    host: str
    port: int
    public_url: str
    database_url: str
    database_embedded: bool
    database_face_url: str
    database_worker_url: str
    database_edge_url: str
    keys: str
    secret_key: str
    email: EmailRoute
    email_from: str
    debug: bool
    demo: bool
    log_format: str
    log_level: str
    metrics_token: str
    trusted_proxies: int
    workers: int
    allowed_private_hosts: frozenset[str]
    shopify_address: str
    sns_hosts: frozenset[str]


def read(variables: Mapping[str, str]) -> Environment:
    """The settings that `variables` hold.

    Makes `AFTERCART_HOME` and the keys in it when they are needed and not there yet.

    Raises:
        EnvironmentMistakes: at least one variable cannot be used.
    """
    reader = Reader(variables)
    home = Path(reader.text("AFTERCART_HOME", "data")).expanduser().absolute()
    port = reader.number("PORT", 8000, 1, 65535)
    database_url = _database_url(reader, "DATABASE_URL")
    result = Environment(
        home=home,
        host=reader.text("HOST", "127.0.0.1"),
        port=port,
        public_url=_public_url(reader, f"http://127.0.0.1:{port}"),
        database_url=database_url or postgres.url(home),
        database_embedded=not reader.text("DATABASE_URL"),
        database_face_url=_login(reader, home, "face"),
        database_worker_url=_login(reader, home, "worker"),
        database_edge_url=_login(reader, home, "edge"),
        keys=_sealing_keys(reader, home),
        secret_key=_secret_key(reader, home),
        email=_email_route(reader),
        email_from=_email_from(reader),
        debug=reader.flag("DEBUG", default=False),
        demo=reader.flag("AFTERCART_DEMO", default=True),
        log_format=reader.choice("LOG_FORMAT", "console", ("console", "json")),
        log_level=reader.choice("LOG_LEVEL", "info", ("debug", "info", "warning", "error")),
        metrics_token=_metrics_token(reader),
        trusted_proxies=reader.number("TRUSTED_PROXIES", 0, 0, 10),
        workers=reader.number("WORKERS", 1, 1, 64),
        allowed_private_hosts=_hosts(reader, "ALLOWED_PRIVATE_HOSTS"),
        shopify_address=_shopify_address(reader),
        sns_hosts=_hosts(reader, "SNS_HOSTS"),
    )
    if reader.mistakes:
        raise EnvironmentMistakes(reader.mistakes)
    return _with_stand_ins(result)


@cache
def environment() -> Environment:
    """This process's settings, read once.

    Raises:
        EnvironmentMistakes: at least one variable cannot be used.
    """
    return read(os.environ)


def _public_url(reader: Reader, default: str) -> str:
    def parse(text: str) -> str:
        parts = urlsplit(text)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise ValueError(text)
        if parts.path not in {"", "/"} or parts.query or parts.fragment or parts.username:
            raise ValueError(text)
        return f"{parts.scheme}://{parts.netloc}"

    expected = "the address shoppers use, without a path, such as https://track.example.com"
    return reader.parsed("PUBLIC_URL", default, parse, expected) or default


def _database_url(reader: Reader, name: str) -> str:
    def parse(text: str) -> str:
        parts = urlsplit(text)
        has_database = len(parts.path) > 1
        if text and (parts.scheme not in DATABASE_SCHEMES or not has_database):
            raise ValueError(text)
        return text

    expected = "a Postgres address such as postgresql://user:password@host:5432/aftercart"
    return reader.parsed(name, "", parse, expected, secret=True) or ""


def _login(reader: Reader, home: Path, role: str) -> str:
    """Where a kind of process logs in. At the embedded server it is the role itself, so that there
    is nothing it could go back to; elsewhere the owner, who becomes the role, is good enough."""
    given = _database_url(reader, f"DATABASE_{role.upper()}_URL")
    owner = reader.text("DATABASE_URL")
    return given or owner or postgres.url(home, f"aftercart_{role}")


def _sealing_keys(reader: Reader, home: Path) -> str:
    def parse(text: str) -> str:
        for pair in text.split(","):
            key_id, colon, encoded = pair.strip().partition(":")
            if not (key_id.isascii() and key_id.isalnum() and colon):
                raise ValueError(pair)
            if len(_decoded(encoded)) != KEY_BYTES:
                raise ValueError(pair)
        return text

    expected = (
        "one or more id:key pairs with commas between them, where a key is 32 random bytes in "
        "base64 (openssl rand -base64 32); the first seals, every one opens"
    )
    default = "" if reader.text("AFTERCART_KEYS") else keys.kept(home).sealing
    return reader.parsed("AFTERCART_KEYS", default, parse, expected, secret=True) or ""


def _decoded(encoded: str) -> bytes:
    try:
        return base64.b64decode(encoded, validate=True)
    except binascii.Error as error:
        raise ValueError(encoded) from error


def _secret_key(reader: Reader, home: Path) -> str:
    def parse(text: str) -> str:
        if len(text) < SECRET_KEY_CHARACTERS:
            raise ValueError(text)
        return text

    default = "" if reader.text("SECRET_KEY") else keys.kept(home).secret
    expected = f"{SECRET_KEY_CHARACTERS} or more random characters (openssl rand -base64 48)"
    return reader.parsed("SECRET_KEY", default, parse, expected, secret=True) or ""


def _metrics_token(reader: Reader) -> str:
    def parse(text: str) -> str:
        if text and len(text) < METRICS_TOKEN_CHARACTERS:
            raise ValueError(text)
        return text

    expected = f"nothing, or {METRICS_TOKEN_CHARACTERS} or more random characters"
    return reader.parsed("METRICS_TOKEN", "", parse, expected, secret=True) or ""


def _with_stand_ins(settings: Environment) -> Environment:
    """A demo that only this machine can reach may ask the carriers' stand-ins, which `aftercart
    demo --live` runs beside it, unless the operator lists other hosts."""
    if settings.allowed_private_hosts or not _is_private_demo(settings):
        return settings
    return replace(settings, allowed_private_hosts=frozenset({STAND_INS_HOST}))


def _is_private_demo(settings: Environment) -> bool:
    """Whether there is a demo store, and neither the app listens nor its links lead elsewhere."""
    public = urlsplit(settings.public_url).hostname or ""
    is_alone = {settings.host, public} <= LOOPBACK and settings.trusted_proxies == 0
    return is_alone and settings.demo and (settings.home / DEMO_FILE).exists()


def _hosts(reader: Reader, name: str) -> frozenset[str]:
    def parse(text: str) -> frozenset[str]:
        hosts = [part.strip().lower().strip("[]") for part in text.split(",") if part.strip()]
        if any(not host or set(host) & set("/@ *?#") for host in hosts):
            raise ValueError(text)
        return frozenset(hosts)

    expected = (
        "host names or addresses with commas between them, without http:// or port, such as "
        "shop.lan,192.168.1.20; connections may reach these although they are private"
    )
    return reader.parsed(name, "", parse, expected) or frozenset()


def _shopify_address(reader: Reader) -> str:
    def parse(text: str) -> str:
        parts = urlsplit(text)
        if text and (parts.scheme not in {"http", "https"} or not parts.hostname):
            raise ValueError(text)
        if parts.username or parts.query or parts.fragment:
            raise ValueError(text)
        return text.rstrip("/")

    expected = (
        "nothing, or where a stand-in for Shopify's Admin API listens, such as "
        "http://127.0.0.1:9292 or http://127.0.0.1:9292/{shop}"
    )
    return reader.parsed("AFTERCART_SHOPIFY_ADDRESS", "", parse, expected) or ""


def _email_from(reader: Reader) -> str:
    def parse(text: str) -> str:
        address = text.rpartition("<")[2].rstrip(">").strip()
        name, at, domain = address.partition("@")
        if not (name and at and domain) or any(character in text for character in "\r\n"):
            raise ValueError(text)
        return text

    default = "Aftercart <no-reply@localhost>"
    expected = "an address such as Northwind <orders@example.com>"
    return reader.parsed("EMAIL_FROM", default, parse, expected) or default


def _email_route(reader: Reader) -> EmailRoute:
    expected = (
        "mailbox: (kept in the app), smtp://user:password@host:587?tls=starttls (or tls, none), "
        "postmark://SERVER-TOKEN or ses://region"
    )
    route = reader.parsed("EMAIL_URL", "mailbox:", parse_email_url, expected, secret=True)
    return route or EmailRoute("mailbox")


def parse_email_url(text: str) -> EmailRoute:
    """The route that an `EMAIL_URL` names.

    Raises:
        ValueError: it names none.
    """
    parts = urlsplit(text)
    if parts.scheme == "mailbox" and not (parts.netloc or parts.path):
        return EmailRoute("mailbox")
    # Read from the raw text: `hostname` would put a token in lower case.
    host = unquote(parts.netloc.rpartition("@")[2])
    if parts.scheme == "postmark" and host:
        return EmailRoute("postmark", token=host)
    if parts.scheme == "ses" and host:
        return EmailRoute("ses", region=host)
    if parts.scheme == "smtp" and parts.hostname:
        return _smtp_route(parts)
    raise ValueError(text)


def _smtp_route(parts: SplitResult) -> EmailRoute:
    options = dict(parse_qsl(parts.query))
    tls = options.pop("tls", "tls" if parts.port == EMAIL_PORTS["tls"] else "starttls")
    if options or tls not in EMAIL_PORTS or parts.path not in {"", "/"}:
        raise ValueError("unknown option")
    return EmailRoute(
        "smtp",
        host=parts.hostname or "",
        port=parts.port or EMAIL_PORTS[tls],
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        tls=tls,
    )
