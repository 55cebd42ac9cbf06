"""`aftercart manage …`: Django's management commands, with the database there."""

import os

from aftercart.config.cli import SETTINGS, use_database

OFFLINE = {
    "help",
    "--help",
    "compilemessages",
    "diffsettings",
    "makemessages",
    "startapp",
    "version",
}


def run_words(words: list[str]) -> int:
    """Pass the words on to Django; returns 0, or Django itself exits with another status."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", SETTINGS)
    os.environ.setdefault("AFTERCART_ROLE", "owner")
    if words and words[0] not in OFFLINE:
        use_database()
    from django.core.management import execute_from_command_line

    execute_from_command_line(["aftercart manage", *words])
    return 0
