"""Keeping the programs of one installation running."""
