"""Fills a benchmark's database, and prepares the requests that the load generator sends.

Runs as a program of its own, with the benchmark's database in the environment.
"""

import array
import json
import os
import random
import sys
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

BODIES = 400
BODY_BYTES = 6000
PAGES = 300
HEARD_BEFORE = timedelta(days=3)
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
    """Orders of two articles on their way, each with a parcel and its scans.

    All of it was heard days ago: a page that says how many minutes ago it was looked after is made
    anew every minute, and that is not what is measured here.
    """
    from aftercart.core import clock, sql
    from aftercart.core.facts import Incoming
    from aftercart.intake.acceptance import accept

    with clock.moved_to(clock.now() - HEARD_BEFORE):
        facts = [fact for number in range(PAGES) for fact in _order_on_its_way(number)]
        accept([Incoming(store_id, "bench", fact, quiet=True) for fact in facts])
    rows = sql.fetch("SELECT token FROM orders_order WHERE store_id = %s", [store_id])
    paths = [f"/t/{row['token']}" for row in rows]
    headers = {
        "User-Agent": "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X)",
        "Accept": "text/html,application/xhtml+xml",
        "Accept-Encoding": "gzip, deflate, br",
        "Accept-Language": "en-US,en;q=0.9",
    }
    path = folder / "pages.requests"
    _write(path, [_request("GET", page, headers, b"") for page in paths])
    return {"requests": str(path), "paths": paths}


def _order_on_its_way(number: int) -> list[Any]:
    from aftercart.commerce.orders import facts as orders
    from aftercart.core import clock
    from aftercart.delivery.shipments import facts as shipments

    placed_at, order_id = clock.now() - timedelta(days=2), f"bench-{number}"
    lines = tuple(
        orders.LineItemFact(
            external_id=f"line-{line}",
            title=f"Linen shirt no. {line}",
            quantity=1,
            price=Decimal(40),
        )
        for line in range(2)
    )
    fulfillment = orders.FulfillmentFact(
        external_id=f"fulfillment-{number}",
        order_external_id=order_id,
        parcels=(orders.ParcelFact(number=f"BENCH{number:010}", carrier="ups"),),
        created_at=placed_at + timedelta(hours=5),
    )
    order = orders.OrderFact(
        external_id=order_id,
        number=f"#{1000 + number}",
        placed_at=placed_at,
        updated_at=placed_at,
        currency="EUR",
        total=Decimal(80),
        email=f"shopper{number}@example.com",
        shipping_address=orders.AddressFact(
            name="Kim Shopper", line1="Mill Road 4", city="Cork", postcode="T12", country="IE"
        ),
        lines=lines,
        fulfillments=(fulfillment,),
    )
    scans = tuple(
        shipments.ScanFact(
            occurred_at=placed_at + timedelta(hours=6 + 3 * step),
            status="in_transit",
            utc_offset_minutes=0,
            text=f"Departed facility {step}",
            place=shipments.PlaceFact(city="Dublin", country="IE"),
        )
        for step in range(6)
    )
    tracking = shipments.TrackingFact(number=f"BENCH{number:010}", carrier="ups", scans=scans)
    return [order, tracking]


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
