from django.db import models

from aftercart.core.models import Store


class Suppression(models.Model):
    """An address that must not be written to, known by the hash of its normalised form."""

    class Reason(models.TextChoices):
        BOUNCED = "bounced"
        COMPLAINED = "complained"
        ERASED = "erased"
        MANUAL = "manual"

    store = models.ForeignKey(Store, models.PROTECT, related_name="+")
    channel = models.CharField(max_length=10, db_default="email")
    address_hash = models.CharField(max_length=64)
    reason = models.CharField(max_length=12, choices=Reason.choices)
    detail = models.CharField(max_length=300, blank=True, db_default="")
    suppressed_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("store", "channel", "address_hash"), name="suppressed_once"
            ),
        )
