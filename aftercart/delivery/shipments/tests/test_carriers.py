"""Carriers by name."""

from urllib.parse import urlsplit

import pytest

from aftercart.delivery.shipments.carriers import CARRIERS, Carrier, recognise_name, shown_name


@pytest.mark.parametrize("slug", CARRIERS)
def test_every_carrier_is_known_by_its_slug_and_name(slug):
    carrier = CARRIERS[slug]
    assert recognise_name(slug) == slug
    assert recognise_name(carrier.name) == slug
    assert recognise_name(f" {carrier.name.upper()} ") == slug
    assert len(slug) <= 40
    url = carrier.tracking_url("AB 1/2")
    assert urlsplit(url).scheme == "https"
    assert "AB%201%2F2" in url
    assert "{" not in url


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("United Parcel Service", "ups"),
        ("UPSDAP", "ups"),
        ("FedExSmartPost", "fedex"),
        ("DHLExpress", "dhl_express"),
        ("DHL Express", "dhl_express"),
        ("DHL eCommerce", "dhl_ecommerce"),
        ("DHLGlobalMail", "dhl_ecommerce"),
        ("dhl-germany", "dhl_parcel_de"),
        ("DHL", "dhl"),
        ("Hermes UK", "evri"),
        ("Royal Mail", "royal_mail"),
        ("RoyalMail", "royal_mail"),
        ("Canada Post", "canada_post"),
        ("CanadaPost", "canada_post"),
        ("australia-post", "australia_post"),
        ("Österreichische Post", "austrian_post"),
        ("DPDUK", "dpd_uk"),
        ("Colissimo", "colissimo"),
        ("Other", ""),
        ("Bo's Vans", ""),
        ("", ""),
        ("!!!", ""),
    ],
)
def test_spellings_of_shops_and_trackers(text, slug):
    assert recognise_name(text) == slug


def test_who_is_not_known_keeps_their_name():
    assert shown_name("", "Bo's Vans") == "Bo's Vans"
    assert shown_name("ups", "united parcel") == "UPS"


def test_no_page_without_a_number():
    assert CARRIERS["ups"].tracking_url("") == ""
    assert Carrier("x", "X").tracking_url("1") == ""
