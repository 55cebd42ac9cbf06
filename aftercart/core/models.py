"""Who runs a shop and who helps to run it, and the one history of everything that happened."""

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _


class UserManager(BaseUserManager["User"]):
    """Makes users, who are known by their e-mail address alone."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)


class User(AbstractBaseUser, PermissionsMixin):
    """A person who signs in. What they may do hangs on their memberships."""

    email = models.EmailField(unique=True)
    name = models.CharField(max_length=150, blank=True)
    is_staff = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    date_joined = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    def __str__(self) -> str:
        return self.name or self.email


class Account(models.Model):
    """Who pays; has members and stores."""

    name = models.CharField(max_length=150)
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.name


class Role(models.TextChoices):
    """What a member may do, from most to least."""

    OWNER = "owner", _("Owner")
    ADMIN = "admin", _("Admin")
    AGENT = "agent", _("Agent")
    VIEWER = "viewer", _("Viewer")


class Member(models.Model):
    """A user's place in an account."""

    account = models.ForeignKey(Account, models.CASCADE, related_name="members")
    user = models.ForeignKey(User, models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=10, choices=Role.choices)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("account", "user"), name="one_membership"),)


class Invitation(models.Model):
    """An open offer of membership, sent by e-mail. The token itself is only in the mail."""

    account = models.ForeignKey(Account, models.CASCADE, related_name="invitations")
    email = models.EmailField()
    role = models.CharField(max_length=10, choices=Role.choices)
    token_hash = models.CharField(max_length=64, unique=True)
    invited_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                "account", Lower("email"), condition=Q(accepted_at=None), name="one_open_invitation"
            ),
        )


class Store(models.Model):
    """One brand's shop: the tenant."""

    account = models.ForeignKey(Account, models.PROTECT, related_name="stores")
    name = models.CharField(max_length=150)
    slug = models.SlugField(max_length=60, unique=True)
    domain = models.CharField(max_length=253, blank=True)
    time_zone = models.CharField(max_length=64, default="UTC")
    currency = models.CharField(max_length=3, default="USD")
    locale = models.CharField(max_length=12, default="en")
    contact_email = models.EmailField(blank=True)
    contact_url = models.URLField(blank=True)
    shop_url = models.URLField(blank=True)
    is_demo = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.name


class CacheEntry(models.Model):
    """Something remembered for a while by all processes; see `aftercart.core.cache`."""

    key = models.CharField(max_length=64, primary_key=True)
    value = models.TextField()
    expires_at = models.DateTimeField(db_index=True)


class DueWork(models.Model):
    """A row that needs attention later: found by a partial index, claimed by compare-and-set.

    `due_at` is when work is due and, while claimed, when the lease runs out; `lease` names the
    claim.
    """

    due_at = models.DateTimeField(null=True)
    lease = models.UUIDField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0, db_default=0)

    class Meta:
        abstract = True


class Event(models.Model):
    """One thing that happened. Append-only, partitioned by the month we learned of it.

    The table is made by hand in a migration, since Django cannot declare partitions.
    """

    id = models.BigAutoField(primary_key=True)
    store = models.ForeignKey(Store, models.DO_NOTHING, db_constraint=False, related_name="+")
    type = models.CharField(max_length=60)
    occurred_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    order_id = models.BigIntegerField(null=True)
    shipment_id = models.BigIntegerField(null=True)
    customer_id = models.BigIntegerField(null=True)
    actor = models.CharField(max_length=80, blank=True)
    quiet = models.BooleanField(default=False)
    data = models.JSONField(default=dict)

    class Meta:
        managed = True
        indexes = (
            models.Index(fields=("store", "order_id", "occurred_at"), name="event_of_order"),
            models.Index(fields=("store", "type", "recorded_at"), name="event_of_type"),
        )
