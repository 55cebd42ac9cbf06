"""Path converters."""


class RowId:
    """A row's id, as long as Postgres can hold; anything else is no address of ours."""

    regex = "[1-9][0-9]{0,17}"

    def to_python(self, value: str) -> int:
        return int(value)

    def to_url(self, value: int) -> str:
        return str(value)
