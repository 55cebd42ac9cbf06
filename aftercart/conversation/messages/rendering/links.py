"""Addresses from outside are hostile: only plain web addresses may become a link or a picture."""

from urllib.parse import urlsplit

LONGEST = 2000


def web_address(text: str) -> str:
    """The address if it is one of the web, else nothing."""
    text = text.strip()
    if len(text) > LONGEST or any(ord(character) < 33 for character in text):
        return ""
    try:
        parts = urlsplit(text)
        is_web = parts.scheme in {"http", "https"} and bool(parts.hostname)
    except ValueError:
        return ""
    return text if is_web and not parts.username else ""
