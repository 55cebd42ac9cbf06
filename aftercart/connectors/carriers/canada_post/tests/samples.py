"""Replies in Canada Post's form, made up by us."""

from xml.sax.saxutils import escape

NUMBER = "1234567890123452"
OCCURRED = {
    "event-identifier": "0100",
    "event-date": "2026-07-03",
    "event-time": "10:46:14",
    "event-time-zone": "EST",
    "event-description": "Item processed",
    "event-site": "OTTAWA",
    "event-province": "ON",
}


def event(code: str = "0100", **changes: str) -> str:
    given = {**OCCURRED, "event-identifier": code}
    given |= {name.replace("_", "-"): value for name, value in changes.items()}
    inside = "".join(f"<{name}>{escape(value)}</{name}>" for name, value in given.items())
    return f"<occurrence>{inside}</occurrence>"


def detail(*events: str, head: str = "") -> bytes:
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<tracking-detail xmlns="http://www.canadapost.ca/ws/track-v2">'
        f"<pin>{NUMBER}</pin><expected-delivery-date>2026-07-06</expected-delivery-date>"
        "<destination-postal-id>K1A0B1</destination-postal-id>"
        f"<service-name>Xpresspost</service-name>{head}"
        f"<significant-events>{''.join(events or (event(),))}</significant-events>"
        "</tracking-detail>"
    ).encode()
