"""What an address is, so that the same mailbox is recognised however it was typed."""

import re
import unicodedata

LONGEST_ADDRESS = 254  # RFC 5321, 4.5.3.1.3
LONGEST_LOCAL_PART = 64  # RFC 5321, 4.5.3.1.1

_LOCAL = re.compile(r"[a-z0-9!#$%&'*+/=?^_`{|}~.-]+")
_DOMAIN = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)(\.(?!-)[a-z0-9-]{1,63}(?<!-))+")


def normalised(address: str) -> str:
    """The address in the form that is compared: no spaces around it, lower case, ASCII domain.

    Upper and lower case of the local part are kept apart by RFC 5321 and by no real mailbox.
    An address that is none comes back as plain lower-case text.
    """
    text = unicodedata.normalize("NFKC", address).strip().lower()
    local, at, domain = text.rpartition("@")
    return f"{local}@{_ascii(domain)}" if at else text


def is_deliverable(address: str) -> bool:
    """Whether the text can be the address of a mailbox on the internet, in the form of RFC 5321.

    Stricter than the RFC: no quoted local parts, no comments, no address literals, and a domain
    with at least one dot. What is left out is never a customer, and often an attack on headers.
    Local parts of other letters (RFC 6531) are left out too: few servers on the way take them.
    """
    text = normalised(address)
    local, at, domain = text.rpartition("@")
    if not at or len(text) > LONGEST_ADDRESS or len(local.encode()) > LONGEST_LOCAL_PART:
        return False
    if not _LOCAL.fullmatch(local) or local.startswith(".") or local.endswith(".") or ".." in local:
        return False
    return _DOMAIN.fullmatch(domain) is not None


def _ascii(domain: str) -> str:
    try:
        return domain.encode("idna").decode("ascii")
    except UnicodeError:
        return domain
