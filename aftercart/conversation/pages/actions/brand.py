"""How a store looks: its colours, its texts, its logo."""

import hashlib
import re
from io import BytesIO
from typing import Any

from django.utils.translation import gettext as _
from PIL import Image, ImageOps, UnidentifiedImageError

from aftercart.conversation.pages.models import Brand
from aftercart.conversation.pages.rules.palette import HEX
from aftercart.core import clock
from aftercart.core.events import Event, publish
from aftercart.core.tenancy import bound

COLORS = ("accent", "background")
TEXTS = {"sender_name": 120, "reply_to": 254, "footer": 500}
MAIL_ADDRESS = re.compile(r"[^\s@<>\"]+@[^\s@<>\"]+")

LARGEST_UPLOAD = 5 * 1024 * 1024
MOST_PIXELS = 12_000_000
LARGEST_SIDES = (640, 320)
"""Twice what pages and mails show, for sharp screens."""
FORMATS = ("PNG", "JPEG", "WEBP", "GIF")
KEPT_AS = {"JPEG": ("JPEG", "image/jpeg")}


class BrandRefused(ValueError):
    """A value cannot be used. `field` is which, the message says how to mend it."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


class LogoRefused(ValueError):
    """The file cannot be a logo; the message says what can."""


def update_brand(store_id: int, *, actor: str = "", **values: str) -> list[str]:
    """Change how a store looks; returns the names of what is different now.

    Args:
        actor: who does it, such as `member:7`.
        values: any of `accent`, `background` (`#rrggbb`), `sender_name`, `reply_to`, `footer`.

    Raises:
        BrandRefused: a value cannot be used; nothing was changed.
    """
    cleaned = {name: _clean(name, value.strip()) for name, value in values.items()}
    return _change(store_id, actor, cleaned)


def upload_logo(store_id: int, data: bytes, *, actor: str = "") -> str:
    """Take a picture as the store's logo, drawn anew; returns its new hash.

    Nothing of the file itself is kept: no metadata, no place where it was taken, nothing behind the
    picture. SVG is refused, since it can carry script.

    Raises:
        LogoRefused: it is no picture of a kind and size that we take.
    """
    body, kind, (width, height) = _drawn_anew(data)
    digest = hashlib.blake2b(body, digest_size=12).hexdigest()
    logo = {
        "logo": body,
        "logo_type": kind,
        "logo_width": width,
        "logo_height": height,
        "logo_hash": digest,
    }
    _change(store_id, actor, logo)
    return digest


def remove_logo(store_id: int, *, actor: str = "") -> None:
    """Show the store's name in place of a logo."""
    nothing = {
        "logo": None,
        "logo_type": "",
        "logo_width": None,
        "logo_height": None,
        "logo_hash": "",
    }
    _change(store_id, actor, nothing)


def _change(store_id: int, actor: str, values: dict[str, Any]) -> list[str]:
    with bound(store_id):
        Brand.objects.get_or_create(store_id=store_id)
        brand = Brand.objects.select_for_update().get(store_id=store_id)
        changed = [name for name, value in values.items() if _plain(brand, name) != value]
        if not changed:
            return []
        for name in changed:
            setattr(brand, name, values[name])
        brand.updated_at = clock.now()
        brand.save(update_fields=[*changed, "updated_at"])
        publish(
            [
                Event(
                    store_id=store_id,
                    type="brand.changed",
                    occurred_at=clock.now(),
                    actor=actor,
                    data={"settings": changed},
                )
            ]
        )
    return changed


def _plain(brand: Brand, name: str) -> Any:
    value = getattr(brand, name)
    return bytes(value) if isinstance(value, memoryview) else value


def _clean(name: str, value: str) -> str:
    if name in COLORS:
        if not HEX.fullmatch(value):
            raise BrandRefused(name, _("Enter a colour as six digits after a #, such as #1f4d3a."))
        return value.lower()
    if name not in TEXTS:
        raise BrandRefused(name, _("There is no such setting."))
    if len(value) > TEXTS[name]:
        raise BrandRefused(name, _("Enter at most %(count)d characters.") % {"count": TEXTS[name]})
    if name == "reply_to" and value and not MAIL_ADDRESS.fullmatch(value):
        raise BrandRefused(name, _("Enter an e-mail address, such as care@example.com."))
    if name != "footer" and any(character in value for character in "\r\n"):
        raise BrandRefused(name, _("Enter one line."))
    return value


def _drawn_anew(data: bytes) -> tuple[bytes, str, tuple[int, int]]:
    """The picture as new bytes, with its type and size.

    Raises:
        LogoRefused: see `upload_logo`.
    """
    if len(data) > LARGEST_UPLOAD:
        raise LogoRefused(_("The file is larger than 5 MB. Choose a smaller one."))
    try:
        with Image.open(BytesIO(data), formats=FORMATS) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                raise LogoRefused(
                    _("The picture has more than 12 million pixels. Make it smaller.")
                )
            kind = picture.format or ""
            return _encoded(ImageOps.exif_transpose(picture), kind)
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, SyntaxError) as error:
        raise LogoRefused(_("Choose a PNG, JPEG, WebP or GIF picture.")) from error


def _encoded(drawn: Image.Image, kind: str) -> tuple[bytes, str, tuple[int, int]]:
    name, media_type = KEPT_AS.get(kind, ("PNG", "image/png"))
    mode = "RGB" if name == "JPEG" else "RGBA"
    sized = drawn.convert(mode)
    sized.thumbnail(LARGEST_SIDES, Image.Resampling.LANCZOS)
    fresh = Image.new(mode, sized.size)  # a new picture carries no metadata
    fresh.paste(sized)
    out = BytesIO()
    fresh.save(out, name, optimize=True, **({"quality": 88} if name == "JPEG" else {}))
    return out.getvalue(), media_type, fresh.size
