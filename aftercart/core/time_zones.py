"""In which time zone an address lies, as well as country, region and postcode can tell.

Countries with one zone come from CLDR (by babel). For the others there is a table by region, then
by postcode; where neither helps, the zone of most of the country's people stands.
"""

import re
import unicodedata
from functools import cache, lru_cache

from babel.core import get_global

MOST_PEOPLE = {
    "AR": "America/Argentina/Buenos_Aires",
    "AU": "Australia/Sydney",
    "BR": "America/Sao_Paulo",
    "CA": "America/Toronto",
    "CD": "Africa/Kinshasa",
    "CL": "America/Santiago",
    "CN": "Asia/Shanghai",
    "CY": "Asia/Nicosia",
    "DE": "Europe/Berlin",
    "EC": "America/Guayaquil",
    "ES": "Europe/Madrid",
    "FM": "Pacific/Pohnpei",
    "GL": "America/Nuuk",
    "ID": "Asia/Jakarta",
    "KI": "Pacific/Tarawa",
    "KZ": "Asia/Almaty",
    "MH": "Pacific/Majuro",
    "MN": "Asia/Ulaanbaatar",
    "MX": "America/Mexico_City",
    "MY": "Asia/Kuala_Lumpur",
    "NZ": "Pacific/Auckland",
    "PF": "Pacific/Tahiti",
    "PG": "Pacific/Port_Moresby",
    "PS": "Asia/Gaza",
    "PT": "Europe/Lisbon",
    "RU": "Europe/Moscow",
    "UA": "Europe/Kyiv",
    "UM": "Pacific/Wake",
    "US": "America/New_York",
    "UZ": "Asia/Tashkent",
}

# Of the countries above those whose people really live by different clocks; in the others the
# further zones are islands, bases, or alike in everything but their name.
SEVERAL_ZONES = {
    "AU", "BR", "CA", "CD", "CL", "EC", "ES", "FM", "GL", "ID", "KI", "KZ",
    "MN", "MX", "NZ", "PF", "PG", "PT", "RU", "UM", "US",
}  # fmt: skip

# Per country: the zone, then the regions in it: codes in capitals, then names between bars.
REGIONS = {
    "US": {
        "America/New_York": "CT DE DC FL GA IN KY ME MD MA MI NH NJ NY NC OH PA RI SC VT VA WV AE "
        "AA Connecticut|Delaware|District of Columbia|Florida|Georgia|Indiana|Kentucky|Maine|"
        "Maryland|Massachusetts|Michigan|New Hampshire|New Jersey|New York|North Carolina|Ohio|"
        "Pennsylvania|Rhode Island|South Carolina|Vermont|Virginia|West Virginia",
        "America/Chicago": "AL AR IL IA KS LA MN MS MO NE ND OK SD TN TX WI Alabama|Arkansas|"
        "Illinois|Iowa|Kansas|Louisiana|Minnesota|Mississippi|Missouri|Nebraska|North Dakota|"
        "Oklahoma|South Dakota|Tennessee|Texas|Wisconsin",
        "America/Denver": "CO ID MT NM UT WY Colorado|Idaho|Montana|New Mexico|Utah|Wyoming",
        "America/Phoenix": "AZ Arizona",
        "America/Los_Angeles": "CA NV OR WA AP California|Nevada|Oregon|Washington",
        "America/Anchorage": "AK Alaska",
        "Pacific/Honolulu": "HI Hawaii",
        "America/Puerto_Rico": "PR VI Puerto Rico|Virgin Islands",
        "Pacific/Guam": "GU MP Guam|Northern Mariana Islands",
        "Pacific/Pago_Pago": "AS American Samoa",
    },
    "CA": {
        "America/St_Johns": "NL Newfoundland and Labrador|Newfoundland",
        "America/Halifax": "NS NB PE Nova Scotia|New Brunswick|Prince Edward Island",
        "America/Toronto": "ON QC NU Ontario|Quebec|Nunavut",
        "America/Winnipeg": "MB Manitoba",
        "America/Regina": "SK Saskatchewan",
        "America/Edmonton": "AB NT Alberta|Northwest Territories",
        "America/Vancouver": "BC British Columbia",
        "America/Whitehorse": "YT Yukon",
    },
    "AU": {
        "Australia/Sydney": "NSW ACT New South Wales|Australian Capital Territory",
        "Australia/Melbourne": "VIC Victoria",
        "Australia/Brisbane": "QLD Queensland",
        "Australia/Adelaide": "SA South Australia",
        "Australia/Perth": "WA Western Australia",
        "Australia/Hobart": "TAS Tasmania",
        "Australia/Darwin": "NT Northern Territory",
    },
    "BR": {
        "America/Sao_Paulo": "SP RJ MG ES PR SC RS DF GO São Paulo|Rio de Janeiro|Minas Gerais|"
        "Espírito Santo|Paraná|Santa Catarina|Rio Grande do Sul|Distrito Federal|Goiás",
        "America/Bahia": "BA Bahia",
        "America/Fortaleza": "CE MA PI RN PB Ceará|Maranhão|Piauí|Rio Grande do Norte|Paraíba",
        "America/Recife": "PE Pernambuco",
        "America/Maceio": "AL SE Alagoas|Sergipe",
        "America/Araguaina": "TO Tocantins",
        "America/Belem": "PA AP Pará|Amapá",
        "America/Manaus": "AM Amazonas",
        "America/Boa_Vista": "RR Roraima",
        "America/Porto_Velho": "RO Rondônia",
        "America/Cuiaba": "MT Mato Grosso",
        "America/Campo_Grande": "MS Mato Grosso do Sul",
        "America/Rio_Branco": "AC Acre",
    },
    "MX": {
        "America/Tijuana": "BC BCN Baja California",
        "America/Mazatlan": "BCS SIN NAY Baja California Sur|Sinaloa|Nayarit",
        "America/Hermosillo": "SON Sonora",
        "America/Cancun": "Q ROO QROO QR Quintana Roo",
        "America/Chihuahua": "CHH CHIH Chihuahua",
        "America/Monterrey": "NL NLE COAH COA TAMPS TAM DGO DUR Nuevo León|Coahuila|Tamaulipas|"
        "Durango",
        "America/Merida": "YUC CAMP CAM Yucatán|Campeche",
    },
    "RU": {
        "Europe/Kaliningrad": "KGD Kaliningrad|Kaliningrad Oblast",
        "Europe/Samara": "SAM UD Samara|Samara Oblast|Udmurtia",
        "Europe/Saratov": "SAR Saratov|Saratov Oblast",
        "Asia/Yekaterinburg": "SVE CHE TYU PER BA KHM YAN KGN ORE Sverdlovsk Oblast|"
        "Chelyabinsk Oblast|Tyumen Oblast|Perm Krai|Bashkortostan|Orenburg Oblast|Kurgan Oblast",
        "Asia/Omsk": "OMS Omsk Oblast",
        "Asia/Novosibirsk": "NVS Novosibirsk Oblast",
        "Asia/Barnaul": "ALT AL Altai Krai",
        "Asia/Tomsk": "TOM Tomsk Oblast",
        "Asia/Novokuznetsk": "KEM Kemerovo Oblast",
        "Asia/Krasnoyarsk": "KYA KK TY Krasnoyarsk Krai|Khakassia|Tuva",
        "Asia/Irkutsk": "IRK BU Irkutsk Oblast|Buryatia",
        "Asia/Chita": "ZAB Zabaykalsky Krai",
        "Asia/Yakutsk": "SA AMU Sakha|Amur Oblast",
        "Asia/Vladivostok": "PRI KHA YEV Primorsky Krai|Khabarovsk Krai",
        "Asia/Sakhalin": "SAK Sakhalin Oblast",
        "Asia/Magadan": "MAG Magadan Oblast",
        "Asia/Kamchatka": "KAM CHU Kamchatka Krai|Chukotka",
    },
    "ID": {
        "Asia/Makassar": "BA NB NT KS KI KU SN SR SG ST SA GO Bali|Nusa Tenggara Barat|"
        "Nusa Tenggara Timur|Kalimantan Selatan|Kalimantan Timur|Kalimantan Utara|"
        "Sulawesi Selatan|Sulawesi Barat|Sulawesi Tenggara|Sulawesi Tengah|Sulawesi Utara|"
        "Gorontalo",
        "Asia/Jayapura": "MA MU PA PB PT PS PE PD Maluku|Maluku Utara|Papua|Papua Barat",
        "Asia/Pontianak": "KB KT Kalimantan Barat|Kalimantan Tengah",
    },
    "ES": {
        "Atlantic/Canary": "GC TF Las Palmas|Santa Cruz de Tenerife|Canarias|Canary Islands",
        "Africa/Ceuta": "CE ML Ceuta|Melilla",
    },
    "PT": {"Atlantic/Azores": "20 Açores|Azores", "Atlantic/Madeira": "30 Madeira"},
    "CL": {"America/Punta_Arenas": "MA Magallanes", "Pacific/Easter": "Isla de Pascua"},
    "EC": {"Pacific/Galapagos": "W Galápagos|Galapagos"},
    "MY": {"Asia/Kuching": "12 13 Sabah|Sarawak|Labuan"},
    "KZ": {
        "Asia/Aqtobe": "AKT Aktobe",
        "Asia/Aqtau": "MAN Mangystau",
        "Asia/Atyrau": "ATY Atyrau",
        "Asia/Oral": "ZAP West Kazakhstan",
    },
    "MN": {"Asia/Hovd": "043 071 046 Khovd|Bayan-Ölgii|Uvs"},
    "CD": {"Africa/Lubumbashi": "HK LU TA LO KE SA NK SK MA IT TO BU Haut-Katanga|Lualaba|Kivu"},
    "NZ": {"Pacific/Chatham": "CIT Chatham Islands"},
    "PG": {"Pacific/Bougainville": "NSB Bougainville"},
    "PS": {"Asia/Hebron": "HBN RBH NBS JEN BTH JRH QQA SLT TBS TKM West Bank"},
    "UA": {"Europe/Simferopol": "43 Crimea"},
    "UZ": {"Asia/Samarkand": "SA BU NG QA SU XO QR NW Samarkand|Bukhara"},
}

# Per country: the beginnings of postcodes (inclusive ranges of the same length) and their zone.
# For the US these refine states that lie in two zones, so they come before the regions.
POSTCODES_FIRST = {
    "US": (
        ("324", "325", "America/Chicago"),  # Florida's panhandle
        ("376", "379", "America/New_York"),  # eastern Tennessee
        ("373", "374", "America/New_York"),  # Chattanooga
        ("420", "424", "America/Chicago"),  # western Kentucky
        ("463", "464", "America/Chicago"),  # Gary
        ("476", "477", "America/Chicago"),  # Evansville
        ("498", "499", "America/Menominee"),  # the far west of Michigan, roughly
        ("577", "577", "America/Denver"),  # western South Dakota
        ("586", "586", "America/Denver"),  # southwestern North Dakota
        ("691", "693", "America/Denver"),  # western Nebraska
        ("798", "799", "America/Denver"),  # El Paso
        ("885", "885", "America/Denver"),
        ("835", "835", "America/Los_Angeles"),  # Lewiston, Idaho
        ("838", "838", "America/Los_Angeles"),  # Coeur d'Alene
        ("836", "837", "America/Boise"),
        ("979", "979", "America/Boise"),  # eastern Oregon
    ),
    "PT": (("90", "94", "Atlantic/Madeira"), ("95", "99", "Atlantic/Azores")),
    "ES": (
        ("35", "35", "Atlantic/Canary"),
        ("38", "38", "Atlantic/Canary"),
        ("51", "52", "Africa/Ceuta"),
    ),
}
POSTCODES = {
    "US": (
        ("006", "009", "America/Puerto_Rico"),
        ("000", "349", "America/New_York"),
        ("350", "372", "America/Chicago"),
        ("375", "375", "America/Chicago"),
        ("380", "397", "America/Chicago"),
        ("398", "499", "America/New_York"),
        ("500", "588", "America/Chicago"),
        ("590", "599", "America/Denver"),
        ("600", "799", "America/Chicago"),
        ("800", "849", "America/Denver"),
        ("850", "865", "America/Phoenix"),
        ("870", "884", "America/Denver"),
        ("889", "961", "America/Los_Angeles"),
        ("967", "968", "Pacific/Honolulu"),
        ("969", "969", "Pacific/Guam"),
        ("970", "994", "America/Los_Angeles"),
        ("995", "999", "America/Anchorage"),
    ),
    "CA": (
        ("A", "A", "America/St_Johns"),
        ("B", "E", "America/Halifax"),
        ("G", "P", "America/Toronto"),
        ("R", "R", "America/Winnipeg"),
        ("S", "S", "America/Regina"),
        ("T", "T", "America/Edmonton"),
        ("V", "V", "America/Vancouver"),
        ("X", "X", "America/Edmonton"),
        ("Y", "Y", "America/Whitehorse"),
    ),
    "AU": (
        ("08", "09", "Australia/Darwin"),
        ("1", "2", "Australia/Sydney"),
        ("3", "3", "Australia/Melbourne"),
        ("4", "4", "Australia/Brisbane"),
        ("5", "5", "Australia/Adelaide"),
        ("6", "6", "Australia/Perth"),
        ("7", "7", "Australia/Hobart"),
        ("8", "8", "Australia/Melbourne"),
        ("9", "9", "Australia/Brisbane"),
    ),
    "BR": (
        ("40", "48", "America/Bahia"),
        ("49", "49", "America/Maceio"),
        ("50", "56", "America/Recife"),
        ("57", "57", "America/Maceio"),
        ("58", "65", "America/Fortaleza"),
        ("66", "68", "America/Belem"),
        ("693", "693", "America/Boa_Vista"),
        ("699", "699", "America/Rio_Branco"),
        ("69", "69", "America/Manaus"),
        ("768", "769", "America/Porto_Velho"),
        ("77", "77", "America/Araguaina"),
        ("78", "78", "America/Cuiaba"),
        ("79", "79", "America/Campo_Grande"),
        ("0", "9", "America/Sao_Paulo"),
    ),
    "MX": (
        ("21", "22", "America/Tijuana"),
        ("23", "23", "America/Mazatlan"),
        ("31", "33", "America/Chihuahua"),
        ("77", "77", "America/Cancun"),
        ("80", "82", "America/Mazatlan"),
        ("83", "85", "America/Hermosillo"),
    ),
    "ID": (
        ("76", "77", "Asia/Makassar"),
        ("78", "79", "Asia/Pontianak"),
        ("80", "96", "Asia/Makassar"),
        ("97", "99", "Asia/Jayapura"),
    ),
    "RU": (
        ("236", "238", "Europe/Kaliningrad"),
        ("410", "413", "Europe/Saratov"),
        ("426", "427", "Europe/Samara"),
        ("443", "446", "Europe/Samara"),
        ("450", "462", "Asia/Yekaterinburg"),
        ("614", "628", "Asia/Yekaterinburg"),
        ("630", "633", "Asia/Novosibirsk"),
        ("634", "636", "Asia/Tomsk"),
        ("644", "646", "Asia/Omsk"),
        ("650", "654", "Asia/Novokuznetsk"),
        ("656", "659", "Asia/Barnaul"),
        ("660", "663", "Asia/Krasnoyarsk"),
        ("664", "671", "Asia/Irkutsk"),
        ("672", "674", "Asia/Chita"),
        ("675", "678", "Asia/Yakutsk"),
        ("680", "682", "Asia/Vladivostok"),
        ("683", "684", "Asia/Kamchatka"),
        ("685", "686", "Asia/Magadan"),
        ("690", "692", "Asia/Vladivostok"),
        ("693", "694", "Asia/Sakhalin"),
    ),
}

Ranges = tuple[tuple[str, str, str], ...]


def time_zone(country: str, region: str = "", postcode: str = "") -> str:
    """The IANA zone of an address, or empty where the country is not known.

    Args:
        country: ISO 3166-1 alpha-2.
        region: the code or the name of a state or province; `US-CA` is read as `CA`.
    """
    return certain_time_zone(country, region, postcode) or MOST_PEOPLE.get(
        country.strip().upper(), ""
    )


@lru_cache(4096)
def certain_time_zone(country: str, region: str = "", postcode: str = "") -> str:
    """The IANA zone of a place, or empty where it may lie in several; arguments as above.

    A scan is an exact moment, so that the zone of most people is not good enough for it.
    """
    country = country.strip().upper()
    code = re.sub(r"[^0-9A-Z]", "", postcode.upper())
    return (
        _by_postcode(POSTCODES_FIRST.get(country, ()), code)
        or _by_region(country).get(_key(region.upper().removeprefix(f"{country}-")), "")
        or _by_postcode(POSTCODES.get(country, ()), code)
        or ("" if country in SEVERAL_ZONES else MOST_PEOPLE.get(country, ""))
        or _only_zone(country)
    )


def _by_postcode(ranges: Ranges, postcode: str) -> str:
    for first, last, zone in ranges:
        if len(postcode) >= len(first) and first <= postcode[: len(first)] <= last:
            return zone
    return ""


@cache
def _by_region(country: str) -> dict[str, str]:
    zones: dict[str, str] = {}
    for zone, text in REGIONS.get(country, {}).items():
        zones.update(dict.fromkeys(map(_key, _names(text)), zone))
    zones.pop("", None)
    return zones


def _names(text: str) -> list[str]:
    codes = re.match(r"(?:[0-9A-Z]+(?:\s+|$))*", text)
    assert codes is not None
    return [*codes[0].split(), *text[codes.end() :].split("|")]


def _key(name: str) -> str:
    """A region's name without case, accents and punctuation."""
    plain = unicodedata.normalize("NFKD", name.casefold())
    return "".join(letter for letter in plain if letter.isalnum())


@cache
def _only_zone(country: str) -> str:
    zones = get_global("territory_zones").get(country, ())
    return zones[0] if len(zones) == 1 else ""
