"""What the dashboard's templates are made of."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import quote

from django import forms, template
from django.contrib.messages.storage.base import Message
from django.forms import BoundField
from django.http import HttpRequest, QueryDict
from django.middleware.csrf import get_token
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext

from aftercart.commerce.orders.facts import AddressFact
from aftercart.conversation.pages.addresses import picture_address, web_address
from aftercart.core.models import Account
from aftercart.intake.following.queries import FeedView
from aftercart.web.dashboard import histories, moments, navigation, statuses, systems
from aftercart.web.dashboard.access import MEANT_STORE, Rights
from aftercart.web.dashboard.beginning import Step
from aftercart.web.dashboard.figures import Figure
from aftercart.web.dashboard.flashes import HINTS, undo_of

register = template.Library()


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """A picture from our sprite: an ornament, or with a label read aloud."""
    source = static("aftercart/icons.svg")
    if label:
        return format_html(
            '<svg class="icon" role="img" aria-label="{}"><use href="{}#{}"/></svg>',
            label,
            source,
            name,
        )
    return format_html(
        '<svg class="icon" aria-hidden="true"><use href="{}#{}"/></svg>', source, name
    )


@register.simple_tag
def status(kind: str, value: str, words: str = "") -> SafeString:
    """A status as an icon and a word, in its tone."""
    look = statuses.look_of(kind, value)
    return format_html(
        '<span class="status {}">{}<span>{}</span></span>',
        look.tone,
        icon(look.icon),
        words or look.word,
    )


@register.inclusion_tag("dashboard/parts/line.html")
def line(value: str) -> dict[str, Any]:
    """How far along a delivery is: four stops on a line. The word beside it says the same."""
    look = statuses.look_of("delivery", value)
    stops = [{"x": 4 + 14 * place, "passed": place < look.stops} for place in range(4)]
    return {"stops": stops, "tone": look.tone, "reached": 4 + 14 * (look.stops - 1)}


@register.simple_tag
def when(moment: datetime | date | None) -> SafeString | str:
    """A short time or date with the full one on hover."""
    if moment is None:
        return ""
    if isinstance(moment, datetime):
        return moments.told(moment, moments.short(moment))
    short = moments.short_date(moment)
    return moments.time_element(moment.isoformat(), moments.full_date(moment), short)


@register.simple_tag
def at(moment: datetime) -> SafeString:
    """A day with its time, for histories."""
    return moments.told(moment, moments.day_and_time(moment))


@register.simple_tag
def ago(moment: datetime | None) -> SafeString | str:
    """How long ago, with the full time on hover."""
    return moments.told(moment, moments.ago(moment)) if moment else ""


@register.simple_tag
def length(span: timedelta) -> str:
    """A length of time in its largest unit."""
    if span >= moments.MINUTE:
        return moments.span(span)
    seconds = int(span.total_seconds())
    return ngettext("%d second", "%d seconds", seconds) % seconds


@register.filter
def as_span(seconds: int) -> timedelta:
    """So many seconds as a length of time."""
    return timedelta(seconds=seconds)


@register.filter
def breaker_look(feed: FeedView) -> str:
    """How a source does: its connection's state where that keeps it from being asked."""
    if feed.state != "active":
        return feed.state
    return feed.breaker if feed.asked_at else "new"


@register.simple_tag
def pick(row_id: int, label: str) -> SafeString:
    """A row's box to tick; what is ticked is sent as `chosen`."""
    return format_html(
        '<label class="pick"><input type="checkbox" name="chosen" value="{}">'
        '<span class="only-read">{}</span></label>',
        row_id,
        label,
    )


@register.inclusion_tag("dashboard/parts/figures.html")
def figures(found: list[Figure]) -> dict[str, Any]:
    """Numbers with their names, in a row."""
    return {"figures": found}


@register.simple_tag
def money(amount: Decimal | None, currency: str) -> str:
    return moments.money(amount, currency)


@register.inclusion_tag("dashboard/parts/field.html")
def field(bound: BoundField, label: str = "", help_text: str = "") -> dict[str, Any]:
    """A form's field: label above, help under it, errors beside it, tied together for readers."""
    widget = bound.field.widget
    bound.help_text = help_text or bound.help_text
    described = [f"{bound.auto_id}_help"] if bound.help_text else []
    described += [f"{bound.auto_id}_error"] if bound.errors else []
    if any(base.__module__.startswith("allauth") for base in type(bound.form).__mro__):
        widget.attrs.pop("placeholder", None)  # the label above says it already
    if described:
        widget.attrs["aria-describedby"] = " ".join(described)
    if bound.errors:
        widget.attrs["aria-invalid"] = "true"
    return {
        "field": bound,
        "label": label or bound.label,
        "is_check": isinstance(widget, forms.CheckboxInput),
        "is_choices": isinstance(widget, forms.RadioSelect | forms.CheckboxSelectMultiple),
    }


@register.inclusion_tag("dashboard/parts/errors.html")
def errors(form: forms.BaseForm) -> dict[str, Any]:
    """What is wrong with a form as a whole."""
    return {"errors": form.non_field_errors()}


@register.simple_tag(takes_context=True)
def guard(context: template.Context) -> SafeString:
    """What every form of ours carries: proof that it is ours, and the store it was made for."""
    request: HttpRequest = context["request"]
    token = format_html(
        '<input type="hidden" name="csrfmiddlewaretoken" value="{}">', get_token(request)
    )
    store = getattr(request, "store", None)
    if store is None:
        return token
    return token + format_html(
        '<input type="hidden" name="{}" value="{}">', MEANT_STORE, store.slug
    )


@register.simple_tag(takes_context=True)
def shell(context: template.Context) -> navigation.Shell | None:
    """What the frame of the page shows to this person; None for a stranger."""
    return navigation.shell(context.get("request"))


@register.simple_tag(takes_context=True)
def rights(context: template.Context) -> Rights:
    """What this person may do in this store."""
    member = getattr(context.get("request"), "member", None)
    return Rights(member.role if member else "")


@register.simple_tag(takes_context=True)
def address(context: template.Context, **changes: Any) -> str:
    """This page's address with some of its parameters changed; None takes one out."""
    return query_string(context, **changes) or context["request"].path


@register.simple_tag(takes_context=True)
def query_string(context: template.Context, **changes: Any) -> str:
    """This page's parameters with some of them changed, for another address; with their `?`."""
    query: QueryDict = context["request"].GET.copy()
    for name, value in changes.items():
        query.pop(name, None)
        if value not in (None, ""):
            query[name] = str(value)
    return f"?{query.urlencode()}" if query else ""


@register.filter
def undo(message: Message) -> str:
    """Where a flash can be undone, if it can."""
    return undo_of(message)


@register.filter
def level(message: Message) -> str:
    """The kind of a flash: success, warning, error or info."""
    return message.level_tag


@register.filter
def initial(name: str) -> str:
    """The first letter of a name, for the little picture of a store."""
    return next((letter for letter in name if letter.isalnum()), "·").upper()


@register.filter
def in_address(text: str) -> str:
    return quote(text, safe="")


@register.simple_tag
def mail_stays_here() -> bool:
    """Whether mail is kept in the app, so that nobody is told to look into their inbox."""
    return navigation.mail_stays_here()


@register.simple_tag
def first_owner_is_awaited() -> bool:
    """Whether the installation is empty, so that its first owner may sign up."""
    return not Account.objects.exists()


@register.simple_tag(takes_context=True)
def hint_is_dismissed(context: template.Context, page: str) -> bool:
    """Whether this person does not want to read what a page is for any more."""
    session = getattr(context["request"], "session", {})
    return page in session.get(HINTS, [])


@register.filter
def split_words(text: str) -> list[str]:
    return text.split(",")


@register.filter
def template_name(template_key: str) -> str:
    """What a message is about, as the beginning of a line."""
    name = histories.template_name(template_key)
    return name[:1].upper() + name[1:]


@register.filter
def translated(text: str) -> str:
    """A reason that was stored as a sentence of ours, in the reader's language."""
    return gettext(text) if text else ""


@register.filter
def address_lines(address: AddressFact) -> list[str]:
    """A postal address as it is written on a parcel, with the country's name."""
    town = " ".join(part for part in (address.postcode, address.city) if part)
    place = ", ".join(part for part in (town, address.region) if part)
    lines = [address.name, address.company, address.line1, address.line2, place]
    return [line for line in [*lines, moments.country(address.country)] if line]


register.filter("web_address", web_address)
register.filter("picture_address", picture_address)
register.filter("source_name", systems.source_name)


@register.simple_tag
def first_open(steps: list[Step], step: Step) -> str:
    """`next` for the first step that is still to be done."""
    return "next" if next(one for one in steps if not one.is_done) is step else ""
