"""The list of orders."""

from django.http import HttpResponse
from django.shortcuts import redirect, render

from aftercart.core.models import Role
from aftercart.web.dashboard.access import StoreRequest, store_view
from aftercart.web.dashboard.forms.orders import OrderFilterForm
from aftercart.web.dashboard.queries import orders
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
        "is_empty": not page.rows and filters == Filters(),
    }
    return render(request, "dashboard/orders.html", context)
