"""Tables of carriers' codes, written by what they mean."""

from aftercart.delivery.shipments.facts import Reason, ShipmentStatus

Meaning = tuple[ShipmentStatus, Reason]


def table(*rows: tuple[ShipmentStatus, Reason, str]) -> dict[str, Meaning]:
    """The meaning of each code, from rows of status, reason, and the codes between blanks.

    >>> table(("delivered", "", "OK DL"), ("delivered", "damaged", "DD"))["DD"]
    ('delivered', 'damaged')

    Raises:
        ValueError: a code stands in two rows.
    """
    found: dict[str, Meaning] = {}
    for status, reason, codes in rows:
        for code in codes.split():
            if code in found:
                raise ValueError(f"{code} has two meanings")
            found[code] = status, reason
    return found
