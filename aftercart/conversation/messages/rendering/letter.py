"""What a mail says, before it is HTML or plain text: both are made from this, and say the same."""

from typing import Any

import msgspec

from aftercart.conversation.messages.facts import Audience

LONGEST_URL = 2000


class RenderContext(msgspec.Struct, frozen=True, kw_only=True):
    """What a mail is about beside the order itself.

    Attributes:
        things: the parts of the order it is about (`shipment:7`); empty means all of it.
        news: for each thing, the data of the event that it tells of.
    """

    audience: Audience = "buyer"
    things: tuple[str, ...] = ()
    news: dict[str, dict[str, Any]] = {}


class RenderedMail(msgspec.Struct, frozen=True, kw_only=True):
    """A mail as it is sent and kept."""

    subject: str
    html: str
    text: str


class Button(msgspec.Struct, frozen=True, kw_only=True):
    """The one thing to press."""

    label: str
    url: str


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """A label and what it says; the strong one closes a sum."""

    label: str
    value: str
    strong: bool = False


class Item(msgspec.Struct, frozen=True, kw_only=True):
    """One line of a list of things. `price` is formatted, and empty where it is not shown."""

    title: str
    detail: str
    quantity: str
    price: str = ""
    image_url: str = ""
    url: str = ""

    @property
    def initial(self) -> str:
        """What stands in for a missing picture."""
        return next((character.upper() for character in self.title if character.isalnum()), "")


class Card(msgspec.Struct, frozen=True, kw_only=True):
    """One parcel, or another list of things under a title.

    Attributes:
        status: the word for where it is, shown beside the title; empty where the mail says it.
        tracking: the number, with its link where there is one.
        is_quiet: true for what is not the mail's news.
    """

    title: str
    status: str = ""
    note: str = ""
    tracking: str = ""
    tracking_url: str = ""
    items: tuple[Item, ...] = ()
    is_quiet: bool = False


class Progress(msgspec.Struct, frozen=True, kw_only=True):
    """How far the order has come: the labels, and how many of them are reached."""

    labels: tuple[str, ...]
    reached: int


class Letter(msgspec.Struct, frozen=True, kw_only=True):
    """A mail's content, all of it plain text.

    Attributes:
        preheader: what mail programs show beside the subject; says more than the subject does.
        eyebrow: one small line above the headline.
        answer: the part of the headline that answers, such as the day in it.
        lead: paragraphs under it, the most important first.
        quote: words of a person, such as a gift message.
        rows: a small table of figures after the cards.
        closing: paragraphs before the footer.
        footer: why this mail came, and who sent it.
        markup: schema.org objects for mail programs that show cards.
    """

    subject: str
    preheader: str
    eyebrow: str
    headline: str
    answer: str = ""
    lead: tuple[str, ...] = ()
    quote: str = ""
    quote_by: str = ""
    progress: Progress | None = None
    button: Button | None = None
    cards: tuple[Card, ...] = ()
    rows: tuple[Row, ...] = ()
    closing: tuple[str, ...] = ()
    footer: tuple[str, ...] = ()
    markup: tuple[dict[str, Any], ...] = ()
