"""Carriers by name: our slug for each, its public tracking page, and how shops spell it.

A carrier that is not here keeps the name it was given; nothing depends on its being known.
"""

import re
import unicodedata
from functools import lru_cache
from urllib.parse import quote

import msgspec

NUMBER = "{number}"


class Carrier(msgspec.Struct, frozen=True):
    """A carrier. `tracking_url_template` holds `{number}`; empty where there is no public page."""

    slug: str
    name: str
    tracking_url_template: str = ""

    def tracking_url(self, number: str) -> str:
        """The carrier's own page about a parcel; empty without a number or a page."""
        if not number or not self.tracking_url_template:
            return ""
        return self.tracking_url_template.replace(NUMBER, quote(number, safe=""))


_KNOWN = (
    Carrier("ups", "UPS", "https://www.ups.com/track?tracknum={number}"),
    Carrier("usps", "USPS", "https://tools.usps.com/go/TrackConfirmAction?tLabels={number}"),
    Carrier("fedex", "FedEx", "https://www.fedex.com/fedextrack/?trknbr={number}"),
    Carrier(
        "dhl_express",
        "DHL Express",
        "https://www.dhl.com/en/express/tracking.html?AWB={number}&brand=DHL",
    ),
    Carrier(
        "dhl_ecommerce",
        "DHL eCommerce",
        "https://webtrack.dhlecs.com/orders?trackingNumber={number}",
    ),
    Carrier(
        "dhl_parcel_de",
        "DHL Paket",
        "https://www.dhl.de/de/privatkunden/dhl-sendungsverfolgung.html?piececode={number}",
    ),
    Carrier(
        "dhl",
        "DHL",
        "https://www.dhl.com/global-en/home/tracking/tracking-parcel.html?tracking-id={number}",
    ),
    Carrier(
        "deutsche_post",
        "Deutsche Post",
        "https://www.deutschepost.de/de/s/sendungsverfolgung.html?piececode={number}",
    ),
    Carrier(
        "canada_post",
        "Canada Post",
        "https://www.canadapost-postescanada.ca/track-reperage/en#/search?searchFor={number}",
    ),
    Carrier("purolator", "Purolator", "https://www.purolator.com/en/shipping/tracker?pin={number}"),
    Carrier("canpar", "Canpar", "https://www.canpar.com/en/tracking/track.htm?barcode={number}"),
    Carrier(
        "australia_post", "Australia Post", "https://auspost.com.au/mypost/track/details/{number}"
    ),
    Carrier("sendle", "Sendle", "https://track.sendle.com/tracking?ref={number}"),
    Carrier("startrack", "StarTrack", "https://startrack.com.au/track/details/{number}"),
    Carrier(
        "royal_mail",
        "Royal Mail",
        "https://www.royalmail.com/track-your-item#/tracking-results/{number}",
    ),
    Carrier("evri", "Evri", "https://www.evri.com/track/parcel/{number}"),
    Carrier(
        "hermes_de", "Hermes", "https://www.myhermes.de/empfangen/sendungsverfolgung/#{number}"
    ),
    Carrier("yodel", "Yodel", "https://www.yodel.co.uk/tracking/{number}"),
    Carrier(
        "parcelforce", "Parcelforce", "https://www.parcelforce.com/track-trace?trackNumber={number}"
    ),
    Carrier(
        "dpd", "DPD", "https://www.dpdgroup.com/be/mydpd/my-parcels/track?parcelNumber={number}"
    ),
    Carrier("dpd_de", "DPD Germany", "https://tracking.dpd.de/status/en_US/parcel/{number}"),
    Carrier("dpd_uk", "DPD UK", "https://track.dpd.co.uk/parcels/{number}"),
    Carrier("gls", "GLS", "https://gls-group.eu/EU/en/parcel-tracking?match={number}"),
    Carrier("gls_us", "GLS US", "https://www.gls-us.com/tracking?TrackingNumbers={number}"),
    Carrier(
        "tnt",
        "TNT",
        "https://www.tnt.com/express/en_gc/site/tracking.html?searchType=con&cons={number}",
    ),
    Carrier(
        "colissimo", "Colissimo", "https://www.laposte.fr/outils/suivre-vos-envois?code={number}"
    ),
    Carrier(
        "la_poste", "La Poste", "https://www.laposte.fr/outils/suivre-vos-envois?code={number}"
    ),
    Carrier(
        "chronopost",
        "Chronopost",
        "https://www.chronopost.fr/tracking-no-cms/suivi-page?listeNumerosLT={number}",
    ),
    Carrier(
        "mondial_relay",
        "Mondial Relay",
        "https://www.mondialrelay.fr/suivi-de-colis/?numeroExpedition={number}",
    ),
    Carrier("postnl", "PostNL", "https://jouw.postnl.nl/track-and-trace/{number}"),
    Carrier("bpost", "bpost", "https://track.bpost.cloud/btr/web/#/search?itemCode={number}"),
    Carrier(
        "correos",
        "Correos",
        "https://www.correos.es/es/es/herramientas/localizador/envios/detalle?tracking-number={number}",
    ),
    Carrier(
        "poste_italiane",
        "Poste Italiane",
        "https://www.poste.it/cerca/index.html#/risultati-spedizioni/{number}",
    ),
    Carrier(
        "brt",
        "BRT",
        "https://vas.brt.it/vas/sped_det_show.hsm?referer=sped_numspe_par.htm&Nspediz={number}",
    ),
    Carrier("swiss_post", "Swiss Post", "https://service.post.ch/ekp-web/ui/entry/search/{number}"),
    Carrier("austrian_post", "Austrian Post", "https://www.post.at/s/sendungsdetails?snr={number}"),
    Carrier("inpost", "InPost", "https://inpost.pl/sledzenie-przesylek?number={number}"),
    Carrier(
        "postnord",
        "PostNord",
        "https://www.postnord.se/en/our-tools/track-and-trace?shipmentId={number}",
    ),
    Carrier("bring", "Bring", "https://tracking.bring.com/tracking/{number}"),
    Carrier(
        "an_post", "An Post", "https://www.anpost.com/Post-Parcels/Track/History?item={number}"
    ),
    Carrier(
        "correios",
        "Correios",
        "https://rastreamento.correios.com.br/app/index.php?objetos={number}",
    ),
    Carrier(
        "japan_post",
        "Japan Post",
        "https://trackings.post.japanpost.jp/services/srv/search/direct?locale=en&reqCodeNo1={number}",
    ),
    Carrier(
        "sagawa", "Sagawa", "https://k2k.sagawa-exp.co.jp/p/web/okurijosearch.do?okurijoNo={number}"
    ),
    Carrier(
        "yamato",
        "Yamato",
        "https://jizen.kuronekoyamato.co.jp/jizen/servlet/crjz.b.NQ0010?id={number}",
    ),
    Carrier("china_post", "China Post", "https://t.17track.net/en#nums={number}"),
    Carrier("yunexpress", "YunExpress", "https://www.yuntrack.com/parcelTracking?id={number}"),
    Carrier(
        "singapore_post", "Singapore Post", "https://www.singpost.com/track-items?trackid={number}"
    ),
    Carrier(
        "new_zealand_post",
        "New Zealand Post",
        "https://www.nzpost.co.nz/tools/tracking/item/{number}",
    ),
    Carrier(
        "aramex",
        "Aramex",
        "https://www.aramex.com/us/en/track/results?mode=0&ShipmentNumber={number}",
    ),
    Carrier("asendia", "Asendia", "https://tracking.asendia.com/tracking/{number}"),
    Carrier("ontrac", "OnTrac", "https://www.ontrac.com/tracking/?number={number}"),
    Carrier("lasership", "LaserShip", "https://www.ontrac.com/tracking/?number={number}"),
    Carrier("veho", "Veho", "https://track.shipveho.com/#/trackingId/{number}"),
    Carrier("uniuni", "UniUni", "https://www.uniuni.com/tracking/#tracking-detail?no={number}"),
    Carrier("passport", "Passport", "https://track.passportshipping.com/{number}"),
    Carrier("gofo", "GOFO Express", "https://www.gofoexpress.com/track?no={number}"),
    Carrier(
        "landmark",
        "Landmark Global",
        "https://mercury.landmarkglobal.com/tracking/track.php?trck={number}",
    ),
    Carrier(
        "speedee",
        "Spee-Dee",
        "https://speedeedelivery.com/track-a-shipment/?v=detail&barcode={number}",
    ),
    Carrier(
        "old_dominion",
        "Old Dominion",
        "https://www.odfl.com/us/en/tools/trace-track-ltl-freight/trace.html?proNumbers={number}",
    ),
    Carrier("amazon", "Amazon Logistics", "https://track.amazon.com/tracking/{number}"),
    Carrier("nova_post", "Nova Post", "https://novaposhta.ua/tracking/?cargo_number={number}"),
)

CARRIERS: dict[str, Carrier] = {carrier.slug: carrier for carrier in _KNOWN}

# Names that Shopify, WooCommerce and its tracking plug-ins, EasyPost and AfterShip use, beside the
# slug and the name themselves; compared without case, accents and punctuation.
_SPELLINGS = {
    "ups": "united parcel service|ups ground|ups mail innovations|ups mi|ups canada|upsdap",
    "usps": "united states postal service|us postal service|usps first class|stamps.com|usps.com",
    "fedex": "federal express|fedex ground|fedex express|fedex home delivery|fedex smartpost|"
    "fedex uk|fedexdefault|fedex sameday",
    "dhl_express": "dhl worldwide express|dhlexpress|dhl-express|dhl express worldwide",
    "dhl_ecommerce": "dhl ecommerce americas|dhl global mail|dhl gm|dhlgm|dhl ecommerce asia|"
    "dhl-global-mail|dhlecs|dhl ecommerce solutions|dhl parcel us",
    "dhl_parcel_de": "dhl germany|dhl deutschland|dhl de|dhl parcel|dhl paket de|dhlpaket|"
    "dhl intraship|dhl-germany",
    "deutsche_post": "deutsche post mail|deutsch-post|deutschepost",
    "canada_post": "postes canada|canada-post|canadapost|postescanada",
    "purolator": "purolator courier|purolator international",
    "canpar": "canpar courier|canpar express",
    "australia_post": "auspost|aus post|australia-post|eparcel|australiapost mypost",
    "startrack": "star track|startrack express|star-track",
    "royal_mail": "royal-mail|royalmail tracked|royal mail uk",
    "evri": "hermes uk|myhermes|hermesworld uk|hermes world|hermes-uk|evri uk|evri (hermes)",
    "hermes_de": "hermes germany|hermes de|hermesworld|hermes-de|hermes logistik",
    "yodel": "yodel domestic|yodel direct|yodel uk",
    "parcelforce": "parcel force|parcelforce worldwide|parcel-force",
    "dpd": "dpd group|dpd france|dpd ie|dpd ireland|dpd local|dpd be|dpd nl|dpd pl|dpd predict",
    "dpd_de": "dpd deutschland|dpd-de",
    "dpd_uk": "dpd united kingdom|dpd-uk|dpd uk next day|interlink|interlink express",
    "gls": "gls europe|gls de|gls it|gls italy|gls fr|gls nl|gls spain|gls parcel|gls group|"
    "general logistics systems",
    "gls_us": "gso|golden state overnight|gls-us|gls usa",
    "tnt": "tnt express|tnt uk|tnt international|tnt-it|tnt italy",
    "colissimo": "la poste colissimo|colissimo international|la poste (colissimo)",
    "la_poste": "laposte suivi|la-poste|laposte.fr|lettre suivie",
    "chronopost": "chronopost france|chronopost international|chrono post",
    "mondial_relay": "mondial-relay|mondialrelay france|point relais",
    "postnl": "post nl|postnl international|postnl domestic|postnl 3s|tnt post nl|postnl-3s",
    "bpost": "belgian post|bpost international|b post|landmark bpost",
    "correos": "correos spain|correos de espana|correos express|spain correos",
    "poste_italiane": "italian post|poste italiane paccocelere|sda|sda express|poste-italiane",
    "brt": "bartolini|brt bartolini|brt corriere espresso",
    "swiss_post": "die post|la poste suisse|postch|swisspost|schweizerische post",
    "austrian_post": "osterreichische post|post at|austria post|oesterreichische post",
    "inpost": "inpost paczkomaty|paczkomaty inpost|inpost uk|inpost pl",
    "postnord": "post nord|postnord sweden|postnord logistics|post danmark|posten norden|"
    "postnord se|postnord dk|danmark post",
    "bring": "posten norge|norway post|bring parcels|posten bring",
    "an_post": "anpost ireland|an-post|irish post",
    "correios": "correios brazil|correios do brasil|brazil correios|sedex|pac correios",
    "japan_post": "jp post|japanpost|japan post (en)|yu-pack|japan-post|japan post (ja)",
    "sagawa": "sagawa express|sagawa (en)|sagawa (ja)|sagawa-express",
    "yamato": "kuroneko yamato|yamato transport|taqbin|yamato (en)|yamato (ja)|ta-q-bin",
    "china_post": "china ems|ems china|china-post|china ems (epacket)|epacket|ems",
    "yunexpress": "yun express|yunexpress international|yuntrack",
    "singapore_post": "singpost|singapore-post|sing post|speedpost",
    "new_zealand_post": "nz post|nzpost|new-zealand-post|courierpost|courier post",
    "aramex": "aramex australia|fastway|aramex-au|aramex nz",
    "asendia": "asendia usa|asendia uk|asendia-usa|asendia global",
    "ontrac": "on trac|ontrac (us)|on-trac",
    "lasership": "laser ship|laser-ship",
    "veho": "veho tech",
    "uniuni": "uni uni|uniuni us",
    "passport": "passport shipping|passport-shipping",
    "gofo": "gofo|cirro|cirro parcel",
    "landmark": "landmark|landmark-global|ltn",
    "speedee": "spee dee delivery|spee-dee|speedee delivery",
    "old_dominion": "old dominion freight line|odfl|old-dominion-ltl",
    "amazon": "amazon logistics us|amazon shipping|amzl|amazon logistics uk|amazon|"
    "amazon mcf|amazon fba|amazonmws",
    "nova_post": "nova poshta|novaposhta|nova-poshta|nova post international",
}


@lru_cache(1024)
def recognise_name(text: str) -> str:
    """The slug of the carrier that a text names, or empty where it is none we know.

    >>> recognise_name("United Parcel Service"), recognise_name("Hermes UK"), recognise_name("Bo")
    ('ups', 'evri', '')
    """
    return _BY_SPELLING.get(_plain(text), "")


def shown_name(slug: str, given: str) -> str:
    """What to call a carrier: its own name where we know it, else as it was given."""
    return CARRIERS[slug].name if slug in CARRIERS else given


def _plain(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return re.sub(r"[^0-9a-z]", "", decomposed)


def _spellings() -> dict[str, str]:
    known: dict[str, str] = {}
    for carrier in _KNOWN:
        others = _SPELLINGS.get(carrier.slug, "").split("|")
        for spelling in (carrier.slug, carrier.name, *others):
            known.setdefault(_plain(spelling), carrier.slug)
    known.pop("", None)
    return known


_BY_SPELLING = _spellings()
