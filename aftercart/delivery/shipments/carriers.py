"""The carriers: names, public tracking pages, and how shops and aggregators spell them."""

import re
from urllib.parse import quote

import msgspec


class Carrier(msgspec.Struct, frozen=True):
    """A carrier. `tracking_page` has `{number}` where the number goes; some have no page."""

    slug: str
    name: str
    tracking_page: str = ""
    spellings: tuple[str, ...] = ()

    def tracking_url(self, number: str) -> str:
        """The carrier's public page for a number, or nothing."""
        return self.tracking_page.replace("{number}", quote(number, safe="")) if number else ""


_CORREOS = "https://www.correos.es/es/es/herramientas"
_CTT = "https://appserver.ctt.pt/CustomerArea"
_BRT = "https://vas.brt.it/vas/sped_det_show.hsm"
_TNT = "https://www.tnt.com/express/en_gc/site/shipping-tools"

_ALL = (
    Carrier("usps", "USPS", "https://tools.usps.com/go/TrackConfirmAction?tLabels={number}",
            ("united states postal service", "us postal service", "usps first class")),
    Carrier("ups", "UPS", "https://www.ups.com/track?tracknum={number}",
            ("united parcel service", "upsdap", "ups mail innovations", "ups surepost")),
    Carrier("fedex", "FedEx", "https://www.fedex.com/fedextrack/?trknbr={number}",
            ("federal express", "fedexdefault", "fedex ground", "fedex smartpost", "fedex home")),
    Carrier("dhl_express", "DHL Express",
            "https://www.dhl.com/en/express/tracking.html?AWB={number}",
            ("dhlexpress", "dhl worldwide express", "mydhl")),
    Carrier("dhl_ecommerce", "DHL eCommerce",
            "https://webtrack.dhlecs.com/orders?trackingNumber={number}",
            ("dhl ecommerce us", "dhlecommerce", "dhl global mail", "dhlgm")),
    Carrier("dhl", "DHL", "https://www.dhl.com/global-en/home/tracking.html?tracking-id={number}",
            ("dhl paket", "dhl parcel", "dhl germany", "deutsche post dhl", "dhl parcel de")),
    Carrier("deutsche_post", "Deutsche Post",
            "https://www.deutschepost.de/de/s/sendungsverfolgung.html?piececode={number}"),
    Carrier("canada_post", "Canada Post",
            "https://www.canadapost-postescanada.ca/track-reperage/en#/search?searchFor={number}",
            ("canadapost", "postes canada")),
    Carrier("purolator", "Purolator",
            "https://www.purolator.com/en/shipping/tracker?pin={number}"),
    Carrier("canpar", "Canpar",
            "https://www.canpar.com/en/tracking/track.htm?barcode={number}"),
    Carrier("royal_mail", "Royal Mail",
            "https://www.royalmail.com/track-your-item#/tracking-results/{number}",
            ("royalmail",)),
    Carrier("parcelforce", "Parcelforce",
            "https://www.parcelforce.com/track-trace?trackNumber={number}"),
    Carrier("evri", "Evri", "https://www.evri.com/track/parcel/{number}",
            ("hermes uk", "hermesworld", "myhermes")),
    Carrier("hermes", "Hermes",
            "https://www.myhermes.de/empfangen/sendungsverfolgung/sendungsinformation/#{number}",
            ("hermes germany",)),
    Carrier("dpd", "DPD", "https://tracking.dpd.de/parcelstatus?query={number}",
            ("dpd group", "dpd de", "dpd local")),
    Carrier("dpd_uk", "DPD UK", "https://track.dpd.co.uk/parcels/{number}", ("dpd gb",)),
    Carrier("gls", "GLS", "https://gls-group.com/track/{number}",
            ("general logistics systems", "gls us", "gls italy")),
    Carrier("postnl", "PostNL", "https://jouw.postnl.nl/track-and-trace/{number}",
            ("postnl international", "tnt post")),
    Carrier("bpost", "bpost", "https://track.bpost.cloud/btr/web/#/search?itemCode={number}",
            ("bpost international",)),
    Carrier("colissimo", "Colissimo",
            "https://www.laposte.fr/outils/suivre-vos-envois?code={number}",
            ("la poste", "laposte", "la poste colissimo")),
    Carrier("chronopost", "Chronopost",
            "https://www.chronopost.fr/tracking-no-cms/suivi-page?listeNumerosLT={number}"),
    Carrier("mondial_relay", "Mondial Relay",
            "https://www.mondialrelay.fr/suivi-de-colis/?numeroExpedition={number}"),
    Carrier("correos", "Correos",
            f"{_CORREOS}/localizador/envios/detalle?tracking-number={{number}}"),
    Carrier("seur", "SEUR", "https://www.seur.com/livetracking/?segOnlineIdentificador={number}"),
    Carrier("ctt", "CTT", f"{_CTT}/PublicArea_Detail?ObjectCodeInput={{number}}"),
    Carrier("poste_italiane", "Poste Italiane",
            "https://www.poste.it/cerca/index.html#/risultati-spedizioni/{number}"),
    Carrier("brt", "BRT", f"{_BRT}?referer=sped_numspe_par.htm&Nspediz={{number}}",
            ("bartolini",)),
    Carrier("swiss_post", "Swiss Post", "https://service.post.ch/ekp-web/ui/entry/search/{number}",
            ("die post", "post ch")),
    Carrier("austrian_post", "Austrian Post",
            "https://www.post.at/sv/sendungssuche?snr={number}",
            ("post at", "osterreichische post")),
    Carrier("postnord", "PostNord", "https://tracking.postnord.com/tracking.html?id={number}",
            ("postnord sweden", "postnord denmark", "post nord")),
    Carrier("bring", "Bring", "https://tracking.bring.com/tracking/{number}", ("posten norge",)),
    Carrier("inpost", "InPost", "https://inpost.pl/sledzenie-przesylek?number={number}",
            ("inpost paczkomaty",)),
    Carrier("an_post", "An Post",
            "https://www.anpost.com/Post-Parcels/Track/History?item={number}"),
    Carrier("australia_post", "Australia Post",
            "https://auspost.com.au/mypost/track/#/details/{number}",
            ("auspost", "australiapost", "startrack", "eparcel")),
    Carrier("sendle", "Sendle", "https://track.sendle.com/tracking?ref={number}"),
    Carrier("nz_post", "NZ Post", "https://www.nzpost.co.nz/tools/tracking?trackid={number}",
            ("new zealand post",)),
    Carrier("japan_post", "Japan Post",
            "https://trackings.post.japanpost.jp/services/srv/search/direct?reqCodeNo1={number}",
            ("japan post en", "japan post ja")),
    Carrier("yamato", "Yamato",
            "https://jizen.kuronekoyamato.co.jp/jizen/servlet/crjz.b.NQ0010?id={number}",
            ("yamato en", "yamato ja", "kuroneko yamato")),
    Carrier("sagawa", "Sagawa",
            "https://k2k.sagawa-exp.co.jp/p/web/okurijosearch.do?okurijoNo={number}",
            ("sagawa en", "sagawa ja")),
    Carrier("china_post", "China Post", "", ("china ems", "epacket")),
    Carrier("yunexpress", "YunExpress", "https://www.yuntrack.com/parcelTracking?id={number}"),
    Carrier("four_px", "4PX", "https://track.4px.com/#/result/0/{number}", ("4px",)),
    Carrier("correios", "Correios",
            "https://rastreamento.correios.com.br/app/index.php?objetos={number}",
            ("correios brazil",)),
    Carrier("ontrac", "OnTrac", "https://www.ontrac.com/tracking/?number={number}", ("lasership",)),
    Carrier("amazon", "Amazon Logistics", "",
            ("amazon logistics us", "amazon logistics uk", "amzl us")),
    Carrier("tnt", "TNT", f"{_TNT}/tracking.html?searchType=con&cons={{number}}",
            ("tnt express",)),
    Carrier("aramex", "Aramex", "https://www.aramex.com/track/results?ShipmentNumber={number}",
            ("aramex australia",)),
)  # fmt: skip

CARRIERS: dict[str, Carrier] = {carrier.slug: carrier for carrier in _ALL}


def _plain(text: str) -> str:
    return re.sub(r"[^a-z0-9]", "", text.lower())


_BY_SPELLING = {
    _plain(spelling): carrier.slug
    for carrier in _ALL
    for spelling in (carrier.slug, carrier.name, *carrier.spellings)
}


def recognise_name(text: str) -> str:
    """The slug of the carrier that a shop or aggregator calls `text`; empty where unknown."""
    return _BY_SPELLING.get(_plain(text), "")
