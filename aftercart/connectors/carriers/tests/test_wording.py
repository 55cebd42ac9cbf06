import pytest

from aftercart.connectors.carriers.wording import agreed, contradicts, meaning


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("Delivered, Front Door/Porch", ("delivered", "")),
        ("Delivery attempted - notice left", ("attempt_failed", "recipient_not_home")),
        ("The parcel could not be delivered", ("attempt_failed", "")),
        ("Not delivered: address incomplete", ("attempt_failed", "")),
        ("Die Sendung wurde erfolgreich zugestellt.", ("delivered", "")),
        (
            "Zustellung nicht möglich, Empfänger nicht angetroffen",
            ("attempt_failed", "recipient_not_home"),
        ),
        ("Objeto saiu para entrega ao destinatário", ("out_for_delivery", "")),
        ("Objeto entregue ao destinatário", ("delivered", "")),
        ("Votre colis est en cours de livraison", ("out_for_delivery", "")),
        ("Return to sender initiated", ("returning", "")),
        ("Delivered to sender", ("returned", "")),
        ("Available for Pickup at Post Office", ("available_for_pickup", "")),
        ("Shipment information received", ("info_received", "")),
        ("Held by customs", ("exception", "customs_hold")),
        ("Delivered to UPS Access Point", ("available_for_pickup", "")),
        ("Delivered to Post Office for Pickup", ("available_for_pickup", "")),
        ("Delivered to Agent for Final Delivery", ("in_transit", "")),
        ("Your package was delivered to the post office", ("in_transit", "")),
        ("Xyzzy", None),
        ("", None),
    ],
)
def test_what_words_mean(said, expected):
    assert meaning(said) == expected


@pytest.mark.parametrize(
    ("status", "said", "expected"),
    [
        ("delivered", "Delivery attempted", True),
        ("delivered", "Package held at location", True),
        ("delivered", "Returned to sender", True),
        ("delivered", "Delivered, Left with individual", False),
        ("delivered", "Entregue ao destinatário", False),
        ("out_for_delivery", "Package was delivered", True),
        ("in_transit", "Out for delivery", True),
        ("in_transit", "Departed facility", False),
        ("in_transit", "Your package was delivered to an Agent for final delivery.", False),
        ("in_transit", "Your package was delivered to the front door", True),
        ("available_for_pickup", "The package was delivered to a locker", False),
        ("unknown", "Delivered", False),
    ],
)
def test_what_words_speak_against(status, said, expected):
    assert contradicts(status, said) is expected


@pytest.mark.parametrize(
    ("status", "said", "expected"),
    [
        ("delivered", "Left at the door", ("delivered", "signed_for", False)),
        ("in_transit", "Out for delivery", ("out_for_delivery", "", True)),
        (
            "delivered",
            "Attempted delivery, customer not available",
            ("attempt_failed", "recipient_not_home", True),
        ),
        # Words alone never make a delivery of a code that says none.
        ("in_transit", "Delivered", ("unknown", "", False)),
        ("delivered", "Package held", ("unknown", "", False)),
    ],
)
def test_where_a_code_and_its_words_disagree(status, said, expected):
    assert agreed(status, "signed_for", said) == expected
