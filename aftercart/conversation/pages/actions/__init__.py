"""The only writers of pages: rendering them, how a store looks, counting look-ups."""

from aftercart.conversation.pages.actions.brand import (
    BrandRefused,
    LogoRefused,
    remove_logo,
    update_brand,
    upload_logo,
)
from aftercart.conversation.pages.actions.lookup import (
    TooManyTries,
    count_try,
    forget_old_counts,
    keyed,
)
from aftercart.conversation.pages.actions.pages import (
    ensure_pages,
    forget,
    make_stale,
    render,
    restyle,
)
from aftercart.conversation.pages.rendering import RenderedPage

__all__ = [
    "BrandRefused",
    "LogoRefused",
    "RenderedPage",
    "TooManyTries",
    "count_try",
    "ensure_pages",
    "forget",
    "forget_old_counts",
    "keyed",
    "make_stale",
    "remove_logo",
    "render",
    "restyle",
    "update_brand",
    "upload_logo",
]
