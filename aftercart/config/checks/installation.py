"""Checks of the environment and the home folder."""

import difflib
import ipaddress
import os
import stat
from collections.abc import Iterator
from urllib.parse import urlsplit

from aftercart.config import keys
from aftercart.config.checks.finding import Finding, Level
from aftercart.config.environment import STAND_INS_HOST, Environment

PREFIX = "AFTERCART_"
KNOWN = {
    "AFTERCART_DEMO",
    "AFTERCART_HOME",
    "AFTERCART_KEYS",
    "AFTERCART_ROLE",
    "AFTERCART_SHOPIFY_ADDRESS",
}


def unknown_variables(_: Environment) -> Iterator[Finding]:
    """A variable that looks like ours and is none does nothing, silently."""
    for name in sorted(os.environ):
        if name.startswith(PREFIX) and name not in KNOWN:
            near = difflib.get_close_matches(name, KNOWN, n=1)
            remedy = f"Did you mean {near[0]}?" if near else "Remove it."
            yield Finding("variables", Level.WARNING, f"{name} is not a setting.", remedy)


def keys_are_private(settings: Environment) -> Iterator[Finding]:
    """Whoever reads the file of keys can open every credential."""
    path = settings.home / keys.FILE_NAME
    if not path.exists():
        return
    mode = stat.S_IMODE(path.stat().st_mode)
    if mode & (stat.S_IRWXG | stat.S_IRWXO):
        yield Finding(
            "keys", Level.ERROR, f"{path} can be read by others ({mode:o}).", f"chmod 600 {path}"
        )


def public_address(settings: Environment) -> Iterator[Finding]:
    """Links in mails and pages lead to PUBLIC_URL."""
    host = urlsplit(settings.public_url).hostname or ""
    if _is_local(host) and not _is_local(settings.host):
        yield Finding(
            "public-url",
            Level.ERROR,
            f"The app listens on {settings.host}, but links lead to {settings.public_url}.",
            "Set PUBLIC_URL to the address that shoppers use.",
        )
    if not _is_local(host) and settings.public_url.startswith("http://"):
        yield Finding(
            "public-url",
            Level.WARNING,
            f"{settings.public_url} is not encrypted.",
            "Put a proxy with TLS in front and set PUBLIC_URL to its https address.",
        )
    if not _is_local(host) and settings.trusted_proxies == 0 and _is_local(settings.host):
        yield Finding(
            "proxies",
            Level.WARNING,
            "The app listens on this machine only, and no proxy in front is trusted, so every "
            "visitor seems to come from the same address.",
            "Set TRUSTED_PROXIES to the number of proxies in front (usually 1).",
        )


def debugging_is_off(settings: Environment) -> Iterator[Finding]:
    """Debug pages show settings and data to whoever makes something fail."""
    here = _is_local(settings.host) and _is_local(urlsplit(settings.public_url).hostname or "")
    if settings.debug and not here:
        yield Finding(
            "debug",
            Level.ERROR,
            "DEBUG is on where others can reach the app.",
            "Unset DEBUG; the logs tell what fails.",
        )


def mail_leaves(settings: Environment) -> Iterator[Finding]:
    """The in-app mailbox is for trying things out."""
    if settings.email.kind == "mailbox":
        yield Finding(
            "email",
            Level.WARNING,
            "Mail is kept in the app's mailbox and reaches nobody.",
            "Set EMAIL_URL, for example smtp://user:password@host:587, for customers to get it.",
        )
    elif settings.email_from.rstrip(">").endswith("@localhost"):
        yield Finding(
            "email",
            Level.ERROR,
            f"Mail leaves, but from {settings.email_from}, which nobody accepts.",
            "Set EMAIL_FROM to an address of a domain that is yours.",
        )
    if settings.email.kind == "smtp" and settings.email.tls == "none" and settings.email.password:
        yield Finding(
            "email",
            Level.WARNING,
            "The mail password is sent unencrypted.",
            "Use smtp://…?tls=starttls or tls=tls in EMAIL_URL.",
        )


def own_machine_allowed(settings: Environment) -> Iterator[Finding]:
    """Connections to this machine: for a demo, and nothing for merchants who are not trusted."""
    if STAND_INS_HOST not in settings.allowed_private_hosts:
        return
    if os.environ.get("ALLOWED_PRIVATE_HOSTS"):
        problem = f"Connections may lead to {STAND_INS_HOST}, as ALLOWED_PRIVATE_HOSTS says."
        remedy = "Whoever may add a connection reaches what listens there: take it out if unneeded."
    else:
        problem = f"Connections may lead to {STAND_INS_HOST}, since there is a demo store here."
        remedy = (
            "That is for `aftercart demo --live`, and holds while HOST and PUBLIC_URL lead to this "
            "machine alone. AFTERCART_DEMO=0 ends it."
        )
    yield Finding("private-hosts", Level.WARNING, problem, remedy)


def _is_local(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
