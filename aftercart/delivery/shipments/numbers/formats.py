"""The forms of tracking numbers: whose they are, how they look, and what checks them.

Patterns are matched whole against the normalised number. `strength` says how much a match is worth
by itself: a prefix that only one carrier uses with a check digit is nearly certain, a mere length
means little.
"""

import re
from functools import cache

import msgspec

from aftercart.delivery.shipments.numbers import check_digits
from aftercart.delivery.shipments.numbers.check_digits import Check

CERTAIN, STRONG, FAIR, WEAK, FAINT = 90, 60, 40, 25, 10


class Form(msgspec.Struct, frozen=True):
    """One form of number.

    Attributes:
        carrier: our slug.
        pattern: of the whole number; a group `checked` is what the check digit covers.
        check: whether the check digit is right; a form without one has none to be wrong.
        countries: where the carrier delivers, if it is a national one.
    """

    carrier: str
    name: str
    pattern: str
    strength: int
    check: Check | None = None
    countries: frozenset[str] = frozenset()

    def matches(self, number: str) -> bool:
        """Whether the number has this form, its check digit included."""
        found = _compiled(self.pattern).fullmatch(number)
        if found is None:
            return False
        covered = found.groupdict().get("checked") or number
        return self.check is None or self.check(covered)


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.ASCII)


def _in(*codes: str) -> frozenset[str]:
    return frozenset(codes)


US, CA, GB, DE, FR, NL = _in("US"), _in("CA"), _in("GB"), _in("DE"), _in("FR"), _in("NL")
ROUTING = r"(?:420\d{5}(?:\d{4})?)?"

FORMS: tuple[Form, ...] = (
    # UPS
    Form("ups", "1Z", r"1Z[0-9A-Z]{15}\d", CERTAIN, check_digits.ups_1z),
    Form("ups", "waybill", r"[AHJKTV]\d{10}", STRONG, check_digits.ups_waybill),
    Form("ups", "Mail Innovations", r"MI\d{6}[0-9A-Z]{1,22}", FAIR, None, US),
    Form("ups", "Mail Innovations", ROUTING + r"(?P<checked>92748\d{17})", FAIR,
         check_digits.mod10_threes, US),
    # The United States Postal Service
    Form("usps", "IMpb", ROUTING + r"(?P<checked>9[2-5](?!0{20})\d{20})", CERTAIN,
         check_digits.mod10_threes, US),
    Form("usps", "IMpb", ROUTING + r"(?P<checked>9[2-5]\d{24})", STRONG,
         check_digits.mod10_threes, US),
    Form("usps", "IMpb", r"(?:420\d{5}(?:\d{4})?)(?P<checked>94\d{28})", STRONG,
         check_digits.mod10_threes, US),
    Form("usps", "91", ROUTING + r"(?P<checked>91\d{20})", STRONG, check_digits.usps_91, US),
    Form("usps", "20 digits", r"[0-8]\d{19}", FAIR, check_digits.mod10_threes, US),
    Form("usps", "20 digits", ROUTING + r"(?P<checked>[0-8]\d{19})", FAIR,
         check_digits.usps_91, US),
    # FedEx
    Form("fedex", "12 digits", r"\d{12}", FAIR, check_digits.fedex_12),
    Form("fedex", "Ground 15", r"\d{15}", FAIR, check_digits.mod10_threes),
    Form("fedex", "SSCC-18", r"0[0-4]\d{16}", FAIR, check_digits.mod10_threes),
    Form("fedex", "Ground 96", r"96\d{5}(?P<checked>\d{15})", STRONG, check_digits.mod10_threes),
    Form("fedex", "Ground GSN", r"96\d{32}", STRONG, check_digits.fedex_14),
    Form("fedex", "Express 34", r"[0-8]\d{33}", STRONG, check_digits.fedex_14),
    Form("fedex", "ASTRA", r"3\d{31}", STRONG, check_digits.fedex_astra),
    Form("fedex", "door tag", r"DT\d{12,16}", STRONG),
    Form("fedex", "Ground Economy", r"61\d{18}", WEAK, check_digits.mod10_threes, US),
    Form("fedex", "Ground Economy", ROUTING + r"(?P<checked>92(?:612|001|419)\d{17})", FAIR,
         check_digits.mod10_threes, US),
    # DHL
    Form("dhl_express", "10 digits", r"\d{10,11}", FAIR, check_digits.mod7),
    Form("dhl_express", "piece", r"(?:JJD|JVGL)\d{9,10}", STRONG),
    Form("dhl_express", "piece", r"J[A-Z]{2,3}\d{9,10}", FAIR),
    Form("dhl_express", "piece", r"JD01\d{16,18}", FAIR),
    Form("dhl_parcel_de", "piece", r"JJ?D\d{16,20}", FAIR, None, DE),
    Form("dhl_parcel_de", "SSCC", r"(?:00)?(?P<checked>340434\d{12})", CERTAIN,
         check_digits.mod10_threes, DE),
    Form("dhl_parcel_de", "Identcode", r"\d{12}", WEAK, check_digits.identcode, DE),
    Form("dhl_ecommerce", "GM", r"GM\d{10,20}", STRONG),
    Form("dhl_ecommerce", "two letters",
         r"(?:LX|RX|UV|CN|SG|TH|IN|HK|MY)(?=[0-9A-Z]*\d)[0-9A-Z]{10,39}", WEAK),
    Form("dhl_ecommerce", "GM", r"GM(?=[0-9A-Z]*\d)[0-9A-Z]{10,39}", FAIR),
    Form("dhl_ecommerce", "14 digits", r"\d{14}", FAINT, None, US),
    Form("dhl_ecommerce", "IMpb", ROUTING + r"(?P<checked>92(?:612|748|055)\d{17})", WEAK,
         check_digits.mod10_threes, US),
    # Canada
    Form("canada_post", "16 digits", r"\d{16}", FAIR, check_digits.mod10_threes, CA),
    Form("purolator", "12 digits", r"[0-5]\d{11}", FAIR, check_digits.luhn, CA),
    Form("purolator", "three letters", r"[A-Z]{3}\d{9}", FAIR, None, CA),
    Form("canpar", "22 signs", r"[CDKLSUXZ]\d{21}", STRONG, None, CA),
    Form("landmark", "LTN", r"LTN\d{8}N1", CERTAIN),
    # The United States' regional and parcel-shop carriers
    Form("ontrac", "C", r"[CD]\d{14}", STRONG, check_digits.ontrac, US),
    Form("lasership", "LX", r"L[AIEHNX][1-3]\d{7}", STRONG, None, US),
    Form("lasership", "1LS", r"1LS7[12]\d{10}|1LS7[12]\d{2}01[1-4]\d{6}1|1LSCX[0-9A-Z]{10}",
         CERTAIN, None, US),
    Form("amazon", "TBA", r"TB[ACM]\d{12}", CERTAIN),
    Form("amazon", "international", r"[AFC]\d{10}", FAIR),
    Form("gofo", "GFUS", r"GFUS\d{14}", CERTAIN, None, US),
    Form("uniuni", "UUS", r"UUS\d[0-9A-Z]{12,18}", CERTAIN),
    Form("speedee", "SP", r"SP\d{18}", CERTAIN, None, US),
    Form("old_dominion", "11 digits", r"(?:77[78]|072|780|80\d)\d{8}", FAIR,
         check_digits.luhn, US),
    Form("yunexpress", "YT", r"YT\d{16}", CERTAIN),
    # The United Kingdom and Ireland
    Form("yodel", "JD", r"JJ?D\d{16}", FAIR, None, GB),
    Form("evri", "16 signs", r"H\d{2}[0-9A-Z]{13}|T00[0-9A-Z]{13}", FAIR, None, GB),
    Form("dpd_uk", "14 digits", r"1\d{13}", FAINT, None, GB),
    # Europe
    Form("dpd", "28 signs", r"\d{27}[0-9A-Z]", STRONG, check_digits.mod37_36),
    Form("dpd", "15 signs", r"\d{14}[0-9A-Z]", STRONG, check_digits.mod37_36),
    Form("dpd_de", "14 digits", r"0\d{13}", WEAK, None, DE),
    Form("dpd", "14 digits", r"\d{14}", FAINT),
    Form("gls", "Track ID", r"(?=[0-9A-Z]*\d)(?=[0-9A-Z]*[A-Z])[0-9A-Z]{8}", FAINT),
    Form("gls", "12 digits", r"\d{11,12}", FAINT, check_digits.mod10_threes),
    Form("gls", "test", r"QAS_?\d{7}|QAS\d{7,9}", WEAK),
    Form("hermes_de", "14 digits", r"\d{14}", FAINT, None, DE),
    Form("hermes_de", "H", r"H\d{19}", FAIR, None, DE),
    Form("postnl", "3S", r"3S[0-9A-Z]{2,5}\d{7,12}", CERTAIN, None, NL),
    Form("colissimo", "13 signs", r"\d[A-Z]\d{11}", STRONG, None, FR),
    Form("mondial_relay", "digits", r"\d{8}|\d{10}", FAINT, None, _in("FR", "BE", "ES", "LU")),
    Form("bpost", "24 digits", r"3232\d{20}", CERTAIN, None, _in("BE")),
    Form("austrian_post", "22 digits", r"10\d{20}", FAIR, None, _in("AT")),
    Form("swiss_post", "18 digits", r"99\d{16}", STRONG, None, _in("CH", "LI")),
    Form("inpost", "24 digits", r"\d{24}", WEAK, None, _in("PL")),
    Form("postnord", "SSCC", r"(?:00)?(?P<checked>[37]73[0-9]{15}|370\d{15})", FAIR,
         check_digits.mod10_threes, _in("SE", "DK", "FI", "NO")),
    Form("bring", "SSCC", r"(?:00)?(?P<checked>370(?:72|73)\d{13})", FAIR,
         check_digits.mod10_threes, _in("NO", "SE", "DK")),
    Form("correos", "23 signs", r"P[0-9A-Z]{22}", FAIR, None, _in("ES")),
    Form("nova_post", "14 digits", r"(?:20|59)\d{12}", WEAK, None, _in("UA")),
    Form("tnt", "9 digits", r"\d{9}", FAINT),
    Form("tnt", "GE", r"GE\d{9}[A-Z]{2}", FAIR),
    # Asia and the Pacific
    Form("yamato", "12 digits", r"\d{12}", WEAK, check_digits.mod7, _in("JP")),
    Form("sagawa", "12 digits", r"\d{12}", FAINT, check_digits.mod7, _in("JP")),
    Form("japan_post", "12 digits", r"\d{11,12}", FAINT, check_digits.mod7, _in("JP")),
    Form("australia_post", "article", r"(?:00)?[0-9A-Z]{3}\d{7}(?:\d{2}|\d{10,13})", WEAK, None,
         _in("AU")),
    Form("australia_post", "article", r"[A-Z]{2,3}\d{7}(?:\d{2}|\d{10,13})", WEAK, None,
         _in("AU")),
    Form("startrack", "12 signs", r"[A-Z0-9]{3}Z\d{8}", FAIR, None, _in("AU")),
    Form("sendle", "S", r"S[0-9A-Z]{6,7}", FAINT, None, _in("AU", "US", "CA")),
    Form("aramex", "digits", r"\d{10,12}", FAINT, None, _in("AE", "SA", "AU", "NZ", "ZA")),
)  # fmt: skip

S10 = r"[A-Z]{2}\d{9}[A-Z]{2}"

# Whose a UPU number is, by the country at its end; several where several carry there.
POSTS: dict[str, tuple[str, ...]] = {
    "AT": ("austrian_post",), "AU": ("australia_post",), "BE": ("bpost",), "BR": ("correios",),
    "CA": ("canada_post",), "CH": ("swiss_post",), "CN": ("china_post",),
    "DE": ("dhl_parcel_de", "deutsche_post"), "DK": ("postnord",), "ES": ("correos",),
    "FR": ("la_poste", "colissimo", "chronopost"), "GB": ("royal_mail", "parcelforce"),
    "IE": ("an_post",), "IT": ("poste_italiane",), "JP": ("japan_post",), "NL": ("postnl",),
    "NO": ("bring",), "NZ": ("new_zealand_post",), "SE": ("postnord",),
    "SG": ("singapore_post",), "US": ("usps",),
}  # fmt: skip
