"""Weights as carriers write them, in grams."""

import re

GRAMS = {
    **dict.fromkeys(("kg", "kgs", "kgm", "k", "metric"), 1000.0),
    **dict.fromkeys(("lb", "lbs", "lbr", "l", "imperial"), 453.59237),
    **dict.fromkeys(("oz", "ozs", "onz"), 28.349523125),
    **dict.fromkeys(("g", "gr", "grm"), 1.0),
}
HEAVIEST = 100_000_000
DECIMAL = re.compile(r"\d{1,9}(\.\d{1,9})?")


def grams(value: str | float | None, unit: str | None) -> int | None:
    """Whole grams; None for what is no weight of a parcel, and for units that we do not know.

    >>> grams("2.0", "LB"), grams(0.4, "kg"), grams("heavy", "kg"), grams("0", "kg")
    (907, 400, None, None)
    """
    written, factor = str(value).strip(), GRAMS.get((unit or "").strip().lower())
    if factor is None or not DECIMAL.fullmatch(written):
        return None
    weight = round(float(written) * factor)
    return weight if 0 < weight < HEAVIEST else None
