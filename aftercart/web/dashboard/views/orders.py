"""The list of orders, and its file."""

from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone

from aftercart.core import clock
from aftercart.core.models import Role
from aftercart.web.dashboard.access import StoreRequest, store_view, zone_of
from aftercart.web.dashboard.chosen import chosen_ids
from aftercart.web.dashboard.forms.orders import OrderFilterForm
from aftercart.web.dashboard.queries import export, orders
from aftercart.web.dashboard.queries.orders import Filters


@store_view(Role.VIEWER)
def order_list(request: StoreRequest) -> HttpResponse:
    """Every order, as far as the address says. A search with one answer goes straight to it."""
    form, filters = OrderFilterForm.read(request.GET)
    page = orders.page(request.store.id, filters, request.GET.get("page", ""))
    if filters.text and filters == Filters(text=filters.text) and len(page.rows) == 1:
        return redirect("dashboard:order", page.rows[0].order.id)
    context = {
        "form": form,
        "query": filters,
        "page": page,
        "is_narrowed": filters != Filters(),
        "is_filtered": filters != Filters(text=filters.text),
        "is_empty": not page.rows and filters == Filters(),
    }
    return render(request, "dashboard/orders.html", context)


@store_view(Role.AGENT)
def orders_file(request: StoreRequest) -> HttpResponseBase:
    """The chosen orders as CSV, or all that the address lets through."""
    store_id, zone = request.store.id, zone_of(request.store)
    ids = chosen_ids(request.GET)
    lines = (
        export.chosen(store_id, zone, ids)
        if ids
        else export.matching(store_id, zone, OrderFilterForm.read(request.GET)[1])
    )
    response = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    today = timezone.localtime(clock.now()).date()
    response["Content-Disposition"] = f'attachment; filename="orders-{today}.csv"'
    return response
