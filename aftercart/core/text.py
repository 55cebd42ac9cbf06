"""Text from outside, made to fit a column, and addresses made safe to link to."""

from urllib.parse import urlsplit

OWN_PICTURES = "/static/"


def clip(text: str | None, length: int) -> str:
    """The text without blanks around it, NUL bytes and lone surrogates, cut to `length` characters.

    Postgres cannot store the two, and a `varchar(length)` refuses what is longer.
    """
    if not text:
        return ""
    if len(text) <= length and text.isascii() and text.isprintable():
        return text.strip()
    if not text.isascii():
        text = text.encode("utf-8", "ignore").decode()
    return text.replace("\x00", "").strip()[:length].rstrip()


def web_address(text: str | None, length: int) -> str:
    """The address if it is http or https and fits in `length` characters; otherwise empty.

    It is never cut, since a cut address leads nowhere. `//host/path`, as Shopify writes it, is
    read as https.
    """
    address = clip(text, length + 1)
    if address.startswith("//"):
        address = f"https:{address}"
    if len(address) > length or not address.isprintable() or " " in address:
        return ""
    try:
        parts = urlsplit(address)
    except ValueError:
        return ""
    return address if parts.scheme in ("http", "https") and parts.hostname else ""


def picture_address(text: str | None, length: int) -> str:
    """The address of a picture: on the web, or one that we serve ourselves (`/static/…`)."""
    address = clip(text, length + 1)
    is_ours = address.startswith(OWN_PICTURES) and ".." not in address
    if is_ours and len(address) <= length and address.isprintable() and " " not in address:
        return address
    return web_address(text, length)
