"""Signing in at one of several servers."""

import re

import httpx
import pytest

from aftercart.core.models import Role
from aftercart.web.dashboard.tests.people import PASSWORD, make_member, make_store
from tests.support.live import LiveApp, StartLiveApp

pytestmark = [pytest.mark.processes, pytest.mark.timeout(120)]

ADDRESS = "ada@example.com"
PROXIED = {"host": "track.example", "x-forwarded-for": "203.0.113.9", "x-forwarded-proto": "https"}


def sign_in(app: LiveApp, password: str, headers: dict[str, str] | None = None) -> httpx.Response:
    """What a browser does; `headers` are those that a proxy adds."""
    headers = headers or {}
    page = httpx.get(f"{app.url}/accounts/login/", headers=headers)
    found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.text)
    assert found
    cookies = "; ".join(one.split(";")[0] for one in page.headers.get_list("set-cookie"))
    secure = {"referer": "https://track.example/accounts/login/"} if headers else {}
    return httpx.post(
        f"{app.url}/accounts/login/",
        data={"login": ADDRESS, "password": password, "csrfmiddlewaretoken": found[1]},
        headers={**headers, **secure, "cookie": cookies},
    )


def test_every_server_knows_how_often_was_tried_at_the_others(live_app_with: StartLiveApp) -> None:
    first, second = live_app_with("serve"), live_app_with("serve")
    make_member(make_store("northwind"), Role.OWNER, ADDRESS, PASSWORD)
    for _ in range(5):
        assert "do not belong together" in sign_in(first, "wrong").text
    assert "Too many" in sign_in(second, PASSWORD).text


def test_behind_a_proxy_with_tls_the_cookies_are_for_tls_and_this_host_alone(
    live_app_with: StartLiveApp,
) -> None:
    app = live_app_with("serve", PUBLIC_URL="https://track.example", TRUSTED_PROXIES="1")
    make_member(make_store("northwind"), Role.OWNER, ADDRESS, PASSWORD)
    answer = sign_in(app, PASSWORD, PROXIED)
    assert (answer.status_code, answer.headers["location"]) == (302, "/")
    cookies = dict(one.split("=", 1) for one in answer.headers.get_list("set-cookie"))
    assert cookies.keys() == {"__Host-session", "__Host-csrf"}
    for cookie in cookies.values():
        assert {"Path=/", "SameSite=Lax", "Secure"} <= set(cookie.split("; "))
        assert "Domain" not in cookie
    assert "HttpOnly" in cookies["__Host-session"]
