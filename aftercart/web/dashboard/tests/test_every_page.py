"""Every address of the dashboard, so that no new page can forget who may see it."""

import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import Any

import pytest
from django.test import Client
from django.urls import Resolver404, URLPattern, URLResolver, resolve, reverse

from aftercart.core import sql
from aftercart.core.models import Member, Role, Store
from aftercart.core.roles import RANKS, at_least
from aftercart.web.dashboard.tests.filled import Filled
from aftercart.web.dashboard.tests.people import browser_in, browser_of, make_member, make_store
from aftercart.web.dashboard.urls import urlpatterns

pytestmark = pytest.mark.django_db

WITHOUT_A_STORE = {"profile", "invitation"}
"""A person's own page, and the one that an invitation's link opens; tested by themselves."""


def patterns(found: Sequence[URLPattern | URLResolver]) -> Iterator[URLPattern]:
    for pattern in found:
        if isinstance(pattern, URLResolver):
            yield from patterns(pattern.url_patterns)
        else:
            yield pattern


EVERY_PATTERN = {str(pattern.name): pattern for pattern in patterns(urlpatterns)}
IN_A_STORE = sorted(EVERY_PATTERN.keys() - WITHOUT_A_STORE)
ONLY_BY_POST = {
    "brand_logo",
    "carrier_ask_first",
    "carriers_ask_again",
    "connection_pause",
    "connection_rename",
    "connection_resume",
    "dismiss",
    "dismiss_hint",
    "import_cancel",
    "import_start",
    "invite",
    "invite_again",
    "invite_revoke",
    "member_role",
    "parcel_ask",
    "parcel_carrier",
    "resend",
    "restore",
    "retry",
    "retry_all",
    "test_mail",
}
NAMING_A_ROW = sorted(
    name
    for name in IN_A_STORE
    if {argument for argument in EVERY_PATTERN[name].pattern.converters if argument.endswith("_id")}
)


def address(name: str, filled: Filled) -> str:
    wanted = EVERY_PATTERN[name].pattern.converters
    given = {argument: filled.arguments[argument] for argument in wanted}
    return reverse(f"dashboard:{name}", kwargs=given)


def minimum_role(name: str) -> Role:
    return EVERY_PATTERN[name].callback.minimum_role  # type: ignore[attr-defined, no-any-return]


@pytest.mark.parametrize("name", IN_A_STORE)
def test_every_view_says_which_role_it_needs(name: str) -> None:
    assert minimum_role(name) in Role


@pytest.mark.parametrize("name", IN_A_STORE)
def test_a_stranger_is_sent_to_sign_in(name: str, filled: Filled) -> None:
    for method in (Client().get, Client().post):
        answer = method(address(name, filled))
        assert answer.status_code == 302
        assert answer["Location"].startswith("/accounts/login/?next=/")


@pytest.mark.parametrize("name", IN_A_STORE)
def test_the_owner_sees_the_page(name: str, filled: Filled) -> None:
    answer = browser_of(filled.owner).get(address(name, filled))
    assert answer.status_code == (405 if name in ONLY_BY_POST else 200)


@pytest.mark.parametrize("name", IN_A_STORE)
def test_another_stores_member_gets_404(name: str, filled: Filled) -> None:
    """Asked for by name, in the address or in a form, the store is not there for them."""
    browser = browser_in(make_store("contoso"))
    where = address(name, filled)
    assert browser.get(where, {"store": filled.store.slug}).status_code == 404
    assert browser.post(where, {"_store": filled.store.slug}).status_code == 404


@pytest.mark.parametrize("name", NAMING_A_ROW)
def test_another_stores_rows_are_not_there(name: str, filled: Filled) -> None:
    """From a store of one's own, with the ids of another's."""
    browser = browser_in(make_store("contoso"))
    answers = [browser.post(address(name, filled))]
    if name not in ONLY_BY_POST:
        answers.append(browser.get(address(name, filled)))
    assert {answer.status_code for answer in answers} <= {404, 405}
    assert 404 in {answer.status_code for answer in answers}


@pytest.mark.parametrize("name", [name for name in IN_A_STORE if minimum_role(name) != "viewer"])
def test_too_low_a_role_is_told_so(name: str, filled: Filled) -> None:
    needed = RANKS[minimum_role(name)]
    too_low = next(role for role, rank in RANKS.items() if rank == needed - 1)
    browser = browser_in(filled.store, too_low)
    for method in (browser.get, browser.post):
        answer = method(address(name, filled))
        assert answer.status_code == 403
        assert f"at least: {minimum_role(name).label}" in answer.content.decode()


@pytest.mark.parametrize("name", sorted(set(IN_A_STORE) - ONLY_BY_POST))
def test_looking_changes_nothing(name: str, filled: Filled) -> None:
    browser = browser_of(filled.owner)
    before = digests()
    list(browser.get(address(name, filled)))  # a file is only over when it is read
    assert digests() == before


def digests() -> list[dict[str, Any]]:
    """What every table holds, but for sessions, which remember the current store."""
    tables = sql.fetch(
        "SELECT relname AS name FROM pg_class WHERE relnamespace = 'public'::regnamespace "
        "AND relkind IN ('r', 'p') AND relname <> 'django_session' "
        "AND has_table_privilege(oid, 'SELECT')"
    )
    every = " UNION ALL ".join(
        f"SELECT '{table['name']}' AS name, count(*) AS rows, "
        f"sum(hashtextextended(held::text, 0)) AS digest FROM {table['name']} AS held"
        for table in tables
    )
    return sql.fetch(f"SELECT * FROM ({every}) AS tables ORDER BY name")


@pytest.mark.parametrize("name", sorted(ONLY_BY_POST))
def test_a_form_without_its_proof_is_refused(name: str, filled: Filled) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(filled.owner.user)
    assert browser.post(address(name, filled)).status_code == 403


def test_a_form_is_for_the_store_it_was_made_for(store: Store, owner: Member) -> None:
    """Another tab has gone to a second store of the same account meanwhile."""
    second = make_store("second", store.account)
    browser = browser_of(owner)
    browser.get("/", {"store": second.slug})
    browser.post("/settings/stores/this/", {"_store": store.slug, **SETTINGS, "name": "New name"})
    store.refresh_from_db()
    second.refresh_from_db()
    assert (store.name, second.name) == ("New name", "Second")


SETTINGS = {"time_zone": "Europe/Berlin", "currency": "EUR"}


def test_one_who_belongs_nowhere_is_told_so(store: Store) -> None:
    member = make_member(store, Role.VIEWER)
    browser = browser_of(member)
    member.delete()
    answer = browser.get("/")
    assert answer.status_code == 403
    assert "You belong to no account" in answer.content.decode()


def test_a_removed_member_is_out_at_once(store: Store) -> None:
    make_store("elsewhere")
    member = make_member(store, Role.ADMIN)
    browser = browser_of(member)
    assert browser.get("/orders/").status_code == 200
    member.delete()
    assert browser.get("/orders/").status_code == 403


@pytest.mark.parametrize("role", Role.values)
def test_nothing_is_shown_that_the_role_may_not_do(role: str, filled: Filled) -> None:
    """Every link and every form of every page that the role may see, and of those they lead to."""
    browser = browser_in(filled.store, role)
    too_high, seen = [], set()
    ahead = [
        address(name, filled)
        for name in sorted(set(IN_A_STORE) - ONLY_BY_POST)
        if at_least(role, minimum_role(name))
    ]
    while ahead:
        page = ahead.pop()
        answer = browser.get(page)
        if answer.status_code != 200 or "text/html" not in answer["Content-Type"]:
            continue
        for found in addresses_in(answer):
            if found not in seen:
                seen.add(found)
                too_high += [(page, found)] if needs_more_than(role, found) else []
                ahead += [found]
    assert too_high == []
    assert "/orders/" in seen


def addresses_in(answer: Any) -> set[str]:
    """The dashboard's own addresses that a page leads or posts to, without their questions."""
    found = re.findall(r'(?:href|action|formaction)="(/[^"#?]*)', answer.content.decode())
    return {path for path in found if view_of(path)}


def view_of(path: str) -> Any:
    with suppress(Resolver404):
        match = resolve(path)
        return match.func if match.namespace == "dashboard" else None


def needs_more_than(role: str, path: str) -> bool:
    return not at_least(role, getattr(view_of(path), "minimum_role", Role.VIEWER))


def test_what_a_person_may_not_see_is_not_in_the_menu(store: Store) -> None:
    for_viewers = browser_in(store, Role.VIEWER).get("/").content.decode()
    for_admins = browser_in(store, Role.ADMIN).get("/").content.decode()
    for word in ("Connections", "Imports", "Brand", "Members", "Stores"):
        link = f">{word}</a>"
        assert link in for_admins
        assert link not in for_viewers
    assert ">Orders</a>" in for_viewers
