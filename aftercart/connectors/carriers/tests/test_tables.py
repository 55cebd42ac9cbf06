import pytest

from aftercart.connectors.carriers.tables import table


def test_a_table_is_written_by_what_codes_mean():
    found = table(("delivered", "", "OK DL"), ("delivered", "damaged", "DD"))
    assert found["DL"] == ("delivered", "")
    assert found["DD"] == ("delivered", "damaged")
    assert len(found) == 3


def test_a_code_has_one_meaning():
    with pytest.raises(ValueError, match="OK has two meanings"):
        table(("delivered", "", "OK"), ("exception", "", "OH OK"))
