"""Which store a shopper means: the one in the address, the one of the host, or the only one."""

from django.http import Http404, HttpRequest

from aftercart.core.models import Store


def named(slug: str) -> Store:
    """The store of an address.

    Raises:
        Http404: there is none.
    """
    store = Store.objects.filter(slug=slug).first()
    if store is None:
        raise Http404
    return store


def meant(request: HttpRequest) -> Store | None:
    """The store whose own host was asked, else the only one there is, the demo's not counted."""
    host = request.get_host().rpartition(":")[0] or request.get_host()
    store = Store.objects.filter(domain__iexact=host).first() if host else None
    if store is not None:
        return store
    stores = list(Store.objects.order_by("is_demo", "id")[:2])
    if len(stores) == 2 and not stores[1].is_demo:
        return None
    return stores[0] if stores else None
