import pytest

from aftercart.connectors.carriers.weights import grams


@pytest.mark.parametrize(
    ("value", "unit", "expected"),
    [
        ("2.0", "LB", 907),
        (0.4, "kg", 400),
        ("17.6", "oz", 499),
        (5.0, "metric", 5000),
        ("250", "g", 250),
        ("0.00", "kg", None),
        ("-3", "kg", None),
        ("heavy", "kg", None),
        ("nan", "kg", None),
        ("1e9", "kg", None),
        ("999999999", "kg", None),
        ("3", "stone", None),
        (None, None, None),
    ],
)
def test_weights(value, unit, expected):
    assert grams(value, unit) == expected
