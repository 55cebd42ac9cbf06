"""The frame of every page: where one can go. What a person may not see is not there."""

from dataclasses import dataclass
from functools import lru_cache
from typing import cast

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from aftercart.conversation.pages.queries import brand_row
from aftercart.conversation.pages.rules.palette import palette
from aftercart.conversation.pages.snapshots import brand_of
from aftercart.conversation.pages.tokens import design_tokens
from aftercart.core.models import Member, Role, Store
from aftercart.core.queries import Place
from aftercart.core.tenancy import bound
from aftercart.web.dashboard.access import Rights, StoreRequest, enter


@dataclass(frozen=True, slots=True)
class Stop:
    """One place to go. `view` is the name of its address, `right` what one needs to see it."""

    word: str | Promise
    view: str
    right: str
    only_in_mailbox: bool = False


WORK = (
    Stop(_("Home"), "dashboard:home", "see_orders"),
    Stop(_("Orders"), "dashboard:orders", "see_orders"),
    Stop(_("Mailbox"), "dashboard:mailbox", "see_messages", only_in_mailbox=True),
)
SETTINGS = (
    Stop(_("Connections"), "dashboard:connections", "manage_connections"),
    Stop(_("Carriers"), "dashboard:carriers", "manage_connections"),
    Stop(_("Imports"), "dashboard:imports", "run_imports"),
    Stop(_("Brand"), "dashboard:brand", "change_brand"),
    Stop(_("Privacy"), "dashboard:privacy", "answer_privacy"),
    Stop(_("Members"), "dashboard:members", "manage_members"),
    Stop(_("Stores"), "dashboard:stores", "manage_stores"),
)


@dataclass(frozen=True, slots=True)
class Link:
    """A place to go, as this page shows it."""

    word: str | Promise
    address: str
    is_current: bool


@dataclass(frozen=True, slots=True)
class Shell:
    """What the frame shows. `colors` are the store's own, for its mark."""

    store: Store
    member: Member
    places: list[Place]
    work: list[Link]
    settings: list[Link]
    colors: str

    @property
    def subtitle(self) -> str:
        """What tells this store from others of the name."""
        if self.store.is_demo:
            return gettext("Demo store")
        account = self.member.account.name
        return account if account != self.store.name else str(Role(self.member.role).label)

    @property
    def zone(self) -> str:
        """The store's time zone as people say it: "New York"."""
        return self.store.time_zone.rpartition("/")[2].replace("_", " ")


def shell(request: HttpRequest | None) -> Shell | None:
    """The frame for this person, or None for a stranger and for one without a store."""
    if request is None or not _may_enter(request):
        return None
    if not hasattr(request, "shell"):
        request.shell = _shell(cast(StoreRequest, request))  # type: ignore[attr-defined]
    return cast(Shell, request.shell)  # type: ignore[attr-defined]


def _shell(request: StoreRequest) -> Shell:
    with bound(request.store.id):
        brand = brand_of(brand_row(request.store.id))
    return Shell(
        store=request.store,
        member=request.member,
        places=request.places,
        work=_links(request, WORK, request.member),
        settings=_links(request, SETTINGS, request.member),
        colors=_colors(brand.accent, brand.background),
    )


@lru_cache(maxsize=500)
def _colors(accent: str, background: str) -> str:
    """The declarations that put a store's own colour behind its mark."""
    tokens = design_tokens()
    colors = palette(accent, background, tokens.light, tokens.dark).light
    return f"--store:{colors['brand']};--on-store:{colors['on-brand']}"


def mail_stays_here() -> bool:
    """Whether this installation keeps its mail in the app's mailbox instead of sending it."""
    return bool(settings.MAIL_ROUTE == "mailbox")


def _may_enter(request: HttpRequest) -> bool:
    user = getattr(request, "user", None)
    return user is not None and user.is_authenticated and enter(request)


def _links(request: HttpRequest, stops: tuple[Stop, ...], member: Member) -> list[Link]:
    rights = Rights(member.role)
    return [
        _link(request, stop)
        for stop in stops
        if rights[stop.right] and (mail_stays_here() or not stop.only_in_mailbox)
    ]


def _link(request: HttpRequest, stop: Stop) -> Link:
    address = reverse(stop.view)
    is_home = address == reverse("dashboard:home")
    is_current = request.path == address if is_home else request.path.startswith(address)
    return Link(stop.word, address, is_current)
