"""Products and customers of WooCommerce's as ours. Pure."""

from datetime import datetime

from aftercart.commerce.catalog.facts import ProductFact
from aftercart.commerce.customers.facts import CustomerFact
from aftercart.connectors.reading import identifier, required, text, web_address
from aftercart.connectors.shops.woocommerce import payload, statuses
from aftercart.connectors.shops.woocommerce.orders import real_id, words


def product_facts(raw: payload.Product) -> list[ProductFact]:
    """The product; none for a variation, since lines name the product that it belongs to.

    Raises:
        ParseError: the id is missing.
    """
    if real_id(raw.parent_id):
        return []
    images, categories = raw.images or [], raw.categories or []
    fact = ProductFact(
        external_id=identifier(required(raw.id, "id")),
        title=words(raw.name, 500),
        handle=text(raw.slug, 255),
        url=web_address(raw.permalink),
        image_url=next(filter(None, (web_address(image.src) for image in images)), ""),
        product_type=words(categories[0].name, 255) if categories else "",
        updated_at=payload.utc_moment(raw.date_modified_gmt, "date_modified_gmt"),
        deleted=statuses.plain(raw.status) in statuses.GONE,
    )
    return [fact]


def deleted_product(raw: payload.Deleted, deleted_at: datetime) -> list[ProductFact]:
    """A product that is gone, by its id alone.

    Raises:
        ParseError: the id is missing.
    """
    external_id = identifier(required(raw.id, "id"))
    return [ProductFact(external_id=external_id, updated_at=deleted_at, deleted=True)]


def customer_facts(raw: payload.Customer) -> list[CustomerFact]:
    """The customer.

    Raises:
        ParseError: the id is missing.
    """
    billing = raw.billing or payload.Address()
    fact = CustomerFact(
        external_id=identifier(required(raw.id, "id")),
        email=text(raw.email or billing.email, 254),
        phone=text(billing.phone, 40),
        first_name=text(raw.first_name or billing.first_name, 150),
        last_name=text(raw.last_name or billing.last_name, 150),
        created_at=payload.utc_moment(raw.date_created_gmt, "date_created_gmt"),
        updated_at=payload.utc_moment(raw.date_modified_gmt, "date_modified_gmt"),
    )
    return [fact]
