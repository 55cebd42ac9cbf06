"""What people change about themselves."""

from aftercart.core.models import User


def rename(user: User, name: str) -> None:
    """Call the user something else; every member of their accounts sees it."""
    user.name = name
    user.save(update_fields=["name"])
