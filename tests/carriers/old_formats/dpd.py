"""DPD's replies do not name their parcel: what our client writes beside a reply, for recordings."""

from pathlib import Path

NUMBER = "09980000000001"


def with_number(path: Path) -> bytes:
    """The reply inside an element that names a number."""
    said = path.read_bytes().strip()
    return b'<reply parcelLabelNumber="%s">%s</reply>' % (NUMBER.encode(), said)
