"""Reads that only the dashboard's pages need, each for one store, in one round trip."""
