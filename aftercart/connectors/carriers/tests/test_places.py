import pytest

from aftercart.connectors.carriers.places import country_code, written
from aftercart.delivery.shipments.facts import PlaceFact


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("US", "US"),
        ("usa", "US"),
        ("United States", "US"),
        ("UNITED STATES OF AMERICA", "US"),
        ("DEU", "DE"),
        ("Deutschland", "DE"),
        ("GERMANY", "DE"),
        ("UK", "GB"),
        ("Great Britain", "GB"),
        ("México", "MX"),
        ("Brasil", "BR"),
        ("Korea, Republic of", "KR"),
        ("Czech Republic", "CZ"),
        ("Atlantis", ""),
        ("", ""),
        (None, ""),
        ("1", ""),
    ],
)
def test_countries_by_code_and_name(said, code):
    assert country_code(said) == code


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Anchorage, AK, US", PlaceFact(city="Anchorage", region="AK", country="US")),
        ("Shenzhen, CN", PlaceFact(city="Shenzhen", country="CN")),
        ("Bremen, Germany", PlaceFact(city="Bremen", country="DE")),
        ("Bremen, DEU", PlaceFact(city="Bremen", country="DE")),
        ("CHINA", PlaceFact(country="CN")),
        # California or Canada, Delaware or Germany: nobody can tell.
        ("Los Angeles, CA", PlaceFact(city="Los Angeles, CA")),
        ("Bremen, DE", PlaceFact(city="Bremen, DE")),
        ("Memphis, TN, 38118", PlaceFact(city="Memphis, TN, 38118")),
        (
            "Gate 3, Depot 7, Ulm, DE",
            PlaceFact(city="Gate 3, Depot 7, Ulm, DE", country="DE"),
        ),
        ("Sorting centre", PlaceFact(city="Sorting centre")),
        ("", PlaceFact()),
        (None, PlaceFact()),
    ],
)
def test_a_place_in_one_line_is_told_apart_only_with_certainty(text, expected):
    assert written(text) == expected
