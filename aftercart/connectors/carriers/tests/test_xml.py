import pytest

from aftercart.connectors.base import ParseError
from aftercart.connectors.carriers import xml

BOMB = b'<!DOCTYPE a [<!ENTITY b "bb"><!ENTITY c "&b;&b;&b;">]><a>&c;</a>'
OUTSIDE = b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>'


@pytest.mark.parametrize(
    "body",
    [BOMB, OUTSIDE, b"", b"<a>", b"{}", b"\xff\xfe", b'<?xml version="1.0" encoding="x"?><a/>'],
)
def test_what_is_no_harmless_xml_is_refused(body):
    with pytest.raises(ParseError) as caught:
        xml.read(body)
    assert caught.value.field == "body"


def test_names_without_namespaces():
    root = xml.read(
        b'\n<?xml version="1.0"?><a xmlns="urn:x"><b> two\n words </b><!-- c --><b/></a>'
    )
    assert xml.name_of(root) == "a"
    assert [xml.text(root, name) for name in ("b", "c")] == ["two words", ""]
    assert len(xml.children(root, "b")) == len(list(xml.descendants(root, "b"))) == 2
    assert xml.child(None, "b") is None
