"""In which time zone an address lies."""

from zoneinfo import available_timezones

import pytest
from babel.core import get_global

from aftercart.core import time_zones
from aftercart.core.time_zones import time_zone


@pytest.mark.parametrize(
    ("country", "region", "postcode", "zone"),
    [
        ("DE", "", "", "Europe/Berlin"),
        ("de", "BE", "10115", "Europe/Berlin"),
        ("GB", "", "", "Europe/London"),
        ("US", "CA", "", "America/Los_Angeles"),
        ("US", "california", "", "America/Los_Angeles"),
        ("US", "US-NY", "", "America/New_York"),
        ("US", "", "60601-1234", "America/Chicago"),
        ("US", "TX", "79901", "America/Denver"),
        ("US", "FL", "32501", "America/Chicago"),
        ("US", "TN", "37902", "America/New_York"),
        ("US", "", "", "America/New_York"),
        ("US", "Nowhere", "not a code", "America/New_York"),
        ("CA", "QC", "", "America/Toronto"),
        ("CA", "Québec", "", "America/Toronto"),
        ("CA", "", "v5k 0a1", "America/Vancouver"),
        ("AU", "WA", "", "Australia/Perth"),
        ("AU", "", "0800", "Australia/Darwin"),
        ("BR", "São Paulo", "", "America/Sao_Paulo"),
        ("BR", "Sao Paulo", "", "America/Sao_Paulo"),
        ("BR", "", "69900-000", "America/Rio_Branco"),
        ("MX", "Quintana Roo", "", "America/Cancun"),
        ("RU", "", "690001", "Asia/Vladivostok"),
        ("ID", "Bali", "", "Asia/Makassar"),
        ("ES", "", "35001", "Atlantic/Canary"),
        ("ES", "Madrid", "28001", "Europe/Madrid"),
        ("PT", "", "9500-001", "Atlantic/Azores"),
        ("CN", "", "", "Asia/Shanghai"),
        ("XX", "", "", ""),
        ("", "", "", ""),
    ],
)
def test_addresses(country, region, postcode, zone):
    assert time_zone(country, region, postcode) == zone


def test_every_zone_exists():
    ranges = [*time_zones.POSTCODES.values(), *time_zones.POSTCODES_FIRST.values()]
    named = {zone for one in ranges for *_, zone in one}
    named |= {zone for regions in time_zones.REGIONS.values() for zone in regions}
    assert named | set(time_zones.MOST_PEOPLE.values()) <= available_timezones()


def test_every_country_has_a_zone():
    zones = get_global("territory_zones")
    countries = {name for name in zones if len(name) == 2 and name.isalpha()} - {"ZZ", "AQ"}
    without = {country for country in countries if not time_zone(country)}
    assert without == {country for country in countries if not zones[country]}


def test_no_region_is_in_two_zones():
    for country, regions in time_zones.REGIONS.items():
        known = [
            {time_zones._key(name) for name in time_zones._names(text)} - {""}
            for text in regions.values()
        ]
        assert sum(map(len, known)) == len(set.union(*known)), country


@pytest.mark.parametrize(
    ("place", "zone"),
    [
        (("US", "CA"), "America/Los_Angeles"),
        (("US", "", "10001"), "America/New_York"),
        (("US",), ""),
        (("BR",), ""),
        (("BR", "SP"), "America/Sao_Paulo"),
        (("DE",), "Europe/Berlin"),
        (("CN",), "Asia/Shanghai"),
        (("ES",), ""),
        (("",), ""),
    ],
)
def test_a_zone_is_certain_only_where_the_place_lies_in_no_other(place, zone):
    assert time_zones.certain_time_zone(*place) == zone
