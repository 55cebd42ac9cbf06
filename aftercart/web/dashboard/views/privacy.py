"""What customers and shops demanded of a store: to hand data over, or to forget."""

import json

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from aftercart.commerce.customers import actions, queries
from aftercart.core import clock
from aftercart.core.models import Role
from aftercart.web.dashboard import flashes
from aftercart.web.dashboard.access import StoreRequest, store_view


@store_view(Role.ADMIN)
def request_list(request: StoreRequest) -> HttpResponse:
    """What is open, the most urgent first, then what is done."""
    rows = queries.privacy_requests(request.store.id)
    now = clock.now()
    context = {
        "rows": [
            {"row": row, "is_late": row.complete_by < now, "shop": _shop(row.source)}
            for row in rows
        ],
    }
    return render(request, "dashboard/privacy.html", context)


def _shop(source: str) -> str:
    """`shopify:acme.myshopify.com` without what only we call it."""
    return source.partition(":")[2] or source


@store_view(Role.ADMIN)
def data(request: StoreRequest, request_id: int) -> HttpResponse:
    """What is held about the person, as a file to be handed over."""
    export = queries.disclosure_export(request.store.id, request_id)
    if export is None:
        raise Http404
    shown = json.dumps(json.loads(export), indent=2, ensure_ascii=False)
    response = HttpResponse(shown, content_type="application/json; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="personal-data-{request_id}.json"'
    response["Cache-Control"] = "no-store"
    return response


@store_view(Role.ADMIN)
def done(request: StoreRequest, request_id: int) -> HttpResponse:
    """Ask once; then note that the person has their data, and delete the gathered copy."""
    rows = queries.privacy_requests(request.store.id, request_id=request_id)
    row = next((row for row in rows if row.kind == "disclosure" and not row.completed_at), None)
    if row is None:
        raise Http404
    if request.method != "POST":
        return render(request, "dashboard/privacy_done.html", {"row": row})
    actor = f"member:{request.member.id}"
    if actions.complete_disclosure(request.store.id, request_id, actor=actor):
        flashes.done(request, _("Noted. The gathered copy is deleted."))
    return redirect("dashboard:privacy")
