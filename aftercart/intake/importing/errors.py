"""What can be wrong with a file or a run as a whole."""


class FileRefused(ValueError):
    """The file as a whole cannot be imported. `message` says why and what to do."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class NotNow(ValueError):
    """The run is not in a state in which this can be done. `message` says so."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message
