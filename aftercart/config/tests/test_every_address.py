"""Every address that Django answers, from the URLconf itself: who may come in without being known.

What members may see is tested address by address in the dashboard's `test_every_page.py`.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import product
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from aftercart.web.api.endpoints import api
from aftercart.web.api.tests.calling import ORDER, Caller
from aftercart.web.dashboard.tests.people import browser_in, make_store

pytestmark = pytest.mark.django_db

OPEN = {
    # Signing in, and what is proven by a link in a mail.
    "account_login",
    "account_logout",
    "account_signup",
    "account_inactive",
    "account_confirm_email",
    "account_confirm_login_code",
    "account_email_verification_sent",
    "account_reset_password",
    "account_reset_password_done",
    "account_reset_password_from_key",
    "account_reset_password_from_key_done",
    "mfa_authenticate",
    "mfa_login_webauthn",
    "invitation",
    # Shoppers, and programs that read how to ask.
    "lookup",
    "lookup_of_store",
    "logo",
    "api-reference",
    "openapi-json",
    "api-root",
}
"""What a stranger may ask for. Everything else asks who they are first."""

ARGUMENTS = {"slug": "northwind", "external_id": "A-1", "system": "api", "kind": "page"}
"""What stands in the place of an argument, where it matters; ids are 1."""


def addresses(
    found: Sequence[URLPattern | URLResolver], namespace: str = ""
) -> Iterator[tuple[str, str]]:
    """Name and path of every pattern, with something in the place of each argument."""
    for one in found:
        if isinstance(one, URLResolver):
            inner = f"{one.namespace}:" if one.namespace else namespace
            for name, rest in addresses(one.url_patterns, inner):
                yield name, filled(one) + rest
        else:
            yield str(one.name), filled(one)


def filled(pattern: Any) -> str:
    """The pattern's own part of a path, with its arguments given."""
    text = str(pattern.pattern)
    for name, converter in getattr(pattern.pattern, "converters", {}).items():
        is_id = type(converter).__name__ in ("RowId", "IntConverter")
        value = "1" if is_id else ARGUMENTS.get(name, "x")
        text = re.sub(rf"<(\w+:)?{name}>", value, text)
    return REGEXES.get(text, text)


REGEXES = {
    r"^confirm-email/(?P<key>[-:\w]+)/$": "confirm-email/abc/",
    r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$": "password/reset/key/1-abc/",
    r"^(?P<slug>[-\w]+)/logo-(?P<digest>[0-9a-f]{24})\.(?P<ending>png|jpg|webp)$": (
        "northwind/logo-000000000000000000000000.png"
    ),
}
EVERY = sorted({(name, f"/{path}") for name, path in addresses(get_resolver().url_patterns)})


def asks_who_one_is(answer: Any) -> bool:
    where = answer.get("Location", "")
    is_sent_to_sign_in = where.startswith("/accounts/login/?next=")
    return bool(answer.status_code == 401 or (answer.status_code == 302 and is_sent_to_sign_in))


def test_no_address_was_forgotten() -> None:
    names = {name for name, _ in EVERY}
    assert names >= OPEN
    assert len(EVERY) > 80
    assert all("<" not in path and "(" not in path for _, path in EVERY)


def test_a_stranger_is_asked_who_they_are() -> None:
    make_store("northwind")
    for name, path in EVERY:
        answers = [Client().get(path), Client().post(path)]
        asks = {asks_who_one_is(one) for one in answers if one.status_code != 405}
        assert (False in asks) is (name in OPEN), path


def test_nothing_is_broken_by_whoever_comes() -> None:
    """Not by a stranger, a member, or a program of another store; by no method."""
    member, caller = browser_in(make_store("northwind"), "viewer"), Caller("contoso")
    key = {"Authorization": f"Bearer {caller.key}"}
    comers: list[tuple[Client, dict[str, str]]] = [
        (Client(raise_request_exception=False), {}),
        (member, {}),
        (caller.client, key),
    ]
    for method, (_, path), (browser, headers) in product(("get", "post", "put"), EVERY, comers):
        browser.raise_request_exception = False
        answer = browser.generic(method.upper(), path, headers=headers)
        assert answer.status_code < 500, (method, path, headers)


def test_every_operation_of_the_api_finds_what_is_of_the_keys_store_alone() -> None:
    owner, stranger = Caller("acme"), Caller("contoso")
    owner.post("orders", ORDER)
    for path, methods in api.get_openapi_schema()["paths"].items():
        place = path.removeprefix("/api/v1/").format(external_id="A-1")
        if "get" not in methods:
            continue
        assert "A-1" in owner.get(place).content.decode()
        answer = stranger.get(place)
        assert "A-1" not in answer.content.decode()
        assert answer.status_code == (404 if "{" in path else 200)
