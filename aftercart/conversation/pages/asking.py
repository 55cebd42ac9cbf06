"""The pages around looking up: the form, the one answer, a parcel by its number."""

from datetime import datetime
from typing import Literal

import msgspec
from django.utils.translation import gettext as _
from django.utils.translation import override

from aftercart.conversation.pages import queries, snapshots, writing
from aftercart.conversation.pages.addresses import mail_address
from aftercart.conversation.pages.facts import SnapshotBrand, SnapshotParcel
from aftercart.conversation.pages.rendering import render
from aftercart.conversation.pages.rules.page import look_at_parcel
from aftercart.conversation.pages.words import Wording
from aftercart.delivery.shipments import queries as shipments
from aftercart.delivery.shipments.carriers import CARRIERS
from aftercart.delivery.shipments.queries import ParcelView, ScanView


class Typed(msgspec.Struct, frozen=True):
    """What stands in the form, or what is wrong with it, by field."""

    order: str = ""
    proof: str = ""
    parcel: str = ""


class Asking:
    """The pages of one store, in the visitor's language. Needs the store to be bound.

    Args:
        here: the path of the form.
        language: a language tag that the visitor prefers.
    """

    def __init__(self, store_id: int, here: str, language: str) -> None:
        self.store = queries.brand_row(store_id)
        self.store_id = store_id
        self.brand = snapshots.brand_of(self.store)
        self.here = here
        self.language = writing.language_for(language, self.store.locale)
        self.country = writing.country_of(language) or writing.country_of(self.store.locale)

    def form(self, csrf_token: str, typed: Typed, errors: Typed, refused: str = "") -> str:
        """The form, with what was typed and what is wrong with it."""
        with override(self.language):
            return render(
                "lookup.html",
                self.brand,
                self.language,
                here=self.here,
                csrf_token=csrf_token,
                typed=typed,
                errors=errors,
                refused=refused,
                mail=_mail(self.brand),
            )

    def answer(self) -> str:
        """What is said whatever was typed."""
        with override(self.language):
            return self._notice(
                "good",
                _("Check your mail"),
                _(
                    "If these match an order, we have sent its link to the e-mail address on file. "
                    "It can take a few minutes; look among the unwanted mail too. If nothing "
                    "comes, check the number and try again, or write to us."
                ),
            )

    def refusal(self) -> str:
        """What is said to who tries too often."""
        with override(self.language):
            text = _("Wait a quarter of an hour and try again, or write to us.")
            return self._notice("waiting", _("Too many tries"), text)

    def movement(self, number: str, now: datetime) -> str:
        """Where the parcel with a tracking number has been; the same for one that nobody knows
        and for one that nobody has scanned."""
        parcel = _parcel(self.store_id, number)
        with override(self.language):
            if parcel is None:
                return self._notice(
                    "quiet",
                    _("Nothing to show yet"),
                    _(
                        "We know of no scan of %(number)s. Check it for mistakes; the first scan "
                        "of a new number often takes one to two working days."
                    )
                    % {"number": number},
                )
            locale = writing.locale_for(self.language, self.country)
            return render(
                "movement.html",
                self.brand,
                self.language,
                view=look_at_parcel(parcel, self.store.time_zone, now),
                words=Wording(locale),
                number=number,
                here=self.here,
            )

    def _notice(self, tone: Literal["good", "waiting", "quiet"], title: str, text: str) -> str:
        return render(
            "notice.html",
            self.brand,
            self.language,
            tone=tone,
            title=title,
            text=text,
            here=self.here,
            again=_("Try again"),
            mail=_mail(self.brand),
        )


def wait_text() -> str:
    """What to do when there were too many tries."""
    return _("These were too many tries. Wait a quarter of an hour and try again, or write to us.")


def _mail(brand: SnapshotBrand) -> str:
    return mail_address(brand.contact_email, _("Where is my order?"))


def _parcel(store_id: int, number: str) -> SnapshotParcel | None:
    """The parcel without anything that says whose it is: no items, no signature, and none of the
    carrier's own texts, which carry names and doors."""
    found = shipments.parcel_by_number(store_id, number)
    if found is None:
        return None
    scans = shipments.scans(store_id, [found.id])[found.id]
    return _bare(found, scans) if scans else None


def _bare(found: ParcelView, scans: list[ScanView]) -> SnapshotParcel:
    carrier = CARRIERS.get(found.carrier)
    shown = (snapshots.scan_of(scan, destination="") for scan in scans)
    return SnapshotParcel(
        shipment_id=0,
        status=found.status,
        reason=found.reason,
        status_at=found.status_at,
        carrier=found.carrier,
        carrier_name=found.carrier_name,
        tracking_number=found.tracking_number,
        # The merchant's own address may carry an order or a name in it.
        tracking_url=carrier.tracking_url(found.tracking_number) if carrier else "",
        items=(),
        scans=tuple(msgspec.structs.replace(scan, text="") for scan in shown),
        expected_from=found.expected_from,
        expected_until=found.expected_until,
        expected_date=found.expected_date,
        delivered_at=found.delivered_at,
        last_scan_at=found.last_scan_at,
        checked_at=found.checked_at,
    )
