"""One order: its parcels, its history, its messages, and the page that its shopper sees."""

from django.http import Http404, HttpResponse
from django.shortcuts import render

from aftercart.core.models import Role
from aftercart.web.dashboard.access import StoreRequest, store_view
from aftercart.web.dashboard.queries.order import dossier
from aftercart.web.dashboard.statuses import FINANCIAL, FULFILLMENT
from aftercart.web.dashboard.telling import story


@store_view(Role.VIEWER)
def order(request: StoreRequest, order_id: int) -> HttpResponse:
    """Everything about one order on one page."""
    found = dossier(request.store.id, order_id, request.member.account_id)
    if found is None:
        raise Http404
    context = {
        "order": found.order,
        "snapshot": found.snapshot,
        "dossier": found,
        "story": story(found.snapshot),
        "financial": FINANCIAL.get(found.order.financial_status, found.order.financial_status),
        "fulfillment": FULFILLMENT.get(found.order.fulfillment_status, ""),
        "page_path": f"/t/{found.order.token}",
    }
    return render(request, "dashboard/order.html", context)
