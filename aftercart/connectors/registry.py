"""Every connector by its system's name."""

from functools import cache

from django.utils.module_loading import import_string

from aftercart.connectors.base import Connector

CONNECTORS = {
    "shopify": "aftercart.connectors.shops.shopify.connector.Shopify",
    "woocommerce": "aftercart.connectors.shops.woocommerce.connector.WooCommerce",
    "csv": "aftercart.connectors.shops.csv.connector.Csv",
    "api": "aftercart.connectors.shops.api.connector.Api",
    "easypost": "aftercart.connectors.carriers.easypost.connector.EasyPost",
    "aftership": "aftercart.connectors.carriers.aftership.connector.AfterShip",
    "dhl": "aftercart.connectors.carriers.dhl.connector.Dhl",
    "dhl_express": "aftercart.connectors.carriers.dhl_express.connector.DhlExpress",
    "fedex": "aftercart.connectors.carriers.fedex.connector.FedEx",
    "17track": "aftercart.connectors.carriers.seventeentrack.connector.SeventeenTrack",
    "australia_post": "aftercart.connectors.carriers.australia_post.connector.AustraliaPost",
    "canada_post": "aftercart.connectors.carriers.canada_post.connector.CanadaPost",
    "correios": "aftercart.connectors.carriers.correios.connector.Correios",
    "dpd": "aftercart.connectors.carriers.dpd.connector.Dpd",
    "gls": "aftercart.connectors.carriers.gls.connector.Gls",
    "postnl": "aftercart.connectors.carriers.postnl.connector.PostNl",
    "royal_mail": "aftercart.connectors.carriers.royal_mail.connector.RoyalMail",
    "karrio": "aftercart.connectors.carriers.karrio.connector.Karrio",
    "postmark": "aftercart.connectors.email.postmark.connector.Postmark",
    "ship24": "aftercart.connectors.carriers.ship24.connector.Ship24",
    "shippo": "aftercart.connectors.carriers.shippo.connector.Shippo",
    "ups": "aftercart.connectors.carriers.ups.connector.Ups",
    "usps": "aftercart.connectors.carriers.usps.connector.Usps",
    "ses": "aftercart.connectors.email.ses.connector.AmazonSes",
}


@cache
def connector(system: str) -> Connector:
    """The connector of a system.

    Raises:
        LookupError: there is none of that name.
    """
    if system not in CONNECTORS:
        raise LookupError(f"no connector is called {system!r}")
    made: Connector = import_string(CONNECTORS[system])()
    return made
