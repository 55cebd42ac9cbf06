"""What the demo store sells. Names, texts and pictures are made up for it."""

from decimal import Decimal

import msgspec


class Good(msgspec.Struct, frozen=True):
    """A product with its variants; `picture` is a file under static/demo."""

    key: str
    title: str
    price: Decimal
    variants: tuple[str, ...]
    picture: str


GOODS = (
    Good("1001", "Stoneware mug", Decimal("24.00"), ("Sage", "Oat", "Ink"), "mug"),
    Good("1002", "Lambswool throw", Decimal("118.00"), ("Rust", "Heather"), "throw"),
    Good("1003", "Beeswax candle", Decimal("19.50"), ("Fig", "Cedar", "Unscented"), "candle"),
    Good("1004", "Oak serving board", Decimal("46.00"), ("Small", "Large"), "board"),
    Good("1005", "Enamel teapot", Decimal("58.00"), ("Harbour blue",), "teapot"),
    Good(
        "1006", "Thick wool socks", Decimal("22.00"), ("36 to 39", "40 to 43", "44 to 47"), "socks"
    ),
    Good("1007", "Blown glass carafe", Decimal("42.00"), ("1 litre",), "carafe"),
    Good("1008", "Terracotta vase", Decimal("36.00"), ("Small", "Tall"), "vase"),
    Good("1009", "Linen-bound notebook", Decimal("16.00"), ("Plain", "Ruled"), "notebook"),
    Good("1010", "Reading lamp", Decimal("129.00"), ("Walnut",), "lamp"),
    Good("1011", "Olive oil soap, pair", Decimal("14.00"), ("Rosemary", "Plain"), "soap"),
    Good("1012", "Canvas market tote", Decimal("28.00"), ("Natural",), "tote"),
)
