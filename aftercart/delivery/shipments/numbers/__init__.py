"""Tracking numbers: their forms and check digits, and whose they are."""

from aftercart.delivery.shipments.numbers.recognition import (
    Candidate,
    Known,
    is_ambiguous,
    is_clear,
    recognise,
)
from aftercart.delivery.shipments.numbers.shapes import shape

__all__ = ["Candidate", "Known", "is_ambiguous", "is_clear", "recognise", "shape"]
