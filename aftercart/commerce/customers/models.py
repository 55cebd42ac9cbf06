from django.db import models

from aftercart.core.models import Store


class Customer(models.Model):
    """A person who buys, per source; a guest is known by e-mail alone (`external_id` `email:…`)."""

    store = models.ForeignKey(Store, models.PROTECT, related_name="+")
    source = models.CharField(max_length=160)
    external_id = models.CharField(max_length=300)
    email = models.CharField(max_length=254, blank=True, db_default="")
    phone = models.CharField(max_length=40, blank=True, db_default="")
    first_name = models.CharField(max_length=150, blank=True, db_default="")
    last_name = models.CharField(max_length=150, blank=True, db_default="")
    locale = models.CharField(max_length=12, blank=True, db_default="")
    accepts_marketing = models.BooleanField(null=True)
    source_updated_at = models.DateTimeField(null=True)
    erased_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("store", "source", "external_id"), name="customer_of_source"
            ),
        )
        indexes = (models.Index(fields=("store", "email"), name="customer_by_email"),)


class PrivacyRequest(models.Model):
    """A disclosure or erasure that a person or a whole shop demanded, and what became of it.

    `source` is the system that passed it on. `export` is what is to be handed over, until it is.
    """

    class Kind(models.TextChoices):
        DISCLOSURE = "disclosure"
        ERASURE = "erasure"
        SHOP_ERASURE = "shop_erasure"

    store = models.ForeignKey(Store, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    source = models.CharField(max_length=160, blank=True, db_default="")
    external_id = models.CharField(max_length=300)
    subject_hash = models.CharField(max_length=64)
    received_at = models.DateTimeField()
    complete_by = models.DateTimeField()
    completed_at = models.DateTimeField(null=True)
    export = models.JSONField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("store", "kind", "external_id"), name="one_privacy_request"
            ),
        )
