import pytest

from aftercart.connectors.carriers.places import country_code


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
