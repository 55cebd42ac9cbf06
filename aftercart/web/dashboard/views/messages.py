"""Messages: one as it was sent, the week's in one state, and sending them once more."""

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from aftercart.conversation.messages import actions
from aftercart.conversation.messages import queries as messages
from aftercart.core.models import Role
from aftercart.web.dashboard import flashes
from aftercart.web.dashboard.access import StoreRequest, store_view
from aftercart.web.dashboard.chosen import chosen_ids
from aftercart.web.dashboard.queries.home import message_counts, messages_by_id, messages_in
from aftercart.web.dashboard.responses import shut_in
from aftercart.web.dashboard.statuses import MESSAGES

WORST_FIRST = ("failed", "unknown", "bounced", "complained")


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
    counts = message_counts(request.store.id)
    worst = next((name for name in WORST_FIRST if counts.get(name)), "sent")
    state = request.GET.get("state", worst)
    if state not in MESSAGES:
        raise Http404
    context = {
        "rows": messages_in(request.store.id, [state]),
        "state": state,
        "states": [(name, counts.get(name, 0)) for name in MESSAGES if counts.get(name)],
    }
    return render(request, "dashboard/messages.html", context)


@store_view(Role.AGENT)
@require_POST
def resend(request: StoreRequest, message_id: int) -> HttpResponse:
    """Send a message once more, as things are now."""
    found = messages.message(request.store.id, message_id)
    try:
        is_new = actions.resend(request.store.id, message_id, _actor(request))
    except LookupError as error:
        raise Http404 from error
    if is_new:
        flashes.done(request, _("The message is sent once more, as things are now."))
    else:
        flashes.refused(request, _("It waits to be sent once more already."))
    return redirect("dashboard:order", found["order_id"]) if found else redirect("dashboard:home")


@store_view(Role.AGENT)
def resend_chosen(request: StoreRequest) -> HttpResponse:
    """Ask once, with all of them in sight; then send the chosen messages once more."""
    given = request.POST if request.method == "POST" else request.GET
    rows = messages_by_id(request.store.id, chosen_ids(given))
    if request.method != "POST":
        return render(request, "dashboard/messages_again.html", {"rows": rows})
    sent = sum(actions.resend(request.store.id, row["id"], _actor(request)) for row in rows)
    if sent:
        text = ngettext(
            "%d message is sent once more, as things are now.",
            "%d messages are sent once more, as things are now.",
            sent,
        )
        flashes.done(request, text % sent)
    else:
        flashes.refused(request, _("Nothing was left to send: they wait to be sent already."))
    return redirect(f"{reverse('dashboard:messages')}?state=planned")


def _actor(request: StoreRequest) -> str:
    return f"member:{request.member.id}"
