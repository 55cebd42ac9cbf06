"""Every carrier that a number can be recognised as has a name and a page."""

from aftercart.delivery.shipments.carriers import CARRIERS
from aftercart.delivery.shipments.numbers.formats import FORMS, POSTS
from aftercart.delivery.shipments.numbers.recognition import FAMILIES


def test_every_recognised_carrier_is_known():
    named = {form.carrier for form in FORMS} | FAMILIES.keys()
    named |= {carrier for carriers in (*POSTS.values(), *FAMILIES.values()) for carrier in carriers}
    assert named <= CARRIERS.keys()
