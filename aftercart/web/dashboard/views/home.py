"""Home: is anything wrong, what changed, what next?"""

from datetime import timedelta

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from aftercart.commerce.orders import queries as orders
from aftercart.conversation.messages import actions as messages
from aftercart.core import clock
from aftercart.core.models import Role
from aftercart.web.dashboard import beginning, flashes, numbers, worries
from aftercart.web.dashboard.access import Rights, StoreRequest, store_view
from aftercart.web.dashboard.flashes import HINTS
from aftercart.web.dashboard.queries import home as queries

HINTED = frozenset(
    {"orders", "mailbox", "connections", "imports", "brand", "privacy", "members", "stores"}
)
"""The pages that begin with a sentence of what they are for."""

TEST_TEMPLATE = "shipped"


@store_view(Role.VIEWER)
def home(request: StoreRequest) -> HttpResponse:
    """The three questions, in this order."""
    store_id = request.store.id
    today = timezone.localtime(clock.now()).date()
    first_watched = queries.start_of(today - timedelta(days=worries.WATCHED_DAYS))
    days = queries.orders_by_day(store_id)
    counts = orders.count_by_delivery_status(store_id, queries.start_of(days.first))
    steps = beginning.steps(store_id, request.member)
    context = {
        "worries": worries.worries(store_id, Rights(request.member.role), first_watched),
        "days": days,
        "headline": numbers.orders_headline(days),
        "route": numbers.route(counts, days.first),
        "route_headline": numbers.route_headline(counts),
        "steps": steps if not all(step.is_done for step in steps) else [],
        "steps_done": sum(step.is_done for step in steps),
        "has_orders": bool(days.total or days.before or queries.begun(store_id)["has_order"]),
    }
    return render(request, "dashboard/home.html", context)


@store_view(Role.VIEWER)
def orders_by_day(request: StoreRequest) -> HttpResponse:
    """The numbers behind the picture, for a spreadsheet."""
    days = queries.orders_by_day(request.store.id)
    lines = ["day,orders", *(f"{day.day.isoformat()},{day.orders}" for day in days.days)]
    response = HttpResponse("\r\n".join([*lines, ""]), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="orders-by-day.csv"'
    return response


@store_view(Role.ADMIN)
@require_POST
def test_mail(request: StoreRequest) -> HttpResponse:
    """Send a mail about an example order to whoever asks for it."""
    email = request.user.email
    messages.send_test(request.store.id, email, TEST_TEMPLATE, actor=f"member:{request.member.id}")
    flashes.done(request, _("A test mail to %s is on its way.") % email)
    came_from_brand = request.POST.get("back") == "brand"
    return redirect("dashboard:brand" if came_from_brand else "dashboard:home")


@store_view(Role.VIEWER)
@require_POST
def dismiss_hint(request: StoreRequest, page: str) -> HttpResponse:
    """Hide the sentence that says what a page is for."""
    if page not in HINTED:
        raise Http404
    request.session[HINTS] = sorted({*request.session.get(HINTS, []), page})
    return redirect(f"dashboard:{page}")
