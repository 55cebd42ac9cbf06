"""What a carrier's own words say: a last resort where its code says nothing, and a check of it.

Only whole phrases count, and what is said against a delivery counts before the word itself: "could
not be delivered" is no delivery. A status that was found here is marked `by_text` at its scan.
"""

import re
import unicodedata
from functools import lru_cache

from aftercart.delivery.shipments.facts import Reason, ShipmentStatus

Meaning = tuple[ShipmentStatus, Reason]

# In the order in which they are tried: what speaks against something comes before it.
_RULES: tuple[tuple[str, ShipmentStatus, Reason], ...] = (
    ((r"return(ed)? to (the )?(sender|shipper) (complete|delivered)|delivered to (the )?"
     r"(sender|shipper)|returned to (the )?(sender|shipper) and delivered"), "returned", ""),
    ((r"return(ing|ed)? to (the )?(sender|shipper|origin|retailer|seller)|return initiated|"
     r"being returned|on its way back|zuruck an (den )?(absender|versender)|rucksendung|"
     r"retour a l.expediteur|devuelto al remitente|devolvido ao remetente|retour afzender"),
     "returning", ""),
    ((r"refused|rejected by (the )?(recipient|receiver|consignee)|annahme verweiger(t|ung)|"
     r"refuse par|rechazado|recusad[oa]|geweigerd"), "attempt_failed", "refused"),
    ((r"(recipient|receiver|customer|consignee|addressee|nobody|no one)( was| is)? "
     r"(not (at home|available|home|in|present)|unavailable|absent)|notice left|left (a )?notice|"
     r"no[- ]?one (was )?(home|available)|nicht angetroffen|destinataire absent|absent[eo]? |"
     r"destinatario ausente|niet thuis|business (was )?closed"), "attempt_failed",
     "recipient_not_home"),
    ((r"(delivery|delivered|deliver).{0,20}(attempt|unsuccessful|failed|not possible)|"
     r"attempt(ed)?.{0,20}(delivery|deliver)|unsuccessful deliver|could not (be )?deliver|"
     r"unable to deliver|not (be |been |yet )?delivered|undeliverable|undelivered|"
     r"zustellung.{0,30}nicht (moglich|erfolgreich)|konnte nicht zugestellt|"
     r"livraison (impossible|non effectuee)|entrega (fallida|nao efetuada)|nao entregue"),
     "attempt_failed", ""),
    (r"lost|cannot be located|missing", "exception", "lost"),
    (r"damaged|beschadigt|endommage|danificado|danado", "exception", "damaged"),
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
     r"saiu para entrega|onderweg naar|en cours de distribution"), "out_for_delivery", ""),
    ((r"held (by|in|at) customs|customs (delay|hold)|detained by customs|"
     r"retenu en douane|retenid[oa] (en|por) aduana"), "exception", "customs_hold"),
    (r"customs|clearance|zoll|douane|dedouanement|aduana|alfandega|fiscalizacao aduaneira",
     "in_transit", "customs_clearance"),
    ((r"delivered to (an? |the |your )?((ups )?access point|parcel ?shop|pick ?up point|pick ?up "
      r"location|(local )?post office.{0,20}pick ?up)"), "available_for_pickup", ""),
    ((r"delivered to (an? |the |your )?((local )?post office|postal service|usps)\b|"
      r"delivered to (an? |the |your )?agent for (final )?delivery"), "in_transit", ""),
    (r"delivered|zugestellt|ausgeliefert|distribue|livre|entregad[oa]|entregue|bezorgd|consegnat[oa]",
     "delivered", ""),
    (r"cancel(l)?ed|voided|storniert|annule|cancelad[oa]", "cancelled", ""),
    ((r"(shipment|shipping|label|order|electronic).{0,30}(information|info|data|notification|"
     r"created|received|printed)|pre-?shipment|elektronisch angekundigt|label created|"
     r"manifested|objeto criado"), "info_received", ""),
    ((r"picked up|collected from|pickup scan|accepted (at|by)|acceptance|posted|postado|"
     r"abgeholt|eingeliefert|pris en charge|admitid[oa]|recolhid[oa]|opgehaald"), "picked_up", ""),
    (r"delay(ed)?|verzogert|retard", "in_transit", "carrier_delay"),
    ((r"in transit|arriv(ed|al)|depart(ed|ure)|processed|processing|sorted|sorting|left the|"
     r"forwarded|en route|on (the|its) way|in route|received at|scan(ned)? at|handed (over )?to|"
     r"unterwegs|sortiert|bearbeitet|weitergeleitet|eingetroffen|angekommen|"
     r"en transito|en transit|encaminhad[oa]|em transito|onderweg|acheminement|arrive[e]? "),
     "in_transit", ""),
)  # fmt: skip
_COMPILED = tuple((re.compile(pattern), status, reason) for pattern, status, reason in _RULES)

# What a status must not be said of, whatever the code: its own text says the contrary.
_AGAINST: dict[ShipmentStatus, str] = {
    "delivered": r"attempt|could not|unable|unsuccessful|not (be |been |yet )?deliver|undeliver|"
    r"\bheld\b|return(ed|ing) to (the )?(sender|shipper)|out for delivery|refused|"
    r"(available|ready) for (pickup|pick up|collection)|nicht (zugestellt|moglich)|"
    r"nao entregue|non livre|no entregado",
    "returned": r"out for delivery",
    "out_for_delivery": r"\b(was|been|successfully) delivered\b|delivered to|could not|unable|"
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
    for pattern, status, reason in _COMPILED:
        if pattern.search(said):
            return status, reason
    return None


@lru_cache(8192)
def contradicts(status: ShipmentStatus, text: str) -> bool:
    """Whether a scan's own words say the contrary of a status.

    >>> contradicts("delivered", "Attempted delivery, nobody home"), contradicts("delivered", "OK")
    (True, False)
    """
    pattern, said = _CONTRARY.get(status), _plain(text)
    if status in {"in_transit", "out_for_delivery", "available_for_pickup"}:
        said = _HANDED_ON.sub("", said)
    if pattern is None or not pattern.search(said):
        return False
    return not (status == "delivered" and _STILL_DELIVERED.search(said))


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
