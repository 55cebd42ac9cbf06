"""Why there is no usable reply."""


class RequestFailed(Exception):
    """No usable reply. `message` is fit for the connection's page and names the host at most.

    `permanent`: trying again changes nothing until a person acts.
    """

    permanent = False

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class AddressRefused(RequestFailed):
    """The address may not be used: not public, not HTTPS, an odd port, or a password in it."""

    permanent = True


class Unreachable(RequestFailed):
    """The name is unknown, nobody listens, the certificate is wrong, or the line broke."""


class TooSlow(RequestFailed):
    """The reply took longer than it may."""


class TooLarge(RequestFailed):
    """The reply is bigger than it may be."""


class Unreadable(RequestFailed):
    """The reply is not what was asked for, such as a page of HTML in place of JSON."""
