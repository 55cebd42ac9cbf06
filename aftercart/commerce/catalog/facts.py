"""What shops say about products."""

from datetime import datetime

import msgspec


class ProductFact(msgspec.Struct, frozen=True, kw_only=True):
    """A product. `deleted` keeps the row, since past orders still show it."""

    external_id: str
    title: str = ""
    handle: str = ""
    url: str = ""
    image_url: str = ""
    vendor: str = ""
    product_type: str = ""
    updated_at: datetime | None = None
    deleted: bool = False
