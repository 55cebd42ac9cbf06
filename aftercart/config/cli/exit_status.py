"""Exit statuses that one of our programs returns and another reads."""

WANTS_DEMO = 10
"""`migrate --for-supervisor`: the database is up to date and holds no store but a demo."""
