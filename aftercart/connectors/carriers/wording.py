"""What a carrier's own words say: a last resort where its code says nothing, and a check of it.

Only whole phrases count, and what is said against a delivery counts before the word itself: "could
not be delivered" is no delivery. A status that was found here is marked `by_text` at its scan.
"""

import re
import unicodedata
from functools import lru_cache

from aftercart.connectors.carriers import deliveries
from aftercart.connectors.carriers.deliveries import Rule
from aftercart.connectors.carriers.tables import Meaning
from aftercart.delivery.shipments.facts import Reason, ShipmentStatus

_CANCELLED = r"(cancel(l)?ed|voided|storniert|annulee?|cancelad[oa])"

# In the order in which they are tried: what speaks against something comes before it.
_BEFORE_DELIVERIES: tuple[tuple[str, ShipmentStatus, Reason], ...] = (
    (deliveries.TO_SENDER_SOON.pattern, "returning", ""),
    ((r"return(ed)? to (the )?(sender|shipper) (complete|delivered)|"
      r"returned to (the )?(sender|shipper) and delivered"), "returned", ""),
    (deliveries.TO_SENDER.pattern, "returned", ""),
    ((r"return(ing|ed)? to (the )?(sender|shipper|origin|retailer|seller)|return initiated|"
     r"being returned|on its way back|zuruck an (den )?(absender|versender)|rucksendung|"
     r"retour(ne)? a l.expediteur|devuelto al remitente|devolvido ao remetente|retour afzender|"
     r"saiu para entrega ao remetente"),
     "returning", ""),
    ((r"refused|rejected by (the )?(recipient|receiver|consignee)|annahme verweiger(t|ung)|"
     r"refuse par|rechazado|recusad[oa]|geweigerd"), "attempt_failed", "refused"),
    (r"business (was |is )?closed", "attempt_failed", "business_closed"),
    ((r"(recipient|receiver|customer|consignee|addressee|nobody|no one)( was| is)? "
     r"(not (at home|available|home|in|present)|unavailable|absent)|notice left|left (a )?notice|"
     r"no[- ]?one (was )?(home|available)|nicht angetroffen|benachrichtigungskarte|"
     r"destinataire absent|absent[eo]? |"
     r"destinatario ausente|niet thuis"), "attempt_failed", "recipient_not_home"),
    ((r"(delivery|delivered|deliver).{0,20}(attempt|unsuccessful|failed|not possible)|"
     r"attempt(ed)?.{0,20}(delivery|deliver)|unsuccessful deliver|could not (be )?deliver|"
     r"unable to deliver|undeliverable|undelivered|"
     r"zustellung.{0,30}nicht (moglich|erfolgreich)|konnte nicht zugestellt|"
     r"livraison (impossible|non effectuee)|entrega (fallida|nao efetuada)"),
     "attempt_failed", ""),
    (deliveries.NOT_DONE.pattern, "attempt_failed", ""),
    ((r"missing.{0,20}(paperwork|documents?|commercial invoice)|"
      r"(paperwork|documents?|commercial invoice).{0,12}missing"), "exception",
     "customs_information_needed"),
    ((r"\blost\b(?! time)|cannot be located|^missing\b|reported missing|missing in transit|"
      r"(parcel|package|shipment|item|piece|consignment)s?( is| are| was| were| went)? missing"),
     "exception", "lost"),
    (r"(?<!not )\b(damaged|beschadigt|endommage|danificad[oa]|danad[oa])", "exception", "damaged"),
    ((r"(incorrect|insufficient|wrong|bad|incomplete) address|address.{0,20}(incorrect|incomplete|"
     r"insufficient|problem|unknown|not found)|adresse.{0,20}(unvollstandig|falsch|incorrecte)"),
     "exception", "address_problem"),
    ((r"(available|ready) for (pickup|pick up|collection)|awaiting (customer )?(collection|pickup)|"
     r"held at (location|post office|depot).{0,20}(pickup|collection)|"
     r"abholbereit|zur abholung|disponible en (point|bureau)|a disposition|"
     r"disponible para (ser )?recogid[oa]|aguardando retirada|ligt klaar"), "available_for_pickup",
     ""),
    ((r"(out|vehicle|courier|van).{0,12} for delivery|on (board|vehicle) for delivery|"
     r"out for delivery|in zustellung|zustellfahrzeug|en cours de livraison|en reparto|"
     r"saiu para entrega|onderweg naar (u|je|jou|de ontvanger)\b|en cours de distribution|"
     r"in consegna\b"), "out_for_delivery", ""),
    ((r"no longer held|(released|cleared) (from|by|through) (the )?customs|"
      r"customs (clearance )?(is |was )?(released|cleared|complete)|liberado pela alfandega"),
     "in_transit", ""),
    (r"aguardando pagamento|awaiting payment", "exception", "held_for_payment"),
    ((r"held (by|in|at) customs|customs (delay|hold)|detained by customs|"
     r"retenu en douane|retenid[oa] (en|por) aduana"), "exception", "customs_hold"),
)  # fmt: skip
_AFTER_DELIVERIES: tuple[tuple[str, ShipmentStatus, Reason], ...] = (
    (r"customs|clearance|zoll|douane|dedouanement|aduana|alfandega|fiscalizacao aduaneira",
     "in_transit", "customs_clearance"),
    # Of the parcel: an appointment, a pickup or a return that was called off ends nothing.
    ((rf"^(was |has been )?{_CANCELLED}|{_CANCELLED} by (the )?(sender|shipper|merchant|seller)|"
      r"\b(shipment|shipping|order|label|parcel|package|consignment|item|sendung|auftrag|commande|"
      rf"colis|envio|pedido|objeto)\b( [a-z]+){{0,3}}? {_CANCELLED}"), "cancelled", ""),
    ((r"(shipment|shipping|label|order|electronic).{0,30}(information|info|data|notification|"
     r"created|received|printed)|pre-?shipment|elektronisch angekundigt|label created|"
     r"manifested|(paket|sendungs)daten (wurden|sind)|objeto criado"), "info_received", ""),
    ((r"(?<!not )(?<!yet )picked up|collected from|pickup scan|accepted (at|by)|acceptance|posted|"
     r"postado|abgeholt|eingeliefert|an (das )?[a-z]+( system)? ubergeben|pris en charge|"
     r"admitid[oa]|recolhid[oa]|opgehaald"),
     "picked_up", ""),
    (r"delay(ed)?|verzogert|retard", "in_transit", "carrier_delay"),
    ((r"in transit|arriv(ed|al)|depart(ed|ure)|processed|processing|sorted|sorting|left the|"
     r"forwarded|en route|on (the|its) way|in route|received at|scan(ned)? at|handed (over )?to|"
     r"unterwegs|sortiert|bearbeitet|weitergeleitet|eingetroffen|angekommen| verlassen\b|"
     r"en transito|en transit|encaminhad[oa]|em transito|onderweg|acheminement|arrive[e]? "),
     "in_transit", ""),
)  # fmt: skip


def _compiled(rules: tuple[tuple[str, ShipmentStatus, Reason], ...]) -> tuple[Rule, ...]:
    return tuple((re.compile(pattern), (status, reason)) for pattern, status, reason in rules)


_EARLY, _LATE = _compiled(_BEFORE_DELIVERIES), _compiled(_AFTER_DELIVERIES)

# What a status must not be said of, whatever the code: its own text says the contrary.
_AGAINST: dict[ShipmentStatus, str] = {
    "delivered": r"attempt|could not|unable|unsuccessful|delivery failed|undeliver|misdeliver|"
    r"wrong address|"
    r"\bheld\b|return(ed|ing) to (the )?(sender|shipper)|out for delivery|refused|"
    r"(available|ready) for (pickup|pick up|collection)|nicht moglich",
    "returned": r"out for delivery",
    "out_for_delivery": r"\b(was|been|successfully) delivered\b|delivered to\b|could not|unable|"
    r"unsuccessful",
    "available_for_pickup": r"\b(was|been|successfully) delivered\b|out for delivery",
    "in_transit": r"\b(was|been|successfully) delivered\b|^delivered|out for delivery",
    "picked_up": r"^delivered|out for delivery",
    "info_received": r"^delivered|out for delivery|in transit",
    "attempt_failed": r"\bsuccessfully delivered\b",
}
_CONTRARY = {status: re.compile(pattern) for status, pattern in _AGAINST.items()}
# Said of a parcel that was handed on, or waits: whoever it was delivered to is not the receiver.
_HANDED_ON = re.compile(
    r"((was|been) )?delivered to (an? |the |your )?"
    r"(agent|(ups )?access point|locker|parcel ?shop|pick ?up|(local )?post office|postal|usps)"
)
_NO_ARRIVAL = ("attempt_failed", "available_for_pickup", "out_for_delivery", "returning")
# Said of a delivery that took place although the words look otherwise.
_STILL_DELIVERED = re.compile(
    r"delivered (after|on) .{0,20}attempt|delivery attempt successful|"
    r"held at .{0,40}and (collected|picked up)"
)


@lru_cache(8192)
def meaning(text: str) -> Meaning | None:
    """The status and reason that a carrier's words say, or None where they say none we know.

    >>> meaning("Delivery attempted - notice left")
    ('attempt_failed', 'recipient_not_home')
    """
    said = _plain(text)
    settled = deliveries.without_announcements(said)
    return _first(_EARLY, said) or _first(deliveries.RULES, settled) or _first(_LATE, settled)


def _first(rules: tuple[Rule, ...], said: str) -> Meaning | None:
    return next((found for pattern, found in rules if pattern.search(said)), None)


@lru_cache(8192)
def contradicts(status: ShipmentStatus, text: str) -> bool:
    """Whether a scan's own words say the contrary of a status.

    >>> contradicts("delivered", "Attempted delivery, nobody home"), contradicts("delivered", "OK")
    (True, False)
    """
    pattern, said = _CONTRARY.get(status), _plain(text)
    if status in {"in_transit", "out_for_delivery", "available_for_pickup"}:
        said = deliveries.without_stations(_HANDED_ON.sub("", said))
    is_against = pattern is not None and pattern.search(said) is not None
    if status != "delivered":
        return is_against
    is_against = is_against or deliveries.speaks_against(said) or _tells_another(said)
    return is_against and not _STILL_DELIVERED.search(said)


def _tells_another(said: str) -> bool:
    """Whether a text without any word for an arrival tells a status that comes before one."""
    if deliveries.tells_an_end(said):
        return False
    found = _first(_EARLY, said)
    return found is not None and found[0] in _NO_ARRIVAL


@lru_cache(8192)
def agreed(
    status: ShipmentStatus, reason: Reason, text: str
) -> tuple[ShipmentStatus, Reason, bool]:
    """What a scan says where its code and its own words may disagree; whether the words decided.

    Words never make a delivery out of a code that says none: such a scan says nothing.

    >>> agreed("delivered", "", "Attempted delivery, customer not available")
    ('attempt_failed', 'recipient_not_home', True)
    >>> agreed("in_transit", "", "Delivered")
    ('unknown', '', False)
    """
    if not contradicts(status, text):
        return status, reason, False
    said = meaning(text)
    if said is None or said[0] == "delivered" or contradicts(said[0], text):
        return "unknown", "", False
    return *said, True


def _plain(text: str) -> str:
    """Without case and accents."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))
