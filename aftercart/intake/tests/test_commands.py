"""`aftercart connections` and `aftercart replay` as programs, against a running server."""

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from aftercart.connectors.registry import CONNECTORS
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


def write(folder: Path, name: str, content: object) -> Path:
    path = folder / name
    path.write_text(content if isinstance(content, str) else json.dumps(content))
    return path


def test_replay_says_what_became_of_each(
    live_app_with: StartLiveApp, store: Store, tmp_path: Path, settings: Any
):
    app = live_app_with("serve", "work")
    settings.PUBLIC_URL = app.url
    values = ("shop=acme.myshopify.com", "client_id=x", "secret=y")
    assert run_command("connections", "add", "shopify", *values).status == 0
    now = clock.now().isoformat()
    goods = {"id": 5, "name": "#5", "created_at": now, "updated_at": now, "currency": "EUR"}
    goods |= {"total_price": "5.00", "financial_status": "paid", "line_items": []}
    lost = {"id": 7, "order_id": 6, "tracking_number": "1Z7", "created_at": now}
    folder = tmp_path / "recorded"
    folder.mkdir()
    write(folder, "1.json", {"order": goods})
    write(folder, "2__Cart.json", {"id": "c"})
    write(folder, "3.json", lost)
    write(folder, "4.json", {**goods, "currency": "?"})
    write(folder, "5.txt", "not looked at")
    ended = run_command("replay", "shopify", folder)
    assert ended.status == 0, ended.out
    first, second, third, fourth = ended.out.splitlines()
    assert first == "1.json: orders/updated  200  taken in"
    assert second.endswith("carts/update  200  left alone: nothing here needs it")
    assert "waiting: The order it belongs to is not known here yet." in third
    assert "parked: currency: is no currency code" in fourth

    broken = write(tmp_path, "broken.json", "{")
    ended = run_command("replay", "shopify", broken, folder / "1.json", tmp_path / "no.json")
    assert ended.status == 1
    assert "it is not JSON" in ended.out.splitlines()[0]
    assert ended.out.splitlines()[1].endswith("taken in")
    assert "No such file" in ended.out.splitlines()[2]

    app.stop("work")
    ended = run_command("replay", "shopify", folder / "1.json", "--wait", "0.2")
    assert (ended.status, "no worker has come to it yet" in ended.out) == (0, True)
    app.stop("serve")
    assert "does not answer at http" in run_command("replay", "shopify", broken.parent).out


def test_every_system_can_be_connected_from_its_help(store: Store):
    said = run_command("connections", "add", "--help").out
    for system in CONNECTORS:
        assert f"  {system} " in said
    given = {
        "aftership": ("secret=x",),
        "api": (),
        "csv": (),
        "easypost": (),
        "postmark": (),
        "ses": ("topic_arn=arn:aws:sns:eu-west-1:123456789012:mail-events",),
        "shopify": ("shop=acme.myshopify.com", "client_id=x", "secret=y"),
        "woocommerce": ("url=https://acme.example", "consumer_key=ck_1", "consumer_secret=cs_1"),
    }
    for system, values in given.items():
        ended = run_command("connections", "add", system, *values)
        assert (ended.status, ended.err) == (0, "")
        assert "address  http" in ended.out
        again = run_command("connections", "add", system, *values)
        assert again.status == 1
        assert "already connected" in again.err
        assert "connections list" in again.err
    listed = run_command("connections", "list").out.splitlines()
    assert len(listed) == 1 + len(given)


def test_a_secret_need_not_stand_on_the_command_line(store: Store):
    words = ("--set", "shop=acme.myshopify.com", "--set", "client_id=x", "--set", "secret=@-")
    status, out, _ = aftercart("connections", "add", "shopify", *words, given="hush\n")
    assert status == 0
    assert "address" in out
    assert "hush" not in out


def test_mistakes_are_named(store: Store):
    ended = run_command("connections", "add", "shopify", "shop=acme.example")
    assert ended.status == 2
    assert "client_id" in ended.err
    ended = run_command("connections", "add", "easypost", "--store", "nowhere")
    assert (ended.status, "There is: acme." in ended.err) == (2, True)
    Store.objects.create(account=store.account, name="Second", slug="second")
    ended = run_command("connections", "add", "easypost")
    assert (ended.status, "--store SLUG. There is: acme, second." in ended.err) == (2, True)
    ended = run_command("connections", "add", "aftership", "secret=@/nowhere", "--store", "acme")
    assert (ended.status, "secret: /nowhere: No such file" in ended.err) == (2, True)
    ended = run_command("connections", "add", "aftership", "secret", "--store", "acme")
    assert (ended.status, "FIELD=VALUE" in ended.err) == (2, True)
    ended = run_command("replay", "nobody", "x.json")
    assert ended.status == 2
    assert "nobody" in ended.err
    ended = run_command("connections", "add", "shopify", "--fields")
    assert ended.status == 0
    assert "client_id" in ended.out
