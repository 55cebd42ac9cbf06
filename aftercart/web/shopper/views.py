"""Finding one's order, and where a parcel is."""

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_GET, require_http_methods

from aftercart.conversation.pages import queries
from aftercart.conversation.pages.actions import TooManyTries, count_try
from aftercart.conversation.pages.asking import Asking, Typed, wait_text
from aftercart.conversation.pages.rules.lookup import (
    LINK_LIMITS,
    MOVEMENT_LIMITS,
    order_number,
    readings,
)
from aftercart.core import clock
from aftercart.core.models import Store
from aftercart.core.tenancy import bound
from aftercart.delivery.shipments.rules import normalised
from aftercart.web.shopper import jobs, stores

View = Callable[..., HttpResponse]

# No script at all; pictures are the store's logo.
CONTENT_SECURITY_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' https: data:; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'self'"
)
ASKED = "asked"
LONGEST_INPUT = 300


def private(view: View) -> View:
    """Nobody keeps these pages, lists them, or runs a script on them."""

    @wraps(view)
    def answer(request: HttpRequest, **arguments: str) -> HttpResponse:
        response = view(request, **arguments)
        response["Content-Security-Policy"] = CONTENT_SECURITY_POLICY
        response["Cache-Control"] = "private, no-store"
        response["X-Robots-Tag"] = "noindex, nofollow"
        return response

    return answer


@private
@gzip_page
@require_http_methods(["GET", "HEAD", "POST"])
def lookup(request: HttpRequest, slug: str = "") -> HttpResponse:
    """The form, what it says whatever was typed, and where a parcel is."""
    store = stores.named(slug) if slug else stores.meant(request)
    if store is None:
        return render(request, "shopper/which_store.html", status=HTTPStatus.NOT_FOUND)
    if request.method == "POST":
        return _ask(request, store)
    if "parcel" in request.GET:
        return _movement(request, store)
    with bound(store.id):
        asking = _asking(request, store)
        if ASKED in request.GET:
            return HttpResponse(asking.answer())
        return HttpResponse(asking.form(get_token(request), Typed(), Typed()))


@require_GET
def logo(request: HttpRequest, slug: str, digest: str, ending: str) -> HttpResponse:
    """A store's logo, under an address that changes with it."""
    store = stores.named(slug)
    with bound(store.id):
        found = queries.logo(store.id, digest)
    if found is None:
        raise Http404
    response = HttpResponse(found.body, content_type=found.media_type)
    response["Cache-Control"] = "public, max-age=31536000, immutable"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cross-Origin-Resource-Policy"] = "cross-origin"  # mails and the shop show it too
    return response


def _ask(request: HttpRequest, store: Store) -> HttpResponse:
    """Hand the question over. Whether an order is found is seen by a worker, later and elsewhere:
    the answer and the time it takes cannot depend on it."""
    typed = Typed(order=_input(request, "order"), proof=_input(request, "proof"))
    errors = _errors(typed)
    if errors != Typed():
        return _form_again(request, store, typed, errors)
    number = order_number(typed.order)
    try:
        count_try(store.id, "link", LINK_LIMITS, address=_client(request), number=number)
    except TooManyTries as refusal:
        response = _form_again(request, store, typed, Typed(), wait_text())
        return _refused(response, refusal)
    jobs.ask(store.id, number, readings(typed.proof))
    return HttpResponseRedirect(f"{_here(store)}?{ASKED}=1", status=HTTPStatus.SEE_OTHER)


def _movement(request: HttpRequest, store: Store) -> HttpResponse:
    number = normalised(request.GET["parcel"][:LONGEST_INPUT])
    if not number:
        return HttpResponseRedirect(_here(store))
    try:
        count_try(store.id, "parcel", MOVEMENT_LIMITS, address=_client(request), number=number)
    except TooManyTries as refusal:
        with bound(store.id):
            return _refused(HttpResponse(_asking(request, store).refusal()), refusal)
    with bound(store.id):
        return HttpResponse(_asking(request, store).movement(number, clock.now()))


def _form_again(
    request: HttpRequest, store: Store, typed: Typed, errors: Typed, refused: str = ""
) -> HttpResponse:
    with bound(store.id):
        page = _asking(request, store).form(get_token(request), typed, errors, refused)
    return HttpResponse(page, status=HTTPStatus.UNPROCESSABLE_ENTITY)


def _refused(response: HttpResponse, refusal: TooManyTries) -> HttpResponse:
    response.status_code = HTTPStatus.TOO_MANY_REQUESTS
    response["Retry-After"] = str(refusal.seconds)
    return response


def _errors(typed: Typed) -> Typed:
    """What is wrong with the form itself, which says nothing about orders."""
    order = "" if order_number(typed.order) else _("Enter the order number.")
    if not typed.proof.strip():
        return Typed(order, _("Enter an e-mail address, a postcode or a phone number."))
    if not readings(typed.proof):
        problem = _("This is no e-mail address, postcode or phone number. Check it for mistakes.")
        return Typed(order, problem)
    return Typed(order)


def _input(request: HttpRequest, name: str) -> str:
    return request.POST.get(name, "")[:LONGEST_INPUT].replace("\x00", "")


def _asking(request: HttpRequest, store: Store) -> Asking:
    return Asking(store.id, _here(store), get_language() or "")


def _here(store: Store) -> str:
    return reverse("lookup_of_store", args=[store.slug])


def _client(request: HttpRequest) -> str:
    """Who asks; the edge has settled this by TRUSTED_PROXIES."""
    return str(request.META.get("REMOTE_ADDR", ""))
