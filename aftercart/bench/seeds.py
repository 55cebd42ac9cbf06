"""Fills a benchmark's database, and prepares the requests that the load generator sends.

Runs as a program of its own, with the benchmark's database in the environment.
"""

import array
import json
import os
import random
import sys
from pathlib import Path
from typing import Any

BODIES = 400
BODY_BYTES = 6000
PAGES = 300
SHOP = "bench.myshopify.com"
SECRET = "benchmark-secret"
STREETS = ("Harbour Lane", "Mill Road", "Station Street", "Orchard Way", "High Street")


def main(what: str, folder: Path) -> dict[str, Any]:
    """Seed for `webhooks` or `pages`; returns what the benchmark must know."""
    os.environ["AFTERCART_ROLE"] = "owner"
    import django

    django.setup()
    from aftercart.core.models import Account, Store

    account = Account.objects.create(name="Bench")
    store = Store.objects.create(account=account, name="Bench", slug="bench")
    return {"webhooks": _webhooks, "pages": _pages}[what](store.pk, folder)


def _webhooks(store_id: int, folder: Path) -> dict[str, Any]:
    from aftercart.connectors.registry import connector
    from aftercart.intake.actions import connections

    values = {"shop": SHOP, "client_id": "bench", "secret": SECRET}
    added = connections.add(store_id, "shopify", values)
    shopify, chance = connector("shopify"), random.Random(7)
    requests = []
    for number in range(BODIES):
        body = _order(number, chance)
        headers = shopify.sign("orders/updated", body, {"shop": SHOP, "secret": SECRET}, "{id}")
        requests.append(_request("POST", f"/in/{added.public_id}", headers, body))
    path = folder / "webhooks.requests"
    _write(path, requests)
    return {
        "requests": str(path),
        "store_id": store_id,
        "connection_id": added.connection_id,
    }


def _order(number: int, chance: random.Random) -> bytes:
    """An order as Shopify describes it, of about 6 KB."""
    lines: list[dict[str, Any]] = []
    order = {
        "id": 5_000_000_000 + number,
        "name": f"#{1000 + number}",
        "created_at": "2026-11-02T10:15:30-05:00",
        "updated_at": "2026-11-02T10:15:31-05:00",
        "currency": "USD",
        "total_price": "129.00",
        "subtotal_price": "119.00",
        "financial_status": "paid",
        "email": f"shopper{number}@example.com",
        "shipping_address": {
            "name": f"Shopper {number}",
            "address1": f"{chance.randrange(1, 200)} {chance.choice(STREETS)}",
            "city": "Portland",
            "province_code": "OR",
            "zip": f"{chance.randrange(97001, 97300)}",
            "country_code": "US",
        },
        "line_items": lines,
    }
    while len(json.dumps(order)) < BODY_BYTES:
        lines.append(
            {
                "id": chance.randrange(10**13),
                "product_id": chance.randrange(10**13),
                "variant_id": chance.randrange(10**13),
                "title": f"Article {chance.randrange(10**6)}",
                "sku": f"{chance.randrange(16**8):08X}",
                "quantity": chance.randrange(1, 4),
                "price": f"{chance.randrange(500, 9000) / 100:.2f}",
                "requires_shipping": True,
                "taxable": True,
                "fulfillment_status": None,
                "admin_graphql_api_id": f"gid://shopify/LineItem/{chance.randrange(10**13)}",
            }
        )
    return json.dumps(order).encode()


def _pages(store_id: int, folder: Path) -> dict[str, Any]:
    from aftercart.core import sql

    paths = []
    chance = random.Random(3)
    import gzip

    from aftercart.core import links

    sql.run("SET session_replication_role = replica")
    for number in range(PAGES):
        token = links.new_token(store_id)
        body = gzip.compress(_order(number, chance) * 3)
        sql.run(
            "INSERT INTO pages_trackingpage (store_id, order_id, token, stale, body, etag) "
            "VALUES (%s,%s,%s,false,%s,%s)",
            [store_id, number + 1, token, body, f"e{number}"],
        )
        paths.append(f"/t/{token}")
    path = folder / "pages.requests"
    headers = {
        "User-Agent": "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X)",
        "Accept": "text/html,application/xhtml+xml",
        "Accept-Encoding": "gzip, deflate, br",
        "Accept-Language": "en-US,en;q=0.9",
    }
    _write(path, [_request("GET", page, headers, b"") for page in paths])
    return {"requests": str(path), "paths": paths}


def _request(method: str, path: str, headers: dict[str, str], body: bytes) -> bytes:
    lines = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    if body:
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join([*lines, "", ""]).encode() + body


def _write(path: Path, requests: list[bytes]) -> None:
    """The number of requests, their sizes, and the requests: what `aftercart.bench.load` reads."""
    sizes = array.array("I", [len(request) for request in requests])
    path.write_bytes(len(requests).to_bytes(4, "little") + sizes.tobytes() + b"".join(requests))


if __name__ == "__main__":
    print(json.dumps(main(sys.argv[1], Path(sys.argv[2]))))
