"""From a UPS activity to our status and reason.

UPS tells an activity by a type, a code and a number of three digits, and the same code means
different things in the tables of different types (`DL`: loaded by the driver; will be returned).
The number is broad but never ambiguous, the code is exact, so that both are read: see `meaning`.

Source: the appendix of UPS's Track API ("Status/Description Codes", "Package Activity Types").
"""

import re
from functools import lru_cache

import msgspec

from aftercart.connectors.carriers import wording
from aftercart.connectors.carriers.tables import Meaning
from aftercart.connectors.carriers.ups.mail_innovations import MAIL_INNOVATIONS
from aftercart.connectors.carriers.ups.tables import (
    DELIVERY,
    EXCEPTION,
    MANIFEST,
    MOVEMENT,
    Table,
    table,
)
from aftercart.delivery.shipments.facts import Reason, ShipmentStatus

NUMBERS = table(
    ("info_received", "", "3 44 45 77 79 80 157 166"),
    ("info_received", "awaiting_carrier", "43 65 131 135"),
    ("picked_up", "", "38 160 167 168 169"),
    ("in_transit", "",
     ("5 10 14 16 18 25 39 41 42 47 54 56 57 63 70 71 72 73 74 75 82 84 87 93 94 100 101 102 103 "
      "104 105 106 107 108 109 110 111 112 113 120 121 122 134 137 138 143 158 159 164 165")),
    ("in_transit", "rescheduled", "20 27 28 55 95 96 97 98 99 115 116 136"),
    ("in_transit", "customs_clearance", "12 92 123 126"),
    ("in_transit", "customs_information_needed", "124 125"),
    ("out_for_delivery", "", "6 21 37 78 89 91 146 162"),
    ("available_for_pickup", "", "17 40 144 161"),
    ("attempt_failed", "", "22 23 24 60 61 66 145"),
    ("attempt_failed", "held_for_payment", "62"),
    ("exception", "", "13 29 30 69 76 83"),
    ("exception", "address_problem", "50"),
    ("exception", "carrier_delay", "46 48 49 86 90"),
    ("exception", "customs_information_needed", "58"),
    ("exception", "damaged", "59"),
    ("exception", "destroyed", "149"),
    ("exception", "held_for_payment", "85"),
    ("exception", "lost", "68"),
    ("exception", "refused", "64"),
    ("exception", "regulatory", "147"),
    ("exception", "rescheduled", "19"),
    ("exception", "security", "132 139"),
    ("exception", "weather", "32 51 52 53"),
    ("delivered", "", "11 26 156"),
    ("returning", "", "33 35 36 117 118 119"),
    ("returned", "", "34 67"),
    ("returned", "damaged", "81"),
    ("cancelled", "", "7"),
    # A request or an inquiry that was called off is no parcel that was.
    silent="88 114 127 128 129 130 133 140 142 153 154 155",
)  # fmt: skip

# Numbers so broad that the code beside them says more: on the way, exception, delay, attempt.
_BROAD = "5 10 13 25 29 30 39 46 47 48 49 60 76 83 86 87 90 145 158 159 164 165"
BROAD = frozenset(_BROAD.split())
# Customs are done with it, whatever the code beside it once meant.
CLEARED = frozenset({"14", "84", "134"})
# What is said of a label; beside an exception or a delivery it is a mistake of UPS's.
OF_LABELS = frozenset({"3", "7", "44", "45", "77", "79", "80", "157", "166"})
TROUBLE = frozenset({"exception", "attempt_failed", "returning", "returned"})

TABLES: dict[str, Table] = {
    "M": MANIFEST,
    "P": MOVEMENT,
    "I": MOVEMENT,
    "D": DELIVERY,
    "X": EXCEPTION,
}
# Where neither code nor number is known. `D` is also used for loaded and out for delivery.
OF_TYPE: dict[str, Meaning] = {
    "M": ("info_received", ""),
    "MV": ("cancelled", ""),
    "P": ("picked_up", ""),
    "I": ("in_transit", ""),
    "W": ("in_transit", ""),
    "DO": ("in_transit", ""),
    "DD": ("in_transit", ""),
}
UPDATE = "U"

WAITS = re.compile(
    r"access point|awaiting (customer )?(pick ?up|collection)|held for (pick ?up|collection)|"
    r"held for customer|(ready|available) for (customer )?(pick ?up|collection)|"
    r"post office for pick ?up",
    re.IGNORECASE,
)
COLLECTED = re.compile(r"picked up|collected|retrieved", re.IGNORECASE)


class Said(msgspec.Struct, frozen=True):
    """What an activity says; `by_text` where it was read from its words."""

    status: ShipmentStatus
    reason: Reason = ""
    by_text: bool = False


NOTHING_KNOWN = Said("unknown")


@lru_cache(8192)
def meaning(
    kind: str, code: str, number: str, text: str, is_mail_innovations: bool = False
) -> Said | None:
    """What an activity says of the parcel; None where it says nothing.

    The exact code counts where the number is broad or the two agree, else the number. What the
    activity's own words contradict is passed over; a delivery to a point where the parcel still
    waits is `available_for_pickup`.

    >>> meaning("I", "DL", "", "").status, meaning("X", "DL", "", "").status
    ('in_transit', 'returning')
    """
    kind, code, number = kind.strip().upper(), _plain(code), _plain(number)
    listed = _table(kind, code, is_mail_innovations)
    general = None if number in OF_LABELS and kind in {"X", "D"} else NUMBERS.known.get(number)
    exact = listed.known.get(code) if listed else None
    if _is_silent(kind, code, number, listed, general):
        return None
    candidates = (_together(general, exact, number), general, exact, OF_TYPE.get(kind))
    said = _by_code(candidates, text)
    return _by_words(text, any(candidates)) if said is None else said


def _table(kind: str, code: str, is_mail_innovations: bool) -> Table | None:
    if is_mail_innovations and code in MAIL_INNOVATIONS.known:
        return MAIL_INNOVATIONS
    return TABLES.get(kind)


def _is_silent(
    kind: str, code: str, number: str, listed: Table | None, general: Meaning | None
) -> bool:
    if kind == UPDATE or number in NUMBERS.silent:
        return True
    says_more = general is not None and number not in BROAD
    return listed is not None and code in listed.silent and not says_more


def _together(general: Meaning | None, exact: Meaning | None, number: str) -> Meaning | None:
    if general is None or exact is None or number in BROAD:
        return exact or general
    if number in CLEARED:
        return general
    if general[0] == "delivered" and exact[0] == "available_for_pickup":
        return exact
    are_alike = general[0] == exact[0] or {general[0], exact[0]} <= TROUBLE
    reason = (exact[1] or general[1]) if general[0] == exact[0] else general[1]
    return general[0], reason or (exact[1] if are_alike else "")


def _by_code(candidates: tuple[Meaning | None, ...], text: str) -> Said | None:
    for candidate in candidates:
        if candidate is None:
            continue
        if candidate[0] == "delivered" and _waits(text):
            return Said("available_for_pickup", by_text=True)
        if not wording.contradicts(candidate[0], text):
            return Said(*candidate)
    return None


def _by_words(text: str, is_coded: bool) -> Said:
    """What the words say. They make no delivery of a code that says none."""
    said = wording.meaning(text)
    if said is None or wording.contradicts(said[0], text):
        return NOTHING_KNOWN
    if said[0] == "delivered" and _waits(text):
        return Said("available_for_pickup", by_text=True)
    if said[0] == "delivered" and is_coded:
        return NOTHING_KNOWN
    return Said(*said, by_text=True)


def _waits(text: str) -> bool:
    """Whether the parcel was left where its receiver has yet to fetch it."""
    return WAITS.search(text) is not None and COLLECTED.search(text) is None


def _plain(code: str) -> str:
    """Without the zeros that UPS's tables leave out: `005` is 5, `00` is 0."""
    code = code.strip().upper()
    return (code.lstrip("0") or "0") if code.isascii() and code.isdigit() else code
