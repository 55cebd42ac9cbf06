"""What the edge says to a shopper where there is no page to show: plain, complete, friendly."""

from functools import cache
from html import escape

from django.utils.translation import gettext as _

from aftercart.edge.asgi import Headers

STYLE = (
    ":root{color-scheme:light dark;--ink:#1a211e;--soft:#4c5651;--paper:#f4f5f1}"
    "@media(prefers-color-scheme:dark){:root{--ink:#e8ebe6;--soft:#b6beb9;--paper:#151a18}}"
    "body{margin:0;background:var(--paper);color:var(--ink);"
    "font:1rem/1.5 system-ui,-apple-system,'Segoe UI',Roboto,Arial,sans-serif}"
    "main{max-width:34rem;margin:0 auto;padding:4.5rem 1.5rem}"
    "h1{font-size:1.75rem;line-height:1.2;margin:0 0 1rem}"
    "p{margin:0 0 1rem;color:var(--soft);max-width:60ch}"
    "a{color:inherit;display:inline-block;padding:.6rem 0;min-height:1.5rem}"
    "a:focus-visible{outline:3px solid #1f7a8c;outline-offset:2px;border-radius:4px}"
)

CONTENT_SECURITY_POLICY = (
    b"default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; "
    b"frame-ancestors 'self'"
)
HTML: Headers = [
    (b"content-type", b"text/html; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"x-robots-tag", b"noindex, nofollow"),
    (b"referrer-policy", b"no-referrer"),
    (b"x-content-type-options", b"nosniff"),
    (b"content-security-policy", CONTENT_SECURITY_POLICY),
]


@cache
def not_found() -> bytes:
    """There is no page at this address."""
    return _page(
        _("We cannot find this page"),
        [
            _("The link may be incomplete: some mail programs cut long links in two."),
            _("Open it again from your latest message, or let us send you a new one."),
        ],
        ("/track/", _("Find my order")),
    )


@cache
def come_back() -> bytes:
    """The page is there, and cannot be shown at this moment."""
    return _page(
        _("Your page takes a moment longer"),
        [_("We cannot show it right now. Please open this link again in a minute.")],
    )


@cache
def unknown_host() -> bytes:
    """The address bar names a host that is none of ours."""
    return _page(
        _("This address is not set up here"),
        [_("If you run this server, set PUBLIC_URL to the address that people use.")],
    )


def _page(title: str, lines: list[str], link: tuple[str, str] | None = None) -> bytes:
    paragraphs = "".join(f"<p>{escape(line)}</p>" for line in lines)
    if link:
        paragraphs += f'<p><a href="{escape(link[0])}">{escape(link[1])}</a></p>'
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f'<meta name="robots" content="noindex"><title>{escape(title)}</title>'
        f"<style>{STYLE}</style></head><body><main><h1>{escape(title)}</h1>{paragraphs}</main>"
        "</body></html>"
    ).encode()
