"""The one way out: a guarded HTTP client for every address that a person or another system gave us.

It connects only to public addresses (OWASP ASVS 5.0 13.2.4; hosts that the operator lists in
ALLOWED_PRIVATE_HOSTS are exempt), speaks plain HTTP only to those hosts, follows no redirect, keeps
no cookie, and bounds time and size. A name is resolved once and the checked address is the one that
is connected to, so that a name which changes in between cannot lead us inside. Nothing here logs,
and no error names more than the host: addresses and headers hold secrets.
"""

from aftercart.connectors.http.addresses import is_private_host_allowed, is_public
from aftercart.connectors.http.client import request
from aftercart.connectors.http.errors import (
    AddressRefused,
    RequestFailed,
    TooLarge,
    TooSlow,
    Unreachable,
    Unreadable,
)
from aftercart.connectors.http.reply import Reply, retry_after

__all__ = [
    "AddressRefused",
    "Reply",
    "RequestFailed",
    "TooLarge",
    "TooSlow",
    "Unreachable",
    "Unreadable",
    "is_private_host_allowed",
    "is_public",
    "request",
    "retry_after",
]
