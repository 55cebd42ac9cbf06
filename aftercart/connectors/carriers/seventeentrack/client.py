"""17TRACK's Tracking API: numbers are registered once, then asked after 40 at a time."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from aftercart.connectors.base import Answer, Asked, ConnectionFailed, Heard, Identity, Limit
from aftercart.connectors.carriers.aggregating import Line, key, pushed, stable
from aftercart.connectors.carriers.asked import server
from aftercart.connectors.carriers.calling import read_json
from aftercart.connectors.carriers.seventeentrack import codes
from aftercart.connectors.reading import plain

LABEL = "17TRACK"
ADDRESS = "https://api.17track.net/track/v2.2"
MOST_NUMBERS = 40
REFUSED_KEY = {-18010001, -18010002, -18010004, -18010005}
NO_QUOTA = {-18019907, -18019908}
REGISTERED, NOT_REGISTERED = -18019901, -18019902
INVALID_NUMBER = {-18010012, -18010015}
QUOTA_WAIT = 3600.0
# When 17TRACK last asked the carrier, and how many days went by: no news.
UNSTABLE = ("latest_sync_status", "latest_sync_time", "events_hash", "provider_tips")

Found = Mapping[str, Any]


class Numbers:
    """Asked with the merchant's security key; see the README beside this file."""

    carriers: frozenset[str] = frozenset()
    batch = MOST_NUMBERS
    cost = 2
    limits: tuple[Limit, ...] = (Limit(3, 1),)

    def identify(self, credentials: Mapping[str, str], settings: Mapping[str, Any]) -> Identity:
        """Ask for the quota: 17TRACK names nobody.

        Raises:
            ConnectionFailed: the key is refused, or nobody answers.
        """
        _data(_line(credentials, settings), "/getquota", None)
        return Identity(name=LABEL)

    def ask(
        self,
        credentials: Mapping[str, str],
        settings: Mapping[str, Any],
        parcels: Sequence[Asked],
        address: str,
    ) -> Answer:
        """All parcels in one request, and those it does not know in another, to register them.

        Raises:
            ConnectionFailed: the source cannot be used now; nothing was learnt.
        """
        line, wanted = _line(credentials, settings), parcels[:MOST_NUMBERS]
        data = _data(line, "/gettrackinfo", [{"number": one.number} for one in wanted])
        known, refused = _by_number(data.get("accepted")), _by_number(data.get("rejected"))
        heard, new = [], []
        for parcel in wanted:
            found = known.get(parcel.number.upper())
            error = _error(refused.get(parcel.number.upper(), []))
            if found:
                heard.append(_told(parcel, found))
            elif error.get("code") == NOT_REGISTERED:
                new.append(parcel)
            elif error:
                heard.append(_problem(parcel, error))
        heard += _registered(line, new, is_first=not heard)
        return line.answer(pushed(heard) if settings.get("push") == "yes" else heard)


def _line(credentials: Mapping[str, str], settings: Mapping[str, Any]) -> Line:
    return Line(LABEL, server(settings, ADDRESS), {"17token": key(LABEL, credentials)})


def _data(line: Line, path: str, content: Any) -> Found:
    """What is answered; 17TRACK tells its errors in a 200.

    Raises:
        ConnectionFailed: it is an error, or cannot be read.
    """
    answer = read_json(LABEL, line.send("POST", path, json=[] if content is None else content))
    data = answer.get("data")
    found = data if isinstance(data, dict) else {}
    errors = found.get("errors")
    first = errors[0] if isinstance(errors, list) and errors else {}
    code = answer.get("code") or (first.get("code") if isinstance(first, dict) else None)
    if code or not found:
        raise _failure(code, plain(str(first.get("message") or ""), 300) if first else "")
    return found


def _failure(code: Any, said: str) -> ConnectionFailed:
    name = {"carrier": LABEL}
    if code in REFUSED_KEY:
        message = _("%(carrier)s does not accept the credentials. Enter them again.") % name
        return ConnectionFailed(f"{message} {said}".strip(), permanent=True)
    if code in NO_QUOTA:
        message = _("%(carrier)s asks us to wait: the limit of requests is reached.") % name
        return ConnectionFailed(message, retry_after=QUOTA_WAIT, is_throttled=True)
    return ConnectionFailed(said or _("The answer of %(carrier)s cannot be read.") % name)


def _by_number(listed: Any) -> dict[str, list[Found]]:
    """A number may be registered with several carriers."""
    found: dict[str, list[Found]] = {}
    for one in listed if isinstance(listed, list) else []:
        if isinstance(one, dict):
            found.setdefault(str(one.get("number") or "").upper(), []).append(one)
    return found


def _error(refused: Sequence[Found]) -> Found:
    for one in refused:
        error = one.get("error")
        if isinstance(error, dict):
            return error
    return {}


def _told(parcel: Asked, found: Sequence[Found]) -> Heard:
    one = _of_carrier(parcel, found)
    memo = {"carrier": str(one.get("carrier") or "0")}
    info = one.get("track_info")
    if not isinstance(info, dict) or not _has_news(info):
        said = _("%(carrier)s has no news of this number yet.") % {"carrier": LABEL}
        return Heard(number=parcel.number, problem=said, memo=memo)
    kept = {"number": parcel.number, "carrier": one.get("carrier"), "track_info": _steady(info)}
    return Heard(
        number=parcel.number, body=stable({"code": 0, "data": {"accepted": [kept]}}), memo=memo
    )


def _of_carrier(parcel: Asked, found: Sequence[Found]) -> Found:
    """The one of the parcel's carrier, else one with news, else any."""
    for one in found:
        if parcel.carrier and codes.CARRIERS.ours(str(one.get("carrier"))) == parcel.carrier:
            return one
    heard = (one for one in found if _has_news(one.get("track_info")))
    return next(heard, found[0])


def _has_news(info: Any) -> bool:
    if not isinstance(info, dict):
        return False
    return any(provider.get("events") for provider in _providers(info)) or bool(
        info.get("latest_event")
    )


def _providers(info: Found) -> Iterable[Found]:
    tracking = info.get("tracking")
    listed = tracking.get("providers") if isinstance(tracking, dict) else None
    return [one for one in listed if isinstance(one, dict)] if isinstance(listed, list) else []


def _steady(info: Found) -> Found:
    """Without what changes while nothing happens."""
    metrics = info.get("time_metrics")
    estimate = metrics.get("estimated_delivery_date") if isinstance(metrics, dict) else None
    providers = [
        {name: value for name, value in one.items() if name not in UNSTABLE}
        for one in _providers(info)
    ]
    return {
        **info,
        "time_metrics": {"estimated_delivery_date": estimate},
        "tracking": {"providers": providers},
    }


def _registered(line: Line, parcels: Sequence[Asked], *, is_first: bool) -> list[Heard]:
    """Those that 17TRACK takes have no news yet. A failure keeps what was heard before."""
    if not parcels:
        return []
    try:
        data = _data(line, "/register", [_wanted(parcel) for parcel in parcels])
    except ConnectionFailed:
        if is_first:
            raise
        return []
    taken, refused = _by_number(data.get("accepted")), _by_number(data.get("rejected"))
    heard = []
    for parcel in parcels:
        error = _error(refused.get(parcel.number.upper(), []))
        if parcel.number.upper() in taken or error.get("code") == REGISTERED:
            said = _("%(carrier)s has no news of this number yet.") % {"carrier": LABEL}
            memo = {"carrier": codes.CARRIERS.theirs(parcel.carrier) or "0"}
            heard.append(Heard(number=parcel.number, problem=said, memo=memo))
        elif error:
            heard.append(_problem(parcel, error))
    return heard


def _wanted(parcel: Asked) -> dict[str, Any]:
    """17TRACK finds the carrier by itself where we name none."""
    carrier = codes.CARRIERS.theirs(parcel.carrier)
    given: dict[str, Any] = {"number": parcel.number}
    if carrier:
        given["carrier"] = int(carrier)
    if parcel.postcode:
        given["param"] = parcel.postcode
    return given


def _problem(parcel: Asked, error: Found) -> Heard:
    said = plain(str(error.get("message") or error.get("code")), 300)
    is_refused = error.get("code") in INVALID_NUMBER
    return Heard(number=parcel.number, problem=said, is_refused=is_refused)
