"""How the store looks: change it, and see it on a real page and a real mail meanwhile."""

import msgspec
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from aftercart.conversation.messages.rendering import RenderContext
from aftercart.conversation.messages.rendering import render as render_mail
from aftercart.conversation.messages.rendering.examples import example
from aftercart.conversation.pages import actions
from aftercart.conversation.pages.actions import BrandRefused, LogoRefused
from aftercart.conversation.pages.actions.brand import LARGEST_UPLOAD
from aftercart.conversation.pages.facts import OrderSnapshot, SnapshotBrand
from aftercart.conversation.pages.queries import brand_row
from aftercart.conversation.pages.rendering import order_html
from aftercart.conversation.pages.rules.page import look
from aftercart.conversation.pages.rules.palette import HEX
from aftercart.conversation.pages.snapshots import brand_of, take
from aftercart.core import clock
from aftercart.core.actions import stores
from aftercart.core.models import Role
from aftercart.web.dashboard import flashes
from aftercart.web.dashboard.access import StoreRequest, store_view
from aftercart.web.dashboard.forms.brand import BRAND, BrandForm, LogoForm
from aftercart.web.dashboard.queries.order import newest_order
from aftercart.web.dashboard.responses import shut_in

SHOWN_TEMPLATE = "in_transit"
LONGEST_FOOTER = 500


@store_view(Role.ADMIN)
def brand(request: StoreRequest) -> HttpResponse:
    """The form, with the page and the mail beside it."""
    form = BrandForm(request.POST or None, initial=_stored(request))
    if request.method == "POST" and form.is_valid() and _save(request, form):
        flashes.done(request, _("The look is saved. Pages and mails have it from now on."))
        return redirect("dashboard:brand")
    return _page(request, form, LogoForm())


@store_view(Role.ADMIN)
@require_POST
def logo(request: StoreRequest) -> HttpResponse:
    """Take a new logo, or take the present one away."""
    actor = f"member:{request.member.id}"
    if "remove" in request.POST:
        actions.remove_logo(request.store.id, actor=actor)
        flashes.done(request, _("The logo is gone; the store's name stands in its place."))
        return redirect("dashboard:brand")
    form = LogoForm(request.POST, request.FILES)
    if form.is_valid():
        try:
            data = form.cleaned_data["logo"].read(LARGEST_UPLOAD + 1)
            actions.upload_logo(request.store.id, data, actor=actor)
        except LogoRefused as refused:
            form.add_error("logo", str(refused))
        else:
            flashes.done(request, _("The new logo is there."))
            return redirect("dashboard:brand")
    return _page(request, BrandForm(initial=_stored(request)), form)


@store_view(Role.ADMIN)
def preview(request: StoreRequest, kind: str) -> HttpResponse:
    """The newest order's page or mail, or an example's, with the colours that the address names."""
    snapshot, context = _shown(request)
    snapshot = msgspec.structs.replace(snapshot, brand=_tried(request, snapshot.brand))
    if kind == "page":
        return shut_in(HttpResponse(order_html(snapshot, look(snapshot, clock.now()))))
    if kind == "mail":
        return shut_in(HttpResponse(render_mail(SHOWN_TEMPLATE, snapshot, context).html))
    raise Http404


def _stored(request: StoreRequest) -> dict[str, str]:
    """What the form begins with."""
    look_now = brand_of(brand_row(request.store.id))
    shown = {name: getattr(look_now, name) for name in BRAND}
    return {
        **shown,
        "contact_email": request.store.contact_email,
        "contact_url": request.store.contact_url,
    }


def _save(request: StoreRequest, form: BrandForm) -> bool:
    """Whether everything was taken; what was not stands at its field."""
    try:
        actions.update_brand(
            request.store.id, actor=f"member:{request.member.id}", **form.brand_values()
        )
    except BrandRefused as refused:
        form.add_error(refused.field if refused.field in form.fields else None, str(refused))
        return False
    stores.change(request.store, request.member, form.store_values())
    return True


def _shown(request: StoreRequest) -> tuple[OrderSnapshot, RenderContext]:
    order_id = newest_order(request.store.id)
    if order_id is None:
        return example(SHOWN_TEMPLATE, brand_of(brand_row(request.store.id)), request.store.id)
    return take(request.store.id, [order_id])[order_id], RenderContext()


def _tried(request: StoreRequest, stored: SnapshotBrand) -> SnapshotBrand:
    """The brand with what is being tried out; nonsense is left out."""
    colors = {
        name: request.GET[name]
        for name in ("accent", "background")
        if HEX.fullmatch(request.GET.get(name, ""))
    }
    footer = request.GET.get("footer", stored.footer)[:LONGEST_FOOTER]
    return msgspec.structs.replace(stored, **colors, footer=footer)


def _page(request: StoreRequest, form: BrandForm, logo_form: LogoForm) -> HttpResponse:
    context = {
        "form": form,
        "logo_form": logo_form,
        "brand": brand_of(brand_row(request.store.id)),
        "has_orders": newest_order(request.store.id) is not None,
    }
    status = 422 if form.errors or logo_form.errors else 200
    return render(request, "dashboard/brand.html", context, status=status)
