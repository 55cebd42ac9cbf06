"""An error of which a carrier says nothing that can be read is still told as its error."""

import json
from typing import Any

import pytest

from aftercart.connectors.base import ParseError
from aftercart.connectors.carriers.correios.parse import parse as correios
from aftercart.connectors.carriers.gls.parse import parse as gls
from aftercart.connectors.carriers.postnl.parse import parse as postnl
from aftercart.connectors.carriers.royal_mail.parse import parse as royal_mail

UNREADABLE = "<br/> "


@pytest.mark.parametrize(
    ("parse", "body", "problem"),
    [
        (correios, {"msgs": [UNREADABLE]}, "Correios reports an error"),
        (correios, {"mensagem": UNREADABLE}, "Correios reports an error"),
        (correios, {"objetos": [{"mensagem": UNREADABLE}]}, "Correios reports an error"),
        (gls, {"parcels": [{"errorCode": " "}]}, "GLS reports an error"),
        (postnl, {"httpMessage": UNREADABLE}, "PostNL reports an error"),
        (postnl, {"Warnings": [{"Message": UNREADABLE}]}, "PostNL reports an error"),
        (royal_mail, {"httpMessage": UNREADABLE}, "Royal Mail reports an error"),
    ],
)
def test_an_error_without_words(parse: Any, body: dict[str, Any], problem: str) -> None:
    with pytest.raises(ParseError) as caught:
        parse(json.dumps(body).encode())
    assert (caught.value.field, caught.value.problem) == ("error", problem)
