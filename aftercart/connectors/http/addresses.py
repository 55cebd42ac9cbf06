"""Where a request may go: public addresses, and hosts that the operator lists."""

from collections.abc import Sequence
from ipaddress import IPv4Address, IPv6Address, ip_network

import httpx
from django.conf import settings
from django.utils.translation import gettext as _

from aftercart.connectors.http.errors import AddressRefused

PORTS = {443, 8443}

# Not marked as special by the standard library, and still ways into a network: NAT64 (RFC 6052,
# RFC 8215), 6to4, and the metadata services that two clouds keep on addresses outside link-local.
REFUSED_NETWORKS = tuple(
    ip_network(text)
    for text in ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "192.0.0.0/24", "168.63.129.16/32")
)

Address = IPv4Address | IPv6Address


def is_private_host_allowed(host: str) -> bool:
    """Whether the operator listed this host, so that it may be private and speak plain HTTP."""
    return host.lower().strip("[]") in settings.ALLOWED_PRIVATE_HOSTS


def is_public(address: Address) -> bool:
    """Whether the address belongs to the open internet and leads nowhere else."""
    if isinstance(address, IPv6Address) and (address.ipv4_mapped or address.is_site_local):
        return False
    if not address.is_global or address.is_multicast or address.is_reserved:
        return False
    return not any(address in network for network in REFUSED_NETWORKS)


def check(url: httpx.URL) -> None:
    """
    Raises:
        AddressRefused: the address may not be used, whatever its name leads to.
    """
    if url.userinfo:
        raise AddressRefused(_("The address holds a user name or password. Enter it without them."))
    if "%" in url.host:
        raise AddressRefused(_("This is not a web address that can be used."))
    if not url.host or url.scheme not in {"http", "https"}:
        raise AddressRefused(_("The address must begin with https://"))
    if is_private_host_allowed(url.host):
        return
    if url.scheme == "http":
        raise AddressRefused(
            _("%(host)s is asked for without encryption. Use an address that begins with https://")
            % {"host": url.host}
        )
    if url.port is not None and url.port not in PORTS:
        raise AddressRefused(
            _("Port %(port)s is not allowed. Use 443 or 8443.") % {"port": url.port}
        )


def permitted(host: str, addresses: Sequence[Address]) -> list[Address]:
    """Those of the host's addresses that may be connected to.

    Raises:
        AddressRefused: it has addresses, and none of them may.
    """
    if is_private_host_allowed(host):
        return list(addresses)
    public = [address for address in addresses if is_public(address)]
    if addresses and not public:
        raise AddressRefused(
            _(
                "%(host)s is an address inside a private network, which is not allowed. Whoever "
                "runs this server can allow it with ALLOWED_PRIVATE_HOSTS."
            )
            % {"host": host}
        )
    return public
