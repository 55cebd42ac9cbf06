"""Aftercart: everything a shop does for its customer after the order button."""

__version__ = "0.1.0"
