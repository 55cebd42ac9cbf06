"""Which hosts we answer for, and who is really asking when proxies stand in between."""

from collections.abc import Iterable
from urllib.parse import urlsplit

from aftercart.edge.asgi import Scope

LOOPBACK = frozenset({"127.0.0.1", "localhost", "[::1]"})


class Hosts:
    """The hosts that are ours: that of PUBLIC_URL, the stores' own domains, this machine."""

    def __init__(self, public_url: str) -> None:
        self._always = LOOPBACK | {without_port(urlsplit(public_url).netloc)}
        self._domains: frozenset[str] = frozenset()
        self._good: set[bytes] = set()

    def know(self, domains: Iterable[str]) -> None:
        """Take the stores' domains as they are now."""
        known = frozenset(domain.strip().lower().rstrip(".") for domain in domains if domain)
        if known != self._domains:
            self._domains = known
            self._good.clear()

    def is_ours(self, host: bytes | None) -> bool:
        """Whether the header `host` names one of them, on whatever port."""
        if host is None:
            return False
        if host in self._good:
            return True
        name = without_port(host.decode("latin-1").lower())
        if name not in self._always and name not in self._domains:
            return False
        if len(self._good) < 1000:
            self._good.add(host)
        return True


def without_port(host: str) -> str:
    """The name in a header `host`."""
    if host.startswith("["):
        return host.partition("]")[0] + "]"
    return host.rpartition("@")[2].partition(":")[0].rstrip(".")


def settle_client(scope: Scope, headers: dict[bytes, bytes], trusted_proxies: int) -> None:
    """Put the address and scheme of whoever really asks into the scope.

    Each proxy appends to `x-forwarded-for` whom it heard; what stands further left than the
    proxies we trust may be invented.
    """
    if not trusted_proxies:
        return
    chain = [part.strip() for part in headers.get(b"x-forwarded-for", b"").split(b",")]
    if len(chain) >= trusted_proxies and chain[-trusted_proxies]:
        client = chain[-trusted_proxies].decode("latin-1")
        scope["client"] = (without_port(client) if "." in client else client.strip("[]"), 0)
    schemes = [part.strip() for part in headers.get(b"x-forwarded-proto", b"").split(b",")]
    scheme = schemes[-min(trusted_proxies, len(schemes))]
    if scheme in (b"http", b"https"):
        scope["scheme"] = scheme.decode()
