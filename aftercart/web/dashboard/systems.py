"""The systems one can connect to, as the dashboard offers them."""

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from aftercart.connectors.base import Connector, Field
from aftercart.connectors.registry import CONNECTORS, connector

FAMILIES: dict[str, str | Promise] = {
    "shop": gettext_lazy("Shops"),
    "tracking": gettext_lazy("Tracking"),
    "email": gettext_lazy("Receipts of mail providers"),
    "own": gettext_lazy("Your own system"),
}
PURPOSES: dict[str, str | Promise] = {
    "shopify": gettext_lazy("Orders, fulfillments, refunds and products of a Shopify shop."),
    "woocommerce": gettext_lazy("Orders, refunds and products of a WordPress shop."),
    "easypost": gettext_lazy("Scans of the parcels whose labels or trackers are with EasyPost."),
    "aftership": gettext_lazy("Scans of the parcels that AfterShip follows for you."),
    "shippo": gettext_lazy("Scans of your parcels, whether or not their labels are from Shippo."),
    "karrio": gettext_lazy("Scans of the parcels that your own Karrio server can follow."),
    "ship24": gettext_lazy("Scans of parcels of any carrier that Ship24 follows for you."),
    "17track": gettext_lazy("Scans of parcels of any carrier that 17TRACK follows for you."),
    "ups": gettext_lazy("Scans of UPS parcels, pushed by UPS and asked for."),
    "dhl": gettext_lazy("Scans of parcels of all DHL's services, asked for."),
    "postmark": gettext_lazy("Whether mails sent through Postmark arrived or bounced."),
    "ses": gettext_lazy("Whether mails sent through Amazon SES arrived or bounced."),
    "api": gettext_lazy("Orders and scans from any program of yours, over our API or webhooks."),
}
BY_UPLOAD = "csv"
"""Made by itself when a file is uploaded, so it is not offered."""


def offered() -> dict[str, list[Connector]]:
    """The connectors by family, in the order of the families, and there by name."""
    known = [connector(system) for system in CONNECTORS if system != BY_UPLOAD]
    known.sort(key=lambda one: one.label.casefold())
    return {
        family: [one for one in known if one.family == family]
        for family in FAMILIES
        if any(one.family == family for one in known)
    }


def source_name(source: str) -> str:
    """Who told a fact, as people call it.

    >>> source_name("shopify:acme.myshopify.com"), source_name("gls"), source_name("hand")
    ('Shopify (acme.myshopify.com)', 'GLS', 'hand')
    """
    system, _colon, owner = source.partition(":")
    if system not in CONNECTORS:
        return source
    label = connector(system).label
    return f"{label} ({owner})" if owner else label


def purpose(one: Connector) -> str:
    """What connecting to it brings, in a sentence."""
    return str(PURPOSES.get(one.system) or _("Scans of %s parcels, with your own key.") % one.label)


def find(system: str) -> Connector | None:
    """The connector of that name, if one can choose it."""
    return connector(system) if system in CONNECTORS and system != BY_UPLOAD else None


def entered(fields: tuple[Field, ...]) -> list[Field]:
    """The fields that the merchant fills in; the rest is ours to make."""
    return [field for field in fields if not field.generated]


def shown_settings(one: Connector, settings: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What was entered that is not secret, as label and value."""
    return [
        (_(field.label), _as_words(field, str(settings[field.name])))
        for field in one.fields
        if not field.secret and settings.get(field.name)
    ]


def _as_words(field: Field, value: str) -> str:
    labels = {name: _(label) for name, label in field.choices}
    return "; ".join(labels[name] for name in value.split()) if labels else value


def secret_labels(one: Connector, secrets: Mapping[str, str]) -> list[tuple[str, str, str]]:
    """Secrets with the label and the help of their fields."""
    fields = {field.name: field for field in one.fields}
    return [
        (_(fields[name].label), _(fields[name].help) if fields[name].help else "", value)
        for name, value in secrets.items()
        if name in fields
    ]
