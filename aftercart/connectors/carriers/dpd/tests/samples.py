"""Replies in the form of DPD's life cycle service, made up by us."""

from xml.sax.saxutils import escape

NUMBER = "09980000020033"


def entry(
    status: str = "BetweenDepots",
    words: str = "",
    *,
    place: str = "Raunheim (DE)",
    date: str = "11/3/2026 7:48:00 PM",
    reached: str = "true",
) -> str:
    return (
        f"<statusInfo><status>{status}</status>"
        f"<description><content><content>{escape(words)}</content></content></description>"
        f"<statusHasBeenReached>{reached}</statusHasBeenReached>"
        f"<location><content>{escape(place)}</content></location>"
        f"<date><content>{date}</content></date></statusInfo>"
    )


def reply(*entries: str, number: str = NUMBER) -> bytes:
    service = "<serviceDescription><content><content>DPD CLASSIC</content></content>"
    return (
        f'<reply parcelLabelNumber="{number}"><trackingresult xmlns="urn:x">'
        f"<shipmentInfo>{service}</serviceDescription></shipmentInfo>"
        f"{''.join(entries or (entry(),))}</trackingresult></reply>"
    ).encode()


FAULT = (
    b"<Envelope><Body><Fault><faultstring>Fault</faultstring><detail><errorCode>TRACKING_1"
    b"</errorCode><errorMessage>No parcel</errorMessage></detail></Fault></Body></Envelope>"
)
