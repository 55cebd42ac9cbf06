"""Why a number is taken to be a carrier's, in words."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from aftercart.delivery.shipments.numbers.recognition import Candidate, Reason

WORDS: dict[Reason, str] = {
    "check_digit": gettext_noop("its form (%(form)s) and its check digit are right"),
    "form": gettext_noop("it has its form (%(form)s)"),
    "named": gettext_noop("the store names it"),
    "named_only": gettext_noop("only the store names it"),
    "learned": gettext_noop("numbers like this were corrected to it"),
    "used_before": gettext_noop("the store sends with it"),
    "destination": gettext_noop("it delivers at the destination"),
    "not_there": gettext_noop("it does not usually deliver at the destination"),
    "origin_post": gettext_noop("it is the post of %(country)s"),
    "destination_post": gettext_noop("it brings the post of %(country)s at the destination"),
}


def told(reason: Reason, candidate: Candidate) -> str:
    """One reason of a candidate, as a half sentence."""
    return _(WORDS[reason]) % {"form": candidate.form, "country": candidate.country}
