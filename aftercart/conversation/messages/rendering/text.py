"""A mail as plain text: everything the HTML says, in the same order, readable as it is."""

import textwrap
from collections.abc import Iterator, Sequence

from django.utils.translation import gettext as _

from aftercart.conversation.messages.rendering.focus import Focus
from aftercart.conversation.messages.rendering.letter import Card, Item, Letter, Row

WIDTH = 72
RULE = "-" * 32


def written(letter: Letter, focus: Focus) -> str:
    """The plain text of a letter."""
    blocks = [
        focus.order.brand.store_name,
        f"{letter.eyebrow}\n{letter.headline}" if letter.eyebrow else letter.headline,
        *letter.lead,
        _quote(letter),
        _button(letter),
        *(_card(card) for card in letter.cards),
        _rows(letter.rows),
        *letter.closing,
        RULE,
        *letter.footer,
    ]
    return "\n\n".join(_wrapped(block) for block in blocks if block) + "\n"


def _quote(letter: Letter) -> str:
    if not letter.quote:
        return ""
    return f"“{letter.quote}”" + (f" {letter.quote_by}" if letter.quote_by else "")


def _button(letter: Letter) -> str:
    return f"{letter.button.label}:\n{letter.button.url}" if letter.button else ""


def _card(card: Card) -> str:
    return "\n".join(_card_lines(card))


def _card_lines(card: Card) -> Iterator[str]:
    title = f"{card.title}: {card.status}" if card.status else card.title
    yield title
    yield "=" * min(len(title), WIDTH)
    if card.note:
        yield card.note
    if card.tracking:
        yield _("Tracking number: %(number)s") % {"number": card.tracking}
    if card.tracking_url:
        yield card.tracking_url
    yield from (_item(item) for item in card.items)


def _item(item: Item) -> str:
    name = " ".join(part for part in (item.quantity, item.title) if part)
    detail = f" ({item.detail})" if item.detail else ""
    price = f"  {item.price}" if item.price else ""
    return f"* {name}{detail}{price}"


def _rows(rows: Sequence[Row]) -> str:
    widest = max((len(row.label) for row in rows), default=0)
    return "\n".join(f"{row.label + ':':<{widest + 2}}{row.value}" for row in rows)


def _wrapped(block: str) -> str:
    """Lines of at most 72 characters; addresses and lines of tables stay whole."""
    return "\n".join(
        line
        if len(line) <= WIDTH or "://" in line
        else "\n".join(textwrap.wrap(line, WIDTH, break_long_words=False, break_on_hyphens=False))
        for line in block.splitlines()
    )
