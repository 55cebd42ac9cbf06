"""Which carriers a tracking number may belong to, the likeliest first, and why. Pure."""

from collections.abc import Iterable, Mapping
from typing import Literal

import msgspec

from aftercart.delivery.shipments.numbers import check_digits
from aftercart.delivery.shipments.numbers.countries import COUNTRIES
from aftercart.delivery.shipments.numbers.formats import CERTAIN, FORMS, POSTS, S10
from aftercart.delivery.shipments.numbers.shapes import matches_whole, shape
from aftercart.delivery.shipments.rules import normalised

Reason = Literal[
    "check_digit",
    "form",
    "named",
    "named_only",
    "learned",
    "used_before",
    "destination",
    "not_there",
    "origin_post",
    "destination_post",
]

LEARNED, NAMED, NAMED_ONLY, USED_MOST, DESTINATION, ELSEWHERE = 100, 60, 30, 15, 20, -20
CLEAR_SCORE, CLEAR_LEAD = 35, 15
"""What the first candidate needs, and how far it must be ahead of the second, to be clear."""

# A shop names a carrier in general where the number says which of its networks it is.
FAMILIES: dict[str, frozenset[str]] = {
    "dhl": frozenset({"dhl_express", "dhl_ecommerce", "dhl_parcel_de", "deutsche_post"}),
    "dpd": frozenset({"dpd_de", "dpd_uk"}),
    "gls": frozenset({"gls_us"}),
    "la_poste": frozenset({"colissimo", "chronopost"}),
    "royal_mail": frozenset({"parcelforce"}),
    "postnord": frozenset({"bring"}),
}


class Candidate(msgspec.Struct, frozen=True, kw_only=True):
    """A carrier that a number may belong to.

    Attributes:
        carrier: our slug; empty for the post of a country that we have no slug for.
        form: which of its forms the number has, empty where it has none.
        country: whose post it is, for UPU numbers.
        reasons: what speaks for and against it.
    """

    carrier: str
    form: str
    score: int
    reasons: tuple[Reason, ...]
    country: str = ""


class Known(msgspec.Struct, frozen=True, kw_only=True):
    """What is known beside the number.

    Attributes:
        named: the slug of the carrier that the store named, empty where it named none.
        country: of the destination, ISO 3166-1 alpha-2.
        learned: the carriers that a merchant corrected numbers of this shape to.
        used: how many parcels the store has sent with each carrier.
        not_these: carriers that are known not to know the number.
    """

    named: str = ""
    country: str = ""
    learned: Mapping[str, str] = {}
    used: Mapping[str, int] = {}
    not_these: frozenset[str] = frozenset()


def recognise(number: str, known: Known | None = None) -> tuple[Candidate, ...]:
    """The carriers that a number may belong to, the likeliest first; empty where none is known.

    A number counts as having a form only where its check digit is right. What a merchant corrected
    for numbers of the same shape counts most, then what the form says, the carrier that the store
    named, the destination, and what the store usually sends with. A form that only one carrier has,
    with a check digit, is believed against the name that a shop gave.
    """
    told = known or Known()
    plain = normalised(number)
    found: dict[str, Candidate] = {}
    for candidate in (*_by_form(plain), *_by_post(plain, told)):
        best = found.get(candidate.carrier)
        if best is None or candidate.score > best.score:
            found[candidate.carrier] = candidate
    for carrier in _beside_forms(plain, told):
        found.setdefault(carrier, _only_named(carrier, plain, told))
    weighed = [_weighed(one, plain, told) for one in found.values()]
    likely = (one for one in weighed if one.carrier not in told.not_these)
    return tuple(sorted(likely, key=lambda one: (-one.score, one.carrier)))


def is_clear(candidates: tuple[Candidate, ...]) -> bool:
    """Whether the first has more for it than a length, and is well ahead of the second."""
    if not candidates or candidates[0].score < CLEAR_SCORE:
        return False
    return len(candidates) == 1 or candidates[0].score - candidates[1].score >= CLEAR_LEAD


def is_ambiguous(candidates: tuple[Candidate, ...]) -> bool:
    """Whether several carriers may be meant, and none of them clearly."""
    return len(candidates) > 1 and not is_clear(candidates)


def _by_form(number: str) -> Iterable[Candidate]:
    for form in FORMS:
        if form.matches(number):
            reason: Reason = "check_digit" if form.check else "form"
            yield Candidate(
                carrier=form.carrier, form=form.name, score=form.strength, reasons=(reason,)
            )


def _by_post(number: str, known: Known) -> Iterable[Candidate]:
    """A UPU number is its country's post's; at the destination another post brings it."""
    country = number[-2:]
    if not matches_whole(S10, number) or not check_digits.s10(number) or country not in COUNTRIES:
        return
    carriers = POSTS.get(country) or ("",)
    for position, carrier in enumerate(carriers):
        yield Candidate(
            carrier=carrier,
            form="UPU S10",
            score=CERTAIN - 20 * position,
            reasons=("check_digit", "origin_post"),
            country=country,
        )
    if known.country not in ("", country):
        for carrier in POSTS.get(known.country, ())[:1]:
            yield Candidate(
                carrier=carrier,
                form="UPU S10",
                score=CERTAIN // 2,
                reasons=("check_digit", "destination_post"),
                country=country,
            )


def _beside_forms(number: str, known: Known) -> Iterable[str]:
    """Carriers that only people named."""
    if known.named:
        yield known.named
    learned = known.learned.get(shape(number))
    if learned:
        yield learned


def _only_named(carrier: str, number: str, known: Known) -> Candidate:
    is_learned = known.learned.get(shape(number)) == carrier
    reasons: tuple[Reason, ...] = () if is_learned else ("named_only",)
    return Candidate(
        carrier=carrier, form="", score=0 if is_learned else NAMED_ONLY, reasons=reasons
    )


def _weighed(candidate: Candidate, number: str, known: Known) -> Candidate:
    score, reasons = candidate.score, list(candidate.reasons)

    def count(reason: Reason, weight: int) -> None:
        nonlocal score
        score += weight
        reasons.append(reason)

    if known.learned.get(shape(number)) == candidate.carrier:
        count("learned", LEARNED)
    if candidate.form and _is_named(candidate.carrier, known.named):
        count("named", NAMED)
    used = known.used.get(candidate.carrier, 0)
    if used:
        count("used_before", max(1, USED_MOST * used // max(sum(known.used.values()), 1)))
    home = _home(candidate, number)
    if known.country and home:
        is_there = known.country in home
        count("destination" if is_there else "not_there", DESTINATION if is_there else ELSEWHERE)
    return msgspec.structs.replace(candidate, score=score, reasons=tuple(reasons))


def _is_named(carrier: str, named: str) -> bool:
    return carrier == named or carrier in FAMILIES.get(named, ())


def _home(candidate: Candidate, number: str) -> frozenset[str]:
    """Where a carrier of one country delivers, by the form that the number has."""
    homes = (
        form.countries
        for form in FORMS
        if form.carrier == candidate.carrier and form.name == candidate.form
    )
    return next(homes, frozenset())
