"""Money is a Decimal with its currency; sums of different currencies are refused."""

from decimal import ROUND_HALF_EVEN, Decimal, InvalidOperation

import msgspec

# ISO 4217 currencies whose smallest unit is not a hundredth.
MINOR_DIGITS = {
    **dict.fromkeys(("BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF"), 0),
    **dict.fromkeys(("UGX", "UYI", "VND", "VUV", "XAF", "XOF", "XPF"), 0),
    **dict.fromkeys(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"), 3),
}


class Money(msgspec.Struct, frozen=True):
    """An amount in a currency (ISO 4217, upper case)."""

    amount: Decimal
    currency: str

    def __add__(self, other: "Money") -> "Money":
        self._require_same_currency(other)
        return Money(self.amount + other.amount, self.currency)

    def __sub__(self, other: "Money") -> "Money":
        self._require_same_currency(other)
        return Money(self.amount - other.amount, self.currency)

    def rounded(self) -> "Money":
        """Rounded half-even to the currency's smallest unit."""
        unit = Decimal(1).scaleb(-minor_digits(self.currency))
        return Money(self.amount.quantize(unit, ROUND_HALF_EVEN), self.currency)

    def _require_same_currency(self, other: "Money") -> None:
        if self.currency != other.currency:
            raise ValueError(f"cannot combine {self.currency} with {other.currency}")


def minor_digits(currency: str) -> int:
    """How many decimal places the currency has (ISO 4217)."""
    return MINOR_DIGITS.get(currency, 2)


def parse_amount(text: str | int | float | Decimal | None) -> Decimal:
    """An amount from a shop's payload; nothing and the empty string are zero.

    Raises:
        ValueError: the text is no finite decimal number.
    """
    if text is None or text == "":
        return Decimal(0)
    try:
        amount = Decimal(str(text))
    except InvalidOperation as error:
        raise ValueError(f"{text!r} is not an amount") from error
    if not amount.is_finite():
        raise ValueError(f"{text!r} is not an amount")
    return amount
