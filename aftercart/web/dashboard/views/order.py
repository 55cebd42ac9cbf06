"""One order: its parcels, its history, its messages, and the page that its shopper sees."""

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from aftercart.conversation.messages import actions
from aftercart.conversation.messages import queries as messages
from aftercart.core.models import Role
from aftercart.web.dashboard import flashes
from aftercart.web.dashboard.access import StoreRequest, store_view
from aftercart.web.dashboard.queries.home import messages_in
from aftercart.web.dashboard.queries.order import dossier
from aftercart.web.dashboard.responses import shut_in
from aftercart.web.dashboard.statuses import FINANCIAL, FULFILLMENT, MESSAGES
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


@store_view(Role.VIEWER)
def message(request: StoreRequest, message_id: int) -> HttpResponse:
    """One message: to whom, what became of it, and how it looked."""
    found = messages.message(request.store.id, message_id)
    if found is None:
        raise Http404
    return render(request, "dashboard/message.html", {"message": found})


@store_view(Role.VIEWER)
def message_body(request: StoreRequest, message_id: int) -> HttpResponse:
    """The mail exactly as it was sent, shut in: it came out of templates and a shop's texts."""
    found = messages.message(request.store.id, message_id)
    if found is None:
        raise Http404
    if not found["html"]:
        text = found["text"] or _("Nothing was written, since the message was not sent.")
        return shut_in(HttpResponse(text, content_type="text/plain; charset=utf-8"))
    return shut_in(HttpResponse(found["html"]))


@store_view(Role.VIEWER)
def message_list(request: StoreRequest) -> HttpResponse:
    """The messages of the last week in one state: what Home counts."""
    state = request.GET.get("state", "failed")
    if state not in MESSAGES:
        raise Http404
    rows = messages_in(request.store.id, [state])
    return render(request, "dashboard/messages.html", {"rows": rows, "state": state})


@store_view(Role.AGENT)
@require_POST
def resend(request: StoreRequest, message_id: int) -> HttpResponse:
    """Send a message once more, as things are now."""
    found = messages.message(request.store.id, message_id)
    try:
        is_new = actions.resend(request.store.id, message_id, f"member:{request.member.id}")
    except LookupError as error:
        raise Http404 from error
    if is_new:
        flashes.done(request, _("The message is sent once more, as things are now."))
    else:
        flashes.refused(request, _("It waits to be sent once more already."))
    return redirect("dashboard:order", found["order_id"]) if found else redirect("dashboard:home")
