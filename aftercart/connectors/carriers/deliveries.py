"""What words say of a delivery: that it took place, that it did not, will, or took place elsewhere.

"Delivered" is the word that must never be wrong, and it stands in many sentences that tell of none:
"will be delivered", "wird heute zugestellt", "n'a pas pu être livré", "entregado al remitente".
All patterns are of texts without case and accents.
"""

import re

from aftercart.connectors.carriers.tables import Meaning

Rule = tuple[re.Pattern[str], Meaning]

_DONE = (
    r"(?<![a-z])(?:delivered|zugestellt|ausgeliefert|distribuee?s?|livree?s?|entregad[oa]s?|"
    r"entregues?|bezorgd|consegnat[oaie])(?![a-z])"
)
_SENDER = (
    r"(?:original |initial )?(?:sender|shipper|absender|versender|expediteur|remitente|remetente|"
    r"afzender|mittente)(?![a-z])"
)
_TO = r"(?:back )?(?:to|zuruck an|an|a|al|ao|aan)\b(?: the| den| der| l.| la| lo| de)? ?"
_WAITS = (
    r"(?:for (?:customer )?(?:collection|pick ?up)\b|(?:ups )?access point|"
    r"parcel ?shop|paket ?shop|service ?point|collection point|"
    r"pick[- ]?up (?:point|location|station|shop)|(?:local )?post office.{0,20}pick ?up|"
    r"packstation|filiale\b|point (?:de )?(?:relais|retrait)|"
    r"oficina (?:de correos|para)|oficina.{0,20}recogida|punto de (?:recogida|retiro)|"
    r"ponto de (?:recolha|retirada)|postnl-punt|punto di ritiro)"
)
_CARRIERS = (
    r"(?:carrier|courier|airline|customs|(?:delivery|local|regional|destination|final) "
    r"(?:depot|hub|facility|station|partner)|(?:sorting|sortation|distribution) "
    r"(?:cent(?:er|re)|facility))\b"
)

# "was not", "couldn't be", "konnte nicht", "n'a pas pu être", "no se ha podido", "nao foi" …
_FILLERS = (
    r"(?:be|been|being|yet|have|successfully|able to|worden|werden|geworden|encore|pu|ete|etre|se|"
    r"ha|han|podido|pudo|puede|ser|sido|fue|foi|pode|esta|ainda|ancora|stat[oa]|possibile|e) "
)
NOT_DONE = re.compile(
    r"(?:\b(?:not|cannot|unable to|never|nicht|niet|non|no|nao|pas)|n[’']t) "
    rf"(?:{_FILLERS})*{_DONE}"
    r"|(?:no se ha podido|no se pudo|nao foi possivel|impossible de|non e stato possibile) "
    r"(?:entregar|realizar a entrega|livrer|consegnare)|entrega nao pode ser efetuada"
)
TO_SENDER = re.compile(rf"{_DONE} {_TO}{_SENDER}|{_TO}{_SENDER} {_DONE}")
TO_SENDER_SOON = re.compile(
    rf"\b(?:be|being|wird|werden|sera|seran|etre|ser) (?:[a-z]+ )?(?:{_DONE} {_TO}{_SENDER}"
    rf"|{_TO}{_SENDER} {_DONE})"
)
# What is announced, or under way. Not "is delivered", "wurde zugestellt": these are done.
_ANNOUNCED = re.compile(
    rf"\b(?:be|being)(?: [a-z]+)? {_DONE}"
    rf"|\b(?:wird|werden|wordt|worden|zal|sera|seront|seran|sara|verra)\b[^.;]*?{_DONE}"
    rf"|{_DONE} (?:werden|worden)\b(?! sein)|\b(?:etre|ser|essere|siendo|sendo) {_DONE}"
)
COLLECTED = re.compile(
    r"(?<!be )(?<!not )(?<!been )(?:collected|picked up|retrieved)(?: from .{0,40})? by "
    r"(?:the |a )?(?:customer|recipient|receiver|consignee|addressee)\b"
    r"|(?:empfanger|kunde) hat (?!.*nicht ).{0,50}abgeholt"
    r"|(?<!nicht )(?:vom|durch den) (?:empfanger|kunden) abgeholt(?! werden)"
    r"|(?<!non )retiree? par (?:le |son )?(?:destinataire|client)"
    r"|(?<!no )recogid[oa] por (?:el |su )?(?:destinatario|cliente)"
    r"|(?<!nao )retirad[oa] pel[oa] (?:destinatario|cliente)"
)
NOT_ALL = re.compile(
    r"\bpartial(?:ly)? deliver|\bpartly delivered|\bdelivered (\d+) (?:of|/) (?!\1\b)\d+"
)

# Of what took place; in the order in which they are tried.
RULES: tuple[Rule, ...] = (
    (COLLECTED, ("delivered", "collected_by_customer")),
    (NOT_ALL, ("in_transit", "")),
    (re.compile(rf"{_DONE}[^.;]{{0,30}}{_WAITS}|{_WAITS} {_DONE}"), ("available_for_pickup", "")),
    (
        re.compile(
            rf"{_DONE} to (?:an? |the |your )?(?:{_CARRIERS}|(?:local )?post office\b|"
            r"postal service\b|usps\b|agent for (?:final )?delivery)"
        ),
        ("in_transit", ""),
    ),
    (re.compile(_DONE), ("delivered", "")),
)
_ELSEWHERE = tuple(pattern for pattern, (status, _) in RULES if status != "delivered")
# Words that tell an end as "delivered" does: it was fetched.
_ENDED = re.compile(
    rf"{_DONE}|collected|picked up|retrieved|abgeholt|opgehaald|retiree? par|recogid[oa]|"
    r"retirad[oa]"
)


def without_announcements(said: str) -> str:
    """A text without what it says of a delivery to come.

    >>> without_announcements("departed, will be delivered tomorrow")
    'departed, will   tomorrow'
    """
    return _ANNOUNCED.sub(" ", said)


def without_stations(said: str) -> str:
    """A text without its deliveries to somebody who is not the receiver."""
    for pattern in _ELSEWHERE:
        said = pattern.sub(" ", said)
    return said


def tells_an_end(said: str) -> bool:
    """Whether a text has a word for a parcel's arrival at all, whatever it says of it."""
    return _ENDED.search(said) is not None


def speaks_against(said: str) -> bool:
    """Whether a text says of a delivery to the receiver that it did not take place."""
    if NOT_DONE.search(said) or TO_SENDER.search(said):
        return True
    settled = without_announcements(said)
    if settled != said and not tells_an_end(settled):
        return True
    return not COLLECTED.search(said) and without_stations(settled) != settled
