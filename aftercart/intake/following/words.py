"""Why a parcel is no longer asked after, in words."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from aftercart.intake.following.rules.plan import Stop

WORDS: dict[Stop, str] = {
    "": gettext_noop("it is asked after"),
    "final": gettext_noop("it has arrived"),
    "refused": gettext_noop("its carrier does not know the number"),
    "silent": gettext_noop("nothing was heard of it for too long"),
    "no_source": gettext_noop("no connection knows its carrier"),
    "no_number": gettext_noop("what stands there is no tracking number"),
    "no_order": gettext_noop("it left its order"),
    "recycled": gettext_noop("a later parcel has its number"),
    "unreadable": gettext_noop("the answers could not be read"),
    "by_hand": gettext_noop("somebody stopped it"),
}


def told(reason: Stop) -> str:
    """Why, as a half sentence."""
    return _(WORDS[reason])
