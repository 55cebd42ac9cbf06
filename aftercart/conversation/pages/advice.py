"""What the shopper can do: a sentence for each parcel that is not simply under way, and its way."""

import msgspec
from django.utils.translation import gettext as _

from aftercart.conversation.pages.addresses import web_address
from aftercart.conversation.pages.rules.answers import FINAL
from aftercart.conversation.pages.rules.views import AnswerKind, PageView, ParcelView
from aftercart.delivery.shipments import words as shipment_words

OVERDUE: frozenset[AnswerKind] = frozenset({"late", "out_since"})
STUCK: frozenset[AnswerKind] = frozenset({"never_scanned", "silent"})
OVER: frozenset[AnswerKind] = frozenset({"parcel_cancelled", "returned", "unknown"})
ASKS_THE_CARRIER: frozenset[AnswerKind] = frozenset({"attempted", "collect"})


class Advice(msgspec.Struct, frozen=True, kw_only=True):
    """Something to do.

    Attributes:
        about: the numbers of the parcels that it is about; empty where there is only one.
        carrier, url: whose page helps, and where that is.
        writes: whether it ends in writing to the shop.
    """

    text: str
    about: tuple[int, ...] = ()
    carrier: str = ""
    url: str = ""
    writes: bool = False


def advice_on(view: PageView) -> list[Advice]:
    """What to do now, the same thing said once for all parcels that it is true of."""
    if view.answer.kind == "cancelled":
        return _after_cancelling(view)
    found: dict[str, Advice] = {}
    for parcel in view.parcels:
        advice = _advice(parcel)
        if not advice:
            continue
        about = (parcel.number,) if len(view.parcels) > 1 else ()
        known = found.get(advice.text)
        # Two parcels, two pages of the carrier: each is under its own parcel.
        found[advice.text] = (
            msgspec.structs.replace(known, about=known.about + about, url="")
            if known
            else msgspec.structs.replace(advice, about=about)
        )
    return list(found.values())


def _after_cancelling(view: PageView) -> list[Advice]:
    if all(parcel.parcel.status in FINAL for parcel in view.parcels):
        return []
    text = _("If it reaches you all the same, write to us before you send it back.")
    return [Advice(text=text, writes=True)]


def _advice(parcel: ParcelView) -> Advice | None:
    kind, status, reason = parcel.answer.kind, parcel.parcel.status, parcel.parcel.reason
    if kind == "untracked":
        text = _("Please write to us if it has not come.")
        return Advice(text=text, writes=True) if parcel.is_long_overdue else None
    if kind in STUCK or parcel.is_long_overdue:
        text = _("Please write to us, so that we can ask the carrier where it is.")
        return Advice(text=text, writes=True)
    if kind in OVERDUE:
        text = _("Write to us if it has not come within the next two working days.")
        return Advice(text=text, writes=True)
    if parcel.answer.tone not in {"waiting", "bad"} and kind not in OVER:
        return None
    text = shipment_words.next_step(status, reason)
    writes = parcel.answer.tone == "bad" or kind in {"parcel_cancelled", "returned"}
    if kind in ASKS_THE_CARRIER or reason == "held_for_payment":
        url = web_address(parcel.parcel.tracking_url)
        return Advice(text=text, carrier=parcel.parcel.carrier_name, url=url, writes=writes)
    return Advice(text=text, writes=writes)
