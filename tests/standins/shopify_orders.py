"""Made-up orders and products as Shopify's GraphQL Admin API has them, for its stand-in."""

from datetime import UTC, datetime, timedelta
from typing import Any

Node = dict[str, Any]

START = datetime(2026, 11, 1, 9, 0, tzinfo=UTC)


def moment(hours: float = 0.0) -> str:
    """A moment some hours after the first, as Shopify writes it."""
    return f"{START + timedelta(hours=hours):%Y-%m-%dT%H:%M:%SZ}"


def bag(amount: str, shown: str | None = None, shown_in: str = "USD") -> Node:
    """An amount in dollars, and in what the shopper saw."""
    return {
        "shopMoney": {"amount": amount, "currencyCode": "USD"},
        "presentmentMoney": {"amount": shown or amount, "currencyCode": shown_in},
    }


def line(number: int, quantity: int = 1, left: int | None = None, **more: Any) -> Node:
    """A line of a made-up order."""
    return {
        "id": f"gid://shopify/LineItem/{number}",
        "title": f"Lantern {number}",
        "name": f"Lantern {number} - Brass",
        "variantTitle": "Brass",
        "sku": f"LAN-{number}",
        "quantity": quantity,
        "currentQuantity": quantity if left is None else left,
        "requiresShipping": True,
        "product": {"id": f"gid://shopify/Product/{number % 10}"},
        "originalUnitPriceSet": bag("20.00"),
        "discountAllocations": [],
        "customAttributes": [],
        **more,
    }


def event(number: int, status: str, hours: float, **more: Any) -> Node:
    """A fulfillment event."""
    return {
        "id": f"gid://shopify/FulfillmentEvent/{number}",
        "status": status,
        "message": f"It is {status.lower()}",
        "happenedAt": moment(hours),
        "createdAt": moment(hours),
        "estimatedDeliveryAt": None,
        "city": "Albany",
        "province": "NY",
        "zip": "12207",
        "country": "US",
        **more,
    }


def fulfillment(
    number: int, lines: list[Node], events: list[Node] | None = None, numbers: tuple[str, ...] = ()
) -> Node:
    """A fulfillment of whole lines."""
    return {
        "id": f"gid://shopify/Fulfillment/{number}",
        "status": "SUCCESS",
        "createdAt": moment(5),
        "updatedAt": moment(5),
        "trackingInfo": [
            {"company": "UPS", "number": one, "url": f"https://ups.example/{one}"}
            for one in numbers
        ],
        "fulfillmentLineItems": [
            {
                "id": f"gid://shopify/FulfillmentLineItem/{number}{index}",
                "quantity": one["quantity"],
                "lineItem": one,
            }
            for index, one in enumerate(lines)
        ],
        "events": events or [],
    }


def refund(number: int, lines: list[Node], amount: str, currency: str = "USD") -> Node:
    """A refund that was paid back."""
    return {
        "id": f"gid://shopify/Refund/{number}",
        "createdAt": moment(30),
        "note": "It broke on the way",
        "refundLineItems": [
            {"id": f"gid://shopify/RefundLineItem/{number}{index}", "quantity": 1, "lineItem": one}
            for index, one in enumerate(lines)
        ],
        "transactions": [
            {
                "id": f"gid://shopify/OrderTransaction/{number}",
                "kind": "REFUND",
                "status": "SUCCESS",
                "createdAt": moment(30),
                "processedAt": moment(30),
                "amountSet": bag("20.00", amount, currency),
            }
        ],
    }


def order(number: int, hours: float | None = None, **more: Any) -> Node:
    """An order whose last change was some hours after the first."""
    address = {
        "name": f"Jo Made-Up {number}",
        "firstName": "Jo",
        "lastName": f"Made-Up {number}",
        "company": None,
        "address1": "12 Harbor Street",
        "address2": None,
        "city": "Portland",
        "province": "Maine",
        "provinceCode": "ME",
        "zip": "04101",
        "countryCodeV2": "US",
        "phone": None,
    }
    return {
        "id": f"gid://shopify/Order/{5_000_000_000_000 + number}",
        "name": f"#{number}",
        "email": f"jo{number}@shopper.example",
        "phone": None,
        "customerLocale": "en-US",
        "currencyCode": "USD",
        "presentmentCurrencyCode": "USD",
        "createdAt": moment(),
        "processedAt": moment(),
        "updatedAt": moment(number if hours is None else hours),
        "cancelledAt": None,
        "cancelReason": None,
        "closedAt": None,
        "displayFinancialStatus": "PAID",
        "statusPageUrl": f"https://acme.example/orders/{number}/authenticate?key=made-up",
        "note": None,
        "tags": ["first order"],
        "test": False,
        "totalPriceSet": bag("47.00"),
        "currentTotalPriceSet": bag("47.00"),
        "totalTaxSet": bag("2.00"),
        "currentTotalTaxSet": bag("2.00"),
        "totalDiscountsSet": bag("0.00"),
        "currentTotalDiscountsSet": bag("0.00"),
        "totalShippingPriceSet": bag("5.00"),
        "shippingLine": {"title": "Standard"},
        "shippingAddress": address,
        "billingAddress": address,
        "customAttributes": [],
        "customer": {
            "id": f"gid://shopify/Customer/{9000 + number}",
            "firstName": "Jo",
            "lastName": f"Made-Up {number}",
            "locale": "en",
            "createdAt": moment(),
            "updatedAt": moment(),
            "defaultEmailAddress": {
                "emailAddress": f"jo{number}@shopper.example",
                "marketingState": "SUBSCRIBED",
            },
            "defaultPhoneNumber": None,
        },
        "lineItems": [line(number * 100 + 1), line(number * 100 + 2)],
        "fulfillments": [],
        "refunds": [],
        **more,
    }


def product(number: int, hours: float = 0.0) -> Node:
    """A published product with a picture."""
    return {
        "id": f"gid://shopify/Product/{number}",
        "title": f"Lantern {number}",
        "handle": f"lantern-{number}",
        "vendor": "Acme",
        "productType": "Lanterns",
        "updatedAt": moment(hours),
        "onlineStoreUrl": f"https://acme.example/products/lantern-{number}",
        "featuredMedia": {"preview": {"image": {"url": f"https://cdn.example/{number}.png"}}},
    }
