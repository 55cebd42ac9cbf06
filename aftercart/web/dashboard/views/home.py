"""Home: is anything wrong, what changed, what next?"""

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from aftercart.core.models import Role
from aftercart.web.dashboard.access import StoreRequest, store_view
from aftercart.web.dashboard.flashes import HINTS

HINTED = frozenset({"orders", "mailbox", "connections", "imports", "brand", "members", "stores"})
"""The pages that begin with a sentence of what they are for."""


@store_view(Role.VIEWER)
def home(request: StoreRequest) -> HttpResponse:
    return render(request, "dashboard/home.html")


@store_view(Role.VIEWER)
@require_POST
def dismiss_hint(request: StoreRequest, page: str) -> HttpResponse:
    """Hide the sentence that says what a page is for."""
    if page not in HINTED:
        raise Http404
    request.session[HINTS] = sorted({*request.session.get(HINTS, []), page})
    return redirect(f"dashboard:{page}")
