"""Who buys in the demo, and where they live. Nobody here exists; mail goes to example.com."""

import msgspec

FIRST_NAMES = (
    "Ada", "Amara", "Ben", "Camille", "Chidi", "Clara", "Dario", "Edda", "Elif", "Emil", "Esther",
    "Farid", "Freya", "Grace", "Hanna", "Hugo", "Ines", "Ivo", "Jonas", "Juno", "Kaia", "Lea",
    "Liam", "Lotte", "Luca", "Maren", "Mateo", "Mila", "Nadia", "Noor", "Olive", "Oskar", "Priya",
    "Rosa", "Ruben", "Saoirse", "Sven", "Tomas", "Uma", "Vera", "Yuki", "Zoe",
)  # fmt: skip
LAST_NAMES = (
    "Abbott", "Almeida", "Andersen", "Barlow", "Becker", "Brandt", "Carver", "Castellan", "Dahl",
    "Delacroix", "Eriksen", "Farrow", "Fontaine", "Garner", "Haldane", "Hartwell", "Iversen",
    "Jansen", "Keller", "Kowalczyk", "Lindqvist", "Marchetti", "Mbeki", "Moreau", "Novak",
    "Okafor", "Osborne", "Pereira", "Quint", "Rask", "Romero", "Sato", "Sinclair", "Thorne",
    "Ueda", "Vance", "Wexler", "Winther", "Yilmaz", "Zeller",
)  # fmt: skip
STREETS = (
    "Harbour Lane", "Orchard Street", "Mill Road", "Station Road", "Linden Avenue", "Hill View",
    "Canal Walk", "Market Square", "Birch Close", "Garden Terrace",
)  # fmt: skip


class Town(msgspec.Struct, frozen=True):
    """A real town, with a postcode of it, its zone, and the carriers that serve it in the demo."""

    city: str
    region: str
    postcode: str
    country: str
    zone: str
    carriers: tuple[str, ...]
    hubs: tuple[str, ...]
    phone: str
    north_east: bool = False


US_CARRIERS = ("usps", "usps", "ups", "fedex")
US_HUBS = ("Columbus, OH", "Indianapolis, IN", "Memphis, TN")
EU_HUBS = ("Köln, DE", "Venlo, NL")

TOWNS = (
    Town(
        "Brooklyn", "NY", "11215", "US", "America/New_York", US_CARRIERS, US_HUBS, "+1718555", True
    ),
    Town(
        "Portland", "ME", "04101", "US", "America/New_York", US_CARRIERS, US_HUBS, "+1207555", True
    ),
    Town("Boston", "MA", "02116", "US", "America/New_York", US_CARRIERS, US_HUBS, "+1617555", True),
    Town("Chicago", "IL", "60614", "US", "America/Chicago", US_CARRIERS, US_HUBS, "+1312555"),
    Town("Austin", "TX", "78704", "US", "America/Chicago", US_CARRIERS, US_HUBS, "+1512555"),
    Town("Denver", "CO", "80205", "US", "America/Denver", US_CARRIERS, US_HUBS, "+1303555"),
    Town("Seattle", "WA", "98103", "US", "America/Los_Angeles", US_CARRIERS, US_HUBS, "+1206555"),
    Town("Oakland", "CA", "94610", "US", "America/Los_Angeles", US_CARRIERS, US_HUBS, "+1510555"),
    Town(
        "Toronto",
        "ON",
        "M5V 2T6",
        "CA",
        "America/Toronto",
        ("canada_post",),
        ("Mississauga, ON",),
        "+1416555",
    ),
    Town(
        "Vancouver",
        "BC",
        "V6B 1A1",
        "CA",
        "America/Vancouver",
        ("canada_post",),
        ("Calgary, AB",),
        "+1604555",
    ),
    Town(
        "Bristol",
        "",
        "BS1 4ST",
        "GB",
        "Europe/London",
        ("royal_mail", "dpd"),
        ("Birmingham, GB",),
        "+44117496",
    ),
    Town(
        "Edinburgh",
        "",
        "EH1 2NG",
        "GB",
        "Europe/London",
        ("royal_mail",),
        ("Birmingham, GB",),
        "+44131496",
    ),
    Town("Berlin", "", "10437", "DE", "Europe/Berlin", ("dhl", "gls"), EU_HUBS, "+4930555"),
    Town("Hamburg", "", "22765", "DE", "Europe/Berlin", ("dhl", "gls"), EU_HUBS, "+4940555"),
    Town("Lyon", "", "69002", "FR", "Europe/Paris", ("dpd", "gls"), EU_HUBS, "+33199005"),
    Town("Utrecht", "", "3512 JE", "NL", "Europe/Amsterdam", ("postnl",), EU_HUBS, "+3130555"),
    Town(
        "Melbourne",
        "VIC",
        "3053",
        "AU",
        "Australia/Melbourne",
        ("australia_post",),
        ("Sydney, AU",),
        "+61355505",
    ),
)
WEIGHTS = (9, 4, 7, 8, 6, 5, 7, 7, 6, 4, 6, 3, 8, 5, 4, 4, 2)
