"""What shops say about customers."""

from datetime import datetime

import msgspec


class CustomerFact(msgspec.Struct, frozen=True, kw_only=True):
    """A customer as the shop knows them. Every personal field may be missing or withheld."""

    external_id: str
    email: str = ""
    phone: str = ""
    first_name: str = ""
    last_name: str = ""
    locale: str = ""
    accepts_marketing: bool | None = None
    created_at: datetime | None = None
    updated_at: datetime | None = None


class ErasureFact(msgspec.Struct, frozen=True, kw_only=True):
    """A demand to forget a person (GDPR article 17), by any of the keys the shop gave."""

    customer_external_id: str = ""
    email: str = ""
    phone: str = ""
    order_external_ids: tuple[str, ...] = ()


class ShopErasureFact(msgspec.Struct, frozen=True, kw_only=True):
    """A demand to forget everybody whom this source told of: its shop has left for good."""


class DisclosureFact(msgspec.Struct, frozen=True, kw_only=True):
    """A demand to hand a person's data over (GDPR article 15)."""

    request_id: str
    customer_external_id: str = ""
    email: str = ""
    phone: str = ""
    order_external_ids: tuple[str, ...] = ()
