"""The application that the server runs: the edge, with Django behind it."""

import os
from typing import Any

from aftercart.config.environment import environment

os.environ.setdefault("AFTERCART_ROLE", "face")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "aftercart.config.settings")


def build() -> Any:
    """The edge as the environment wants it."""
    import django

    django.setup(set_prefix=False)
    # Only now: what these import needs Django's settings.
    from aftercart.edge.app import Edge, Options
    from aftercart.edge.django import Django

    settings = environment()
    options = Options(
        database_url=settings.database_edge_url,
        public_url=settings.public_url,
        metrics_token=settings.metrics_token,
        trusted_proxies=settings.trusted_proxies,
        log_format=settings.log_format,
    )
    return Edge(options, Django())


application = build()
