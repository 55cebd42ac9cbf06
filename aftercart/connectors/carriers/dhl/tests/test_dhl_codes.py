"""DHL's codes by service; its words where the service gives none; never a delivery too many."""

import pytest

from aftercart.connectors.carriers.dhl.codes import EVENT, REMARKS, is_remark, own_code, said


@pytest.mark.parametrize(
    ("service", "code", "rough", "expected"),
    [
        ("express", "WC", "transit", ("out_for_delivery", "")),
        ("express", "HP", "transit", ("exception", "held_for_payment")),
        ("parcel-de", "PO", "transit", ("out_for_delivery", "")),
        ("parcel-de", "ZU", "delivered", ("delivered", "")),
        ("parcel-nl", "NOT_HOME", "failure", ("attempt_failed", "recipient_not_home")),
        (
            "parcel-nl",
            "DELIVERED_AT_NEIGHBOURS",
            "delivered",
            ("delivered", "delivered_to_neighbour"),
        ),
        ("parcel-pl", "LK", "transit", ("out_for_delivery", "")),
        ("ecommerce", "598", "transit", ("out_for_delivery", "")),
        ("ecommerce", "600", "delivered", ("delivered", "")),
        ("ecommerce-europe", "266", "failure", ("exception", "weather")),
        ("ecommerce-ppl", "997", "failure", ("exception", "lost")),
        ("svb", "IN_DELIVERY", "transit", ("out_for_delivery", "")),
        ("freight", "56-611", "failure", ("attempt_failed", "refused")),
        ("dgf", "HELD_AT_CUSTOMS", "transit", ("exception", "customs_hold")),
    ],
)
def test_a_services_own_code(service, code, rough, expected):
    assert said(service, code, rough, "") == (*expected, False)


@pytest.mark.parametrize(
    ("service", "code", "status"),
    [
        # Waits in a shop, in a locker, with another carrier; is back with its sender.
        ("ecommerce-europe", "44", "available_for_pickup"),
        ("ecommerce-europe", "302", "in_transit"),
        ("ecommerce-europe", "366", "returned"),
        ("ecommerce", "601", "available_for_pickup"),
        ("ecommerce", "642", "in_transit"),
        ("ecommerce", "860", "returned"),
        ("parcel-de", "ZF", "available_for_pickup"),
        ("parcel-nl", "DELIVERED_AT_PARCELSTATION", "available_for_pickup"),
        ("parcel-nl", "DELIVERED_AT_PARCELSHOP", "in_transit"),
        ("parcel-nl", "COLLECTED_AT_NEIGHBOUR", "in_transit"),
        ("parcel-nl", "DELIVERED_AT_SHIPPER", "returned"),
        ("parcel-pl", "DOR_SP", "available_for_pickup"),
        ("svb", "RETURNED_TO_SENDER", "returned"),
        ("freight", "21-23", "in_transit"),
    ],
)
def test_what_dhl_calls_delivered_and_is_not(service, code, status):
    assert said(service, code, "delivered", "")[0] == status


def test_one_code_means_different_things_in_different_services():
    assert said("express", "DD", "delivered", "")[:2] == ("delivered", "damaged")
    assert is_remark("parcel-de", "DD")
    assert said("ecommerce", "100", "transit", "")[0] == "picked_up"
    assert said("ecommerce-europe", "100", "failure", "")[:2] == ("returning", "unclaimed")


@pytest.mark.parametrize(("rough", "status"), [("transit", "in_transit"), ("failure", "exception")])
def test_a_code_never_makes_a_delivery_that_dhl_does_not_see(rough, status):
    assert said("parcel-de", "ZU", rough, "")[0] == status


COLLECTED = ("delivered", "collected_by_customer", False)
NEIGHBOUR = ("delivered", "delivered_to_neighbour", False)
SAFE_PLACE = ("delivered", "delivered_to_safe_place", False)
ADDRESS = ("exception", "address_problem", False)
NOT_HOME = ("attempt_failed", "recipient_not_home", True)


@pytest.mark.parametrize(
    ("rough", "words", "expected"),
    [
        ("transit", "It has been loaded onto the delivery vehicle", ("out_for_delivery", "", True)),
        ("transit", "Shipment is out with courier for delivery", ("out_for_delivery", "", True)),
        ("transit", "Ready for pick-up at PACKSTATION 12", ("available_for_pickup", "", True)),
        ("transit", "It is being brought to Packstation 12 for pick-up", ("in_transit", "", False)),
        ("transit", "The shipment could not be delivered", ("attempt_failed", "", True)),
        ("transit", "The shipment will be returned to the sender", ("returning", "", True)),
        ("transit", "The shipment has been delivered back to the sender", ("returning", "", True)),
        ("transit", "ARRIVED AT CUSTOMS", ("in_transit", "customs_clearance", False)),
        ("transit", "Held by customs", ("exception", "customs_hold", True)),
        ("transit", "The shipment has been picked up", ("picked_up", "", True)),
        ("transit", "Something else", ("in_transit", "", False)),
        ("delivered", "Delivered - Signed for by", ("delivered", "", False)),
        ("delivered", "The recipient has picked up the shipment", COLLECTED),
        ("delivered", "Delivered to the neighbour MUSTER", NEIGHBOUR),
        ("delivered", "Delivered to the preferred location", SAFE_PLACE),
        ("delivered", "Delivered to the retail outlet", ("available_for_pickup", "", True)),
        ("delivered", "Handed over to the Parcelshop", ("available_for_pickup", "", True)),
        ("delivered", "Returned to sender", ("returned", "", True)),
        ("delivered", "Delivery attempted, recipient not home", NOT_HOME),
        ("delivered", "", ("delivered", "", False)),
        ("failure", "Refused by the recipient", ("attempt_failed", "refused", True)),
        ("failure", "The parcel is damaged", ("exception", "damaged", False)),
        ("failure", "Clearance", ("exception", "customs_clearance", False)),
        ("failure", "Delivered", ("exception", "", False)),
        ("failure", "Not delivered because of an incorrect delivery address", ADDRESS),
        ("failure", "Delivery not accepted", ("attempt_failed", "", True)),
        ("failure", "It could not be delivered, it was damaged", ("attempt_failed", "", True)),
        ("delivered", "Delivered damaged", ("delivered", "damaged", False)),
        ("transit", "Shipment on hold", ("exception", "", True)),
        ("transit", "Payment of duties needed", ("exception", "held_for_payment", True)),
        ("transit", "The shipment has been collected", ("picked_up", "", True)),
        ("transit", "It has been loaded to the van", ("out_for_delivery", "", True)),
        ("pre-transit", "Announced", ("info_received", "", False)),
        ("pre-transit", "Out for delivery", ("out_for_delivery", "", True)),
        ("unknown", "Out for delivery", ("out_for_delivery", "", True)),
        ("unknown", "There is no information", ("unknown", "", False)),
        ("", "", ("unknown", "", False)),
    ],
)  # fmt: skip
def test_words_where_there_is_no_code(rough, words, expected):
    assert said("parcel-de", "", rough, words) == expected


def test_words_never_make_a_delivery():
    assert said("parcel-de", "", "transit", "The shipment has been delivered")[0] == "unknown"
    assert said("parcel-de", "", "pre-transit", "Delivered")[0] == "unknown"


def test_a_parcel_on_its_way_to_a_shop_is_on_its_way():
    words = "The shipment is being brought to the Packstation for pick-up"
    assert said("parcel-de", "ZF", "transit", words) == ("in_transit", "", True)


def test_a_code_may_stand_in_either_place():
    assert own_code("ecommerce", "", "600") == "600"
    assert own_code("ecommerce", "600", "598") == "600"
    assert own_code("ecommerce", "DELIVERED", "The shipment") == ""
    assert own_code("parcel-de", "DD", "") == "DD"
    assert own_code("nowhere", "DD", "") == ""


def test_no_remark_is_also_an_event():
    for service, remarks in REMARKS.items():
        assert not remarks & set(EVENT[service])
