"""What every face says to browsers beside its answer, as it runs behind a proxy with TLS."""

from collections.abc import Iterator

import httpx
import pytest

from aftercart.core import sql
from aftercart.core.models import Role, Store
from aftercart.web.dashboard.tests.people import browser_in
from tests.support.live import LiveApp, StartLiveApp
from tests.support.shops import open_store, order

pytestmark = [pytest.mark.processes, pytest.mark.timeout(120)]

PROXIED = {"host": "track.example", "x-forwarded-for": "203.0.113.9", "x-forwarded-proto": "https"}
PLACES = [
    ("/accounts/login/", 200),
    ("/accounts/signup/", 200),
    ("/accounts/password/reset/", 200),
    ("/orders/", 302),
    ("/no/such/page", 404),
    ("/invitation/guessed/", 410),
    ("/track/", 200),
    ("/track/shop/?parcel=123456", 200),
    ("/api/v1/docs", 200),
    ("/api/v1/openapi.json", 200),
    ("/api/v1/orders", 401),
    ("/t/1" + "a" * 26, 404),
    ("/in/unknown", 405),
]


@pytest.fixture
def app(live_app_with: StartLiveApp) -> LiveApp:
    return live_app_with("serve", PUBLIC_URL="https://track.example", TRUSTED_PROXIES="1")


def answers(app: LiveApp) -> Iterator[tuple[str, httpx.Response]]:
    with httpx.Client(base_url=app.url, headers=PROXIED) as client:
        for path, status in PLACES:
            answer = client.get(path)
            assert answer.status_code == status, path
            yield path, answer


def test_every_answer_is_read_as_what_it_is_and_kept_by_nobody(app: LiveApp) -> None:
    open_store("shop")
    for path, answer in answers(app):
        headers = answer.headers
        assert headers["x-content-type-options"] == "nosniff", path
        assert "no-store" in headers["cache-control"], path
        assert headers["x-request-id"], path
        if headers["content-type"].startswith("text/html"):
            assert "frame-ancestors" in headers["content-security-policy"], path
            assert headers["referrer-policy"] in ("same-origin", "no-referrer"), path
        for directive in headers.get("content-security-policy", "").split(";"):
            words = directive.split()
            if words and words[0] in ("default-src", "script-src"):
                assert set(words[1:]) <= {"'self'", "'none'"}, path


def test_over_tls_browsers_are_told_to_keep_to_it(app: LiveApp) -> None:
    sender = open_store("shop")
    for path, answer in answers(app):
        if not path.startswith(("/t/", "/in/")):
            assert answer.headers["strict-transport-security"] == "max-age=31536000", path
    assert place_order(app, sender.api_key) == 200
    page = httpx.get(f"{app.url}/t/{token()}", headers=PROXIED)
    assert (page.status_code, page.headers["strict-transport-security"]) == (
        200,
        "max-age=31536000",
    )
    assert "default-src 'none'" in page.headers["content-security-policy"]
    assert page.headers["cache-control"] == "private, no-cache"


def place_order(app: LiveApp, key: str) -> int:
    headers = {**PROXIED, "authorization": f"Bearer {key}"}
    body = order(1, placed_at="2026-11-20T10:00:00Z")
    return httpx.post(f"{app.url}/api/v1/orders", json=body, headers=headers).status_code


def token() -> str:
    return str(sql.fetch("SELECT token FROM orders_order")[0]["token"])


@pytest.mark.django_db
def test_what_a_member_saw_is_gone_when_they_signed_out() -> None:
    store = open_store("shop").store
    assert isinstance(store, Store)
    browser = browser_in(store, Role.OWNER)
    for path in ("/", "/orders/", "/messages/", "/settings/members/", "/orders-by-day.csv"):
        assert browser.get(path)["Cache-Control"] == "private, no-store", path
