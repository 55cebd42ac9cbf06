"""The dashboard in a real browser: keyboard, phones, without script, with a passkey."""

import re
from collections.abc import Callable, Iterator
from typing import Any, cast

import pytest
from django.conf import settings
from playwright.sync_api import Page, StorageState, expect

from aftercart.conversation.pages.tests.stored import make_order
from aftercart.core.models import Member
from aftercart.intake.models import ImportRun
from aftercart.web.dashboard.tests.filled import Filled, fill
from aftercart.web.dashboard.tests.people import PASSWORD, browser_of, make_member, make_store
from tests.support.browser import OpenPage
from tests.support.live import LiveApp

pytestmark = [pytest.mark.browser, pytest.mark.processes, pytest.mark.timeout(300)]

PHONE = 390
WIDTHS = (320, PHONE, 768, 1280)

OpenSignedIn = Callable[..., Page]


@pytest.fixture(scope="module")
def shop(committed_db: None) -> Filled:
    """A filled store, for all tests of this module."""
    return fill(make_store("fjord"))


class NamedApp(LiveApp):
    """A server under a name: at an address of numbers browsers refuse passkeys."""

    @property
    def url(self) -> str:
        return f"http://localhost:{self.port}"


@pytest.fixture(scope="module")
def app(shop: Filled, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveApp]:
    running = NamedApp(tmp_path_factory.mktemp("dashboard"))
    running.start("serve")
    yield running
    running.close()


@pytest.fixture(scope="module")
def signed_in(shop: Filled, app: LiveApp) -> StorageState:
    """The cookies of a browser in which the owner is signed in."""
    return cookies_of(shop.owner, app)


@pytest.fixture
def open_signed_in(app: LiveApp, signed_in: StorageState, open_page: OpenPage) -> OpenSignedIn:
    """A function that opens a page of the app, signed in; scripts can be off."""

    def open_one(
        path: str = "/", *, width: int = 1280, script: bool = True, member: Member | None = None
    ) -> Page:
        cookies = cookies_of(member, app) if member else signed_in
        page = open_page(width=width, java_script_enabled=script, storage_state=cookies)
        page.goto(f"{app.url}{path}")
        return page

    return open_one


def cookies_of(member: Member, app: LiveApp) -> StorageState:
    """What a browser keeps of a sign-in; how one signs in, the tests of passkeys do in full."""
    client = browser_of(member)
    name = settings.SESSION_COOKIE_NAME
    cookie = {"name": name, "value": client.cookies[name].value, "url": app.url}
    return StorageState(cookies=[cast(Any, cookie)], origins=[])


def sign_in(page: Page, url: str, member: Member) -> None:
    page.goto(f"{url}/accounts/login/")
    page.get_by_label("E-mail").fill(member.user.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url(f"{url}/")


def paths_of(shop: Filled) -> list[str]:
    given = shop.arguments
    return [
        "/",
        "/orders/",
        f"/orders/{given['order_id']}/",
        f"/messages/{given['message_id']}/",
        "/mailbox/",
        "/settings/connections/",
        "/settings/connections/add/",
        "/settings/connections/add/woocommerce/",
        f"/settings/connections/{given['connection_id']}/",
        "/imports/",
        f"/imports/{given['run_id']}/",
        "/settings/brand/",
        "/settings/members/",
        "/settings/stores/",
        "/settings/stores/add/",
        "/profile/",
        "/accounts/2fa/",
    ]


def test_the_keyboard_searches_and_opens_orders(shop: Filled, open_signed_in: OpenSignedIn) -> None:
    page = open_signed_in("/orders/")
    page.keyboard.press("/")
    search = page.get_by_role("searchbox", name="Search orders")
    expect(search).to_be_focused()
    page.keyboard.type("/j")
    expect(search).to_have_value("/j")
    page.keyboard.press("Escape")
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("j")
    row = page.locator(".row-link").first
    expect(row).to_be_focused()
    assert (
        page.evaluate("getComputedStyle(document.activeElement, '::after').outlineStyle") == "solid"
    )
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/orders/{shop.arguments['order_id']}/")


def test_the_first_stop_of_the_keyboard_skips_to_the_page(open_signed_in: OpenSignedIn) -> None:
    page = open_signed_in("/orders/")
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Skip to the page")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()


def test_a_row_opens_wherever_it_is_clicked(shop: Filled, open_signed_in: OpenSignedIn) -> None:
    page = open_signed_in("/orders/")
    for cell in (page.get_by_text("€98.00"), page.locator("td.placed time")):
        # The link lies over the whole row, which Playwright takes for something in the way.
        cell.click(force=True)
        page.wait_for_url(f"**/orders/{shop.arguments['order_id']}/")
        page.go_back()


def test_no_page_scrolls_sideways_or_complains(
    shop: Filled, open_signed_in: OpenSignedIn, app: LiveApp
) -> None:
    page = open_signed_in()
    said: list[str] = []
    page.on("console", lambda message: said.append(f"{page.url}: {message.text}"))
    page.on("pageerror", lambda error: said.append(f"{page.url}: {error}"))
    too_wide = []
    for path in paths_of(shop):
        page.goto(f"{app.url}{path}")
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 800})
            if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
                too_wide.append((path, width))
        page.wait_for_timeout(50)  # for what a script says a moment later
    assert too_wide == []
    assert said == []


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_a_phones_menu_opens(script: bool, open_signed_in: OpenSignedIn) -> None:
    page = open_signed_in("/", width=PHONE, script=script)
    menu = page.locator("nav#menu")
    expect(menu).to_be_hidden()
    page.get_by_role("button", name="Menu").click()
    expect(menu).to_be_visible()
    menu.get_by_role("link", name="Orders").click()
    page.wait_for_url("**/orders/")


def test_things_to_press_are_large_enough_on_a_phone(
    shop: Filled, open_signed_in: OpenSignedIn, app: LiveApp
) -> None:
    page = open_signed_in("/settings/members/", width=PHONE)
    heights = page.locator("main .button:visible, main select:visible").evaluate_all(
        "found => found.map(one => one.getBoundingClientRect().height)"
    )
    assert heights
    assert min(heights) >= 44


def test_filters_work_without_script(open_signed_in: OpenSignedIn) -> None:
    page = open_signed_in("/orders/", script=False)
    page.get_by_label("Delivery", exact=True).select_option("delivered")
    page.get_by_role("button", name="Show").click()
    page.wait_for_url("**delivery=delivered**")
    expect(page.get_by_text("No order matches")).to_be_visible()


def test_filters_are_sent_as_they_are_chosen(open_signed_in: OpenSignedIn) -> None:
    page = open_signed_in("/orders/")
    page.get_by_label("Delivery", exact=True).select_option("delivered")
    page.wait_for_url("**/orders/?delivery=delivered")


def test_rows_are_chosen_by_mouse_and_keyboard(shop: Filled, open_signed_in: OpenSignedIn) -> None:
    for number in range(3):
        make_order(shop.store, number=f"#{number}")
    page = open_signed_in("/orders/")
    download = page.get_by_role("button", name="Download the chosen as CSV")
    expect(download).to_be_hidden()
    page.keyboard.press("j")
    page.keyboard.press("x")
    expect(page.get_by_text("Chosen: 1")).to_be_visible()
    page.get_by_role("checkbox").last.click(modifiers=["Shift"])
    expect(page.get_by_text("Chosen: 4")).to_be_visible()
    expect(page.get_by_label("Choose all on this page")).to_be_checked()
    with page.expect_download() as found:
        download.click()
    assert len(found.value.path().read_text().splitlines()) == 5
    page.get_by_role("button", name="Choose none").click()
    expect(download).to_be_hidden()


def test_rows_are_chosen_without_script(shop: Filled, open_signed_in: OpenSignedIn) -> None:
    make_order(shop.store, number="#plain")
    page = open_signed_in("/orders/", script=False)
    expect(page.get_by_label("Choose all on this page")).to_be_hidden()
    page.get_by_label("Choose #plain").check()
    with page.expect_download() as found:
        page.get_by_role("button", name="Download the chosen as CSV").click()
    assert len(found.value.path().read_text().splitlines()) == 2


@pytest.mark.parametrize("width", [320, PHONE, 1280])
def test_bars_stand_on_one_line(width: int, open_signed_in: OpenSignedIn) -> None:
    page = open_signed_in("/", width=width)
    feet = page.locator(".days .pillar").evaluate_all(
        "found => found.map(one => one.getBoundingClientRect().bottom)"
    )
    assert len(feet) == 14
    assert len(set(feet)) == 1


def test_a_link_is_copied(shop: Filled, open_signed_in: OpenSignedIn) -> None:
    page = open_signed_in(f"/orders/{shop.arguments['order_id']}/")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Copy tracking link").click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    assert "/t/" in page.evaluate("navigator.clipboard.readText()")


def test_colours_are_tried_on_while_they_are_chosen(open_signed_in: OpenSignedIn) -> None:
    page = open_signed_in("/settings/brand/")
    page.get_by_label("Accent").fill("#7a1f5c")
    preview = page.locator("#brand-previews iframe").first
    expect(preview).to_have_attribute("src", re.compile("accent=%237a1f5c"))


def hold_an_authenticator(page: Page) -> None:
    """Give the browser one that keeps passkeys and says yes to everything."""
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": options})


def test_a_passkey_is_added_and_signs_in(shop: Filled, app: LiveApp, open_page: OpenPage) -> None:
    url, page = app.url, open_page()
    hold_an_authenticator(page)
    sign_in(page, url, make_member(shop.store, password=PASSWORD))
    page.goto(f"{url}/accounts/2fa/webauthn/add/")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Go on").click()
    page.get_by_label("What you call it").fill("My phone")
    page.get_by_label("Sign in with it alone").check()
    page.get_by_role("button", name="Add the passkey").click()
    page.wait_for_url(lambda where: not where.endswith("/add/"))
    page.goto(f"{url}/accounts/2fa/webauthn/")
    expect(page.get_by_text("My phone")).to_be_visible()
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url(f"{url}/accounts/login/")
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.wait_for_url(f"{url}/")
    expect(page.get_by_role("link", name="Orders", exact=True)).to_be_visible()


def test_a_refused_passkey_is_said_on_the_page(app: LiveApp, open_page: OpenPage) -> None:
    page = open_page()
    hold_an_authenticator(page)  # which holds no passkey of this address
    page.goto(f"{app.url}/accounts/login/")
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_role("alert")).to_contain_text("That did not work")


def test_a_store_is_switched_by_keyboard(shop: Filled, open_signed_in: OpenSignedIn) -> None:
    make_store("second", shop.store.account)
    page = open_signed_in("/", member=make_member(shop.store))
    summary = page.locator("details.switcher > summary")
    summary.focus()
    page.keyboard.press("Enter")
    second = page.get_by_role("link", name="Second")
    expect(second).to_be_visible()
    page.keyboard.press("Escape")
    expect(second).to_be_hidden()
    expect(summary).to_be_focused()
    page.keyboard.press("Enter")
    second.click()
    expect(summary).to_contain_text("Second")


def test_progress_moves_while_one_watches(shop: Filled, open_signed_in: OpenSignedIn) -> None:
    run = ImportRun.objects.get(pk=shop.arguments["run_id"])
    run.pk = None  # another one like it
    run.state, run.total, run.done = "running", 400, 100
    run.save()
    page = open_signed_in(f"/imports/{run.pk}/")
    expect(page.get_by_role("progressbar")).to_have_js_property("value", 100)
    run.done = 300
    run.save()
    expect(page.get_by_role("progressbar")).to_have_js_property("value", 300)
    run.state, run.done = "done", 400
    run.save()
    expect(page.get_by_text("Done", exact=True)).to_be_visible()
    expect(page.get_by_role("button", name="Stop")).to_have_count(0)
