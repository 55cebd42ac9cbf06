"""A delivery is told only of words that tell one: not of one to come, that failed, or elsewhere."""

import pytest

from aftercart.connectors.carriers.wording import agreed, meaning

TO_COME = (
    "Your parcel will be delivered tomorrow",
    "To be delivered by end of day",
    "Parcel is being delivered today",
    "Die Sendung wird heute zugestellt",
    "Das Paket wird voraussichtlich im Laufe des Tages zugestellt.",
    "Die Sendung soll morgen zugestellt werden",
    "Votre colis sera livré demain",
    "Será entregado mañana",
    "Será entregue amanhã",
    "Wordt vandaag bezorgd",
    "Sarà consegnata domani",
)
NOT_DONE = (
    "Cannot be delivered",
    "Couldn't be delivered",
    "Die Sendung wurde nicht zugestellt",
    "Votre colis n'a pas pu être livré",
    "No se ha podido entregar",
    "No entregado",
    "Objeto não foi entregue",
    "A entrega não pode ser efetuada",
    "Niet bezorgd",
    "Non consegnata",
)
TO_THE_SENDER = (
    "Delivered to original sender",
    "Sendung an den Absender zugestellt",
    "Colis livré à l'expéditeur",
    "Entregado al remitente",
    "Objeto entregue ao remetente",
)
WAITING = (
    "Delivered to pick-up location",
    "Delivered to UPS Access Point",
    "Die Sendung wurde in die Filiale ausgeliefert",
    "Livré au point relais",
    "Entregado en oficina para recogida",
    "Pakket is bezorgd bij een PostNL-punt",
)
ON_THE_WAY = (
    "Delivered to carrier",
    "Delivered to local depot",
    "Delivered to sorting centre",
    "Delivered 3 of 5 pieces",
    "Partially delivered",
)
DONE = (
    "Delivered, left with neighbour",
    "Recipient not required to sign, delivered",
    "Delivered 5 of 5 pieces",
    "Package delivered undamaged",
    "Die Sendung wurde zugestellt",
    "Votre colis est livré",
    "Pakket is bezorgd",
    "Objeto entregue ao destinatário",
)


@pytest.mark.parametrize("said", TO_COME)
def test_what_is_announced_has_not_taken_place(said):
    assert meaning(said) is None
    assert agreed("delivered", "", said)[0] == "unknown"


@pytest.mark.parametrize(
    ("status", "said"),
    [
        *(("attempt_failed", said) for said in NOT_DONE),
        *(("returned", said) for said in TO_THE_SENDER),
        *(("available_for_pickup", said) for said in WAITING),
        *(("in_transit", said) for said in ON_THE_WAY),
    ],
)
def test_what_took_place_otherwise_is_no_delivery_whatever_the_code(status, said):
    assert meaning(said) == (status, "")
    assert agreed("delivered", "", said) == (status, "", True)


@pytest.mark.parametrize("said", DONE)
def test_what_took_place(said):
    assert meaning(said) == ("delivered", "")
    assert agreed("delivered", "", said) == ("delivered", "", False)


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("Departed facility, will be delivered tomorrow", ("in_transit", "")),
        ("Will be delivered to the sender", ("returning", "")),
        ("Le livreur est en route", ("in_transit", "")),
        ("Onderweg naar het sorteercentrum", ("in_transit", "")),
        ("Onderweg naar u", ("out_for_delivery", "")),
        ("Collected from the parcel shop by the customer", ("delivered", "collected_by_customer")),
        ("To be collected by the customer", None),
        (
            "Der Empfänger hat die Sendung in der Filiale abgeholt",
            ("delivered", "collected_by_customer"),
        ),
        ("Colis retiré par le destinataire", ("delivered", "collected_by_customer")),
        ("Recogido por el destinatario", ("delivered", "collected_by_customer")),
        ("Objeto retirado pelo destinatário", ("delivered", "collected_by_customer")),
        ("Not yet picked up", None),
        ("Item misdelivered", None),
        ("Das Paket wurde an GLS übergeben.", ("picked_up", "")),
        (
            "Die Paketdaten wurden erfasst; das Paket wurde noch nicht an GLS übergeben.",
            ("info_received", ""),
        ),
    ],
)
def test_what_stands_beside_the_word(said, expected):
    assert meaning(said) == expected


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        # Losing papers, or time, is not losing the parcel.
        ("Missing paperwork", ("exception", "customs_information_needed")),
        ("Package missing", ("exception", "lost")),
        ("Parcel lost", ("exception", "lost")),
        # Final: only the parcel's own end counts.
        ("Pickup cancelled", None),
        ("Return request cancelled", None),
        ("Shipment cancelled", ("cancelled", "")),
        ("Cancelled by sender", ("cancelled", "")),
        ("Released from customs", ("in_transit", "")),
        ("No longer held by customs", ("in_transit", "")),
        ("Attempted delivery. Business closed", ("attempt_failed", "business_closed")),
        ("Not damaged", None),
    ],
)
def test_grave_words_count_of_the_parcel_alone(said, expected):
    assert meaning(said) == expected


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ("En cours de livraison", "out_for_delivery"),
        ("Empfänger nicht angetroffen", "attempt_failed"),
        ("Disponible en point de retrait", "available_for_pickup"),
        ("Die Sendung lag zur Abholung bereit und wurde abgeholt", "delivered"),
    ],
)
def test_a_delivery_by_its_code_alone_is_checked_in_every_language(said, status):
    assert agreed("delivered", "", said)[0] == status


@pytest.mark.parametrize(
    "said",
    [
        "Der Empfänger hat die Sendung nicht rechtzeitig in der Filiale abgeholt",
        "Kann vom Empfänger abgeholt werden",
        "Not collected by the customer",
        "Colis non retiré par le destinataire",
        "No recogido por el destinatario",
        "Objeto não retirado pelo destinatário",
    ],
)
def test_what_was_not_collected_is_not_delivered(said):
    found = meaning(said)
    assert found is None or found[0] != "delivered"
