"""Small local servers that behave as carriers and aggregators do, for tests and for the demo."""
