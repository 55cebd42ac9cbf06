"""Signing in as people do, and reading the mails that a worker would send."""

from typing import Any

import msgspec
from django.conf import settings
from django.core import mail
from django.test import Client

from aftercart.core import jobs, sql
from aftercart.web.dashboard.tests.people import PASSWORD


def sign_in(email: str, password: str = PASSWORD, browser: Client | None = None) -> Any:
    """Fill in the sign-in page; returns the answer."""
    browser = browser or Client()
    return browser.post("/accounts/login/", {"login": email, "password": password})


def deferred() -> list[tuple[str, dict[str, Any]]]:
    """The jobs that wait, with their arguments."""
    rows = sql.fetch("SELECT entrypoint, payload FROM pgqueuer ORDER BY id")
    return [(row["entrypoint"], msgspec.json.decode(bytes(row["payload"]))) for row in rows]


def run_jobs() -> None:
    """What a worker does with the jobs that wait."""
    found = deferred()
    sql.run("DELETE FROM pgqueuer")
    for name, arguments in found:
        jobs.registered()[name](**arguments)


def newest_mail() -> mail.EmailMessage:
    """The last mail that left."""
    return mail.outbox[-1]


def link_in(message: mail.EmailMessage) -> str:
    """The path of the link to us in a mail."""
    word = next(word for word in str(message.body).split() if word.startswith(settings.PUBLIC_URL))
    return word.removeprefix(settings.PUBLIC_URL)
