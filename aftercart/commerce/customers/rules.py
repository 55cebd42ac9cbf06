"""Which state of a customer wins, how a guest is known, and whom a demand for privacy means."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from aftercart.commerce.customers.facts import CustomerFact, DisclosureFact, ErasureFact

PERSONAL = ("email", "phone", "first_name", "last_name", "locale", "accepts_marketing")
GUEST = "email:"


def guest(email: str, name: str = "", phone: str = "", locale: str = "") -> CustomerFact:
    """The customer behind an order without an account: known by the e-mail address alone."""
    first, _, last = name.partition(" ")
    return CustomerFact(
        external_id=GUEST + email.strip().lower(),
        email=email,
        phone=phone,
        first_name=first,
        last_name=last.strip(),
        locale=locale,
    )


def newer(left: CustomerFact, right: CustomerFact) -> CustomerFact:
    """The later told of two facts about one customer; `right` where their times do not say."""
    if left.updated_at and right.updated_at:
        return left if left.updated_at > right.updated_at else right
    return right


def merged(
    stored: Mapping[str, Any], told: Mapping[str, Any], told_at: datetime | None
) -> dict[str, Any]:
    """What is known of a customer once the fact is heard.

    An older state than the stored one changes nothing. A field that a shop leaves empty or may not
    tell keeps what is known. Once erased, only what was said after the erasure counts.
    """
    latest, erased_at = stored["source_updated_at"], stored["erased_at"]
    is_late = told_at is not None and latest is not None and told_at < latest
    is_erased = erased_at is not None and (told_at is None or told_at <= erased_at)
    if is_late or is_erased:
        return dict(stored)
    known = {name: told[name] for name in PERSONAL if told[name] not in ("", None)}
    return {**stored, **known, "source_updated_at": told_at or latest}


def means(demand: ErasureFact | DisclosureFact, source: str, customer: Mapping[str, Any]) -> bool:
    """Whether a demand means this customer: by id, by e-mail, or by phone where only that is given.

    Phones are shared in a household, so they identify nobody who can be identified otherwise.
    """
    external_id, email = demand.customer_external_id.strip(), demand.email.strip().lower()
    by_id = (source, external_id) == (customer["source"], customer["external_id"])
    if external_id and by_id:
        return True
    if email:
        return bool(email == customer["email"])
    phone = demand.phone.strip()
    return not external_id and phone != "" and bool(phone == customer["phone"])
