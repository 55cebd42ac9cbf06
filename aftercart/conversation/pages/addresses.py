"""Addresses that come from outside, before they become links: http and https only, or nothing."""

import re
from urllib.parse import quote, urlsplit

from django.conf import settings

LONGEST = 2000
NOT_IN_AN_ADDRESS = re.compile(r"[\x00-\x20\x7f\\]")
MAIL_ADDRESS = re.compile(r"[^\s@?&<>\"]+@[^\s@?&<>\"/]+")


def web_address(url: str) -> str:
    """The address where it is a plain web address, else nothing."""
    if len(url) > LONGEST or NOT_IN_AN_ADDRESS.search(url):
        return ""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return ""
    # What stands before an @ looks like the host and is not.
    is_plain = parts.scheme in {"http", "https"} and host and "@" not in parts.netloc
    return url if is_plain else ""


def picture_address(url: str) -> str:
    """The address of a picture that the page's policy lets through: https, or our own."""
    if url.startswith((f"{settings.PUBLIC_URL}/", "https://")):
        return web_address(url)
    is_ours = url.startswith("/") and not url.startswith("//") and len(url) <= LONGEST
    return url if is_ours and not NOT_IN_AN_ADDRESS.search(url) else ""


def mail_address(address: str, subject: str) -> str:
    """A `mailto:` link, or nothing where the text is no address."""
    if not MAIL_ADDRESS.fullmatch(address.strip()):
        return ""
    return f"mailto:{quote(address.strip(), safe='@+.-_')}?subject={quote(subject)}"
