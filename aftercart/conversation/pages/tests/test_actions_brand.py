"""A store's look: what may be set, and logos drawn anew."""

from collections.abc import Iterator
from io import BytesIO
from typing import Any

import pytest
from django.test import Client
from PIL import Image

from aftercart.conversation.pages import actions
from aftercart.conversation.pages.models import Brand
from aftercart.conversation.pages.tests.made import NOW
from aftercart.conversation.pages.tests.stored import make_order, make_store
from aftercart.core import clock
from aftercart.core.models import Event, Store

pytestmark = pytest.mark.django_db

SECRET = b"52.5200N 13.4050E"


@pytest.fixture(autouse=True)
def _standing_clock() -> Iterator[None]:
    with clock.moved_to(NOW):
        yield


@pytest.fixture
def store() -> Store:
    return make_store()


def picture(
    kind: str, size: tuple[int, int] = (1200, 300), mode: str = "RGB", **options: Any
) -> bytes:
    out = BytesIO()
    Image.new(mode, size, 0 if mode in ("P", "L") else "#b4532a").save(out, kind, **options)
    return out.getvalue()


def brand_of(store: Store) -> Brand:
    return Brand.objects.get(store=store)


def logo_of(store: Store) -> bytes:
    return bytes(brand_of(store).logo or b"")


def test_a_brand_is_changed_in_part_and_recorded(store):
    changed = actions.update_brand(
        store.id, actor="member:7", accent="#B4532A", footer="Somewhere 1"
    )
    assert changed == ["accent", "footer"]
    brand = brand_of(store)
    assert (brand.accent, brand.footer, brand.background) == ("#b4532a", "Somewhere 1", "#ffffff")
    assert actions.update_brand(store.id, accent="#b4532a") == []
    (event,) = Event.objects.filter(type="brand.changed")
    assert (event.actor, event.data) == ("member:7", {"settings": ["accent", "footer"]})


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("accent", "red"),
        ("accent", "#fff"),
        ("background", "#12345g"),
        ("background", ""),
        ("reply_to", "not an address"),
        ("reply_to", "a@b\r\nBcc: c@d"),
        ("sender_name", "x" * 121),
        ("sender_name", "a\nb"),
        ("footer", "x" * 501),
        ("logo", "x"),
        ("contact_email", "a@b.example"),
    ],
)
def test_what_cannot_be_a_brand_changes_nothing(store, field, value):
    with pytest.raises(actions.BrandRefused) as refusal:
        actions.update_brand(store.id, **{"footer": "new", field: value})
    assert refusal.value.field == field
    assert not Brand.objects.filter(footer="new").exists()


@pytest.mark.parametrize(
    ("data", "media_type", "size"),
    [
        (picture("PNG"), "image/png", (640, 160)),
        (picture("JPEG"), "image/jpeg", (640, 160)),
        (picture("WEBP", (100, 100)), "image/png", (100, 100)),
        (picture("GIF", (100, 900), "P"), "image/png", (36, 320)),
        (picture("PNG", (50, 20), "RGBA"), "image/png", (50, 20)),
        (picture("PNG", (50, 20), "L"), "image/png", (50, 20)),
    ],
)
def test_a_logo_is_drawn_anew(store, data, media_type, size):
    digest = actions.upload_logo(store.id, data)
    brand = brand_of(store)
    assert (brand.logo_type, (brand.logo_width, brand.logo_height)) == (media_type, size)
    assert brand.logo_hash == digest
    with Image.open(BytesIO(logo_of(store))) as kept:
        assert kept.size == size


def test_nothing_of_the_file_but_the_picture_is_kept(store):
    exif = Image.Exif()
    exif[0x010E] = SECRET.decode()
    exif[0x0112] = 6  # turned by a quarter
    data = picture("JPEG", (400, 100), exif=exif) + b"<script>behind the picture</script>"
    assert SECRET in data
    actions.upload_logo(store.id, data)
    brand = brand_of(store)
    assert SECRET not in logo_of(store)
    assert b"<script>" not in logo_of(store)
    assert (brand.logo_width, brand.logo_height) == (80, 320)


SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


@pytest.mark.parametrize(
    "data",
    [
        b"",
        SVG,
        b"%!PS-Adobe-3.0 EPSF-3.0\n",
        picture("BMP", (10, 10)),
        picture("PNG")[:200],
        picture("PNG", (4001, 3000), "L"),
        b"\x89PNG" + b"x" * (5 * 1024 * 1024),
    ],
    ids=["empty", "svg", "eps", "bmp", "cut short", "too many pixels", "too large"],
)
def test_what_cannot_be_a_logo_is_refused(store, data):
    with pytest.raises(actions.LogoRefused):
        actions.upload_logo(store.id, data)
    assert not Brand.objects.filter(logo__isnull=False).exists()


def test_a_logo_is_shown_under_its_own_address_and_on_the_page(client: Client, store):
    digest = actions.upload_logo(store.id, picture("PNG"))
    path = f"/brand/northwind/logo-{digest}.png"
    answer = client.get(path)
    assert answer["Content-Type"] == "image/png"
    assert "immutable" in answer["Cache-Control"]
    assert "default-src 'none'" in answer["Content-Security-Policy"]
    assert answer.content == logo_of(store)
    make_order(store)
    assert path in client.get("/track/northwind/").content.decode()
    make_store("other")
    for wrong in (path.replace("northwind", "other"), path.replace(digest, "0" * 24)):
        assert client.get(wrong).status_code == 404


def test_a_logo_can_be_taken_away(client: Client, store):
    digest = actions.upload_logo(store.id, picture("PNG"))
    actions.remove_logo(store.id)
    assert client.get(f"/brand/northwind/logo-{digest}.png").status_code == 404
    assert brand_of(store).logo is None
