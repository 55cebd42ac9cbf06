"""`aftercart connections` and `aftercart replay` as programs, against a running server."""

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from aftercart.core import clock, sql
from aftercart.core.models import Account, Store
from tests.support.commands import run_command
from tests.support.live import PROGRAM, LiveApp, StartLiveApp, wait_for
from tests.support.shops import order

pytestmark = [pytest.mark.processes, pytest.mark.timeout(180)]


def aftercart(*words: str, app: LiveApp | None = None, given: str = "") -> tuple[int, str, str]:
    variables = {"PORT": str(app.port), "PUBLIC_URL": app.url} if app else {}
    done = subprocess.run(
        [*PROGRAM, *words],
        env={**os.environ, **variables},
        input=given,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    return done.returncode, done.stdout, done.stderr


@pytest.fixture
def store(transactional_db: None) -> Store:
    account = Account.objects.create(name="Acme")
    return Store.objects.create(account=account, name="Acme", slug="acme")


def test_from_an_empty_store_to_an_order_that_is_there(
    live_app_with: StartLiveApp, store: Store, tmp_path: Path, settings: Any
):
    app = live_app_with("serve", "work")
    status, out, _ = aftercart("connections", "add", "api", "--store", "acme", "--json", app=app)
    added = json.loads(out)
    assert status == 0
    assert added["address"] == f"{app.url}/in/{added['public_id']}"
    recording = tmp_path / "orders.json"
    bodies = [order(n, placed_at=clock.now().isoformat()) for n in range(3)]
    recording.write_text(json.dumps({"orders": bodies}))
    status, out, _ = aftercart("replay", added["public_id"], str(recording), app=app)
    assert (status, out.count("200")) == (0, 3)
    wait_for(lambda: len(sql.fetch("SELECT 1 FROM orders_order")) == 3, what="the orders")
    settings.PUBLIC_URL = app.url
    (listed,) = json.loads(run_command("connections", "list", "--json").out)
    assert (listed["system"], listed["state"], listed["parked"]) == ("api", "active", 0)
    out = run_command("connections", "list").out
    assert listed["address"] == added["address"]
    assert listed["address"] in out
    assert "secret" not in out

    refused = tmp_path / "refused.json"
    refused.write_text('{"id": 1}')
    ended = run_command("replay", added["public_id"], refused)
    assert ended.status == 1
    assert "webhook-topic" in ended.out
    app.stop("serve")
    assert run_command("replay", added["public_id"], recording).status == 1


def test_a_secret_need_not_stand_on_the_command_line(store: Store):
    words = ("--set", "shop=acme.myshopify.com", "--set", "client_id=x", "--set", "secret=@-")
    status, out, _ = aftercart("connections", "add", "shopify", *words, given="hush\n")
    assert status == 0
    assert "address" in out
    assert "hush" not in out


def test_mistakes_are_named(store: Store):
    ended = run_command("connections", "add", "shopify", "--set", "shop=acme.example")
    assert ended.status == 2
    assert "client_id" in ended.err
    assert run_command("connections", "add", "easypost", "--store", "nowhere").status == 2
    ended = run_command("replay", "nobody", "x.json")
    assert ended.status == 2
    assert "nobody" in ended.err
    ended = run_command("connections", "add", "shopify", "--fields")
    assert ended.status == 0
    assert "client_id" in ended.out
