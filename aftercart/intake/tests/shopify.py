"""A Shopify shop whose deliveries lie in the inbox as if they had just come."""

import msgspec

from aftercart.connectors.base import Pulled
from aftercart.core import clock, sql
from aftercart.core.models import Store
from aftercart.intake.actions import connections, inbox


class Shop:
    """A store's Shopify connection, and what it delivers."""

    def __init__(self, store: Store, domain: str) -> None:
        self.store = store
        self.domain = domain
        values = {"shop": domain, "client_id": "x", "secret": "y"}
        self.added = connections.add(store.pk, "shopify", values)
        self.source = f"shopify:{domain}"

    def deliver(self, topic: str, body: object, *, quiet: bool = False) -> None:
        count = sql.fetch("SELECT count(*) AS n FROM intake_inboxentry")[0]["n"]
        one = Pulled(topic=topic, dedupe_key=b"%d" % count, body=msgspec.json.encode(body))
        inbox.add(self.store.pk, self.added.connection_id, [one], quiet=quiet)
        sql.run(
            "UPDATE intake_inboxentry SET headers = %s::jsonb WHERE dedupe_key = %s",
            [
                msgspec.json.encode(
                    {
                        "x-shopify-shop-domain": self.domain,
                        "x-shopify-triggered-at": clock.now().isoformat(),
                    }
                ).decode(),
                b"%d" % count,
            ],
        )

    def leave(self) -> None:
        self.deliver("shop/redact", {"shop_id": 1, "shop_domain": self.domain})

    def rows(self, table: str) -> str:
        """Everything that a table holds of the store, as text."""
        found = sql.fetch(
            f"SELECT coalesce(string_agg(held::text, ' '), '') AS text FROM {table} AS held "
            "WHERE store_id = %s",
            [self.store.pk],
        )
        return str(found[0]["text"])

    def states(self) -> list[tuple[str, int]]:
        rows = sql.fetch(
            "SELECT state, octet_length(body) AS size FROM intake_inboxentry WHERE store_id = %s "
            "ORDER BY id",
            [self.store.pk],
        )
        return [(row["state"], row["size"]) for row in rows]
